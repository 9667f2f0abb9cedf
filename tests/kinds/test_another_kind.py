"""Another kind is another declaration: a file of it, or of several, is read by modules that do not know it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from books import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS, make_book, make_sheet
from trophies import KIND, register

from gcbulk import reporting
from gcbulk.files.data_sheets import Content
from gcbulk.files.pulled import write_pulled
from gcbulk.files.reading import read
from gcbulk.files.template import write_template
from gcbulk.kinds import CONTENT
from gcbulk.kinds.content import Card, ContentKind
from gcbulk.records import Book, ImageResource, Json, RawSheet
from gcbulk.reporting.preview import preview_page
from gcbulk.reporting.readiness import readiness
from gcbulk.sheets import Checked, Choices, check, sheets_left, tell_kind
from gcbulk.sheets.readiness import with_readiness
from gcbulk.tables import types
from gcbulk.tables.spec import Column
from gcbulk.tables.template import Entry, TemplateColumn, TemplateSheet

WIN = ("First Win", "first_win", 10, "No", "No")
WON = ("first_win", "en-US", "First Win", "Win.", "Won.")
TROPHY_HEADERS = ("Trophy ID", "Reference Name", "Metal", "Shine")
ENGRAVING_HEADERS = ("Trophy ID", "Locale", "Engraving")


@pytest.fixture(autouse=True)
def trophies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let gcbulk know trophies for as long as a test lasts."""
    register(monkeypatch)


def mixed(
    *more: RawSheet,
    trophies: tuple[tuple[Json, ...], ...] = (("cup", "Cup"),),
    engravings: tuple[tuple[Json, ...], ...] = (("cup", "en-US", "Cup"),),
) -> Book:
    """A workbook with an achievement and some trophies, of which the id and the reference name are given."""
    return make_book(
        make_sheet([ACHIEVEMENT_HEADERS, WIN]),
        make_sheet([LOCALIZATION_HEADERS, WON], "Localizations"),
        make_sheet([TROPHY_HEADERS, *((*trophy, "Tin", 5) for trophy in trophies)], "Trophies"),
        make_sheet([ENGRAVING_HEADERS, *engravings], "Trophy Localizations"),
        *more,
    )


def issues(checked: Checked) -> list[tuple[Json, ...]]:
    """Sheet, row, column, code and kind of every issue."""
    lines = checked.issues[["sheet", "row", "column", "code", "kind"]].astype(object)
    return list(lines.where(checked.issues[lines.columns].notna(), None).itertuples(index=False, name=None))


def test_sheets_without_a_record_are_of_no_kind_of_a_file() -> None:
    """A file is about the kinds that it has records of, and nothing is said of what a template left beside them."""
    checked = check(mixed(trophies=(), engravings=()))
    assert [kind.name for kind in checked.kinds] == ["achievement"]
    assert issues(checked) == []
    empty = check(make_book(make_sheet([ACHIEVEMENT_HEADERS]), make_sheet([TROPHY_HEADERS], "Trophies")))
    assert [kind.name for kind in empty.kinds] == ["achievement", "trophy"]
    assert [code for *_, code, _ in issues(empty)] == ["no-rows", "no-rows"]


def test_one_id_of_two_kinds_is_doubtful() -> None:
    """An id that a thing of an earlier kind has as well is a warning at the later one."""
    checked = check(mixed(trophies=(("first_win", "Cup"),), engravings=(("first_win", "ja", "Cup"),)))
    assert issues(checked) == [("Trophies", 2, "Trophy ID", "id-of-another-kind", "trophy")]
    assert "An achievement has the id first_win as well" in checked.issues["message"].iloc[0]


def test_both_kinds_of_a_file_are_read() -> None:
    """Each kind has its own frames, and neither is an issue to the other."""
    checked = check(mixed())
    assert issues(checked) == []
    assert {name: len(frame) for name, frame in checked.frames.items() if len(frame)} == {
        "achievements": 1,
        "localizations": 1,
        "trophies": 1,
        "trophy_localizations": 1,
    }
    assert checked.kinds == (CONTENT["achievement"], KIND)
    assert checked.things(KIND)["vendor_identifier"].tolist() == ["cup"]
    assert tuple(checked.texts(KIND).columns) == KIND.texts.order


def test_issues_stand_at_the_cells_of_either_kind() -> None:
    """A wrong cell, a contradiction and a text without its thing are found in a kind that is declared alone."""
    checked = check(
        mixed(
            trophies=(("cup", "Cup"), ("cup", "Other"), ("bowl", None)),
            engravings=(("cup", "en-US", "Cup"), ("cap", "ja", "Cup"), ("bowl", "xx", "Bowl")),
        )
    )
    assert issues(checked) == [
        ("Trophies", 2, "Trophy ID", "contradicting-rows", None),
        ("Trophies", 3, "Trophy ID", "contradicting-rows", None),
        ("Trophies", 4, "Reference Name", "cell-empty", "trophy"),
        ("Trophy Localizations", 3, "Trophy ID", "trophy-localization-without-trophy", "trophy localization"),
        ("Trophy Localizations", 4, "Locale", "locale-unknown", "trophy localization"),
    ]
    assert set(checked.errors_of()) == {
        ("trophy", "Trophies", 2, None),
        ("trophy", "Trophies", 3, None),
        ("trophy", "Trophies", 4, None),
        ("trophy localization", "Trophy Localizations", 3, "ja"),
        ("trophy localization", "Trophy Localizations", 4, "xx"),
    }
    assert checked.header("Trophies", "reference_name") == "Reference Name"
    assert checked.header("Trophy Localizations", "name") == "Engraving"


def test_messages_call_things_by_the_nouns_of_their_kind() -> None:
    """What is said of a trophy speaks of trophies."""
    checked = check(mixed(trophies=(("cup", "Cup"), ("bowl", "Bowl")), engravings=(("cap", "ja", "Cup"),)))
    messages = checked.issues["message"].tolist()
    bare = (
        "This trophy has no trophy localization. It can be created, but needs at least one language before it goes "
        "live."
    )
    assert messages == [
        bare,
        bare,
        "No trophy in this file has the id cap. Correct the id, or add the trophy.",
    ]
    assert reporting.check_text(checked)[0] == (
        "1 achievement, 1 localization, 2 trophies, 1 trophy localization read: 1 error, 2 warnings."
    )


def test_nothing_is_said_of_pictures_to_a_kind_without_them() -> None:
    """Achievements need a picture before their review, trophies have none to need."""
    (message,) = with_readiness(check(mixed())).issues["message"]
    assert message.startswith("1 of 1 achievements has no picture in this file (first_win).")


def test_nothing_is_said_of_pictures_that_are_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind may have pictures and go through review without one."""
    for optional, count in ((False, 2), (True, 1)):
        image = ImageResource(type="gameCenterTrophyImages", optional=optional)
        kind = dataclasses.replace(KIND, resource=dataclasses.replace(KIND.resource, image=image))
        monkeypatch.setitem(CONTENT, KIND.name, kind)
        assert len(with_readiness(check(mixed())).issues) == count


def test_a_report_names_each_record_by_its_kind() -> None:
    """The lines of a report have the words of the kind's resource."""
    lines = reporting.check_lines(check(mixed()))
    assert lines[["sheet", "key", "step", "outcome"]].to_numpy().tolist() == [
        ["Achievements", "first_win", "achievement", "ok"],
        ["Localizations", "first_win / en-US", "localization", "ok"],
        ["Trophies", "cup", "trophy", "ok"],
        ["Trophy Localizations", "cup / en-US", "trophy localization", "ok"],
    ]


def test_a_sheet_that_two_kinds_could_read_is_asked_about() -> None:
    """Headers that say neither kind are read as neither, and both options that decide are named."""
    checked = check(make_book(make_sheet([("ID", "Locale", "Name", "Pre-earned Description"), ("a", "ja", "b", "c")])))
    assert checked.tables[0].kind == "achievements", "the name of the sheet decides"
    doubtful = make_sheet([("ID", "Locale", "Name"), ("a", "ja", "b")], "Texts")
    checked = check(make_book(doubtful))
    assert [code for *_, code, _ in issues(checked)] == ["sheet-ambiguous"]
    assert '--sheet localizations="Texts" or --sheet trophy_localizations="Texts"' in checked.issues["message"].iloc[0]
    assert checked.tables == ()
    named = check(make_book(doubtful), Choices({"trophy_localizations": "Texts"}))
    assert [table.kind for table in named.tables] == ["trophy_localizations"]


@pytest.mark.parametrize(
    ("headers", "name", "kind"),
    [
        (("Trophy ID", "Locale", "Name"), "Texts", "trophy_localizations"),
        (("Achievement ID", "Locale", "Name"), "Texts", "localizations"),
        (("ID", "Locale", "Name"), "Trophy Localizations", "trophy_localizations"),
        (("Trophy ID", "Locale", "Name"), "Localizations", "trophy_localizations"),
    ],
)
def test_an_id_of_its_own_or_a_name_decides(headers: tuple[str, ...], name: str, kind: str) -> None:
    """The key column that one kind alone calls so says whose a sheet is, and then its name."""
    checked = check(make_book(make_sheet([headers, ("a", "ja", "b")], name)))
    assert [table.kind for table in checked.tables] == [kind]


def test_the_kind_of_a_file_is_told() -> None:
    """A file of trophies is one of trophies; one of both is asked about no more than one of achievements."""
    trophies = make_book(make_sheet([TROPHY_HEADERS, ("cup", "Cup", "Tin", 5)], "Trophies"))
    assert tell_kind(trophies, Choices()) == ("trophies", [])
    assert tell_kind(mixed(), Choices()) == ("achievements", [])
    assert sheets_left(mixed(), check(mixed()).tables) == []


def test_a_file_can_be_read_as_one_kind_alone() -> None:
    """Who says which kind is read is given no record of another."""
    checked = check(mixed(), kinds=[KIND])
    assert [table.kind for table in checked.tables] == ["trophies", "trophy_localizations"]
    assert checked.achievements.empty
    assert isinstance(checked.achievements, pd.DataFrame)


def test_a_column_may_be_named_of_either_kind() -> None:
    """The option for a column is known where any kind has it, and says so where no sheet has the header."""
    renamed = make_book(make_sheet([("Trophy ID", "Ref", "Metal", "Shine"), ("cup", "Cup", "Tin", 5)], "Trophies"))
    checked = check(renamed, Choices(columns={"reference_name": "Ref"}))
    assert checked.things(KIND)["reference_name"].tolist() == ["Cup"]
    lost = check(mixed(), Choices(columns={"points": "Pts"}))
    assert [code for *_, code, _ in issues(lost)] == ["column-not-found"]


def test_the_template_has_sheets_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind has its sheets, its drop-downs, its counters, its steps and its columns on the first sheet."""
    monkeypatch.delitem(CONTENT, "leaderboard")
    book = openpyxl.load_workbook(write_template(tmp_path / "all.xlsx"))
    assert book.sheetnames[1:-1] == [
        "Achievements",
        "Localizations",
        "Trophies",
        "Trophy Localizations",
        "Player Submissions",
    ]
    assert book.properties.title == book["Start here"]["B2"].value == "Game Center achievements and trophies"
    assert [cell.value for cell in book["Trophies"][1]] == ["Reference Name", "Trophy ID", "Metal", "Shine"]
    assert [cell.value for cell in book["Trophy Localizations"][1]] == ["Trophy ID", "Locale", "Engraving"]
    drop_downs = {
        str(one.sqref): one.formula1
        for one in book["Trophy Localizations"].data_validations.dataValidation
        if one.type == "list"
    }
    assert drop_downs == {"A2:A1001": "=Trophies!$B$2:$B$1001", "B2:B1001": "=Lists!$A$1:$A$39"}
    counters = {cell: str(book["Start here"][cell].value) for cell in ("B8", "B9", "C8", "C9")}
    assert (counters["B9"], counters["C9"]) == ("trophies, of at most 3", "texts in all languages")
    assert "Trophies!$B$2" in counters["B8"]
    assert "'Trophy Localizations'!$A$2" in counters["C8"]
    said = [row[1].value for row in book["Start here"].iter_rows()]
    assert said.index("3   Fill in Trophies") + 1 == said.index("4   Fill in Trophy Localizations")
    assert said.index("Trophies") < said.index("Trophy Localizations") < said.index("Player Submissions")


def declared_with(monkeypatch: pytest.MonkeyPatch, metal: Column, template: TemplateSheet | None = None) -> None:
    """Let the column of the metal be another one, and the sheet of trophies too where one is given."""
    columns = tuple(metal if one.name == metal.name else one for one in KIND.things.columns)
    things = dataclasses.replace(KIND.things, columns=columns, template=template)
    family = dataclasses.replace(KIND.family, tables=(things, KIND.texts))
    monkeypatch.setitem(CONTENT, KIND.name, dataclasses.replace(KIND, family=family))


@pytest.mark.parametrize(
    ("choices", "formula", "limit"),
    [
        (("Tin", "Lead", "Gold"), '"Tin,Lead,Gold"', "Tin, Lead or Gold."),
        (tuple(f"Alloy {n}" for n in range(12)), "=Lists!$B$1:$B$12", "Required; pick it from the list."),
    ],
    ids=["few", "many"],
)
def test_choices_of_a_type_are_a_drop_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, choices: tuple[str, ...], formula: str, limit: str
) -> None:
    """Few choices stand in the drop-down, many on the hidden sheet, beside those of other columns."""
    monkeypatch.delitem(CONTENT, "leaderboard")
    metal = KIND.things.column("metal")
    kind_of_metal = dataclasses.replace(types.REFERENCE_NAME, entry=Entry(choices=choices))
    declared_with(monkeypatch, dataclasses.replace(metal, type=kind_of_metal))
    book = openpyxl.load_workbook(write_template(tmp_path / "all.xlsx"))
    (drop_down,) = [one for one in book["Trophies"].data_validations.dataValidation if one.type == "list"]
    assert (str(drop_down.sqref), drop_down.formula1, drop_down.errorStyle or "stop") == ("C2:C1001", formula, "stop")
    (explained,) = [row for row in book["Start here"].iter_rows(values_only=True) if row[1] == "Metal"]
    assert explained[3] == limit
    on_the_hidden_sheet = [cell.value for cell in book["Lists"]["B"]] if book["Lists"].max_column == 2 else []
    assert tuple(filter(None, on_the_hidden_sheet)) == (choices if formula.startswith("=") else ())


def test_a_table_says_how_it_is_filled_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What a table declares of its sheet goes before what its types say, and some columns a pull alone writes."""
    sheet = TemplateSheet(
        title="Cups",
        columns=(
            TemplateColumn("vendor_identifier", 20, "What the code calls it."),
            TemplateColumn("metal", limit="Anything that shines.", pulled_only=True),
            TemplateColumn("reference_name"),
            TemplateColumn("shine"),
        ),
        examples=(("example.cup", "Cup"),),
    )
    declared_with(monkeypatch, KIND.things.column("metal"), sheet)
    book = openpyxl.load_workbook(write_template(tmp_path / "all.xlsx"))
    assert list(book["Cups"].values)[:2] == [("Trophy ID", "Reference Name", "Shine"), ("example.cup", "Cup", None)]
    assert book["Cups"].column_dimensions["A"].width == 20
    live = pd.DataFrame({"vendor_identifier": ["cup"], "reference_name": ["Cup"], "metal": ["Tin"], "shine": [5]})
    pulled = openpyxl.load_workbook(write_pulled(tmp_path / "live.xlsx", {"trophies": live}))
    assert list(pulled["Cups"].values) == [("Trophy ID", "Reference Name", "Shine", "Metal"), ("cup", "Cup", 5, "Tin")]


def test_what_is_filled_into_the_template_is_read(tmp_path: Path) -> None:
    """A workbook of one kind has its sheets alone, and rows written into it come back as records."""
    content = Content({"trophies": [("Cup", "cup", "Tin", 5)], "trophy_localizations": [("cup", "ja", "杯")]})
    path = write_template(tmp_path / "trophies.xlsx", content)
    book = openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames[1:-1] == ["Trophies", "Trophy Localizations", "Player Submissions"]
    assert [book["Start here"][cell].value for cell in ("B6", "B7", "C6")] == [1, "trophies, of at most 3", 1]
    checked = check(read(path))
    assert checked.ok
    assert checked.things(KIND)[["vendor_identifier", "shine"]].to_numpy().tolist() == [["cup", 5]]
    assert checked.texts(KIND)["name"].tolist() == ["杯"]


def test_what_is_pulled_is_the_template_filled_in(tmp_path: Path) -> None:
    """A pulled workbook has the sheets of the kinds that were pulled, with what the service says beside the columns."""
    frames = {
        "trophies": pd.DataFrame(
            {
                "reference_name": ["Cup"],
                "vendor_identifier": ["cup"],
                "metal": ["Tin"],
                "shine": [5],
                "state": ["LIVE"],
            }
        ),
        "trophy_localizations": pd.DataFrame({"vendor_identifier": ["cup"], "locale": ["ja"], "name": ["杯"]}),
    }
    path = write_pulled(tmp_path / "live.xlsx", frames)
    assert list(openpyxl.load_workbook(path)["Trophies"].values) == [
        ("Reference Name", "Trophy ID", "Metal", "Shine", "State"),
        ("Cup", "cup", "Tin", 5, "LIVE"),
    ]
    checked = check(read(path))
    assert set(checked.issues["code"]) <= {"column-unknown"}
    assert checked.texts(KIND)["name"].tolist() == ["杯"]


def page_of(book: Book, kinds: list[ContentKind] | None = None) -> str:
    """The preview of a file."""
    found = readiness(check(book, kinds=kinds))
    return preview_page(found, {}, source="a", at=datetime(2026, 1, 1, tzinfo=UTC), style="", symbols="", script="")


def test_a_preview_has_every_kind_with_what_it_declares() -> None:
    """A table and cards for each kind: nobody earns a trophy, and it has neither picture nor points to show."""
    page = page_of(mixed())
    assert [page.count(f'aria-label="What is ready, by {one} and language"') for one in ("achievement", "trophy")] == [
        1,
        1,
    ]
    achievement, trophy = page.split('<article class="card"')[1:]
    assert 'class="state"' in achievement
    assert '<h3>Cup</h3></div></div><div class="back">' in trophy
    assert page.count("Points</dt>") == 1
    assert 'aria-label="text ready"' in page
    assert 'aria-label="text ready, picture missing"' in page


def test_a_thing_without_pictures_is_ready_with_a_text() -> None:
    """A review needs a picture of what has pictures, and of nothing else."""
    achievement, trophy = readiness(check(mixed())).items
    assert (achievement.is_ready, trophy.is_ready) == (False, True)
    assert trophy.picture_standings == {}
    lacking = readiness(check(mixed(engravings=(("cup", "xx", "Cup"),)))).items[1]
    assert not lacking.is_ready


def test_a_text_that_nobody_earns_is_shown_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The columns of a card are those that the kind declares."""
    card = Card(title="locale", before="name", points="shine")
    monkeypatch.setitem(CONTENT, KIND.name, dataclasses.replace(KIND, card=card))
    page = page_of(mixed(), [CONTENT[KIND.name]])
    assert "<dt>Shine</dt><dd><b>5</b></dd>" in page
    assert "<h3>en-US</h3><p>Cup</p>" in page
    assert '<p class="state"><span class="points"><b>5</b> points</span></p>' in page


def test_two_kinds_may_share_an_id_in_a_preview() -> None:
    """Things of one id keep their own texts and problems."""
    book = mixed(trophies=(("first_win", "Cup"),), engravings=(("first_win", "ja", "n" * 51),))
    achievement, trophy = readiness(check(book)).items
    assert (list(achievement.texts), list(trophy.texts)) == (["en-US"], ["ja"])
    assert (list(achievement.issues_in), list(trophy.issues_in)) == ([], ["ja"])
