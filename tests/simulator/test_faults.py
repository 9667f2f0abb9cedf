from __future__ import annotations

import http.client
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from gcbulk.simulator import Fault, Simulator, Switches, running, serve
from gcbulk.simulator.exchange import Json, Request
from gcbulk.simulator.faults import FaultSchedule
from shell import signals

PATH = "/v1/gameCenterPlayerAchievementSubmissions"
KIND = "gameCenterAchievements"


@dataclass(frozen=True)
class Reply:
    """What came back over HTTP."""

    status: int
    headers: Message
    body: bytes


def connection(simulator: Simulator) -> AbstractContextManager[http.client.HTTPConnection]:
    """Open a connection to the simulator, for the length of a block."""
    return closing(http.client.HTTPConnection(simulator.base_url.removeprefix("http://"), timeout=300))


def ask(link: http.client.HTTPConnection, method: str, path: str, body: str | None, **headers: str) -> Reply:
    """Send a request and read the whole answer."""
    link.request(method, path, body, headers)
    with link.getresponse() as answer:
        return Reply(answer.status, answer.headers, answer.read())


def post(simulator: Simulator, document: Json, path: str = PATH) -> Reply:
    """Post a document over a connection of its own."""
    with connection(simulator) as link:
        return post_on(link, simulator, document, path)


def post_on(link: http.client.HTTPConnection, simulator: Simulator, document: Json, path: str = PATH) -> Reply:
    """Post a document over a connection."""
    headers = {"Authorization": f"Bearer {simulator.token()}", "Content-Type": "application/json"}
    return ask(link, "POST", path, json.dumps(document), **headers)


@pytest.fixture
def ready(simulate: Callable[..., Simulator]) -> Callable[..., Simulator]:
    """Give the starter of a simulator with one achievement and some faults."""

    def start(*faults: Fault, **options: Json) -> Simulator:
        simulator = simulate(Switches(faults=faults), **options)
        simulator.add_achievement("quest.first")
        return simulator

    return start


def test_many_requests_go_over_one_connection(
    ready: Callable[..., Simulator], submission: Callable[..., Json], assert_contract: Callable[..., None]
) -> None:
    """Keep-alive holds, the content type is exactly JSON's, and every answer is dated and limited."""
    simulator = ready()
    with connection(simulator) as link:
        for number in range(20):
            answer = post_on(link, simulator, submission(number))
            assert answer.status == 201
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.headers["X-Rate-Limit"] == f"user-hour-lim:3600;user-hour-rem:{3599 - number};"
            assert answer.headers["Date"].endswith("GMT")
            assert json.loads(answer.body)["data"]["attributes"]["percentageAchieved"] == number
    assert_contract(simulator.exchanges)


def test_links_follow_the_host_header(ready: Callable[..., Simulator]) -> None:
    """A client that came by another name gets links with that name."""
    simulator = ready()
    with connection(simulator) as link:
        headers = {"Authorization": f"Bearer {simulator.token()}", "Host": "games.test"}
        answer = ask(link, "GET", "/v1/apps", None, **headers)
    assert json.loads(answer.body)["links"] == {"self": "http://games.test/v1/apps"}


def test_a_delete_has_no_body(ready: Callable[..., Simulator]) -> None:
    """204 comes without a body, and the connection goes on."""
    simulator = ready()
    path, token = f"/v2/{KIND}/{simulator.store.all(KIND)[0].id}", f"Bearer {simulator.token()}"
    with connection(simulator) as link:
        answers = [ask(link, "DELETE", path, None, Authorization=token) for _ in range(2)]
    assert [answer.status for answer in answers] == [204, 404]
    assert answers[0].body == b""


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
@pytest.mark.parametrize(
    ("status", "media", "text"),
    [
        (401, "application/json", "NOT_AUTHORIZED"),
        (403, "application/json", "FORBIDDEN_ERROR"),
        (429, "application/json", "RATE_LIMIT_EXCEEDED"),
        (500, "application/json", "UNEXPECTED_ERROR"),
        (502, "text/html", "Could not process this request"),
        (503, "text/html", "html"),
        (504, "text/html", "html"),
    ],
    ids=str,
)
def test_another_answer_before_or_after_it_is_applied(
    ready: Callable[..., Simulator],
    submission: Callable[..., Json],
    applied: bool,
    status: int,
    media: str,
    text: str,
    assert_contract: Callable[..., None],
) -> None:
    """The client sees the fault's status; whether the request took effect is the fault's choice."""
    simulator = ready(Fault("status", status=status, applied=applied, times=1))
    answer = post(simulator, submission())
    assert (answer.status, answer.headers["Content-Type"]) == (status, media)
    assert text in answer.body.decode()
    assert len(simulator.ledger.submitted) == (1 if applied else 0)
    assert post(simulator, submission()).status == 201
    assert_contract(simulator.exchanges)


def test_an_agreement_can_be_missing(
    ready: Callable[..., Simulator], submission: Callable[..., Json], assert_contract: Callable[..., None]
) -> None:
    """A fault may name the code of a 403, and the agreements' comes with where to go."""
    code = "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"
    simulator = ready(Fault("status", status=403, code=code))
    (error,) = json.loads(post(simulator, submission()).body)["errors"]
    assert (error["code"], error["links"]) == (code, {"see": "/business"})
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("value", ["5", "", "-5", "soon", "1e30", "1800000000000"], ids=repr)
def test_retry_after_is_sent_word_for_word(
    ready: Callable[..., Simulator], submission: Callable[..., Json], value: str
) -> None:
    """A fault's 429 carries whatever Retry-After it is given."""
    simulator = ready(Fault("status", status=429, retry_after=value))
    assert post(simulator, submission()).headers.get("Retry-After", "") == value


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
def test_the_connection_is_reset_before_or_after_it_is_applied(
    ready: Callable[..., Simulator], submission: Callable[..., Json], applied: bool
) -> None:
    """The client sees a TCP reset and not a byte of an answer."""
    simulator = ready(Fault("reset", applied=applied))
    with pytest.raises(ConnectionResetError):
        post(simulator, submission())
    assert len(simulator.ledger.submitted) == (1 if applied else 0)
    assert [exchange.tampered for exchange in simulator.exchanges] == [True]


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
def test_an_answer_ends_at_any_byte(
    ready: Callable[..., Simulator], submission: Callable[..., Json], applied: bool
) -> None:
    """Exactly the first bytes of the answer arrive, head included, and then the connection ends."""
    simulator = ready()
    whole = raw(simulator, submission())
    assert len(whole) > 600
    for size in range(0, 600, 25):
        simulator.clear_faults()
        simulator.add_fault(Fault("truncate", at_byte=size, applied=applied))
        part = raw(simulator, submission())
        assert len(part) == size
        assert part.startswith(whole[: min(size, 20)])
    assert len(simulator.ledger.submitted) == (1 + len(range(0, 600, 25)) if applied else 1)


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
def test_the_connection_is_reset_at_any_byte(
    ready: Callable[..., Simulator], submission: Callable[..., Json], applied: bool
) -> None:
    """The first bytes of the answer arrive, then the connection is reset and not closed."""
    simulator = ready(Fault("reset", at_byte=300, applied=applied))
    with pytest.raises(ConnectionResetError):
        raw(simulator, submission())
    assert len(simulator.ledger.submitted) == (1 if applied else 0)


def test_an_answer_to_what_was_not_applied_never_arrives_whole(
    ready: Callable[..., Simulator], submission: Callable[..., Json]
) -> None:
    """However many bytes the fault allows, a client cannot take such an answer for a success."""
    simulator = ready(Fault("truncate", at_byte=1_000_000))
    part = raw(simulator, submission())
    assert part.startswith(b"HTTP/1.1 201 Created")
    assert part.endswith(b"}")
    size = int(part.partition(b"Content-Length: ")[2].partition(b"\r")[0])
    assert len(part.partition(b"\r\n\r\n")[2]) == size - 1
    assert simulator.ledger.submitted == []


def raw(simulator: Simulator, document: Json) -> bytes:
    """Post a document and give every byte that comes back until the end."""
    body = json.dumps(document).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {simulator.token()}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    host, port = simulator.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=300) as link:
        link.sendall(head.encode() + body)
        return b"".join(iter(lambda: link.recv(65536), b""))


def test_a_delayed_answer_is_the_right_one(ready: Callable[..., Simulator], submission: Callable[..., Json]) -> None:
    """The request is applied at once and its own answer comes late, by the sleep that was given."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    simulator = ready(Fault("delay", delay_s=90), sleep=sleep)
    assert post(simulator, submission()).status == 201
    assert slept == [90]
    assert len(simulator.ledger.submitted) == 1


@pytest.mark.parametrize("status", [504, 0], ids=["answered", "reset"])
def test_a_late_request_takes_effect_by_the_clock(
    ready: Callable[..., Simulator], submission: Callable[..., Json], status: int
) -> None:
    """The client gives up at once; the request is applied when its time has come, and not before."""
    now = [1_800_000_000.0]
    fault = Fault("late", status=status, apply_after_s=20, times=1)
    simulator = ready(fault, now=lambda: now[0])
    if status:
        assert post(simulator, submission(10)).status == 504
    else:
        with pytest.raises(ConnectionResetError):
            post(simulator, submission(10))
    now[0] += 19
    assert post(simulator, submission(60)).status == 201
    assert [each.value for each in simulator.ledger.submitted] == [60]
    now[0] += 1
    assert [each.value for each in simulator.ledger.submitted] == [60, 10]


def test_what_is_applied_late_is_as_old_as_that(
    ready: Callable[..., Simulator], submission: Callable[..., Json]
) -> None:
    """Whoever comes to look much later finds it as old as it is, so that a list's lag counts from then."""
    now = [1_800_000_000.0]
    simulator = ready(Fault("late", status=504, apply_after_s=20), now=lambda: now[0])
    post(simulator, submission())
    now[0] += 500
    assert [each.at for each in simulator.ledger.submitted] == [1_800_000_020.0]
    assert simulator.service.world.now() == now[0]


def test_a_late_request_that_is_refused_then_is_gone(ready: Callable[..., Simulator]) -> None:
    """A late create whose identifier was taken in between leaves nothing behind."""
    now = [1_800_000_000.0]
    simulator = ready(Fault("late", status=504, apply_after_s=20), now=lambda: now[0])
    body = {"data": {"type": KIND, "attributes": {}, "relationships": {}}}
    assert post(simulator, body, f"/v1/{KIND}").status == 504
    now[0] += 20
    assert list(simulator.ledger.ids(KIND)) == ["quest.first"]


def schedule_of(*faults: Fault, seed: int = 1, clock: Callable[[], float] = lambda: 0.0) -> FaultSchedule:
    """Make a schedule."""
    return FaultSchedule(faults, seed=seed, clock=clock)


def strikes(schedule: FaultSchedule, requests: list[Request]) -> list[int]:
    """Give the numbers of the requests that something happens to."""
    return [number for number, request in enumerate(requests) if schedule.strike(request)]


def requests_of(count: int) -> list[Request]:
    """Make requests that differ in their bodies."""
    return [Request("POST", PATH, body=str(number).encode()) for number in range(count)]


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        (Fault("reset"), [0, 1, 2, 3, 4, 5]),
        (Fault("reset", times=2), [0, 1]),
        (Fault("reset", nth=(2, 5)), [1, 4]),
        (Fault("reset", after=4), [4, 5]),
        (Fault("reset", method="GET"), []),
        (Fault("reset", method="POST", path="Player"), [0, 1, 2, 3, 4, 5]),
        (Fault("reset", path="^/v2"), []),
        (Fault("reset", probability=0.0), []),
    ],
    ids=str,
)
def test_a_fault_strikes_the_requests_it_is_about(fault: Fault, struck: list[int]) -> None:
    """Method, path, turn and number of times pick the requests."""
    assert strikes(schedule_of(fault), requests_of(6)) == struck


def test_chance_is_the_seeds_and_not_the_orders() -> None:
    """The same seed strikes the same requests in whatever order they come; another seed strikes others."""
    fault, requests = Fault("reset", probability=0.3), requests_of(400)
    first = strikes(schedule_of(fault), requests)
    backwards = strikes(schedule_of(fault), requests[::-1])
    assert first == sorted(399 - number for number in backwards)
    assert first != strikes(schedule_of(fault, seed=2), requests)
    assert 80 < len(first) < 160


def test_a_repeated_request_has_a_new_chance() -> None:
    """A retry of the same request is not struck for ever."""
    rising = schedule_of(Fault("reset", probability=0.5))
    assert 0 < len(strikes(rising, [Request("POST", PATH)] * 40)) < 40


def test_the_first_fault_that_strikes_is_the_one() -> None:
    """Faults are tried in their order, and one that does not strike leaves the request to the next."""
    first, second = Fault("reset", nth=(1,)), Fault("delay")
    rising = schedule_of(first, second)
    assert [rising.strike(request) for request in requests_of(2)] == [first, second]
    assert rising.struck == {first: 1, second: 1}


def test_a_fault_that_is_none_is_refused() -> None:
    """A misspelt kind is an error, not a calm day."""
    with pytest.raises(ValueError, match="There is no fault 'rest'; there are status, reset"):
        Fault("rest")


def test_a_request_that_ends_in_the_middle_is_not_applied(
    ready: Callable[..., Simulator], submission: Callable[..., Json]
) -> None:
    """A body that breaks off is no request, even where what came would do."""
    simulator = ready()
    body = json.dumps(submission()).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {simulator.token()}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body) + 10}\r\n\r\n"
    host, port = simulator.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=300) as link:
        link.sendall(head.encode() + body)
    assert post(simulator, submission()).status == 201
    assert len(simulator.ledger.submitted) == 1


def test_the_end_comes_at_once_and_quietly(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A simulator that ends in the middle of a delayed answer drops the connection and says nothing."""
    caplog.set_level(logging.INFO)
    with running(Switches(faults=(Fault("delay", delay_s=600),)), key_dir=tmp_path) as simulator:
        simulator.add_achievement("quest.first")
        ended: list[BaseException] = []

        def wait() -> None:
            try:
                post(simulator, {})
            except (http.client.HTTPException, OSError) as error:
                ended.append(error)

        client = threading.Thread(target=wait)
        client.start()
        while not simulator.ledger.requests:
            client.join(0.001)
    client.join(10)
    assert len(ended) == 1
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


SERVE = """
import pathlib, sys
from gcbulk.simulator import serve
folder = pathlib.Path(sys.argv[1])
serve(key_dir=folder / "keys", state=folder / "state", on_ready=lambda it: print(it.base_url, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize(("ending", "ignored"), [("SIGINT", ""), ("SIGTERM", "SIGINT"), ("SIGHUP", "SIGINT")])
def test_serving_in_the_foreground_ends_with_a_signal(tmp_path: Path, ending: str, ignored: str) -> None:
    """The command line's form says when it is ready, answers, and ends by itself on a signal that is not ignored."""
    others = [getattr(signal, name) for name in ignored.split()]
    with signals(others):
        process = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    host = process.stdout.readline().strip().removeprefix("http://")
    with closing(http.client.HTTPConnection(host, timeout=300)) as link:
        assert ask(link, "GET", "/v1/apps", None).status == 401
    for number in (*others, getattr(signal, ending)):
        assert process.poll() is None
        os.kill(process.pid, number)
    assert process.communicate(timeout=300)[0] == "ended\n"
    assert process.returncode == 0


def test_serving_restores_the_signals(tmp_path: Path) -> None:
    """In a process that goes on, the signal handlers are as they were before."""
    with signals():
        before = signal.getsignal(signal.SIGINT)
        serve(key_dir=tmp_path, on_ready=lambda _: os.kill(os.getpid(), signal.SIGINT))
        assert signal.getsignal(signal.SIGINT) is before
