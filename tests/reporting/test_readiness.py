"""What each achievement has and lacks, by language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from books import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS, make_book, make_sheet

from gcbulk import sheets
from gcbulk.records import Json
from gcbulk.reporting.readiness import Item, Readiness, Standing, readiness
from gcbulk.sheets.pictures import Facts, Unseen, paths_to_look_at, with_facts

READY, DOUBTFUL, WRONG, MISSING = Standing
ROW = ["Ten", "com.x.ten", 10, "no", "no"]


def found(things: list[list[Json]], texts: list[list[Json]], facts: dict[str, Facts] | None = None) -> Readiness:
    """Check achievements and localizations, each with an image at the end of its row, and look at the pictures."""
    book = make_book(
        make_sheet([[*ACHIEVEMENT_HEADERS, "Image"], *things]),
        make_sheet([[*LOCALIZATION_HEADERS, "Image"], *texts], "Localizations"),
    )
    checked = sheets.check(book)
    good = Facts(format="PNG", width_px=1024, height_px=1024, file_name="a.png", size_bytes=9, digest="d")
    known = {path: replace(good, digest=path) for path in paths_to_look_at(checked)} | (facts or {})
    return readiness(with_facts(checked, known))


def only(read: Readiness) -> Item:
    """Give the one achievement."""
    (item,) = read.items
    return item


def text(locale: str, name: str = "Ten", image: Json = None) -> list[Json]:
    """Give a row of the localizations."""
    return ["com.x.ten", locale, name, "Do it.", "Done.", image]


def test_a_language_without_a_text_is_missing_and_keeps_nothing_from_review() -> None:
    """The languages are those of the file; a missing translation is no problem, and one language is enough."""
    read = found([[*ROW, "a.png"], ["B", "com.x.b", 5, "no", "no", None]], [text("en-US"), text("de-DE")])
    first, second = read.items
    assert read.languages == ("en-US", "de-DE")
    assert (first.text_standings, first.picture_standings) == ({"en-US": READY, "de-DE": READY},) * 2
    assert (second.text_standings, second.picture_standings) == ({"en-US": MISSING, "de-DE": MISSING},) * 2
    assert (first.is_ready, second.is_ready) == (True, False)


def test_a_problem_is_at_the_text_that_has_it() -> None:
    """An error of one language leaves the row and the other languages as they are."""
    item = only(found([[*ROW, None]], [text("en-US"), text("de-DE", "n" * 51), text("ja", "n" * 31)]))
    assert (item.row, item.text_standings) == (READY, {"en-US": READY, "de-DE": WRONG, "ja": DOUBTFUL})
    assert [issue.code for issue in item.issues_in["de-DE"]] == ["name-too-long"]


def test_a_problem_of_the_row_is_at_the_row() -> None:
    """Points that are none make the row wrong and no text."""
    item = only(found([["Ten", "com.x.ten", "many", "no", "no", None]], [text("en-US")]))
    assert (item.row, item.points, item.text_standings) == (WRONG, None, {"en-US": READY})


@pytest.mark.parametrize(
    ("all_languages", "in_german", "standings", "shown"),
    [
        ("a.png", None, {"en-US": READY, "de-DE": READY}, {"en-US": "a.png", "de-DE": "a.png"}),
        ("a.png", "b.png", {"en-US": READY, "de-DE": READY}, {"en-US": "a.png", "de-DE": "b.png"}),
        (None, "b.png", {"en-US": MISSING, "de-DE": READY}, {"de-DE": "b.png"}),
        ("a.png", "gone.png", {"en-US": READY, "de-DE": WRONG}, {"en-US": "a.png"}),
        ("alpha.png", None, {"en-US": DOUBTFUL, "de-DE": DOUBTFUL}, {"en-US": "alpha.png", "de-DE": "alpha.png"}),
        ("small.png", None, {"en-US": WRONG, "de-DE": WRONG}, {"en-US": "small.png", "de-DE": "small.png"}),
    ],
)
def test_a_picture_for_a_language_goes_before_one_for_all(
    all_languages: Json, in_german: Json, standings: dict[str, Standing], shown: dict[str, str]
) -> None:
    """Each language shows its own picture or the one for all; an unfit one is wrong there alone."""
    facts = {
        "gone.png": Facts(Unseen.NOT_FOUND, "is not there."),
        "alpha.png": Facts(
            format="PNG", width_px=512, height_px=512, has_alpha=True, file_name="alpha.png", digest="alpha.png"
        ),
        "small.png": Facts(format="PNG", width_px=8, height_px=8, file_name="small.png", digest="small.png"),
    }
    item = only(found([[*ROW, all_languages]], [text("en-US"), text("de-DE", image=in_german)], facts))
    assert (item.picture_standings, item.pictures) == (standings, shown)
    assert item.row is READY


def test_what_is_about_no_achievement_is_kept() -> None:
    """Every problem of the check is somewhere: on a card or among the others."""
    read = found([[*ROW, None]], [text("en-US"), ["com.x.nobody", "de-DE", "N", "b", "e", None], text("it-IT")])
    assert {issue.code for issue in read.issues} == {"localization-without-achievement"}
    assert [issue.code for issue in only(read).issues_in["it-IT"]] == ["locale-unknown"]
    assert "it-IT" not in read.languages


def test_rows_without_an_id_are_told_apart() -> None:
    """Two rows whose id is empty are two achievements, not one."""
    read = found([["A", None, 5, "no", "no", None], ["B", None, 6, "no", "no", None]], [])
    assert [item.title for item in read.items] == ["A", "B"]


def test_two_rows_of_one_id_are_one_achievement() -> None:
    """A repeated id is one card, which holds the problem once for each row."""
    item = only(found([[*ROW, None], [*ROW, None]], [text("en-US")]))
    assert {issue.code for issue in item.issues} >= {"duplicate-row"}
