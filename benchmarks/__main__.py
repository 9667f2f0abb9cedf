"""The command: chosen stages, one after another, as a table.

What comes in: names of stages and where to write the table. What goes out: text on standard output, and with
``--write`` a page for the documentation.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import checking, pacing, page, reading, reports, sending, whole
from benchmarks.measuring import Line

STAGES: Mapping[str, Callable[[Path], Iterator[Line]]] = {
    "start": whole.starts,
    "token": sending.tokens,
    "read": reading.text_files,
    "xlsx": reading.workbooks,
    "check": checking.checks,
    "bodies": checking.request_bodies,
    "send": sending.sending,
    "pace": pacing.pacing,
    "report": reports.report_sheet,
    "memory": whole.memory,
}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"some of: {', '.join(STAGES)} (all)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page of the documentation there")
    arguments = parser.parse_args(argv)
    chosen = [name for given in arguments.stages for name in given.split(",") if name] or list(STAGES)
    unknown = [name for name in chosen if name not in STAGES]
    if unknown:
        parser.error(f"there is no stage {', '.join(unknown)}; there are {', '.join(STAGES)}")
    before, began = os.getloadavg()[0], time.monotonic()
    lines = list(_measured(chosen))
    load = f"{before:.1f} before and {os.getloadavg()[0]:.1f} after"
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    print(f"{machine}; load {load}; {time.monotonic() - began:.0f} s.")
    if arguments.write:
        arguments.write.write_text(page.page(lines, machine=machine, load=load, at=datetime.now(UTC)), "utf-8")


def _measured(chosen: Sequence[str]) -> Iterator[Line]:
    """Measure stage by stage, each in a folder of its own, and print every line as it comes."""
    for name in chosen:
        with TemporaryDirectory(prefix="gcbulk-bench-") as folder:
            for line in STAGES[name](Path(folder)):
                print(page.plainly(line), flush=True)
                yield line
        gc.collect()


if __name__ == "__main__":
    main()
