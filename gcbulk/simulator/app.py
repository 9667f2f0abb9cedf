"""The stand-in as an ASGI application: reads the request, lets the storm have its turn, delivers the answer.

What comes in: ASGI events. What goes out: ASGI events, or what a broken connection looks like.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from gcbulk.simulator import errors
from gcbulk.simulator.delivery import Receive, Scope, Send, deliver, deliver_part, reset
from gcbulk.simulator.errors import refusal_answer
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.faults import Fault
from gcbulk.simulator.service import Service

LARGEST_BODY = 8 * 1024 * 1024
GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>Could not process this request</body></html>"


class Application:
    """The ASGI application.

    Args:
        service: answers the requests.
        sleep: waits; tests give their own.
    """

    def __init__(self, service: Service, *, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._service = service
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = await read_request(scope, receive)
        fault = self._service.storm.strike(request)
        if fault is None:
            answer = self._service.answer(request)
            self._service.record(request, answer, tampered=False)
            await deliver(answer, send)
        else:
            await self._inflict(fault, request, scope, receive, send)

    async def _inflict(self, fault: Fault, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request go wrong in the way the fault says."""
        answer = self._faulty(fault, request)
        if fault.kind == "late":
            self._service.apply_later(request, after_s=fault.apply_after_s)
        broken = fault.kind in ("reset", "truncate") or fault.status == 0
        self._service.record(request, answer, tampered=broken)
        if fault.delay_s:
            await self._sleep(fault.delay_s)
        if fault.kind == "truncate":
            await deliver_part(answer, fault.at_byte, scope, receive)
        elif broken:
            await reset(scope, receive)
        else:
            await deliver(answer, send)

    def _faulty(self, fault: Fault, request: Request) -> Answer:
        """Apply the request if the fault says so, and give the answer that belongs to it."""
        if fault.kind == "delay":
            return self._service.answer(request)
        if fault.applied:
            applied = self._service.answer(request)
            if fault.kind in ("reset", "truncate"):
                return applied
        return self._service.finished(request, fault_answer(fault))


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Gather a request from its ASGI events; of a body that is too large the rest is not kept."""
    body, more = b"", True
    while more:
        event = await receive()
        body += event.get("body", b"")[: LARGEST_BODY - len(body)]
        more = event.get("more_body", False)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, headers, body)


def fault_answer(fault: Fault) -> Answer:
    """Make the answer of a fault: the service's own form, or a gateway's page for 502 to 504.

    Args:
        fault: the fault; of kinds that send no answer the status is what the record shows.

    Returns:
        The answer.
    """
    status = fault.status or 500
    headers = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
    if status in (502, 503, 504):
        return Answer(status, GATEWAY_PAGE, "text/html", headers)
    problems = {
        401: errors.not_authorized(),
        403: errors.forbidden(fault.code or "FORBIDDEN_ERROR"),
        429: errors.rate_limited(),
    }
    problem = problems.get(status) or errors.unexpected(status, fault.code or "UNEXPECTED_ERROR")
    answer = refusal_answer([problem], "FAULT")
    return Answer(status, answer.body, answer.content_type, headers)
