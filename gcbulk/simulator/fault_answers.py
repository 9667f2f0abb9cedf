"""The answer that the client sees when a fault strikes, in whole or in part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson

from gcbulk.simulator import errors
from gcbulk.simulator.errors import refusal_answer
from gcbulk.simulator.exchange import Answer, Json, Request
from gcbulk.simulator.faults import BAD_BODIES, BadBody, Fault

GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>Could not process this request</body></html>"
GATEWAY_STATUSES = (0, 502, 503, 504)
USUAL_STATUS = {"status": 500, "late": 504, "reset": 0}
ALWAYS_APPLIED = ("delay", "slow", "edit", "headers")


def faulty_answer(
    fault: Fault,
    request: Request,
    *,
    apply: Callable[[Request], Answer],
    finish: Callable[[Answer], Answer],
) -> Answer:
    """Apply the request if the fault says so, and give the answer that belongs to the fault.

    Args:
        fault: what goes wrong.
        request: the request.
        apply: does what the request asks for, and answers.
        finish: adds to an answer that took another way the headers that every answer carries.

    Returns:
        The answer.
    """
    applied = apply(request) if fault.applied or fault.kind in ALWAYS_APPLIED else None
    if fault.kind in ("body", "truncate") or (fault.kind == "reset" and fault.at_byte):
        right = applied or finish(would_be_answer(request))
        return with_headers(with_bad_body(right, fault) if fault.kind == "body" else right, fault.headers)
    if applied is not None and (fault.kind in ALWAYS_APPLIED or fault.breaks()):
        return with_headers(edited(applied, fault), fault.headers)
    return with_headers(finish(fault_answer(fault)), fault.headers)


def would_be_answer(request: Request) -> Answer:
    """Give what a success would look like, of which the client is to see only the beginning."""
    key = "00000000-0000-4000-8000-000000000000"
    links = f'"links":{{"self":"{request.base}{request.path}/{key}"}}'
    sent = (request.body or b"null").decode("utf-8", "replace")
    body = f'{{"data":{{"id":"{key}","request":{sent},{links}}},{links}}}'.encode()
    return Answer(201 if request.method == "POST" else 200, body, "application/json")


def fault_answer(fault: Fault) -> Answer:
    """Make the answer of a fault: the service's own form, or a gateway's page for 502 to 504.

    One that sends no answer is counted with the status 0.
    """
    status = USUAL_STATUS.get(fault.kind, 500) if fault.status is None else fault.status
    headers = (("Retry-After", fault.retry_after),) if fault.retry_after else ()
    if status in GATEWAY_STATUSES:
        return Answer(status, GATEWAY_PAGE, "text/html", headers)
    if status < 400:
        return Answer(status, b"", "", headers)
    problems = {
        401: errors.not_authorized(),
        403: errors.forbidden(fault.code or "FORBIDDEN_ERROR"),
        429: errors.rate_limited(),
    }
    problem = problems.get(status) or errors.unexpected(status, fault.code or "UNEXPECTED_ERROR")
    answer = refusal_answer([problem], "FAULT")
    return replace(answer, headers=headers)


def with_bad_body(answer: Answer, fault: Fault) -> Answer:
    """Put another body where the right one was; the status stays unless the fault has its own."""
    body = BadBody(fault.content.encode) if fault.content else BAD_BODIES[fault.garbage]
    encoding = (("Content-Encoding", body.encoding),) if body.encoding else ()
    return Answer(fault.status or answer.status, body.make(), body.content_type, answer.headers + encoding)


def edited(answer: Answer, fault: Fault) -> Answer:
    """Replace the value at the fault's pointer, or bytes; an answer that has no such place stays as it is."""
    if fault.kind != "edit" or not answer.body:
        return answer
    if not fault.pointer:
        body, new = answer.body, fault.value.encode()[: max(len(answer.body) - fault.at_byte, 0)]
        return replace(answer, body=body[: fault.at_byte] + new + body[fault.at_byte + len(new) :])
    document = orjson.loads(answer.body)
    *way, last = [step.replace("~1", "/").replace("~0", "~") for step in fault.pointer.split("/")[1:]]
    value: Json = orjson.loads(fault.value_json) if fault.value_json else fault.value
    parent: Json = document
    for step in way:
        parent = _member(parent, step)
    if isinstance(parent, dict):
        parent[last] = value
    elif _member(parent, last) is not None:
        parent[int(last)] = value
    return replace(answer, body=orjson.dumps(document))


def _member(parent: Json, step: str) -> Json:
    if isinstance(parent, dict):
        return parent.get(step)
    if isinstance(parent, list) and step.isdecimal() and int(step) < len(parent):
        return parent[int(step)]
    return None


def with_headers(answer: Answer, headers: tuple[tuple[str, str], ...]) -> Answer:
    """Let header lines take the place of those with the same names."""
    if not headers:
        return answer
    names = {name.lower() for name, _ in headers}
    kept = tuple(line for line in answer.headers if line[0].lower() not in names)
    return replace(answer, headers=kept + headers)
