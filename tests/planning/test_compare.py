"""What counts as a difference between a sheet and what is live."""

from __future__ import annotations

import pytest

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.planning.compare import differences
from gcbulk.records import Json

TEXTS = RESOURCE.text.attributes


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
    assert differences({"name": wanted}, {"name": live}, TEXTS) == ()


def test_another_text_is_a_difference() -> None:
    """Anything inside a text counts."""
    (change,) = differences({"name": "First Second"}, {"name": "First\nSecond"}, TEXTS)
    assert (change.field, change.before, change.after) == ("name", "First\nSecond", "First Second")


@pytest.mark.parametrize("live", [{}, {"archived": None, "activity_properties": None}])
@pytest.mark.parametrize(("archived", "fields"), [(False, []), (True, ["archived"])])
def test_what_the_service_does_not_say(live: dict[str, Json], archived: bool, fields: list[str]) -> None:
    """One that does not say whether it is archived is not, and one that names no properties has none."""
    wanted: dict[str, Json] = {"archived": archived, "activity_properties": {}}
    assert [one.field for one in differences(wanted, live, RESOURCE.attributes)] == fields
