"""What each achievement still lacks before review, by language: its texts, its pictures, and every problem with them.

A missing translation keeps nothing from being sent or reviewed. What a review needs is one language with a text and a
picture.

Source: https://developer.apple.com/help/app-store-connect/configure-game-center/configure-achievements
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import pandas as pd

from gcbulk.kinds.achievements import LOCALIZATIONS
from gcbulk.records import Issue, Json, Severity
from gcbulk.sheets import Checked
from gcbulk.sheets.pictures import KIND as PICTURE
from gcbulk.tables import locales
from gcbulk.tables.file_refs import EVERY_LANGUAGE
from gcbulk.tables.issues import issues_of

_RowRef: TypeAlias = tuple[str, int]


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
    """What players read of an achievement in one language."""

    name: str
    before: str
    after: str


@dataclass(slots=True)
class Item:
    """An achievement of the file, with the same languages as all others.

    Args:
        identifier: its id as the sheet has it, "" where the cell is empty.
        reference_name: its name for the team.
        points: its points, None where the cell could not be understood.
        is_hidden: whether players see nothing of it before they earn it.
        is_repeatable: whether it can be earned again.
        row: how its own cells stand.
        texts: by language, those that the file has.
        text_standings: by language.
        pictures: by language, the digest of the picture that players see there; none where it is not fit to be shown.
        picture_standings: by language.
        issues: the problems of its row and of pictures for every language.
        issues_in: the problems of one language.
    """

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
        pairs = zip(self.text_standings.values(), self.picture_standings.values(), strict=True)
        return self.row in GOOD and any(text in GOOD and picture in GOOD for text, picture in pairs)

    @property
    def standings(self) -> list[Standing]:
        """How everything of it stands: the row, each text, each picture."""
        return [self.row, *self.text_standings.values(), *self.picture_standings.values()]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The achievements of a file and their languages.

    Args:
        languages: every locale that the file has texts in, in the order in which they first occur.
        items: every achievement, in the order of the sheet.
        issues: the problems that belong to no achievement: of the file, of a sheet, of other rows.
    """

    languages: tuple[str, ...]
    items: tuple[Item, ...]
    issues: tuple[Issue, ...]


def readiness(checked: Checked) -> Readiness:
    """What each achievement of a file has and lacks, by language.

    Args:
        checked: the check, its pictures looked at.

    Returns:
        Every achievement once, even where the sheet names it in several rows.
    """
    known = locales.ACCEPTED | locales.UNTESTED
    languages = tuple(dict.fromkeys(locale for locale in checked.localizations["locale"] if locale in known))
    items: dict[object, Item] = {}
    at: dict[_RowRef, Item] = {}
    for line in checked.achievements.itertuples():
        key = line.vendor_identifier or (line.sheet, line.Index)
        at[line.sheet, int(line.Index)] = items.setdefault(key, _item(line))
    texts = {(line.sheet, int(line.Index), line.locale): line for line in checked.localizations.itertuples()}
    for line in texts.values():
        if (item := items.get(line.vendor_identifier)) is not None and line.locale in languages:
            text = Text(line.name, line.before_earned_description, line.after_earned_description)
            item.texts.setdefault(line.locale, text)
    others = _assigned(checked, at, items, texts)
    for item in items.values():
        _judge(item, languages)
    _judge_pictures(checked, items, languages)
    return Readiness(languages, tuple(items.values()), tuple(others))


def _item(line: Json) -> Item:
    return Item(
        identifier=line.vendor_identifier,
        reference_name=line.reference_name,
        points=None if pd.isna(line.points) else int(line.points),
        is_hidden=not pd.isna(line.show_before_earned) and not line.show_before_earned,
        is_repeatable=not pd.isna(line.repeatable) and bool(line.repeatable),
    )


def _assigned(
    checked: Checked,
    at: Mapping[_RowRef, Item],
    items: Mapping[object, Item],
    texts: Mapping[tuple[str, int, str], Json],
) -> list[Issue]:
    """Give each problem to the achievement that it is about, and return those that are about none."""
    in_row: dict[_RowRef, list[tuple[Item, str]]] = {}
    for (sheet, row, locale), line in texts.items():
        if (item := items.get(line.vendor_identifier)) is not None:
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
    if issue.kind == LOCALIZATIONS.record or item is None:
        every = issue.locale in (None, EVERY_LANGUAGE)
        return [own.issues_in.setdefault(locale, []) for own, locale in texts if every or issue.locale == locale]
    if issue.kind == PICTURE and issue.locale:
        return [item.issues_in.setdefault(issue.locale, [])]
    return [item.issues]


def _judge(item: Item, languages: Sequence[str]) -> None:
    """Say how the row and the texts of an achievement stand."""
    item.row = _worst(issue for issue in item.issues if issue.kind != PICTURE)
    for language in languages:
        own = [issue for issue in item.issues_in.get(language, ()) if issue.kind != PICTURE]
        item.text_standings[language] = _worst(own) if language in item.texts else Standing.MISSING
        item.picture_standings[language] = Standing.MISSING


def _judge_pictures(checked: Checked, items: Mapping[object, Item], languages: Sequence[str]) -> None:
    """Say which picture each language shows, and how it stands; one for a language goes before one for all."""
    lines = checked.images.sort_values("locale", key=lambda column: column != EVERY_LANGUAGE, kind="stable")
    for line in lines.itertuples():
        item = items.get(line.vendor_identifier)
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
