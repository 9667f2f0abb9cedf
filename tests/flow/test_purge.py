"""T8: what the journal keeps of players goes when it is asked to, and only that, and never under a run."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from submit_jobs import BUNDLE_ID, FIRST, SubmitJob, applied, progress

from gcbulk.errors import JournalError, LockedError, SettingsError
from gcbulk.planning.submissions_digests import natural_keys
from gcbulk.runs.purge import purge
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.service.clock import Clock, SystemClock
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.lock import RunLock
from gcbulk.simulator import Simulator
from shell import Shell


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Give a command line whose home is empty."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GCBULK_HOME", raising=False)
    return Shell(tmp_path, capsys)


class Asked:
    """Somebody who is asked, and answers."""

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.lines: list[str] = []

    def __call__(self, lines: Sequence[str]) -> bool:
        """Note the question."""
        self.lines.extend(lines)
        return self.answer


class Later(SystemClock):
    """A clock that is ahead of another one."""

    def __init__(self, clock: Clock, days: float) -> None:
        self._clock = clock
        self._ahead = timedelta(days=days)

    def now(self) -> datetime:
        """Give the time then."""
        return self._clock.now() + self._ahead


def count(journal: Path) -> int:
    """Give how many submissions a journal holds."""
    with closing(sqlite3.connect(journal)) as database:
        return int(database.execute("SELECT count(*) FROM submissions").fetchone()[0])


def purged(
    job: SubmitJob, *, after: float = 31, answer: bool = True, older_than_days: float = 30.0
) -> tuple[list[str], Asked]:
    """Purge a job's journal so many days later."""
    asked = Asked(answer)
    clock = Later(job.clock, after)
    return purge(
        job.journal, rescue_dir=job.folder / "rescued", confirm=asked, clock=clock, older_than_days=older_than_days
    ), asked


def test_old_submissions_are_removed_and_said(submitting: SubmitJob, game: Simulator) -> None:
    """After thirty days they go, with what that means said before; nothing of their digests is left in any file."""
    submitting.fill(progress(40))
    submitting.submit(game)
    checked = read_submissions(submitting.path, reading=ReadOptions(bundle_id=BUNDLE_ID, timezone="UTC"))
    digests = [key.tobytes() for key in natural_keys(checked.rows)]
    assert any(digests[7] in file.read_bytes() for file in submitting.journal.parent.glob("journal.sqlite3*"))
    notes, asked = purged(submitting)
    assert "40 submissions of 1 run" in asked.lines[0]
    assert "sent again in full" in asked.lines[1]
    assert notes == ["Removed: 40 submissions of 1 run. The journal holds nothing of their players any more."]
    for file in submitting.journal.parent.iterdir():
        assert not [digest for digest in digests if digest in file.read_bytes()], file
        assert str(submitting.path).encode() not in file.read_bytes(), file


def test_what_was_removed_is_sent_again_and_reported_no_more(submitting: SubmitJob, game: Simulator) -> None:
    """It means what it says: the file is sent again, and the report of that run is refused, not made up."""
    submitting.fill(progress(3))
    submitting.submit(game)
    purged(submitting)
    with pytest.raises(SettingsError, match="knows of no submissions"):
        submitting.report()
    assert submitting.submit(game).outcomes["created"] == 3
    assert len(applied(game)) == 6
    assert submitting.report().outcomes["created"] == 3


@pytest.mark.parametrize(("after", "days"), [(29.9, 30.0), (5, 6.0)], ids=["30 days", "6 days"])
def test_what_is_younger_stays(submitting: SubmitJob, game: Simulator, after: float, days: float) -> None:
    """Nobody is asked when there is nothing that old, and nothing changes."""
    submitting.fill(progress(3))
    submitting.submit(game)
    notes, asked = purged(submitting, after=after, older_than_days=days)
    assert (notes, asked.lines) == (["Nothing to remove: the journal holds no submissions that old."], [])
    assert count(submitting.journal) == 3
    assert submitting.submit(game).outcomes["unchanged"] == 3


def test_achievements_stay_in_the_journal(submitting: SubmitJob, game: Simulator) -> None:
    """What was pushed says nothing of players, and is needed so that nothing is made twice."""
    submitting.fill(progress(2))
    submitting.submit(game)
    with closing(Journal(submitting.journal)) as journal:
        journal.begin(scope="a", verb="push", source="/a.xlsx", at=submitting.clock.now())
    purged(submitting)
    with closing(Journal(submitting.journal)) as journal:
        assert [(run.verb, run.source) for run in journal.runs()] == [("submissions", None), ("push", "/a.xlsx")]


def test_a_no_removes_nothing(submitting: SubmitJob, game: Simulator) -> None:
    """Whoever does not say yes keeps everything."""
    submitting.fill(progress(3))
    submitting.submit(game)
    with pytest.raises(SettingsError, match="Nothing was removed"):
        purged(submitting, answer=False)
    assert count(submitting.journal) == 3


@pytest.mark.parametrize("scope", ["https://api.example.com com.example.game", "another"])
def test_never_under_a_run(submitting: SubmitJob, game: Simulator, scope: str) -> None:
    """While a run is on, of whichever app, it is refused with exit code 6 and nothing changes."""
    submitting.fill(progress(3))
    submitting.submit(game)
    with RunLock(submitting.journal, scope).exclusive(), pytest.raises(LockedError) as raised:
        purged(submitting)
    assert raised.value.exit_code == 6
    assert count(submitting.journal) == 3
    assert purged(submitting)[1].lines


def test_what_is_not_known_yet_is_said_before(submitting: SubmitJob, game: Simulator) -> None:
    """Rows whose fate is open are named: with them goes what would settle it."""
    submitting.fill(progress(3))
    submitting.submit(game)
    with closing(JournalFile(submitting.journal)) as file:
        file.db.execute("UPDATE submissions SET state = 3 WHERE seq < 2")
    assert "Of 2 of them it is not known" in purged(submitting)[1].lines[2]


def test_what_it_does_not_reach_is_said(submitting: SubmitJob, game: Simulator) -> None:
    """Reports that were saved in another place hold players' ids, and are left to their owner."""
    submitting.fill(progress(1))
    with closing(JournalFile(submitting.journal)):
        pass
    (submitting.folder / "rescued").mkdir()
    (submitting.folder / "rescued" / "progress.report.csv").write_text("x")
    notes, _ = purged(submitting)
    assert notes[1].endswith("rescued (1 file). Remove by hand what you do not need.")
    assert (submitting.folder / "rescued" / "progress.report.csv").exists()


def test_no_journal(submitting: SubmitJob) -> None:
    """A journal that is not there is not made."""
    with pytest.raises(SettingsError, match="There is no journal at"):
        purged(submitting)
    assert not submitting.journal.exists()


def test_a_file_that_cannot_be_made_anew_is_said(
    submitting: SubmitJob, game: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there is no room for a new file, say, that is said, and its unused places are empty all the same."""
    submitting.fill(progress(40))
    submitting.submit(game)
    checked = read_submissions(submitting.path, reading=ReadOptions(bundle_id=BUNDLE_ID, timezone="UTC"))
    digest = natural_keys(checked.rows)[7].tobytes()
    make = JournalFile.__init__

    def small(self: JournalFile, path: Path) -> None:
        make(self, path)
        self.db.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else 0)

    monkeypatch.setattr(JournalFile, "__init__", small)
    with pytest.raises(JournalError):
        purged(submitting)
    monkeypatch.undo()
    assert count(submitting.journal) == 0
    assert digest not in submitting.journal.read_bytes()


def test_from_the_command_line(submitting: SubmitJob, game: Simulator, shell: Shell) -> None:
    """Without somebody to ask it takes --yes; days may have a fraction."""
    submitting.fill(progress(3, achievement=FIRST))
    submitting.submit(game)
    arguments = ("purge", "--journal", submitting.journal, "--older-than", "0")
    refused = shell.run(*arguments)
    assert refused.code == 2
    assert "Nothing was removed: there is nobody to say yes" in refused.err
    assert count(submitting.journal) == 3
    ran = shell.run(*arguments, "--yes")
    assert (ran.code, ran.out) == (0, "")
    assert "Removed: 3 submissions" in ran.err
    assert shell.run("purge", "--older-than", "-1").code == 2
    assert shell.run("purge", "--older-than", "nan").code == 2
