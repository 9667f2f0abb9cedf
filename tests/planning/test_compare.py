"""What counts as a difference between a sheet and what is live."""

from __future__ import annotations

import pytest

from gcbulk.planning.compare import differences


@pytest.mark.parametrize(
    ("wanted", "live"),
    [
        ("First\nSecond", "First\r\nSecond"),
        ("First\r\nSecond", "First\nSecond"),
        ("First\r\nSecond", "First\r\nSecond"),
        ("First", " First\u00a0"),
        ("Caf\u00e9", "Cafe\u0301"),
        ("Cafe\u0301", "Caf\u00e9"),
    ],
    ids=["live has CR LF", "a text file has CR LF", "both have CR LF", "blanks around", "live is NFD", "live is NFC"],
)
def test_line_ends_and_blanks_around_are_no_difference(wanted: str, live: str) -> None:
    """A second push of the same file changes nothing, whatever kind of file it is."""
    assert differences({"name": wanted}, {"name": live}) == ()


def test_another_text_is_a_difference() -> None:
    """Anything inside a text counts."""
    (change,) = differences({"name": "First Second"}, {"name": "First\nSecond"})
    assert (change.field, change.before, change.after) == ("name", "First\nSecond", "First Second")
