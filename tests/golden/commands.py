"""What the command line prints of an input with ``--json``."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from gcbulk.cli import main
from gcbulk.simulator.exchange import Json
from golden.source import Input
from shell import STRANGERS


def checked_by_command(path: Path, source: Input) -> Json:
    """The one object that ``gcbulk check --json`` prints, and its exit code."""
    return run(path.parent, "check", path, "--json", "--no-report", *_options(source))


def run(home: Path, *arguments: object) -> Json:
    """A command in a home of its own: its exit code, what it prints for programs, and what it says to people."""
    out, err = io.StringIO(), io.StringIO()
    with _environment(home), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    printed = json.loads(out.getvalue()) if out.getvalue() else None
    said = err.getvalue().splitlines()
    return {"exit": code, "json": printed, "said": "its notes" if printed and said == printed["notes"] else said}


@contextlib.contextmanager
def _environment(home: Path) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(STRANGERS)}
    with patch.dict(os.environ, {**kept, "HOME": str(home)}, clear=True):
        yield


def _options(source: Input) -> Iterator[object]:
    """The options of the command line that say what the input's options do."""
    if source.kind is not None:
        yield from ("--kind", source.kind)
    for name, value in source.options.items():
        if isinstance(value, dict):
            yield from (f"--{name}={one}={other}" for one, other in value.items())
        else:
            yield f"--{name.replace('_', '-')}={value}"
