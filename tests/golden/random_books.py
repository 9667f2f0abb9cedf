"""Books made by chance: achievements in every form, players' progress and scores, with all that may stand in their way.

Most cells are good, so that rules between rows have something to look at; some hold what people and programs leave in
spreadsheets. The same seed gives the same book on every Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gcbulk.simulator.exchange import Json
from golden.chance import Chance
from golden.source import APP, HEADERS, TEXT_HEADERS, player
from golden.writing import Sheet

Row: TypeAlias = list[Json]
LOCALES = ("en-US", "ja", "de-DE", "fr-FR", "en", "xx-XX", "gu-IN", "")
TEXTS = ("Title", "Pre-earned", "Earned")
SHOW = "Show Before Earned"
ODD: Sequence[Json] = (
    None, "", " ", "x", "x" * 40, "x" * 300, "#N/A", "####", "Total", "Yes", "1.500", "5 %", "TODO", 5, 0, 1, 2.5, -3,
    1e20, True, False, "01/02/2025", "a\u200bb", "two\nlines", "=1+1", "nan", "101.0",
)  # fmt: skip
DATES: Sequence[Json] = (
    None, "2025-01-31T12:00:00Z", "2025-01-31T12:00:00+02:00", "2025-01-31", "2025-01-31T12:00:00", "31/01/2025",
    "2206-01-01T00:00:00Z",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A book before it is one.

    Args:
        kind: what is looked for in it.
        sheets: its sheets.
        is_text: whether its cells are all text, as those of a text file.
        options: what the user settled.
    """

    kind: str
    sheets: tuple[Sheet, ...]
    is_text: bool = False
    options: Mapping[str, Json] = field(default_factory=dict)


def random_book(seed: int) -> Draft:
    """The book of a seed; four of seven hold achievements."""
    return MAKERS[seed % len(MAKERS)](Chance(seed))


def _achievements(chance: Chance) -> Draft:
    """Achievements without texts, with texts beside them, or with a sheet of their own."""
    form = chance.one_of(("alone", "long", "wide", "own", "mixed"))
    headers = _headers(chance)
    locales = [chance.one_of(LOCALES[:-1]) for _ in range(1 + chance.below(2))] if form in ("wide", "mixed") else []
    wide = [f"{text} ({locale})" for locale in dict.fromkeys(locales) for text in TEXTS if not chance.is_so(0.03)]
    long = ["Locale", *TEXTS] if form in ("long", "mixed") else []
    every = [*headers, *long, *wide]
    rows = [row for number in range(chance.below(7)) for row in _things(chance, number, every, continued=bool(long))]
    first = _sheet(chance, "Achievements", every, rows, totals=headers.index("Points"))
    sheets = [first]
    if form in ("own", "mixed"):
        sheets.append(_sheet(chance, chance.one_of(("Localizations", "Words")), list(TEXT_HEADERS), _words(chance)))
    if chance.is_so(0.1):
        sheets.append(Sheet("Notes", [["To do"], ["Pictures", 3]], hidden=chance.is_so(0.5)))
    if chance.is_so(0.05):
        sheets.append(Sheet("Old", first.rows))
    options = {"locale": "en-US"} if chance.is_so(0.1) else {}
    return Draft("achievements", tuple(sheets), is_text=len(sheets) == 1 and chance.is_so(0.3), options=options)


def _headers(chance: Chance) -> list[str]:
    """The headers of achievements, some written otherwise, one missing now and then."""
    headers = [chance.one_of((name, name, name.upper(), name.replace(" ", "_"))) for name in HEADERS]
    if chance.is_so(0.2):
        headers[3] = SHOW
    elif chance.is_so(0.2):
        headers.append(SHOW)
    headers += [name for name in ("Archived", "Properties", "Owner", "Image") if chance.is_so(0.15)]
    if chance.is_so(0.04):
        headers[chance.below(2) + 3] = "Remark"
    headers[2] = "Points"
    return headers


def _things(chance: Chance, number: int, headers: Sequence[str], *, continued: bool) -> list[Row]:
    """The rows of an achievement: one, or several that repeat, contradict or continue it."""
    name = f"com.x.a{number}" if not chance.is_so(0.1) else chance.one_of(("com.x.a0", "COM.X.A1", 1001, "1001", "a-b"))
    first = [_thing_cell(chance, header, name, number) for header in headers]
    rows = [first]
    while chance.is_so(0.45 if continued else 0.12):
        again = list(first)
        for place, header in enumerate(headers):
            if header in ("Locale", *TEXTS) or chance.is_so(0.03):
                again[place] = _thing_cell(chance, header, name, number)
        if continued and chance.is_so(0.6):
            kept = {"Locale", *TEXTS, *(("Achievement ID",) if chance.is_so(0.5) else ())}
            again = [cell if header in kept else None for header, cell in zip(headers, again, strict=True)]
        rows.append(again)
    return rows


def _thing_cell(chance: Chance, header: str, name: Json, number: int) -> Json:
    """A cell of an achievement's row."""
    if chance.is_so(0.05):
        return chance.one_of(ODD)
    text = header.casefold().replace("_", " ")
    flags = ("Yes", "No", "no", True, 0)
    found: Mapping[str, Callable[[], Json]] = {
        "reference name": lambda: f"Name {number}",
        "achievement id": lambda: name,
        "points": lambda: chance.one_of((5, 10, "10", 10.0, 100, 250 if chance.is_so(0.1) else 20)),
        "archived": lambda: chance.one_of((None, None, "Yes", "No")),
        "properties": lambda: chance.one_of((None, "a=1", "a=1; b=2", "none")),
        "image": lambda: chance.one_of((None, "a.png", "b.jpg", "a.gif")),
        "locale": lambda: chance.one_of(LOCALES),
        "owner": lambda: chance.one_of((None, "Anna")),
        "remark": lambda: None,
    }
    if text.startswith(("title", "pre-earned", "earned")):
        return chance.one_of(("A title", "Another", f"Text {number}", None if chance.is_so(0.4) else "Words"))
    return found.get(text, lambda: flags[(number + len(text)) % len(flags)])()


def _words(chance: Chance) -> list[Row]:
    """Rows of a sheet of texts, some of which have no achievement, or stand there twice."""
    rows: list[Row] = []
    for _ in range(chance.below(8)):
        name = chance.one_of(("com.x.a0", "com.x.a1", "com.x.a2", "com.x.a3", "com.x.A1", "1001", 1001, "nope"))
        row: Row = [name, chance.one_of(LOCALES), chance.one_of(("A title", "Another")), "Before", "After"]
        if chance.is_so(0.15):
            row[chance.below(len(row))] = chance.one_of(ODD)
        rows.append(row)
    return rows


def _sheet(chance: Chance, name: str, headers: Row | list[str], rows: list[Row], *, totals: int | None = None) -> Sheet:
    """A sheet of rows, among which stand headers, totals, comments, examples and nothing at all."""
    width = len(headers)
    found: list[Row] = []
    for row in rows:
        if chance.is_so(0.04):
            found.append(list(headers))
        if chance.is_so(0.04):
            found.append([None] * width)
        if chance.is_so(0.03):
            found.append([chance.one_of(("# a comment", "Remember", "Total", 3)), *[None] * (width - 1)])
        found.append(row)
    if totals is not None and chance.is_so(0.15):
        numbers = [row[totals] for row in rows if type(row[totals]) is int]
        last: Row = [None] * width
        last[0], last[1], last[totals] = chance.one_of(("Total", None)), chance.one_of((None, len(rows))), sum(numbers)
        found.append(last)
    above: list[Row] = [["My game"], [None]] if chance.is_so(0.1) else []
    hidden = tuple(number for number in range(2, len(found) + 2) if chance.is_so(0.03))
    left = 2 if chance.is_so(0.05) else 1
    return Sheet(name, [*above, list(headers), *found], hidden_rows=hidden, top=1 + chance.below(2), left=left)


def _progress(chance: Chance) -> Draft:
    """A row for each player and achievement."""
    headers = ["Player ID", "Achievement ID", "Percent", *_beside(chance)]
    in_percent = chance.is_so(0.3)
    fractions: Sequence[Json] = (0.3, 0.5, 1, 0)
    values: Sequence[Json] = (
        fractions if in_percent else (0, 1, 30, 50, 100, "40 %", "55", 60.0, 101 if chance.is_so(0.2) else 7)
    )
    rows = [_played(chance, headers, values) for _ in range(chance.below(14))]
    sheet = _sheet(chance, chance.one_of(("Export", "Progress")), headers, rows)
    shown = {f"C{number}": "0%" for number in range(1, len(sheet.rows) + 2) if in_percent and chance.is_so(0.7)}
    return Draft("submissions", (_shown(sheet, shown),), not shown and chance.is_so(0.3), _options(chance))


def _matrix(chance: Chance) -> Draft:
    """A row for each player and a column for each achievement."""
    names: list[Json] = [
        chance.one_of(("a", "b", "c", "first_win", 1001, "Country", "a b")) for _ in range(1 + chance.below(3))
    ]
    headers: Row = ["Player ID", *names, *(["Date"] if chance.is_so(0.2) else [])]
    values: Sequence[Json] = (None, 0, 1, 30, "50 %", 100)
    rows = [
        [
            _player(chance),
            *(chance.one_of(ODD if chance.is_so(0.05) else values) for _ in names),
            *headers[1 + len(names) :],
        ]
        for _ in range(chance.below(8))
    ]
    for row in rows:
        row[1 + len(names) :] = [chance.one_of(DATES) for _ in headers[1 + len(names) :]]
    return Draft("submissions", (_sheet(chance, "Export", headers, rows),), chance.is_so(0.2), _options(chance))


def _scores(chance: Chance) -> Draft:
    """Entries of leaderboards."""
    headers = ["Player ID", "Leaderboard ID", "Score", *(["Context"] if chance.is_so(0.5) else []), *_beside(chance)]
    values: Sequence[Json] = (5, 6, "7", -3, 12.5, "1500", 10**15, "1,500" if chance.is_so(0.1) else 8)
    rows = [_played(chance, headers, values) for _ in range(chance.below(12))]
    return Draft("scores", (_sheet(chance, "Export", headers, rows),), chance.is_so(0.3), _options(chance))


def _beside(chance: Chance) -> list[str]:
    return [name for name in ("Date", "Challenge IDs", "Pre-released", "Bundle ID", "Note") if chance.is_so(0.2)]


def _played(chance: Chance, headers: Sequence[str], values: Sequence[Json]) -> Row:
    """A row of what a player did."""
    found: Mapping[str, Callable[[], Json]] = {
        "Player ID": lambda: _player(chance),
        "Date": lambda: chance.one_of(DATES),
        "Challenge IDs": lambda: chance.one_of((None, "c1", "c1, c2", '["c3"]')),
        "Pre-released": lambda: chance.one_of((None, "Yes", "No", 1)),
        "Bundle ID": lambda: chance.one_of((None, APP, APP, "com.example.other")),
        "Note": lambda: chance.one_of((None, "x")),
        "Context": lambda: chance.one_of((None, 1, "2", "x" if chance.is_so(0.1) else 3)),
    }
    usual: Mapping[str, Callable[[], Json]] = {
        "Percent": lambda: chance.one_of(values),
        "Score": lambda: chance.one_of(values),
    }
    every = {**found, **usual}
    row = [every.get(header, lambda: chance.one_of(("a", "a", "b", "c", 1001)))() for header in headers]
    if chance.is_so(0.06):
        row[chance.below(len(row))] = chance.one_of(ODD)
    return row


def _player(chance: Chance) -> Json:
    if chance.is_so(0.05):
        return chance.one_of(("T:_0123456789", "G:1", "someone", None, 12345, f" {player(1)} "))
    return player(chance.below(4))


def _options(chance: Chance) -> dict[str, Json]:
    """What the user settled of a file of players."""
    options: dict[str, Json] = {"bundle_id": APP} if chance.is_so(0.85) else {}
    if chance.is_so(0.2):
        options["percent_as"] = chance.one_of(("fraction", "whole"))
    if chance.is_so(0.3):
        options["timezone"] = chance.one_of(("Europe/Berlin", "+05:30", "UTC"))
    return options


def _shown(sheet: Sheet, formats: Mapping[str, str]) -> Sheet:
    """A sheet some of whose cells are shown as percent."""
    return Sheet(sheet.name, sheet.rows, hidden_rows=sheet.hidden_rows, formats=formats, top=sheet.top, left=1)


MAKERS: Sequence[Callable[[Chance], Draft]] = (*[_achievements] * 4, _progress, _matrix, _scores)
