"""Plans made by chance: a sheet, what is live, what earlier runs sent, and what else is wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gcbulk.simulator.exchange import Json
from golden.chance import Chance
from golden.live import DRAFT, LIVE, Text, Thing
from golden.source import HEADERS, TEXT_HEADERS
from golden.writing import Sheet

STATES = ((DRAFT,), (DRAFT,), (LIVE,), (LIVE, DRAFT), ("WAITING_FOR_REVIEW",), ("REPLACED_WITH_NEW_VERSION", LIVE))
LOCALES = ("en-US", "ja", "de-DE")
SENT_FORMS = ("none", "none", "same late", "same just now", "other just now", "done just now", "refused just now")
Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a plan is made of.

    Args:
        sheets: the sheet's achievements and texts.
        things: what is live.
        sent: what earlier runs sent, a form for each step of the sheet, from `SENT_FORMS`.
        is_grouped: whether the app is in a group.
        reorder: whether the display order becomes the sheet's.
        delete_missing: whether what the sheet leaves out is deleted.
        refuses: whether the service refuses some writes.
    """

    sheets: tuple[Sheet, ...]
    things: tuple[Thing, ...]
    sent: tuple[str, ...]
    is_grouped: bool
    reorder: bool
    delete_missing: bool
    refuses: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """An achievement as a sheet has it, and its texts by language."""

    name: str
    reference_name: str
    points: int
    hidden: bool
    repeatable: bool
    archived: bool | None
    texts: Mapping[str, Words]


def random_plan(seed: int) -> PlanDraft:
    """The plan of a seed."""
    chance = Chance(seed)
    rows = [_row(chance, f"com.x.a{number}") for number in range(chance.below(6))]
    there = [thing for number, row in enumerate(rows) if chance.is_so(0.7) for thing in _live(chance, number, row)]
    besides = [
        thing
        for number in (8, 9)
        if chance.is_so(0.4)
        for thing in _live(chance, number, _row(chance, f"com.x.b{number}"))
    ]
    return PlanDraft(
        sheets=tuple(_sheets(chance, rows)),
        things=(*there, *besides),
        sent=tuple(chance.one_of(SENT_FORMS) for _ in range(24)),
        is_grouped=chance.is_so(0.3),
        reorder=chance.is_so(0.5),
        delete_missing=chance.is_so(0.4),
        refuses=chance.is_so(0.3),
    )


def _row(chance: Chance, name: str) -> _Row:
    texts = {
        locale: {
            "name": chance.one_of(("Title", "Other title")),
            "before": "Before",
            "after": chance.one_of(("After", "Then")),
        }
        for locale in LOCALES
        if chance.is_so(0.5)
    }
    archived = chance.one_of((None, None, None, True, False))
    flags = chance.is_so(0.5), chance.is_so(0.5)
    return _Row(name, f"Name of {name}", 5 * (1 + chance.below(8)), *flags, archived, texts)


def _sheets(chance: Chance, rows: list[_Row]) -> Iterator[Sheet]:
    """Achievements and texts; some rows stand there twice, or hold an error."""
    with_archived = chance.is_so(0.4)
    things: list[list[Json]] = []
    texts: list[list[Json]] = []
    for row in rows:
        flags = [None if row.archived is None else row.archived] if with_archived else []
        points: Json = 500 if chance.is_so(0.05) else row.points
        things.append([row.reference_name, row.name, points, row.hidden, row.repeatable, *flags])
        if chance.is_so(0.1):
            things.append(list(things[-1]))
        for locale, words in row.texts.items():
            texts.append(
                [row.name, "xx" if chance.is_so(0.04) else locale, words["name"], words["before"], words["after"]]
            )
            if chance.is_so(0.05):
                texts.append([*texts[-1][:4], chance.one_of(("After", "Another"))])
    if chance.is_so(0.1) and things:
        things[0][1] = str(things[0][1]).upper()
    yield Sheet("Achievements", [[*HEADERS, *(["Archived"] if with_archived else [])], *things])
    if texts:
        yield Sheet("Localizations", [list(TEXT_HEADERS), *texts])


def _live(chance: Chance, number: int, row: _Row) -> Iterator[Thing]:
    """An achievement as it is live, once or twice, with some of its values and texts other than the sheet's."""
    states = chance.one_of(STATES)
    key = f"thing-{number}"
    attributes: dict[str, Json] = {
        "vendorIdentifier": row.name,
        "referenceName": row.reference_name if chance.is_so(0.8) else "Another name",
        "points": row.points if chance.is_so(0.7) else chance.one_of((5, 100)),
        "showBeforeEarned": not row.hidden if chance.is_so(0.9) else row.hidden,
        "repeatable": row.repeatable,
        "archived": chance.one_of((False, False, None, chance.is_so(0.3))),
    }
    versions = tuple((f"version-{place}-of-{key}", place, state) for place, state in enumerate(states, 1))
    texts = tuple(_live_texts(chance, key, row))
    thing = Thing(key, attributes, texts, versions, LIVE in states)
    yield thing
    if chance.is_so(0.05):
        yield replace(thing, id=f"{key}-twice", versions=((f"version-of-{key}-twice", 1, DRAFT),))


def _live_texts(chance: Chance, key: str, row: _Row) -> Iterator[Text]:
    for locale in LOCALES:
        words = row.texts.get(locale, {"name": "Only here", "before": "Before", "after": "After"})
        if chance.is_so(0.6 if locale in row.texts else 0.15):
            changed = {"name": "Title"} if chance.is_so(0.3) else {}
            found = {**words, **changed}
            attributes = {"locale": locale, "name": found["name"]}
            descriptions = {"beforeEarnedDescription": found["before"], "afterEarnedDescription": found["after"]}
            yield Text(f"text-{key}-{locale}", {**attributes, **descriptions})
