"""Localizations: how their records are read from each of the forms, and the rules across rows and sheets.

What comes in: a table's body and its rows told apart. What goes out: the localizations, and the problems. The forms
are a sheet of their own, the long form (each row of the achievements holds a language as well) and the wide form
(``Title (es-ES)``, ``Title (ja)``, ... side by side); a file may mix them.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementlocalizationcreaterequest
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from gcbulk.kinds.achievements import TEXTS
from gcbulk.records import TEXT_TYPE
from gcbulk.sheets.achievements import judge_ids
from gcbulk.sheets.body import Body
from gcbulk.sheets.reading import Records, all_of, judge
from gcbulk.sheets.rows import Rows
from gcbulk.tables.cells import among, composed
from gcbulk.tables.issues import Batch, on_file, printable, row_ranges
from gcbulk.tables.locales import ACCEPTED, UNTESTED

_KIND = "localization"


def read_own_sheet(body: Body, rows: Rows) -> tuple[list[Records], list[Batch]]:
    """The localizations of a sheet of their own.

    Args:
        body: the part of the sheet below the headers.
        rows: its rows told apart.

    Returns:
        The records, one `Records` for the rows and one for each language of the headers, and the problems.
    """
    places = np.flatnonzero(rows.records)
    ids = judge_ids(body, places, required=all_of(places, True))
    named = rows.ids.iloc[places].reset_index(drop=True)
    records, problems = _languages(body, places, named, ids.bad)
    if any((name, None) in body.table.positions for name in ("locale", *TEXTS)):
        plain, complaints = _plain(body, places, named, ids.bad)
        records, problems = [plain, *records], [*complaints, *problems]
    return records, [*ids.problems, *problems]


def read_beside(body: Body, achievements: Records) -> tuple[list[Records], list[Batch]]:
    """The localizations that stand in the achievements' own rows, in the long form, the wide form or both.

    Args:
        body: the part of the sheet below the headers.
        achievements: its achievements, continued rows included, whose ids are judged already.

    Returns:
        The records, one `Records` for the long form and one for each language of the wide form, and the problems.
    """
    ids, bad = achievements.values["vendor_identifier"], achievements.bad["vendor_identifier"]
    records, problems = _languages(body, achievements.places, ids, bad)
    if body.table.long:
        filled = body.players_texts()[achievements.places]
        named = ids[filled].reset_index(drop=True)
        plain, complaints = _plain(body, achievements.places[filled], named, bad[filled])
        records, problems = [plain, *records], [*complaints, *problems]
    return records, problems


def _plain(body: Body, places: np.ndarray, ids: pd.Series, bad: np.ndarray) -> tuple[Records, list[Batch]]:
    """One localization a row, its language in a column."""
    return _read(body, places, ids, bad, None)


def _languages(body: Body, places: np.ndarray, ids: pd.Series, bad: np.ndarray) -> tuple[list[Records], list[Batch]]:
    """The localizations under each language of the headers; a language with no filled cell in a row is just absent."""
    records, problems = [], []
    for locale in body.table.languages:
        cells = [body.column(name, locale) for name in TEXTS]
        filled = np.any([one.filled[places] for one in cells if one], axis=0)
        one, complaints = _read(body, places[filled], ids[filled].reset_index(drop=True), bad[filled], locale)
        records.append(one)
        problems.extend(complaints)
    return records, problems


def _read(
    body: Body, places: np.ndarray, ids: pd.Series, bad_ids: np.ndarray, locale: str | None
) -> tuple[Records, list[Batch]]:
    """The localizations at some rows, of one language of the headers or with their language in a column."""
    required, kinds = all_of(places, True), all_of(places, _KIND)
    values, bad, problems = {"vendor_identifier": ids}, {"vendor_identifier": bad_ids}, []
    names = TEXTS if locale else ("locale", *TEXTS)
    for name in names:
        needed = required & (name != "locale" or body.table.locale is None)
        judged = judge(body, name, places, required=needed, kinds=kinds, locale=locale)
        values[name], bad[name] = judged.values, judged.bad
        problems.extend(judged.problems)
    if locale:
        # What is wrong with a header was said at the header.
        bad["locale"] = all_of(places, locale not in ACCEPTED | UNTESTED)
        values["locale"] = pd.Series([locale] * len(places), dtype=TEXT_TYPE)
    elif body.table.locale:
        values["locale"] = values["locale"].mask(~bad["locale"] & (values["locale"] == ""), body.table.locale)
    frame = pd.DataFrame(values, index=range(len(places)))
    return Records(_KIND, body, places, frame, bad, locale), problems


def same_languages(parts: Sequence[Records]) -> list[Batch]:
    """The same achievement with the same language more than once, wherever the two stand.

    Args:
        parts: the localizations.

    Returns:
        The error on each of them where their texts differ; where they are the same, a remark on each but the first.
    """
    keys = [_keys(part, number) for number, part in enumerate(parts)]
    whole = pd.concat(keys, ignore_index=True) if keys else pd.DataFrame(columns=[*_KEY, *TEXTS])
    twice = whole[whole.duplicated(_KEY, keep=False)]
    if twice.empty:
        return []
    twice = twice.assign(**{name: composed(twice[name]) for name in TEXTS})
    distinct = twice.drop_duplicates([*_KEY, *TEXTS])
    differing = twice.set_index(_KEY).index.isin(distinct[distinct.duplicated(_KEY)].set_index(_KEY).index)
    later = twice.duplicated(_KEY).to_numpy() & ~differing
    # What a faulty text would say is not known, so neither is whether its row says the same.
    unsure = twice.groupby(_KEY, sort=False)["faulty"].transform("any").to_numpy()
    return [
        *_repeats(parts, twice, differing, "duplicate-locale", _DIFFERENT),
        *_repeats(parts, twice, later & ~unsure, "duplicate-row", _THE_SAME),
        *_repeats(parts, twice, later & unsure, "duplicate-row", _ONCE_MORE),
    ]


_KEY = ["vendor_identifier", "locale"]
_DIFFERENT = "{0} has {1} more than once, with other texts: {2}. Keep one of them, or correct the language."
_THE_SAME = "{0} has {1} more than once, with the same texts: {2}. They share one localization; delete one of them."
_ONCE_MORE = "{0} has {1} more than once: {2}. They share one localization; delete one of them."


def _keys(part: Records, number: int) -> pd.DataFrame:
    """What tells the localizations of one part apart, with where each of them stands."""
    good = part.good("vendor_identifier") & part.good("locale")
    found = part.values.loc[good, [*_KEY, *TEXTS]]
    faulty = np.any([part.bad[name][good] for name in TEXTS], axis=0)
    return found.assign(
        faulty=faulty, part=number, place=np.flatnonzero(good), row=part.rows[good], sheet=part.body.table.sheet
    )


def _repeats(
    parts: Sequence[Records], twice: pd.DataFrame, where: np.ndarray, code: str, message: str
) -> Iterator[Batch]:
    """A problem with some of the localizations that occur more than once, naming all places of each."""
    faulty = twice[where]
    keys = list(zip(faulty["vendor_identifier"], faulty["locale"], strict=True))
    wanted = set(keys)
    groups = {key: group for key, group in twice.groupby(_KEY, sort=False) if key in wanted}
    placed = {key: _placed(group) for key, group in groups.items()}
    messages = pd.Series([message.format(*key, placed[key]) for key in keys], index=faulty.index, dtype=object)
    for number, group in faulty.groupby("part", sort=False):
        part = parts[number]
        at_fault = np.zeros(len(part.places), dtype=bool)
        at_fault[group["place"]] = True
        yield part.complain(code, _pointed_at(part), at_fault, list(messages[group.index]))


def _placed(group: pd.DataFrame) -> str:
    """Where some localizations stand, in words."""
    by_sheet = group.groupby("sheet", sort=False)["row"]
    return " and ".join(f'"{printable(sheet)}" row {row_ranges(rows)}' for sheet, rows in by_sheet)


def _pointed_at(part: Records) -> str:
    """The column to show a doubled language at: the locale, or the first text under a language's header."""
    columns = part.body.table.languages.get(part.locale or "", {})
    return next((name for name in TEXTS if name in columns), "locale")


def without_achievement(parts: Sequence[Records], achievements: pd.Series) -> list[Batch]:
    """Localizations whose Achievement ID no achievement has.

    Args:
        parts: the localizations.
        achievements: the ids of all achievements.

    Returns:
        The error on each of them, naming the id that was probably meant.
    """
    return [problem for part in parts for problem in _orphans(part, achievements)]


def _orphans(part: Records, achievements: pd.Series) -> Iterator[Batch]:
    """The localizations of one part that have no achievement."""
    ids = part.values["vendor_identifier"]
    orphans = ~part.bad["vendor_identifier"] & ~(among(ids, achievements) & (ids != "").to_numpy())
    if orphans.any():
        near = achievements[among(achievements.str.lower(), ids[orphans].str.lower())]
        by_lower = {text.lower(): text for text in near}
        messages = [_orphan(text, by_lower.get(text.lower())) for text in ids[orphans]]
        yield part.complain("localization-without-achievement", "vendor_identifier", orphans, messages)


def _orphan(text: str, meant: str | None) -> str:
    """What to say of a localization without achievement."""
    if not text:
        return "This row continues an achievement whose id could not be read. Correct the id above it."
    guess = f" Is {meant} meant?" if meant else ""
    return f"No achievement in this file has the id {printable(text)}.{guess} Correct the id, or add the achievement."


def not_localized(achievements: Records, parts: Sequence[Records]) -> list[Batch]:
    """Achievements without any localization.

    Args:
        achievements: the achievements.
        parts: the localizations.

    Returns:
        The remark on each of them, or on the sheet where the file holds no localization at all.
    """
    sheet = achievements.body.table.sheet
    if not any(len(part.places) for part in parts):
        message = (
            "The file holds no localizations. The achievements can be created, but each needs at least one language "
            "with an image before it goes live."
        )
        return [on_file("achievement-without-localization", message, sheet=sheet)] if len(achievements.places) else []
    localized = pd.concat([part.values["vendor_identifier"] for part in parts])
    bare = achievements.good("vendor_identifier") & ~among(achievements.values["vendor_identifier"], localized)
    if not bare.any():
        return []
    message = (
        "This achievement has no localization. It can be created, but needs at least one language with an image before "
        "it goes live."
    )
    return [
        achievements.complain("achievement-without-localization", "vendor_identifier", bare, [message] * bare.sum())
    ]
