"""Activity properties in a cell: pairs of key and value, with quotation marks where they are needed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import gcbulk
from gcbulk.tables.cells import WHITE_SPACE
from gcbulk.tables.properties import PropertiesError, from_text, to_text

AWKWARD = st.text(alphabet=st.sampled_from(' ;="\\\n\r\t{}ab\u00a0\ufeff\x00é🎮'), max_size=6)
TEXTS = AWKWARD | st.text(max_size=6)


@given(st.dictionaries(TEXTS, TEXTS, max_size=5))
@example({"": ""})
@example({"{}": ""})
@example({})
def test_every_map_has_a_text_and_comes_back(properties: dict[str, str]) -> None:
    """Whatever keys and values hold, their text means them again, in any cell: nothing to trim, nothing invisible."""
    text = to_text(properties)
    assert from_text(text) == properties
    assert text == text.strip(WHITE_SPACE) == text.strip() != ""
    assert text.isprintable()
    assert to_text(dict(reversed(properties.items()))) == text


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        ("season=winter; tier=gold", {"season": "winter", "tier": "gold"}),
        (" season = long winter ;\n tier=gold;; ", {"season": "long winter", "tier": "gold"}),
        ("path=C:\\new; empty=", {"path": "C:\\new", "empty": ""}),
        ('rule="a;b=\\"c\\""; "x=y"=1', {"rule": 'a;b="c"', "x=y": "1"}),
        ('a="two\nlines"', {"a": "two\nlines"}),
        ("Season=1; season=2", {"Season": "1", "season": "2"}),
        ("{}", {}),
    ],
)
def test_what_people_write(text: str, properties: dict[str, str]) -> None:
    """Blanks around a part, line breaks and separators too many do no harm; case and inner blanks are kept."""
    assert from_text(text) == properties


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("season", '"season" is not key=value'),
        ("a=1; winter", '"winter" is not key=value'),
        ("=1", "is not key=value"),
        ("a=1, b=2", "is not key=value"),
        ('a=5" nail', "is not key=value"),
        ('a="x" y', "is not key=value"),
        ('a="x', "is not key=value"),
        ('a="\\q"', "JSON"),
        ('a="\\ud800"', "JSON"),
        ("a=1; b=2; a=3", 'the key "a" occurs more than once'),
    ],
)
def test_what_is_no_map(text: str, told: str) -> None:
    """What is wrong is said with the piece that is; nothing is guessed or left out."""
    with pytest.raises(PropertiesError, match="|".join([told.replace("(", r"\(")])):
        from_text(text)


def checked(column: str, cells: list[object]) -> gcbulk.Checked:
    """A check of achievements that differ in one column."""
    count = len(cells)
    rows = {
        "Reference Name": [f"A{n}" for n in range(count)],
        "Achievement ID": [f"a.{n}" for n in range(count)],
        "Points": [1] * count,
        "Hidden": ["No"] * count,
        "Achievable More Than Once": ["No"] * count,
        column: cells,
    }
    return gcbulk.check({"achievements": pd.DataFrame(rows)})


@pytest.mark.parametrize("header", ["Properties", "activity properties", "activityProperties", "activity_properties"])
def test_the_column_and_its_errors(header: str) -> None:
    """Each cell that is not a map is an error of its own there; an empty one says nothing; a dict of a frame is one."""
    found = checked(header, ["b=2;a=1", None, "a", "a=1;a=2", 5, {"k;": "v"}])
    assert list(found.achievements["activity_properties"])[:2] == ["a=1; b=2", ""]
    assert found.achievements["activity_properties"].iloc[5] == '"k;"=v'
    errors = found.issues[found.issues["severity"] == "error"]
    assert list(zip(errors["row"], errors["code"], errors["column"], strict=True)) == [
        (4, "properties-malformed", header),
        (5, "properties-repeated-key", header),
        (6, "properties-malformed", header),
    ]
    assert '"a" is not key=value' in errors["message"].iloc[0]


def test_rows_of_one_achievement_agree_on_them_in_any_order() -> None:
    """The order of keys is no contradiction, another value is."""
    rows = [["A", "a.a", 1, "No", "No", cell] for cell in ("x=1; y=2", "y=2; x=1")]
    columns = ["Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once", "Properties"]
    assert "contradicting-rows" not in set(
        gcbulk.check({"achievements": pd.DataFrame(rows, columns=columns)}).issues["code"]
    )
    rows[1][5] = "x=1"
    assert "contradicting-rows" in set(
        gcbulk.check({"achievements": pd.DataFrame(rows, columns=columns)}).issues["code"]
    )
