"""Pictures named in sheets: which is for what, and what is said about unfit ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd
import pytest

from gcbulk.records import IMAGE_COLUMNS, Json
from gcbulk.sheets import Checked, check
from gcbulk.sheets.pictures import Facts, Unseen, image_errors, paths_to_look_at, with_facts

GOOD = Facts(format="PNG", width_px=1024, height_px=1024, file_name="a.png", size_bytes=5, digest="d")
ACHIEVEMENTS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once", "Image")
LOCALIZATIONS = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description", "Image")


@pytest.fixture
def pictured(sheet: Callable[..., Json], book: Callable[..., Json]) -> Callable[..., Checked]:
    """Checks achievements whose last cell names a picture, and localizations likewise."""

    def run(images: Sequence[Json], texts: Sequence[Json] = (None,)) -> Checked:
        rows = [("A", f"a{n}", 5, "No", "No", image) for n, image in enumerate(images)]
        languages = [("a0", at, "N", "B", "A", image) for at, image in zip(("en-US", "ja"), texts, strict=False)]
        sheets = [sheet([ACHIEVEMENTS, *rows]), sheet([LOCALIZATIONS, *languages], "Localizations")]
        return check(book(*sheets))

    return run


def named(checked: Checked) -> list[tuple[Json, ...]]:
    """The lines of the images frame."""
    lines = checked.images
    return list(zip(lines.index, lines["vendor_identifier"], lines["locale"], lines["path"], strict=True))


def said(checked: Checked) -> list[tuple[Json, ...]]:
    """What is said about pictures: row, code, severity."""
    issues = checked.issues[checked.issues["kind"] == "image"]
    return list(zip(issues["row"], issues["code"], issues["severity"], strict=True))


def test_a_picture_is_for_all_languages_or_for_one(pictured: Callable[..., Checked]) -> None:
    """On Achievements it is for every language, on Localizations for that of its row; both are kept."""
    checked = pictured(["art/a.png"], [None, "art/ja.png"])
    assert named(checked) == [(2, "a0", "", "art/a.png"), (3, "a0", "ja", "art/ja.png")]
    assert tuple(checked.images.columns) == IMAGE_COLUMNS
    assert said(checked) == []
    assert checked.ok


def test_a_file_without_pictures_has_none(pictured: Callable[..., Checked]) -> None:
    """The frame is there, with its columns, when no cell names a picture."""
    checked = pictured([None])
    assert checked.images.empty
    assert tuple(checked.images.columns) == IMAGE_COLUMNS
    assert with_facts(checked, {}).images.empty


def test_the_long_form_has_a_picture_for_all_and_one_for_each(sheet: Callable[..., Json], book: Json) -> None:
    """An achievement's first row names the picture for all languages, a row that continues it one for its own."""
    head = (*ACHIEVEMENTS[:-1], *LOCALIZATIONS[1:])
    rows = [
        ("A", "a", 5, "No", "No", "en-US", "N", "B", "A", "all.png"),
        ("A", "a", 5, "No", "No", "ja", "N", "B", "A", "ja.png"),
        (None, None, None, None, None, "ko", "N", "B", "A", None),
    ]
    assert named(check(book(sheet([head, *rows])))) == [(2, "a", "", "all.png"), (3, "a", "ja", "ja.png")]


def test_the_wide_form_has_a_picture_for_each_language(sheet: Callable[..., Json], book: Json) -> None:
    """`Image (ja)` is for Japanese, plain Image for all; a language without texts has no picture either."""
    wide = ("Title (ja)", "Pre-earned Description (ja)", "Earned (ja)", "Image (ja)", "Image (ko)")
    row = ("A", "a", 5, "No", "No", "all.png", "N", "B", "A", "ja.png", "ko.png")
    checked = check(book(sheet([(*ACHIEVEMENTS, *wide), row])))
    assert sorted(named(checked)) == [(2, "a", "", "all.png"), (2, "a", "ja", "ja.png")]
    assert list(checked.issues["code"]) == ["column-unknown"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("https://example.com/a.png", "image-is-a-link"),
        ("file:///etc/passwd", "image-is-a-link"),
        ("data:image/png;base64,AA", "image-is-a-link"),
        ("//server/share/a.png", "image-is-a-link"),
        ("/etc/passwd", "image-outside-folder"),
        ("~/a.png", "image-outside-folder"),
        ("..", "image-outside-folder"),
        ("art/../../a.png", "image-outside-folder"),
        ("..\\a.png", "image-outside-folder"),
        ("C:\\art\\a.png", "image-outside-folder"),
        ("\\\\server\\a.png", "image-outside-folder"),
        (True, "not-text"),
        ("a\u0001.png", "control-character"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(pictured: Callable[..., Checked], path: Json, code: str) -> None:
    """Nothing is fetched and nothing outside the folder is looked at because a cell says so."""
    checked = pictured([path])
    assert said(checked) == [(2, code, "error")]
    assert paths_to_look_at(checked) == []
    assert checked.errors_of() == {}, "the texts of the row are sent all the same"


@pytest.mark.parametrize("path", ["a..b.png", "..a.png", "art\\a.png", "a b/ü.png", "-a.png", "a:b.png"[0:1]])
def test_odd_names_are_names(pictured: Callable[..., Checked], path: str) -> None:
    """Periods, blanks and slashes of either kind are taken as they stand."""
    checked = pictured([path])
    assert said(checked) == []
    assert paths_to_look_at(checked) == [path]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"width_px": 512, "height_px": 512}, []),
        ({"format": "JPEG", "file_name": "A.JPEG"}, []),
        ({"format": "TIFF", "file_name": "a.tif"}, []),
        ({"colours": "Display P3"}, []),
        ({"format": "GIF"}, ["image-format"]),
        ({"width_px": 512}, ["image-dimensions"]),
        ({"width_px": 300, "height_px": 300}, ["image-dimensions"]),
        ({"format": "JPEG"}, ["image-misnamed"]),
        ({"has_alpha": True}, ["image-alpha"]),
        ({"colours": "CMYK"}, ["image-colours"]),
        ({"is_animated": True}, ["image-animated"]),
        ({"is_deep": True, "is_turned": True}, ["image-deep", "image-turned"]),
        ({"problem": Unseen.NOT_FOUND, "reason": "is not there."}, ["image-not-found"]),
    ],
    ids=lambda value: ",".join(map(str, value)) or "good",
)
def test_a_picture_is_judged_by_its_facts(
    pictured: Callable[..., Checked], changes: dict[str, Json], codes: list[str]
) -> None:
    """Format, size and where it is are errors; name, alpha and colours are warnings."""
    checked = with_facts(pictured(["art/a.png"]), {"art/a.png": replace(GOOD, **changes)})
    assert [code for _, code, _ in said(checked)] == codes
    warnings = {"image-misnamed", "image-alpha", "image-colours", "image-animated", "image-deep", "image-turned"}
    assert all((severity == "warning") == (code in warnings) for _, code, severity in said(checked))
    (line,) = checked.images.itertuples()
    assert pd.isna(line.digest) == ("image-not-found" in codes)
    if codes:
        message = checked.issues.loc[checked.issues["code"] == codes[0], "message"].item()
        assert message.startswith('The picture "art/a.png" ')
        assert message.endswith(".")


def test_two_pictures_for_one_language_are_both_refused(pictured: Callable[..., Checked]) -> None:
    """Which of them is meant is not guessed."""
    twice = pictured(["a.png", "b.png"])
    twice.images["vendor_identifier"] = "a0"
    checked = with_facts(twice, {"a.png": GOOD, "b.png": GOOD})
    assert said(checked) == [(2, "image-contradiction", "error"), (3, "image-contradiction", "error")]
    assert set(image_errors(checked)) == {("Achievements", 2, ""), ("Achievements", 3, "")}


def test_a_picture_without_a_text_is_remarked(pictured: Callable[..., Checked]) -> None:
    """A picture hangs on a localization; where there is none it goes nowhere, and that is said."""
    checked = with_facts(pictured([None, "a.png"]), {"a.png": GOOD})
    assert said(checked) == [(3, "image-without-localization", "warning")]


def test_issues_of_pictures_stand_with_their_rows(pictured: Callable[..., Checked]) -> None:
    """All issues stay in the order of sheets and rows when the pictures' come to them."""
    before = pictured(["a.png"] * 3, ["a.png"])
    checked = with_facts(before, {"a.png": replace(GOOD, has_alpha=True)})
    places = list(zip(checked.issues["sheet"], checked.issues["row"], strict=True))
    assert places == sorted(places, key=lambda place: (place[0] or "", place[1]))
    assert len(checked.issues) == len(before.issues) + 6
