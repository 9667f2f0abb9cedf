"""Windows, as far as it can be shown from here: without POSIX's names, and with a workbook that Excel has open."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gcbulk.simulator import Simulator
from jobs import Job
from shell import BUNDLE_ID, LONG_S, clean_environment

RUN = """
import contextlib, io, json, sys
import windows
windows.become()
from gcbulk.cli import main
workbook, options = sys.argv[1], json.loads(sys.argv[2])
ran = {}
for verb, more in (("check", []), ("plan", options), ("push", options + ["--yes"]), ("report", [])):
    windows.watched["replaced"] = verb == "push"
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        ran[verb] = main([verb, workbook, *more]), said.getvalue()
print(json.dumps(ran))
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="nothing says here which files a process has open")
def test_a_job_is_done_without_what_is_posix_only(job: Job, simulator: Simulator) -> None:
    """check, plan, push and report need no POSIX; a workbook that cannot be replaced gets its report beside it."""
    job.fill_plain(2)
    options = ["--bundle-id", BUNDLE_ID, "--base-url", simulator.base_url, "--key-id", simulator.key_id]
    options += ["--issuer-id", simulator.issuer_id, "--key-path", str(simulator.key_path)]
    command = [sys.executable, "-c", RUN, str(job.workbook), json.dumps(options)]
    environ = clean_environment(job.folder)
    environ["PYTHONPATH"] += f":{Path(__file__).parents[1]}"
    done = subprocess.run(
        command, env=environ, cwd=job.folder, capture_output=True, text=True, check=False, timeout=LONG_S
    )
    assert done.returncode == 0, done.stderr
    ran = json.loads(done.stdout)
    assert {verb: code for verb, (code, _) in ran.items()} == {"check": 0, "plan": 0, "push": 5, "report": 0}
    assert f"{job.workbook.stem}.gcbulk-report.xlsx" in ran["push"][1]
    assert len(simulator.ledger.ids("gameCenterAchievements")) == 2
    assert {line["Outcome"] for line in job.lines()} == {"created"}
    assert not list(job.folder.rglob("*.tmp"))
