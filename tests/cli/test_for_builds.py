"""What build servers read: problems as annotations, whether something is pending, and what a code means."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from gcbulk.files.sample import write_sample
from gcbulk.simulator import Simulator
from jobs import Job
from shell import Shell, service_options


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Write the sample, which has errors."""
    return write_sample(tmp_path / "achievements.xlsx")


def test_every_format_has_the_problems_of_json(shell: Shell, sample: Path) -> None:
    """What --json lists is in each form, on standard output alone, and the exit code is that of a check."""
    codes = [one["code"] for one in json.loads(shell.run("check", sample, "--no-report", "--json").out)["issues"]]
    found = {form: shell.run("check", sample, "--no-report", "--format", form) for form in ("github", "junit", "sarif")}
    assert [ran.code for ran in found.values()] == [2, 2, 2]
    assert [line.split("title=")[1].split("::")[0] for line in found["github"].out.splitlines()] == codes
    assert len(ET.fromstring(found["junit"].out).findall(".//testcase")) == len(codes)
    assert [one["ruleId"] for one in json.loads(found["sarif"].out)["runs"][0]["results"]] == codes
    assert all("errors" in ran.err for ran in found.values())


@pytest.mark.parametrize("content", [b"%PDF-1.4 x", None])
def test_a_file_that_cannot_be_read_is_a_problem_too(shell: Shell, tmp_path: Path, content: bytes | None) -> None:
    """What uploads the output finds one error in it, and not an empty file."""
    path = tmp_path / "game.csv"
    if content is not None:
        path.write_bytes(content)
    found = {form: shell.run("check", path, "--format", form) for form in ("github", "junit", "sarif")}
    assert [ran.code for ran in found.values()] == [2, 2, 2]
    assert found["github"].out.startswith("::error file=")
    assert len(ET.fromstring(found["junit"].out).findall(".//failure")) == 1
    (run,) = json.loads(found["sarif"].out)["runs"]
    assert [one["level"] for one in run["results"]] == ["error"]


def test_json_and_a_format_are_two_answers(shell: Shell, sample: Path) -> None:
    """Standard output holds one thing: both options together are wrong usage."""
    ran = shell.run("check", sample, "--json", "--format", "github")
    assert (ran.code, ran.out) == (2, "")


@pytest.mark.parametrize("offline", [True, False])
def test_a_plan_says_whether_something_is_pending(
    shell: Shell, job: Job, simulate: Callable[..., Simulator], offline: bool
) -> None:
    """--exit-code: 8 before a push and 0 after it; without it a plan is 0 in either case."""
    job.fill_plain(1)
    simulator = simulate(now=job.clock.time)
    options = service_options(simulator, "--journal", job.journal)
    plan = ("plan", job.workbook, *(("--offline",) if offline else options))
    ran = shell.run(*plan, "--exit-code", "--json")
    assert (ran.code, json.loads(ran.out)["exit"]) == (8, 8)
    assert shell.run(*plan).code == 0
    if not offline:
        assert shell.run("push", job.workbook, *options, "--yes").code == 0
        assert shell.run(*plan, "--exit-code").code == 0


def test_a_plan_that_cannot_be_is_2(shell: Shell, tmp_path: Path) -> None:
    """A file that is not there is no pending change."""
    assert shell.run("plan", tmp_path / "none.xlsx", "--offline", "--exit-code").code == 2


def test_a_code_is_explained(shell: Shell) -> None:
    """The meaning and what to do are told; a code that is none is 2, with what is near."""
    ran = shell.run("explain", "duplicate-locale")
    assert (ran.code, ran.out) == (0, "")
    assert "What to do: " in ran.err
    ran = shell.run("explain", "duplicate-local")
    assert ran.code == 2
    assert "Did you mean duplicate-locale" in ran.err
