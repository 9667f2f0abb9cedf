"""The page that shows achievements as players see them: whole, self-contained, and harmless whatever the cells hold."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser

import pytest
from books import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS, make_book, make_sheet
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcbulk import sheets
from gcbulk.records import Json
from gcbulk.reporting.preview import preview_page
from gcbulk.reporting.readiness import readiness
from gcbulk.sheets.pictures import Thumbnail

VOID = {"meta", "input", "img", "path", "circle", "rect", "use"}
SCRIPT = "let a = 1;"


class Page(HTMLParser):
    """The elements of a page, and the text of each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["script"]):
            self.texts.append(data)

    def having(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Give the attributes of the elements that have these."""
        named = {name.rstrip("_"): value for name, value in attributes.items()}
        return [found for name, found in self.elements if name == tag and named.items() <= found.items()]


def made(things: list[list[Json]], texts: list[list[Json]], *, source: str = "game.xlsx") -> str:
    """Make the page of a workbook."""
    book = make_book(
        make_sheet([ACHIEVEMENT_HEADERS, *things]), make_sheet([LOCALIZATION_HEADERS, *texts], "Localizations")
    )
    return preview_page(
        readiness(sheets.check(book)),
        {},
        source=source,
        at=datetime(2026, 11, 30, 14, 6, tzinfo=UTC),
        style=".a{}",
        symbols="<svg></svg>",
        script=SCRIPT,
    )


def cards(count: int = 1) -> list[list[Json]]:
    """Give rows of achievements."""
    return [[f"Name {n}", f"com.x.a{n}", 5, "yes" if n else "no", "no"] for n in range(count)]


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
ATTACK = "\"><script>alert(1)</script><img src=x onerror='a()'> &lt; \u202e </style>"


@cache
def usual_tags() -> frozenset[str]:
    """Give the elements of a page whose cells are harmless."""
    plain = Page(made([["A", "com.x.a", 5, "no", "no"]], [["com.x.a", "en-US", "T", "b", "e"]]))
    return frozenset(tag for tag, _ in plain.elements) | {"ul", "li", "section"}


@settings(max_examples=examples(60))
@given(TEXT, TEXT, TEXT, TEXT)
@example(ATTACK, ATTACK, ATTACK, ATTACK)
def test_nothing_in_a_cell_acts(reference_name: str, title: str, before: str, source: str) -> None:
    """Whatever cells and file name hold, the page has the elements that it has for harmless ones, and no others."""
    page = Page(
        made([[reference_name, "com.x.a", 5, "no", "no"]], [["com.x.a", "en-US", title, before, "e"]], source=source)
    )
    assert page.open == []
    assert {tag for tag, _ in page.elements} <= usual_tags()
    assert not [name for _, found in page.elements for name in found if name.startswith("on")]
    assert not [found for _, found in page.elements if not str(found.get("href", "#")).startswith("#")]
    assert not any(char in text for text in page.texts for char in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def test_only_its_own_script_may_run() -> None:
    """The policy allows the one script by its digest, pictures in the page, and nothing else."""
    page = made(cards(), [])
    (policy,) = [found["content"] for found in Page(page).having("meta", **{"http-equiv": "Content-Security-Policy"})]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:")
    assert page.count("<script") == 1
    assert f"<script>{SCRIPT}</script>" in page


def test_each_language_has_its_text_or_says_that_there_is_none() -> None:
    """Every card has a text element for every language, marked with its language and direction."""
    page = Page(made(cards(2), [["com.x.a0", "ar-SA", "T", "b", "e"], ["com.x.a1", "de-DE", "U", "b", "e"]]))
    assert len(page.having("article")) == 2
    assert len(page.having("div", class_="text", lang="ar-SA", dir="rtl")) == 1
    assert len(page.having("div", class_="text", lang="de-DE")) == 1
    assert len(page.having("div", class_="text gap")) == 2
    assert {"Arabic", "German"} <= set(page.texts)


def test_a_problem_is_on_its_card() -> None:
    """The message, the cell and the code are on the card, in the language that they are about."""
    page = Page(made(cards(), [["com.x.a0", "en-US", "n" * 51, "b", "e"]]))
    assert page.having("ul", class_="problems", **{"data-in": "en-US"})
    assert "name-too-long" in page.texts
    assert "Localizations, row 2, Display Name" in page.texts
    assert [found["data-problems"] for found in page.having("article")] == ["en-US"]


@pytest.mark.parametrize(("points", "shown"), [(1, ["1", " point"]), (5, ["5", " points"]), ("many", ["? points"])])
def test_points(points: Json, shown: list[str]) -> None:
    """The points stand on the card, and a question mark where they cannot be understood."""
    page = Page(made([["A", "com.x.a", points, "no", "no"]], []))
    assert [text for text in page.texts if text in shown][-len(shown) :] == shown


def test_a_hidden_achievement_is_marked() -> None:
    """What players do not see before they earn it says so while it is locked."""
    page = Page(made(cards(2), []))
    assert [("secret" in str(found["class"])) for found in page.having("article")] == [False, True]


def test_a_picture_that_is_the_same_everywhere_stands_in_the_page_once() -> None:
    """Twelve languages do not carry the same picture twelve times."""
    book = make_book(
        make_sheet([[*ACHIEVEMENT_HEADERS, "Image"], [*cards()[0], "a.png"]]),
        make_sheet(
            [LOCALIZATION_HEADERS, *([f"com.x.a{0}", locale, "T", "b", "e"] for locale in ("en-US", "ja", "ko"))],
            "Localizations",
        ),
    )
    checked = sheets.check(book)
    checked.images["digest"] = "d"
    page = preview_page(
        readiness(checked),
        {"d": Thumbnail("data:image/webp;base64,AAAA", (1, 2, 3))},
        source="a",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        style="",
        symbols="",
        script="",
    )
    assert page.count("data:image/webp") == 1
    assert "--tint:1,2,3" in page
