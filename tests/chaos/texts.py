"""Trials of texts that no program expects: a file is read or refused, and its report is saved and reads back."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd

from chaos.commands import run
from chaos.trials import Ground, Tally, Trial, total, wrong_if
from gcbulk.files import save_report
from gcbulk.records import OUTCOME_COLUMNS, Report
from gcbulk.runs.check import check
from gcbulk.simulator.exchange import Json
from jobs import ACHIEVEMENT_HEADERS

TEXTS = 100
WHITE = " \t\n\r\x0b\x85\u00a0\u2003\u2028\u200b\ufeff"
"""What is taken off around a text, of what these texts hold."""
FORMS = ("xlsx", "utf-8", "utf-8-sig", "utf-16", "cp1252")
"""The workbook, and the encodings of a CSV; each in turn."""
_PIECES: Sequence[str] = (
    *(
        "\x01",
        "\x08",
        "\x0b",
        "\x1b[31m",
        "\x1f",
        "\x7f",
        "\x85",
        "\x9f",
        "\ud800",
        "\udfff",
        "\ufffe",
        "\uffff",
        "\ufffd",
    ),
    *("\u00e9", "e\u0301", "\u1e9b\u0323", "\uac00", "\u1100\u1161", "\u00a0", "\u2003", "\u200b", "\ufeff", "\u202e"),
    *("\u2028", "\u20ac", "\u0152", "\U0001f600", "\U0001f468\u200d\U0001f469", "\u540d\u524d", "\u0645\u0631"),
    *(
        "\n",
        "\r",
        "\t",
        "=1+1",
        "@SUM(1)",
        "+1",
        "-1",
        "'",
        '"',
        ",",
        ";",
        "&amp;",
        "<b>",
        "]]>",
        "_x0041_",
        "_x005F_",
        " ",
    ),
)
_IN_NO_XML = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CELL_ENDS = re.compile(r"[;|\t\r\n]")
"""Where a cell ends for one reader of a CSV or another, whatever it is quoted in: Excel goes by its language."""
_AS_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+@-]")
_OPENS = ' "\u00a0\u2003\u2028\u200b\ufeff\x0b\x85'


def _generated(chance: random.Random) -> str:
    """A text of three to eight pieces, odd ones and plain ones."""
    return "".join(chance.choice([*_PIECES, "word", "a", "B"]) for _ in range(chance.randint(3, 8)))


def _texts(ground: Ground) -> Tally:
    """Read a file of texts and save its report, then a report that consists of them."""
    form = FORMS[ground.number % len(FORMS)]
    texts = [_generated(ground.chance) for _ in range(TEXTS)]
    if form != "xlsx":
        texts = [text.encode(form, "ignore").decode(form) for text in texts]
    return _read_and_checked(ground, form, texts) + _reported(ground, form, texts)


def _read_and_checked(ground: Ground, form: str, texts: Sequence[str]) -> Tally:
    """Check a file with the texts in it: each is a row's or told, and the file is the same but for its report."""
    rows = [(text, f"com.example.a{n}", 5, "No", "No") for n, text in enumerate(texts)]
    path = ground.folder / ("texts.xlsx" if form == "xlsx" else "texts.csv")
    (_write_workbook if form == "xlsx" else _write_text)(path, [ACHIEVEMENT_HEADERS, *rows], form)
    options = ["--encoding", form] if form == "cp1252" else []
    before = _cells(path)
    checked = check(path, encoding=form if options else None)
    code, said = run(["check", path, *options])
    names, issues = checked.achievements["reference_name"], checked.row_issues
    told = set(issues["row"][issues["column"].isin(["Reference Name"]) | issues["column"].isna()].dropna())
    tallies = []
    for row, text in enumerate(texts, start=2):
        right = row in told or _alike(names.get(row, "")) == _alike(text.strip(WHITE))
        tallies.append(wrong_if([] if right else [text, names.get(row)], f"{form}, row {row}"))
    lines = _report(path, "check")
    found = [
        *([code, said] if code not in (0, 2) else []),
        *(["the file was changed"] if _cells(path) != before else []),
        *([f"{len(lines)} lines for {len(issues)} issues"] if len(lines) < len(issues) else []),
    ]
    return total(tallies) + wrong_if(found, form, cases=0)


def _reported(ground: Ground, form: str, texts: Sequence[str]) -> Tally:
    """Save a report whose every text is odd, as the service may send any, and read it back."""
    path = ground.folder / ("report.xlsx" if form == "xlsx" else "report.csv")
    (_write_workbook if form == "xlsx" else _write_text)(path, [["a"]], form)
    lines = pd.DataFrame({name: pd.Series([None] * len(texts), dtype=object) for name in OUTCOME_COLUMNS})
    odd = pd.Series(texts, dtype=object)  # pandas' own text holds no half of a two-part character
    lines = lines.assign(sheet="s", row=range(2, len(texts) + 2), key=odd, outcome="rejected", message=odd)
    saved = save_report(path, Report(summary=(("File", texts[0]),), lines=lines), rescue_dir=ground.folder)
    if saved.rescued:
        return wrong_if(str(saved.reason), f"{form}: the report was saved elsewhere", cases=0)
    found = _report(path)
    told = [line["Message"] or "" for line in found]
    is_right = _is_same if form == "xlsx" else _is_harmless
    differing = [one for one in zip(texts, told, strict=False) if not is_right(*one)]
    return wrong_if(differing[:3] or ([] if len(told) == len(texts) else [len(told)]), f"{form}: report", cases=0)


def _shown(text: str) -> str:
    """What a report is to show: what no cell can hold as an escape."""
    return _IN_NO_XML.sub(_escape, text.replace("\r\n", "\n"))


def _is_same(text: str, told: str) -> bool:
    return told == _shown(text)


def _is_harmless(text: str, told: str) -> bool:
    """Whether a cell of a CSV holds a text in which no reader finds a formula, changed by apostrophes at most."""
    if _has_formula(told):
        return False
    if _has_formula(text):
        return told.replace("'", "") == _shown(text).replace("'", "")
    return told in (_shown(text), f"'{_shown(text)}")


def _has_formula(text: str) -> bool:
    first, *others = _CELL_ENDS.split(text)
    # A quotation mark that begins the cell is part of its text; within it, it opens one for a reader by semicolons.
    return bool(_AS_FORMULA.match(first)) or any(_AS_FORMULA.match(part.lstrip(_OPENS)) for part in others)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _alike(text: str) -> str:
    """A text without what is the file's matter: its line ends, and how it spells half of a two-part character."""
    halves = re.sub(r"[\ud800-\udfff]", lambda one: f"_x{ord(one[0]):04X}_", text)
    return halves.replace("\r\n", "\n").replace("\r", "\n")


def _write_workbook(path: Path, rows: Sequence[Sequence[Json]], form: str) -> None:
    """Write a workbook; what XML cannot hold stands in it as Excel writes it, _x0001_."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(number, column, "")
            cell.value = _excel_escaped(value) if isinstance(value, str) else value
            cell.data_type = "s" if isinstance(value, str) else "n"
    book.save(path)


def _excel_escaped(text: str) -> str:
    literal = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", lambda one: f"_x{ord(one[0]):04X}_", literal)


def _write_text(path: Path, rows: Sequence[Sequence[Json]], form: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    path.write_bytes(stream.getvalue().encode(form))


def _cells(path: Path) -> Json:
    """The input as it stands in its file, without the report."""
    if path.suffix == ".csv":
        return path.read_bytes()
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book[book.sheetnames[0]].iter_rows()]


def _report(path: Path, verb: str = "report") -> list[dict[str, Json]]:
    """The lines of the report, as programs read them that are not ours."""
    if path.suffix == ".csv":
        with path.with_name(f"{path.stem}.{verb}.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    sheet = openpyxl.load_workbook(path)[f"gcbulk {verb}"]
    rows = [[_unescaped(cell.value) for cell in row] for row in sheet.iter_rows()]
    head = next(n for n, row in enumerate(rows) if row[:2] == ["Sheet", "Row"])
    return [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]


def _unescaped(value: Json) -> Json:
    return value.replace("_x005F_", "_") if isinstance(value, str) else value


TRIALS: tuple[Trial, ...] = (
    Trial("F19/texts", "odd characters and encodings: the report saves, reads back", _texts, calls=20, short=2),
)
