"""How an answer reaches the client: whole, cut off, or not at all.

A broken delivery bypasses the HTTP library and uses the connection's transport: no library would send half an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import http
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TypeAlias

from uvicorn.protocols.http.h11_impl import H11Protocol

from gcbulk.simulator.exchange import Answer, Json
from gcbulk.simulator.faults import Fault

Scope: TypeAlias = MutableMapping[str, Json]
Receive: TypeAlias = Callable[[], Awaitable[Scope]]
Send: TypeAlias = Callable[[Scope], Awaitable[None]]

TRANSPORT = "gcbulk.transport"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class OpenProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, with the connection's transport put within the application's reach."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the transport of the new connection for every request on it."""
        super().connection_made(transport)
        application = self.app

        async def with_transport(scope: Json, receive: Json, send: Json) -> None:
            """Call the application with the transport in the scope."""
            scope[TRANSPORT] = transport
            await application(scope, receive, send)

        self.app = with_transport


def head(answer: Answer) -> list[tuple[bytes, bytes]]:
    """Give the header lines of an answer."""
    lines = list(answer.headers)
    if answer.status != http.HTTPStatus.NO_CONTENT:
        lines += [("Content-Length", str(len(answer.body)))]
    if answer.content_type:
        lines += [("Content-Type", answer.content_type)]
    return [(name.encode(), value.encode()) for name, value in lines]


def wire_bytes(answer: Answer) -> bytes:
    """Give an answer as it stands on the wire."""
    lines = [b"HTTP/1.1 %d %s" % (answer.status, http.HTTPStatus(answer.status).phrase.encode())]
    lines += [b"%s: %s" % pair for pair in head(answer)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + answer.body


async def deliver(answer: Answer, send: Send) -> None:
    """Send an answer as it should be."""
    await send({"type": "http.response.start", "status": answer.status, "headers": head(answer)})
    await send({"type": "http.response.body", "body": answer.body})


async def deliver_part(
    answer: Answer, size: int, scope: Scope, receive: Receive, *, whole: bool, broken: bool = False
) -> None:
    """Send the first bytes of an answer, its head included, and end the connection.

    Args:
        answer: the answer.
        size: how many bytes of it.
        scope: the ASGI scope with the transport.
        receive: tells when the connection is gone.
        whole: whether the size may reach to the end.
        broken: whether the connection ends with a TCP reset.
    """
    data = wire_bytes(answer)
    scope[TRANSPORT].write(data[: size if whole else min(size, len(data) - 1)])
    if broken:
        await reset(scope, receive)
        return
    scope[TRANSPORT].close()
    await _disconnected(receive)


async def deliver_slowly(
    answer: Answer, fault: Fault, scope: Scope, receive: Receive, sleep: Callable[[float], Awaitable[None]]
) -> None:
    """Send an answer a few bytes at a time as the fault says, until it is whole or the client has gone."""
    data, transport = wire_bytes(answer), scope[TRANSPORT]
    for start in range(0, len(data), fault.chunk_bytes):
        if transport.is_closing():
            break
        transport.write(data[start : start + fault.chunk_bytes])
        await sleep(fault.pause_s)
    transport.close()
    await _disconnected(receive)


async def reset(scope: Scope, receive: Receive) -> None:
    """Break the connection without an answer, with a TCP reset."""
    with contextlib.suppress(OSError):
        scope[TRANSPORT].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    scope[TRANSPORT].abort()
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    """Wait until the connection is gone, or uvicorn would complete the answer with one of its own."""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
