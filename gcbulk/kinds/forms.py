"""The two forms of the API in which Apple offers a kind that has been there since the first."""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.records import Api, Form


def both_forms(stem: str, own: str) -> Mapping[Api, Form]:
    """The forms of a kind whose things hold their texts in v1, and whose versions do in v2.

    Args:
        stem: what its types begin with: "gameCenterAchievement".
        own: how a version in v2 calls the thing that it is one of: "achievement".
    """
    return {
        Api.V1: Form(
            root="/v1",
            listed=f"{stem}s",
            parent=stem,
            image=f"{stem}Image",
            image_parent=f"{stem}Localization",
        ),
        Api.V2: Form(
            root="/v2",
            listed=f"{stem}sV2",
            parent="version",
            version_parent=own,
            image="image",
            image_parent="localization",
        ),
    }
