"""What is printed is decoration: a stream that is closed, full or no longer read changes neither a run nor its code."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lost_streams import ROWS, STREAMS, run_all

from gcbulk.simulator import Simulator
from jobs import Job
from shell import LONG_S, Shell, clean_environment

Simulate = Callable[..., Simulator]
FEW = ("none", "pipe later")  # make chaos ONLY=F36 tries all of them


def test_no_stream_changes_what_is_done(shell: Shell, job: Job, simulate: Simulate) -> None:
    """Each verb, with the streams gone in some ways: the codes and what the service got are those of a healthy run."""
    expected: tuple[list[int], int] | None = None
    for number, name in enumerate(("healthy", *FEW)):
        simulator = simulate(key_dir=job.folder / f"keys{number}", now=job.clock.time)
        found = run_all(job, simulator, STREAMS.get(name, io.StringIO))
        expected = expected or found
        assert found == expected, name
    assert expected is not None
    assert expected[1] > 0


PROCESSES: dict[str, str] = {
    "nobody reads": "{gcbulk} check {path} --json | true; exit ${{PIPESTATUS[0]}}",
    "both closed": "{gcbulk} check {path} --json >&- 2>&- <&-",
    "both full": "{gcbulk} check {path} --json >/dev/full 2>/dev/full",
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("name", PROCESSES)
def test_real_streams(job: Job, name: str) -> None:
    """What is left in a buffer when the interpreter ends must not end the process with another code."""
    job.fill(ROWS)
    home = job.folder / "home"
    line = PROCESSES[name].format(gcbulk=f"'{sys.executable}' -m gcbulk", path=f"'{job.workbook}'")
    ran = subprocess.run(["bash", "-c", line], env=clean_environment(home), timeout=LONG_S, check=False)
    assert ran.returncode == 2
