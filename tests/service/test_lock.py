"""One run at a time, across processes, and nothing left behind by one that dies."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gcbulk.errors import JournalError, LockedError
from gcbulk.service.lock import RunLock, machine_folder

HOLD = """
import sys
from pathlib import Path
from gcbulk.service.lock import RunLock
with RunLock(Path(sys.argv[1]), sys.argv[2]).exclusive():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_run(journal: Path, scope: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Hold the lock in another process."""
    arguments = [sys.executable, "-c", HOLD, str(journal), scope]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environ}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_run_is_told_at_once(tmp_path: Path) -> None:
    """F14: while another process holds the lock, this one does not wait for it, and is refused with exit code 6."""
    journal = tmp_path / "state" / "journal.sqlite3"
    with other_run(journal, "app"):
        with pytest.raises(LockedError, match="works on app right now") as caught, RunLock(journal, "app").exclusive():
            pytest.fail("two runs at once")
        assert caught.value.exit_code == 6


def test_another_app_is_not_kept_waiting(tmp_path: Path) -> None:
    """Runs for different apps go on side by side with one journal."""
    journal = tmp_path / "journal.sqlite3"
    with other_run(journal, "app"), RunLock(journal, "other").exclusive():
        pass


def test_a_killed_run_lets_go(tmp_path: Path) -> None:
    """The operating system lets go of the lock when its process is killed."""
    journal = tmp_path / "journal.sqlite3"
    with other_run(journal, "app") as process:
        process.kill()
        process.wait()
        with RunLock(journal, "app").exclusive():
            pass


def test_a_run_that_fails_lets_go(tmp_path: Path) -> None:
    """The lock is free again after an exception, and for the next run."""
    journal = tmp_path / "journal.sqlite3"
    lock = RunLock(journal, "app")
    with pytest.raises(ZeroDivisionError), lock.exclusive():
        _ = 1 / 0
    with RunLock(journal, "app").exclusive():
        pass


def test_its_holder_may_take_it_again(tmp_path: Path) -> None:
    """Inside a held lock its holder may hold it once more, and still holds it afterwards."""
    journal = tmp_path / "journal.sqlite3"
    lock = RunLock(journal, "app")
    with lock.exclusive():
        with lock.exclusive():
            pass
        with pytest.raises(LockedError), RunLock(journal, "app").exclusive():
            pytest.fail("two holders")


def test_the_lock_is_for_its_owner_alone(tmp_path: Path) -> None:
    """T2: the folder is 0700, the lock's file 0600."""
    journal = tmp_path / "state" / "journal.sqlite3"
    with RunLock(journal, "app").exclusive():
        assert journal.parent.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o777 for file in journal.parent.iterdir()} == {0o600}


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """A place where no lock can stand is named."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalError, match="cannot be used"), RunLock(tmp_path / "file" / "j", "app").exclusive():
        pytest.fail("held in a file")


@pytest.mark.parametrize("name", ["HOME", "TMPDIR", "GCBULK_HOME", "XDG_RUNTIME_DIR"])
def test_a_run_with_another_journal_is_seen(tmp_path: Path, name: str) -> None:
    """F29: wherever the state of the other run is, and whatever its environment says, the second is refused."""
    scope = f"app {tmp_path}"
    with (
        other_run(tmp_path / "one" / "journal.sqlite3", scope, **{name: str(tmp_path / "elsewhere")}),
        pytest.raises(LockedError),
        RunLock(tmp_path / "other" / "journal.sqlite3", scope).exclusive(),
    ):
        pytest.fail("two runs at once")
    with RunLock(tmp_path / "other" / "journal.sqlite3", scope).exclusive():
        pass


def test_the_locks_of_the_machine(tmp_path: Path) -> None:
    """The folder is the user's alone, the file 0600 while it is held, and gone afterwards."""
    folder = machine_folder()
    assert folder is not None
    before = set(folder.iterdir())
    with RunLock(tmp_path / "journal.sqlite3", f"app {tmp_path}").exclusive():
        made = set(folder.iterdir()) - before
        assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
        assert not folder.stat().st_mode & 0o022
    assert made
    assert not made & set(folder.iterdir())


def test_a_user_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home that cannot be made, or no entry in the list of users: the machine's temporary folder serves."""
    monkeypatch.setattr("gcbulk.service.lock._FOR_ALL", tmp_path)

    def nobody(user: int) -> pwd.struct_passwd:
        raise KeyError(user)

    (tmp_path / "file").touch()
    homeless = pwd.struct_passwd(("x", "x", 1, 1, "", str(tmp_path / "file" / "home"), ""))
    for found in (nobody, lambda user: homeless):
        monkeypatch.setattr(pwd, "getpwuid", found)
        assert machine_folder() == tmp_path / f"gcbulk-{os.geteuid()}"
    (tmp_path / f"gcbulk-{os.geteuid()}").chmod(0o777)
    assert machine_folder() is None, "others could take the lock away"
    with RunLock(tmp_path / "state" / "journal.sqlite3", "app").exclusive():
        pass


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_that_is_taken_away_is_noticed(tmp_path: Path, replaced: bool) -> None:
    """F30: a lock that was removed, or another file in its place, keeps nobody out: that is an error from then on."""
    lock = RunLock(tmp_path / "state" / "journal.sqlite3", f"app {tmp_path}")
    with lock.exclusive():
        lock.require_in_place()
        (path,) = (tmp_path / "state").glob("*.lock")
        path.rename(tmp_path / "away")
        if replaced:
            path.touch()
        with pytest.raises(JournalError, match=r"lock .* was removed or replaced"):
            lock.require_in_place()
    lock.require_in_place()
