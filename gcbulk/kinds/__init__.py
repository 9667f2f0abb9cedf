"""The kinds of Game Center content that gcbulk knows, one module each; a new kind is a new module here."""

from collections.abc import Mapping

from gcbulk.kinds import achievements, progress, scores
from gcbulk.tables.spec import Family, Table

FAMILIES: Mapping[str, Family] = {
    family.name: family for family in (achievements.FAMILY, progress.FAMILY, scores.FAMILY)
}
"""The kinds of file, by the words of ``--kind``."""

SUBMISSION_TABLES: Mapping[str, Table] = {
    family.name: family.tables[0] for family in FAMILIES.values() if family.sole_sheet
}
"""The tables of what players did, by name."""
