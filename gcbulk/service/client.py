"""Send calls, with pacing, tokens, retries and a clean stop.

`Session` is what all workers of a run share; each worker has a `Client` with a connection of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock

from gcbulk.appstore import apps
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.replies import Verdict, is_list, judge, missing_from, problems
from gcbulk.errors import ApiError, JournalError, ServiceError, SettingsError, UnreachableError
from gcbulk.service.budget import SharedBudget
from gcbulk.service.clock import Clock, ServiceTime, SteadyClock
from gcbulk.service.pacing import Pacer, nothing_to_refresh
from gcbulk.service.signing import Signer
from gcbulk.service.transport import Connection
from gcbulk.settings import READ_ONLY, Settings

MOST_FAILURES = 12
"""Attempts in a row without a usable answer, over all workers, after which the service counts as out of order."""
NEVER_REACHED_S = 10.0
"""How long to try to connect to a service that has never been reached; what is wrong then does not pass in minutes."""
MOST_TRIES = 6
"""Attempts for one request that may be sent again, after which its answer counts as unknown."""
MOST_REFUSALS = 20
"""429s in a row, each after a wait, after which the run stops."""
LONGEST_PAUSE_S = 30.0
LIST_AGAIN_S = (1.0, 5.0)
"""How long to wait before a list that is not whole is read again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call.

    Args:
        verdict: what is known: DONE, REJECTED, DUPLICATE, FORBIDDEN or UNKNOWN.
        result: the last reply, or why there is none.
        attempts: how often it was sent.
        sent_at: when the wait for late effects begins (UTC): at the end of its last attempt, because the service may
            have been working on it until then.
    """

    verdict: Verdict
    result: Reply | NoReply
    attempts: int
    sent_at: datetime


class Session:
    """What the workers of one run share: token, pace, health and the wish to stop.

    Args:
        settings: where and as whom.
        clock: the clock for tokens and limits; the run itself measures time by a steady clock that starts from it.
        stop: set to stop the run: what is in flight ends, nothing new is sent.
    """

    def __init__(self, settings: Settings, clock: Clock, stop: Event) -> None:
        self.base_url = settings.base_url
        self.read_only = settings.read_only
        self.clock = SteadyClock(clock)
        self.service_time = ServiceTime()
        self.stop = stop
        self.key = settings.credentials.described
        self.signer = Signer(settings.credentials, clock)
        asked = {"per_hour": settings.requests_per_hour, "per_minute": settings.requests_per_minute}
        self.pacer = Pacer(clock, stop, wait=self.clock.wait, **asked)
        self.budget: SharedBudget | None = None
        self.requests = 0
        self.failures = 0
        self.on_request: Callable[[int], None] = uncounted
        self.has_succeeded = False
        self.has_connected = False
        self.unreached_since: float | None = None
        self.renewing = Lock()
        self.key_refused: ApiError | None = None
        self._lock = Lock()
        self._process = os.getpid()
        self._is_closed = False

    def close(self) -> None:
        """Let nothing be sent any more."""
        self._is_closed = True

    def require_usable(self) -> None:
        """Make sure that this process may still send requests.

        Raises:
            SettingsError: the service was closed, or was made in another process: after a fork both would write to
                one and the same connection.
        """
        if self._is_closed:
            raise SettingsError("This Service was closed. Nothing was sent; make another with gcbulk.connect.")
        if self._process != os.getpid():
            raise SettingsError(
                "This Service was made in another process, before a fork. Nothing was sent; make one in each process "
                "with gcbulk.connect."
            )

    def share(self, budget: SharedBudget | None) -> None:
        """Share the key's rate limit with other runs from now on, or stop sharing it; an earlier share is closed."""
        if self.budget is not None:
            self.budget.close()
        self.budget = budget
        self.pacer.refresh = budget.sync if budget is not None else nothing_to_refresh

    def count(self, verdict: Verdict) -> None:
        """Note an attempt and how it went."""
        with self._lock:
            self.requests += 1
            self.on_request(self.requests)
            if verdict in (Verdict.UNKNOWN, Verdict.NOT_SENT):
                self.failures += 1
            elif verdict is not Verdict.RATE_LIMITED:
                self.failures = 0
            self.has_succeeded = self.has_succeeded or verdict is Verdict.DONE
            self.has_connected = self.has_connected or verdict is not Verdict.NOT_SENT

    def is_out_of_reach(self) -> bool:
        """Whether connecting has failed from the start, for long enough to give up."""
        if self.has_connected or not self.failures:
            return False
        now = self.clock.monotonic()
        self.unreached_since = now if self.unreached_since is None else self.unreached_since
        return now - self.unreached_since >= NEVER_REACHED_S


def uncounted(requests: int) -> None:
    """Tell nobody how many requests were sent."""


def _nothing(_: datetime) -> None:
    """Do nothing before an attempt."""


class Client:
    """Sends calls over one connection, for one worker.

    Args:
        session: what is shared with the other workers.
        connection: the worker's own.
    """

    def __init__(self, session: Session, connection: Connection) -> None:
        self._session = session
        self._connection = connection
        self._reason = "no connection was made"

    def perform(self, call: Call, *, before: Callable[[datetime], None] = _nothing) -> Answer:
        """Send a call until something is known about it.

        A call that may not be sent twice is sent again only when it is certain that it was not applied.

        Args:
            call: what is to be sent.
            before: called with the time right before each attempt; the place to make the intent durable.

        Raises:
            ApiError: an answer that stops the run; the call was not applied.
            UnreachableError: no usable answer for too long; the call was not applied by this attempt.
            ServiceError: the run was told to stop before the call was sent.
        """
        attempts, doubtful = 0, None
        while True:
            try:
                answer = self._attempt(call, attempts + 1, before)
                if answer.verdict is Verdict.UNAUTHORIZED:
                    answer = self._with_fresh_token(answer, call, before)
                attempts = answer.attempts
                if _is_over(call, answer.verdict, attempts):
                    self._stop_if_forbidden(answer)
                    return answer
                doubtful = answer if answer.verdict is Verdict.UNKNOWN else doubtful
            except (ServiceError, JournalError):
                if doubtful is None:
                    raise
                return doubtful  # an earlier attempt may have been applied, whatever ended the later ones

    def _attempt(self, call: Call, number: int, before: Callable[[datetime], None]) -> Answer:
        """Send a call once, when its time has come."""
        if self._session.read_only and call.method != "GET":
            raise SettingsError(READ_ONLY)
        self._pause()
        before(self._session.clock.now())
        asked_at = self._session.clock.now()
        result = self._connection.exchange(call)
        answered_at = self._session.clock.now()
        verdict = judge(call, result)
        self._session.count(verdict)
        if isinstance(result, Reply):
            date = result.headers.get("date")
            self._session.service_time.learn(date, asked_at=asked_at, answered_at=answered_at)
        self._learn(result)
        return Answer(verdict, result, number, answered_at)

    def _with_fresh_token(self, refused: Answer, call: Call, before: Callable[[datetime], None]) -> Answer:
        """Send a call again after a 401; one worker at a time, so that a revoked key is tried once and not by all."""
        session = self._session
        with session.renewing:
            if session.key_refused is not None:
                raise session.key_refused
            if isinstance(refused.result, Reply):
                session.signer.renew(self._connection.token, refused.result.headers.get("date"))
            answer = self._attempt(call, refused.attempts + 1, before)
            if answer.verdict is Verdict.UNAUTHORIZED and isinstance(answer.result, Reply):
                session.key_refused = api_error(answer.result, f"{_REFUSED.format(session.key)} {_COMPARE}")
                raise session.key_refused
            return answer

    def _stop_if_forbidden(self, answer: Answer) -> None:
        if answer.verdict is not Verdict.FORBIDDEN or not isinstance(answer.result, Reply):
            return
        if not self._session.has_succeeded or _is_about_account(answer.result):
            raise api_error(answer.result, f"{_ROLE} It was {self._session.key}.")

    def read(self, call: Call) -> Reply:
        """The reply to a read that has to succeed.

        Raises:
            ApiError: the service refused it.
            UnreachableError: no usable answer came.
        """
        answer = self.perform(call)
        if isinstance(answer.result, Reply) and answer.verdict is Verdict.DONE:
            return answer.result
        if isinstance(answer.result, Reply) and answer.verdict is not Verdict.UNKNOWN:
            raise api_error(answer.result, f"The service refused to read {call.path}, with {self._session.key}.")
        raise UnreachableError(f"The service gave no usable answer to {call.path}: {reason(answer.result)}.")

    def pages(self, call: Call) -> Iterable[Reply]:
        """Every page of a listing, in order, complete by the service's own count.

        An entry that moves from one page to another while they are read can be missed; the list is then read again.

        Raises:
            UnreachableError: a page is not a list of resources, or leads back to one before it; or whenever it is read
                the list lacks something.
        """
        for pause_s in (*LIST_AGAIN_S, None):
            pages = list(self._pages_once(call))
            missing = missing_from(pages)
            if not missing:
                return pages
            if pause_s is not None:
                self._session.clock.wait(pause_s, self._session.stop, "a list that lacked something, to read it again")
        raise UnreachableError(
            f"The service's list at {call.path} is not whole: read {len(LIST_AGAIN_S) + 1} times, it lacked {missing} "
            "of what it says it holds. What it does not show would be created a second time, so nothing was sent for "
            "it; run it again later."
        )

    def _pages_once(self, call: Call) -> Iterator[Reply]:
        following: str | None = call.path
        read: set[str] = set()
        while following is not None:
            reply = self.read(call)
            if not is_list(reply) or following in read:
                raise senseless(following)
            read.add(following)
            yield reply
            following = apps.next_page(reply)
            call = Call("GET", following or "", expected=call.expected)

    def _pause(self) -> None:
        session = self._session
        session.require_usable()
        if session.is_out_of_reach():
            raise UnreachableError(
                f"{session.base_url} cannot be reached: {self._reason}. Nothing was sent. Check the network (gcbulk "
                "uses no proxy); gcbulk doctor looks at it and says more."
            )
        if session.failures >= MOST_FAILURES:
            raise UnreachableError(
                f"The service gave no usable answer {session.failures} times in a row. Nothing more was sent; run it "
                "again when the service is back, and it goes on where it stopped."
            )
        if session.pacer.refusals >= MOST_REFUSALS:
            raise UnreachableError(
                f"The service refused {session.pacer.refusals} requests in a row for their rate, whatever the wait. "
                "Run it again later, and it goes on where it stopped."
            )
        if session.failures:
            longest_s = LONGEST_PAUSE_S if session.has_connected else NEVER_REACHED_S / 3
            pause_s = min(0.5 * 2 ** (session.failures - 1), longest_s)
            session.clock.wait(
                pause_s, session.stop, f"another try: {session.failures} attempts in a row got no usable answer"
            )
        session.pacer.acquire()

    def _learn(self, result: Reply | NoReply) -> None:
        if isinstance(result, NoReply):
            self._reason = result.reason
            if result.final:
                raise UnreachableError(f"The service's identity could not be proved: {result.reason}.")
            return
        self._session.pacer.observe(result)
        if result.status == 429:
            self._session.pacer.refuse(result)


_REFUSED = "The API key was refused twice, with a fresh token: {}."
_COMPARE = (
    "Check the key: App Store Connect shows under Users and Access, Integrations, whether it is active, its key id, "
    "and above the list of a team's keys the issuer id; the .p8 file has to be the one of that key id."
)
_ROLE = (
    "The key may not do this: an Admin or App Manager key is needed, and the account's agreements have to be signed."
)


def api_error(reply: Reply, what: str) -> ApiError:
    """The exception for an answer that stops the run: what we say of it, then what the service says."""
    first = problems(reply)[0]
    text = " ".join(problem.text for problem in problems(reply))
    return ApiError(f"{what} The service says: {text} ({first.code})", status=reply.status, code=first.code)


def senseless(path: str) -> UnreachableError:
    """The exception for a listing that cannot be believed: what is missing from it would be created a second time."""
    return UnreachableError(
        f"The service's list at {path} makes no sense, so what is live is not known. Nothing was changed by reading "
        "it; run it again later."
    )


def reason(result: Reply | NoReply) -> str:
    """Why there is no usable answer, in words."""
    if isinstance(result, NoReply):
        return result.reason
    return f"status {result.status}" + (", but not about what was asked" if 200 <= result.status < 300 else "")


def _is_about_account(reply: Reply) -> bool:
    return any("AGREEMENT" in problem.code for problem in problems(reply))


def _is_over(call: Call, verdict: Verdict, attempts: int) -> bool:
    if verdict in (Verdict.RATE_LIMITED, Verdict.NOT_SENT):
        return False
    return verdict is not Verdict.UNKNOWN or not call.repeatable or attempts >= MOST_TRIES
