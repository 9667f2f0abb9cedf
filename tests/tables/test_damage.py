"""What spreadsheets and pandas leave as text: one list, asked by every column of every kind and form of file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from gcbulk import sheets
from gcbulk.files.reading import read
from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets import Checked, CheckedSubmissions, check_submissions

ROW = {"Reference Name": "Ten", "Achievement ID": "a", "Points": "10", "Hidden": "No", "Repeatable": "No"}
TEXTS = {"Locale": "en-US", "Title": "Ten", "Pre-earned": "Do it.", "Earned": "Done."}
SENT = {
    "Player ID": "A:_0123456789abcdef0123456789abcdef",
    "Achievement ID": "a",
    "Percent": "30",
    "Submitted Date": "2026-01-31T12:00:00Z",
    "Challenge IDs": "c",
    "Bundle ID": "com.example.game",
}
SCORE = {"Player ID": SENT["Player ID"], "Leaderboard ID": "b", "Score": "5", "Context": "1"}
KINDS: Mapping[str, Mapping[str, str]] = {"achievements": ROW | TEXTS, "submissions": SENT, "scores": SCORE}
Result = Checked | CheckedSubmissions


def _csv(rows: list[Mapping[str, Json]], folder: Path) -> Book:
    pd.DataFrame(rows).to_csv(folder / "a.csv", index=False)
    return read(folder / "a.csv")


def _parquet(rows: list[Mapping[str, Json]], folder: Path) -> Book:
    pd.DataFrame(rows, dtype="str").to_parquet(folder / "a.parquet", index=False)
    return read(folder / "a.parquet")


def _xlsx(rows: list[Mapping[str, Json]], folder: Path) -> Book:
    frame = pd.DataFrame(rows)
    cells = [list(frame.columns), *frame.to_numpy(dtype=object).tolist()]
    sheet = RawSheet("Sheet1", pd.DataFrame(cells, dtype=object, columns=range(1, len(frame.columns) + 1)))
    sheet.cells.index = pd.RangeIndex(1, len(cells) + 1)
    return Book(None, "xlsx", (sheet,))


def _frame(rows: list[Mapping[str, Json]], _: Path) -> Book:
    return sheets.book_of({"achievements": pd.DataFrame(rows)})


FORMS: Mapping[str, Callable[[list[Mapping[str, Json]], Path], Book]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "frame": _frame,
}


def _checked(kind: str, book: Book) -> Result:
    if kind == "achievements":
        return sheets.check(book)
    named = Book(None, "frames", tuple(RawSheet(kind, one.cells, header=one.header) for one in book.sheets))
    return check_submissions(named, kind="scores" if kind == "scores" else "submissions", bundle_id="com.example.game")


def _codes(result: Result, column: str) -> list[str]:
    return list(result.issues.loc[result.issues["column"] == column, "code"])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_errors_saved_as_text_are_errors_in_every_column(kind: str, form: str, tmp_path: Path) -> None:
    """A spreadsheet's error or a run of # is an error of its cell, whatever the column and the file."""
    good = KINDS[kind]
    damages = (("#N/A", "cell-error"), ("Err:502", "cell-error"), ("####", "cell-cut-off"))
    rows = [{**good, column: damage} for damage, _ in damages for column in good]
    result = _checked(kind, FORMS[form]([good, *rows], tmp_path))
    assert not result.ok
    for column in good:
        found = [code for code in _codes(result, column) if code in ("cell-error", "cell-cut-off")]
        assert found == [code for _, code in damages], column


ERROR_TEXTS = (
        "#N/A", "#n/a", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
        "#GETTING_DATA",
        "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#PYTHON!", "#ERROR!", "Err:501", "Err:522",
        "#BEZUG!", "#WERT!", "#NV", "#VALEUR!", "#NOM?", "#¡VALOR!", "#N/D", " #N/A ",
    )  # fmt: skip


FINE_TEXTS = ("#1", "#1 Fan", "# of wins", "#WINNING!", "Err: 502", "Error", "Room #", "#N/A?")


def _titles(texts: Sequence[str]) -> Checked:
    """A check of achievements with these titles."""
    rows = [{**ROW, **TEXTS, "Achievement ID": f"a{number}", "Title": text} for number, text in enumerate(texts)]
    return sheets.check(sheets.book_of({"achievements": pd.DataFrame(rows)}))


def test_every_error_is_known() -> None:
    """The errors of Excel, LibreOffice and Google Sheets, in any language, and no text that merely begins like one."""
    result = _titles([*ERROR_TEXTS, *FINE_TEXTS])
    assert _codes(result, "Title") == ["cell-error"] * len(ERROR_TEXTS)


@pytest.mark.parametrize("text", ["101.0", "1.0", "101.00", "1.23E+05", "1.23e+18", "1,2E+10", "1E-05", "-1.5E+10"])
def test_ids_that_were_numbers_are_errors(text: str) -> None:
    """An id that went through a float is damaged, in achievements, localizations, submissions and scores."""
    upper = pd.DataFrame([ROW, {**ROW, "Achievement ID": text}])
    lower = pd.DataFrame([{"Achievement ID": text, **TEXTS}])
    result = sheets.check(sheets.book_of({"achievements": upper, "localizations": lower}))
    assert "id-looks-damaged" in _codes(result, "Achievement ID")
    for kind, column in (("submissions", "Achievement ID"), ("scores", "Leaderboard ID")):
        found = _checked(kind, sheets.book_of({"achievements": pd.DataFrame([{**KINDS[kind], column: text}])}))
        assert _codes(found, column) == ["id-looks-damaged"]
    listed = {**SENT, "Challenge IDs": f"first, {text}"}
    found = _checked("submissions", sheets.book_of({"achievements": pd.DataFrame([listed])}))
    assert _codes(found, "Challenge IDs") == ["id-looks-damaged"]


def test_ids_that_only_resemble_damage_pass() -> None:
    """An id with a digit and a point is not damaged for that."""
    ids = ("v1.0", "1.0.1", "a.0", "1.5", "1E5", "e.5", "007", "NA", "null")
    rows = [{**ROW, "Achievement ID": text} for text in ids]
    assert sheets.check(sheets.book_of({"achievements": pd.DataFrame(rows)})).ok


NUMBER_COLUMNS = (("achievements", "Points"), ("submissions", "Percent"), ("scores", "Score"), ("scores", "Context"))


@pytest.mark.parametrize(("kind", "column"), NUMBER_COLUMNS)
@pytest.mark.parametrize("form", ["csv", "frame"])
def test_numbers_in_text_are_never_guessed(kind: str, column: str, form: str, tmp_path: Path) -> None:
    """A table of how people write numbers: what can be read in two ways is asked about, the rest refused."""
    table = {
        "number-unclear": ("1.500", "12.500", "-1.500", "100.000", "+1.000"),
        "not-a-number": (
            "1,5", "1 500", "1'500", "1_500", "5-", "(5)", "0x10", "1e3", "1E+03", "١", "٣٠", "１００", "१५", "²",
            "½", "Ⅷ",
            "1.234.567", "1,234,567", "--5", "five", "∞", "nan", "inf", "1,500.00", "1,500", "10,000", "100,000",
        ),
        None: ("5", "05", "5.0", "30.00", "15.0000", " 7 "),
    }  # fmt: skip
    good = KINDS[kind]
    for code, texts in table.items():
        rows: list[Mapping[str, Json]] = [{**good, column: text} for text in texts]
        result = _checked(kind, FORMS[form](rows, tmp_path))
        lines = result.issues[result.issues["column"] == column]
        assert [str(row) for row in lines["row"]] == ([str(row) for row in range(2, len(rows) + 2)] if code else [])
        assert all(found.endswith(str(code)) for found in lines["code"]), list(zip(texts, lines["code"], strict=False))


@pytest.mark.parametrize("text", ["1.500 %", "10.000%", "1.500\u00a0%", "1.500\u202f%"])
def test_a_percent_sign_does_not_make_a_number_clear(text: str) -> None:
    """A percentage with one sign and three digits behind it is asked about as well."""
    found = _checked("submissions", sheets.book_of({"achievements": pd.DataFrame([{**SENT, "Percent": text}])}))
    assert _codes(found, "Percent") == ["number-unclear"]


def test_numbers_stored_as_numbers_are_clear() -> None:
    """A cell that holds 1500 as a number, or 12.345, is not asked about."""
    scores = pd.DataFrame([{**SCORE, "Score": 1500}, {**SCORE, "Score": 12.345}])
    assert _checked("scores", sheets.book_of({"achievements": scores})).ok


PLACEHOLDER_TEXTS = (
        "nan", "None", "NULL", "\\N", "undefined", "Loading...", "TODO", "tbd", "{x}", "Win {0} games", "Win %d games",
        "%1$s wins", "Hi ${name}", "%(name)s", "Cats &amp; dogs", "One\\ntwo", "One\\n", "\\u00e9t\\u00e9",
        "Lorem ipsum dolor",
)  # fmt: skip


def test_placeholders_are_remarked_on_in_texts() -> None:
    """What a program left in place of a text is a warning in reference names and in every text for players."""
    columns = ("Reference Name", "Title", "Pre-earned", "Earned")
    rows = [
        {**ROW, **TEXTS, "Achievement ID": f"a{number}", **dict.fromkeys(columns, text)}
        for number, text in enumerate(PLACEHOLDER_TEXTS)
    ]
    result = sheets.check(sheets.book_of({"achievements": pd.DataFrame(rows)}))
    assert result.ok
    for column in columns:
        assert _codes(result, column) == ["text-placeholder"] * len(rows)


def test_texts_that_resemble_placeholders_are_fine() -> None:
    """Percent signs and words that merely begin like one are texts."""
    texts = ("100% done", "100%", "50 %discount", "None of them", "Nullify", "C:", "AT&T", "Rock & Roll", "1/2", "50%s")
    assert _codes(_titles(texts), "Title") == []


def test_a_long_reference_name_is_a_warning() -> None:
    """Whether more than 255 characters are taken is not known."""
    rows = [{**ROW, "Reference Name": "x" * 255}, {**ROW, "Achievement ID": "b", "Reference Name": "x" * 256}]
    result = sheets.check(sheets.book_of({"achievements": pd.DataFrame(rows)}))
    assert result.ok
    assert result.issues.loc[result.issues["code"] == "reference-name-long", "row"].tolist() == [3]


def test_no_pattern_takes_other_digits_for_digits() -> None:
    r"""Digits are 0 to 9: \d, isdigit and isdecimal take those of other scripts too, and they were sent."""
    root = Path(__file__).parents[2] / "gcbulk"
    rooms = ("tables", "kinds", "sheets")
    sources = {path: path.read_text("utf-8") for room in rooms for path in (root / room).rglob("*.py")}
    found = [
        str(path)
        for path, text in sources.items()
        for line in text.splitlines()
        if (r"\d" in line and "not \\d" not in line) or (".isdecimal()" in line and "isascii()" not in line)
        or ".isdigit()" in line or ".isnumeric()" in line
    ]  # fmt: skip
    assert found == []
