"""The images of localizations, as a listing includes them.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-achievement-images
"""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.appstore.replies import members, references
from gcbulk.records import Json, LiveImage


def included_image(
    item: Mapping[str, Json], relationship: str | None, included: Mapping[tuple[str, str], Mapping[str, Json]]
) -> LiveImage | None:
    """The image of a localization; known by its id alone where it was linked and not included.

    Args:
        item: the localization's resource.
        relationship: what leads to its image; None where there are no images.
        included: what came along, by type and id.
    """
    linked = references(item, relationship) if relationship is not None else ()
    if not linked:
        return None
    attributes = members(included.get(linked[0], {}), "attributes")
    size, state = attributes.get("fileSize"), members(attributes, "assetDeliveryState").get("state")
    asset = members(attributes, "imageAsset")
    width, height = asset.get("width"), asset.get("height")
    return LiveImage(
        id=linked[0][1],
        file_name=_text(attributes.get("fileName")),
        file_size=size if isinstance(size, int) else None,
        state=_text(state),
        url=_text(asset.get("templateUrl")),
        size_px=(width, height) if isinstance(width, int) and isinstance(height, int) else None,
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
