"""A bare HTTP server for submissions: says 201 to everything, and costs next to nothing.

What comes in: ``python -m benchmarks.server`` starts it; it prints its port. What goes out: the same answer to every
request, over kept connections. It ends when its standard input does, so it never outlives the benchmark.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_BODY = (
    b'{"data":{"type":"gameCenterPlayerAchievementSubmissions","id":"0aa3f9f2-8b0c-4c7e-9a62-1f0b3c5d7e90",'
    b'"attributes":{}},"links":{"self":"https://api.example.com/v1/gameCenterPlayerAchievementSubmissions"}}'
)
_ANSWER = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nX-Request-Id: 5f1c9a52-0d5e-4a7b-8f55-9b1c2d3e4f50\r\n"
    b"X-Rate-Limit: user-hour-lim:999999999;user-hour-rem:999999998;\r\n"  # until told otherwise an hour has 3,600
    b"Content-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)


@contextmanager
def serving() -> Iterator[str]:
    """Run the server in a process of its own.

    Yields:
        Its base URL.
    """
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise AssertionError("it has no output")
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        if process.stdin is not None:
            process.stdin.close()


class _Connection(asyncio.Protocol):
    """One connection: an answer for each whole request."""

    def __init__(self) -> None:
        self._waiting = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is whole."""
        self._waiting += data
        while (length := _request_length(self._waiting)) <= len(self._waiting):
            self._waiting = self._waiting[length:]
            if self._transport is not None:
                self._transport.write(_ANSWER)


def _request_length(data: bytes) -> int:
    """How long the first request is; more than there is while its head is not whole."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return len(data) + 1
    lines = data[:head].lower().split(b"\r\n")
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    return head + 4 + length


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
