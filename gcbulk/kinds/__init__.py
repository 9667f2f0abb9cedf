"""The kinds of Game Center content that gcbulk knows, one module each.

A new kind is a new module here and a line in `CONTENT` or `SUBMISSIONS`. Both are looked at when they are needed, and
nothing is kept that was made of them, so that a test can add a kind of its own.
"""

from collections.abc import Mapping

from gcbulk.kinds import achievements, progress, scores
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Resource, Role
from gcbulk.tables.spec import Family, Table

CONTENT: Mapping[str, ContentKind] = {kind.name: kind for kind in (achievements.KIND,)}
"""What gcbulk creates in Game Center, by `ContentKind.name`; one file may hold several of them."""

FAMILIES: Mapping[str, Family] = {
    family.name: family for family in (achievements.FAMILY, progress.FAMILY, scores.FAMILY)
}
"""The kinds of file, by the words of ``--kind``."""

SUBMISSION_TABLES: Mapping[str, Table] = {
    family.name: family.tables[0] for family in FAMILIES.values() if family.sole_sheet
}
"""The tables of what players did, by name."""


def called(word: str) -> tuple[Resource, Role]:
    """The kind and role that the journal knows by a word.

    Args:
        word: one of `Resource.words`.

    Raises:
        KeyError: nothing is called so.
    """
    for kind in CONTENT.values():
        for role, own in kind.resource.words.items():
            if own == word:
                return kind.resource, role
    raise KeyError(word)


def content_tables() -> Mapping[str, Table]:
    """The tables of everything that gcbulk creates, by name."""
    return {table.name: table for kind in CONTENT.values() for table in kind.family.tables}
