from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import orjson
import pandas as pd
import pytest

from gcbulk.appstore.calls import Reply
from gcbulk.appstore.submissions import bodies, submitted_id
from gcbulk.kinds import progress, scores
from gcbulk.records import SCORE_COLUMNS, SUBMISSION_COLUMNS, TEXT_TYPE, Json, SubmissionResource
from gcbulk.simulator.exchange import Exchange

PLAYER = "A:_0123456789abcdef0123456789abcdef"
APP = "com.example.game"
FULL = (APP, PLAYER, "first_win", 50, "2026-01-31T12:00:00Z", '["one","zwei\\n"]', False, "Sheet")
BARE = (APP, PLAYER, "first_win", 100, None, None, None, "Sheet")
FULL_SCORE = (APP, PLAYER, "best", "9007199254740993", "7", "2026-01-31T12:00:00Z", '["one"]', True, "Sheet")
BARE_SCORE = (APP, PLAYER, "best", "-5", None, None, None, None, "Sheet")
DTYPES = {"percentage_achieved": "Int64", "pre_released": "boolean", "sheet": "category"}


def frame(rows: Sequence[Sequence[Json]]) -> pd.DataFrame:
    """Checked rows, with the types that a check gives them."""
    names = SUBMISSION_COLUMNS if len(rows[0]) == len(SUBMISSION_COLUMNS) else SCORE_COLUMNS
    columns = {name: pd.Series([row[at] for row in rows]) for at, name in enumerate(names)}
    return pd.DataFrame({name: column.astype(DTYPES.get(name, TEXT_TYPE)) for name, column in columns.items()})


def kind_of(row: Sequence[Json]) -> SubmissionResource:
    """What a row is to the service."""
    return progress.RESOURCE if len(row) == len(SUBMISSION_COLUMNS) else scores.RESOURCE


def attributes(body: bytes) -> Json:
    """The attributes of a body."""
    return orjson.loads(body)["data"]["attributes"]


def test_a_submission_holds_what_the_row_holds() -> None:
    """Every attribute arrives under the service's name, the challenges as a list and not as text."""
    (body,) = bodies(progress.RESOURCE, frame([FULL]), np.array([0]))
    assert orjson.loads(body) == {
        "data": {
            "type": "gameCenterPlayerAchievementSubmissions",
            "attributes": {
                "bundleId": APP,
                "scopedPlayerId": PLAYER,
                "vendorIdentifier": "first_win",
                "percentageAchieved": 50,
                "submittedDate": "2026-01-31T12:00:00Z",
                "challengeIds": ["one", "zwei\n"],
                "preReleased": False,
            },
        }
    }


def test_a_score_is_text() -> None:
    """Score and context are strings that hold a number; no digit is lost."""
    (body,) = bodies(scores.RESOURCE, frame([FULL_SCORE]), np.array([0]))
    assert orjson.loads(body)["data"]["type"] == "gameCenterLeaderboardEntrySubmissions"
    assert attributes(body)["score"] == "9007199254740993"
    assert attributes(body)["context"] == "7"
    assert attributes(body)["preReleased"] is True


@pytest.mark.parametrize("row", [BARE, BARE_SCORE], ids=["submission", "score"])
def test_what_is_missing_is_left_out(row: Sequence[Json]) -> None:
    """A null could mean to clear something: what a row leaves out is not in its body."""
    (body,) = bodies(kind_of(row), frame([row]), np.array([0]))
    assert len(attributes(body)) == 4
    assert b"null" not in body


def test_bodies_are_those_of_the_positions_in_their_order() -> None:
    """Positions choose rows and order, whatever the frame's index; each row has its own optional attributes."""
    rows = frame([FULL, BARE, FULL]).set_axis(pd.Index([7, 7, 9], name="row"))
    found = [attributes(body) for body in bodies(progress.RESOURCE, rows, np.array([2, 1]))]
    assert [one["percentageAchieved"] for one in found] == [50, 100]
    assert ["submittedDate" in one for one in found] == [True, False]
    assert bodies(progress.RESOURCE, rows, np.array([], dtype=np.int64)) == []


def test_the_same_row_makes_the_same_bytes() -> None:
    """What is sent again after no answer is the very same request."""
    first = bodies(progress.RESOURCE, frame([FULL, BARE]), np.array([0, 1]))
    assert bodies(progress.RESOURCE, frame([BARE, FULL]), np.array([1, 0])) == first


@pytest.mark.parametrize("row", [FULL, BARE, FULL_SCORE, BARE_SCORE], ids=["full", "bare", "full score", "bare score"])
def test_bodies_fit_apples_description(row: Sequence[Json], assert_contract: Callable[..., None]) -> None:
    """Bodies of both endpoints validate against Apple's schema, at the paths that it names."""
    kind = kind_of(row)
    (body,) = bodies(kind, frame([row]), np.array([0]))
    echo = {
        "data": {"type": orjson.loads(body)["data"]["type"], "id": "1", "attributes": attributes(body)},
        "links": {"self": "x"},
    }
    assert_contract([Exchange("POST", kind.path, "", {}, orjson.loads(body), 201, echo)])


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"data": {"type": "x", "id": "7"}}', "7"),
        (b'{"data": {"type": "x", "id": 7}}', None),
        (b'{"data": {}}', None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_the_id_of_a_reply(body: bytes, wanted: str | None) -> None:
    """A reply's id is read where there is one, and its absence is no failure."""
    assert submitted_id(Reply(201, {}, body)) == wanted
