"""The warning of a check that things have no picture in the file: a review needs one, a push does not.

Source: https://developer.apple.com/help/app-store-connect/configure-game-center/configure-achievements
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gcbulk.kinds.content import ContentKind
from gcbulk.sheets.checked import Checked
from gcbulk.tables.issues import Batch, merged, on_file, printable
from gcbulk.tables.vocabulary import with_article

_NAMED = 3


def with_readiness(checked: Checked) -> Checked:
    """The check with one warning more for each kind that needs pictures and has things without one in the file.

    Args:
        checked: the check; things without a text have a warning already.
    """
    pictured = [kind for kind in checked.kinds if kind.resource.needs_image]
    warned = [warning for kind in pictured for warning in _without_picture(checked, kind)]
    if not warned:
        return checked
    sheets = [sheet.name for sheet in checked.book.sheets]
    folded = None if checked.folded is None else merged(checked.folded, warned, sheets)
    return replace(checked, issues=merged(checked.issues, warned, sheets), folded=folded)


def _without_picture(checked: Checked, kind: ContentKind) -> Iterator[Batch]:
    """The warning that things of a kind have no picture."""
    ids = checked.things(kind)[kind.things.key]
    unpictured = set(checked.texts(kind)[kind.texts.key]) - set(checked.images_of(kind)["vendor_identifier"])
    lacking = [str(identifier) for identifier in ids.unique() if identifier and identifier in unpictured]
    if lacking:
        more = ", …" if len(lacking) > _NAMED else ""
        message = (
            f"{len(lacking):,} of {ids.nunique():,} {kind.things.plural} {'has' if len(lacking) == 1 else 'have'} no "
            "picture in this file "
            f"({printable(', '.join(lacking[:_NAMED]))}{more}). They can be sent, but before review each needs "
            f"{with_article(kind.texts.record)} with a picture, unless Game Center has one already. Name the files in "
            "a column Image."
        )
        yield on_file("not-ready-for-review", message)
