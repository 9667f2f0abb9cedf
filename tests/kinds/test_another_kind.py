"""Another kind is another declaration: a file of it, or of several, is read by modules that do not know it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from books import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS, make_book, make_sheet
from toys import TOY, register

from gcbulk import reporting
from gcbulk.files.data_sheets import Content
from gcbulk.files.pulled import write_pulled
from gcbulk.files.reading import read
from gcbulk.files.template import write_template
from gcbulk.kinds import CONTENT
from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets import Checked, Choices, check, sheets_left, tell_kind
from gcbulk.sheets.readiness import with_readiness

WIN = ("First Win", "first_win", 10, "No", "No")
WON = ("first_win", "en-US", "First Win", "Win.", "Won.")
TOY_HEADERS = ("Toy ID", "Reference Name")
TEXT_HEADERS = ("Toy ID", "Locale", "Name")


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the kind of the tests."""
    register(monkeypatch)


def mixed(
    *more: RawSheet,
    toys: tuple[tuple[Json, ...], ...] = (("bear", "Bear"),),
    texts: tuple[tuple[Json, ...], ...] = (("bear", "en-US", "Bear"),),
) -> Book:
    """A workbook with an achievement and some toys."""
    return make_book(
        make_sheet([ACHIEVEMENT_HEADERS, WIN]),
        make_sheet([LOCALIZATION_HEADERS, WON], "Localizations"),
        make_sheet([TOY_HEADERS, *toys], "Toys"),
        make_sheet([TEXT_HEADERS, *texts], "Toy Localizations"),
        *more,
    )


def issues(checked: Checked) -> list[tuple[Json, ...]]:
    """Sheet, row, column, code and kind of every issue."""
    lines = checked.issues[["sheet", "row", "column", "code", "kind"]].astype(object)
    return list(lines.where(checked.issues[lines.columns].notna(), None).itertuples(index=False, name=None))


def test_both_kinds_of_a_file_are_read() -> None:
    """Each kind has its own frames, and neither is an issue to the other."""
    checked = check(mixed())
    assert issues(checked) == []
    assert {name: len(frame) for name, frame in checked.frames.items()} == {
        "achievements": 1,
        "localizations": 1,
        "toys": 1,
        "toy_localizations": 1,
    }
    assert checked.kinds == tuple(CONTENT.values())
    assert checked.things(TOY)["vendor_identifier"].tolist() == ["bear"]
    assert tuple(checked.texts(TOY).columns) == TOY.texts.order


def test_issues_stand_at_the_cells_of_either_kind() -> None:
    """A wrong cell, a contradiction and a text without its thing are found in a kind that is declared alone."""
    checked = check(
        mixed(
            toys=(("bear", "Bear"), ("bear", "Other"), ("car", None)),
            texts=(("bear", "en-US", "Bear"), ("bare", "ja", "Bear"), ("car", "xx", "Car")),
        )
    )
    assert issues(checked) == [
        ("Toys", 2, "Toy ID", "contradicting-rows", None),
        ("Toys", 3, "Toy ID", "contradicting-rows", None),
        ("Toys", 4, "Reference Name", "cell-empty", "toy"),
        ("Toy Localizations", 3, "Toy ID", "toy-localization-without-toy", "toy localization"),
        ("Toy Localizations", 4, "Locale", "locale-unknown", "toy localization"),
    ]
    assert set(checked.errors_of()) == {
        ("toy", "Toys", 2, None),
        ("toy", "Toys", 3, None),
        ("toy", "Toys", 4, None),
        ("toy localization", "Toy Localizations", 3, "ja"),
        ("toy localization", "Toy Localizations", 4, "xx"),
    }
    assert checked.header("Toys", "reference_name") == "Reference Name"
    assert checked.header("Toy Localizations", "name") == "Name"


def test_messages_call_things_by_the_nouns_of_their_kind() -> None:
    """What is said of a toy speaks of toys."""
    checked = check(mixed(toys=(("bear", "Bear"), ("car", "Car")), texts=(("bare", "ja", "Bear"),)))
    messages = checked.issues["message"].tolist()
    assert messages == [
        "This toy has no toy localization. It can be created, but needs at least one language before it goes live.",
        "This toy has no toy localization. It can be created, but needs at least one language before it goes live.",
        "No toy in this file has the id bare. Correct the id, or add the toy.",
    ]
    assert reporting.check_text(checked)[0] == (
        "1 achievement, 1 localization, 2 toys, 1 toy localization read: 1 error, 2 warnings."
    )


def test_nothing_is_said_of_pictures_to_a_kind_without_them() -> None:
    """Achievements need a picture before their review, toys have none to need."""
    (message,) = with_readiness(check(mixed())).issues["message"]
    assert message.startswith("1 of 1 achievements has no picture in this file (first_win).")


def test_a_report_names_each_record_by_its_kind() -> None:
    """The lines of a report have the words of the kind's resource."""
    lines = reporting.check_lines(check(mixed()))
    assert lines[["sheet", "key", "step", "outcome"]].to_numpy().tolist() == [
        ["Achievements", "first_win", "achievement", "ok"],
        ["Localizations", "first_win / en-US", "localization", "ok"],
        ["Toys", "bear", "toy", "ok"],
        ["Toy Localizations", "bear / en-US", "toy localization", "ok"],
    ]


def test_a_sheet_that_two_kinds_could_read_is_asked_about() -> None:
    """Headers that say neither kind are read as neither, and both options that decide are named."""
    checked = check(make_book(make_sheet([("ID", "Locale", "Name", "Pre-earned Description"), ("a", "ja", "b", "c")])))
    assert checked.tables[0].kind == "achievements", "the name of the sheet decides"
    doubtful = make_sheet([("ID", "Locale", "Name"), ("a", "ja", "b")], "Texts")
    checked = check(make_book(doubtful))
    assert [code for *_, code, _ in issues(checked)] == ["sheet-ambiguous"]
    assert '--sheet localizations="Texts" or --sheet toy_localizations="Texts"' in checked.issues["message"].iloc[0]
    assert checked.tables == ()
    named = check(make_book(doubtful), Choices({"toy_localizations": "Texts"}))
    assert [table.kind for table in named.tables] == ["toy_localizations"]


@pytest.mark.parametrize(
    ("headers", "name", "kind"),
    [
        (("Toy ID", "Locale", "Name"), "Texts", "toy_localizations"),
        (("Achievement ID", "Locale", "Name"), "Texts", "localizations"),
        (("ID", "Locale", "Name"), "Toy Localizations", "toy_localizations"),
        (("Toy ID", "Locale", "Name"), "Localizations", "toy_localizations"),
    ],
)
def test_an_id_of_its_own_or_a_name_decides(headers: tuple[str, ...], name: str, kind: str) -> None:
    """The key column that one kind alone calls so says whose a sheet is, and then its name."""
    checked = check(make_book(make_sheet([headers, ("a", "ja", "b")], name)))
    assert [table.kind for table in checked.tables] == [kind]


def test_the_kind_of_a_file_is_told() -> None:
    """A file of toys is one of toys; one of both is asked about no more than one of achievements."""
    toys = make_book(make_sheet([TOY_HEADERS, ("bear", "Bear")], "Toys"))
    assert tell_kind(toys, Choices()) == ("toys", [])
    assert tell_kind(mixed(), Choices()) == ("achievements", [])
    assert sheets_left(mixed(), check(mixed()).tables) == []


def test_a_file_can_be_read_as_one_kind_alone() -> None:
    """Who says which kind is read is given no record of another."""
    checked = check(mixed(), kinds=[TOY])
    assert [table.kind for table in checked.tables] == ["toys", "toy_localizations"]
    assert checked.achievements.empty
    assert isinstance(checked.achievements, pd.DataFrame)


def test_a_column_may_be_named_of_either_kind() -> None:
    """The option for a column is known where any kind has it, and says so where no sheet has the header."""
    renamed = make_book(make_sheet([("Toy ID", "Ref"), ("bear", "Bear")], "Toys"))
    checked = check(renamed, Choices(columns={"reference_name": "Ref"}))
    assert checked.things(TOY)["reference_name"].tolist() == ["Bear"]
    lost = check(mixed(), Choices(columns={"points": "Pts"}))
    assert [code for *_, code, _ in issues(lost)] == ["column-not-found"]


def test_the_template_has_sheets_of_every_kind(tmp_path: Path) -> None:
    """Each kind has its sheets, its drop-downs, its counters, its steps and its columns on the first sheet."""
    book = openpyxl.load_workbook(write_template(tmp_path / "all.xlsx"))
    assert book.sheetnames[1:-1] == ["Achievements", "Localizations", "Toys", "Toy Localizations", "Player Submissions"]
    assert book.properties.title == book["Start here"]["B2"].value == "Game Center achievements and toys"
    assert [cell.value for cell in book["Toys"][1]] == ["Reference Name", "Toy ID"]
    assert [cell.value for cell in book["Toy Localizations"][1]] == ["Toy ID", "Locale", "Name"]
    drop_downs = {
        str(one.sqref): one.formula1
        for one in book["Toy Localizations"].data_validations.dataValidation
        if one.type == "list"
    }
    assert drop_downs == {"A2:A1001": "=Toys!$B$2:$B$1001", "B2:B1001": "=Lists!$A$1:$A$39"}
    counters = {cell: str(book["Start here"][cell].value) for cell in ("B8", "B9", "C8", "C9")}
    assert (counters["B9"], counters["C9"]) == ("toys", "texts in all languages")
    assert "Toys!$B$2" in counters["B8"]
    assert "'Toy Localizations'!$A$2" in counters["C8"]
    said = [row[1].value for row in book["Start here"].iter_rows()]
    assert said.index("3   Fill in Toys") + 1 == said.index("4   Fill in Toy Localizations")
    assert said.index("Toys") < said.index("Toy Localizations") < said.index("Player Submissions")


def test_what_is_filled_into_the_template_is_read(tmp_path: Path) -> None:
    """A workbook of one kind has its sheets alone, and rows written into it come back as records."""
    content = Content({"toys": [("Bear", "bear")], "toy_localizations": [("bear", "ja", "熊")]})
    path = write_template(tmp_path / "toys.xlsx", content)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames[1:-1] == ["Toys", "Toy Localizations", "Player Submissions"]
    assert [book["Start here"][cell].value for cell in ("B6", "B7", "C6")] == [1, "toys", 1]
    checked = check(read(path))
    assert checked.ok
    assert checked.things(TOY)[["reference_name", "vendor_identifier"]].to_numpy().tolist() == [["Bear", "bear"]]
    assert checked.texts(TOY)["name"].tolist() == ["熊"]


def test_what_is_pulled_is_the_template_filled_in(tmp_path: Path) -> None:
    """A pulled workbook has the sheets of the kinds that were pulled, with what the service says beside the columns."""
    frames = {
        "toys": pd.DataFrame({"reference_name": ["Bear"], "vendor_identifier": ["bear"], "state": ["LIVE"]}),
        "toy_localizations": pd.DataFrame({"vendor_identifier": ["bear"], "locale": ["ja"], "name": ["熊"]}),
    }
    path = write_pulled(tmp_path / "live.xlsx", frames)
    assert list(openpyxl.load_workbook(path)["Toys"].values) == [
        ("Reference Name", "Toy ID", "State"),
        ("Bear", "bear", "LIVE"),
    ]
    checked = check(read(path))
    assert set(checked.issues["code"]) <= {"column-unknown"}
    assert checked.texts(TOY)["name"].tolist() == ["熊"]
