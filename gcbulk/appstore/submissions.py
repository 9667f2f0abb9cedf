"""Request bodies for players' progress and scores, a chunk of rows at a time.

One player and one achievement or leaderboard make one request; there is no batch endpoint and nothing can be read back.
What a row leaves out is omitted from the body, never sent as null.

Source: https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterplayerachievementsubmissions and
https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterleaderboardentrysubmissions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import compress

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from gcbulk.appstore.calls import Reply
from gcbulk.appstore.replies import camel, id_of, resource
from gcbulk.records import Json

PATHS: Mapping[str, str] = {
    "submissions": "/v1/gameCenterPlayerAchievementSubmissions",
    "scores": "/v1/gameCenterLeaderboardEntrySubmissions",
}
"""The endpoint of each kind of submission."""

_TYPES: Mapping[str, str] = {kind: path.rpartition("/")[2] for kind, path in PATHS.items()}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "submissions": ("bundle_id", "scoped_player_id", "vendor_identifier", "percentage_achieved"),
    "scores": ("bundle_id", "scoped_player_id", "vendor_identifier", "score"),
}
# What may be left out, and how a value is made of what the frame holds; the list of challenges is JSON already.
_OPTIONAL: Mapping[str, Callable[[Json], Json] | None] = {
    "context": None,
    "submitted_date": None,
    "challenge_ids": orjson.Fragment,
    "pre_released": None,
}


def bodies(rows: pd.DataFrame, positions: npt.NDArray[np.int64]) -> list[bytes]:
    """The request bodies of some rows.

    Args:
        rows: `records.SUBMISSION_COLUMNS` or `records.SCORE_COLUMNS`; those to send without an error.
        positions: which rows, by position; a chunk of a million, not all of them at once.

    Returns:
        One JSON document for each, in this order.
    """
    kind = "scores" if "score" in rows.columns else "submissions"
    one, two, three, four = map(camel, _REQUIRED[kind])
    columns = [rows[name].array.take(positions).tolist() for name in _REQUIRED[kind]]
    attributes: list[dict[str, Json]] = [
        {one: first, two: second, three: third, four: fourth}
        for first, second, third, fourth in zip(*columns, strict=True)
    ]
    for name, make in _OPTIONAL.items():
        if name in rows.columns:
            _add(attributes, camel(name), rows[name].array.take(positions), make)
    resource_type = _TYPES[kind]
    return [orjson.dumps({"data": {"type": resource_type, "attributes": each}}) for each in attributes]


def submitted_id(reply: Reply) -> str | None:
    """The id that the service gave a submission; None where the reply names none."""
    return id_of(resource(reply))


def _add(
    attributes: Sequence[dict[str, Json]],
    name: str,
    column: pd.api.extensions.ExtensionArray,
    make: Callable[[Json], Json] | None,
) -> None:
    """Add an attribute to those that have it."""
    filled = ~column.isna()
    if filled.any():
        values = column[filled].tolist()
        given = values if make is None else map(make, values)
        for each, value in zip(compress(attributes, filled), given, strict=True):
            each[name] = value
