"""A column of texts that may stay empty: it joins the text of its language, in whatever form the file has it."""

from __future__ import annotations

import dataclasses

import pytest
from books import make_book, make_sheet
from trophies import KIND, TEXTS, THINGS, register

from gcbulk.kinds import CONTENT
from gcbulk.records import Json, RawSheet
from gcbulk.sheets import Checked, check
from gcbulk.tables import types
from gcbulk.tables.choices import Choices
from gcbulk.tables.spec import Column
from gcbulk.tables.vocabulary import words

_MOTTO = Column("motto", "Motto", words("motto"), types.DESCRIPTION, localized=True, required=False)
_TEXTS = dataclasses.replace(
    TEXTS,
    columns=(*TEXTS.columns, _MOTTO),
    order=("vendor_identifier", "locale", "name", "motto", "sheet"),
)
_FAMILY = dataclasses.replace(KIND.family, tables=(dataclasses.replace(THINGS, embeds=_TEXTS), _TEXTS))


@pytest.fixture(autouse=True)
def trophies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the kind of the tests, with a motto beside the engraving."""
    register(monkeypatch)
    monkeypatch.setitem(CONTENT, KIND.name, dataclasses.replace(KIND, family=_FAMILY))


def texts(checked: Checked) -> list[tuple[Json, ...]]:
    """Locale, engraving and motto of every text."""
    frame = checked.frames["trophy_localizations"]
    return list(frame[["locale", "name", "motto"]].itertuples(index=False, name=None))


OWN = (
    make_sheet([("Trophy ID", "Reference Name", "Metal", "Shine"), ("cup", "Cup", "Tin", 5)], "Trophies"),
    make_sheet(
        [("Trophy ID", "Locale", "Engraving", "Motto"), ("cup", "en-US", "Cup", "Be."), ("cup", "ja", "杯", None)],
        "Trophy Localizations",
    ),
)
LONG = (
    make_sheet(
        [
            ("Trophy ID", "Reference Name", "Metal", "Shine", "Locale", "Engraving", "Motto"),
            ("cup", "Cup", "Tin", 5, "en-US", "Cup", "Be."),
            (None, None, None, None, "ja", "杯", None),
        ],
        "Trophies",
    ),
)
WIDE = (
    make_sheet(
        [
            ("Trophy ID", "Reference Name", "Metal", "Shine", "Engraving (en-US)", "Motto (en-US)", "Engraving (ja)"),
            ("cup", "Cup", "Tin", 5, "Cup", "Be.", "杯"),
        ],
        "Trophies",
    ),
)


@pytest.mark.parametrize("sheets", [OWN, LONG, WIDE], ids=["own sheet", "long", "wide"])
def test_it_is_read_in_every_form(sheets: tuple[RawSheet, ...]) -> None:
    """A filled cell is part of its language's text, and a blank one or a missing column is no issue."""
    checked = check(make_book(*sheets))
    assert checked.issues.empty
    assert texts(checked) == [("en-US", "Cup", "Be."), ("ja", "杯", "")]


THING = ("Trophy ID", "Reference Name", "Metal", "Shine")
CUP, BOWL = ("cup", "Cup", "Tin", 5), ("bowl", "Bowl", "Tin", 5)


def said(checked: Checked) -> list[tuple[Json, ...]]:
    """Row, column and code of every issue."""
    lines = checked.issues[["row", "column", "code"]].astype(object)
    return list(lines.where(lines.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("headers", "rows", "issues"),
    [
        (("Engraving (ja)", "Motto (en-US)"), [(*CUP, "杯", "Be.")], [(1, "Motto (en-US)", "column-missing")]),
        (("Engraving (ja)", "Motto (ja)"), [(*CUP, None, "Be.")], [(2, "Engraving (ja)", "cell-empty")]),
        (
            ("Engraving (ja)", "Motto (ja)"),
            [(*CUP, "杯", "Be."), (*BOWL, None, "Be.")],
            [(3, "Engraving (ja)", "cell-empty")],
        ),
        (
            ("Locale", "Engraving", "Motto"),
            [(*CUP, "ja", "杯", "Be."), (*BOWL, None, None, "Be.")],
            [(3, "Locale", "cell-empty"), (3, "Engraving", "cell-empty")],
        ),
        (("Engraving", "Motto"), [(*CUP, "杯", "Be.")], [(None, None, "column-missing")]),
    ],
    ids=["no column", "empty column", "wide", "long", "no language"],
)
def test_it_is_never_left_out_for_want_of_the_rest(
    headers: tuple[str, ...], rows: list[tuple[Json, ...]], issues: list[tuple[Json, ...]]
) -> None:
    """A motto without an engraving or a language is an error at what is missing, and not passed over."""
    assert said(check(make_book(make_sheet([(*THING, *headers), *rows], "Trophies")))) == issues


@pytest.mark.parametrize("headers", [("Engraving",), ("Engraving", "Motto")])
def test_the_user_may_say_the_language(headers: tuple[str, ...]) -> None:
    """Texts beside the things are in the language of --locale, also where they have one column."""
    sheet = make_sheet([(*THING, *headers), (*CUP, *("Cup", "Be.")[: len(headers)])], "Trophies")
    checked = check(make_book(sheet), Choices(locale="en-US"))
    assert checked.issues.empty
    assert [locale for locale, *_ in texts(checked)] == ["en-US"]


def test_texts_that_differ_in_it_alone_are_not_the_same() -> None:
    """Two rows of one language with other mottos contradict each other, as two with other engravings do."""
    cups = make_sheet([("Trophy ID", "Reference Name", "Metal", "Shine"), ("cup", "Cup", "Tin", 5)], "Trophies")
    rows = [("Trophy ID", "Locale", "Engraving", "Motto"), ("cup", "ja", "杯", "A"), ("cup", "ja", "杯", "B")]
    checked = check(make_book(cups, make_sheet(rows, "Trophy Localizations")))
    assert list(checked.issues["code"]) == ["duplicate-locale"] * 2
