"""The stand-in as an ASGI application: read the request, give faults their turn, deliver the answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect
from starlette.requests import Request as IncomingRequest

from gcbulk.simulator.control import CONTROL, control
from gcbulk.simulator.delivery import Receive, Scope, Send, deliver, deliver_part, deliver_slowly, reset, wire_bytes
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.fault_answers import faulty_answer
from gcbulk.simulator.faults import Fault
from gcbulk.simulator.service import Service

LARGEST_BODY = 64 * 1024 * 1024
BODILESS = (204, 304)


class Application:
    """The ASGI application.

    Args:
        service: what is simulated.
        answer: the service's method that answers here: another one at the upload address.
        sleep: waits; tests give their own.
    """

    def __init__(
        self,
        service: Service,
        answer: Callable[[Request], Answer],
        *,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._service = service
        self._answer = answer
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nobody is told when the simulator ends in the middle of one."""
        with contextlib.suppress(asyncio.CancelledError):
            await self._respond(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await read_request(scope, receive)
        if request is None:
            return
        if request.path.startswith(CONTROL):
            await deliver(control(self._service, request), send)
            return
        with self._service.lock:
            fault = self._service.schedule.strike(request)
        if fault is None:
            answer = self._answer(request)
            self._service.record(request, answer)
            await deliver(answer, send)
        else:
            await self._inflict(fault, request, scope, receive, send)

    async def _inflict(self, fault: Fault, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request go wrong in the way the fault says."""
        answer = faulty_answer(fault, request, apply=self._answer, finish=self._service.finished)
        if fault.kind == "late":
            self._service.apply_later(request, after_s=fault.apply_after_s)
        self._service.record(request, answer, seen=not fault.breaks(), tampered=fault.kind in ("body", "edit"))
        if fault.delay_s:
            await self._sleep(fault.delay_s)
        if fault.kind == "truncate" or (fault.kind == "reset" and fault.at_byte):
            # An answer to a request that was not applied is a lie; it must never arrive whole.
            is_reset = fault.kind == "reset"
            await deliver_part(answer, fault.at_byte, scope, receive, whole=fault.applied, broken=is_reset)
        elif answer.status in BODILESS and answer.body:
            await deliver_part(answer, len(wire_bytes(answer)), scope, receive, whole=True)  # no library would send it
        elif fault.breaks():
            await reset(scope, receive)
        elif fault.kind == "slow":
            await deliver_slowly(answer, fault, scope, receive, self._sleep)
        else:
            await deliver(answer, send)


async def read_request(scope: Scope, receive: Receive) -> Request | None:
    """Gather a request, of a body that is too large only the beginning; None when the client went away before that."""
    incoming = IncomingRequest(scope, receive)
    body = bytearray()
    try:
        async for chunk in incoming.stream():
            body += chunk[: LARGEST_BODY - len(body)]
    except ClientDisconnect:
        return None
    headers = dict(incoming.headers.items())  # of several of one name the last
    return Request(incoming.method, scope["path"], scope["query_string"].decode("latin-1"), headers, bytes(body))
