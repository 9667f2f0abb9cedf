"""Whether an answer is about what was asked: types, ids, keys and values, in any form the service may write them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gcbulk.appstore import images, reviews, things, versions
from gcbulk.appstore.calls import Call, Expected, Reply, get
from gcbulk.appstore.echoes import is_about
from gcbulk.appstore.replies import Verdict, judge
from gcbulk.kinds import progress
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, Json, Role, Target

TARGET = Target("com.example.game", "Game", "d1")
ATTRIBUTES = {"vendor_identifier": "a.b", "reference_name": "First", "points": 5, "repeatable": True}


def sent(call: Call) -> dict[str, Json]:
    """What a call sends, as the service gives it back, with an id."""
    data = dict(orjson.loads(call.body or b"{}")["data"])
    links = {name: one for name, one in data.get("relationships", {}).items() if isinstance(one["data"], dict)}
    return {"id": "new", **data, "relationships": links}


def submission(percent: int = 40) -> Call:
    """A submission of a player's progress."""
    attributes = {
        "bundleId": "com.example.game",
        "scopedPlayerId": "A:_1",
        "vendorIdentifier": "a.b",
        "percentageAchieved": percent,
        "submittedDate": "2026-01-01T12:00:00Z",
    }
    kind = "gameCenterPlayerAchievementSubmissions"
    body = orjson.dumps({"data": {"type": kind, "attributes": attributes}})
    return Call("POST", progress.RESOURCE.path, body=body)


CALLS = {
    "achievement v1": things.create(RESOURCE, Api.V1, TARGET, ATTRIBUTES),
    "achievement v2": things.create(RESOURCE, Api.V2, TARGET, ATTRIBUTES),
    "localization v1": things.create_text(RESOURCE, Api.V1, "a1", {"locale": "ja", "name": "First"}),
    "localization v2": things.create_text(RESOURCE, Api.V2, "v1", {"locale": "ja", "name": "First"}),
    "change": things.update(RESOURCE, Api.V2, Role.THING, "a1", {"points": 6}),
    "version": versions.open_version(RESOURCE, Api.V2, "a1"),
    "submission": submission(),
    "review": reviews.create_submission("app1", "IOS"),
    "review item": reviews.add_item(RESOURCE, "s1", "v1"),
    "review sent": reviews.submit("s1"),
    "release": reviews.release(RESOURCE, "d1", "a1"),
    "image": next(images.upload(RESOURCE, Api.V2, "l1", images.Picture("a.png", 4), local=False)),
}


def answered(call: Call, data: Json) -> Verdict:
    """What a success with this resource means."""
    return judge(call, Reply(200 if call.method == "PATCH" else 201, {}, orjson.dumps({"data": data})))


@pytest.mark.parametrize("name", CALLS)
def test_each_call_knows_its_own_answer_and_no_other(name: str) -> None:
    """Done with what was sent, also where the answer leaves out or nulls it; not with another type, id, key or link."""
    call: Any = CALLS[name]
    own = sent(call)
    assert answered(call, own) is Verdict.DONE
    assert answered(call, {"type": own["type"], "id": own["id"]}) is Verdict.DONE
    assert answered(call, own | {"attributes": dict.fromkeys(own.get("attributes", {}))}) is Verdict.DONE
    others = [own | {"type": "apps"}, {"id": own["id"]}]
    others += [own | {"id": "other"}] if call.method == "PATCH" else []
    for attribute, value in own.get("attributes", {}).items():
        other = (not value) if isinstance(value, bool) else f"2{value}"
        if attribute != "submittedDate":  # that one has forms of its own
            others.append(own | {"attributes": own["attributes"] | {attribute: other}})
    for link, linked in own["relationships"].items():
        changed = {"data": linked["data"] | {"id": "other"}}
        others.append(own | {"relationships": own["relationships"] | {link: changed}})
    assert {answered(call, other) for other in others} == {Verdict.UNKNOWN}


def test_every_answer_to_another_call_is_not_known() -> None:
    """The true answer to any other request proves nothing."""
    for name, call in CALLS.items():
        for other, theirs in CALLS.items():
            if name[:6] != other[:6]:
                assert answered(call, sent(theirs)) is Verdict.UNKNOWN, (name, other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("attribute", "shown", "verdict"),
    [
        ("submittedDate", "2026-01-01T12:00:00.000+00:00", Verdict.DONE),
        ("submittedDate", "2026-01-01T13:00:00+0100", Verdict.DONE),
        ("submittedDate", "2026-01-01T04:00:00-08:00", Verdict.DONE),
        ("submittedDate", "1 Jan 2026", Verdict.DONE),
        ("submittedDate", 1767268800, Verdict.DONE),
        ("submittedDate", "2026-01-01T13:00:00Z", Verdict.UNKNOWN),
        ("percentageAchieved", 40.0, Verdict.DONE),
        ("percentageAchieved", "40", Verdict.DONE),
        ("percentageAchieved", 41, Verdict.UNKNOWN),
        ("percentageAchieved", True, Verdict.UNKNOWN),
        ("percentageAchieved", "all", Verdict.UNKNOWN),
        ("challengeIds", [], Verdict.DONE),
        ("preReleased", False, Verdict.DONE),
        ("scopedPlayerId", "A:_2", Verdict.UNKNOWN),
        ("vendorIdentifier", ["a.b"], Verdict.UNKNOWN),
    ],
)
def test_the_forms_of_a_value(attribute: str, shown: Json, verdict: Verdict) -> None:
    """One value in another form is the same; what was not sent does not matter; another value is not known."""
    own = sent(submission())
    assert answered(submission(), own | {"attributes": own["attributes"] | {attribute: shown}}) is verdict


@pytest.mark.parametrize(
    ("asked", "shown", "same"),
    [
        ({"name": "Ça va"}, {"name": "C\u0327a va "}, True),
        ({"name": "a\r\nb"}, {"name": "a\nb"}, True),
        ({"name": None}, {"name": ""}, True),
        ({"name": None}, {"name": "a"}, False),
        ({"score": "100"}, {"score": 100}, True),
        ({"score": "100"}, {"score": "100.0"}, True),
        ({"score": "100"}, {"score": "101"}, False),
        ({"challengeIds": ["a", "b"]}, {"challengeIds": ["b", "a"]}, True),
        ({"challengeIds": ["a", "b"]}, {"challengeIds": ["a"]}, False),
        ({"name": "007"}, {"name": "7"}, False),
        ({"name": "a"}, "nothing", True),
    ],
)
def test_texts_numbers_and_lists(asked: Json, shown: Json, same: bool) -> None:
    """What a service may do to the form of a value is no difference."""
    call = Call("POST", "/v1/x", body=orjson.dumps({"data": {"type": "x", "attributes": asked}}))
    assert is_about(call, {"type": "x", "id": "1", "attributes": shown}) is same


LISTED = get("/v2/x/v1/localizations", Expected("texts", parent=("version", "v1")))
ONE = get("/v2/texts/t1", Expected("texts", "t1"))


@pytest.mark.parametrize(
    ("call", "data", "verdict"),
    [
        (LISTED, [], Verdict.DONE),
        (LISTED, [{"type": "texts", "id": "1"}], Verdict.DONE),
        (LISTED, [{"type": "texts", "id": "1", "relationships": {"version": {"data": {"id": "v1"}}}}], Verdict.DONE),
        (LISTED, [{"type": "texts", "id": "1", "relationships": {"version": {"data": {"id": "v2"}}}}], Verdict.UNKNOWN),
        (LISTED, [{"type": "texts", "id": "1"}, {"type": "apps", "id": "2"}], Verdict.UNKNOWN),
        (LISTED, ["1"], Verdict.UNKNOWN),
        (ONE, {"type": "texts", "id": "t1"}, Verdict.DONE),
        (ONE, None, Verdict.DONE),
        (ONE, {"type": "texts", "id": "t2"}, Verdict.UNKNOWN),
        (ONE, {"type": "apps", "id": "t1"}, Verdict.UNKNOWN),
    ],
)
def test_reads(call: Call, data: Json, verdict: Verdict) -> None:
    """A read is done with what it asked for; a list of other things, or another one, is no answer to it."""
    assert judge(call, Reply(200, {}, orjson.dumps({"data": data}))) is verdict


def test_what_answers_a_create_answers_neither_a_read_nor_a_delete() -> None:
    """A 201 that comes in place of another answer is not taken for it."""
    created = Reply(201, {}, orjson.dumps({"data": {"type": "texts", "id": "t1"}}))
    assert judge(ONE, created) is Verdict.UNKNOWN
    assert judge(things.remove(RESOURCE, Api.V2, "t1"), created) is Verdict.UNKNOWN
    other = Reply(200, {}, orjson.dumps({"data": {"type": "texts", "id": "t2"}}))
    assert judge(things.remove(RESOURCE, Api.V2, "t1"), other) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ({"b_c": "é", "a": "1"}, Verdict.DONE),
        ({"a": "1", "b_c": "e\u0301", "more": "x"}, Verdict.DONE),
        (None, Verdict.DONE),
        ({"a": "1"}, Verdict.UNKNOWN),
        ({"a": "2", "b_c": "é"}, Verdict.UNKNOWN),
        ({"a": "1", "bC": "é"}, Verdict.UNKNOWN),
    ],
)
def test_a_map_has_to_show_every_pair(shown: dict[str, str] | None, verdict: Verdict) -> None:
    """Every pair that was sent comes back under its key; the order, and what stands beside them, proves nothing."""
    call = things.update(RESOURCE, Api.V1, Role.THING, "a1", {"activity_properties": {"a": "1", "b_c": "é"}})
    data = sent(call)
    data["attributes"] = {"activityProperties": shown}
    assert answered(call, data) is verdict


@pytest.mark.parametrize(("shown", "same"), [("pt24h", True), ("PT24H", True), ("PT23H", False), (None, True)])
def test_what_a_kind_declares_of_the_meaning_of_a_value(shown: str | None, same: bool) -> None:
    """Where the service may write a value in its own way, what a kind declares decides whether it is the same."""
    body = orjson.dumps({"data": {"type": "x", "attributes": {"length": "PT24H"}}})
    call = Call("POST", "/v1/x", body=body, meanings={"length": lambda value: value and value.upper()})
    assert is_about(call, {"type": "x", "id": "1", "attributes": {"length": shown}}) is same
