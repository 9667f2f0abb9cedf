"""The kinds of Game Center content that gcbulk knows, one module each.

A new kind is a new module here and a line in `CONTENT` or `SUBMISSIONS`. Both are looked at when they are needed, and
nothing is kept that was made of them but the list of issue codes, so that a test can add a kind of its own.
"""

from collections.abc import Mapping

from gcbulk.kinds import achievements, leaderboards, progress, scores
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Resource, Role, SubmissionResource
from gcbulk.tables.codes import declare
from gcbulk.tables.spec import Family, Table

CONTENT: Mapping[str, ContentKind] = {kind.name: kind for kind in (achievements.KIND, leaderboards.KIND)}
"""What gcbulk creates in Game Center, by `ContentKind.name`; one file may hold several of them."""

SUBMISSIONS: Mapping[str, Family] = {family.name: family for family in (progress.FAMILY, scores.FAMILY)}
"""What players did, by `Family.name`; a file holds one of them."""

SUBMISSION_TABLES: Mapping[str, Table] = {name: family.tables[0] for name, family in SUBMISSIONS.items()}
"""The tables of what players did, by name."""

SUBMISSION_RESOURCES: Mapping[str, SubmissionResource] = {
    progress.FAMILY.name: progress.RESOURCE,
    scores.FAMILY.name: scores.RESOURCE,
}
"""What they are to requests, the journal and reports, by the same names."""


def families() -> Mapping[str, Family]:
    """The kinds of file by the words of ``--kind``; those of `CONTENT` may stand in one file together."""
    return {kind.family.name: kind.family for kind in CONTENT.values()} | dict(SUBMISSIONS)


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


for _family in families().values():
    declare(_family.codes)
