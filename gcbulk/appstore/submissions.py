"""Request bodies for what players did, a chunk of rows at a time.

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
from gcbulk.records import Json, SubmissionResource

# How a value is made of what the frame holds: the list of challenges is JSON already.
_MADE_BY: Mapping[str, Callable[[Json], Json]] = {"challenge_ids": orjson.Fragment}


def bodies(kind: SubmissionResource, rows: pd.DataFrame, positions: npt.NDArray[np.int64]) -> list[bytes]:
    """The request bodies of some rows.

    Args:
        kind: what they are to the service.
        rows: `records.SUBMISSION_COLUMNS` or `records.SCORE_COLUMNS`; those to send without an error.
        positions: which rows, by position; a chunk of a million, not all of them at once.

    Returns:
        One JSON document for each, in this order.
    """
    one, two, three, four = map(camel, kind.required)
    columns = [rows[name].array.take(positions).tolist() for name in kind.required]
    attributes: list[dict[str, Json]] = [
        {one: first, two: second, three: third, four: fourth}
        for first, second, third, fourth in zip(*columns, strict=True)
    ]
    for name in kind.optional:
        _add(attributes, camel(name), rows[name].array.take(positions), _MADE_BY.get(name))
    return [orjson.dumps({"data": {"type": kind.type, "attributes": each}}) for each in attributes]


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
