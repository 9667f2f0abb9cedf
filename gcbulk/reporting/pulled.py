"""What is live, as frames that can be checked and pushed again.

Ids and states stand beside the columns that a check reads; a check ignores them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from gcbulk.kinds import CONTENT
from gcbulk.records import TEXT_TYPE, Attribute, Json, LiveLocalization, LiveThing, Resource, Role, Snapshot
from gcbulk.tables.properties import to_text

_TYPES: Mapping[type, object] = {str: TEXT_TYPE, int: "Int64", bool: "boolean", dict: TEXT_TYPE}
_ID, _STATE = "game_center_id", "state"
_OF_IMAGES = ("image_state", "downloaded_image", "download_problem")


def pulled_columns(kind: Resource, role: Role) -> dict[str, object]:
    """The columns of pulled things or texts, with their types; missing where the service did not say.

    Args:
        kind: the kind.
        role: things or texts.
    """
    own = {one.name: _TYPES[one.type] for one in kind.attributes_of(role)}
    if role is Role.THING:
        return own | dict.fromkeys((_ID, _STATE), TEXT_TYPE)
    beside = (_ID, *(_OF_IMAGES if kind.image is not None else ()))
    return {kind.key: TEXT_TYPE} | own | dict.fromkeys(beside, TEXT_TYPE)


def pulled(snapshot: Snapshot, pictures: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """What is live of each kind that was read, in display order where that is known.

    Args:
        snapshot: what is live.
        pictures: localization's id -> where its picture was saved.
        problems: localization's id -> why its picture could not be had.

    Returns:
        Of each kind its table of things and its table of texts, by their names, such as "achievements" and
        "localizations". Columns: `pulled_columns`. Index: 0, 1, ...
    """
    frames = {}
    for name in snapshot.things:
        bound = CONTENT[name]
        kind, live = bound.resource, _in_order(snapshot, bound.resource)
        things = [_thing(kind, one) for one in live]
        texts = [line for one in live for line in _texts(kind, one, pictures, problems)]
        frames[bound.things.name] = _frame(things, pulled_columns(kind, Role.THING))
        frames[bound.texts.name] = _frame(texts, pulled_columns(kind, Role.TEXT))
    return frames


def not_carried(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """What the service says of things and texts and a pull has no column for.

    Args:
        snapshot: what is live.

    Returns:
        The name of a table -> the names of the other attributes, in snake_case, where any has a value.
    """
    found = {}
    for name in snapshot.things:
        bound = CONTENT[name]
        live = _in_order(snapshot, bound.resource)
        texts = [text for one in live for text in (one.localizations or {}).values()]
        for table, attributes, role in (
            (bound.things, [one.attributes for one in live], Role.THING),
            (bound.texts, [text.attributes for text in texts], Role.TEXT),
        ):
            found[table.name] = _others(attributes, bound.resource.attributes_of(role))
    return found


def _in_order(snapshot: Snapshot, kind: Resource) -> list[LiveThing]:
    positions = {one: position for position, one in enumerate(snapshot.order_of(kind))}
    live = [one for same in snapshot.of(kind).values() for one in same]
    return sorted(live, key=lambda one: positions.get(one.id, len(positions)))


def _others(attributes: Iterable[Mapping[str, Json]], declared: Iterable[Attribute]) -> tuple[str, ...]:
    own = {one.name for one in declared}
    found = {name for each in attributes for name, value in each.items() if name not in own and value is not None}
    return tuple(sorted(found))


def _thing(kind: Resource, live: LiveThing) -> dict[str, Json]:
    return {**_as_in_a_sheet(live.attributes, kind.attributes), _ID: live.id, _STATE: live.version_state}


def _texts(
    kind: Resource, live: LiveThing, pictures: Mapping[str, str], problems: Mapping[str, str]
) -> Iterator[dict[str, Json]]:
    for text in (live.localizations or {}).values():
        of_image = (_image_state(text), pictures.get(text.id), problems.get(text.id))
        beside = {kind.key: live.attributes.get(kind.key), _ID: text.id, **dict(zip(_OF_IMAGES, of_image, strict=True))}
        yield {**_as_in_a_sheet(text.attributes, kind.text.attributes), **beside}


def _as_in_a_sheet(attributes: Mapping[str, Json], declared: Iterable[Attribute]) -> dict[str, Json]:
    """The attributes, with the text that a cell has for a map."""
    maps = {one.name for one in declared if one.type is dict}
    return {name: (to_text(value) if value else None) if name in maps else value for name, value in attributes.items()}


def _image_state(text: LiveLocalization) -> str | None:
    return None if text.image is None else text.image.state or "there"


def _frame(lines: list[dict[str, Json]], types: Mapping[str, object]) -> pd.DataFrame:
    columns = {name: pd.Series([line.get(name) for line in lines], dtype=dtype) for name, dtype in types.items()}
    return pd.DataFrame(columns)
