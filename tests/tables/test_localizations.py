from __future__ import annotations

from collections.abc import Callable

import pytest

from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets import Checked, check

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LONG = (*HEADERS, "Locale", "Title", "Pre-earned", "Earned")
WIDE = (
    *HEADERS,
    "Title (es-ES)",
    "Pre-earned (es-ES)",
    "Earned (es-ES)",
    "Title - ja",
    "Pre-earned - ja",
    "Earned - ja",
)
OWN = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
ROW = ("First Win", "first_win", 10, "No", "No")
NEXT = ("Gem", "gem", 20, "Yes", "No")
BLANK = (None,) * 5
Check = Callable[..., Checked]
Said = Callable[..., list[tuple[Json, ...]]]
MakeSheet = Callable[..., RawSheet]
MakeBook = Callable[..., Book]


def _pairs(result: Checked) -> list[tuple[int, str, str]]:
    """Row, id and locale of every localization."""
    found = result.localizations
    return list(zip(found.index, found["vendor_identifier"], found["locale"], strict=True))


def test_the_long_form(checked: Check, said: Said) -> None:
    """Repeated achievement rows become one achievement and a localization each; blank cells inherit from the first."""
    rows = [
        (*ROW, "en-US", "a", "b", "c"),
        (*ROW, "ja", "d", "e", "f"),
        (*BLANK, "de-DE", "g", "h", "i"),
        (None, "first_win", None, None, None, "ko", "j", "k", "l"),
        (*NEXT, "en-US", "m", "n", "o"),
        (None, "first_win", None, None, None, "it", "p", "q", "r"),
    ]
    result = checked(rows, headers=LONG)
    assert said(result) == []
    assert result.achievements.index.tolist() == [2, 6]
    assert _pairs(result) == [
        (2, "first_win", "en-US"),
        (3, "first_win", "ja"),
        (4, "first_win", "de-DE"),
        (5, "first_win", "ko"),
        (6, "gem", "en-US"),
        (7, "first_win", "it"),
    ]


def test_contradictions_in_the_long_form(checked: Check, said: Said) -> None:
    """A continued row that says something else about the achievement is an error on both, and on all they hold."""
    rows = [(*ROW, "en-US", "a", "b", "c"), (None, "first_win", 20, None, None, "ja", "d", "e", "f")]
    result = checked(rows, headers=LONG)
    assert said(result) == [(2, "Achievement ID", "contradicting-rows"), (3, "Achievement ID", "contradicting-rows")]
    assert {(kind, row) for kind, _, row, _ in result.errors_of()} == {
        ("achievement", 2),
        ("localization", 2),
        ("localization", 3),
    }


def test_a_faulty_cell_of_a_continued_row_belongs_to_its_localization(checked: Check) -> None:
    """A continued row has no achievement of its own, so what is wrong in it keeps its localization back."""
    rows = [(*ROW, "en-US", "a", "b", "c"), (None, "first_win", "x", None, None, "ja", "d", "e", "f")]
    assert list(checked(rows, headers=LONG).errors_of()) == [("localization", "Achievements", 3, "ja")]


def test_a_row_without_id_but_with_a_name_is_no_continuation(checked: Check, said: Said) -> None:
    """A new Reference Name without id is an error, and what continues it is not given to the achievement before."""
    rows = [
        (*ROW, "en-US", "a", "b", "c"),
        ("Gem", None, 20, "Yes", "No", "en-US", "d", "e", "f"),
        (*BLANK, "ja", "g", "h", "i"),
    ]
    result = checked(rows, headers=LONG)
    assert said(result) == [
        (3, "Achievement ID", "cell-empty"),
        (4, "Achievement ID", "localization-without-achievement"),
    ]
    assert _pairs(result) == [(2, "first_win", "en-US"), (3, "", "en-US"), (4, "", "ja")]


def test_a_first_row_without_id_continues_nothing(checked: Check, said: Said) -> None:
    """A localization above all achievements has no achievement."""
    result = checked([(*BLANK, "ja", "g", "h", "i"), (*ROW, "en-US", "a", "b", "c")], headers=LONG)
    assert (2, "Achievement ID", "cell-empty") in said(result)


def test_rows_of_the_long_form_without_a_language(checked: Check, said: Said) -> None:
    """A row without locale and texts is an achievement without localization; the same again is a doubled row."""
    rows = [(*ROW, "en-US", "a", "b", "c"), (*NEXT, None, None, None, None), (*NEXT, None, None, None, None)]
    result = checked(rows, headers=LONG)
    assert said(result) == [(4, "Achievement ID", "duplicate-row")]
    assert result.achievements.index.tolist() == [2, 3, 4]
    bare = result.issues.query("code == 'achievement-without-localization'")
    assert bare["row"].tolist() == [3, 4]


def test_the_wide_form(checked: Check, said: Said) -> None:
    """Each language of the headers gives a localization where any of its cells is filled."""
    rows = [(*ROW, "a", "b", "c", "d", "e", "f"), (*NEXT, None, None, None, "g", "h", "i")]
    result = checked(rows, headers=WIDE)
    assert said(result) == []
    assert _pairs(result) == [(2, "first_win", "es-ES"), (2, "first_win", "ja"), (3, "gem", "ja")]
    assert result.tables[0].languages["ja"]["name"] == "Title - ja"
    assert result.header("Achievements", "name", "ja") == "Title - ja"


def test_one_bad_language_spoils_nothing_else(checked: Check, said: Said) -> None:
    """A partly empty language is an error on the empty cell, for that language alone."""
    result = checked([(*ROW, "a", None, "c", "d", "e", "f")], headers=WIDE)
    assert said(result) == [(2, "Pre-earned (es-ES)", "cell-empty")]
    assert list(result.errors_of()) == [("localization", "Achievements", 2, "es-ES")]


def test_a_bad_id_keeps_every_record_of_its_row_back(checked: Check) -> None:
    """The Achievement ID is shared by the achievement and all languages of its row."""
    result = checked([("a", "a-b", 10, "No", "No", "a", "b", "c", "d", "e", "f")], headers=WIDE)
    assert {(kind, locale) for kind, _, _, locale in result.errors_of()} == {
        ("achievement", None),
        ("localization", "es-ES"),
        ("localization", "ja"),
    }


@pytest.mark.parametrize(
    ("locale", "code", "blocked"),
    [("es-es", "locale-unknown", True), ("gu-IN", "locale-untested", False)],
)
def test_the_language_of_a_header_is_judged_once(
    checked: Check, said: Said, locale: str, code: str, blocked: bool
) -> None:
    """A header's language that is none is one error at the header, and one of every localization under it."""
    headers = [text.replace("es-ES", locale) for text in WIDE]
    texts = ("a", "b", "c", "d", "e", "f")
    result = checked([(*ROW, *texts), (*NEXT, *texts)], headers=headers)
    assert said(result) == [(1, f"Title ({locale})", code)]
    keys = [("localization", "Achievements", row, locale) for row in (2, 3)]
    assert list(result.errors_of()) == (keys if blocked else [])
    assert result.file_errors == ()


def test_a_language_that_lacks_a_column(checked: Check, said: Said) -> None:
    """A language of the headers without one of the three texts is one error at the header, for that language alone."""
    headers = [*HEADERS, "Title (es-ES)", "Earned (es-ES)", "Title (ja)", "Pre-earned (ja)", "Earned (ja)"]
    result = checked([(*ROW, "a", "c", "d", "e", "f")], headers=headers)
    assert said(result) == [(1, "Title (es-ES)", "column-missing")]
    assert "no Pre-earned Description in es-ES" in result.issues.query("code == 'column-missing'")["message"].iloc[0]
    assert [locale for *_, locale in result.errors_of()] == ["es-ES"]


def test_two_headers_of_one_language(checked: Check) -> None:
    """Two headers of the same text and language keep the file back and name both."""
    result = checked([(*ROW, "a", "b", "c", "d")], headers=[*HEADERS, "Title (ja)", "Name (ja)", "Earned (ja)"])
    assert '"Title (ja)", "Name (ja)"' in result.file_errors[0].message
    assert "Rename one of them." in result.file_errors[0].message


def test_empty_languages_are_absent(checked: Check, said: Said) -> None:
    """Columns of a language that hold nothing at all are no problem, whatever language they name."""
    headers = [text.replace("es-ES", "xx-XX") for text in WIDE]
    assert said(checked([(*ROW, None, "", " ".strip(), "d", "e", "f")], headers=headers)) == []


def test_texts_without_a_language_are_asked_about(checked: Check, said: Said) -> None:
    """Titles that do not say their language are one error that shows how to say it."""
    headers = [*HEADERS, "Title", "Pre-earned", "Earned"]
    result = checked([(*ROW, "a", "b", "c")], headers=headers)
    assert said(result, errors=True) == [(None, None, "column-missing")]
    assert 'as in "Title (en-US)"' in result.file_errors[0].message


def test_a_column_called_name_alone_is_no_localization(checked: Check, said: Said) -> None:
    """Name beside achievements without any language may be the Reference Name: asked about, with the option."""
    result = checked([ROW], headers=["Name", *HEADERS[1:]])
    assert said(result, errors=True) == [(None, None, "column-missing")]
    assert '--column reference_name="..."' in result.file_errors[0].message


def test_a_language_column_without_texts_is_not_used(checked: Check, said: Said) -> None:
    """A Language column beside achievements without texts makes no long form."""
    assert said(checked([(*ROW, "en-US")], headers=[*HEADERS, "Language"])) == [(None, None, "column-unknown")]


def test_all_forms_together(sheet: MakeSheet, book: MakeBook, said: Said) -> None:
    """The long form, the wide form and a sheet of its own may stand in one file."""
    both = (*LONG, "Title (ja)", "Pre-earned (ja)", "Earned (ja)")
    achievements = sheet([both, (*ROW, "en-US", "a", "b", "c", "d", "e", "f")])
    result = check(book(achievements, sheet([OWN, ("first_win", "it", "g", "h", "i")], "Localizations")))
    assert result.ok
    assert _pairs(result) == [(2, "first_win", "en-US"), (2, "first_win", "ja"), (2, "first_win", "it")]
    assert result.localizations["sheet"].tolist() == ["Achievements", "Achievements", "Localizations"]


def test_the_same_language_twice_with_other_texts(checked: Check, said: Said) -> None:
    """The same achievement and language with other texts is an error on each, wherever they stand."""
    result = checked(
        [(*ROW, "a", "b", "c", None, None, None)],
        [("first_win", "es-ES", "x", "y", "z"), ("first_win", "ja", "x", "y", "z")],
        headers=WIDE,
    )
    assert said(result) == [(2, "Title (es-ES)", "duplicate-locale"), (2, "Locale", "duplicate-locale")]
    assert '"Achievements" row 2 and "Localizations" row 2' in result.issues["message"].iloc[0]
    assert [key[1:] for key in result.errors_of()] == [("Achievements", 2, "es-ES"), ("Localizations", 2, "es-ES")]


def test_the_same_language_twice_with_the_same_texts(checked: Check, said: Said) -> None:
    """Identical localizations are remarked and share one, like any doubled row."""
    language = ("first_win", "ja", "x", "y", "z")
    result = checked([ROW], [language, ("first_win", "it", "x", "y", "z"), language])
    assert said(result) == [(4, "Locale", "duplicate-row")]
    assert result.ok
    assert len(result.localizations) == 3


def test_a_localization_without_achievement(checked: Check, said: Said) -> None:
    """An id that no achievement has is an error that names the id that may be meant."""
    result = checked([ROW], [("FIRST_WIN", "ja", "x", "y", "z"), ("nope", "ja", "x", "y", "z")])
    assert said(result) == [(row, "Achievement ID", "localization-without-achievement") for row in (2, 3)]
    messages = result.issues.query("code == 'localization-without-achievement'")["message"].tolist()
    assert "Is first_win meant?" in messages[0]
    assert "meant" not in messages[1]


def test_localizations_alone(sheet: MakeSheet, book: MakeBook) -> None:
    """A file of localizations alone is read, and each is without achievement in this file."""
    result = check(book(sheet([OWN, ("a", "ja", "x", "y", "z")], "Sheet1")))
    assert result.issues["code"].tolist() == ["localization-without-achievement"]
    assert result.achievements.empty
    assert result.achievements.index.name == "row"


def test_achievements_without_localization(checked: Check) -> None:
    """Each achievement without a language is remarked; where there is none at all, one remark is enough."""
    some = checked([ROW, NEXT], [("gem", "ja", "x", "y", "z")]).issues
    assert some[["row", "code"]].to_numpy().tolist() == [[2, "achievement-without-localization"]]
    none = checked([ROW, NEXT]).issues
    assert none["code"].tolist() == ["achievement-without-localization"]
    assert none["row"].isna().all()
