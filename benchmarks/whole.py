"""A million submissions from the file to the report, its memory, and what a start costs.

What comes in: a folder. What goes out: lines. The whole command runs in a process of its own against the simulator:
once with nothing sent before, where the first thousand are sent, and once with all of them in the journal as done.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.inputs import ACHIEVEMENTS, BUNDLE_ID, MILLION, submissions, write_csv
from benchmarks.measuring import Line, once, spread
from gcbulk import files, sheets
from gcbulk.files.sample import write_sample
from gcbulk.planning.submissions import SubmissionHistory, SubmissionPlan, fold
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.submission_journal import Intent, State, SubmissionJournal, SubmissionResult
from gcbulk.simulator import Simulator, Switches, running

_MOST_BYTES = 1.5e9
_SENT = 1_000
_AT_ONCE = 50_000
_STARTS = 9
_STOPPED_EARLY, _FAULTS_FOUND = 7, 2
_MOST_OF_PANDAS = 1.6


def memory(folder: Path) -> Iterator[Line]:
    """Submit a million rows."""
    table = write_csv(folder, submissions(MILLION, faulty=0.01))
    with running(Switches(hour_limit=None, record=False), key_dir=folder) as simulator:
        for achievement in ACHIEVEMENTS:
            simulator.add_achievement(achievement)
        new, full = folder / "new.sqlite3", folder / "full.sqlite3"
        first = _submit(table, simulator, new, "--max-requests", str(_SENT), expected=(_STOPPED_EARLY,))
        yield _peak(f"submit 1,000,000 rows, {_SENT:,} of them sent", *first)
        _fill(table, full, simulator.base_url)
        again = _submit(table, simulator, full, expected=(0, 3))
        yield _peak("submit them again, all sent before", *again)


def starts(folder: Path) -> Iterator[Line]:
    """Start the command for nothing but its help, and to check the sample."""
    bare = [_started("-c", "pass") for _ in range(_STARTS)]
    helped = [_started("-m", "gcbulk", "--help") for _ in range(_STARTS)]
    detail = f"{_milliseconds(helped)} against {_milliseconds(bare)} of python -c pass"
    added = [own - other for own, other in zip(helped, bare, strict=True)]
    values = [value * 1e3 for value in added]
    yield Line("start of gcbulk --help", f"+{median(values):.0f} ms", spread(values, "{:.0f}"), "", None, detail)
    yield _check_of_the_sample(write_sample(folder / "sample.xlsx"))


def _check_of_the_sample(sample: Path) -> Line:
    """Check a small file, by CPU time: most of it goes into loading what a check needs."""
    check = ("-m", "gcbulk", "check", str(sample), "--no-report")
    pairs = [(_cpu_s("-c", "import pandas"), _cpu_s(*check, expected=_FAULTS_FOUND)) for _ in range(_STARTS + 1)][1:]
    ratios = [own / other for other, own in pairs]
    ours_s, pandas_s = median(own for _, own in pairs), median(other for other, _ in pairs)
    return Line(
        "check the sample, start included",
        f"{median(ratios):.2f} x",
        spread(ratios, "{:.2f}"),
        f"at most {_MOST_OF_PANDAS:g} x",
        median(ratios) <= _MOST_OF_PANDAS,
        f"CPU time: {ours_s:.2f} s against {pandas_s:.2f} s of python -c 'import pandas'",
    )


def _submit(table: Path, simulator: Simulator, journal: Path, *more: str, expected: Sequence[int]) -> tuple[int, float]:
    """The peak and the seconds of one command."""
    arguments = ["submit", str(table), "--bundle-id", BUNDLE_ID, "--yes", "--json", "--journal", str(journal)]
    arguments += ["--base-url", simulator.base_url, "--key-id", simulator.key_id]
    arguments += ["--issuer-id", simulator.issuer_id, "--key-path", str(simulator.key_path)]
    arguments += ["--requests-per-minute", "1000000", "--requests-per-hour", "1000000"]
    began = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.child", *arguments, *more]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    took_s = time.perf_counter() - began
    if ended.returncode not in expected:
        raise AssertionError(f"it ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return int(ended.stdout.rsplit("\n", 2)[-2]), took_s


def _fill(table: Path, path: Path, scope: str) -> None:
    """Put every row that would be sent into a journal as done, as an earlier run would have."""
    plan = fold(sheets.check_submissions(files.read(table), bundle_id=BUNDLE_ID), SubmissionHistory.empty())
    file = JournalFile(path)
    run = file.begin(scope=scope, verb="submissions", source=None, at=datetime.now(UTC))
    journal = SubmissionJournal(file, run)
    for begin in range(0, plan.requests, _AT_ONCE):
        intents = _intents(plan, plan.to_send[begin : begin + _AT_ONCE])
        journal.intend(intents, datetime.now(UTC))
        journal.record([_done(intent.seq) for intent in intents]).wait()
    journal.close()
    file.end(run, None)
    file.close()


def _intents(plan: SubmissionPlan, places: np.ndarray) -> list[Intent]:
    return [
        Intent(place, plan.keys[place].tobytes(), plan.fingerprints[place].tobytes(), int(plan.values[place]))
        for place in places.tolist()
    ]


def _done(seq: int) -> SubmissionResult:
    resource_id = f"0aa3f9f2-8b0c-4c7e-9a62-{seq:012x}"
    return SubmissionResult(seq, State.DONE, resource_id, attempts=1, request_id=resource_id, finished_at=1.7e9)


def _peak(stage: str, peak_bytes: int, took_s: float) -> Line:
    detail = f"the whole command, report included, in {took_s:.0f} s; once"
    size = f"{peak_bytes / 1e9:.2f} GB"
    return Line(stage, size, size, "at most 1.5 GB", peak_bytes <= _MOST_BYTES, detail)


def _started(*arguments: str) -> float:
    command = [sys.executable, *arguments]
    return once(lambda: subprocess.run(command, capture_output=True, check=True)).wall_s


def _cpu_s(*arguments: str, expected: int = 0) -> float:
    """The CPU time that a process of its own takes."""
    before = os.times()
    ended = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    after = os.times()
    if ended.returncode != expected:
        raise AssertionError(f"it ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def _milliseconds(took_s: Sequence[float]) -> str:
    return f"{median(took_s) * 1e3:.0f} ms"
