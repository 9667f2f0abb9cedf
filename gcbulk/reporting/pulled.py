"""What is live, as frames that can be checked and pushed again.

Ids and states stand beside the columns that a check reads; a check ignores them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import TEXT_TYPE, Json, LiveLocalization, LiveThing, Snapshot
from gcbulk.tables.properties import to_text

ACHIEVEMENTS: Mapping[str, str] = {
    "reference_name": TEXT_TYPE,
    "vendor_identifier": TEXT_TYPE,
    "points": "Int64",
    "show_before_earned": "boolean",
    "repeatable": "boolean",
    "archived": "boolean",
    "activity_properties": TEXT_TYPE,
    "game_center_id": TEXT_TYPE,
    "state": TEXT_TYPE,
}
"""The columns of pulled achievements, with their types; missing where the service did not say."""
LOCALIZATIONS: Mapping[str, str] = {
    "vendor_identifier": TEXT_TYPE,
    "locale": TEXT_TYPE,
    "name": TEXT_TYPE,
    "before_earned_description": TEXT_TYPE,
    "after_earned_description": TEXT_TYPE,
    "game_center_id": TEXT_TYPE,
    "image_state": TEXT_TYPE,
    "downloaded_image": TEXT_TYPE,
    "download_problem": TEXT_TYPE,
}
"""The columns of pulled localizations, likewise."""
_BESIDE = {"game_center_id", "state", "image_state", "downloaded_image", "download_problem"}
"""Columns that are no attribute of either."""


def pulled(snapshot: Snapshot, pictures: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """What is live, in display order where that is known.

    Args:
        snapshot: what is live.
        pictures: localization's id -> where its picture was saved.
        problems: localization's id -> why its picture could not be had.

    Returns:
        "achievements" (columns: `ACHIEVEMENTS`) and "localizations" (columns: `LOCALIZATIONS`). Index: 0, 1, ...
    """
    positions = {one: position for position, one in enumerate(snapshot.order_of(RESOURCE))}
    live = [one for same in snapshot.of(RESOURCE).values() for one in same]
    live.sort(key=lambda one: positions.get(one.id, len(positions)))
    texts = [line for one in live for line in _localizations(one, pictures, problems)]
    return {
        "achievements": _frame([_achievement(one) for one in live], ACHIEVEMENTS),
        "localizations": _frame(texts, LOCALIZATIONS),
    }


def not_carried(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """What the service says of achievements and localizations and a pull has no column for.

    Args:
        snapshot: what is live.

    Returns:
        "achievements" and "localizations" -> the names of their other attributes, in snake_case, where any has a value.
    """
    live = [one for same in snapshot.of(RESOURCE).values() for one in same]
    texts = [text for one in live for text in (one.localizations or {}).values()]
    return {
        "achievements": _others([one.attributes for one in live], ACHIEVEMENTS),
        "localizations": _others([text.attributes for text in texts], LOCALIZATIONS),
    }


def _others(attributes: Iterable[Mapping[str, Json]], columns: Mapping[str, str]) -> tuple[str, ...]:
    own = set(columns) - _BESIDE
    found = {name for each in attributes for name, value in each.items() if name not in own and value is not None}
    return tuple(sorted(found))


def _achievement(live: LiveThing) -> dict[str, Json]:
    properties = live.attributes.get("activity_properties")
    beside = {"game_center_id": live.id, "state": live.version_state}
    return {**live.attributes, "activity_properties": to_text(properties) if properties else None, **beside}


def _localizations(
    live: LiveThing, pictures: Mapping[str, str], problems: Mapping[str, str]
) -> Iterator[dict[str, Json]]:
    for text in (live.localizations or {}).values():
        beside = {
            "vendor_identifier": live.attributes.get("vendor_identifier"),
            "game_center_id": text.id,
            "image_state": _image_state(text),
            "downloaded_image": pictures.get(text.id),
            "download_problem": problems.get(text.id),
        }
        yield {**text.attributes, **beside}


def _image_state(text: LiveLocalization) -> str | None:
    return None if text.image is None else text.image.state or "there"


def _frame(lines: list[dict[str, Json]], types: Mapping[str, str]) -> pd.DataFrame:
    columns = {name: pd.Series([line.get(name) for line in lines], dtype=dtype) for name, dtype in types.items()}
    return pd.DataFrame(columns)
