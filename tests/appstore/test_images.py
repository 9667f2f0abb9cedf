"""The upload of a picture as an exchange: what is asked for, given what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.image_parts import MOST_PARTS, Part, parts_of
from gcbulk.appstore.images import (
    NO_ANSWER,
    ODD_UPLOAD,
    PARTS_FAILED,
    PROCESSING,
    WAITS_S,
    Delivered,
    Exchange,
    Picture,
    Wait,
    upload,
    verdict,
)
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, Json, OutcomeKind

PICTURE = Picture("a.png", 100)
URL = "https://upload.example.com/1?x=y"
LOST = NoReply(sent=True, reason="reset")
Answer: TypeAlias = Reply | NoReply | None
BOTH_APIS = pytest.mark.parametrize("api", list(Api), ids=str)


def operation(**changes: Json) -> Json:
    """One upload operation for all of the picture."""
    headers = [{"name": "Content-Type", "value": "image/png"}]
    usual = {"method": "PUT", "url": URL, "offset": 0, "length": 100, "requestHeaders": headers}
    return usual | changes


def record(state: str | None, status: int = 200, *, image_id: str = "i1", **attributes: Json) -> Reply:
    """An answer that shows an image."""
    shown = {"fileName": "a.png", "fileSize": 100, "assetDeliveryState": {"state": state}} | attributes
    data = {"type": "gameCenterAchievementImages", "id": image_id, "attributes": shown}
    return Reply(status, {"x-request-id": "r1"}, orjson.dumps({"data": data}))


def reserved(*operations: Json, image_id: str = "i1") -> Reply:
    """The answer to a reservation."""
    return record("AWAITING_UPLOAD", 201, image_id=image_id, uploadOperations=list(operations or [operation()]))


def refused(status: int, code: str = "STATE_ERROR.X") -> Reply:
    """An answer that refuses."""
    error = {"status": str(status), "code": code, "title": "No.", "detail": "Not so."}
    return Reply(status, {}, orjson.dumps({"errors": [error]}))


def failed(*errors: Json) -> Reply:
    """An image that the service did not take."""
    return record("FAILED", assetDeliveryState={"state": "FAILED", "errors": list(errors)})


NO_CONTENT, MISSING, TAKEN = Reply(204), refused(404, "NOT_FOUND"), refused(409)


def play(exchange: Exchange[Delivered], answers: Sequence[Answer]) -> tuple[list[str], Delivered]:
    """Give these answers one after the other; what was asked, in short, and how it ended. All must be asked for."""
    asked: list[str] = []
    left = list(answers)
    given: Answer = None
    while True:
        try:
            wish = exchange.send(given)
        except StopIteration as end:
            assert left == [], "the exchange ended before its answers did"
            return asked, end.value
        asked.append(short(wish))
        given = None if isinstance(wish, Wait) else left.pop(0)


def short(wish: Call | Part | Wait) -> str:
    """A wish in a word or two."""
    if isinstance(wish, Wait):
        return f"wait {wish.seconds:.0f}"
    if isinstance(wish, Part):
        return f"part {wish.offset}+{wish.length}"
    return f"{wish.method} {wish.path.split('/', 2)[-1] if wish.method != 'POST' else 'reserve'}"


def asks(answers: Sequence[Answer], api: Api = Api.V2, **options: Json) -> tuple[list[str], Delivered]:
    """An upload with these answers."""
    return play(upload(RESOURCE, api, "l1", PICTURE, local=False, **options), answers)


@BOTH_APIS
def test_the_usual_way(api: Api) -> None:
    """Reserve, send, commit, look until it is complete; and the calls are as Apple describes them."""
    exchange = upload(RESOURCE, api, "l1", PICTURE, local=False)
    reserve = next(exchange)
    assert isinstance(reserve, Call)
    assert (reserve.method, reserve.path) == ("POST", f"/{api}/gameCenterAchievementImages")
    assert not reserve.repeatable
    relation = "localization" if api is Api.V2 else "gameCenterAchievementLocalization"
    owner = {"data": {"type": "gameCenterAchievementLocalizations", "id": "l1"}}
    assert orjson.loads(reserve.body or b"")["data"] == {
        "type": "gameCenterAchievementImages",
        "attributes": {"fileName": "a.png", "fileSize": 100},
        "relationships": {relation: owner},
    }
    part = exchange.send(reserved())
    assert part == Part("PUT", URL, (("Content-Type", "image/png"),), 0, 100)
    commit = exchange.send(Reply(200))
    assert isinstance(commit, Call)
    assert (commit.method, commit.path) == ("PATCH", f"/{api}/gameCenterAchievementImages/i1")
    assert orjson.loads(commit.body or b"")["data"]["attributes"] == {"uploaded": True}
    assert isinstance(exchange.send(record("UPLOAD_COMPLETE")), Wait)
    look = exchange.send(None)
    assert isinstance(look, Call)
    assert (look.method, look.path) == ("GET", f"/{api}/gameCenterAchievementImages/i1")
    with pytest.raises(StopIteration) as end:
        exchange.send(record("COMPLETE"))
    assert end.value.value == Delivered(OutcomeKind.CREATED, "i1", request_id="r1")


DONE = [reserved(), Reply(200), record("COMPLETE")]
SENT = ["POST reserve", "part 0+100", "PATCH gameCenterAchievementImages/i1"]
REMOVED = "DELETE gameCenterAchievementImages/i1"
SEEN = "GET gameCenterAchievementImages/i1"
LOOKED = "GET gameCenterAchievementLocalizations/l1/image"


@pytest.mark.parametrize(
    ("options", "answers", "asked", "kind"),
    [
        ({}, DONE, SENT, "created"),
        ({"stale_id": "i1"}, [NO_CONTENT, *DONE], [REMOVED, *SENT], "created"),
        ({"stale_id": "i1"}, [MISSING, *DONE], [REMOVED, *SENT], "created"),
        ({"look": True}, [record("COMPLETE")], [LOOKED], "adopted"),
        (
            {"look": True},
            [record("UPLOAD_COMPLETE"), record("COMPLETE")],
            [LOOKED, "wait 10", SEEN],
            "adopted",
        ),
        ({"look": True}, [MISSING, *DONE], [LOOKED, *SENT], "created"),
        ({"look": True}, [Reply(200, {}, b'{"data": null}'), *DONE], [LOOKED, *SENT], "created"),
        ({"look": True}, [record("AWAITING_UPLOAD"), NO_CONTENT, *DONE], [LOOKED, REMOVED, *SENT], "created"),
        ({"look": True}, [record("COMPLETE", fileSize=9), NO_CONTENT, *DONE], [LOOKED, REMOVED, *SENT], "created"),
        (
            {"look": True, "trust": False},
            [record("COMPLETE"), NO_CONTENT, *DONE],
            [LOOKED, REMOVED, *SENT],
            "created",
        ),
    ],
    ids=[
        "nothing-there",
        "stale-record",
        "stale-record-gone",
        "came-through",
        "being-judged",
        "not-there",
        "null-there",
        "reservation-left",
        "another-picture",
        "same-name-other-picture",
    ],
)
def test_what_is_there_decides(options: dict[str, Json], answers: list[Answer], asked: list[str], kind: str) -> None:
    """A record in the way is removed first; a picture that is there is not sent again."""
    seen, delivered = asks(answers, **options)
    assert (seen, delivered.kind, delivered.image_id) == (asked, kind, "i1")


def test_a_reservation_in_the_way_is_found_and_removed() -> None:
    """A record that no listing showed yet makes the reservation fail once: it is looked up and taken away."""
    asked, delivered = asks([TAKEN, record("AWAITING_UPLOAD"), NO_CONTENT, *DONE])
    assert asked == ["POST reserve", LOOKED, REMOVED, *SENT]
    assert delivered.kind is OutcomeKind.CREATED


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([refused(404, "NOT_FOUND")], "NOT_FOUND"),
        ([TAKEN, MISSING], "STATE_ERROR.X"),
        ([TAKEN, record("COMPLETE"), refused(409, "STATE_ERROR.Y")], "STATE_ERROR.Y"),
        ([TAKEN, record("COMPLETE"), NO_CONTENT, TAKEN], "STATE_ERROR.X"),
        ([TAKEN, refused(403, "FORBIDDEN")], "FORBIDDEN"),
    ],
    ids=["parent-gone", "no-record-there", "not-removable", "still-taken", "look-forbidden"],
)
def test_a_reservation_that_is_refused(answers: list[Answer], code: str) -> None:
    """What the service says is the row's error."""
    _, delivered = asks(answers)
    assert (delivered.kind, delivered.code, delivered.message) == (OutcomeKind.REJECTED, code, "No. Not so.")


@pytest.mark.parametrize("api_answer", [LOST, Reply(500), Reply(201, {}, b"{}")], ids=["lost", "500", "no-id"])
def test_a_reservation_without_an_answer_is_unknown(api_answer: Answer) -> None:
    """Nobody knows whether the record is there: it is not reserved a second time at once."""
    asked, delivered = asks([api_answer])
    assert asked == ["POST reserve"]
    assert (delivered.kind, delivered.code) == (OutcomeKind.UNKNOWN, NO_ANSWER)


def test_parts_that_expired_are_sent_from_a_fresh_reservation() -> None:
    """A part that is refused for good makes the reservation void: it is removed and begun again once."""
    second = [reserved(image_id="i2"), Reply(200), record("COMPLETE", image_id="i2")]
    asked, delivered = asks([reserved(), Reply(403), NO_CONTENT, *second])
    assert asked[:4] == ["POST reserve", "part 0+100", REMOVED, "POST reserve"]
    assert (delivered.kind, delivered.image_id) == (OutcomeKind.CREATED, "i2")


@pytest.mark.parametrize("answer", [Reply(403), LOST, None], ids=["refused", "lost", "nothing"])
def test_parts_that_cannot_be_sent_leave_no_reservation(answer: Answer) -> None:
    """After the second try the record is removed, and the picture is open, not failed."""
    asked, delivered = asks([reserved(), answer, NO_CONTENT] * 2)
    assert asked == ["POST reserve", "part 0+100", REMOVED] * 2
    assert (delivered.kind, delivered.code, delivered.image_id) == (OutcomeKind.UNKNOWN, PARTS_FAILED, None)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([LOST, record("COMPLETE")], OutcomeKind.CREATED),
        ([refused(409), record("COMPLETE")], OutcomeKind.CREATED),
        ([refused(409), record("AWAITING_UPLOAD"), NO_CONTENT], OutcomeKind.REJECTED),
        ([refused(409), MISSING, MISSING], OutcomeKind.REJECTED),
        ([LOST, record("AWAITING_UPLOAD")], OutcomeKind.UNKNOWN),
        ([LOST, LOST], OutcomeKind.UNKNOWN),
        ([Reply(204), record("COMPLETE")], OutcomeKind.CREATED),
    ],
    ids=["lost-done", "done-before", "refused", "gone", "lost-open", "lost-twice", "empty"],
)
def test_a_commit_that_was_not_plainly_done(answers: list[Answer], kind: OutcomeKind) -> None:
    """What the record shows decides; one that can never be committed is removed."""
    _, delivered = asks([reserved(), Reply(200), *answers])
    assert delivered.kind is kind


@pytest.mark.parametrize(
    ("errors", "code", "said"),
    [
        ([{"code": "IMAGE_BAD_ASPECT_RATIO", "description": "Square!"}], "IMAGE_BAD_ASPECT_RATIO", "Square!"),
        ([{"code": "A", "description": "a"}, {"code": "B"}], "A", "a (A) no reason given (B)"),
        ([], "IMAGE_FAILED", "no reason"),
        (["odd", {"code": 5}], "IMAGE_FAILED", "no reason given (5)"),
    ],
    ids=["one", "two", "none", "odd"],
)
@pytest.mark.parametrize("removal", [NO_CONTENT, LOST, TAKEN], ids=["removed", "removal-lost", "removal-refused"])
def test_a_picture_that_failed(errors: list[Json], code: str, said: str, removal: Answer) -> None:
    """Apple's code is the row's error, and the record is removed, or it would block the next picture."""
    asked, delivered = asks([reserved(), Reply(200), failed(*errors), removal])
    assert asked[-1] == REMOVED
    assert (delivered.kind, delivered.code, delivered.image_id) == (OutcomeKind.REJECTED, code, None)
    assert said in (delivered.message or "").replace("It gave no reason", "no reason")


def test_errors_that_are_no_list_are_no_reason() -> None:
    """A verdict without a list of errors is still a verdict."""
    reply = record("FAILED", assetDeliveryState={"state": "FAILED", "errors": "odd"})
    _, delivered = asks([reserved(), Reply(200), reply, NO_CONTENT])
    assert delivered.code == "IMAGE_FAILED"


def test_waiting_has_an_end() -> None:
    """A picture that is still looked at after some minutes is open, with advice; nothing is removed."""
    waiting = record("UPLOAD_COMPLETE")
    asked, delivered = asks([reserved(), Reply(200), waiting, *[waiting] * (len(WAITS_S) - 1), MISSING])
    assert asked.count(SEEN) == len(WAITS_S)
    assert 120 <= sum(WAITS_S) <= 300
    assert (delivered.kind, delivered.code, delivered.image_id) == (OutcomeKind.UNKNOWN, PROCESSING, "i1")
    assert "Push again" in (delivered.message or "")


@BOTH_APIS
@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([record("COMPLETE")], OutcomeKind.ADOPTED),
        ([failed({"code": "A"}), NO_CONTENT], OutcomeKind.REJECTED),
        ([MISSING], OutcomeKind.UNKNOWN),
        ([LOST], OutcomeKind.UNKNOWN),
    ],
    ids=["complete", "failed", "gone", "lost"],
)
def test_the_verdict_on_an_earlier_upload(api: Api, answers: list[Answer], kind: OutcomeKind) -> None:
    """A picture that was committed by an earlier run is only looked at."""
    asked, delivered = play(verdict(RESOURCE, api, "i1"), answers)
    assert asked[0] == SEEN
    assert delivered.kind is kind


@pytest.mark.parametrize(
    "operations",
    [
        None,
        [],
        "odd",
        ["odd"],
        [operation()] * (MOST_PARTS + 1),
        [operation(url=5)],
        [operation(method="P UT")],
        [operation(offset=True)],
        [operation(length="100")],
        [operation(length=99)],
        [operation(length=-1)],
        [operation(), operation()],
        [operation(length=0), operation()],
        [operation(requestHeaders=["odd"])],
        [operation(requestHeaders=[{"name": "X", "value": "a\r\nY: b"}])],
        [operation(requestHeaders=[{"name": "X"}])],
        [operation(url="http://upload.example.com/")],
        [operation(url="https://")],
        [operation(url="https://user:word@upload.example.com/")],
        [operation(url="https://[/")],
        [operation(url="https://a.example.com:x/")],
        [operation(url="https://a\u0000.example.com/")],
        [operation(url="ftp://upload.example.com/")],
        [operation(url="/relative")],
        [operation(url="http://127.0.0.1:5/")],
    ],
    ids=lambda value: str(value)[:60] if value is None or len(value) < 3 else "many",
)
def test_odd_upload_instructions_are_not_followed(operations: Json) -> None:
    """Nothing is sent to an unsafe address or in parts that are not the picture; the reservation is removed."""
    asked, delivered = asks([record("AWAITING_UPLOAD", 201, uploadOperations=operations), NO_CONTENT])
    assert asked == ["POST reserve", REMOVED]
    assert (delivered.kind, delivered.code) == (OutcomeKind.REJECTED, ODD_UPLOAD)
    assert (delivered.message or "").endswith(".")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_a_service_on_this_machine_takes_parts_here(host: str) -> None:
    """Without https only where the service itself is on this machine too."""
    operations = [operation(url=f"http://{host}:8400/x")]
    assert isinstance(parts_of(operations, 100, local=True), tuple)
    assert isinstance(parts_of(operations, 100, local=False), str)
    assert isinstance(parts_of([operation(url="http://example.com/x")], 100, local=True), str)


@given(sizes=st.lists(st.integers(1, 50), min_size=1, max_size=8), order=st.randoms())
def test_parts_may_come_in_any_order(sizes: list[int], order: st.DataObject) -> None:
    """Parts that together are the picture are taken in the order in which they come."""
    offsets = [sum(sizes[:place]) for place in range(len(sizes))]
    operations = [operation(offset=at, length=size) for at, size in zip(offsets, sizes, strict=True)]
    order.shuffle(operations)  # type: ignore[attr-defined]
    parts = parts_of(operations, sum(sizes), local=False)
    assert isinstance(parts, tuple)
    assert [part.offset for part in parts] == [one["offset"] for one in operations]
    assert isinstance(parts_of(operations, sum(sizes) + 1, local=False), str)
