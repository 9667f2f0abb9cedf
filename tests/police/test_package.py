"""What is given away: the package with what it writes, and a source that holds all that its tests read."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from tracked_files import ROOT, tracked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MOST_LETTERS_OF_A_LABEL = 32


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source, as an index would get them."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    return folder


def test_the_source_holds_all_that_is_tracked(built: Path) -> None:
    """Whoever unpacks it has what the tests read, what make needs, and the end of every link of README."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {path.relative_to(ROOT).as_posix() for path in tracked()} <= held


def test_the_package_holds_the_notebooks(built: Path) -> None:
    """`gcbulk notebooks` works where there is no checkout; nothing but the package is installed."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        for notebook in (ROOT / "notebooks").glob("*.ipynb"):
            assert archive.read(f"gcbulk/notebooks/{notebook.name}") == notebook.read_bytes()
        assert {name.partition("/")[0].partition("-")[0] for name in archive.namelist()} == {"gcbulk"}


def test_what_is_claimed_is_what_is_run() -> None:
    """A classifier names a Python only if the project's workflow runs it, and a system only if it was run."""
    claimed = [one.rpartition(" :: ")[2] for one in PROJECT["classifiers"] if one.startswith("Programming")]
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    assert f"python: [{', '.join(map(repr, claimed))}]".replace("'", '"') in workflow
    assert [one for one in PROJECT["classifiers"] if one.startswith("Operating")] == [
        "Operating System :: POSIX :: Linux"
    ]


def test_the_package_says_whose_it_is() -> None:
    """Authors and addresses are there, and an address leads over https to where its label says."""
    assert PROJECT["authors"]
    assert all(
        url.startswith("https://") and len(label) <= MOST_LETTERS_OF_A_LABEL for label, url in PROJECT["urls"].items()
    )
