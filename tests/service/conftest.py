"""Doubles for what the service room acts on: time that passes when told to."""

from __future__ import annotations

import pytest
from virtual_server import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    """Give a clock that stands until it is waited on."""
    return VirtualClock()
