from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.records import Book, RawSheet
from gcbulk.sheets import Checked, check
from gcbulk.tables.choices import Choices
from gcbulk.tables.locales import ACCEPTED

HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
ROW = ("First Win", "first_win", 10, "No", "No")
LOCALIZATIONS = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
Beside = Callable[[Sequence[str], Sequence[str]], Checked]


@pytest.fixture(scope="session")
def beside(sheet: Callable[..., RawSheet], book: Callable[..., Book]) -> Beside:
    """Checks one achievement with further columns and what they hold."""

    def run(headers: Sequence[str], texts: Sequence[str]) -> Checked:
        return check(book(sheet([(*HEADERS, *headers), (*ROW, *texts)])))

    return run


@pytest.mark.parametrize(
    "headers",
    [["fr-FR"], ["de_DE"], ["German"], ["en", "fr"], ["Titre (fr-FR)"], ["Texte avant fr-FR"], ["en-US", "fr"]],
    ids=str,
)
def test_a_language_whose_texts_would_be_lost_is_asked_about(beside: Beside, headers: list[str]) -> None:
    """Columns of texts in a language are read or asked about, never left out with a warning; each is named."""
    result = beside(headers, ["Bravo, c'est fait."] * len(headers))
    (error,) = result.file_errors
    assert error.code == "language-column-unclear"
    assert all(f'"{header}"' in error.message for header in headers)
    assert "Display Name (" in error.message
    assert "column-unknown" not in set(result.issues["code"])


@given(locale=st.sampled_from(sorted(ACCEPTED)), word=st.sampled_from(["Titre", "Texte", "Avant", "Nach"]))
def test_no_language_in_a_header_is_left_out_unasked(beside: Beside, locale: str, word: str) -> None:
    """Whatever stands before it, a locale in brackets says that texts for players are below."""
    result = beside([f"{word} ({locale})"], ["Bravo, c'est fait."])
    assert [error.code for error in result.file_errors] == ["language-column-unclear"]


@pytest.mark.parametrize("header", ["Titre (fr-FR)", "fr-FR", "Titre fr_FR"])
def test_beside_texts_in_one_language_another_is_asked_about(
    sheet: Callable[..., RawSheet], book: Callable[..., Book], header: str
) -> None:
    """That the user said which language the texts are in says nothing of those in another one."""
    texts = ("First", "Win once.", "You won.")
    rows = [(*HEADERS, *LOCALIZATIONS[2:], header), (*ROW, *texts, "Bravo, c'est fait.")]
    result = check(book(sheet(rows)), Choices(locale="en-US"))
    assert [error.code for error in result.file_errors] == ["language-column-unclear"]
    assert check(book(sheet([(*rows[0][:-1], "Titel (en-US)"), rows[1]])), Choices(locale="en-US")).ok


@pytest.mark.parametrize(
    ("headers", "texts"),
    [
        (["fr"], ["Bravo"]),
        (["fr-FR", "de-DE"], ["x", "Yes"]),
        (["ms", "no"], ["250", "3"]),
        (["Owner", "Notes"], ["Anna", "see wiki"]),
        (["Locale", "Title", "fr-FR"], ["en-US", "First", "see wiki"]),
        (
            ["Title (fr-FR)", "Pre-earned Description (fr-FR)", "Earned Description (fr-FR)", "Notes (fr-FR)"],
            ["Premier", "Avant", "Fait", "Fait par Anna"],
        ),
    ],
    ids=lambda value: str(value[0]),
)
def test_remarks_and_ticks_are_not_asked_about(beside: Beside, headers: list[str], texts: list[str]) -> None:
    """A short code alone, ticks, and columns beside the same language's texts stay a warning, as other remarks do."""
    result = beside(headers, texts)
    assert "language-column-unclear" not in set(result.issues["code"])


def test_beside_a_sheet_of_localizations_languages_are_remarks(
    sheet: Callable[..., RawSheet], book: Callable[..., Book]
) -> None:
    """Where another sheet has the texts, what stands beside the achievements is none for players."""
    texts = [LOCALIZATIONS, ("first_win", "en-US", "First", "Win once.", "You won.")]
    achievements = sheet([(*HEADERS, "Translator (fr-FR)"), (*ROW, "Anna")])
    result = check(book(achievements, sheet(texts, "Localizations")))
    assert result.ok
    assert "column-unknown" in set(result.issues["code"])
