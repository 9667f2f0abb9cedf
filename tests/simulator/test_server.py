"""The simulator's server ends cleanly, whatever its clients are just doing."""

from __future__ import annotations

import gc
import socket
import sys
from pathlib import Path

import pytest

from gcbulk.simulator import running


def test_a_connection_of_the_last_moment_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that were opened right before the server ends are closed by it, not left to the garbage collector."""
    unclosed: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda failure: unclosed.append(str(failure.exc_value)))
    clients = []
    for _ in range(10):
        with running(key_dir=tmp_path) as simulator:
            port = int(simulator.base_url.rpartition(":")[2])
            clients += [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
    for client in clients:
        client.close()
    gc.collect()
    assert unclosed == []
