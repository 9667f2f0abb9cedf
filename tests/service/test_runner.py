"""Steps carried out, with a client that answers what the test says and a real journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

import orjson
import pytest

from gcbulk.appstore.achievements import Api
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.replies import judge
from gcbulk.errors import JournalError, UnreachableError
from gcbulk.records import Action, Json, Outcome, OutcomeKind, Sent, Step, Target
from gcbulk.service.client import Answer, Client
from gcbulk.service.clock import Clock
from gcbulk.service.journal import Journal
from gcbulk.service.runner import Runner

SCOPE = "scope"
TARGET = Target("com.example.game", "Game", "d1")
Result: TypeAlias = Reply | NoReply | Exception


class Time(Clock, Protocol):
    """The virtual clock of conftest.py."""

    start: datetime
    passed_s: float

    def advance(self, seconds: float) -> None: ...


class Fake(Client):
    """A client that answers by the key in the body, one answer after the other, and 201 without one."""

    def __init__(self, clock: Time, answers: Mapping[str, list[Result]]) -> None:
        self._time = clock
        self._answers = answers
        self.sent: list[str] = []
        self.bodies: list[Json] = []
        self.reads: list[str] = []
        self.versions: list[str] = ["v1"]

    def perform(self, call: Call, *, before: Callable[[datetime], None] = lambda _: None) -> Answer:
        body = orjson.loads(call.body or b"")
        attributes = body["data"]["attributes"]
        key = attributes.get("vendorIdentifier") or attributes["locale"]
        waiting = self._answers.get(key)
        result = waiting.pop(0) if waiting else created(f"id-{key}")
        if isinstance(result, UnreachableError):
            raise result
        sent_at = self._time.now()
        before(sent_at)
        if isinstance(result, Exception):
            raise result
        self.sent.append(key)
        self.bodies.append(body)
        self._time.advance(1)
        return Answer(judge(call, result), result, 1, sent_at)

    def read(self, call: Call) -> Reply:
        self.reads.append(call.path)
        items = [{"id": one, "attributes": {"version": place}} for place, one in enumerate(self.versions)]
        return Reply(200, {}, orjson.dumps({"data": items}))


def created(resource_id: str, version: str | None = "v1") -> Reply:
    """Give the answer to a create."""
    linked = {"versions": {"data": [{"type": "gameCenterAchievementVersions", "id": version}]}} if version else {}
    data = {"type": "x", "id": resource_id, "relationships": linked}
    return Reply(201, {"x-request-id": f"R-{resource_id}"}, orjson.dumps({"data": data}))


def refused(status: int, code: str, pointer: str | None = None) -> Reply:
    """Give a refusal of two errors."""
    first = {"code": code, "title": "Title.", "detail": "Detail.", "source": {"pointer": pointer}}
    return Reply(status, {}, orjson.dumps({"errors": [first, {"code": "B", "title": "Second."}]}))


LOST = NoReply(sent=True, reason="reset")


def achievement(key: str = "quest.1", action: Action = Action.CREATE, row: int = 2) -> Step:
    """Give a step for an achievement."""
    return Step("Achievements", row, "achievement", key, action, {"vendor_identifier": key}, f"f-{key}")


def localization(locale: str = "en-US", parent: str = "quest.1", *, parent_id: str | None = None) -> Step:
    """Give a step for a localization."""
    key = f"{parent} / {locale}"
    step = Step("Localizations", 5, "localization", key, Action.CREATE, {"locale": locale}, f"f-{key}", parent=parent)
    return replace(step, parent_id=parent_id)


@pytest.fixture
def journal(tmp_path: Path, clock: Time) -> Iterator[Journal]:
    """Give a journal with a run begun."""
    with closing(Journal(tmp_path / "journal.sqlite3")) as journal:
        journal.begin(scope=SCOPE, verb="push", source=None, at=clock.now())
        yield journal


Begin: TypeAlias = Callable[..., tuple[Runner, Fake]]


@pytest.fixture
def begin(journal: Journal, clock: Time) -> Begin:
    """Give the maker of runners whose client answers as told."""

    def make(answers: Mapping[str, list[Result]] | None = None, api: Api = Api.V2) -> tuple[Runner, Fake]:
        client = Fake(clock, answers or {})
        return Runner(client, journal, clock, api=api, target=TARGET), client

    return make


def run(runner: Runner, *steps: Step) -> list[Outcome]:
    """Carry out steps, and give what became of them."""
    return list(runner.run(steps))


def sent(journal: Journal, step: Step) -> Sent | None:
    """Give what the journal says of a step's request."""
    found = journal.history(SCOPE).sent.get((step.kind, step.key), ())
    return found[0] if found else None


def test_a_create_and_its_localizations(begin: Begin, clock: Time, journal: Journal) -> None:
    """An achievement is created, and its localizations under the version that the answer names, in order."""
    runner, client = begin()
    one, *others = run(runner, achievement(), localization("en-US"), localization("es-ES"))
    assert one == Outcome(
        achievement(),
        OutcomeKind.CREATED,
        resource_id="id-quest.1",
        parent_id="v1",
        attempts=1,
        request_id="R-id-quest.1",
        sent_at=clock.start,
        finished_at=clock.start + timedelta(seconds=1),
    )
    assert [other.kind for other in others] == [OutcomeKind.CREATED] * 2
    assert client.sent == ["quest.1", "en-US", "es-ES"]
    assert client.bodies[1]["data"]["relationships"]["version"]["data"]["id"] == "v1"
    assert client.reads == []
    assert sent(journal, achievement()) == Sent("f-quest.1", "id-quest.1", clock.start, settled=True)


def test_v1_puts_localizations_under_the_achievement(begin: Begin) -> None:
    """v1: the achievement's own id is the parent."""
    runner, client = begin(api=Api.V1)
    run(runner, achievement(), localization())
    assert client.bodies[1]["data"]["relationships"]["gameCenterAchievement"]["data"]["id"] == "id-quest.1"


def test_a_live_parent_is_known_from_the_plan(begin: Begin) -> None:
    """A localization of an achievement that is live goes under the id that the plan found."""
    runner, client = begin()
    unchanged = replace(achievement(action=Action.UNCHANGED), resource_id="a7", parent_id="v7")
    run(runner, unchanged, localization(parent_id="v7"))
    assert client.bodies[0]["data"]["relationships"]["version"]["data"]["id"] == "v7"


def test_a_version_that_was_not_named_is_asked_for_once(begin: Begin) -> None:
    """Where the answer names no version it is read once for all localizations."""
    runner, client = begin({"quest.1": [created("a1", None)]})
    outcomes = run(runner, achievement(), localization("en-US"), localization("es-ES"), localization("fr-FR"))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.CREATED] * 4
    assert client.reads == ["/v2/gameCenterAchievements/a1/versions"]


def test_an_achievement_without_a_version_blocks_and_is_asked_once(begin: Begin) -> None:
    """Where there is no version at all, its localizations are blocked and the others go on."""
    runner, client = begin({"quest.1": [created("a1", None)]})
    client.versions = []
    outcomes = run(runner, achievement(), localization("en-US"), localization("es-ES"), achievement("quest.2"))
    assert [outcome.code for outcome in outcomes] == [None, "no-version", "no-version", None]
    assert [outcome.kind for outcome in outcomes][1:3] == [OutcomeKind.BLOCKED] * 2
    assert len(client.reads) == 1


FATES = [
    (refused(409, "INVALID_POINTS"), OutcomeKind.REJECTED, "INVALID_POINTS", "achievement-failed"),
    (refused(403, "FORBIDDEN"), OutcomeKind.REJECTED, "FORBIDDEN", "achievement-failed"),
    (LOST, OutcomeKind.UNKNOWN, "no-answer", "achievement-unknown"),
    (Reply(503), OutcomeKind.UNKNOWN, "no-answer", "achievement-unknown"),
    (Reply(201, {}, b"{}"), OutcomeKind.UNKNOWN, "no-answer", "achievement-unknown"),
    (refused(409, "X.DUPLICATE"), OutcomeKind.UNKNOWN, "identifier-taken", "achievement-unknown"),
]


@pytest.mark.parametrize(("result", "kind", "code", "blocked"), FATES)
def test_a_failed_achievement_blocks_its_localizations_and_nothing_else(
    begin: Begin, result: Result, kind: OutcomeKind, code: str, blocked: str
) -> None:
    """One row's failure stops no other; its localizations are blocked, and say by what."""
    runner, client = begin({"quest.1": [result]})
    one, child, other = run(runner, achievement(), localization(), achievement("quest.2"))
    assert (one.kind, one.code) == (kind, code)
    assert (child.kind, child.code, child.attempts) == (OutcomeKind.BLOCKED, blocked, 0)
    assert "quest.1 (sheet 'Achievements', row 2)" in (child.message or "")
    assert other.kind is OutcomeKind.CREATED
    assert client.sent == ["quest.1", "quest.2"]
    assert runner.stopped is None


def test_a_refusal_carries_every_word_and_the_column(begin: Begin) -> None:
    """A rejected row has the service's code, all its sentences, and the attribute it points at."""
    runner, _ = begin({"quest.1": [refused(409, "INVALID_POINTS", "/data/attributes/points")]})
    (outcome,) = run(runner, achievement())
    assert (outcome.code, outcome.pointer) == ("INVALID_POINTS", "points")
    assert outcome.message == "Title. Detail.\nSecond."


DECIDED = [
    (Action.UNCHANGED, OutcomeKind.UNCHANGED),
    (Action.EXISTED, OutcomeKind.EXISTED),
    (Action.ADOPT, OutcomeKind.ADOPTED),
    (Action.CONFLICT, OutcomeKind.CONFLICT),
    (Action.REJECT, OutcomeKind.REJECTED),
    (Action.BLOCKED, OutcomeKind.BLOCKED),
]


@pytest.mark.parametrize(("action", "kind"), DECIDED)
def test_what_the_plan_has_decided_is_not_sent(begin: Begin, action: Action, kind: OutcomeKind) -> None:
    """A step that needs no request comes out as decided, with the plan's words."""
    runner, client = begin()
    step = replace(achievement(action=action), resource_id="a1", code="c", message="m")
    (outcome,) = run(runner, step)
    assert (outcome.kind, outcome.resource_id, outcome.code, outcome.message) == (kind, "a1", "c", "m")
    assert (outcome.attempts, client.sent) == (0, [])


def test_a_step_to_settle_stays_unknown_and_open(begin: Begin, clock: Time, journal: Journal) -> None:
    """A request of an earlier run that cannot be settled yet stays unknown, with the time it was sent."""
    runner, _ = begin()
    step = replace(achievement(action=Action.SETTLE), sent_at=clock.start - timedelta(seconds=5))
    (outcome,) = run(runner, step)
    assert (outcome.kind, outcome.code) == (OutcomeKind.UNKNOWN, "no-answer")
    assert sent(journal, step) == Sent("f-quest.1", None, clock.start - timedelta(seconds=5), settled=False)


def test_what_stops_the_run_leaves_the_rest_not_attempted(begin: Begin, journal: Journal) -> None:
    """A service that is out of order ends the run: nothing more is sent, every row says so, decided ones come out."""
    runner, client = begin({"quest.2": [UnreachableError("out of order")]})
    steps = [achievement("quest.1"), achievement("quest.2"), achievement("quest.3"), localization(parent="quest.3")]
    outcomes = run(runner, *steps, achievement("quest.4", Action.UNCHANGED))
    assert [outcome.kind for outcome in outcomes] == [
        OutcomeKind.CREATED,
        *[OutcomeKind.NOT_ATTEMPTED] * 3,
        OutcomeKind.UNCHANGED,
    ]
    assert outcomes[2].message == "out of order"
    assert isinstance(runner.stopped, UnreachableError)
    assert client.sent == ["quest.1"]
    assert sent(journal, achievement("quest.2")) is None


def test_a_read_that_fails_stops_too(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the version cannot be asked for because the service is gone, the run stops."""
    runner, client = begin({"quest.1": [created("a1", None)]})

    def gone(_: Call) -> Reply:
        raise UnreachableError("gone")

    monkeypatch.setattr(client, "read", gone)
    outcomes = run(runner, achievement(), localization())
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.CREATED, OutcomeKind.NOT_ATTEMPTED]


def test_an_intent_that_cannot_be_stored_stops_before_it_is_sent(
    begin: Begin, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12: no durable intent, no request."""
    runner, client = begin()

    def full(*_: object) -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(journal, "intend", full)
    outcomes = run(runner, achievement("quest.1"), achievement("quest.2"))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.NOT_ATTEMPTED] * 2
    assert client.sent == []
    assert isinstance(runner.stopped, JournalError)


def test_a_result_that_cannot_be_stored_is_told_and_stops(
    begin: Begin, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12: what was created is in the outcomes though the journal is full, and nothing more is sent."""
    runner, client = begin()

    def full(*_: object) -> None:
        raise JournalError("disk full")

    monkeypatch.setattr(journal, "record", full)
    outcomes = run(runner, achievement("quest.1"), achievement("quest.2"))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.CREATED, OutcomeKind.NOT_ATTEMPTED]
    assert client.sent == ["quest.1"]
    assert isinstance(runner.stopped, JournalError)


def test_attempts_add_up_over_rounds(begin: Begin) -> None:
    """A step that is sent again in a later round counts all its requests."""
    runner, _ = begin({"quest.1": [LOST, LOST]})
    run(runner, achievement())
    run(runner, achievement())
    (outcome,) = run(runner, achievement())
    assert (outcome.kind, outcome.attempts) == (OutcomeKind.CREATED, 3)


def test_adopted_in_a_later_round(begin: Begin, clock: Time, journal: Journal) -> None:
    """What a later listing shows is adopted, keeps its attempts, and is settled in the journal."""
    runner, _ = begin({"quest.1": [LOST]})
    run(runner, achievement())
    (outcome,) = run(runner, replace(achievement(action=Action.ADOPT), resource_id="a1"))
    assert (outcome.kind, outcome.attempts, outcome.resource_id) == (OutcomeKind.ADOPTED, 1, "a1")
    found = sent(journal, achievement())
    assert found is None or found.settled


def test_a_later_round_unblocks(begin: Begin) -> None:
    """When an achievement turns out to be there, its localizations go out in the same run."""
    runner, client = begin({"quest.1": [LOST]})
    run(runner, achievement(), localization())
    adopted = replace(achievement(action=Action.ADOPT), resource_id="a1", parent_id="v1")
    outcomes = run(runner, adopted, localization(parent_id="v1"))
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.ADOPTED, OutcomeKind.CREATED]
    assert client.sent == ["quest.1", "en-US"]


def test_unknown_stays_unknown_when_the_next_attempt_never_leaves(begin: Begin, clock: Time, journal: Journal) -> None:
    """A second request that is never sent does not make the first one not attempted: it may have been applied."""
    runner, _ = begin({"quest.1": [LOST, UnreachableError("out of order")], "quest.2": [LOST]})
    run(runner, achievement(), achievement("quest.2"))
    for outcome in run(runner, achievement(), achievement("quest.2")):
        assert (outcome.kind, outcome.attempts) == (OutcomeKind.UNKNOWN, 1)
    assert isinstance(runner.stopped, UnreachableError)
    assert sent(journal, achievement()) == Sent("f-quest.1", None, clock.start, settled=False)


def test_taken_by_somebody_else_is_no_intent_of_ours(begin: Begin, journal: Journal) -> None:
    """A refusal as a duplicate was not applied: what is found live later is not claimed as ours."""
    runner, _ = begin({"quest.1": [refused(409, "X.DUPLICATE")]})
    run(runner, achievement())
    assert sent(journal, achievement()) is None


def test_taken_by_our_own_unanswered_request_stays_ours(begin: Begin, clock: Time, journal: Journal) -> None:
    """A duplicate after a request without an answer is likely our own: the earlier intent still counts, to adopt."""
    runner, _ = begin({"quest.1": [LOST, refused(409, "X.DUPLICATE"), refused(409, "X.DUPLICATE")]})
    for _ in range(3):
        (outcome,) = run(runner, achievement())
    assert (outcome.kind, outcome.code, outcome.attempts) == (OutcomeKind.UNKNOWN, "identifier-taken", 3)
    assert sent(journal, achievement()) == Sent("f-quest.1", None, clock.start, settled=False)
