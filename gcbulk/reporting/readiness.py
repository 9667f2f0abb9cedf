"""The table that a preview shows: what each thing of a file still lacks before review, by language, and its problems.

A missing translation keeps nothing from being sent or reviewed. What a review needs is one language with a text and,
where the things of the kind have pictures, a picture.

Source: https://developer.apple.com/help/app-store-connect/configure-game-center/configure-achievements
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import pandas as pd

from gcbulk.kinds.content import ContentKind
from gcbulk.records import Issue, Json, Severity
from gcbulk.sheets import Checked
from gcbulk.sheets.pictures import KIND as PICTURE
from gcbulk.tables import locales
from gcbulk.tables.file_refs import EVERY_LANGUAGE
from gcbulk.tables.issues import issues_of

_RowRef: TypeAlias = tuple[str, int]
_TextRef: TypeAlias = tuple[str, int, str]
"""A text: its sheet, its row, its language."""


class Standing(StrEnum):
    """How a text, a picture or a row stands; its value is the word for people."""

    READY = "ready"
    DOUBTFUL = "worth a look"
    WRONG = "wrong"
    MISSING = "missing"


GOOD = frozenset({Standing.READY, Standing.DOUBTFUL})
"""What is sent as it is."""


@dataclass(frozen=True, slots=True)
class Text:
    """What players read of a thing in one language; "" for what its kind does not have."""

    name: str
    before: str
    after: str


@dataclass(slots=True)
class Item:
    """A thing of the file, with the same languages as all others.

    Args:
        kind: its kind.
        identifier: its id as the sheet has it, "" where the cell is empty.
        reference_name: its name for the team.
        points: its points, None where it has none or the cell could not be understood.
        is_hidden: whether players see nothing of it before they earn it.
        is_repeatable: whether it can be earned again.
        row: how its own cells stand.
        texts: by language, those that the file has.
        text_standings: by language.
        pictures: by language, the digest of the picture that players see there; none where it is not fit to be shown.
        picture_standings: by language; none of a kind without pictures.
        issues: the problems of its row and of pictures for every language.
        issues_in: the problems of one language.
    """

    kind: ContentKind
    identifier: str
    reference_name: str
    points: int | None
    is_hidden: bool
    is_repeatable: bool
    row: Standing = Standing.READY
    texts: dict[str, Text] = field(default_factory=dict)
    text_standings: dict[str, Standing] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    picture_standings: dict[str, Standing] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    issues_in: dict[str, list[Issue]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What to call it in a list."""
        return self.reference_name or self.identifier or "(no id)"

    @property
    def is_ready(self) -> bool:
        """Whether a review could take it, as far as the file tells."""
        return self.row in GOOD and any(GOOD.issuperset(self.standings_in(one)) for one in self.text_standings)

    def standings_in(self, language: str) -> tuple[Standing, ...]:
        """How its text stands in a language, and its picture where it has or needs one."""
        pictures = self.picture_standings
        return (self.text_standings[language], *((pictures[language],) if language in pictures else ()))

    @property
    def standings(self) -> list[Standing]:
        """How everything of it stands: the row, each text, each picture."""
        return [self.row, *self.text_standings.values(), *self.picture_standings.values()]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The things of a file and their languages.

    Args:
        languages: every locale that the file has texts in, in the order in which they first occur.
        items: every thing, those of one kind together, in the order of the sheet.
        issues: the problems that belong to no thing: of the file, of a sheet, of other rows.
    """

    languages: tuple[str, ...]
    items: tuple[Item, ...]
    issues: tuple[Issue, ...]

    @property
    def by_kind(self) -> Mapping[str, Sequence[Item]]:
        """The things of each kind, by its name."""
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.kind.name, []).append(item)
        return found


def readiness(checked: Checked) -> Readiness:
    """What each thing of a file has and lacks, by language.

    Args:
        checked: the check, its pictures looked at.

    Returns:
        Every thing once, even where the sheet names it in several rows.
    """
    known = locales.ACCEPTED | locales.UNTESTED
    spoken = (locale for kind in checked.kinds for locale in checked.texts(kind)[kind.resource.text.key])
    languages = tuple(dict.fromkeys(locale for locale in spoken if locale in known))
    items: dict[object, Item] = {}
    at: dict[_RowRef, Item] = {}
    texts: dict[_TextRef, Item | None] = {}
    for kind in checked.kinds:
        own: dict[object, Item] = {}
        for line in checked.things(kind).itertuples():
            key = getattr(line, kind.things.key) or (line.sheet, line.Index)
            at[line.sheet, int(line.Index)] = own.setdefault(key, _item(kind, line))
        texts |= _texts(checked, kind, own, languages)
        items |= {(kind.name, key): item for key, item in own.items()}
    others = _assigned(checked, at, texts)
    for item in items.values():
        _judge(item, languages)
    _judge_pictures(checked, items, languages)
    return Readiness(languages, tuple(items.values()), tuple(others))


def _item(kind: ContentKind, line: Json) -> Item:
    card, none = kind.card, pd.NA
    points, shown, again = (getattr(line, name, none) for name in (card.points, card.shown, card.again))
    return Item(
        kind=kind,
        identifier=getattr(line, kind.things.key),
        reference_name=_text(line, "reference_name"),
        points=None if pd.isna(points) else int(points),
        is_hidden=not pd.isna(shown) and not shown,
        is_repeatable=not pd.isna(again) and bool(again),
    )


def _texts(
    checked: Checked, kind: ContentKind, own: Mapping[object, Item], languages: Sequence[str]
) -> dict[_TextRef, Item | None]:
    """Give the texts of a kind to its things, and say whose each is; the first of a language counts."""
    found: dict[_TextRef, Item | None] = {}
    for line in checked.texts(kind).itertuples():
        locale = getattr(line, kind.resource.text.key)
        item = found[line.sheet, int(line.Index), locale] = own.get(getattr(line, kind.texts.key))
        if item is not None and locale in languages:
            words = (_text(line, name) for name in (kind.card.title, kind.card.before, kind.card.after))
            item.texts.setdefault(locale, Text(*words))
    return found


def _text(line: Json, name: str) -> str:
    """What a column of a line says; "" where it says nothing, or is none of the kind."""
    value = getattr(line, name, pd.NA)
    return "" if pd.isna(value) else str(value)


def _assigned(checked: Checked, at: Mapping[_RowRef, Item], texts: Mapping[_TextRef, Item | None]) -> list[Issue]:
    """Give each problem to the thing that it is about, and return those that are about none."""
    in_row: dict[_RowRef, list[tuple[Item, str]]] = {}
    for (sheet, row, locale), item in texts.items():
        if item is not None:
            in_row.setdefault((sheet, row), []).append((item, locale))
    others = []
    for issue in issues_of(checked.issues):
        row_ref = (issue.sheet or "", issue.row or 0)
        lists = _lists(issue, at.get(row_ref), in_row.get(row_ref, ()))
        for own in lists:
            own.append(issue)
        if not lists:
            others.append(issue)
    return others


def _lists(issue: Issue, item: Item | None, texts: Iterable[tuple[Item, str]]) -> list[list[Issue]]:
    """The lists of problems that one belongs to, by what begins on its row."""
    if item is None or issue.kind == item.kind.texts.record:
        every = issue.locale in (None, EVERY_LANGUAGE)
        return [own.issues_in.setdefault(locale, []) for own, locale in texts if every or issue.locale == locale]
    if issue.kind == PICTURE and issue.locale:
        return [item.issues_in.setdefault(issue.locale, [])]
    return [item.issues]


def _judge(item: Item, languages: Sequence[str]) -> None:
    """Say how the row and the texts of a thing stand."""
    item.row = _worst(issue for issue in item.issues if issue.kind != PICTURE)
    for language in languages:
        own = [issue for issue in item.issues_in.get(language, ()) if issue.kind != PICTURE]
        item.text_standings[language] = _worst(own) if language in item.texts else Standing.MISSING
        if item.kind.resource.needs_image:
            item.picture_standings[language] = Standing.MISSING


def _judge_pictures(checked: Checked, items: Mapping[object, Item], languages: Sequence[str]) -> None:
    """Say which picture each language shows, and how it stands; one for a language goes before one for all."""
    for kind in checked.kinds:
        lines = checked.images_of(kind)
        lines = lines.sort_values("locale", key=lambda column: column != EVERY_LANGUAGE, kind="stable")
        for line in lines.itertuples():
            item = items.get((kind.name, line.vendor_identifier))
            for language in languages:
                if item is not None and line.locale in (EVERY_LANGUAGE, language):
                    _show(item, language, line)


def _show(item: Item, language: str, line: Json) -> None:
    """Take a line of the images for the picture of a language."""
    said = [issue for issue in (*item.issues, *item.issues_in.get(language, ())) if issue.kind == PICTURE]
    own = [issue for issue in said if (issue.sheet, issue.row) == (line.sheet, line.Index)]
    item.picture_standings[language] = _worst(own) if line.digest else Standing.WRONG
    item.pictures.pop(language, None)
    if line.digest:
        item.pictures[language] = line.digest


def _worst(issues: Iterable[Issue]) -> Standing:
    severities = {issue.severity for issue in issues}
    if Severity.ERROR in severities:
        return Standing.WRONG
    return Standing.DOUBTFUL if severities else Standing.READY
