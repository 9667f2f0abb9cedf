"""Trials of files that were damaged: the package's bytes, its parts, and text and Parquet files.

Each batch is read in a process of its own with a limit on its memory, so that a file that takes a whole process with
it is found and named. A sample of them goes through the command line, against a service that must not be asked
anything where the file was refused.
"""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from forked import processes

from chaos.commands import run
from chaos.damage import damaged
from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.errors import WorkbookError
from gcbulk.runs.check import check
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.simulator import Simulator, Switches
from shell import service_options

FILES = 125
MEMORY = 4 << 30
LONGEST_S = 10.0
"""The most processor time that one small file may take; one as wide as Excel allows takes some twenty seconds."""
SILENT_S = 240.0
"""After so long without a word, the process that reads is taken to hang."""


def _mutated(ground: Ground) -> Tally:
    """Read a batch of damaged files, then send a few of them."""
    paths = list(_written(ground))
    found = list(read_apart(paths))
    simulator = ground.simulator(Switches(hour_limit=None))
    simulator.add_achievement("com.example.a1")
    for verb, path in zip(("push", "submit"), ground.chance.sample(paths, 2), strict=True):
        found += _sent(ground, simulator, path, verb)
    return wrong_if(found[:3], f"{len(found)} files", cases=FILES)


def _written(ground: Ground) -> Iterator[Path]:
    for number in range(FILES):
        name, data = damaged(ground.chance)
        path = ground.folder / f"{number}{name}"
        path.write_bytes(data)
        yield path


def read_apart(paths: Sequence[Path]) -> Iterator[str]:
    """Read files in a process of its own, and in another one from where it died; what is found, a sentence each."""
    context = processes()
    while paths:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_read_all, args=(paths, there))
        process.start()
        there.close()
        done = 0
        with contextlib.suppress(EOFError):
            while here.poll(SILENT_S):
                if said := here.recv():
                    yield said
                done += 1
        process.kill()
        process.join()
        if done < len(paths):
            yield f"{paths[done].name} took the process with it, or did not end"
        paths = paths[done + 1 :]


def _read_all(paths: Sequence[Path], told: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for number, path in enumerate(paths):
        told.send(_read(path, ("achievements", "submissions")[number % 2]))
    told.close()


def _read(path: Path, kind: str) -> str:
    """Read and check a file, and say what is not as it must be."""
    began = time.process_time()
    try:
        if kind == "achievements":
            check(path)
        else:
            read_submissions(path, reading=ReadOptions(bundle_id="com.example.game"))
    except WorkbookError as error:
        if path.name not in str(error):
            return f"{path.name}: not named in {str(error)!r}"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return f"{path.name}, {kind}: {type(error).__name__}: {error}"
    took_s = time.process_time() - began
    return f"{path.name}: {took_s:.1f} s" if took_s > LONGEST_S else ""


def _sent(ground: Ground, simulator: Simulator, path: Path, verb: str) -> list[str]:
    """Send a file as the command line does; only a file that can be read may lead to a request."""
    before = simulator.ledger.requests.total()
    options = service_options(simulator, "--yes", "--journal", ground.folder / "state" / "journal.sqlite3")
    code, said = run([verb, path, *options])
    asked = simulator.ledger.requests.total() - before
    found = [
        *([f"exit code {code}"] if code not in (0, 2, 3, 5) else []),
        *(["a traceback"] if "Traceback" in said else []),
        *([f"{asked} requests for a file that was refused"] if code == 2 and asked else []),
    ]
    return [f"{path.name}, {verb}: {one}: {said[-200:]!r}" for one in found]


TRIALS: tuple[Trial, ...] = (
    (Trial("T7/mutated", "a damaged workbook, text or Parquet file", _mutated, calls=80, short=1),)
    if sys.platform != "win32"
    else ()
)
