"""What a review needs and a push does not, reported once for the whole file before anything is sent.

Source: https://developer.apple.com/help/app-store-connect/configure-game-center/configure-achievements
"""

from __future__ import annotations

from dataclasses import replace

from gcbulk.sheets.checked import Checked
from gcbulk.tables.issues import merged, on_file, printable

_NAMED = 3


def with_readiness(checked: Checked) -> Checked:
    """The check with one warning more, where achievements of the file have no picture in it.

    Args:
        checked: the check; achievements without a localization have a warning already.
    """
    ids = checked.achievements["vendor_identifier"]
    localized = set(checked.localizations["vendor_identifier"])
    pictured = set(checked.images["vendor_identifier"])
    lacking = [str(one) for one in ids.unique() if one and one in localized and one not in pictured]
    if not lacking:
        return checked
    more = ", …" if len(lacking) > _NAMED else ""
    message = (
        f"{len(lacking):,} of {ids.nunique():,} achievements {'has' if len(lacking) == 1 else 'have'} no "
        "picture in this file "
        f"({printable(', '.join(lacking[:_NAMED]))}{more}). They can be sent, but before review each needs a "
        "localization with a picture, unless Game Center has one already. Name the files in a column Image."
    )
    warned = on_file("not-ready-for-review", message)
    sheets = [sheet.name for sheet in checked.book.sheets]
    folded = None if checked.folded is None else merged(checked.folded, [warned], sheets)
    return replace(checked, issues=merged(checked.issues, [warned], sheets), folded=folded)
