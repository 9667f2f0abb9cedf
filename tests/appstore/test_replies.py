"""What replies mean: every outcome class by its evidence, and bodies of every kind survived."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.appstore import replies
from gcbulk.appstore.apps import app_of, detail_ids, included_app, next_page
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.live_things import live_texts, live_things
from gcbulk.appstore.replies import Problem, Verdict, judge, problems
from gcbulk.appstore.things import created_ids
from gcbulk.appstore.versions import newest_version
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, Json, Role

CREATE = Call("POST", "/v2/gameCenterAchievements", body=b"{}", repeatable=False)
READ = Call("GET", "/v1/apps")
UPDATE = Call("PATCH", "/v2/gameCenterAchievements/1", body=b"{}")
DELETE = Call("DELETE", "/v2/gameCenterAchievements/1")


def reply(status: int, body: Json = None, **headers: str) -> Reply:
    """Give an answer with a JSON body, or with bytes as they are."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Reply(status, headers, b"" if body is None else raw)


def errors(*items: Json) -> Json:
    """Give an error body."""
    return {"errors": list(items)}


def error(code: str, pointer: str | None = None) -> Json:
    """Give one error as the service writes it."""
    source = {} if pointer is None else {"source": {"pointer": pointer}}
    return {"id": "e1", "status": "409", "code": code, "title": "Title.", "detail": "Detail.", **source}


THING = {"data": {"type": "gameCenterAchievements", "id": "a1"}}
HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
ID_POINTER = "/data/attributes/vendorIdentifier"

VERDICTS = [
    ("no byte was sent", CREATE, NoReply(sent=False, reason="refused"), Verdict.NOT_SENT),
    ("sent, no answer", CREATE, NoReply(sent=True, reason="reset"), Verdict.UNKNOWN),
    ("created", CREATE, reply(201, THING), Verdict.DONE),
    ("created, status 200", CREATE, reply(200, THING), Verdict.DONE),
    ("created without a body", CREATE, reply(201), Verdict.UNKNOWN),
    ("created, 204", CREATE, reply(204), Verdict.UNKNOWN),
    ("created without an id", CREATE, reply(201, {"data": {"type": "x"}}), Verdict.UNKNOWN),
    ("created, id is empty", CREATE, reply(201, {"data": {"id": " "}}), Verdict.UNKNOWN),
    ("created, id is a number", CREATE, reply(201, {"data": {"id": 7}}), Verdict.UNKNOWN),
    ("created, data is null", CREATE, reply(201, {"data": None}), Verdict.UNKNOWN),
    ("created, data is a list", CREATE, reply(201, {"data": [{"id": "a"}]}), Verdict.UNKNOWN),
    ("created, half a body", CREATE, reply(201, orjson.dumps(THING)[:-3]), Verdict.UNKNOWN),
    ("created, HTML", CREATE, reply(200, HTML), Verdict.UNKNOWN),
    ("read", READ, reply(200, {"data": []}), Verdict.DONE),
    ("read, no data there", READ, reply(200, {"data": None}), Verdict.DONE),
    ("read, HTML", READ, reply(200, HTML), Verdict.UNKNOWN),
    ("read, empty", READ, reply(200), Verdict.UNKNOWN),
    ("read, 204", READ, reply(204), Verdict.UNKNOWN),
    ("updated", UPDATE, reply(200, THING), Verdict.DONE),
    ("updated, 204", UPDATE, reply(204), Verdict.DONE),
    ("updated, HTML", UPDATE, reply(200, HTML), Verdict.UNKNOWN),
    ("deleted", DELETE, reply(204), Verdict.DONE),
    ("deleted, 200", DELETE, reply(200), Verdict.DONE),
    ("redirect", CREATE, reply(301, location="https://elsewhere.example"), Verdict.UNKNOWN),
    ("not modified", READ, reply(304), Verdict.UNKNOWN),
    ("switching", CREATE, reply(101), Verdict.UNKNOWN),
    ("bad request", CREATE, reply(400, errors(error("PARAMETER_ERROR.INVALID"))), Verdict.REJECTED),
    ("unauthorized", CREATE, reply(401, errors(error("NOT_AUTHORIZED"))), Verdict.UNAUTHORIZED),
    ("forbidden", CREATE, reply(403, errors(error("FORBIDDEN_ERROR"))), Verdict.FORBIDDEN),
    ("not found", CREATE, reply(404, errors(error("NOT_FOUND"))), Verdict.REJECTED),
    ("method", CREATE, reply(405), Verdict.REJECTED),
    ("time-out of the service", CREATE, reply(408), Verdict.UNKNOWN),
    ("unprocessable", CREATE, reply(422, errors(error("X"))), Verdict.REJECTED),
    ("too many", CREATE, reply(429, errors(error("RATE_LIMIT_EXCEEDED"))), Verdict.RATE_LIMITED),
    ("too many, HTML", CREATE, reply(429, HTML), Verdict.RATE_LIMITED),
    ("409 of a rule", CREATE, reply(409, errors(error("ENTITY_ERROR.INVALID_POINTS_RANGE"))), Verdict.REJECTED),
    ("409 HTML", CREATE, reply(409, HTML), Verdict.REJECTED),
    ("409 duplicate", CREATE, reply(409, errors(error("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE"))), Verdict.DUPLICATE),
    ("409 already", CREATE, reply(409, errors(error("STATE_ERROR.ALREADY_EXISTS"))), Verdict.DUPLICATE),
    ("409 about the id", CREATE, reply(409, errors(error("ENTITY_ERROR", ID_POINTER))), Verdict.DUPLICATE),
    (
        "409 duplicate of a locale",
        CREATE,
        reply(409, errors(error("X.DUPLICATE", "/data/attributes/locale"))),
        Verdict.DUPLICATE,
    ),
    (
        "409 locale refused",
        CREATE,
        reply(409, errors(error("ENTITY_ERROR.LOCALE_INVALID", "/data/attributes/locale"))),
        Verdict.REJECTED,
    ),
    (
        "409 duplicate of no key",
        CREATE,
        reply(409, errors(error("X.DUPLICATE", "/data/attributes/referenceName"))),
        Verdict.REJECTED,
    ),
    (
        "409 duplicate second",
        CREATE,
        reply(409, errors(error("A", "/data/attributes/points"), error("B.DUPLICATE", ID_POINTER))),
        Verdict.DUPLICATE,
    ),
    ("422 duplicate is no 409", CREATE, reply(422, errors(error("DUPLICATE"))), Verdict.REJECTED),
    ("500", CREATE, reply(500, errors(error("UNEXPECTED_ERROR"))), Verdict.UNKNOWN),
    ("502 HTML", CREATE, reply(502, HTML), Verdict.UNKNOWN),
    ("503", CREATE, reply(503), Verdict.UNKNOWN),
    ("504", UPDATE, reply(504), Verdict.UNKNOWN),
    ("599", CREATE, reply(599), Verdict.UNKNOWN),
]


@pytest.mark.parametrize(
    ("call", "result", "verdict"), [case[1:] for case in VERDICTS], ids=[case[0] for case in VERDICTS]
)
def test_outcome_class_by_evidence(call: Call, result: Reply | NoReply, verdict: Verdict) -> None:
    """Reliability §1: each piece of evidence gives its class, and doubt always gives UNKNOWN."""
    assert judge(call, result) is verdict


@given(st.integers(100, 599), st.binary(max_size=40), st.sampled_from([CREATE, READ, UPDATE, DELETE]))
def test_only_an_answer_of_400_to_499_says_that_nothing_was_applied(status: int, body: bytes, call: Call) -> None:
    """No 5xx, 3xx or broken success ever counts as refused: it may have been applied."""
    verdict = judge(call, Reply(status, {}, body))
    if status < 400 or status >= 500 or status == 408:
        assert verdict in (Verdict.DONE, Verdict.UNKNOWN)
    if verdict is Verdict.DONE and call is CREATE:
        assert isinstance(replies.resource(Reply(status, {}, body))["id"], str)


BODIES = [
    pytest.param(b"", id="empty"),
    pytest.param(HTML, id="HTML"),
    pytest.param(b"Could not process this request", id="text"),
    pytest.param(b"null", id="null"),
    pytest.param(b"[]", id="list"),
    pytest.param(b'"x"', id="string"),
    pytest.param(b"7", id="number"),
    pytest.param(b'{"data":NaN}', id="NaN"),
    pytest.param(b'{"data":{"id":"a"}', id="cut off"),
    pytest.param(b"\xef\xbb\xbf{}", id="BOM"),
    pytest.param(b'{"data":{"id":"\xff"}}', id="not UTF-8"),
    pytest.param(b'{"data":{"id":"\\ud800"}}', id="lone surrogate"),
    pytest.param(b"[" * 100_000, id="deep and open"),
    pytest.param(b"[" * 100_000 + b"]" * 100_000, id="deep"),
    pytest.param(b'{"errors":' * 50_000 + b"1" + b"}" * 50_000, id="deep objects"),
    pytest.param(b'{"data":1' + b"0" * 100_000 + b"}", id="long number"),
    pytest.param(b'{"data":' + b" " * 1_000_000 + b"1}", id="a megabyte of blanks"),
    pytest.param(b'{"data":[null]}', id="list of null"),
    pytest.param(b'{"data":[{"type":"x"}]}', id="list of what has no id"),
]


@pytest.mark.parametrize("body", BODIES)
def test_bodies_that_are_no_resource(body: bytes) -> None:
    """F8: a body of any kind gives no resource, no exception, and a problem with the status."""
    found = Reply(500, {}, body)
    assert replies.resource(found) == {}
    assert replies.resources(found) == []
    assert not replies.is_list(found)
    assert problems(found) == (Problem("HTTP 500", "The service answered with status 500."),)
    assert replies.request_id(found) is None


def nested_errors(depth: int) -> bytes:
    """Give an error body whose associated errors nest."""
    opening, closing = b'{"errors":[', b"]}"
    for _ in range(depth):
        opening += b'{"code":"X","meta":{"associatedErrors":{"/":['
        closing = b"]}}}" + closing
    return opening + closing


def test_associated_errors_may_nest_as_deep_as_the_parser_goes() -> None:
    """Errors nested to the parser's limit are all named, and none of the depth is ours to fall over."""
    deepest = max(depth for depth in range(1, 400) if replies.document(Reply(409, {}, nested_errors(depth))))
    assert len(problems(Reply(409, {}, nested_errors(deepest)))) == deepest > 100


def test_every_error_is_named_with_its_attribute() -> None:
    """Several errors in one body, the associated ones too, come out with code, sentence and our attribute's name."""
    associated = {"/v1/x": [error("INNER", "/data/attributes/beforeEarnedDescription")], "/v1/y": "no list"}
    body = errors(
        error("ENTITY_ERROR.INVALID_POINTS_RANGE", "/data/attributes/points"),
        "no error",
        {"code": "ONLY.CODE", "meta": {"associatedErrors": associated}},
        {"detail": " Only detail. "},
        {"title": "Same.", "detail": "Same.", "source": {"parameter": "limit"}},
        {"title": 7, "code": None, "status": "999"},
        {},
    )
    assert problems(reply(409, body)) == (
        Problem("ENTITY_ERROR.INVALID_POINTS_RANGE", "Title. Detail.", "points"),
        Problem("ONLY.CODE", "ONLY.CODE"),
        Problem("INNER", "Title. Detail.", "before_earned_description"),
        Problem("HTTP 409", "Only detail."),
        Problem("HTTP 409", "Same."),
        Problem("HTTP 409", "HTTP 409"),
        Problem("HTTP 409", "HTTP 409"),
    )


@pytest.mark.parametrize(
    ("pointer", "attribute"),
    [
        ("/data/attributes/points", "points"),
        ("/data/attributes/vendorIdentifier", "vendor_identifier"),
        ("/data/attributes/activityProperties/x", "activity_properties"),
        ("/data/relationships/gameCenterDetail", None),
        ("/included/0/id", None),
        ("", None),
        (7, None),
    ],
)
def test_pointers_become_our_names(pointer: Json, attribute: str | None) -> None:
    """The service's pointer becomes the snake_case attribute, or none where it points elsewhere."""
    assert problems(reply(409, errors(error("X", pointer))))[0].attribute == attribute


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({"x-request-id": "R"}, errors(error("X")), "R"),
        ({"x-apple-request-uuid": "U"}, None, "U"),
        ({"x-apple-jingle-correlation-key": "K"}, None, "K"),
        ({"x-request-id": ""}, errors(error("X")), "e1"),
        ({}, errors({"id": 7}), None),
        ({}, errors("x"), None),
        ({}, {"errors": {}}, None),
        ({}, None, None),
    ],
)
def test_request_id(headers: dict[str, str], body: Json, found: str | None) -> None:
    """The id for the service's support is the header's, else the first error's, else none."""
    assert replies.request_id(Reply(500, headers, orjson.dumps(body))) == found


NAMES = ["beforeEarnedDescription", "referenceName", "points", "showBeforeEarned", "repeatable", "vendorIdentifier"]


@pytest.mark.parametrize("name", NAMES)
def test_names_go_there_and_back(name: str) -> None:
    """The service's attribute names survive the way to ours and back."""
    assert replies.camel(replies.snake(name)) == name


SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(max_size=8)
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))
KNOWN = st.sampled_from(
    [
        *("data", "id", "type", "attributes", "relationships", "included", "links", "next", "errors", "meta"),
        *("associatedErrors", "source", "pointer", "code", "title", "detail", "status", "versions", "localizations"),
        *("gameCenterGroup", "version", "state", "vendorIdentifier", "locale", "bundleId", "name"),
    ]
)
SHAPES = st.recursive(
    SCALARS | st.sampled_from(["a1", "gameCenterAchievementVersions", "apps", "/data/attributes/points"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KNOWN, inner, max_size=5),
    max_leaves=25,
)
TREES = st.dictionaries(KNOWN, SHAPES | VALUES, max_size=5)


@given(TREES | SHAPES, st.sampled_from([200, 201, 204, 302, 400, 403, 409, 429, 500]))
def test_no_json_in_any_place_raises(body: Json, status: int) -> None:
    """F8: whatever JSON stands in whatever member, every reader gives what it promises and raises nothing."""
    found = Reply(status, {}, orjson.dumps(body))
    for call in (CREATE, READ, UPDATE, DELETE):
        verdict = judge(call, found)
        if verdict is Verdict.DONE and call is CREATE:
            for api in Api:
                ids = (created_ids(RESOURCE, api, role, found) for role in (Role.THING, Role.TEXT))
                assert all(isinstance(one, str | None) for pair in ids for one in pair)
    assert all(isinstance(text, str) for problem in problems(found) for text in (problem.code, problem.text))
    for optional in (replies.request_id(found), next_page(found), newest_version(found), *detail_ids(found)):
        assert isinstance(optional, str | None)
    assert isinstance(included_app(found), dict)
    assert app_of(found, "com.example.game") is None or isinstance(app_of(found, "com.example.game"), tuple)
    for api in Api:
        for key, lives in live_things(RESOURCE, api, [found, found]).items():
            assert isinstance(key, str)
            assert all(isinstance(live.parent_id, str | None) for live in lives)
            assert all(isinstance(live.version_state, str | None) for live in lives)
        assert all(isinstance(key, str) for key in live_texts(RESOURCE, api, [found]))
