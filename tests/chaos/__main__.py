"""The command: all trials or some, several at a time, and a table.

``python -m chaos F1 F7/texts:31`` runs all trials of F1 and one case of another. The exit code is 1 where a trial
found something, or a control nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from forked import processes

from chaos import page
from chaos.catalogue import TRIALS, run_case
from chaos.trials import NONE, SEED, Tally, Trial

Work = tuple[Trial, int]
WORKERS = 2 * (os.cpu_count() or 1)
"""Twice as many as there are processors: half of a trial is waiting, for a settle wait or for a process to die."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the campaign and print its table."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("trials", nargs="*", metavar="TRIAL", help="F7, F7/texts or F7/texts:31 (all)")
    parser.add_argument("--seed", type=int, default=SEED, help="what chance goes by (%(default)s)")
    parser.add_argument("--short", action="store_true", help="as few cases as the tests run")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page of the documentation there")
    arguments = parser.parse_args(argv)
    work = list(_chosen(arguments.trials, short=arguments.short))
    if not work:
        parser.error(f"there is no such trial; there are {', '.join(trial.key for trial in TRIALS)}")
    began = time.monotonic()
    lines = _run(work, arguments.seed)
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    print(f"Seed {arguments.seed}; {machine}; {time.monotonic() - began:.0f} s.")
    if arguments.write:
        arguments.write.write_text(
            page.page(lines, seed=arguments.seed, machine=machine, at=datetime.now(UTC)), encoding="utf-8"
        )
    return int(not all(page.holds(trial, tally) for trial, tally in lines.items()))


def _chosen(names: Sequence[str], *, short: bool) -> Iterator[Work]:
    """Every case that is named, a trial at a time."""
    for trial in TRIALS:
        named = [name for name in names if name.partition(":")[0] in (trial.fault, trial.key)]
        single = [int(name.partition(":")[2]) for name in named if ":" in name]
        if single or named or not names:
            yield from ((trial, number) for number in single or trial.numbers(short=short))


def _run(work: Sequence[Work], seed: int) -> Mapping[Trial, Tally]:
    """Run every case, and print each trial's line as soon as its last case has ended."""
    print(page.HEAD, flush=True)
    lines: dict[Trial, Tally] = {}
    with ProcessPoolExecutor(WORKERS, processes("chaos.catalogue")) as pool:
        waiting: list[tuple[Trial, int, Future[Tally]]] = [
            (trial, number, pool.submit(run_case, trial.key, number, seed)) for trial, number in work
        ]
        for at, (trial, number, future) in enumerate(waiting):
            tally = future.result()
            lines[trial] = lines.get(trial, NONE) + tally
            if not tally.clean and not trial.control:
                print(f"{trial.key}:{number} " + "; ".join(tally.notes), file=sys.stderr, flush=True)
            if at + 1 == len(waiting) or waiting[at + 1][0] is not trial:
                print(page.row(trial, lines[trial]), flush=True)
    return lines


if __name__ == "__main__":
    sys.exit(main())
