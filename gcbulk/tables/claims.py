"""Which kind may read a sheet that several could: ``ID, Locale, Name`` fits the texts of more than one.

A sheet is claimed once, for the whole file. What says most wins: the user's option, then a key column that only one
kind calls so, then the sheet's name, then the headers. Where two claims are equally good, the user is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from gcbulk.tables.choices import Choices
from gcbulk.tables.headers import normalise
from gcbulk.tables.issues import Batch, on_file, printable, quoted
from gcbulk.tables.matching import HeaderMatch, fits
from gcbulk.tables.spec import Family, Table

Seen: TypeAlias = Sequence[tuple[Family, Sequence[HeaderMatch]]]
"""The kinds that are looked for, each with what it sees in the sheets of a file."""
_Strength: TypeAlias = tuple[bool, bool, bool, bool]


def claim_sheets(seen: Seen, choices: Choices) -> tuple[Mapping[str, str | None], list[Batch]]:
    """Who may read the sheets that several kinds could read.

    Args:
        seen: the kinds, and what each sees.
        choices: what the user chose.

    Returns:
        Sheet -> `Family.name`, or None where two have the same claim; and the questions about these. A sheet that at
        most one kind can read is not there.
    """
    claims: dict[str, list[tuple[_Strength, Family, Table]]] = {}
    for family, matches in seen:
        own = _own_ids(family, [other for other, _ in seen if other is not family])
        for match in matches:
            strength, table = _best(match, family, own, choices)
            if any(strength):
                claims.setdefault(match.sheet.name, []).append((strength, family, table))
    owners: dict[str, str | None] = {}
    problems: list[Batch] = []
    for sheet, rivals in claims.items():
        if len(rivals) < 2:
            continue
        most = max(strength for strength, *_ in rivals)
        first = [(family, table) for strength, family, table in rivals if strength == most]
        owners[sheet] = first[0][0].name if len(first) == 1 else None
        if len(first) > 1:
            problems.append(_which(sheet, [table for _, table in first]))
    return owners, problems


def _own_ids(family: Family, others: Sequence[Family]) -> frozenset[str]:
    """The headers of a kind's key that no other kind has for its own."""
    taken = frozenset[str]().union(*(_key_aliases(other) for other in others))
    return _key_aliases(family) - taken


def _key_aliases(family: Family) -> frozenset[str]:
    table = family.tables[0]
    return table.column(table.key).aliases


def _best(match: HeaderMatch, family: Family, own_ids: frozenset[str], choices: Choices) -> tuple[_Strength, Table]:
    """The strongest claim that a kind has to a sheet, and the table that it would read there."""
    name = normalise(match.sheet.name)
    key = family.tables[0].key
    has_own_id = any(heading.column == key and normalise(heading.text) in own_ids for heading in match.headings)
    claims: list[tuple[_Strength, Table]] = []
    for table in family.tables:
        signs = (
            choices.sheets.get(table.name) == match.sheet.name,
            name in table.sheet_names,
            fits(table, match.known),
        )
        # An id of its own alone is not a table: it may stand beside anything.
        claims.append(((signs[0], has_own_id and any(signs), *signs[1:]), table))
    return max(claims, key=lambda claim: claim[0])


def _which(sheet: str, tables: Sequence[Table]) -> Batch:
    """The question which kind a sheet is of."""
    options = " or ".join(f'--sheet {table.name}="{printable(sheet)}"' for table in tables)
    message = (
        f"The sheet {quoted(sheet)} can be read as {' or as '.join(table.plural for table in tables)}, by its headers. "
        f"Say which: {options}."
    )
    return on_file("sheet-ambiguous", message, sheet=sheet)
