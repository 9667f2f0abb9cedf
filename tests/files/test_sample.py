"""The sample workbook of the demonstration."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from gcbulk.files.reading import read
from gcbulk.files.sample import sample_content, write_sample
from gcbulk.files.sample_rows import GOOD, PREFIX
from gcbulk.sheets import Checked, check


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly written sample."""
    return write_sample(tmp_path_factory.mktemp("sample") / "achievements.xlsx")


@pytest.fixture(scope="module")
def checked(sample: Path) -> Checked:
    """The sample as it is understood."""
    return check(read(sample))


def test_its_size(checked: Checked) -> None:
    """It has at least 25 achievements in 3 languages."""
    assert len(checked.achievements) >= 25
    assert {"en-US", "es-ES", "ja"} <= set(checked.localizations["locale"])


def test_good_rows_are_good(checked: Checked) -> None:
    """The rows meant to be good have neither error nor warning, and at most 1000 points together."""
    ids = {f"{PREFIX}{one.identifier}" for one in GOOD}
    errors = {key[:3] for key in checked.errors_of() if key[0] == "achievement"}
    good = checked.achievements[checked.achievements["vendor_identifier"].isin(list(ids))]
    assert len(good) == len(GOOD) == 25
    assert not [row for row in good.index if ("achievement", "Achievements", row) in errors]
    assert good["points"].sum() <= 1000
    assert "warning" not in set(checked.issues["severity"])


def test_wrong_rows_are_wrong_in_different_ways(checked: Checked) -> None:
    """Every way of being wrong that it shows is found."""
    assert set(checked.issues["code"]) == {
        "id-character",
        "points-out-of-range",
        "id-is-a-date",
        "contradicting-rows",
        "points-not-a-number",
        "flag-unclear",
        "locale-unknown",
        "cell-empty",
        "name-too-long",
        "localization-without-achievement",
    }


def test_no_error_of_the_whole_file(checked: Checked) -> None:
    """Nothing keeps the good rows from being sent."""
    assert checked.file_errors == ()


def test_it_shows_that_other_parts_are_kept(sample: Path) -> None:
    """It has a sheet of the team's own with a chart and formulas that have values."""
    with zipfile.ZipFile(sample) as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()
    sheet = openpyxl.load_workbook(sample, data_only=True)["Overview"]
    assert [cell.value for cell in sheet["B"][3:]] == [5, 6, 5, 5, 4]
    assert sum(cell.value for cell in sheet["C"][3:]) == sum(one.points for one in GOOD)


def test_ids_and_texts_of_good_rows_are_complete() -> None:
    """Each good achievement stands in three languages, with a title of at most 30 characters."""
    content = sample_content()
    texts = [row for row in content.rows["localizations"] if row[1] in ("en-US", "es-ES", "ja")]
    for one in GOOD:
        mine = [row for row in texts if row[0] == f"{PREFIX}{one.identifier}"]
        assert [row[1] for row in mine] == ["en-US", "es-ES", "ja"]
        assert all(len(str(row[2])) <= 30 for row in mine)
