"""Everywhere that a verb writes is looked at before anything is read or sent, whatever the verb and the option."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcbulk.cli.arguments import parser
from gcbulk.runs.shared.targets import TARGETS
from shell import Shell, clean_environment

FILE = "absent.xlsx"
"""An input that is not there: whoever looked at it first would say that instead."""
FILES: dict[str, tuple[str, ...]] = {
    "check --report": ("check", FILE, "--report"),
    "push --report": ("push", FILE, "--report"),
    "submit --report": ("submit", FILE, "--report"),
    "review --report": ("review", "--all", "--report"),
    "report --report": ("report", FILE, "--report"),
    "plan --out": ("plan", FILE, "--out"),
    "preview --out": ("preview", FILE, "--out"),
    "pull PATH": ("pull",),
    "template PATH": ("template",),
}
FOLDERS: dict[str, tuple[str, ...]] = {
    "pull --images": ("pull", "live.xlsx", "--images"),
    "notebooks DIR": ("notebooks",),
    "demo --dir": ("demo", "--dir"),
    "simulator --state": ("simulator", "--state"),
}
SENDING = {f"{verb} --journal": (verb, FILE, "--journal") for verb in ("push", "submit", "review")}
READING = {f"{verb} --journal": (verb, FILE, "--journal") for verb in ("plan", "report")} | {
    "pull --journal": ("pull", "live.xlsx", "--journal"),
    "purge --journal": ("purge", "--journal"),
    "config --journal": ("config", "--journal"),
}
READ = {"file", "plan", "faults", "key_path", "api_key_json"}
"""What is read and not written."""


def circle(path: Path) -> Path:
    """A link to itself."""
    path.symlink_to(path)
    return path


def folder(path: Path) -> Path:
    """A folder."""
    path.mkdir()
    return path


def pipe(path: Path) -> Path:
    """A pipe, from which nothing ever comes."""
    os.mkfifo(path)
    return path


def file(path: Path) -> Path:
    """A file that belongs to the user."""
    path.write_bytes(b"mine")
    return path


def below_a_file(path: Path) -> Path:
    """A path below something that is not a folder."""
    return file(path.with_name("file")) / path.name


def below_nothing(path: Path) -> Path:
    """A path below a folder that is not there."""
    return path.with_name("nowhere") / path.name


def another_ending(path: Path) -> Path:
    """A name that the file cannot have."""
    return path.with_suffix(".txt")


def to_nowhere(path: Path) -> Path:
    """A link that leads nowhere."""
    path.symlink_to(path.with_name("nowhere"))
    return path


Spoil = Callable[[Path], Path]
OF_FILES: tuple[Spoil, ...] = (folder, circle, pipe, below_a_file, below_nothing)
OF_FOLDERS: tuple[Spoil, ...] = (file, circle, pipe, below_a_file, to_nowhere)
NO_NAMES = ("a\0b.xlsx", "\ud800.xlsx", "n" * 300 + ".xlsx", "x/" * 3_000)


def cases() -> Iterator[tuple[str, tuple[str, ...], Spoil]]:
    """Every option with everything that may stand in the way of it."""
    for name, words in FILES.items():
        more = () if name == "plan --out" else (another_ending,)
        yield from ((name, words, spoil) for spoil in (*OF_FILES, *more))
    for name, words in FOLDERS.items():
        yield from ((name, words, spoil) for spoil in OF_FOLDERS)
    for name, words in SENDING.items():
        yield from ((name, words, spoil) for spoil in (folder, circle, pipe, below_a_file))
    for name, words in READING.items():
        yield from ((name, words, spoil) for spoil in (folder, circle, pipe))


def test_every_path_of_every_verb_is_in_the_table() -> None:
    """An option that takes a path is read, or it is looked at before: a new one cannot be forgotten."""
    (verbs,) = (one.choices for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    given = {
        (f"{verb} {(action.option_strings or [action.metavar])[0]}", action.dest)
        for verb, options in verbs.items()
        for action in options._actions
        if getattr(action.type, "__name__", "") == "path" and action.dest not in READ
    }
    untried = ({name for name, _ in given} - {"doctor --journal"}) ^ {*FILES, *FOLDERS, *SENDING, *READING}
    assert not untried, f"FILES, FOLDERS, SENDING and READING above hold each path of the parser, no other: {untried}"
    unguarded = {dest for _, dest in given} ^ {*TARGETS, "report", "journal"}
    assert not unguarded, f"TARGETS of gcbulk/runs/shared/targets.py looks at each path, at no other: {unguarded}"


def test_what_cannot_be_written_is_refused_before_anything_is_read(shell: Shell) -> None:
    """A wrong ending, a folder for a file and the reverse, a pipe, a folder that is not there: 2, and what to do."""
    wrong = []
    for number, (name, words, spoil) in enumerate(cases()):
        place = shell.folder / str(number)
        place.mkdir()
        path = spoil(place / "out.xlsx")
        before = sorted(place.rglob("*"))
        ran = shell.run(*words, path)
        told = ran.err.startswith(f"gcbulk: {name.split()[1]} {path}") and ran.err.count("\n") == 1
        if ran.code != 2 or not told or sorted(place.rglob("*")) != before:
            wrong.append(f"{name}, {spoil.__name__}: {ran.code} {ran.err}")
    assert wrong == []


def test_a_name_that_nothing_can_have_is_wrong_usage(shell: Shell) -> None:
    """NUL, a lone surrogate, names and paths that are too long: 2 with the option's name, whatever the verb."""
    options = {**FILES, **FOLDERS, **SENDING, **READING}
    ended = {(name, path): shell.run(*words, path) for name, words in options.items() for path in NO_NAMES}
    wrong = [key for key, ran in ended.items() if ran.code != 2 or f"argument {key[0].split()[1]}: " not in ran.err]
    assert wrong == []


# All is loaded before the rights are given up: nobody says that this user may read the environment that runs this.
AS_ANOTHER = """
import contextlib, importlib, io, json, os, pkgutil, sys
import gcbulk.cli.verbs
from gcbulk.cli import main

for module in pkgutil.iter_modules(gcbulk.cli.verbs.__path__):
    importlib.import_module(f"gcbulk.cli.verbs.{module.name}")
folder, runs = sys.argv[1], json.load(sys.stdin)
os.chdir(folder)
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for words in runs:
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = main(words)
    print(json.dumps([code, said.getvalue()]))
"""


@pytest.mark.skipif(os.name != "posix", reason="rights are kept otherwise")
def test_folders_without_rights_are_refused_before_anything_is_read() -> None:
    """As an ordinary user: a folder that may not be written, and one that may not even be entered."""
    options = {**FILES, **FOLDERS, **SENDING}
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        place.chmod(0o777)
        for name, mode in (("locked", 0o555), ("closed", 0o000)):
            (place / name).mkdir()
            (place / name).chmod(mode)
        runs = [
            (name, [*words, f"{at}/out.xlsx"])
            for at in ("locked", "closed")
            for name, words in (options if at == "locked" else {**options, **READING}).items()
        ]
        ran = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER, str(place)],
            input=json.dumps([words for _, words in runs]),
            env=clean_environment(place),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        left = sorted(one.name for one in place.iterdir())
        (place / "closed").chmod(0o755)
    assert ran.stderr == ""
    ended = [json.loads(line) for line in ran.stdout.splitlines()]
    wrong = [
        (name, code, said)
        for (name, words), (code, said) in zip(runs, ended, strict=True)
        if code != 2 or not said.startswith(f"gcbulk: {name.split()[1]} {words[-1]}")
    ]
    assert wrong == []
    assert left == ["closed", "locked"]
