"""Tests reach this machine and no other."""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("how", ["connect", "connect_ex"])
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6], ids=["IPv4", "IPv6"])
def test_a_test_reaches_no_other_machine(family: socket.AddressFamily, how: str) -> None:
    """A connection to an address that is reserved for documents is refused before it begins."""
    address = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}[family]
    with socket.socket(family) as stranger, pytest.raises(AssertionError, match="wanted to connect"):
        getattr(stranger, how)((address, 443))


def test_a_test_reaches_its_own_machine() -> None:
    """Loopback works as ever."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]) as near:
        assert near.getpeername()[0] == "127.0.0.1"
