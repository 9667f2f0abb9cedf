"""`gcbulk preview`: a page beside the file, and what it does not write over."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import gcbulk
from gcbulk.files.sample import write_sample
from shell import Shell

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SHEET = (
    "Achievement ID,Reference Name,Points,Hidden,Repeatable,Image,Locale,Title,Pre-earned,Earned Description\n"
    "com.x.one,One,5,no,no,one.png,en-US,<b>One</b>,Do it.,{after}\n"
    "com.x.two,Two,5,yes,no,,en-US,Two,Do it.,Done.\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write a file of two achievements, one with a picture and a text that a card cuts."""
    Image.new("RGB", (1024, 1024), (20, 90, 160)).save(tmp_path / "one.png")
    path = tmp_path / "game.csv"
    path.write_text(SHEET.format(after="word " * 40), "utf-8")
    return path


def test_the_page_is_beside_the_file(shell: Shell, file: Path) -> None:
    """The page has the file's name, says where it is, and is written anew the next time."""
    for _ in range(2):
        ran = shell.run("preview", file)
        assert (ran.code, ran.out) == (0, "")
        assert f"Written: {file.with_name('game.preview.html')}" in ran.err
    page = file.with_name("game.preview.html").read_text("utf-8")
    assert page.count("<article") == 2
    assert page.count("data:image/webp") == 1
    assert "&lt;b&gt;One&lt;/b&gt;" in page


def test_frames_are_shown_with_their_pictures(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames have no folder: their pictures are those of the current one, as for a check."""
    monkeypatch.chdir(file.parent)
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    checked = gcbulk.check({"achievements": frame})
    assert gcbulk.preview(checked, "page.html").read_text("utf-8").count("data:image/webp") == 1


def test_rows_with_errors_are_shown_too(shell: Shell, tmp_path: Path) -> None:
    """A preview is for what is not finished: errors are on the cards, and the exit code is 0."""
    write_sample(tmp_path / "achievements.xlsx")
    ran = shell.run("preview", tmp_path / "achievements.xlsx", "--out", tmp_path / "page.html")
    assert ran.code == 0
    page = (tmp_path / "page.html").read_text("utf-8")
    checked = gcbulk.check(tmp_path / "achievements.xlsx")
    assert page.count("<article") == checked.achievements["vendor_identifier"].nunique()
    assert [code for code in checked.issues["code"] if f"<code>{code}</code>" not in page] == []


def test_a_file_of_somebody_else_is_left_alone(shell: Shell, file: Path) -> None:
    """A page that gcbulk did not write is not replaced: a number is added, and said; nor is the workbook itself."""
    mine = file.with_name("mine.html")
    mine.write_text("<p>Mine")
    ran = shell.run("preview", file, "--out", mine)
    assert ran.code == 0
    assert f"Written: {file.with_name('mine-2.html')}" in ran.err
    assert shell.run("preview", file, "--out", file).code == 2
    assert (mine.read_text(), file.read_text("utf-8")[:14]) == ("<p>Mine", "Achievement ID")


def test_nothing_to_show_is_said(shell: Shell, tmp_path: Path) -> None:
    """A file without achievements makes no page."""
    path = tmp_path / "progress.csv"
    path.write_text("Player ID,Achievement ID,Percent\nA:_1,com.x.a,50\n")
    ran = shell.run("preview", path)
    assert ran.code == 2
    assert "There is nothing to show" in ran.err
    assert not list(tmp_path.glob("*.html"))


def test_a_browser_shows_it(shell: Shell, file: Path, tmp_path: Path) -> None:
    """The page's own policy lets its script run: it marks the text that a card cuts, and no markup of a cell acts."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("there is no Chromium on this machine")
    assert shell.run("preview", file).code == 0
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", "--disable-background-networking")
    dumped = subprocess.run(
        [
            browser,
            *options,
            f"--user-data-dir={tmp_path}/profile",
            "--dump-dom",
            file.with_name("game.preview.html").as_uri(),
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=300,
    ).stdout
    assert 'class="scripted"' in dumped
    assert re.search(r'<p class="after">word .*?<mark class="cut">', dumped)
    assert "<h3>&lt;b&gt;One&lt;/b&gt;</h3>" in dumped
    assert ">2 cards<" in dumped
