"""What a kind declares makes sense, and the engine reads a kind that it has never heard of."""

from __future__ import annotations

import operator
from collections.abc import Sequence

import pandas as pd
import pytest
from books import make_book, make_sheet

from gcbulk.files.data_sheets import sheet_title
from gcbulk.kinds import CONTENT, families
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Json
from gcbulk.tables import types
from gcbulk.tables.between_rows import agree, at_most, by_case, orphans, sum_at_most, unique_text, without_text
from gcbulk.tables.choices import Choices
from gcbulk.tables.find import find_tables
from gcbulk.tables.frames import frame_of_records
from gcbulk.tables.headers import normalise
from gcbulk.tables.issues import frame_of
from gcbulk.tables.reading import read_table
from gcbulk.tables.row_filters import lonely, repeats_all, without_content
from gcbulk.tables.spec import Column, Either, Family, Found, RowFilter, Table
from gcbulk.tables.totals import Totals
from gcbulk.tables.vocabulary import words

TABLES = [table for family in families().values() for table in family.tables]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_declaration_names_columns_that_it_has(table: Table) -> None:
    """Keys, alternatives, what a row may leave out and what makes a frame are columns of the table."""
    own = {column.name for column in table.columns}
    named = {table.key, *table.order[:-1], *table.signature, *table.continues_without}
    named |= {name for either in table.either for name in (either.target, either.other)}
    assert named <= own
    assert table.order[-1] == "sheet"
    assert {column.like for column in table.columns if column.like} <= {*table.texts}
    assert table.language is None or table.language in own


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_sheet_to_fill_in_is_read_as_its_table(table: Table) -> None:
    """Its columns are columns of the table, its examples fit into them, and its name says which table it is."""
    names = [column.name for column in table.template_columns]
    assert len(set(names)) == len(names)
    assert set(names) <= {column.name for column in table.columns}
    assert table.key in names
    assert normalise(sheet_title(table)) in table.sheet_names
    examples = table.template.examples if table.template else ()
    assert all(len(row) <= len(names) for row in examples)


@pytest.mark.parametrize("kind", CONTENT.values(), ids=lambda kind: kind.name)
def test_a_sheet_to_fill_in_holds_whole_records(kind: ContentKind) -> None:
    """What is pulled into the sheets of a kind has a column for all that a record has."""
    for table in kind.family.tables:
        names = {column.name for column in table.template_columns}
        missing = {*table.order[:-1]} - names - {one.target for one in table.either if one.other in names}
        assert not missing, f"the template of {table.name} needs a TemplateColumn for {missing}"


@pytest.mark.parametrize("kind", CONTENT.values(), ids=lambda kind: kind.name)
def test_a_card_shows_columns_that_there_are(kind: ContentKind) -> None:
    """What a preview shows of a thing and of its texts is in their frames."""
    card = kind.card
    assert {card.title, card.before, card.after} - {""} <= {*kind.texts.order}
    assert {card.points, card.shown, card.again} - {""} <= {*kind.things.order}


KEY = Column("code", "Board Code", words("boardcode"), types.IDENTIFIER)
LANGUAGE = Column("tongue", "Tongue", words("tongue"), types.LOCALE)
LABEL = Column("label", "Label", words("label"), types.NAME, localized=True)
MOTTO = Column("motto", "Motto", words("motto"), types.DESCRIPTION, localized=True)
WEIGHT = Column("weight", "Weights", words("weight"), types.POINTS, content=False, agree=True)
OPEN = Column("open", "Open", words("open"), types.YES_OR_NO, content=False, agree=True)
SHUT = Column("shut", "Shut", words("shut"), types.YES_OR_NO, content=False, required=False)
TOTALS = Totals("weight")
FILTERS = (
    RowFilter("repeated-header", repeats_all, "Headers again."),
    RowFilter("totals-row", TOTALS.certain, "Totals."),
    RowFilter("rows-without-data", without_content("weight"), "{sheet} has bare rows: {rows}.", once=True),
    RowFilter("stray-row", lonely, "Only {value}."),
)
LABELS = Table(
    name="labels", record="label", key="code", sheet_names=words("labels"), columns=(KEY, LANGUAGE, LABEL, MOTTO),
    signature=frozenset({"label"}), min_required=3, excluded_by=frozenset({"weight"}),
    order=("code", "tongue", "label", "motto", "sheet"), language="tongue", filters=FILTERS, reads_unused=True,
)  # fmt: skip
BOARDS = Table(
    name="boards", record="board", key="code", sheet_names=words("boards"), columns=(KEY, WEIGHT, OPEN, SHUT),
    signature=frozenset({"weight"}), min_required=2, order=("code", "weight", "open", "sheet"), embeds=LABELS,
    continues_without=("code",), filters=FILTERS, across=(agree,), reads_unused=True,
    either=(Either("open", "shut", operator.invert, "hidden-contradiction", "{other} against {target}."),),
)  # fmt: skip
FAMILY = Family(
    name="boards", label="boards", tables=(BOARDS, LABELS), read_with="", needed_with="", example="",
    across=(unique_text, orphans("localization-without-achievement"), by_case("id-differs-by-case"),
            at_most(2, "too-many-achievements"), sum_at_most("weight", 50, "points-total"),
            without_text("achievement-without-localization")),
)  # fmt: skip
Line = tuple[Json, ...]


def read(*sheets: tuple[str, Sequence[Sequence[Json]]]) -> tuple[list[Line], list[Line], list[Line]]:
    """The boards and labels of a workbook, and what is said of it: (row, code, message)."""
    book = make_book(*(make_sheet(rows, name) for name, rows in sheets))
    layouts, problems = find_tables(book, Choices(), (FAMILY,), (FAMILY,))
    by_name = {sheet.name: sheet for sheet in book.sheets}
    tables = {table.name: table for table in FAMILY.tables}
    found = [read_table(tables[layout.kind], by_name[layout.sheet], layout) for layout in layouts]
    things = [part for table in found for part in table.things]
    texts = [part for table in found for part in table.texts]
    problems += [problem for table in found for problem in table.problems]
    whole = Found(BOARDS, things, texts, frozenset(problem.code for problem in problems))
    problems += [problem for rule in FAMILY.across for problem in rule(whole)]
    issues = frame_of(problems, list(by_name))
    lines = issues.astype(object).where(issues.notna(), None)
    frames = [frame_of_records(table, parts) for table, parts in ((BOARDS, things), (LABELS, texts))]
    boards, labels = ([tuple(line) for line in frame.astype(object).itertuples(name=None)] for frame in frames)
    return boards, labels, list(zip(lines["row"], lines["code"], lines["message"], strict=True))


HEADERS = ("Board Code", "Weight", "Shut")


def test_a_toy_kind_is_read_in_the_long_form() -> None:
    """A row without its code goes on with the board above, and one column stands in for its opposite."""
    rows = [
        (*HEADERS, "Tongue", "Label", "Motto"),
        ("a", 10, "No", "en-US", "A", "Go"),
        (None, None, None, "ja", "エー", "行け"),
        ("b", 20, "Yes", "en-US", "B", "Stop"),
        ("Total", 30, None, None, None, None),
    ]
    boards, labels, said = read(("Boards", rows))
    assert boards == [(2, "a", 10, True, "Boards"), (4, "b", 20, False, "Boards")]
    assert [line[:3] for line in labels] == [(2, "a", "en-US"), (3, "a", "ja"), (4, "b", "en-US")]
    assert said == [(5, "totals-row", "Totals.")]


def test_a_toy_kind_is_read_in_the_wide_form_and_on_its_own_sheet() -> None:
    """Languages stand in the headers, or on a sheet that their own headers tell apart."""
    wide = [(*HEADERS, "Label (ja)", "Motto (ja)"), ("a", 10, "No", "エー", "行け")]
    texts = [("Board Code", "Tongue", "Label", "Motto"), ("a", "en-US", "A", "Go")]
    _, labels, said = read(("Boards", wide), ("Words", texts))
    assert [line[:3] for line in labels] == [(2, "a", "ja"), (2, "a", "en-US")]
    assert said == []


def test_the_rules_between_rows_use_the_words_of_the_kind() -> None:
    """Messages say board, label and weight where the declaration does, and never achievement."""
    boards = [HEADERS, ("a", 30, "No"), ("a", 10, "No"), ("b", 30, "No"), ("B", 30, "No"), ("b", 30, "No")]
    texts = [("Board Code", "Tongue", "Label", "Motto"), ("a", "ja", "A", "Go"), ("c", "ja", "A", "Go")]
    _, _, said = read(("Boards", boards), ("Words", texts))
    messages = {code: message for _, code, message in said}
    assert messages["contradicting-rows"].startswith("The rows 2-3 all have this Board Code, but differ in Weight.")
    assert "both share one board" in messages["duplicate-row"]
    assert messages["too-many-achievements"] == "The file holds 3 boards; an app can have 2. Remove some."
    assert messages["points-total"].startswith("The weights add up to 90; an app can give 50")
    assert messages["localization-without-achievement"].startswith("No board in this file has the id c.")
    assert messages["achievement-without-localization"].startswith("This board has no label.")
    assert messages["id-differs-by-case"].startswith("B and b (row 4)")
    assert not any("achievement" in message for message in messages.values())


def test_a_table_without_records_is_a_frame_of_its_columns() -> None:
    """Headers alone give empty frames of the declared types."""
    empty = frame_of_records(BOARDS, ())
    assert [*empty.columns] == [*BOARDS.order]
    assert [str(dtype) for dtype in empty.dtypes[1:3]] == ["Int64", "boolean"]
    assert isinstance(empty.index, pd.Index)
