"""Connecting within a deadline, whatever a name leads to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import httpcore
import pytest

from gcbulk.service import transport
from gcbulk.service.addresses import addresses_of


def test_a_name_leads_to_each_address_once() -> None:
    """What the system tells twice is one address; an address is its own."""
    assert addresses_of("127.0.0.1", 80, within_s=10) == ["127.0.0.1"]
    assert set(addresses_of("localhost", 80, within_s=10)) <= {"127.0.0.1", "::1"}


def test_a_look_up_that_hangs_ends_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's look-up has no deadline of its own; ours holds, and says which name it was."""
    hangs = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: hangs.wait(60) and [])
    try:
        with pytest.raises(TimeoutError, match=r"api\.example was not looked up"):
            addresses_of("api.example", 443, within_s=0.05)
    finally:
        hangs.set()


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
def test_what_the_system_says_of_a_name_is_kept(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The look-up's own error comes back, although another thread has met it."""

    def look_up(*_: object, **__: object) -> object:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(type(error)):
        addresses_of("api.example", 443, within_s=10)


@pytest.fixture
def listening() -> Iterator[int]:
    """Give a port of this machine where somebody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def connect(port: int) -> httpcore.NetworkStream:
    """Connect to a name as a run does."""
    wire = transport._Wire()
    wire.begin(60.0)
    return transport._Backend(wire).connect_tcp("api.example", port, 60.0)


def test_every_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch, listening: int) -> None:
    """An address that refuses is no reason not to try the next one."""
    monkeypatch.setattr(transport, "addresses_of", lambda *_, **__: ["::1", "::1", "127.0.0.1"])
    connect(listening).close()


def test_all_addresses_together_have_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten addresses that never answer share the time for connecting; each gets its part of what is left."""
    given: list[float] = []

    def refuse(_: object, address: str, port: int, timeout: float, *__: object) -> httpcore.NetworkStream:
        given.append(timeout)
        raise httpcore.ConnectTimeout(f"{address} does not answer")

    monkeypatch.setattr(transport, "addresses_of", lambda *_, **__: [f"192.0.2.{n}" for n in range(10)])
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", refuse)
    with pytest.raises(httpcore.ConnectTimeout):
        connect(443)
    assert len(given) == 10
    assert given[0] <= transport.CONNECT_S / 10
    assert given[-1] <= transport.CONNECT_S
