"""A world in which every name and number but the simulator's leads into a trap, which notes all that it is sent.

What comes in: the ports that are the simulator's own. What goes out: a `Trap`, for as long as the case lasts. It
speaks plain and encrypted, and its certificate counts as good, so that nothing but the client itself keeps a token
back.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from loopback import Server, answer, read_request, tls

from gcbulk.simulator.exchange import Json

HERE = "127.0.0.1"
_LED = "127.0.0.2"
"""The address of every name that leads into the trap, and of nothing else: who has it looks it up as well."""
_HANDSHAKE = b"\x16"


@dataclass(slots=True)
class Trap:
    """What came into the trap.

    Args:
        port: where it listens, on this machine.
        asked: every host and port that was looked up and is not the simulator's.
        reached: every address that was connected to and is neither the simulator's nor the trap's.
        received: every request, as it came.
    """

    port: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list)
    reached: list[Json] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)

    def forget(self) -> None:
        """Begin anew."""
        self.asked.clear()
        self.reached.clear()
        self.received.clear()

    def note(self, host: str, port: int) -> None:
        """Note what was looked up."""
        if host != _LED:
            self.asked.append((host, port))

    def tokens(self) -> list[bytes]:
        """The requests that show a token, or anything in its place."""
        signs = (b"authorization", b"bearer", b"eyj")
        return [data for data in self.received if any(sign in data.lower() for sign in signs)]


@contextlib.contextmanager
def trapped(*own: int) -> Iterator[Trap]:
    """Lead every connection but those to ports of the simulator into a trap.

    Args:
        *own: the simulator's ports on this machine.
    """
    trap = Trap()

    def act(peer: socket.socket, _: int) -> None:
        if peer.recv(1, socket.MSG_PEEK) == _HANDSHAKE:
            peer = _certified().wrap_socket(peer, server_side=True)
        with peer:
            trap.received.append(read_request(peer))
            peer.sendall(answer(b"{}", b"200 OK", b"Connection: close"))

    real_look_up, real_connect = socket.getaddrinfo, socket.socket.connect

    def look_up(host: Json, port: Json, *more: Json, **others: Json) -> Json:
        if (host, port) in ((HERE, one) for one in own):
            return real_look_up(host, port, *more, **others)
        trap.note(str(host), int(port))
        str(host).encode("idna")  # as the real one does, which fails where a name is none
        return real_look_up(_LED, trap.port, *more, **others)

    def connect(self: socket.socket, address: Json) -> Json:
        place = (HERE, trap.port) if address == (_LED, trap.port) else address
        if place in ((HERE, one) for one in (*own, trap.port)):
            return real_connect(self, place)
        trap.reached.append(address)
        raise ConnectionRefusedError

    with contextlib.closing(Server(act)) as server, contextlib.ExitStack() as patches:
        trap.port = server.port
        patches.enter_context(patch("socket.getaddrinfo", look_up))
        patches.enter_context(patch("socket.socket.connect", connect))
        patches.enter_context(patch("gcbulk.service.transport.certificates", _trusting))
        yield trap


@cache
def _certified() -> ssl.SSLContext:
    with TemporaryDirectory() as folder:
        return tls(Path(folder))


@cache
def _trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
