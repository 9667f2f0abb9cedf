"""Trials of answers that are about something else, come late, or come from a list that changes while it is read.

A proxy stands between the client and the simulator on real sockets: it gives up with a 504 and passes the true answer
on to whoever asks next on that connection, or sends one answer twice. What an answer says is changed by the simulator.
"""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from unittest.mock import patch
from urllib.parse import urlsplit

import orjson
from loopback import answer, read_request

from chaos.broken import ACHIEVEMENTS, SUBMISSIONS, TEXTS, missed, start
from chaos.rigs import Rig
from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.service.clock import SystemClock
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import occurred

GATEWAY = answer(b"<html>Gateway</html>", b"504 Gateway Timeout", b"Content-Type: text/html")
LATER_S = 0.02


@dataclass(slots=True)
class Proxy:
    """Passes requests on, one connection a thread, and does with some of the answers what a gateway may do.

    Args:
        upstream: the simulator's address.
        path: whose POSTs.
        harm: makes of an answer what is sent, in one go or in several with a pause between.
        every: to each how many of them.
    """

    upstream: str
    path: bytes
    harm: Callable[[bytes], tuple[bytes, ...]]
    every: int
    url: str = ""
    harmed: int = 0
    _seen: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def serving(self) -> Iterator[Proxy]:
        """Stand between."""
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                proxy.pass_on(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        with Server(("127.0.0.1", 0), Handler) as server:
            self.url = f"http://127.0.0.1:{server.server_address[1]}"
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()

    def pass_on(self, peer: socket.socket) -> None:
        """Serve one connection until its client has gone."""
        try:
            while request := read_request(peer):
                for number, piece in enumerate(self._pieces(request)):
                    time.sleep(LATER_S if number else 0)
                    peer.sendall(piece)
        except OSError:
            return

    def _pieces(self, request: bytes) -> tuple[bytes, ...]:
        right = self._asked(request)
        if not request.startswith(b"POST ") or self.path not in request.partition(b"\r\n")[0]:
            return (right,)
        with self._lock:
            self._seen += 1
            is_due = self._seen % self.every == 0
            self.harmed += is_due
        return self.harm(right) if is_due else (right,)

    def _asked(self, request: bytes) -> bytes:
        address = urlsplit(self.upstream)
        with socket.create_connection((str(address.hostname), address.port or 80)) as upstream:
            upstream.sendall(request)
            return read_request(upstream)  # an answer ends as a request does


HARMS: Mapping[str, Callable[[bytes], tuple[bytes, ...]]] = {
    "at once": lambda right: (GATEWAY + right,),
    "later": lambda right: (GATEWAY, right),
    "in part": lambda right: (GATEWAY + right[:40], right[40:]),
    "twice": lambda right: (right + right,),
    "twice, later": lambda right: (right, right),
}


@dataclass
class _Behind(Rig):
    """A rig that talks to the proxy."""

    url: str = ""

    def _settings(self) -> Json:
        return replace(Rig._settings(self), base_url=self.url)


@dataclass(frozen=True, slots=True)
class _Proxied:
    """A push or a submit behind a proxy: every second answer of a kind comes behind a 504, or twice."""

    verb: str
    path: str

    def __call__(self, ground: Ground) -> Tally:
        """Run it, and once more."""
        simulator, clock = start(ground)
        name = list(HARMS)[ground.number % len(HARMS)]
        proxy = Proxy(simulator.base_url, self.path.encode(), HARMS[name], every=2)
        ground.stack.enter_context(proxy.serving())
        rig = _Behind(ground, simulator, clock, self.verb, 6, in_flight=1, url=proxy.url)
        code = rig.run()
        found = rig.judge() + wrong_if(code, f"exit code, {rig.error}") + wrong_if(proxy.harmed < 2, "did not happen")
        made = len(rig.applied())
        code = rig.run()
        found += rig.judge() + wrong_if(code or len(rig.applied()) - made, "the next run sent something")
        return replace(found, cases=1, notes=tuple(f"{note} ({name})" for note in found.notes))


EDITS = {
    "push": [
        ("/data/type", "gameCenterLeaderboards"),
        ("/data/attributes/vendorIdentifier", "com.example.other"),
        ("/data/attributes/points", "7"),
    ],
    "submit": [
        ("/data/type", "gameCenterLeaderboardEntrySubmissions"),
        ("/data/attributes/vendorIdentifier", "com.example.other"),
        ("/data/attributes/scopedPlayerId", "A:_other"),
        ("/data/attributes/percentageAchieved", "39"),
    ],
}


@dataclass(frozen=True, slots=True)
class _Edited:
    """Answers of success with another type, key or value, and an id that is nobody's."""

    verb: str
    path: str

    def __call__(self, ground: Ground) -> Tally:
        """Run it once: what was applied is found by looking, or sent again with the same date."""
        simulator, clock = start(ground)
        edits = EDITS[self.verb]
        pointer, value = edits[ground.number % len(edits)]
        as_json = value if value.isdigit() else ""
        fault = Fault("edit", "POST", self.path, (2,), pointer=pointer, value=value, value_json=as_json)
        simulator.service.schedule.replace((fault,), seed=1)
        rig = Rig(ground, simulator, clock, self.verb, 3, in_flight=1)
        code = rig.run()
        found = rig.judge() + wrong_if(code, f"exit code, {rig.error}") + wrong_if(missed(simulator), "did not happen")
        outcomes = occurred(rig.result.outcomes) if rig.result else {}
        found += wrong_if(self.verb == "push" and outcomes.get("adopted") != 1, "taken for its own answer")
        return replace(found, cases=1, notes=tuple(f"{note} ({pointer})" for note in found.notes))


def _believing(ground: Ground) -> Tally:
    """A client that looks at no answer and keeps every connection: known to be wrong; ids of others count as twice."""
    with ExitStack() as stack:
        stack.enter_context(patch("gcbulk.appstore.replies.is_about", lambda *_: True))
        stack.enter_context(patch("gcbulk.service.transport._Wire.drop", lambda _: None))
        found = _Proxied("push", "gameCenterAchievements ")(ground)
    return replace(found, duplicated=found.duplicated + found.wrong, wrong=0)


DELAYS_S = (0.5, 6.0, 30.0, 55.0)
"""How long an answer takes: by far not the deadline of an attempt, and far more than an HTTP library waits."""


@dataclass(frozen=True, slots=True)
class _Slow:
    """Answers that come late, on real wires and by the deadline as it is."""

    verb: str
    path: str

    def __call__(self, ground: Ground) -> Tally:
        """Run it: nothing is sent twice, and nothing is looked up."""
        simulator = ground.simulator(Switches(unique_identifiers=False, hour_limit=None, record=False))
        late = Fault("delay", "POST", self.path, (2,), delay_s=DELAYS_S[ground.number])
        simulator.service.schedule.replace((late,), seed=1)
        rig = Rig(ground, simulator, SystemClock(), self.verb, 3, in_flight=1)
        code = rig.run()
        found = rig.judge() + wrong_if(code, f"exit code, {rig.error}") + wrong_if(missed(simulator), "did not happen")
        outcomes = occurred(rig.result.outcomes) if rig.result else {}
        strange = outcomes.keys() - {"created", "submitted"}
        return replace(found + wrong_if(strange or len(rig.applied()) != sum(outcomes.values()), "sent again"), cases=1)


LISTS = {"achievements": "/gameCenterAchievementsV2$", "texts": "Versions/[^/]+/localizations$"}


def _lacking(simulator: Simulator, rig: Rig, name: str, number: int) -> Json:
    """What a list shows that has lost something: nothing at all, or another item in its place."""
    kind = "gameCenterAchievements" if name == "achievements" else "gameCenterAchievementLocalizations"
    key = {"achievements": "vendorIdentifier", "texts": "locale"}[name]
    value = {"achievements": f"{rig.bundle_id}.a0", "texts": "en-US"}[name]
    if number % 2 or name == "texts":
        return []
    made = [one.id for one in simulator.ledger.created if one.type == kind]
    item = {"type": kind, "id": made[0], "attributes": {key: value}}
    return [item] * 3


def _listed(ground: Ground) -> Tally:
    """A list that lost something, once or for good, in the run after the one that made all of it."""
    simulator, clock = start(ground)
    rig = Rig(ground, simulator, clock, "push", 3)
    found = wrong_if(rig.run(), f"exit code, {rig.error}")
    clock.wait(1000, threading.Event())
    name, once = list(LISTS)[ground.number // 2 % 2], ground.number < 4
    lacking = orjson.dumps(_lacking(simulator, rig, name, ground.number)).decode()
    lossy = Fault("edit", "GET", LISTS[name], times=1 if once else 0, pointer="/data", value_json=lacking)
    simulator.service.schedule.replace((lossy,), seed=1)
    made = len(rig.applied())
    code = rig.run()
    found += wrong_if(missed(simulator), "did not happen")
    if once:
        found += rig.judge() + wrong_if(code, f"exit code, {rig.error}")
    else:
        found += wrong_if("not whole" not in str(rig.error), f"exit code {code}, {rig.error}")
    twice = len(rig.applied()) - made
    return replace(found, cases=1, duplicated=found.duplicated + twice)


def _trusting(ground: Ground) -> Tally:
    """A client that believes every list: known to be wrong."""
    with patch("gcbulk.service.client.missing_from", lambda _: 0):
        return replace(_listed(ground), wrong=0)


TRIALS: tuple[Trial, ...] = (
    Trial("F25/achievements", "true answer behind a 504, or twice", _Proxied("push", "Achievements "), 10, 2),
    Trial(
        "F25/texts", "true answer to a localization behind a 504, or twice", _Proxied("push", "Localizations "), 10, 2
    ),
    Trial("F25/submissions", "true answer to a submission behind a 504, or twice", _Proxied("submit", "sions "), 10, 2),
    Trial("F25/edited", "achievement answered with another type, key or value", _Edited("push", ACHIEVEMENTS), 3, 3),
    Trial("F25/edited-progress", "submission answered likewise", _Edited("submit", SUBMISSIONS), 4, 4),
    Trial("F26/push", "answer to a localization after up to 55 s", _Slow("push", TEXTS), 4, 1),
    Trial("F26/submit", "answer to a submission after up to 55 s", _Slow("submit", SUBMISSIONS), 4, 1),
    Trial("F28/lists", "list loses or repeats items, once or for good", _listed, 8, 4),
    Trial("F25/blind", "takes any answer, on any connection, for its own", _believing, 10, 2, control=True),
    Trial("F28/blind", "believes any list", _trusting, 8, 2, control=True),
)
