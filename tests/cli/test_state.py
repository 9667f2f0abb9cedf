"""T2: whatever a run leaves in the state folder is its owner's alone, however loose the user's mask is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcbulk.simulator import Simulator
from jobs import Job
from shell import Shell, push, service_options


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """Make files that everybody may write, unless somebody sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Every file and folder in a folder, itself among them, with its mode."""
    return {str(path): stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


def assert_closed(state: Path) -> None:
    """Folders are 0700, files 0600."""
    wrong = {
        path: oct(mode) for path, mode in modes(state).items() if mode != (0o700 if Path(path).is_dir() else 0o600)
    }
    assert wrong == {}


@pytest.fixture
def lost_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the folder of a report go away after it was looked at, so that the report has to be rescued."""
    monkeypatch.setattr("gcbulk.files.saving.require_file", lambda *_: None)


@pytest.mark.usefixtures("lost_in_between")
def test_journal_lock_backup_and_rescue(shell: Shell, job: Job, simulator: Simulator) -> None:
    """Journal, locks, backups and reports that could be saved nowhere else."""
    state = job.folder / "home" / ".gcbulk"
    job.fill_plain(1)
    assert push(shell, job, simulator).code == 0
    job.fill([("Another name", "com.example.a0", 5, "No", "Yes")])
    assert push(shell, job, simulator, "--report", job.folder / "nowhere" / "report.xlsx").code == 5
    found = " ".join(modes(state))
    for name in ("journal.sqlite3", ".lock", "backups", "report.gcbulk-report.xlsx"):
        assert name in found
    assert_closed(state)
    doctor = shell.run("doctor", *service_options(simulator))
    assert "is yours alone" in doctor.err


@pytest.mark.usefixtures("lost_in_between")
@pytest.mark.parametrize("name", ["report.xlsx", "report.csv"])
def test_a_rescue_before_there_is_a_journal(shell: Shell, job: Job, name: str) -> None:
    """A check makes no journal; where its report has to be rescued the state folder begins with that."""
    job.fill_plain(1)
    assert shell.run("check", job.workbook, "--report", job.folder / "nowhere" / name).code == 5
    state = job.folder / "home" / ".gcbulk"
    assert len(modes(state)) == 3
    assert_closed(state)


def test_a_new_journal_is_told_where_nobody_is_there(shell: Shell, job: Job, simulator: Simulator) -> None:
    """A machine that is thrown away loses its journal: where nobody looks the first run says so."""
    job.fill_plain(1)
    words = "is new, so nothing is known of what earlier runs sent"
    first, second = push(shell, job, simulator), push(shell, job, simulator)
    assert words in first.err
    assert "--journal" in first.err
    assert words not in second.err
