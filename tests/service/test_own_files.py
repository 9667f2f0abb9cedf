"""T15: a state folder or a journal that others can write, or a link in its place, is refused before anything is read.

Rights mean little to root, so what they are for is tried as an ordinary user, in a process that gives root up.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gcbulk.errors import JournalError
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.lock import RunLock

NOBODY = 65534
OPEN = """
import os, sys
from pathlib import Path
from gcbulk.errors import GcbulkError
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.lock import RunLock
os.setgroups([])
os.setgid({user})
os.setuid({user})
os.umask(0)
path = Path(sys.argv[1])
try:
    with RunLock(path, f"app {{path}}").exclusive():
        JournalFile(path).close()
        print(*sorted(oct(one.stat().st_mode & 0o777) for one in path.parent.iterdir()))
except GcbulkError as error:
    print(error)
"""


def as_somebody(path: Path, user: int = NOBODY) -> str:
    """Take the lock and open a journal as an ordinary user; give the modes of what stands there, or the error."""
    code = OPEN.format(user=user)
    root = Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=environ, check=False
    )
    assert found.stderr == ""
    return found.stdout


def writable_folder(path: Path) -> None:
    """Let everybody write in the folder."""
    path.parent.chmod(0o777)


def group_folder(path: Path) -> None:
    """Let a group with others in it write in the folder."""
    os.chown(path.parent, -1, 65000)
    path.parent.chmod(0o770)


def temporary_folder(path: Path) -> None:
    """Make it like the machine's temporary folder."""
    path.parent.chmod(0o1777)


def writable(path: Path) -> None:
    """Let everybody write to the journal."""
    JournalFile(path).close()
    path.chmod(0o666)


def link(path: Path) -> None:
    """Put a link to a journal in its place."""
    JournalFile(path.with_name("other.sqlite3")).close()
    path.symlink_to("other.sqlite3")


def link_to_nothing(path: Path) -> None:
    """Put a link to a file that is not there in its place."""
    path.symlink_to("nowhere")


def link_for_the_log(path: Path) -> None:
    """Put a link in the place of its log."""
    path.with_name(f"{path.name}-wal").symlink_to("somewhere")


def pipe(path: Path) -> None:
    """Put a pipe in its place, which to open would wait for ever."""
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (writable_folder, "can be written by other people .*chmod go-w '.*/state'"),
        (group_folder, "can be written by other people .*chmod go-w '.*/state'"),
        (temporary_folder, "can be written by other people .*--journal '.*/state/gcbulk/journal.sqlite3'"),
        (writable, "can be written by other people .*chmod 600 '.*/journal.sqlite3'"),
        (link, "is a link"),
        (link_to_nothing, "is a link"),
        (link_for_the_log, "is a link"),
        (pipe, "is not a file"),
        (Path.mkdir, "is not a file"),
    ],
)
def test_what_others_have_a_hand_in_is_refused(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    """Neither lock nor journal is opened, nothing is made, and the message has the command that helps."""
    path = tmp_path / "state" / "journal.sqlite3"
    path.parent.mkdir(mode=0o700)
    if make is group_folder and os.geteuid() != 0:
        pytest.skip("only root can give a folder to a group")
    make(path)
    before = sorted(path.parent.iterdir())
    with pytest.raises(JournalError, match=words):
        JournalFile(path)
    with pytest.raises(JournalError, match=words), RunLock(path, "app").exclusive():
        pytest.fail("held")
    assert sorted(path.parent.iterdir()) == before


def test_the_command_that_is_named_helps(tmp_path: Path) -> None:
    """What the message says to do makes the journal usable."""
    path = tmp_path / "state" / "journal.sqlite3"
    path.parent.mkdir(mode=0o777)
    path.parent.chmod(0o777)
    with pytest.raises(JournalError) as raised:
        JournalFile(path)
    named = re.search(r"chmod go-w '(.*?)'", str(raised.value))
    assert named is not None
    subprocess.run(["chmod", "go-w", named[1]], check=True)
    JournalFile(path).close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can go into; each pytest that starts closes the one above all of its `tmp_path`."""
    with TemporaryDirectory() as name:
        for folder in (Path(name), *Path(name).parents):
            if folder.stat().st_mode & 0o005 != 0o005 and folder.stat().st_uid == 0 and folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o011)
        yield Path(name)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
def test_as_an_ordinary_user(open_folder: Path) -> None:
    """Everything is made for its owner alone, whatever the umask; what is root's or a stranger's is refused."""
    own = open_folder / "own"
    own.mkdir(mode=0o700)
    os.chown(own, NOBODY, NOBODY)
    assert as_somebody(own / "state" / "journal.sqlite3").split() == ["0o600", "0o600"]
    shared = open_folder / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    assert "chmod go-w" in as_somebody(shared / "journal.sqlite3")
    strangers = open_folder / "strangers"
    strangers.mkdir()
    os.chown(strangers, 65000, 65000)
    strangers.chmod(0o755)
    assert "can be written by other people" in as_somebody(strangers / "journal.sqlite3")
