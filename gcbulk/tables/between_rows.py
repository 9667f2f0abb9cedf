"""Rules between the rows of a table, and between a thing and its localizations, as kinds declare them.

They ignore cells with errors but not cells with warnings: those are sent, so the rules apply to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from gcbulk.records import TEXT_TYPE
from gcbulk.tables.cells import among, composed
from gcbulk.tables.issues import Batch, on_file, printable, row_ranges
from gcbulk.tables.records import Records
from gcbulk.tables.spec import Found, Table
from gcbulk.tables.vocabulary import with_article


def agree(table: Table, records: Records) -> Iterator[Batch]:
    """Rows of the same key: the same twice is remarked, a contradiction is an error on each of them.

    Args:
        table: what they are records of; its columns say which have to agree.
        records: the records, those that continue an earlier one included.
    """
    names = [column.name for column in table.columns if column.agree]
    at = np.flatnonzero(records.good(table.key) & records.keys.duplicated(keep=False).to_numpy())
    if not len(at):
        return
    # Blank and faulty cells agree with everything: a row that continues another may leave them out.
    cells = records.values.iloc[at]
    cells = cells.assign(
        **{name: composed(cells[name]) for name in names if isinstance(cells[name].dtype, pd.StringDtype)}
    )
    blank = {name: records.bad[name][at] | (cells[name] == "") for name in names}
    cells = cells.assign(**{name: cells[name].mask(blank[name].fillna(False)) for name in names})
    groups = cells.groupby(table.key, sort=False)
    differs = pd.DataFrame(
        {name: cells[name].notna() & (cells[name] != groups[name].transform("first")) for name in names}
    )
    apart = differs.fillna(False).any(axis=1).groupby(cells[table.key], sort=False).transform("any")
    # What a faulty cell would say is not known, so neither is whether its row says the same.
    faulty = pd.DataFrame({name: records.bad[name][at] for name in names}, index=cells.index).any(axis=1)
    sure = ~faulty.groupby(cells[table.key], sort=False).transform("any")
    again = ~apart & cells[table.key].duplicated() & ~records.continued[at]
    yield from _contradicting(table, records, cells[apart], differs[apart])
    yield from _repeating(table, records, cells, again, sure)


def _contradicting(table: Table, records: Records, cells: pd.DataFrame, differs: pd.DataFrame) -> Iterator[Batch]:
    """The error on each row of a key whose rows differ."""
    if cells.empty:
        return
    row_of = pd.Series(records.rows[cells.index], index=cells.index)
    names, others = {}, {}
    for key, group in cells.groupby(table.key, sort=False):
        columns = [name for name in differs.columns if differs.loc[group.index, name].any()]
        names[key] = " and ".join(records.layout.header(name) or table.column(name).title for name in columns)
        others[key] = row_ranges(row_of[group.index])
    messages = [
        f"The rows {others[key]} all have this {table.column(table.key).title}, but differ in {names[key]}. Make them "
        "say the same, or correct the id."
        for key in cells[table.key]
    ]
    yield _on_rows(records, "contradicting-rows", cells.index, messages)


def _repeating(
    table: Table, records: Records, cells: pd.DataFrame, again: pd.Series, sure: pd.Series
) -> Iterator[Batch]:
    """The remark on each later row that says the same as an earlier one, as far as its cells can be understood."""
    if not again.any():
        return
    firsts = cells.drop_duplicates(table.key)
    row_of = dict(zip(firsts[table.key], records.rows[firsts.index], strict=True))
    same = f"has the same {table.column(table.key).title} as"
    messages = [
        f"This row {'says the same as' if certain else same} row {row_of[key]}; both share one {table.record} and its "
        "id. Delete one of them."
        for key, certain in zip(cells[table.key][again], sure[again], strict=True)
    ]
    yield _on_rows(records, "duplicate-row", cells.index[again], messages)


def _on_rows(records: Records, code: str, index: pd.Index, messages: list[str]) -> Batch:
    """A problem with whole rows, shown at the key and true for every record of the row."""
    where = np.zeros(len(records.rows), dtype=bool)
    where[index] = True
    return records.complain(code, records.key, where, messages, of_whole_row=True)


def unique_text(found: Found) -> Iterator[Batch]:
    """The same key with the same language more than once, wherever the two stand.

    An error on each of them where their texts differ; where they are the same, a remark on each but the first.
    """
    table = found.table.of_texts
    if table is None or table.language is None:
        return
    pair, texts = [table.key, table.language], [*table.texts, *table.optional_texts]
    lines = [_lines(part, number, pair, texts) for number, part in enumerate(found.texts)]
    whole = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=[*pair, *texts])
    twice = whole[whole.duplicated(pair, keep=False)]
    if twice.empty:
        return
    twice = twice.assign(**{name: composed(twice[name]) for name in texts})
    distinct = twice.drop_duplicates([*pair, *texts])
    differing = twice.set_index(pair).index.isin(distinct[distinct.duplicated(pair)].set_index(pair).index)
    later = twice.duplicated(pair).to_numpy() & ~differing
    # What a faulty text would say is not known, so neither is whether its row says the same.
    unsure = twice.groupby(pair, sort=False)["faulty"].transform("any").to_numpy()
    for where, code, message in (
        (differing, "duplicate-locale", _DIFFERENT),
        (later & ~unsure, "duplicate-row", _THE_SAME),
        (later & unsure, "duplicate-row", _ONCE_MORE),
    ):
        yield from _repeats(table, found.texts, twice, where, code, message.replace("{record}", table.record))


_DIFFERENT = "{0} has {1} more than once, with other texts: {2}. Keep one of them, or correct the language."
_THE_SAME = "{0} has {1} more than once, with the same texts: {2}. They share one {record}; delete one of them."
_ONCE_MORE = "{0} has {1} more than once: {2}. They share one {record}; delete one of them."


def _lines(part: Records, number: int, pair: Sequence[str], texts: Sequence[str]) -> pd.DataFrame:
    """What tells the texts of one part apart, with where each of them stands."""
    good = np.logical_and.reduce([part.good(name) for name in pair])
    lines = part.values.loc[good, [*pair, *texts]]
    faulty = np.any([part.bad[name][good] for name in texts], axis=0)
    return lines.assign(
        faulty=faulty, part=number, position=np.flatnonzero(good), row=part.rows[good], sheet=part.layout.sheet
    )


def _repeats(
    table: Table, parts: Sequence[Records], twice: pd.DataFrame, where: np.ndarray, code: str, message: str
) -> Iterator[Batch]:
    """A problem with some of the texts that occur more than once, naming all rows of each."""
    pair = [table.key, table.language]
    faulty = twice[where]
    keys = list(zip(*(faulty[name] for name in pair), strict=True))
    wanted = set(keys)
    groups = {key: group for key, group in twice.groupby(pair, sort=False) if key in wanted}
    placed = {key: _placed(group) for key, group in groups.items()}
    messages = pd.Series([message.format(*key, placed[key]) for key in keys], index=faulty.index, dtype=object)
    for number, group in faulty.groupby("part", sort=False):
        part = parts[number]
        at_fault = np.zeros(len(part.rows), dtype=bool)
        at_fault[group["position"]] = True
        yield part.complain(code, _pointed_at(table, part), at_fault, list(messages[group.index]))


def _placed(group: pd.DataFrame) -> str:
    """Where some texts stand, in words."""
    by_sheet = group.groupby("sheet", sort=False)["row"]
    return " and ".join(f'"{printable(sheet)}" row {row_ranges(rows)}' for sheet, rows in by_sheet)


def _pointed_at(table: Table, part: Records) -> str:
    """The column to show a doubled language at: that of the language, or the first text under a language's header."""
    columns = part.layout.languages.get(part.locale or "", {})
    return next((name for name in table.texts if name in columns), table.language or table.key)


def orphans(code: str) -> Callable[[Found], Iterable[Batch]]:
    """The rule against texts whose key no thing has; the message names the one that was probably meant.

    Args:
        code: one of `CODES`.
    """

    def rule(found: Found) -> Iterator[Batch]:
        """Report the texts whose key no thing has."""
        # Where the keys cannot be read, or nobody knows from which sheet, that was said, and all rows would follow.
        is_known = found.things or "sheet-ambiguous" not in found.codes
        if is_known and all(part.has_keys for part in (*found.things, *found.texts)):
            keys = [part.keys for part in found.things]
            known = pd.concat(keys) if keys else pd.Series([], dtype=TEXT_TYPE)
            for part in found.texts:
                yield from _without_thing(code, found.table, part, known)

    return rule


def _without_thing(code: str, table: Table, part: Records, known: pd.Series) -> Iterator[Batch]:
    """The texts of one part whose key is not one of those that are known."""
    keys = part.keys
    lost = ~part.bad[part.key] & ~(among(keys, known) & (keys != "").to_numpy())
    if lost.any():
        near = known[among(known.str.lower(), keys[lost].str.lower())]
        by_lower = {text.lower(): text for text in near}
        messages = [_orphan(table, text, by_lower.get(text.lower())) for text in keys[lost]]
        yield part.complain(code, part.key, lost, messages)


def _orphan(table: Table, text: str, meant: str | None) -> str:
    """What to say of a text without the thing that it is of."""
    if not text:
        return f"This row continues {with_article(table.record)} whose id could not be read. Correct the id above it."
    guess = f" Is {meant} meant?" if meant else ""
    return (
        f"No {table.record} in this file has the id {printable(text)}.{guess} Correct the id, or add the "
        f"{table.record}."
    )


def by_case(code: str) -> Callable[[Found], Iterable[Batch]]:
    """The remark on keys that differ in upper and lower case only, on each but the first of them.

    Args:
        code: one of `CODES`.
    """

    def rule(found: Found) -> Iterator[Batch]:
        """Report the keys that differ only in case from an earlier one."""
        for part in found.things:
            yield from _alike(code, part)

    return rule


def _alike(code: str, records: Records) -> Iterator[Batch]:
    keys = records.keys[records.good(records.key)].drop_duplicates()
    folded = keys.str.lower()
    later = keys[folded.duplicated()]
    if later.empty:
        return
    first = dict(zip(folded[::-1], zip(keys[::-1], records.rows[keys.index[::-1]], strict=True), strict=True))
    messages = []
    for text in later:
        other, row = first[text.lower()]
        messages.append(f"{text} and {other} (row {row}) differ in upper and lower case only. Are both meant?")
    where = np.zeros(len(records.rows), dtype=bool)
    where[later.index] = True
    yield records.complain(code, records.key, where, messages)


_TOO_MANY = "The file holds {count:,} {things}; an app can have {most}. Remove some."


def at_most(most: int, code: str, message: str = _TOO_MANY) -> Callable[[Found], Iterable[Batch]]:
    """The rule against more things than an app can have; the same key counts once.

    Args:
        most: how many.
        code: one of `CODES`.
        message: what to say, with {count}, {things} and {most}.
    """

    def rule(found: Found) -> Iterator[Batch]:
        """Report a count over the limit."""
        for part in found.things:
            count = len(_each_once(part))
            if count > most:
                text = message.format(count=count, things=found.table.plural, most=most)
                yield on_file(code, text, sheet=part.layout.sheet)

    return rule


def sum_at_most(column: str, most: int, code: str) -> Callable[[Found], Iterable[Batch]]:
    """The rule against a larger sum than an app can have; the same key counts once.

    Args:
        column: the column of numbers.
        most: the largest sum.
        code: one of `CODES`.
    """

    def rule(found: Found) -> Iterator[Batch]:
        """Report a sum over the limit."""
        for part in found.things:
            once = _each_once(part)
            total = int(once[column][~part.bad[column][once.index]].sum())
            if total > most:
                noun = found.table.column(column).title.lower()
                message = f"The {noun} add up to {total:,}; an app can give {most:,} in all. Lower some of them."
                yield on_file(code, message, sheet=part.layout.sheet, column=part.layout.header(column))

    return rule


def _each_once(records: Records) -> pd.DataFrame:
    """The first record of each good key."""
    return records.values[records.good(records.key)].drop_duplicates(records.key)


def without_text(code: str, *, with_image: bool = False) -> Callable[[Found], Iterable[Batch]]:
    """The remark on things without any text, or on their sheet where the file holds no text at all.

    Args:
        code: one of `CODES`.
        with_image: whether one of the texts needs an image.
    """

    def rule(found: Found) -> Iterator[Batch]:
        """Report the things without any text."""
        if all(part.has_keys for part in found.texts):
            for part in found.things:
                yield from _without_text(code, found, part, f"{'with an image ' if with_image else ''}before")

    return rule


def _without_text(code: str, found: Found, records: Records, before: str) -> Iterator[Batch]:
    noun, texts = found.table.record, found.table.of_texts
    until = f"needs at least one language {before} it goes live."
    if not any(len(part.rows) for part in found.texts):
        if len(records.rows) and texts:
            message = f"The file holds no {texts.plural}. The {found.table.plural} can be created, but each {until}"
            yield on_file(code, message, sheet=records.layout.sheet)
        return
    localized = pd.concat([part.keys for part in found.texts])
    bare = records.good(records.key) & ~among(records.keys, localized)
    if bare.any() and texts:
        message = f"This {noun} has no {texts.record}. It can be created, but {until}"
        yield records.complain(code, records.key, bare, [message] * int(bare.sum()))
