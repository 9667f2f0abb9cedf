"""Exchanges of pictures, carried out: what ends a run, what waits, what is sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Protocol

import orjson
import pytest

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.replies import judge
from gcbulk.errors import JournalError, ServiceError, WorkbookError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, Api, Json, Key, Outcome, OutcomeKind, Role, Step
from gcbulk.service.client import Answer, Client
from gcbulk.service.clock import Clock
from gcbulk.service.journal import Journal
from gcbulk.service.transport import PlainConnection
from gcbulk.service.uploads import PART_PAUSES_S, Uploader


class Time(Clock, Protocol):
    """The virtual clock of conftest.py."""

    passed_s: float
    waits: list[float]


class Service(Client):
    """A service that takes every picture, unless a test says otherwise."""

    def __init__(self, clock: Clock, state: str = "COMPLETE") -> None:
        self.clock = clock
        self.state = state
        self.calls: list[str] = []
        self.fail: Callable[[Call], Exception | None] = lambda call: None

    def perform(self, call: Call, *, before: Callable[..., None] = lambda at: None) -> Answer:
        now = self.clock.now()
        before(now)
        if (error := self.fail(call)) is not None:
            raise error
        self.calls.append(call.method)
        state = "AWAITING_UPLOAD" if call.method == "POST" else self.state
        operation = {"method": "PUT", "url": "https://u.example.com/", "offset": 0, "length": 4, "requestHeaders": []}
        attributes = {"fileName": "a.png", "fileSize": 4, "assetDeliveryState": {"state": state}}
        data = {
            "type": "gameCenterAchievementImages",
            "id": "i1",
            "attributes": attributes | {"uploadOperations": [operation]},
        }
        reply = Reply(204 if call.method == "DELETE" else 200, {}, orjson.dumps({"data": data}))
        return Answer(judge(call, reply), reply, 1, now)


class Elsewhere(PlainConnection):
    """The other host: answers from a list, then with success."""

    def __init__(self) -> None:
        self.answers: list[Reply | NoReply] = []
        self.sent: list[bytes] = []

    def send(self, method: str, url: str, headers: Json, content: bytes) -> Reply | NoReply:
        self.sent.append(content)
        return self.answers.pop(0) if self.answers else Reply(200)


class Rig:
    """An uploader with a scripted service."""

    def __init__(self, clock: Time, path: Path) -> None:
        self.service, self.elsewhere, self.stop = Service(clock), Elsewhere(), Event()
        self.journal, self.clock = Journal(path), clock
        self.journal.begin(scope="s", verb="push", source=None, at=clock.now())
        self.read: Callable[[Step], bytes] = lambda step: b"data"
        self.uploader = Uploader(
            self.service,
            self.elsewhere,
            self.journal,
            clock,
            self.stop,
            api=Api.V2,
            local=False,
            read=lambda step: self.read(step),
        )

    def run(self, *steps: Step, texts: Iterable[Outcome] = (), again: bool = False) -> list[Outcome]:
        """Carry the steps out."""
        return list(self.uploader.run(steps, {one.step.identity: one for one in texts}, again=again))


KEY = ("a1", "ja")


def step(number: int = 1, action: Action = Action.CREATE, **changes: Json) -> Step:
    """A picture's step."""
    attributes = {"file_name": "a.png", "file_size": 4, "digest": "d", "path": "a.png"}
    key = (f"a{number}", "ja")
    given: dict[str, Json] = {"parent": key, "parent_id": f"l{number}"} | changes
    return Step("S", number, RESOURCE, Role.IMAGE, key, action, attributes, "f", **given)


def text(kind: OutcomeKind, text_id: str | None = "l1", **more: Json) -> list[Outcome]:
    """What became of the first step's localization."""
    own = Step("S", 1, RESOURCE, Role.TEXT, KEY, Action.CREATE, {}, "f")
    return [Outcome(own, kind, resource_id=text_id, **more)]


@pytest.fixture
def rig(clock: Time, tmp_path: Path) -> Iterator[Rig]:
    """Give an uploader with a service that takes everything."""
    made = Rig(clock, tmp_path / "journal.sqlite3")
    yield made
    made.journal.close()


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (Action.UNCHANGED, OutcomeKind.UNCHANGED),
        (Action.ADOPT, OutcomeKind.ADOPTED),
        (Action.REJECT, OutcomeKind.REJECTED),
        (Action.BLOCKED, OutcomeKind.BLOCKED),
        (Action.CONFLICT, OutcomeKind.CONFLICT),
    ],
)
def test_what_was_decided_needs_no_request(rig: Rig, action: Action, kind: OutcomeKind) -> None:
    """What the plan decided comes out as it is."""
    (outcome,) = rig.run(step(action=action, code="c", message="m"))
    assert (outcome.kind, outcome.code, outcome.message) == (kind, "c", "m")
    assert rig.service.calls == []


@pytest.mark.parametrize(
    ("kind", "outcome", "code"),
    [
        (OutcomeKind.REJECTED, OutcomeKind.BLOCKED, "localization-failed"),
        (OutcomeKind.UNKNOWN, OutcomeKind.BLOCKED, "localization-unknown"),
        (OutcomeKind.NOT_ATTEMPTED, OutcomeKind.NOT_ATTEMPTED, None),
        (OutcomeKind.EXISTED, OutcomeKind.CREATED, None),
    ],
)
def test_a_picture_follows_its_text(rig: Rig, kind: OutcomeKind, outcome: OutcomeKind, code: str | None) -> None:
    """A picture is sent only where its localization is there."""
    (found,) = rig.run(step(), texts=text(kind))
    assert (found.kind, found.code) == (outcome, code)


@pytest.mark.parametrize(
    ("place", "version", "kind"),
    [
        ("l1", None, OutcomeKind.UNCHANGED),
        ("l1", ("a1", "version 2"), OutcomeKind.NOT_ATTEMPTED),
        (None, None, OutcomeKind.NOT_ATTEMPTED),
    ],
    ids=["same place", "a version to be opened", "a version just opened"],
)
def test_a_picture_of_a_text_that_was_not_attempted(
    rig: Rig, place: str | None, version: Key | None, kind: OutcomeKind
) -> None:
    """A picture that is live as the sheet has it stays so, unless it has to follow its text into a new version."""
    (own,) = text(OutcomeKind.NOT_ATTEMPTED, place)
    texts = [replace(own, step=replace(own.step, version=version))]
    (found,) = rig.run(step(action=Action.UNCHANGED, resource_id="i1"), texts=texts)
    assert (found.kind, found.resource_id) == (kind, "i1")
    assert rig.service.calls == []


def test_a_text_that_is_nowhere_blocks(rig: Rig) -> None:
    """Neither made in this run nor live: there is nothing to put the picture on."""
    (found,) = rig.run(step(parent_id=None))
    assert (found.kind, found.code) == (OutcomeKind.BLOCKED, "localization-failed")


def test_pictures_are_judged_while_others_are_sent(rig: Rig) -> None:
    """A wait holds up nobody: the others are sent in the meantime, and outcomes come as they are known."""
    rig.service.state = "UPLOAD_COMPLETE"
    outcomes = rig.uploader.run([step(1), step(2)], {})
    assert rig.service.calls == []
    real = rig.service.perform

    def judged(call: Call, *, before: Callable[..., None] = lambda at: None) -> Answer:
        rig.service.state = "COMPLETE" if call.method == "GET" else "UPLOAD_COMPLETE"
        return real(call, before=before)

    rig.service.perform = judged  # type: ignore[method-assign]
    assert [one.kind for one in outcomes] == [OutcomeKind.CREATED] * 2
    assert rig.service.calls == ["POST", "PATCH", "POST", "PATCH", "GET", "GET"]
    assert sum(rig.clock.waits) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("method", "kinds"),
    [
        ("POST", [OutcomeKind.NOT_ATTEMPTED] * 2),
        ("PATCH", [OutcomeKind.UNKNOWN, OutcomeKind.NOT_ATTEMPTED]),
        ("GET", [OutcomeKind.UNKNOWN, OutcomeKind.UNKNOWN]),
    ],
)
def test_the_end_of_the_run_comes_upon_pictures(rig: Rig, method: str, kinds: list[OutcomeKind]) -> None:
    """What was begun is unknown, what was not is not attempted; the run says why it ended."""
    rig.service.state = "UPLOAD_COMPLETE"
    rig.service.fail = lambda call: ServiceError("over") if call.method == method else None
    assert sorted(one.kind for one in rig.run(step(1), step(2))) == sorted(kinds)
    assert str(rig.uploader.stopped) == "over"


def test_a_stop_ends_the_waiting(rig: Rig) -> None:
    """Told to stop, it waits for no verdict any more: the next request raises, and the rest is open."""
    rig.service.state = "UPLOAD_COMPLETE"
    outcomes = rig.uploader.run([step(1), step(2)], {})
    rig.service.fail = lambda call: ServiceError("stopped") if rig.stop.is_set() else None
    real = rig.service.perform

    def stopping(call: Call, *, before: Callable[..., None] = lambda at: None) -> Answer:
        answer = real(call, before=before)
        if rig.service.calls.count("PATCH") == 2:
            rig.stop.set()
        return answer

    rig.service.perform = stopping  # type: ignore[method-assign]
    assert [(one.kind, one.code) for one in outcomes] == [(OutcomeKind.UNKNOWN, "image-processing")] * 2


def test_an_intent_that_cannot_be_kept_is_not_sent(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a durable intent no reservation goes out."""

    def full(*_: object) -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(rig.journal, "intend", full)
    assert [one.kind for one in rig.run(step(1), step(2))] == [OutcomeKind.NOT_ATTEMPTED] * 2
    assert rig.service.calls == []


def test_a_result_that_cannot_be_kept_ends_the_run(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outcome is known here and told; nothing more is sent."""

    def full(*_: object) -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(rig.journal, "record", full)
    assert [one.kind for one in rig.run(step(1), step(2))] == [OutcomeKind.CREATED, OutcomeKind.NOT_ATTEMPTED]
    assert str(rig.uploader.stopped) == "disk full"


def test_a_picture_that_cannot_be_read_is_its_own_error(rig: Rig) -> None:
    """One picture that is gone does not stop the others."""

    def gone(one: Step) -> bytes:
        if one.row == 1:
            raise WorkbookError("gone", code="image-gone")
        return b"data"

    rig.read = gone
    first, second = rig.run(step(1), step(2))
    assert (first.kind, first.code, second.kind) == (OutcomeKind.REJECTED, "image-gone", OutcomeKind.CREATED)


@pytest.mark.parametrize("answer", [Reply(503), Reply(429), Reply(408), NoReply(sent=True, reason="reset")])
def test_a_part_is_sent_again_where_that_may_help(rig: Rig, answer: Reply | NoReply) -> None:
    """The very same bytes, after a pause."""
    rig.elsewhere.answers = [answer] * 2
    (outcome,) = rig.run(step())
    assert outcome.kind is OutcomeKind.CREATED
    assert rig.elsewhere.sent == [b"data"] * 3
    assert rig.clock.waits == list(PART_PAUSES_S[:2])
    assert outcome.attempts == 2 + 3


@pytest.mark.parametrize("answer", [Reply(403), NoReply(sent=False, reason="certificate", final=True)])
def test_a_part_is_not_sent_again_where_that_is_pointless(rig: Rig, answer: Reply | NoReply) -> None:
    """Refused for good: a fresh reservation is tried once, then the picture is open."""
    rig.elsewhere.answers = [answer] * 2
    (outcome,) = rig.run(step())
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "upload-failed")
    assert rig.service.calls == ["POST", "DELETE"] * 2
    assert rig.clock.waits == []


def test_what_is_there_is_told_by_what_was_asked(rig: Rig) -> None:
    """Tried before in this run, put off, or moved to a new version: looked for first, and called what it is."""
    put_off, moved = step(action=Action.SETTLE), step(action=Action.UNCHANGED, resource_id="i0")
    assert rig.run(step(), again=True)[0].kind is OutcomeKind.ADOPTED
    assert rig.run(put_off)[0].kind is OutcomeKind.ADOPTED
    assert rig.run(moved, texts=text(OutcomeKind.CREATED, "l9"))[0].kind is OutcomeKind.UNCHANGED
    assert rig.run(step(action=Action.SETTLE, resource_id="i1"))[0].kind is OutcomeKind.ADOPTED
    assert rig.service.calls == ["GET"] * 4
    replaced = rig.run(step(action=Action.UPDATE, resource_id="i1"))
    assert replaced[0].kind is OutcomeKind.UPDATED
    assert rig.service.calls[4:] == ["DELETE", "POST", "PATCH"]


def test_the_journal_knows_what_was_sent(rig: Rig) -> None:
    """The next run finds fingerprint, id and time of what was sent."""
    rig.run(step())
    (sent,) = rig.journal.history("s").sent["image", "a1 / ja"]
    assert (sent.fingerprint, sent.resource_id, sent.confirmed) == ("f", "i1", True)
    assert rig.clock.now() - sent.sent_at < timedelta(seconds=1)
