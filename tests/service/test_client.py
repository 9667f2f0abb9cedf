"""Requests and their retries, with a connection that answers what the test says."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from threading import Event
from typing import Protocol, TypeAlias

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.replies import Verdict
from gcbulk.errors import ApiError, JournalError, ServiceError, UnreachableError
from gcbulk.records import Json
from gcbulk.service.client import Client, Session, reason
from gcbulk.service.clock import Clock, Wait
from gcbulk.service.signing import Signer
from gcbulk.service.transport import Connection
from gcbulk.settings import Credentials, HiddenText, Settings

KEY = ec.generate_private_key(ec.SECP256R1())
CREATE = Call("POST", "/v2/gameCenterAchievements", body=b"{}", repeatable=False)
SUBMIT = Call("POST", "/v1/gameCenterPlayerAchievementSubmissions", body=b"{}", repeatable=True)
READ = Call("GET", "/v1/apps")

Result: TypeAlias = Reply | NoReply


class Time(Clock, Protocol):
    """The virtual clock of conftest.py."""

    start: datetime
    passed_s: float
    waits: list[float]

    def later(self, seconds: float, do: Callable[[], None]) -> None: ...


class Script(Connection):
    """A connection that answers from a list, and keeps what it was asked."""

    def __init__(self, results: Iterable[Result | Callable[[], Result]], signer: Signer) -> None:
        self._results = iter(results)
        self._signer = signer
        self._shown = HiddenText()
        self.calls: list[Call] = []

    @property
    def token(self) -> HiddenText:
        """The token that the last request showed."""
        return self._shown

    def exchange(self, call: Call) -> Result:
        self._shown = self._signer.token()
        self.calls.append(call)
        result = next(self._results)
        return result() if callable(result) else result


Scripted: TypeAlias = Callable[..., tuple[Client, Script, Session]]


@pytest.fixture
def scripted(clock: Time) -> Scripted:
    """Give the maker of clients whose connection answers from a list."""

    def make(*results: Result | Callable[[], Result], stop: Event | None = None) -> tuple[Client, Script, Session]:
        settings = Settings(credentials=Credentials("KEY1234567", "issuer", KEY), bundle_id="com.example.game")
        session = Session(settings, clock, stop or Event())
        script = Script(results, session.signer)
        return Client(session, script), script, session

    return make


def ok(resource_id: str = "1", **headers: str) -> Reply:
    """Give the answer to a create that was done."""
    return Reply(201, headers, orjson.dumps({"data": {"type": "x", "id": resource_id}}))


def page(*ids: str, following: Json = None) -> Reply:
    """Give a page of a listing."""
    links = {} if following is None else {"links": {"next": following}}
    return Reply(200, {}, orjson.dumps({"data": [{"type": "x", "id": one} for one in ids], **links}))


def refusal(status: int, code: str = "CODE", **headers: str) -> Reply:
    """Give a refusal."""
    body = {"errors": [{"status": str(status), "code": code, "title": "Title.", "detail": "Detail."}]}
    return Reply(status, headers, orjson.dumps(body))


LOST = NoReply(sent=True, reason="ReadTimeout: the attempt's deadline has passed")
NOT_SENT = NoReply(sent=False, reason="ConnectError: refused")


def test_done_at_once(scripted: Scripted, clock: Time) -> None:
    """A call that is answered is sent once."""
    client, script, session = scripted(ok())
    answer = client.perform(CREATE)
    assert (answer.verdict, answer.attempts, answer.sent_at) == (Verdict.DONE, 1, clock.start)
    assert (len(script.calls), session.requests, clock.waits) == (1, 1, [])


ONCE_ONLY = [
    pytest.param(LOST, id="no answer"),
    pytest.param(refusal(500), id="500"),
    pytest.param(refusal(503), id="503"),
    pytest.param(refusal(408), id="408"),
    pytest.param(Reply(302, {"location": "/x"}), id="redirect"),
    pytest.param(Reply(201, {}, b"{}"), id="created without an id"),
    pytest.param(Reply(204), id="created, and nothing said"),
]


@pytest.mark.parametrize("result", ONCE_ONLY)
def test_a_create_in_doubt_is_never_sent_again(scripted: Scripted, result: Result) -> None:
    """What may have been applied and may not be sent twice is unknown, after one attempt."""
    client, script, _ = scripted(result)
    answer = client.perform(CREATE)
    assert (answer.verdict, answer.attempts) == (Verdict.UNKNOWN, 1)
    assert len(script.calls) == 1


def test_an_attempt_in_doubt_counts_from_its_end(scripted: Scripted, clock: Time) -> None:
    """The service may be at work on it until then, so what waits for a late effect must not count from its begin."""

    def lost_after_a_minute() -> NoReply:
        clock.passed_s += 60
        return LOST

    def made_after_a_minute() -> Reply:
        clock.passed_s += 59
        return ok()

    client, _, _ = scripted(lost_after_a_minute, made_after_a_minute)
    assert client.perform(CREATE).sent_at == clock.start + timedelta(seconds=60)
    client, _, _ = scripted(made_after_a_minute)
    assert client.perform(CREATE).sent_at == clock.start + timedelta(seconds=119)


@pytest.mark.parametrize("result", ONCE_ONLY[:-1])
def test_what_may_be_repeated_is_sent_again(scripted: Scripted, clock: Time, result: Result) -> None:
    """The same bytes are sent again after an answer in doubt, after a pause."""
    client, script, _ = scripted(result, ok())
    answer = client.perform(SUBMIT)
    assert (answer.verdict, answer.attempts) == (Verdict.DONE, 2)
    assert script.calls == [SUBMIT, SUBMIT]
    assert clock.waits == [0.5]


def test_what_may_be_repeated_is_given_up_after_six(scripted: Scripted, clock: Time) -> None:
    """A call that stays in doubt is unknown after six attempts, with growing pauses."""
    client, script, _ = scripted(*[LOST] * 6)
    answer = client.perform(SUBMIT)
    assert (answer.verdict, answer.attempts, len(script.calls)) == (Verdict.UNKNOWN, 6, 6)
    assert clock.waits == [0.5, 1, 2, 4, 8]


@pytest.mark.parametrize("call", [CREATE, SUBMIT, READ], ids=["create", "submission", "read"])
def test_what_was_not_sent_is_sent_again(scripted: Scripted, call: Call) -> None:
    """When not a byte left this machine any call is sent again."""
    client, script, _ = scripted(NOT_SENT, NOT_SENT, page() if call is READ else ok())
    assert client.perform(call).verdict is Verdict.DONE
    assert len(script.calls) == 3


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_is_final(scripted: Scripted, status: int) -> None:
    """A row at fault is refused once."""
    client, script, _ = scripted(refusal(status))
    assert client.perform(SUBMIT).verdict is Verdict.REJECTED
    assert len(script.calls) == 1


def test_the_intent_comes_before_every_attempt(scripted: Scripted, clock: Time) -> None:
    """``before`` is called with the time right before each attempt, whatever the reason for another."""
    happened: list[str] = []

    def answering(result: Result) -> Callable[[], Result]:
        def answer() -> Result:
            happened.append("sent")
            return result

        return answer

    client, _, _ = scripted(*[answering(result) for result in (NOT_SENT, refusal(429), refusal(401), ok())])
    moments: list[datetime] = []

    def before(at: datetime) -> None:
        assert at == clock.now()
        moments.append(at)
        happened.append("intended")

    answer = client.perform(CREATE, before=before)
    assert happened == ["intended", "sent"] * 4
    assert answer.sent_at == moments[-1] > moments[0]


def test_without_a_durable_intent_nothing_is_sent(scripted: Scripted) -> None:
    """F12: when the intent cannot be stored, the request does not go out."""
    client, script, session = scripted(ok())

    def full(_: datetime) -> None:
        raise JournalError("disk full")

    with pytest.raises(JournalError):
        client.perform(CREATE, before=full)
    assert (script.calls, session.requests) == ([], 0)


def test_unauthorized_once_costs_a_new_token(scripted: Scripted, clock: Time) -> None:
    """A 401 is answered with a token signed anew, dated by the service's clock; the row does not notice."""
    theirs = clock.now() + timedelta(hours=5)
    client, script, session = scripted(refusal(401, date=format_datetime(theirs)), ok())
    before = session.signer.token()
    assert client.perform(CREATE).verdict is Verdict.DONE
    assert session.signer.token() != before
    assert len(script.calls) == 2


def test_unauthorized_twice_stops(scripted: Scripted) -> None:
    """F10: a key that is refused with a fresh token stops the run after two requests; nothing was applied."""
    client, script, _ = scripted(refusal(401, "NOT_AUTHORIZED"), refusal(401, "NOT_AUTHORIZED"))
    with pytest.raises(ApiError, match="refused twice") as caught:
        client.perform(CREATE)
    assert (caught.value.status, caught.value.code, caught.value.exit_code) == (401, "NOT_AUTHORIZED", 2)
    assert len(script.calls) == 2


def test_each_row_may_be_unauthorized_once(scripted: Scripted) -> None:
    """Now and then a 401 comes for nothing: each call has its own second chance."""
    client, _, _ = scripted(refusal(401), ok(), refusal(401), ok())
    assert client.perform(CREATE).verdict is Verdict.DONE
    assert client.perform(CREATE).verdict is Verdict.DONE


def test_forbidden_on_the_first_call_stops(scripted: Scripted) -> None:
    """A key that may do nothing stops the run, with what to do."""
    client, _, _ = scripted(refusal(403, "FORBIDDEN_ERROR"))
    with pytest.raises(ApiError, match="Admin or App Manager"):
        client.perform(CREATE)


def test_forbidden_later_is_the_rows_fault(scripted: Scripted) -> None:
    """When the key has been good for something, a 403 is about the row."""
    client, _, _ = scripted(ok(), refusal(403, "FORBIDDEN_ERROR"))
    client.perform(CREATE)
    assert client.perform(CREATE).verdict is Verdict.FORBIDDEN


def test_forbidden_for_agreements_stops_at_any_time(scripted: Scripted) -> None:
    """An agreement that is missing stops the run, however far it is."""
    client, _, _ = scripted(ok(), refusal(403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED"))
    client.perform(CREATE)
    with pytest.raises(ApiError, match="agreements have to be signed"):
        client.perform(CREATE)


def test_too_many_waits_and_sends_the_same_again(scripted: Scripted, clock: Time) -> None:
    """A 429 was not applied: the same call goes out again after the wait that was asked for."""
    client, script, _ = scripted(refusal(429, **{"retry-after": "7"}), ok())
    answer = client.perform(CREATE)
    assert (answer.verdict, answer.attempts) == (Verdict.DONE, 2)
    assert script.calls == [CREATE, CREATE]
    assert clock.passed_s == 7


def test_too_many_for_ever_stops(scripted: Scripted) -> None:
    """A service that answers nothing but 429 is left alone after twenty of them."""
    client, script, _ = scripted(*[refusal(429)] * 30)
    with pytest.raises(UnreachableError, match="refused 20 requests in a row for their rate"):
        client.perform(CREATE)
    assert len(script.calls) == 20


@pytest.mark.parametrize("result", [NOT_SENT, LOST, refusal(503)], ids=["refused", "no answer", "503"])
@pytest.mark.parametrize("call", [CREATE, SUBMIT], ids=["creates", "submissions"])
def test_an_outage_is_bounded(scripted: Scripted, clock: Time, result: Result, call: Call) -> None:
    """F5: an outage ends the run after few requests and minutes, with exit code 7 and words on how to go on."""
    client, script, _ = scripted(ok(), *[result] * 100)

    def send_all() -> None:
        for _ in range(100):
            client.perform(call)

    with pytest.raises(UnreachableError, match="run it again when the service is back") as caught:
        send_all()
    assert caught.value.exit_code == 7
    assert len(script.calls) <= 60
    assert clock.passed_s <= 600


def test_a_service_that_was_never_reached_is_given_up_soon(scripted: Scripted, clock: Time) -> None:
    """Where no connection was ever made the run ends in a quarter of a minute, says why, and names doctor."""
    client, script, _ = scripted(*[NOT_SENT] * 100)
    with pytest.raises(UnreachableError, match=r"cannot be reached: ConnectError: refused\..*gcbulk doctor") as caught:
        client.perform(CREATE)
    assert caught.value.exit_code == 7
    assert 10 <= clock.passed_s <= 15
    assert len(script.calls) <= 8


def test_waits_are_announced_with_their_reason(scripted: Scripted) -> None:
    """A wait of more than three seconds says why and until when, once; a shorter one says nothing."""
    client, _, session = scripted(ok(), *[NOT_SENT] * 5, ok(), refusal(429, **{"retry-after": "70"}), ok())
    said: list[Wait] = []
    session.clock.on_wait = said.append
    client.perform(CREATE)
    client.perform(CREATE)
    assert [wait.seconds for wait in said] == [4.0, 8.0]
    assert said[0].why == "another try: 4 attempts in a row got no usable answer"
    client.perform(CREATE)
    assert (said[2].why, round(said[2].seconds)) == ("the service, which asked for a pause", 70)
    assert said[2].until == session.clock.now()


def test_an_outage_that_passes_is_forgotten(scripted: Scripted) -> None:
    """An answer, be it a refusal, ends the count of failures."""
    client, _, session = scripted(ok(), *[NOT_SENT] * 11, refusal(409), *[NOT_SENT] * 11, ok())
    client.perform(CREATE)
    assert client.perform(CREATE).verdict is Verdict.REJECTED
    assert client.perform(CREATE).verdict is Verdict.DONE
    assert session.failures == 0


def test_doubt_outlives_a_journal_that_fails(scripted: Scripted) -> None:
    """A repeated call that was in doubt once is never called not sent, though the next intent cannot be stored."""
    client, _, _ = scripted(LOST, ok())
    intents: list[datetime] = []

    def once(at: datetime) -> None:
        if intents:
            raise JournalError("disk full")
        intents.append(at)

    assert client.perform(SUBMIT, before=once).verdict is Verdict.UNKNOWN


def test_doubt_outlives_what_ends_the_attempts(scripted: Scripted) -> None:
    """A repeated call that was in doubt once stays in doubt, though later attempts were refused for the key."""
    client, _, _ = scripted(LOST, refusal(401), refusal(401))
    answer = client.perform(SUBMIT)
    assert (answer.verdict, answer.attempts) == (Verdict.UNKNOWN, 1)


def test_a_certificate_that_does_not_verify_stops(scripted: Scripted) -> None:
    """T4: a stranger's certificate stops the run after one attempt."""
    client, script, _ = scripted(NoReply(sent=False, reason="the certificate does not verify", final=True))
    with pytest.raises(UnreachableError, match="identity could not be proved"):
        client.perform(CREATE)
    assert len(script.calls) == 1


def test_told_to_stop_nothing_is_intended(scripted: Scripted) -> None:
    """F15: a run that is told to stop neither sends nor writes an intent."""
    stop = Event()
    stop.set()
    client, script, _ = scripted(ok(), stop=stop)
    with pytest.raises(ServiceError, match="told to stop"):
        client.perform(CREATE, before=lambda _: pytest.fail("an intent"))
    assert script.calls == []


def test_told_to_stop_while_pausing(scripted: Scripted, clock: Time) -> None:
    """F15: a stop during the pause after a failure ends the call before it is sent again."""
    stop = Event()
    client, script, _ = scripted(NOT_SENT, ok(), stop=stop)
    clock.later(0.2, stop.set)
    with pytest.raises(ServiceError, match="told to stop"):
        client.perform(CREATE)
    assert len(script.calls) == 1


def test_a_read_gives_its_reply(scripted: Scripted) -> None:
    """A read that succeeds gives the reply itself."""
    client, _, _ = scripted(page("1"))
    assert client.read(READ) == page("1")


def test_a_read_that_is_refused(scripted: Scripted) -> None:
    """A read that the service refuses stops, with status and the service's words."""
    client, _, _ = scripted(refusal(404, "NOT_FOUND"))
    with pytest.raises(ApiError, match=r"refused to read /v1/apps.*Title\. Detail\. \(NOT_FOUND\)") as caught:
        client.read(READ)
    assert caught.value.status == 404


@pytest.mark.parametrize(("result", "why"), [(LOST, "deadline has passed"), (refusal(500), "status 500")])
def test_a_read_without_an_answer(scripted: Scripted, result: Result, why: str) -> None:
    """A read that gets no usable answer stops as unreachable, and says why."""
    client, _, _ = scripted(*[result] * 6)
    with pytest.raises(UnreachableError, match=why):
        client.read(READ)


def test_all_pages_are_read(scripted: Scripted) -> None:
    """A listing is followed to its last page, by the links as they are."""
    client, script, _ = scripted(page("1", following="http://x/2"), page("2", following="http://x/3"), page())
    assert len(list(client.pages(READ))) == 3
    assert script.calls == [READ, Call("GET", "http://x/2"), Call("GET", "http://x/3")]


@pytest.mark.parametrize("data", [None, {}, "x", {"id": "1"}], ids=["null", "object", "text", "a resource"])
def test_a_listing_that_is_none_is_not_an_empty_one(scripted: Scripted, data: Json) -> None:
    """A page that holds no list stops the run: what looks missing would be created a second time."""
    client, _, _ = scripted(page("1", following="http://x/2"), Reply(200, {}, orjson.dumps({"data": data})))
    with pytest.raises(UnreachableError, match="makes no sense"):
        list(client.pages(READ))


def test_a_listing_in_a_circle_ends(scripted: Scripted) -> None:
    """Links that lead back to a page that was read stop the run."""
    client, script, _ = scripted(*[page("1", following="http://x/2")] * 50)
    with pytest.raises(UnreachableError, match="makes no sense"):
        list(itertools.islice(client.pages(READ), 50))
    assert len(script.calls) == 3


def part(total: int | None, *ids: str, following: str | None = None) -> Reply:
    """Give a page of a listing that says how much the list holds."""
    found = orjson.loads(page(*ids, following=following).body)
    paging = {"limit": 2} if total is None else {"limit": 2, "total": total}
    return Reply(200, {}, orjson.dumps(found | {"meta": {"paging": paging}}))


WHOLE = [part(3, "1", "2", following="/v1/apps?c=2"), part(3, "3")]
NOT_WHOLE = {
    "lost while paging": [part(3, "1", "2", following="/v1/apps?c=2"), part(3)],
    "lost, another one twice": [part(3, "1", "2", following="/v1/apps?c=2"), part(3, "2")],
    "lost, and the total with it": [part(3, "1", "2", following="/v1/apps?c=2"), part(2)],
    "twice, and no total": [part(None, "1", "2", following="/v1/apps?c=2"), part(None, "2", "3")],
}


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_a_list_that_is_not_whole_is_read_again(scripted: Scripted, clock: Time, name: str) -> None:
    """F28: what a list says that it holds is missing from its pages: it is read again, and then believed."""
    client, script, _ = scripted(*NOT_WHOLE[name], *WHOLE)
    assert list(client.pages(READ)) == WHOLE
    assert (len(script.calls), clock.waits) == (4, [1.0])


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_a_list_that_stays_so_is_not_believed(scripted: Scripted, name: str) -> None:
    """F28: read three times it still lacks something: nothing is sent for what it may hold."""
    client, script, _ = scripted(*NOT_WHOLE[name] * 3)
    with pytest.raises(UnreachableError, match=r"/v1/apps is not whole.*lacked 1 of"):
        client.pages(READ)
    assert len(script.calls) == 6


@pytest.mark.parametrize("total", [3, 2, 0, "3", None, True])
def test_a_list_with_all_that_it_holds_is_read_once(scripted: Scripted, total: Json) -> None:
    """One that shows more than it counts, an item on two pages, or counts nothing, costs no second reading."""
    again = [part(total, "1", "2", following="/v1/apps?c=2"), part(total, "3")]
    client, _, _ = scripted(*again)
    assert list(client.pages(READ)) == again
    client, _, _ = scripted(part(3, "1", "2", following="/v1/apps?c=2"), part(3, "2", "3"))
    assert len(list(client.pages(READ))) == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (199, "status 199"),
        (200, "status 200, but not about what was asked"),
        (299, "status 299, but not about what was asked"),
        (300, "status 300"),
    ],
)
def test_a_good_answer_that_is_not_usable_says_why(status: int, words: str) -> None:
    """What the service calls done and is about something else does not read as if it were a good answer."""
    assert reason(Reply(status, {}, b"")) == words
