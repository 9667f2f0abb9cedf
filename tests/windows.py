"""What Windows lacks and refuses, as far as it can be shown elsewhere; to be imported before gcbulk, in a process."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import filelock

from gcbulk.simulator.exchange import Json

OTHERS = ("httpx", "numpy", "openpyxl", "pandas", "pyarrow.parquet", "uvicorn", "tqdm", "zoneinfo")
"""Packages that ask for the platform when they are loaded, and have other code for Windows."""

# Everything of these modules that Python has on POSIX only and that a program of this kind might use.
OF_OS = (
    "chown", "fchown", "fdatasync", "getegid", "geteuid", "getgid", "getgroups", "getpgid", "getuid",
    "killpg", "lchown", "login_tty", "mkfifo", "openpty", "setsid", "statvfs", "sync", "uname", "O_CLOEXEC",
    "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK",
)  # fmt: skip
OF_SIGNAL = ("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "alarm", "pthread_sigmask")
MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty")
watched = {"replaced": False}
"""Whether other programs, such as Excel or a scanner for viruses, let no file be replaced."""


def become() -> None:
    """Take away what is POSIX's, and refuse what Windows refuses."""
    for name in OTHERS:
        import_module(name)
    filelock.FileLock = filelock.SoftFileLock  # its lock for Windows is only there
    for module, names in ((os, OF_OS), (signal, OF_SIGNAL)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    os.open = _guarded(os.open, Path.is_dir, errno.EACCES)
    os.replace = _guarded(os.replace, lambda path: watched["replaced"] or _is_open(path), errno.EACCES)
    os.rename = _guarded(_guarded(os.rename, lambda path: path.exists(), errno.EEXIST, of=1), _is_open, errno.EACCES)
    os.unlink = _guarded(os.unlink, _is_open, errno.EACCES)
    os.remove = os.unlink


def _guarded(do: Json, refused: Callable[[Path], bool], why: int, *, of: int | None = None) -> Json:
    """A call that fails where one of its paths may not be touched."""

    def guarded(*arguments: Json, **named: Json) -> Json:
        paths = [Path(os.fsdecode(one)) for one in arguments[:2] if isinstance(one, str | bytes | os.PathLike)]
        for path in paths if of is None else paths[of : of + 1]:
            if refused(path):
                raise OSError(why, os.strerror(why), str(path))
        return do(*arguments, **named)

    return guarded


def _is_open(path: Path) -> bool:
    """Whether this process has a file open."""
    ours = {one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()}
    return path.resolve() in ours
