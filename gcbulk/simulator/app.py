"""The stand-in as an ASGI application: reads the request, lets the storm have its turn, delivers the answer.

What comes in: ASGI events. What goes out: ASGI events, or what a broken connection looks like.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from gcbulk.simulator import errors
from gcbulk.simulator.delivery import Receive, Scope, Send, deliver, deliver_part, reset
from gcbulk.simulator.errors import refusal_answer
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.faults import Fault
from gcbulk.simulator.service import Service

LARGEST_BODY = 64 * 1024 * 1024
GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>Could not process this request</body></html>"


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
        with self._service.lock:
            fault = self._service.storm.strike(request)
        if fault is None:
            answer = self._answer(request)
            self._service.record(request, answer, tampered=False)
            await deliver(answer, send)
        else:
            await self._inflict(fault, request, scope, receive, send)

    async def _inflict(self, fault: Fault, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request go wrong in the way the fault says."""
        answer = self._faulty(fault, request)
        if fault.kind == "late":
            self._service.apply_later(request, after_s=fault.apply_after_s)
        self._service.record(request, answer, tampered=fault.breaks())
        if fault.delay_s:
            await self._sleep(fault.delay_s)
        if fault.kind == "truncate":
            # An answer to a request that was not applied is a lie; it must never arrive whole.
            await deliver_part(answer, fault.at_byte, scope, receive, whole=fault.applied)
        elif fault.breaks():
            await reset(scope, receive)
        else:
            await deliver(answer, send)

    def _faulty(self, fault: Fault, request: Request) -> Answer:
        """Apply the request if the fault says so, and give the answer that belongs to it."""
        if fault.kind == "delay":
            return self._answer(request)
        if fault.applied:
            applied = self._answer(request)
            if fault.breaks():
                return applied
        if fault.kind == "truncate":
            return self._service.finished(request, would_be_answer(request))
        return self._service.finished(request, fault_answer(fault))


async def read_request(scope: Scope, receive: Receive) -> Request | None:
    """Gather a request from its ASGI events; None when the client went away before its end.

    Of a body that is too large the rest is not kept.
    """
    body, more = bytearray(), True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return None
        body += event.get("body", b"")[: LARGEST_BODY - len(body)]
        more = event.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, headers, bytes(body))


def would_be_answer(request: Request) -> Answer:
    """Give what a success would look like, of which the client is to see only the beginning."""
    key = "00000000-0000-4000-8000-000000000000"
    links = f'"links":{{"self":"{request.base}{request.path}/{key}"}}'
    sent = (request.body or b"null").decode("utf-8", "replace")
    body = f'{{"data":{{"id":"{key}","request":{sent},{links}}},{links}}}'.encode()
    return Answer(201 if request.method == "POST" else 200, body, "application/json")


def fault_answer(fault: Fault) -> Answer:
    """Make the answer of a fault: the service's own form, or a gateway's page for 502 to 504.

    Args:
        fault: the fault; one that sends no answer is counted with the status 0.

    Returns:
        The answer.
    """
    status = 0 if fault.breaks() else fault.status
    headers = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
    if status in (0, 502, 503, 504):
        return Answer(status, GATEWAY_PAGE, "text/html", headers)
    problems = {
        401: errors.not_authorized(),
        403: errors.forbidden(fault.code or "FORBIDDEN_ERROR"),
        429: errors.rate_limited(),
    }
    problem = problems.get(status) or errors.unexpected(status, fault.code or "UNEXPECTED_ERROR")
    answer = refusal_answer([problem], "FAULT")
    return Answer(status, answer.body, answer.content_type, headers)
