"""The hand-off to review, where the network or the disk has the last word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import orjson
import pytest

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.replies import judge
from gcbulk.errors import JournalError, PlanError, UnreachableError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, Api, Json, OutcomeKind, Role, Step, Target
from gcbulk.service.client import Answer, Client
from gcbulk.service.clock import Clock
from gcbulk.service.journal import Journal
from gcbulk.service.reviewing import TRIES, Reviewer, find_app

TARGET = Target("com.example.game", "Game", "d1")


class Scripted(Client):
    """A service that answers by method and path, with empty lists where nothing was said."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.answers: dict[tuple[str, str], Reply | NoReply] = {}
        self.calls: list[tuple[str, str]] = []

    def perform(self, call: Call, *, before: Callable[..., None] = lambda at: None) -> Answer:
        now = self.clock.now()
        before(now)
        self.calls.append((call.method, call.path))
        result = self.answers.get((call.method, call.path), said({"data": []}))
        return Answer(judge(call, result), result, 1, now)

    def read(self, call: Call) -> Reply:
        answer = self.perform(call)
        assert isinstance(answer.result, Reply)
        return answer.result

    def pages(self, call: Call) -> Iterator[Reply]:
        yield self.read(call)


def said(document: Json, status: int = 200) -> Reply:
    """An answer with this document."""
    return Reply(status, {}, orjson.dumps(document))


def step(key: str = "a") -> Step:
    """An achievement that is ready."""
    return Step("", 0, RESOURCE, Role.REVIEW, (key,), Action.CREATE, {"id": f"v-{key}"}, "f", resource_id=f"v-{key}")


@pytest.fixture
def service(clock: Clock) -> Scripted:
    """Give a service without anything in it."""
    return Scripted(clock)


@pytest.fixture
def reviewer(service: Scripted, clock: Clock) -> Reviewer:
    """Give a reviewer of version 2."""
    return Reviewer(service, clock, Event(), kinds=(RESOURCE,), api=Api.V2, target=TARGET, app_id="1", platform="IOS")


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    """Give a journal with a run begun."""
    made = Journal(tmp_path / "journal.sqlite3")
    made.begin(scope="s", verb="review", source=None, at=clock.now())
    yield made
    made.close()


@pytest.mark.parametrize("bundle_id", ["com.example.game", None], ids=["not-there", "not-named"])
def test_an_app_that_is_not_found(service: Scripted, bundle_id: str | None) -> None:
    """A submission belongs to an app: without one nothing is handed off."""
    with pytest.raises(PlanError, match="--bundle-id"):
        find_app(service, Target(bundle_id, None, "d1"))


def test_without_a_submission_nothing_is_sent(service: Scripted, reviewer: Reviewer) -> None:
    """There has to be something to send."""
    assert reviewer.look() == frozenset()
    assert "no open submission" in str(reviewer.submit())
    assert all(method == "GET" for method, _ in service.calls)


@pytest.mark.parametrize("answer", [NoReply(sent=True, reason="reset"), said({}, 500)], ids=["lost", "500"])
def test_a_submission_that_is_never_made(
    service: Scripted, reviewer: Reviewer, journal: Journal, answer: Reply | NoReply
) -> None:
    """After some tries, each after a look, the run stops; nothing was put in."""
    service.answers["POST", "/v1/reviewSubmissions"] = answer
    first, second = reviewer.run([step("a"), step("b")], journal, 60.0)
    assert [first.kind, second.kind] == [OutcomeKind.NOT_ATTEMPTED] * 2
    assert isinstance(reviewer.stopped, UnreachableError)
    assert service.calls.count(("POST", "/v1/reviewSubmissions")) == TRIES


def test_a_result_that_cannot_be_kept_stops_the_run(
    service: Scripted, reviewer: Reviewer, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done is told; nothing more is done."""
    service.answers["POST", "/v1/reviewSubmissions"] = said({"data": {"type": "reviewSubmissions", "id": "s1"}}, 201)
    service.answers["POST", "/v1/reviewSubmissionItems"] = said(
        {"data": {"type": "reviewSubmissionItems", "id": "i1"}}, 201
    )

    def full(*_: object) -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(journal, "record", full)
    first, second = reviewer.run([step("a"), step("b")], journal, 60.0)
    assert [first.kind, second.kind] == [OutcomeKind.CREATED, OutcomeKind.NOT_ATTEMPTED]
    assert str(reviewer.stopped) == "disk full"
    assert reviewer.item_count == 1


def test_an_intent_that_cannot_be_kept_is_not_sent(
    service: Scripted, reviewer: Reviewer, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a durable intent nothing is put in."""
    service.answers["POST", "/v1/reviewSubmissions"] = said({"data": {"type": "reviewSubmissions", "id": "s1"}}, 201)

    def full(*_: object) -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(journal, "intend", full)
    (outcome,) = reviewer.run([step()], journal, 60.0)
    assert outcome.kind is OutcomeKind.NOT_ATTEMPTED
    assert ("POST", "/v1/reviewSubmissionItems") not in service.calls


def test_what_was_sent_stays_unknown_whatever_ends_the_looks_for_it(
    service: Scripted, reviewer: Reviewer, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request without an answer is never told as not sent, and the next run knows of it."""
    service.answers["POST", "/v1/reviewSubmissions"] = said({"data": {"type": "reviewSubmissions", "id": "s1"}}, 201)
    service.answers["POST", "/v1/reviewSubmissionItems"] = NoReply(sent=True, reason="reset")

    def gone() -> frozenset[str]:
        raise UnreachableError("gone")

    monkeypatch.setattr(reviewer, "look", gone)
    first, second = reviewer.run([step("a"), step("b")], journal, 60.0)
    assert (first.kind, first.attempts) == (OutcomeKind.UNKNOWN, 1)
    assert second.kind is OutcomeKind.NOT_ATTEMPTED
    (sent,) = journal.history("s").sent["review", "a"]
    assert not sent.confirmed
