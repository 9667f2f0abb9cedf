"""JSON Lines: one object a line, read as the sheet that it would be."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import PurePath

import orjson
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk import sheets
from gcbulk.errors import WorkbookError
from gcbulk.files import json_lines
from gcbulk.files.formats import is_json_lines
from gcbulk.records import Book, Json

Read = Callable[..., Book]
VALUES = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
RECORDS = st.lists(st.dictionaries(TEXTS, VALUES | TEXTS, min_size=1, max_size=4), min_size=1, max_size=8)


def lines(records: list[dict[str, Json]], end: bytes = b"\n") -> bytes:
    """Write records as JSON Lines."""
    return end.join(map(orjson.dumps, records)) + end


def cells(read: Read, data: bytes, name: str = "a.jsonl") -> list[dict[str, Json]]:
    """Give each record of a file, without what is missing."""
    (sheet,) = read(data, name).sheets
    header = sheet.header or ()
    return [
        {header[at - 1]: value for at, value in row.items() if not pd.isna(value)}
        for row in sheet.cells.to_dict("index").values()
    ]


@settings(max_examples=examples(150))
@given(RECORDS, st.sampled_from([b"\n", b"\r\n", b"\n\n"]), st.integers(1, 9))
def test_every_value_is_what_it_was(read_bytes: Read, records: list[dict[str, Json]], end: bytes, piece: int) -> None:
    """Texts, numbers and booleans come back as they were, wherever a piece ends; null and "" are missing."""
    kept = [{key: value for key, value in record.items() if value not in (None, "")} for record in records]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lines, "_PIECE_ROWS", piece)
        found = cells(read_bytes, lines(records, end))
    assert found == kept
    assert [[type(value) for value in row.values()] for row in found] == [
        [type(value) for value in record.values()] for record in _in_order(kept, found)
    ]


def _in_order(records: list[dict[str, Json]], like: list[dict[str, Json]]) -> list[dict[str, Json]]:
    return [{key: record[key] for key in row} for record, row in zip(records, like, strict=True)]


def test_rows_begin_behind_the_header(read_bytes: Read) -> None:
    """The first object is row 2, as in Parquet; keys stand as they come, and empty lines count as none."""
    (sheet,) = read_bytes(b'{"z": "x", "y": 1, "x": 2}\n\n{"y": 2, "a": 2}\n', "a.jsonl").sheets
    assert (sheet.header, list(sheet.cells.index)) == (("z", "y", "x", "a"), [2, 3])


def test_texts_that_look_like_something_stay_texts(read_bytes: Read) -> None:
    """A moment, a number and an id written as text are not guessed into anything else."""
    record = {"date": "2026-01-02T03:04:05Z", "score": "007", "id": "1.23E+05"}
    assert cells(read_bytes, lines([record, record])) == [record, record]


def test_progress_is_read_from_json_lines(read_bytes: Read) -> None:
    """A warehouse's export goes the way of any other file, a list of challenge ids too."""
    record = {
        "player_id": f"A:_{1:032x}",
        "achievement": "com.x.a",
        "percentage": 50,
        "challenge_ids": ["one", "two"],
        "bundle_id": "com.x",
    }
    checked = sheets.check_submissions(read_bytes(lines([record]), "a.ndjson"))
    assert checked.ok, checked.issues["message"].to_list()
    assert checked.rows[["percentage_achieved", "challenge_ids"]].to_numpy().tolist() == [[50, '["one","two"]']]


@pytest.mark.parametrize(
    ("head", "name", "is_lines"),
    [
        (b'{"a": 1}\n{"a": 2}\n', "a.json", True),
        (b'{"a": 1}\n', "a.jsonl", True),
        (b'{"a": 1}\n', "a.jsonl.gz", True),
        (b'\xef\xbb\xbf{"a": 1}\r\n{"a": 2}', "a.csv", True),
        (b'{"a": 1}\n', "a.json", False),
        (b'{\n"a": 1\n}\n{', "a.json", False),
        (b'[{"a": 1}]\n', "a.jsonl", False),
        (b"a,b\n1,2\n", "a.jsonl", False),
    ],
)
def test_what_json_lines_are(head: bytes, name: str, is_lines: bool) -> None:
    """Two objects on two lines are enough; a single object is a document, unless the name says otherwise."""
    assert is_json_lines(head, PurePath(name)) is is_lines


GOOD = b'{"a": 1}\n{"a": 2}\n'


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (GOOD + b'{"a": 1\n', "json-line", "line 3 is not JSON"),
        (GOOD + b'\n[1]\n{"a": 3}', "json-line", "line 4 is no object"),
        (GOOD + b'{"a": NaN}', "json-line", "line 3 is not JSON"),
        (GOOD + b'{"a": {"b": 1}}', "unsupported-column-type", "in line 3 'a' holds an object"),
        (GOOD + b'{"a": "\xff"}', "undecodable-text", "not UTF-8"),
    ],
)
def test_a_line_that_is_none_is_named(read_bytes: Read, data: bytes, code: str, said: str) -> None:
    """What cannot be read is named with its line, and nothing of the file is taken."""
    for packed, name in ((data, "a.jsonl"), (gzip.compress(data), "a.jsonl.gz")):
        with pytest.raises(WorkbookError, match=said) as caught:
            read_bytes(packed, name)
        assert caught.value.code == code


def test_more_than_is_read_is_refused(read_bytes: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few long lines of many keys must not fill the memory: the table is measured while it grows."""
    monkeypatch.setattr(json_lines, "MAX_CELLS", 50)
    with pytest.raises(WorkbookError, match="line 6 makes a table") as caught:
        read_bytes(lines([{f"{n}": n for n in range(10)}] * 10), "a.jsonl")
    assert caught.value.code == "unpacks-too-large"
