"""Durations as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gcbulk.durations import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (90, "2 min"),
        (3599, "1 h 0 min"),
        (10_020, "2 h 47 min"),
        (1_000_800, "11 d 14 h"),
    ],
)
def test_a_duration_reads_like_one(seconds: float, words: str) -> None:
    """Durations are said as people say them."""
    assert in_words(timedelta(seconds=seconds)) == words
