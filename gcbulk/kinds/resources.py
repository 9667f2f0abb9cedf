"""Every kind of thing that gcbulk creates in Game Center."""

from __future__ import annotations

from gcbulk.kinds import achievement_resource
from gcbulk.records import Resource, Role

RESOURCES = (achievement_resource.RESOURCE,)
_BY_WORD = {word: (resource, role) for resource in RESOURCES for role, word in resource.words.items()}


def called(word: str) -> tuple[Resource, Role]:
    """The kind and role that the journal knows by a word.

    Args:
        word: one of `Resource.words`.

    Raises:
        KeyError: nothing is called so.
    """
    return _BY_WORD[word]
