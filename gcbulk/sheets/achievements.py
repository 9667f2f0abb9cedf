"""Achievements: how their records are read, and the rules across their rows.

What comes in: a table's body and its rows told apart. What goes out: the achievements, and the problems.

Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementcreaterequest
Source: https://developer.apple.com/help/app-store-connect/reference/achievements (100 achievements, 1000 points)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from gcbulk.kinds.achievements import COLUMNS
from gcbulk.sheets.body import Body
from gcbulk.sheets.reading import Judged, Records, all_of, judge
from gcbulk.sheets.rows import Rows
from gcbulk.tables.cells import composed
from gcbulk.tables.issues import Batch, on_file, row_ranges

MOST_ACHIEVEMENTS = 100
MOST_POINTS = 1000
ATTRIBUTES = ("reference_name", "points", "show_before_earned", "repeatable", "archived", "activity_properties")
"""What two rows of the same achievement have to agree on."""


def read_achievements(body: Body, rows: Rows) -> tuple[Records, list[Batch]]:
    """The achievements of a table: every record row, those that continue an earlier one included.

    Args:
        body: the part of the sheet below the headers.
        rows: its rows told apart.

    Returns:
        The records, and the problems with single rows.
    """
    places = np.flatnonzero(rows.records)
    required = ~rows.continued[places]
    # A problem on a row that continues an achievement is one of the row's other record, its localization.
    kinds = all_of(places, None)
    kinds[required] = "achievement"
    judged = {
        "vendor_identifier": judge_ids(body, places, required=required),
        "reference_name": judge(body, "reference_name", places, required=required, kinds=kinds),
        "points": judge(body, "points", places, required=required, kinds=kinds),
        "show_before_earned": _judge_shown(body, places, required=required, kinds=kinds),
        "repeatable": judge(body, "repeatable", places, required=required, kinds=kinds),
        "archived": judge(body, "archived", places, required=all_of(places, False), kinds=kinds),
        "activity_properties": judge(body, "activity_properties", places, required=all_of(places, False), kinds=kinds),
    }
    values = pd.DataFrame({name: one.values for name, one in judged.items()}, index=range(len(places)))
    values["vendor_identifier"] = rows.ids.iloc[places].reset_index(drop=True)
    values["archived"] = _said_once(values["archived"], values["vendor_identifier"])
    properties = values["activity_properties"]
    values["activity_properties"] = _said_once(properties.mask(properties == ""), values["vendor_identifier"]).fillna(
        ""
    )
    problems = [problem for one in judged.values() for problem in one.problems]
    return Records("achievement", body, places, values, {name: one.bad for name, one in judged.items()}), problems


def _said_once(optional: pd.Series, ids: pd.Series) -> pd.Series:
    """A value as any row of an achievement says it: rows that leave it out do not make a second achievement of it."""
    if optional.notna().all() or optional.isna().all():
        return optional
    return optional.fillna(optional.groupby(ids, sort=False).transform("first"))


def judge_ids(body: Body, places: np.ndarray, *, required: np.ndarray) -> Judged:
    """The Achievement IDs of some rows; a problem with one is a problem of every record of its row.

    Args:
        body: where they stand.
        places: the rows, by their places in the body.
        required: for each of these, whether it has to name an id.

    Returns:
        The judged column.
    """
    return judge(body, "vendor_identifier", places, required=required, kinds=all_of(places, None))


def _judge_shown(body: Body, places: np.ndarray, *, required: np.ndarray, kinds: np.ndarray) -> Judged:
    """Show Before Earned, also from Hidden, which is its opposite."""
    has_shown = body.column("show_before_earned") is not None
    needed = required & ~body.filled("hidden")[places]
    shown = judge(body, "show_before_earned", places, required=needed, kinds=kinds)
    hidden = judge(body, "hidden", places, required=required & (not has_shown), kinds=kinds)
    same = (shown.values == hidden.values).to_numpy(dtype=bool, na_value=False)
    values = shown.values.where(shown.values.notna(), ~hidden.values).mask(same)
    problems = [*shown.problems, *hidden.problems]
    if same.any():
        problems.append(_contradiction(body, places[same], kinds[same]))
    return Judged(values, shown.bad | hidden.bad | same, problems)


def _contradiction(body: Body, places: np.ndarray, kinds: np.ndarray) -> Batch:
    """The problem that rows are both hidden and shown, or neither."""
    hidden, shown = (body.table.columns[name] for name in ("hidden", "show_before_earned"))
    message = f"{hidden} and {shown} are opposites, and this row says the same in both. Correct one of them."
    position = body.table.positions["hidden", None]
    return Batch(
        "hidden-contradiction",
        [message] * len(places),
        rows=body.rows[places],
        sheet=body.table.sheet,
        column=hidden,
        position=position,
        values=[str(value) for value in body.cells[position].raw.iloc[places]],
        kinds=list(kinds),
    )


def without_continued(records: Records, rows: Rows) -> Records:
    """The achievements alone, each at the row that it begins on.

    Args:
        records: the records as `read_achievements` gives them.
        rows: the rows told apart.

    Returns:
        The records without those rows that only add a language to an earlier one.
    """
    own = ~rows.continued[records.places]
    if own.all():
        return records
    bad = {name: mask[own] for name, mask in records.bad.items()}
    values = records.values[own].reset_index(drop=True)
    return Records(records.kind, records.body, records.places[own], values, bad)


def same_ids(records: Records, rows: Rows) -> list[Batch]:
    """Rows with the same Achievement ID: the same twice is remarked, a contradiction is an error on each of them.

    Args:
        records: the records as `read_achievements` gives them.
        rows: the rows told apart.

    Returns:
        The problems.
    """
    good = records.good("vendor_identifier")
    at = np.flatnonzero(good & records.values["vendor_identifier"].duplicated(keep=False).to_numpy())
    if not len(at):
        return []
    # Blank and faulty cells agree with everything: a row that continues another may leave them out.
    cells = records.values.iloc[at]
    texts = {name: composed(cells[name]) for name in ("reference_name", "activity_properties")}
    cells = cells.assign(**texts)
    blank = {name: records.bad[name][at] | (cells[name] == "") for name in ATTRIBUTES}
    cells = cells.assign(**{name: cells[name].mask(blank[name].fillna(False)) for name in ATTRIBUTES})
    groups = cells.groupby("vendor_identifier", sort=False)
    differs = pd.DataFrame(
        {name: cells[name].notna() & (cells[name] != groups[name].transform("first")) for name in ATTRIBUTES}
    )
    apart = differs.fillna(False).any(axis=1).groupby(cells["vendor_identifier"], sort=False).transform("any")
    # What a faulty cell would say is not known, so neither is whether its row says the same.
    faulty = pd.DataFrame({name: records.bad[name][at] for name in ATTRIBUTES}, index=cells.index).any(axis=1)
    sure = ~faulty.groupby(cells["vendor_identifier"], sort=False).transform("any")
    again = ~apart & cells["vendor_identifier"].duplicated() & ~rows.continued[records.places[at]]
    return [*_contradicting(records, cells[apart], differs[apart]), *_repeating(records, cells, again, sure)]


def _contradicting(records: Records, cells: pd.DataFrame, differs: pd.DataFrame) -> Iterator[Batch]:
    """The error on each row of an achievement whose rows differ."""
    if cells.empty:
        return
    row_of = pd.Series(records.rows[cells.index], index=cells.index)
    names, others = {}, {}
    for key, group in cells.groupby("vendor_identifier", sort=False):
        columns = [name for name in ATTRIBUTES if differs.loc[group.index, name].any()]
        names[key] = " and ".join(records.body.table.header(name) or COLUMNS[name].title for name in columns)
        others[key] = row_ranges(row_of[group.index])
    messages = [
        f"The rows {others[key]} all have this Achievement ID, but differ in {names[key]}. Make them say the same, or "
        "correct the id."
        for key in cells["vendor_identifier"]
    ]
    yield _on_rows(records, "contradicting-rows", cells.index, messages)


def _repeating(records: Records, cells: pd.DataFrame, again: pd.Series, sure: pd.Series) -> Iterator[Batch]:
    """The remark on each later row that says the same as an earlier one, as far as its cells can be understood."""
    if not again.any():
        return
    firsts = cells.drop_duplicates("vendor_identifier")
    row_of = dict(zip(firsts["vendor_identifier"], records.rows[firsts.index], strict=True))
    messages = [
        f"This row {'says the same as' if certain else 'has the same Achievement ID as'} row {row_of[key]}; both share "
        "one achievement and its id. Delete one of them."
        for key, certain in zip(cells["vendor_identifier"][again], sure[again], strict=True)
    ]
    yield _on_rows(records, "duplicate-row", cells.index[again], messages)


def _on_rows(records: Records, code: str, index: pd.Index, messages: list[str]) -> Batch:
    """A problem with whole rows, shown at the id and true for every record of the row."""
    where = np.zeros(len(records.places), dtype=bool)
    where[index] = True
    return replace(records.complain(code, "vendor_identifier", where, messages), kinds=None)


def alike_ids(records: Records) -> list[Batch]:
    """Achievement IDs that differ in upper and lower case only.

    Args:
        records: the achievements.

    Returns:
        The remark on each but the first of such ids.
    """
    ids = records.values["vendor_identifier"][records.good("vendor_identifier")].drop_duplicates()
    folded = ids.str.lower()
    later = ids[folded.duplicated()]
    if later.empty:
        return []
    first = dict(zip(folded[::-1], zip(ids[::-1], records.rows[ids.index[::-1]], strict=True), strict=True))
    messages = []
    for text in later:
        other, row = first[text.lower()]
        messages.append(f"{text} and {other} (row {row}) differ in upper and lower case only. Are both meant?")
    where = np.zeros(len(records.places), dtype=bool)
    where[later.index] = True
    return [records.complain("id-differs-by-case", "vendor_identifier", where, messages)]


def totals(records: Records) -> list[Batch]:
    """More achievements, or more points in all, than an app can have; the same id counts once.

    Args:
        records: the achievements.

    Returns:
        The problems with the file.
    """
    named = records.values[records.good("vendor_identifier")].drop_duplicates("vendor_identifier")
    table = records.body.table
    points = int(named["points"][~records.bad["points"][named.index]].sum())
    problems = []
    if len(named) > MOST_ACHIEVEMENTS:
        message = f"The file holds {len(named):,} achievements; an app can have {MOST_ACHIEVEMENTS}. Take some out."
        problems.append(on_file("too-many-achievements", message, sheet=table.sheet))
    if points > MOST_POINTS:
        message = f"The points add up to {points:,}; an app can give {MOST_POINTS:,} in all. Lower some of them."
        problems.append(on_file("points-total", message, sheet=table.sheet, column=table.header("points")))
    return problems
