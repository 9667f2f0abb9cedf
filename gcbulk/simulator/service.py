"""The service without a network: a request goes in, an answer comes out, and the ledger knows.

It asks in the order of a real service: who are you, are you within your limits, what do you want. One lock surrounds
it all, so that requests from any thread are each applied whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import heapq
import itertools
import secrets
import threading
from dataclasses import replace
from email.utils import formatdate

from gcbulk.simulator.catalog import Catalog
from gcbulk.simulator.errors import RefusedError, no_such_path, rate_limited, refusal_answer
from gcbulk.simulator.exchange import Answer, Exchange, Request, exchange
from gcbulk.simulator.faults import FaultSchedule
from gcbulk.simulator.limits import Budget
from gcbulk.simulator.model import World
from gcbulk.simulator.pictures import PICTURES, UPLOADS, show_picture, upload
from gcbulk.simulator.tokens import TokenVerifier


class Service:
    """A stand-in App Store Connect, to be called directly.

    Args:
        world: its inner side.
        catalog: the calls that it knows.
        verifier: the keys that it knows.
        schedule: what goes wrong.
    """

    def __init__(self, world: World, catalog: Catalog, verifier: TokenVerifier, schedule: FaultSchedule) -> None:
        self.world = world
        self.catalog = catalog
        self.verifier = verifier
        self.schedule = schedule
        self.exchanges: list[Exchange] = []
        self.uploads: list[Exchange] = []
        self.leaks: list[str] = []
        self.unhandled: list[tuple[str, str]] = []
        self.lock = threading.RLock()
        self.secret = secrets.token_urlsafe(16)  # of the address where the ledger is read and faults are set
        self._budget = Budget()
        self._late: list[tuple[float, int, Request]] = []
        self._turns = itertools.count()  # of two that are due at once the first goes first
        self._answers = 0

    def answer(self, request: Request) -> Answer:
        """Do what a request asks for, and answer with the headers that every answer carries."""
        with self.lock:
            self.apply_due()
            if request.path.startswith(PICTURES):
                return self._show(request)
            if request.path.startswith(UPLOADS) and not self.world.switches.uploads_elsewhere:
                return self.upload(request)
            try:
                answer = self._admitted(request)
            except RefusedError as refusal:
                answer = self._refused(refusal)
            return self.finished(answer)

    def upload(self, request: Request) -> Answer:
        """Take a part of an image at the upload address, where no token belongs; answer without the API's headers."""
        with self.lock:
            answer = upload(self.world, request)
            self.uploads.append(exchange(request, answer))
            if "authorization" in request.headers:
                self.leaks.append(request.path)
            return answer

    def _show(self, request: Request) -> Answer:
        """Show a picture to anybody; a token belongs here as little as at the upload address."""
        if "authorization" in request.headers:
            self.leaks.append(request.path)
        return show_picture(self.world, request)

    def finished(self, answer: Answer) -> Answer:
        """Add the headers that every answer carries."""
        with self.lock:
            self._answers += 1
            headers = answer.headers + self._budget.headers(self.world.switches) + self._standing_headers()
            return replace(answer, headers=headers)

    def apply_later(self, request: Request, *, after_s: float) -> None:
        """Let a request take effect some time from now by the service's clock, whoever still waits for it."""
        with self.lock:
            heapq.heappush(self._late, (self.world.now() + after_s, next(self._turns), request))

    def apply_due(self) -> None:
        """Apply the late requests whose time has come."""
        with self.lock:
            while self._late and self._late[0][0] <= self.world.now():
                due, _, request = heapq.heappop(self._late)
                self.world.moment = due  # not when somebody comes to look: a list's lag counts from then
                try:
                    with contextlib.suppress(RefusedError):  # nobody is waiting for the answer
                        self._handled(request)
                finally:
                    self.world.moment = None

    def record(self, request: Request, answer: Answer, *, seen: bool = True, tampered: bool = False) -> None:
        """Count an exchange of the API, and keep it for validation unless the switches say otherwise.

        Args:
            request: the request.
            answer: the answer.
            seen: whether the client gets a whole answer; if not it is counted with the status 0.
            tampered: whether the answer was changed, so that it need not be valid.
        """
        if request.path.startswith((UPLOADS, PICTURES)):
            return
        template = self.catalog.find(request.method, request.path).template
        with self.lock:
            self.world.store.ledger.requests[request.method, template, answer.status if seen else 0] += 1
            if self.world.switches.record:
                self.exchanges.append(exchange(request, answer, tampered=tampered or not seen))

    def _admitted(self, request: Request) -> Answer:
        """Let the request through the token's check and the limits to its handler."""
        now = self.world.now()
        self.verifier.verify(request.headers.get("authorization", ""), request.method, now=now)
        if not self._budget.take(self.world.switches, now=now):
            answer = self._refused(RefusedError(rate_limited()))
            return replace(answer, headers=self._budget.retry_after(self.world.switches, now=now))
        return self._handled(request)

    def _handled(self, request: Request) -> Answer:
        call = self.catalog.find(request.method, request.path)
        if call.handler is None:
            self.unhandled.append((request.method, request.path))
            raise RefusedError(no_such_path(request.method, request.path))
        answer = call.handler(self.world, replace(request, key=call.key))
        self.world.store.save()
        return answer

    def _refused(self, refusal: RefusedError) -> Answer:
        return refusal_answer(refusal.problems, self._request_id())

    def _request_id(self) -> str:
        return hashlib.blake2b(str(self._answers).encode(), digest_size=10).hexdigest().upper()

    def _standing_headers(self) -> tuple[tuple[str, str], ...]:
        """Give the time by the service's clock, and the id that support asks for."""
        return (("Date", formatdate(self.world.now(), usegmt=True)), ("x-apple-request-uuid", self._request_id()))
