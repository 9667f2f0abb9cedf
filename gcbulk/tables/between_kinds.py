"""Rules between the kinds of things that a file holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gcbulk.tables.issues import Batch, printable
from gcbulk.tables.spec import Found
from gcbulk.tables.vocabulary import with_article


def ids_of_others(found: Sequence[Found]) -> Iterator[Batch]:
    """The remark on ids that a thing of an earlier kind has as well; whether the service takes both is not known.

    Args:
        found: what the file holds of each kind.
    """
    owners: dict[str, tuple[str, str, int]] = {}
    for one in found:
        own: dict[str, tuple[str, str, int]] = {}
        for part in one.things:
            good = part.good(part.key)
            where = good & np.array([key in owners for key in part.keys], dtype=bool)
            messages = [_of_another(key, *owners[key]) for key in part.keys[where]]
            if messages:
                yield part.complain("id-of-another-kind", part.key, where, messages)
            places = zip(part.keys[good], part.rows[good], strict=True)
            own |= {key: (one.table.record, part.layout.sheet, int(row)) for key, row in places}
        owners |= own


def _of_another(key: str, record: str, sheet: str, row: int) -> str:
    return (
        f'{with_article(record).capitalize()} has the id {printable(key)} as well ("{printable(sheet)}" row {row}). '
        "Whether Game Center takes both is not known; if it refuses one, the report says so."
    )
