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

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.replies import judge
from gcbulk.errors import JournalError, UnreachableError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, Api, Change, Json, Outcome, OutcomeKind, Role, Sent, Step, Target
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
        result = typed(call, result)
        return Answer(judge(call, result), result, 1, sent_at)

    def read(self, call: Call) -> Reply:
        self.reads.append(call.path)
        items = [{"id": one, "attributes": {"version": place}} for place, one in enumerate(self.versions)]
        return Reply(200, {}, orjson.dumps({"data": items}))


def typed(call: Call, result: Reply | NoReply) -> Reply | NoReply:
    """Give the answer, its resource of the type that the call is about."""
    document = orjson.loads(result.body or b"{}") if isinstance(result, Reply) else {}
    if isinstance(result, NoReply) or "data" not in document:
        return result
    asked = orjson.loads(call.body or b"{}")["data"]
    document["data"]["type"] = asked["type"]
    return replace(result, body=orjson.dumps(document))


def created(resource_id: str, version: str | None = "v1") -> Reply:
    """Give the answer to a create."""
    linked = {"versions": {"data": [{"type": "gameCenterAchievementVersions", "id": version}]}} if version else {}
    data = {"id": resource_id, "relationships": linked}
    return Reply(201, {"x-request-id": f"R-{resource_id}"}, orjson.dumps({"data": data}))


def refused(status: int, code: str, pointer: str | None = None) -> Reply:
    """Give a refusal of two errors."""
    first = {"code": code, "title": "Title.", "detail": "Detail.", "source": {"pointer": pointer}}
    return Reply(status, {}, orjson.dumps({"errors": [first, {"code": "B", "title": "Second."}]}))


LOST = NoReply(sent=True, reason="reset")


def achievement(key: str = "quest.1", action: Action = Action.CREATE, row: int = 2) -> Step:
    """Give a step for an achievement."""
    return Step("Achievements", row, RESOURCE, Role.THING, (key,), action, {"vendor_identifier": key}, f"f-{key}")


def localization(locale: str = "en-US", parent: str = "quest.1", *, parent_id: str | None = None) -> Step:
    """Give a step for a localization."""
    key, wanted = (parent, locale), {"locale": locale}
    step = Step("Localizations", 5, RESOURCE, Role.TEXT, key, Action.CREATE, wanted, f"f-{parent} / {locale}")
    return replace(step, parent=(parent,), parent_id=parent_id)


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
    found = journal.history(SCOPE).of(step.resource, step.role, step.key)
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
    assert sent(journal, achievement()) == Sent("f-quest.1", "id-quest.1", clock.start, confirmed=True)


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
    assert sent(journal, step) == Sent("f-quest.1", None, clock.start - timedelta(seconds=5), confirmed=False)


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


@pytest.mark.parametrize("action", [Action.UPDATE, Action.DELETE])
def test_what_is_there_is_told_with_its_id(
    begin: Begin, journal: Journal, monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    """A change that a stopped run did not come to, whether it stopped at it or before, is of a row that has an id."""
    runner, client = begin()

    def gone(*_: object, **__: object) -> Answer:
        raise UnreachableError("gone")

    monkeypatch.setattr(client, "perform", gone)
    steps = [replace(achievement(key, action), resource_id=f"id-{key}") for key in ("quest.1", "quest.2")]
    outcomes = run(runner, *steps)
    assert [(outcome.kind, outcome.resource_id) for outcome in outcomes] == [
        (OutcomeKind.NOT_ATTEMPTED, "id-quest.1"),
        (OutcomeKind.NOT_ATTEMPTED, "id-quest.2"),
    ]
    assert sent(journal, steps[0]) is None


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
    assert found is None or found.confirmed


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
    assert sent(journal, achievement()) == Sent("f-quest.1", None, clock.start, confirmed=False)


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
    assert sent(journal, achievement()) == Sent("f-quest.1", None, clock.start, confirmed=False)


class Talk(Client):
    """A client that answers by method and path, one answer after the other."""

    def __init__(self, clock: Time, answers: Mapping[str, list[Result]]) -> None:
        self._time = clock
        self._answers = answers
        self.sent: list[tuple[str, str, Json]] = []

    def perform(self, call: Call, *, before: Callable[[datetime], None] = lambda _: None) -> Answer:
        sent_at = self._time.now()
        before(sent_at)
        self.sent.append((call.method, call.path, orjson.loads(call.body) if call.body else None))
        result = self._answers[f"{call.method} {call.path}"].pop(0)
        assert not isinstance(result, Exception)
        result = typed(call, result)
        return Answer(judge(call, result), result, 1, sent_at)


def ok(resource_id: str) -> Reply:
    """Give the answer to a change."""
    return Reply(200, {}, orjson.dumps({"data": {"id": resource_id}}))


ACHIEVEMENT_PATH = "/v2/gameCenterAchievements/a1"
VERSIONS = "POST /v2/gameCenterAchievementVersions"


@pytest.fixture
def talk(journal: Journal, clock: Time) -> Callable[..., tuple[Runner, Talk]]:
    """Give the maker of runners whose client answers by path."""

    def make(**answers: list[Result]) -> tuple[Runner, Talk]:
        client = Talk(clock, answers)
        return Runner(client, journal, clock, api=Api.V2, target=TARGET), client

    return make


def changed(**more: Json) -> Step:
    """Give a step that changes an achievement's points."""
    step = replace(achievement(action=Action.UPDATE), resource_id="a1", parent_id="v1")
    return replace(step, changes=(Change("points", 5, 7),), **more)


def deleted() -> Step:
    """Give a step that deletes an achievement."""
    return replace(achievement(action=Action.DELETE), resource_id="a1")


def opening(action: Action = Action.CREATE, resource_id: str | None = None) -> Step:
    """Give a step that opens a version."""
    key = ("quest.1", "version 2")
    step = Step("S", 2, RESOURCE, Role.VERSION, key, action, {"version": 2}, "fv", parent=("quest.1",))
    return replace(step, parent_id="a1", resource_id=resource_id)


Talker: TypeAlias = Callable[..., tuple[Runner, Talk]]


def test_a_change_sends_what_differs(talk: Talker, journal: Journal) -> None:
    """An update is one PATCH of the changed attributes, journaled under what the row asks for as a whole."""
    runner, client = talk(**{f"PATCH {ACHIEVEMENT_PATH}": [ok("a1")]})
    (outcome,) = run(runner, changed())
    assert (outcome.kind, outcome.resource_id, outcome.parent_id) == (OutcomeKind.UPDATED, "a1", "v1")
    assert client.sent[0][2]["data"]["attributes"] == {"points": 7}
    found = sent(journal, changed())
    assert found is not None
    assert (found.fingerprint, found.confirmed) == ("f-quest.1", True)


@pytest.mark.parametrize(
    ("result", "kind", "code"),
    [
        (LOST, OutcomeKind.UNKNOWN, "no-answer"),
        (refused(409, "X.DUPLICATE"), OutcomeKind.REJECTED, "X.DUPLICATE"),
        (refused(404, "NOT_FOUND"), OutcomeKind.REJECTED, "NOT_FOUND"),
    ],
    ids=["lost", "duplicate", "gone"],
)
def test_a_change_that_fails_blocks_nothing(talk: Talker, result: Result, kind: OutcomeKind, code: str) -> None:
    """The achievement is there whatever became of its change, so its texts go on."""
    words = "POST /v2/gameCenterAchievementLocalizations"
    runner, _ = talk(**{f"PATCH {ACHIEVEMENT_PATH}": [result], words: [created("l1")]})
    one, other = run(runner, changed(), localization(parent_id="v1"))
    assert (one.kind, one.code, other.kind) == (kind, code, OutcomeKind.CREATED)


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (Reply(204), OutcomeKind.DELETED),
        (refused(404, "NOT_FOUND"), OutcomeKind.DELETED),
        (refused(409, "STATE_ERROR"), OutcomeKind.REJECTED),
        (LOST, OutcomeKind.UNKNOWN),
    ],
    ids=["done", "not there any more", "refused", "lost"],
)
def test_a_delete(talk: Talker, result: Result, kind: OutcomeKind) -> None:
    """What is not there any more is as good as deleted; a refusal is the row's error."""
    runner, _ = talk(**{f"DELETE {ACHIEVEMENT_PATH}": [result]})
    (outcome,) = run(runner, deleted())
    assert (outcome.kind, outcome.resource_id) == (kind, "a1")


@pytest.mark.parametrize(
    ("result", "kind", "blocked"),
    [
        (refused(409, "STATE_ERROR.VERSION_IN_PREPARATION"), OutcomeKind.UNKNOWN, "version-unknown"),
        (LOST, OutcomeKind.UNKNOWN, "version-unknown"),
        (refused(403, "FORBIDDEN"), OutcomeKind.REJECTED, "version-failed"),
        (UnreachableError("gone"), OutcomeKind.NOT_ATTEMPTED, None),
    ],
    ids=["one is there", "lost", "refused", "stopped"],
)
def test_a_text_waits_for_its_version(
    talk: Talker, result: Result, kind: OutcomeKind, blocked: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its version a text is not sent; whether that is for now or for good its code says."""
    runner, client = talk(**{VERSIONS: [result]})
    if isinstance(result, UnreachableError):

        def gone(*_: object, **__: object) -> Answer:
            raise UnreachableError("gone")

        monkeypatch.setattr(client, "perform", gone)
    waiting = replace(localization(), version=("quest.1", "version 2"))
    one, other = run(runner, opening(), waiting)
    assert (one.kind, other.code) == (kind, blocked)
    assert other.kind is (OutcomeKind.BLOCKED if blocked else OutcomeKind.NOT_ATTEMPTED)


def test_a_version_that_no_step_opens_is_waited_for(talk: Talker) -> None:
    """A text whose version is in no step is blocked for now, never sent to the old one."""
    runner, client = talk()
    (outcome,) = run(runner, replace(localization(), version=("quest.1", "version 2"), parent_id="v1"))
    assert (outcome.code, client.sent) == ("version-unknown", [])


def test_a_version_is_opened_and_known_by_its_id(talk: Talker) -> None:
    """The new version's id is the outcome's."""
    runner, client = talk(**{VERSIONS: [created("v2", None)]})
    (outcome,) = run(runner, opening())
    assert (outcome.kind, outcome.resource_id) == (OutcomeKind.CREATED, "v2")
    assert client.sent[0][2]["data"]["relationships"]["achievement"]["data"]["id"] == "a1"


ORDER_PATH = "PATCH /v1/gameCenterDetails/d1/relationships/gameCenterAchievementsV2"


def ordering(*entries: tuple[str, str | None]) -> Step:
    """Give a step that sets the display order."""
    attributes = {"order": [list(entry) for entry in entries]}
    return Step("", 0, RESOURCE, Role.ORDER, ("display order",), Action.UPDATE, attributes, "fo")


def test_an_order_names_what_was_made_in_this_run(talk: Talker) -> None:
    """Ids of this run's creates are filled in, refused ones left out, what could not be deleted put at the end."""
    answers: dict[str, list[Result]] = {
        "POST /v2/gameCenterAchievements": [created("new"), refused(409, "NO")],
        f"DELETE {ACHIEVEMENT_PATH}": [refused(409, "STATE_ERROR")],
        ORDER_PATH: [Reply(204)],
    }
    runner, client = talk(**answers)
    gone = replace(deleted(), key=("quest.9",))
    order = ordering(("quest.1", None), ("quest.2", None), ("quest.3", "a3"))
    *_, outcome = run(runner, gone, achievement("quest.1"), achievement("quest.2"), order)
    assert outcome.kind is OutcomeKind.UPDATED
    assert [one["id"] for one in client.sent[-1][2]["data"]] == ["new", "a3", "a1"]


def test_an_order_waits_until_everything_is_known(talk: Talker) -> None:
    """A list that may lack an achievement is not sent."""
    runner, client = talk(**{"POST /v2/gameCenterAchievements": [LOST]})
    *_, outcome = run(runner, achievement("quest.1"), ordering(("quest.1", None)))
    assert (outcome.kind, outcome.code, len(client.sent)) == (OutcomeKind.BLOCKED, "achievement-unknown", 1)


def test_a_delete_that_was_applied_all_the_same_is_told_as_one(begin: Begin) -> None:
    """What a later look does not find any more was deleted."""
    runner, _ = begin()
    (outcome,) = run(runner, replace(deleted(), action=Action.GONE))
    assert outcome.kind is OutcomeKind.DELETED
