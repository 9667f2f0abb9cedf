"""Durations as people say them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gcbulk.wording import counted, in_words, plural


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


@pytest.mark.parametrize(("count", "words"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs"), (2000, "2,000 runs")])
def test_a_count_agrees_with_its_noun(count: int, words: str) -> None:
    """One is one run, and every other number several."""
    assert counted(count, "run") == words


@pytest.mark.parametrize(
    ("noun", "many"),
    [("trophy", "trophies"), ("toy", "toys"), ("trophy localization", "trophy localizations")],
)
def test_several_of_a_noun(noun: str, many: str) -> None:
    """A y after a consonant becomes ies, whatever else a noun ends in takes an s."""
    assert plural(noun) == many
