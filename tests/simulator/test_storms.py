from __future__ import annotations

import gzip
import http.client
import json
import socket
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from statistics import mean

import pytest

from gcbulk.simulator import Fault, Simulator, Switches, parse_storm, read_storm
from gcbulk.simulator.control import control as answer_control
from gcbulk.simulator.exchange import Json, Request
from gcbulk.simulator.faults import BAD_BODIES, BOMB_BYTES, FaultSchedule

PATH = "/v1/gameCenterPlayerAchievementSubmissions"
LIST = "gameCenterAchievementsV2"


class Clock:
    """A clock that stands until it is moved."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: Message
    body: bytes


def ask(simulator: Simulator, method: str, path: str, document: Json = None, body: bytes | None = None) -> Reply:
    """Send a request on a connection of its own and read the whole answer."""
    headers = {"Authorization": f"Bearer {simulator.token()}", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection(simulator.base_url.removeprefix("http://"), timeout=300)) as link:
        link.request(method, path, json.dumps(document) if document is not None else body, headers)
        with link.getresponse() as answer:
            return Reply(answer.status, answer.headers, answer.read())


def control(simulator: Simulator, what: str) -> str:
    """Give the path of the control address."""
    return f"{simulator.control_url}/{what}".removeprefix(simulator.base_url)


@pytest.fixture
def ready(simulate: Callable[..., Simulator]) -> Callable[..., Simulator]:
    """Give the starter of a simulator with one achievement and some faults."""

    def start(*faults: Fault, **options: Json) -> Simulator:
        simulator = simulate(Switches(faults=faults), **options)
        simulator.add_achievement("quest.first")
        return simulator

    return start


SMALL = [name for name in BAD_BODIES if name not in ("bomb", "bomb-in-a-bomb", "huge")]


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
@pytest.mark.parametrize("name", SMALL)
def test_a_success_can_have_a_body_of_garbage(
    ready: Callable[..., Simulator], submission: Callable[..., Json], name: str, applied: bool
) -> None:
    """The status says created and the body is what it must not be, whether it was applied or not."""
    simulator = ready(Fault("body", garbage=name, applied=applied))
    answer = ask(simulator, "POST", PATH, submission())
    garbage = BAD_BODIES[name]
    assert (answer.status, answer.body) == (201, garbage.make())
    assert answer.headers["Content-Type"] == garbage.content_type
    assert answer.headers.get("Content-Encoding", "") == garbage.encoding
    assert len(simulator.ledger.submitted) == (1 if applied else 0)
    assert [exchange.tampered for exchange in simulator.exchanges] == [True]


def test_a_body_can_be_given_word_for_word(ready: Callable[..., Simulator]) -> None:
    """What no name stands for is written out."""
    answer = ask(ready(Fault("body", content='{"data": "é"}', headers=(("X-Odd", "1"),))), "GET", "/v1/apps")
    assert (answer.body, answer.headers["X-Odd"]) == ('{"data": "é"}'.encode(), "1")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_may_have_no_body_can_have_one(ready: Callable[..., Simulator], status: int) -> None:
    """The bytes stand on the wire behind the head, and the connection ends."""
    simulator = ready(Fault("body", garbage="cut", status=status))
    with socket.create_connection(("127.0.0.1", int(simulator.base_url.rpartition(":")[2])), timeout=300) as peer:
        peer.sendall(b"GET /v1/apps HTTP/1.1\r\nHost: x\r\n\r\n")
        data = b"".join(iter(lambda: peer.recv(4096), b""))
    assert data.startswith(b"HTTP/1.1 %d " % status)
    assert data.endswith(b"\r\n\r\n" + BAD_BODIES["cut"].make())


def test_garbage_can_come_with_another_status(ready: Callable[..., Simulator]) -> None:
    """A refusal, too, may have a body that is none."""
    simulator = ready(Fault("body", garbage="cut", status=409))
    assert ask(simulator, "GET", "/v1/apps").status == 409


def test_the_bomb_is_small_and_unpacks_to_much(ready: Callable[..., Simulator]) -> None:
    """Little goes over the wire, and it would be 256 MiB."""
    answer = ask(ready(Fault("body", garbage="bomb")), "GET", "/v1/apps")
    assert len(answer.body) < BOMB_BYTES / 100
    unpacking, size = zlib.decompressobj(wbits=31), 0
    size += len(unpacking.decompress(answer.body, 1 << 20))
    while unpacking.unconsumed_tail:
        size += len(unpacking.decompress(unpacking.unconsumed_tail, 1 << 24))
    assert size == BOMB_BYTES


def test_a_huge_body_is_huge(ready: Callable[..., Simulator]) -> None:
    """More than any client should take."""
    assert len(ask(ready(Fault("body", garbage="huge")), "GET", "/v1/apps").body) > 32 * 1024 * 1024


def test_broken_gzip_is_broken() -> None:
    """The sample does not unpack."""
    with pytest.raises(zlib.error):
        gzip.decompress(BAD_BODIES["broken-gzip"].make())


@pytest.mark.parametrize("value", ["", "-5", "user-hour-lim:3600;user-hour-rem:-1;", "1e30"], ids=repr)
def test_headers_can_be_replaced(ready: Callable[..., Simulator], value: str) -> None:
    """The right answer comes with other headers, the name in any case."""
    simulator = ready(Fault("headers", headers=(("x-rate-limit", value), ("Retry-After", "soon"))))
    answer = ask(simulator, "GET", "/v1/apps")
    assert answer.status == 200
    assert answer.headers.get_all("X-Rate-Limit") == [value]
    assert answer.headers["Retry-After"] == "soon"


def test_a_header_can_come_twice(ready: Callable[..., Simulator]) -> None:
    """Several lines of one name all arrive."""
    lines = (("X-Rate-Limit", "user-hour-lim:1;"), ("X-Rate-Limit", "user-minute-lim:2;"))
    answer = ask(ready(Fault("headers", headers=lines)), "GET", "/v1/apps")
    assert answer.headers.get_all("X-Rate-Limit") == ["user-hour-lim:1;", "user-minute-lim:2;"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_wherever_the_fault_says(
    ready: Callable[..., Simulator], submission: Callable[..., Json], status: int
) -> None:
    """A redirect has its address and no body, and nothing is applied."""
    lines = (("Location", "http://elsewhere.test/"),)
    simulator = ready(Fault("status", status=status, headers=lines))
    answer = ask(simulator, "POST", PATH, submission())
    assert (answer.status, answer.headers["Location"], answer.body) == (status, "http://elsewhere.test/", b"")
    assert simulator.ledger.submitted == []


@pytest.mark.parametrize(
    ("pointer", "read"),
    [
        ("/links/next", lambda document: document["links"]["next"]),
        ("/data/0/id", lambda document: document["data"][0]["id"]),
        ("/data/0", lambda document: document["data"][0]),
        ("/data/0/a~1b~0c", lambda document: document["data"][0]["a/b~c"]),
    ],
    ids=["next link", "id", "item", "escaped"],
)
def test_a_value_of_the_answer_can_be_replaced(
    ready: Callable[..., Simulator], pointer: str, read: Callable[[Json], Json]
) -> None:
    """The rest of the answer stays as it was."""
    simulator = ready(Fault("edit", pointer=pointer, value="http://elsewhere.test/", path=LIST))
    answer = ask(simulator, "GET", f"/v1/gameCenterDetails/{simulator.app.detail}/{LIST}")
    assert read(json.loads(answer.body)) == "http://elsewhere.test/"
    assert "meta" in json.loads(answer.body)


def test_a_value_can_become_any_other(ready: Callable[..., Simulator]) -> None:
    """What takes its place may be JSON of any shape."""
    simulator = ready(Fault("edit", pointer="/data", value_json='{"a": [null]}', path=LIST))
    answer = ask(simulator, "GET", f"/v1/gameCenterDetails/{simulator.app.detail}/{LIST}")
    assert json.loads(answer.body)["data"] == {"a": [None]}


def test_bytes_of_the_answer_can_be_replaced(ready: Callable[..., Simulator]) -> None:
    """Without a pointer the place is counted in bytes; the length stays, and behind the end nothing changes."""
    simulator = ready(Fault("edit", at_byte=1, value="\x00\x00", path=LIST))
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/{LIST}"
    right = simulator.ask("GET", path)
    body = ask(simulator, "GET", path).body
    assert body[:3] == b"{\x00\x00"
    assert json.loads(b'{"d' + body[3:]) == right.response
    simulator.clear_faults()
    simulator.add_fault(Fault("edit", at_byte=1_000_000, value="x", path=LIST))
    assert json.loads(ask(simulator, "GET", path).body) == right.response


@pytest.mark.parametrize("pointer", ["/data/7", "/data/7/id", "/data/x/id", "/meta/paging/total/x", "/a/b"])
def test_a_place_that_is_not_there_stays_so(ready: Callable[..., Simulator], pointer: str) -> None:
    """An edit that finds no place changes nothing, and an answer without a body is left alone."""
    simulator = ready(Fault("edit", pointer=pointer, value="x"))
    path = f"/v1/gameCenterDetails/{simulator.app.detail}/{LIST}"
    right = simulator.ask("GET", path).response
    assert json.loads(ask(simulator, "GET", path).body) == right
    key = right["data"][0]["id"]
    assert ask(simulator, "DELETE", f"/v2/gameCenterAchievements/{key}").status == 204


def test_a_slow_answer_drips(ready: Callable[..., Simulator], submission: Callable[..., Json]) -> None:
    """The right answer comes a few bytes at a time, with the given sleep between."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    simulator = ready(Fault("slow", chunk_bytes=100, pause_s=30), sleep=sleep)
    answer = ask(simulator, "POST", PATH, submission())
    assert answer.status == 201
    assert len(slept) > len(answer.body) / 100
    assert set(slept) == {30}


def test_a_slow_answer_ends_with_its_client(ready: Callable[..., Simulator], submission: Callable[..., Json]) -> None:
    """When the client has gone nothing more is sent, and the simulator goes on."""
    simulator = ready(Fault("slow", pause_s=0.001, times=1))
    host = simulator.base_url.removeprefix("http://")
    with closing(http.client.HTTPConnection(host, timeout=300)) as link:
        link.request("GET", "/v1/apps", headers={"Authorization": f"Bearer {simulator.token()}"})
        assert link.sock.recv(1)
        link.sock.close()
    assert ask(simulator, "POST", PATH, submission()).status == 201


def strikes(fault: Fault, count: int = 2000) -> list[Fault]:
    """Let a fault strike many requests."""
    storm = FaultSchedule((fault,), seed=1, clock=Clock())
    struck = [storm.strike(Request("GET", f"/v1/apps/{number}")) for number in range(count)]
    return [fault for fault in struck if fault is not None]


def test_delays_have_a_spread_and_a_tail() -> None:
    """A spread is even, a tail has its mean and few long ones, and both are the seed's."""
    spread = [fault.delay_s for fault in strikes(Fault("delay", delay_s=1, spread_s=2))]
    assert min(spread) >= 1
    assert max(spread) < 3
    assert mean(spread) == pytest.approx(2, abs=0.1)
    tail = [fault.delay_s for fault in strikes(Fault("delay", tail_s=0.5))]
    assert mean(tail) == pytest.approx(0.5, abs=0.05)
    assert max(tail) > 2
    assert tail == [fault.delay_s for fault in strikes(Fault("delay", tail_s=0.5))]


def test_a_late_requests_time_has_a_spread_too() -> None:
    """The answer is not delayed by it: it is the effect that comes later."""
    (fault,) = strikes(Fault("late", apply_after_s=10, spread_s=5), count=1)
    assert 10 <= fault.apply_after_s < 15
    assert fault.delay_s == 0


def test_a_fault_has_its_hours(ready: Callable[..., Simulator]) -> None:
    """A fault happens between its times, counted from the start of the storm."""
    clock = Clock()
    simulator = ready(Fault("status", status=503, from_s=60, until_s=120), now=clock)
    statuses = []
    for _ in range(4):
        statuses.append(ask(simulator, "GET", "/v1/apps").status)
        clock.now += 45
    assert statuses == [200, 200, 503, 200]


def test_a_token_can_be_refused_once_and_a_key_for_ever(ready: Callable[..., Simulator]) -> None:
    """401 once is a passing error; from some request on it is a revoked key."""
    simulator = ready(Fault("status", status=401, times=1), Fault("status", status=401, after=2))
    assert [ask(simulator, "GET", "/v1/apps").status for _ in range(5)] == [401, 200, 200, 401, 401]


def test_a_request_is_counted_once(ready: Callable[..., Simulator], submission: Callable[..., Json]) -> None:
    """What was applied and answered otherwise counts with the answer; no whole answer counts as 0."""
    simulator = ready(Fault("status", status=503, applied=True, times=1), Fault("truncate", applied=True, times=1))
    assert ask(simulator, "POST", PATH, submission()).status == 503
    with pytest.raises(http.client.HTTPException):
        ask(simulator, "POST", PATH, submission())
    assert ask(simulator, "POST", PATH, submission()).status == 201
    assert simulator.ledger.requests == {("POST", PATH, 503): 1, ("POST", PATH, 0): 1, ("POST", PATH, 201): 1}
    assert len(simulator.ledger.submitted) == 3


STORM = """
seed = 7
[switches]
list_lag_s = 30
minute_limit = 300
unique_identifiers = false
retry_after = "epoch-ms"
[[fault]]
kind = "status"
status = 503
applied = true
probability = 0.05
path = "gameCenterAchievements$"
nth = [1, 3]
[[fault]]
kind = "headers"
headers = { "X-Rate-Limit" = ["a", "b"], "Retry-After" = 5 }
"""


def test_a_storm_is_read_from_a_file(tmp_path: Path) -> None:
    """The names in the file are the fields; tables and lists become what a fault holds."""
    (tmp_path / "storm.toml").write_text(STORM)
    assert read_storm(tmp_path / "storm.toml") == Switches(
        seed=7,
        list_lag_s=30,
        minute_limit=300,
        unique_identifiers=False,
        retry_after="epoch-ms",
        faults=(
            Fault("status", status=503, applied=True, probability=0.05, path="gameCenterAchievements$", nth=(1, 3)),
            Fault("headers", headers=(("X-Rate-Limit", "a"), ("X-Rate-Limit", "b"), ("Retry-After", "5"))),
        ),
    )


def test_an_empty_storm_is_a_calm() -> None:
    """Nothing in the file leaves everything as it is likeliest."""
    assert parse_storm("") == Switches()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = ", "The storm is no TOML"),
        ("wind = 1", "A storm has no 'wind'"),
        ("seed = 'x'", "'seed' of the top must be int, not 'x'"),
        ("[switches]\nlist_lag = 1", "switches has no 'list_lag'"),
        ("[switches]\nfaults = []", "switches has no 'faults'"),
        ("[switches]\nlist_lag_s = 'x'", "'list_lag_s' of switches must be float"),
        ("[switches]\nlist_lag_s = true", "'list_lag_s' of switches must be float"),
        ("[switches]\nunique_identifiers = 1", "'unique_identifiers' of switches must be bool"),
        ("[switches]\nminute_limit = 1.5", "'minute_limit' of switches must be int"),
        ("[switches]\nminute_header = 'loud'", "no minute_header 'loud'; there are hidden"),
        ("[switches]\nretry_after = 'never'", "no retry_after 'never'; there are none"),
        ("[[fault]]\nkind = 'rest'", "fault 1 is wrong: There is no fault 'rest'"),
        ("[[fault]]\nkind = 'body'\ngarbage = 'tea'", "There is no garbage 'tea'"),
        ("[[fault]]\nkind = 'reset'\n[[fault]]\nstatus = 500", "fault 2 has no kind"),
        ("[[fault]]\nkind = 'reset'\npath = '('", "the path of fault 1 is no regular expression"),
        ("[[fault]]\nkind = 'reset'\nheaders = 'x'", "the headers of fault 1 are a table"),
        ("[[fault]]\nkind = 'reset'\nnth = 3", "nth of fault 1 is a list of whole numbers"),
        ("fault = [1]", "fault 1 has no kind"),
        ("switches = 1", "switches is a table"),
        ("fault = 1", "fault is a list of tables"),
    ],
    ids=lambda value: value.replace("\n", " ")[:40],
)
def test_a_storm_that_is_wrong_says_where(text: str, message: str) -> None:
    """Every misspelling and wrong type is named, with what there is instead."""
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        parse_storm(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read: No such file"), (b"\xff", "is not in UTF-8")],
    ids=["absent", "bytes"],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, content: bytes | None, message: str) -> None:
    """The message names the file and what is the matter."""
    path = tmp_path / "storm.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=f"storm.toml {message}"):
        read_storm(path)


def test_the_weather_can_be_changed_from_outside(
    ready: Callable[..., Simulator], submission: Callable[..., Json]
) -> None:
    """A storm begins and ends over HTTP without a token, and the ledger tells what was applied."""
    simulator = ready()
    storm = b'[switches]\nhour_limit = 10\n[[fault]]\nkind = "status"\nstatus = 503\napplied = true\n'
    assert ask(simulator, "PUT", control(simulator, "faults"), body=storm).status == 204
    assert ask(simulator, "POST", PATH, submission()).status == 503
    assert ask(simulator, "DELETE", control(simulator, "faults")).status == 204
    again = ask(simulator, "POST", PATH, submission())
    assert again.status == 201
    assert again.headers["X-Rate-Limit"] == "user-hour-lim:10;user-hour-rem:8;"
    ledger = json.loads(ask(simulator, "GET", control(simulator, "ledger")).body)
    assert [each["value"] for each in ledger["submitted"]] == [50, 50]
    assert ledger["requests"] == [
        {"method": "POST", "path": PATH, "status": 201, "count": 1},
        {"method": "POST", "path": PATH, "status": 503, "count": 1},
    ]
    assert (ledger["duplicates"], ledger["unhandled"], ledger["leaks"]) == ({}, [], [])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "faults", b"wind = 1", 400),
        ("PUT", "faults", b"\xff", 400),
        ("GET", "faults", None, 404),
        ("GET", "", None, 404),
    ],
    ids=str,
)
def test_the_control_address_says_what_is_wrong(
    ready: Callable[..., Simulator], method: str, path: str, body: bytes | None, status: int
) -> None:
    """A storm that is none, and an address that is none, are refused in words."""
    simulator = ready()
    answer = ask(simulator, method, control(simulator, path), body=body)
    assert answer.status == status
    assert json.loads(answer.body)["error"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8400", 200),
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("[::1]:8400", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:8400", 403),
        ("", 403),
    ],
)
def test_the_control_address_is_for_this_machine_only(ready: Callable[..., Simulator], host: str, status: int) -> None:
    """A page that lets its own name point to this machine reads no ledger; neither does who lacks the secret."""
    simulator = ready()
    headers = {"host": host}
    known = Request("GET", control(simulator, "ledger"), "", headers)
    assert answer_control(simulator.service, known).status == status
    for path in ("/simulator/ledger", "/simulator//ledger", f"/simulator/{'a' * 22}/ledger", "/simulator/ä/ledger"):
        assert answer_control(simulator.service, Request("GET", path, "", headers)).status == 403


def test_duplicates_show_in_the_ledger(ready: Callable[..., Simulator]) -> None:
    """The ledger of the control address names what came to be twice."""
    simulator = ready()
    simulator.add_achievement("quest.first")
    ledger = json.loads(ask(simulator, "GET", control(simulator, "ledger")).body)
    assert list(ledger["duplicates"]["gameCenterAchievements"]) == ["quest.first"]


def test_switch_names_are_checked() -> None:
    """A form of a header that is not there is refused at once."""
    with pytest.raises(ValueError, match="no minute_header 'loud'"):
        Switches(minute_header="loud")
