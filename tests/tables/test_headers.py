from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.kinds.achievements import COLUMNS, FAMILY
from gcbulk.tables.header_languages import named_language
from gcbulk.tables.headers import HeaderWords, Heading, column_letter, normalise, read_headings, tidy
from gcbulk.tables.locales import ACCEPTED

NOISE = ["", " ", "\u00a0", "\u200b", "\n", "_", "?", "*", "-", "\ufeff", "  "]


def headings_of(values: Sequence[object], chosen: Mapping[str, str]) -> tuple[Heading, ...]:
    """What cells mean as headers of achievements and localizations."""
    return read_headings(values, chosen, HeaderWords(FAMILY.columns))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("Reference Name", "reference_name"),
        ("referenceName", "reference_name"),
        ("Achievement ID", "vendor_identifier"),
        ("vendorIdentifier", "vendor_identifier"),
        ("vendor_identifier", "vendor_identifier"),
        ("Point Value", "points"),
        ("Points*", "points"),
        ("POINTS (0-100)", "points"),
        ("Hidden?", "hidden"),
        ("showBeforeEarned", "show_before_earned"),
        ("Achievable\nMore Than\u00a0Once?", "repeatable"),
        ("\u200brepeatable\ufeff", "repeatable"),
        ("Display Name", "name"),
        ("Title (max. 50)", "name"),
        ("Pre-earned Description", "before_earned_description"),
        ("beforeEarnedDescription", "before_earned_description"),
        ("Earned Description", "after_earned_description"),
        ("Language", "locale"),
        ("Pts", None),
        ("Description", None),
    ],
)
def test_headers_are_understood(text: str, column: str | None) -> None:
    """App Store Connect's words, the API's names and snake_case all mean their column; anything else means none."""
    assert headings_of([text], {})[0].column == column


@settings(deadline=None)
@given(st.sampled_from(sorted(COLUMNS)), st.data())
def test_what_people_write_differently_does_not_matter(name: str, data: st.DataObject) -> None:
    """Case, stray spaces, no-break and zero-width characters, line breaks and marks change no header's meaning."""
    title = COLUMNS[name].title
    case = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    noisy = "".join(data.draw(st.sampled_from(NOISE[:4])) + one for one in case(title)) + "?"
    assert normalise(noisy) == normalise(title)
    assert headings_of([noisy], {})[0].column == name


@pytest.mark.parametrize(
    ("text", "column", "locale"),
    [
        ("Title (es-ES)", "name", "es-ES"),
        ("Earned (es-ES)", "after_earned_description", "es-ES"),
        ("Pre-earned Description [fr-FR]", "before_earned_description", "fr-FR"),
        ("Display Name - ja", "name", "ja"),
        ("Pre-earned – zh-Hans", "before_earned_description", "zh-Hans"),
        ("Name: pt_BR", "name", "pt_BR"),
        ("Title-de-DE?", "name", "de-DE"),
        ("Title (max)", "name", None),
        ("Title (EN)", "name", "EN"),
        ("Title_fr-FR", "name", "fr-FR"),
        ("fr-FR Title", "name", "fr-FR"),
        ("fr-FR: Title", "name", "fr-FR"),
        ("[fr-FR] Title", "name", "fr-FR"),
        ("fr_FR_title", "name", "fr_FR"),
        ("title_en", "name", "en"),
        ("titleEn", "name", "En"),
        ("nameFrFR", "name", "Fr-FR"),
        ("TITLE_DE", "name", "DE"),
        ("Display Name/ja", "name", "ja"),
        ("ja.name", "name", "ja"),
        ("beforeEarnedDescription_zh_Hant", "before_earned_description", "zh_Hant"),
        ("Title (max. 50) de-DE", "name", "de-DE"),
        ("Title (en-UK)", "name", "en-UK"),
        ("title_xx-YY", "name", "xx-YY"),
        ("Title (German)", "name", "German"),
        ("German Title", "name", "German"),
        ("Title - English (U.S.)", "name", "English (U.S.)"),
        ("Chinese (Simplified) Title", "name", "Chinese (Simplified)"),
        ("Title (日本語)", "name", "日本語"),
        ("image_de", "image", "de"),
        ("Name ID", None, None),
        ("image_no", None, None),
        ("earned_at", None, None),
        ("Titel (Deutsch)", None, None),
        ("Points (de-DE)", "points", None),
        ("Notes (de-DE)", None, None),
        ("Notes - ja", None, None),
    ],
)
def test_languages_in_headers(text: str, column: str | None, locale: str | None) -> None:
    """A localized header may name its language on either side; the language is kept as it stands."""
    heading = headings_of([text], {})[0]
    assert (heading.column, heading.locale) == (column, locale)


def test_what_the_user_settled_goes_before_everything() -> None:
    """A column that the user named has that header and no other; the exact writing wins over a similar one."""
    texts = ["Points", "Pts", "pts", "Points (old)"]
    headings = headings_of(texts, {"points": "Pts"})
    assert [heading.column for heading in headings] == [None, "points", None, None]
    headings = headings_of(texts, {"points": "PTS"})
    assert [heading.column for heading in headings] == [None, "points", "points", None]
    signs = headings_of(["#", "*", "Points"], {"points": "#"})
    assert [heading.column for heading in signs] == ["points", None, None]
    assert headings_of(["#", "Points"], {"points": " "})[1].column == "points"


@given(
    st.sampled_from(sorted(alias for column in COLUMNS.values() if column.localized for alias in column.aliases)),
    st.sampled_from(sorted(ACCEPTED - {"id", "no"})),
    st.sampled_from(["{0}_{1}", "{1} {0}", "{1}: {0}", "{0} [{1}]", "{0} - {1}", "{1}/{0}", "{0} {1} (max. 50)"]),
)
def test_a_language_in_a_header_is_never_dropped(head: str, code: str, form: str) -> None:
    """Every alias of a column with languages takes every locale, in each of the ways that people write it."""
    heading = headings_of([form.format(head, code)], {})[0]
    assert heading.column is not None
    assert heading.locale == code


def test_what_two_columns_bear_out_is_a_language() -> None:
    """A code that is an abbreviation too counts where two of the texts have it."""
    assert [one.locale for one in headings_of(["title_id", "earned_id", "image_id"], {})] == ["id", "id", "id"]
    assert [one.column for one in headings_of(["title_id", "Points"], {})] == [None, "points"]


def test_beside_locales_the_name_of_a_language_is_a_remark() -> None:
    """Where a column says the language of each row, a language's name in a header is a remark like any other."""
    headings = headings_of(["Locale", "Title (English)", "Earned (ja)"], {})
    assert [(one.column, one.locale) for one in headings] == [
        ("locale", None), ("name", None), ("after_earned_description", "ja"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "locale"),
    [("Titel (Deutsch)", "de-DE"), ("Beschreibung_fr-FR", "fr-FR"), ("German Notes", "de-DE"), ("Notes", None)],
)
def test_a_language_in_any_header_is_told(text: str, locale: str | None) -> None:
    """A header that is not understood still tells for which language it is."""
    assert named_language(text) == locale


def test_one_header_may_serve_several_columns() -> None:
    """A header that the user named for a column means what it means by itself as well, where no other header does."""
    headings = headings_of(["Title", "Text"], {"reference_name": "Title"})
    assert [(one.position, one.column) for one in headings] == [(0, "reference_name"), (0, "name"), (1, None)]
    headings = headings_of(["Title", "Name"], {"reference_name": "Title"})
    assert [(one.position, one.column) for one in headings] == [(0, "reference_name"), (1, "name")]
    both = {"before_earned_description": "Text", "after_earned_description": "Text"}
    assert [one.column for one in headings_of(["Text"], both)] == list(both)


def test_cells_that_are_no_text_are_no_headers() -> None:
    """Numbers, blanks and white space in a header row give no heading, and places are kept."""
    headings = headings_of([None, 3, " ", "Points"], {})
    assert [(heading.position, heading.text) for heading in headings] == [(3, "Points")]


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_column_letters(number: int, letters: str) -> None:
    """Columns are called as a spreadsheet calls them."""
    assert column_letter(number) == letters


def test_tidy_headers_stand_on_one_line() -> None:
    """A header is shown on one line, without characters of no width."""
    assert tidy(" Achievable\nMore\u00a0\u200bThan  Once\ufeff") == "Achievable More Than Once"
    assert tidy("a\ud800") == "a?"
