"""Checking a million submissions, one in a hundred at fault, and making the bodies of those that are sent.

What comes in: frames of text. What goes out: lines. The lean check is what somebody would write who knows pandas and
this very table: a pattern where a column has one, the rules asked only of what does not match, repeated values once.
It knows one spelling of headers and options, has a word for each fault and no advice.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import orjson
import pandas as pd
from pydantic import AwareDatetime, Field, ValidationError, create_model

from benchmarks.inputs import ACHIEVEMENT, BUNDLE_ID, DATE, MILLION, PERCENT, PLAYER, book_of, submissions
from benchmarks.measuring import Line, at_most, in_turns
from gcbulk import sheets
from gcbulk.appstore.submissions import bodies
from gcbulk.kinds import progress
from gcbulk.runs.shared.submission_queue import BODIES

_SAMPLE = 50_000
_Fault = tuple[str, str, np.ndarray, pd.Series]


def checks(_: Path) -> Iterator[Line]:
    """Check a million submissions."""
    frame = submissions(MILLION, faulty=0.01)
    book = book_of(frame)
    found, listed = sheets.check_submissions(book, bundle_id=BUNDLE_ID), lean_check(frame)[1]
    if len(found.issues) != len(listed):
        raise AssertionError(f"the two checks differ: {len(found.issues)} faults against {len(listed)}")
    del found

    def ours() -> object:
        return sheets.check_submissions(book, bundle_id=BUNDLE_ID)

    turns = in_turns(ours, lambda: lean_check(frame), rounds=9)
    yield at_most(
        "check 1,000,000 submissions, 1 % faulty", turns, 3.0, against=f"lean pandas; both list {len(listed):,} faults"
    )
    sample = frame.iloc[:_SAMPLE]
    turns = in_turns(ours, lambda: _pydantic_check(sample), rounds=7)
    against = f"pydantic row by row, measured on {_SAMPLE:,} rows and scaled"
    yield at_most("check against pydantic", turns, 0.1, against=against, scale=MILLION / _SAMPLE)


def request_bodies(_: Path) -> Iterator[Line]:
    """Make a million bodies."""
    rows = sheets.check_submissions(book_of(submissions(MILLION)), bundle_id=BUNDLE_ID).rows
    turns = in_turns(lambda: _our_bodies(rows), lambda: _lean_bodies(rows), rounds=5)
    yield at_most(f"bodies of 1,000,000 rows, {BODIES:,} at a time", turns, 2.0, against="zipped columns and orjson")


def lean_check(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The leanest check of the same rules.

    Args:
        frame: as `inputs.submissions`.

    Returns:
        The values, and the faults. Columns of the faults: row, column, code, value.
    """
    faults: list[_Fault] = []
    players = _plainly(frame[PLAYER], PLAYER, r"A:_[0-9a-f]{32}", _PLAYER_RULES, faults)
    dates = _plainly(frame[DATE], DATE, _MOMENT, _DATE_RULES, faults)
    codes, names = pd.factorize(frame[ACHIEVEMENT], use_na_sentinel=False)
    names = pd.Series(names)
    _ask(names, ACHIEVEMENT, _ACHIEVEMENT_RULES, faults, codes=codes)
    at, texts = pd.factorize(frame[PERCENT], use_na_sentinel=False)
    numbers = pd.to_numeric(pd.Series(texts), errors="coerce")
    _percentages(numbers, pd.Series(texts), at, faults)
    values = pd.DataFrame({PLAYER: players, ACHIEVEMENT: names.take(codes).array, DATE: dates})
    values[PERCENT] = numbers.to_numpy()[at]
    listed = [pd.DataFrame({"row": at + 2, "column": column, "code": code, "value": value.array})
              for column, code, at, value in faults]  # fmt: skip
    return values, pd.concat(listed).sort_values("row", kind="stable")


_Rules = tuple[tuple[str, str], ...]
_DAMAGED = r"[+-]?\d([.,]\d+)?[eE][+-]?\d+"
_PLAYER_RULES: _Rules = (
    ("empty", r"\s*"),
    ("damaged", _DAMAGED),
    ("number", r"[+-]?[\d.,]*\d[\d.,]*"),
    ("placeholder", r"(?i:null|none|nil|nan|na|n/a|undefined|unknown|missing|empty|anonymous|guest|player|test|-|0)"),
    ("wrong kind", r"[TtGg]:.*"),
    ("blank inside", r".*[ ,;|].*"),
    ("truncated", r"[Aa]:_?[0-9A-Fa-f]{0,31}"),
    ("unusual", r".*"),
)
_ACHIEVEMENT_RULES: _Rules = (
    ("empty", r"\s*"),
    ("damaged", _DAMAGED),
    ("character", r".*[^!-~].*"),
    ("long", r".{101,}"),
)
_MOMENT = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ"
_ISO = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)? ?(?:[Zz]|[+-]\d\d:?\d\d)"
_DATE_RULES: _Rules = (("ambiguous", r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"), ("impossible", _ISO), ("no date", r".*"))


def _plainly(column: pd.Series, name: str, plain: str, rules: _Rules, faults: list[_Fault]) -> pd.Series:
    """A column most of whose texts match one pattern; a date that does not may still be one in another form."""
    odd = np.flatnonzero(~column.str.fullmatch(plain).to_numpy(dtype=bool, na_value=False))
    rest = column.iloc[odd]
    if name == DATE:
        moments = pd.to_datetime(rest.where(rest.str.fullmatch(_ISO)), errors="coerce", utc=True, format="ISO8601")
        column = column.copy()
        column.iloc[odd] = moments.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        wrong = (moments.isna() & rest.notna()).to_numpy()
        odd, rest = odd[wrong], rest[wrong]
    _ask(rest, name, rules, faults, rows=odd)
    return column


def _ask(
    texts: pd.Series,
    name: str,
    rules: _Rules,
    faults: list[_Fault],
    *,
    rows: np.ndarray | None = None,
    codes: np.ndarray | None = None,
) -> None:
    """Ask the rules in order, of rows or of repeated values; each has one fault."""
    left = np.ones(len(texts), dtype=bool)
    for code, pattern in rules:
        wrong = left & texts.fillna("").str.fullmatch(pattern).to_numpy(dtype=bool)
        left &= ~wrong
        _note(name, code, wrong, texts, faults, rows=rows, codes=codes)


def _note(
    name: str,
    code: str,
    wrong: np.ndarray,
    texts: pd.Series,
    faults: list[_Fault],
    *,
    rows: np.ndarray | None = None,
    codes: np.ndarray | None = None,
) -> None:
    if not wrong.any():
        return
    if codes is None:
        faults.append((name, code, np.arange(len(texts))[wrong] if rows is None else rows[wrong], texts[wrong]))
    else:
        at = np.flatnonzero(wrong[codes])
        faults.append((name, code, at, texts.take(codes[at])))


def _percentages(numbers: pd.Series, texts: pd.Series, at: np.ndarray, faults: list[_Fault]) -> None:
    """The rules for percentages, asked of the different ones."""
    is_empty = texts.isna().to_numpy()
    wrong = {
        "empty": is_empty,
        "no number": numbers.isna().to_numpy() & ~is_empty,
        "out of range": ((numbers < 0) | (numbers > 100)).to_numpy(),
        "not whole": (numbers.between(0, 100) & (numbers % 1 != 0)).to_numpy(),
    }
    for code, mask in wrong.items():
        _note(PERCENT, code, mask, texts, faults, codes=at)


_Submission = create_model(
    "Submission",
    player=Annotated[str, Field(pattern=r"^A:_[0-9a-f]{32}$")],
    achievement=Annotated[str, Field(pattern=r"^[!-~]{1,100}$")],
    percent=Annotated[int, Field(ge=0, le=100)],
    submitted=AwareDatetime | None,
)


def _pydantic_check(frame: pd.DataFrame) -> tuple[list[object], list[tuple[int, str, str]]]:
    """A model for each row, from zipped columns, which is the leanest way to feed it."""
    columns = [frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame.columns]
    good: list[object] = []
    faults: list[tuple[int, str, str]] = []
    for row, (player, achievement, percent, moment) in enumerate(zip(*columns, strict=True), start=2):
        record = {"player": player, "achievement": achievement, "percent": percent, "submitted": moment}
        try:
            good.append(_Submission.model_validate(record))
        except ValidationError as error:
            faults.extend((row, str(one["loc"][0]), one["msg"]) for one in error.errors())
    return good, faults


def _our_bodies(rows: pd.DataFrame) -> int:
    chunks = (np.arange(begin, min(begin + BODIES, len(rows))) for begin in range(0, len(rows), BODIES))
    return sum(sum(map(len, bodies(progress.RESOURCE, rows, chunk))) for chunk in chunks)


def _lean_bodies(rows: pd.DataFrame) -> int:
    names = ("bundle_id", "scoped_player_id", "vendor_identifier", "percentage_achieved", "submitted_date")
    size_bytes = 0
    for app, player, achievement, percent, moment in zip(*(rows[name].tolist() for name in names), strict=True):
        attributes = {
            "bundleId": app,
            "scopedPlayerId": player,
            "vendorIdentifier": achievement,
            "percentageAchieved": percent,
            "submittedDate": moment,
        }
        document = {"data": {"type": "gameCenterPlayerAchievementSubmissions", "attributes": attributes}}
        size_bytes += len(orjson.dumps(document))
    return size_bytes
