"""Plans and pushes from the command line: what is sent when, what is printed where, and the exit codes."""

from __future__ import annotations

import gc
import io
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gcbulk.cli.arguments import parser
from gcbulk.records import Json, OutcomeKind
from gcbulk.runs.shared.connection import Service
from gcbulk.simulator import Simulator
from jobs import Job, occurred
from shell import Shell, push, service_options, signals

CREATES = r"/v[12]/gameCenterAchievements$"
PROMISED = {"rows", "outcomes", "issues", "requests", "report", "exit"}
ISSUE = ["sheet", "row", "column", "code", "severity", "message", "value"]
FAULTY = [("A", "com.example.a", 10, "No", "No"), ("B", "bad-id", 10, "No", "No")]
Simulate = Callable[..., Simulator]


def progress(folder: Path) -> Path:
    """Write a file of two players' progress."""
    path = folder / "progress.csv"
    players = [f"A:_{number:032x}" for number in (1, 2)]
    path.write_text("Player ID,Achievement ID,Percent\n" + "".join(f"{one},com.example.a0,50\n" for one in players))
    return path


class Terminal(io.StringIO):
    """A keyboard that somebody sits at."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_a_caller_keeps_its_garbage_collection(shell: Shell) -> None:
    """A verb that is run by a program neither turns its collection on or off, nor takes its objects out of it."""
    frozen = gc.get_freeze_count()
    assert shell.run("explain", "RowWithoutNumber").code == 2
    assert gc.isenabled()
    gc.disable()
    try:
        assert shell.run("explain", "RowWithoutNumber").code == 2
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert gc.get_freeze_count() == frozen


def test_json_is_one_object_with_the_promised_keys(shell: Shell, job: Job, simulator: Simulator) -> None:
    """check, plan, push and report print one object each, with the promised keys, and nothing else there."""
    job.fill(FAULTY)
    options = service_options(simulator, "--json", "--journal", job.journal)
    for arguments, code in (
        (("check", job.workbook, "--json"), 2),
        (("plan", job.workbook, *options), 0),
        (("push", job.workbook, *options, "--yes"), 3),
        (("report", job.workbook, "--json", "--journal", job.journal), 3),
    ):
        ran = shell.run(*arguments)
        assert ran.code == ran.found["exit"] == code
        assert ran.found.keys() >= PROMISED
        assert ran.found["rows"] == 2
        error = next(issue for issue in ran.found["issues"] if issue["severity"] == "error")
        assert list(error) == ISSUE
        assert [error[name] for name in ISSUE[:4]] == ["Achievements", 3, "Achievement ID", "id-character"]
        assert error["value"] == "bad-id"
        assert ran.err


def test_json_of_an_error_is_one_object_too(shell: Shell, tmp_path: Path) -> None:
    """A script that asked for JSON gets it even when the file is not there."""
    ran = shell.run("check", tmp_path / "none.xlsx", "--json")
    assert ran.code == ran.found["exit"] == 2
    assert ran.found.keys() >= PROMISED
    assert "There is no file" in ran.found["notes"][0]


def test_push_counts_every_row_once(shell: Shell, job: Job, simulator: Simulator) -> None:
    """The outcomes of --json add up to the rows; every outcome is named, also those that did not occur."""
    job.fill([*FAULTY, ("C", "com.example.c", 20, "Yes", "No")], [("bad-id", "en-US", "B", "before", "after")])
    found = push(shell, job, simulator, "--json").found
    assert occurred(found["outcomes"]) == {"created": 2, "rejected": 2}
    assert sum(found["outcomes"].values()) == found["rows"] == 4
    assert found["outcomes"].keys() == {str(kind) for kind in OutcomeKind}
    assert found["report"] == str(job.workbook)
    assert found["failed"] == str(job.folder / "game.failed.xlsx")
    assert found["requests"] == 5


@pytest.mark.parametrize("api", ["v2", "v1"])
def test_push_speaks_the_api_that_is_asked_for(shell: Shell, job: Job, simulator: Simulator, api: str) -> None:
    """--api chooses the form of the service's API."""
    job.fill_plain(1)
    assert push(shell, job, simulator, "--api", api).code == 0
    path = {"v2": "/v2/gameCenterAchievements", "v1": "/v1/gameCenterAchievements"}[api]
    assert simulator.ledger.requests["POST", path, 201] == 1


def test_push_asks_and_sends_after_a_yes(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --yes the plan is shown with the app's name, and a yes sends it."""
    job.fill_plain(1)
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    ran = shell.run("push", job.workbook, *service_options(simulator))
    assert ran.code == 0
    assert "App: Example Quest (com.example.game)" in ran.err
    assert "[y/N]" in ran.err
    assert simulator.ledger.writes() == 2


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "oh yes\n"], ids=["no", "return", "end", "other"])
def test_push_sends_nothing_after_any_other_answer(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """Whatever is not a yes is a no: exit 2, nothing was sent."""
    job.fill_plain(1)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    ran = shell.run("push", job.workbook, *service_options(simulator))
    assert ran.code == 2
    assert "not confirmed" in ran.err
    assert simulator.ledger.writes() == 0


def test_push_without_a_terminal_needs_yes(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can answer, nothing is sent, and --yes is named."""
    job.fill_plain(1)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    ran = shell.run("push", job.workbook, *service_options(simulator))
    assert ran.code == 2
    assert "--yes" in ran.err
    assert simulator.ledger.writes() == 0


class Interrupted:
    """A keyboard on which Ctrl-C is pressed."""

    def isatty(self) -> bool:
        """Say that somebody sits there."""
        return True

    def readline(self) -> str:
        """Be interrupted."""
        signal.raise_signal(signal.SIGINT)
        return ""


@pytest.mark.parametrize("verb", ["push", "submit"])
def test_ctrl_c_at_the_question_sends_nothing(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Until sending begins one Ctrl-C is enough: exit 130, and it is said that nothing was sent."""
    job.fill_plain(1)
    file = job.workbook
    if verb == "submit":
        assert push(shell, job, simulator).code == 0
        file = progress(job.folder)
    before = simulator.ledger.writes()
    monkeypatch.setattr(sys, "stdin", Interrupted())
    with signals():
        ran = shell.run(verb, file, *service_options(simulator))
    assert ran.code == 130
    assert "before anything was sent" in ran.err
    assert "in flight" not in ran.err
    assert simulator.ledger.writes() == before


def test_submit_sends_players_progress_once(shell: Shell, job: Job, simulator: Simulator) -> None:
    """Progress of players goes out after a --yes, with a report; sent again, nothing is sent."""
    job.fill_plain(1)
    assert push(shell, job, simulator).code == 0
    file = progress(job.folder)
    for expected in ({"created": 2}, {"unchanged": 2}):
        ran = shell.run("submit", file, *service_options(simulator, "--yes", "--json"))
        assert ran.code == 0, ran.err
        assert ran.found.keys() >= PROMISED
        assert occurred(ran.found["outcomes"]) == expected
    assert len(simulator.ledger.submitted) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required: VERB"),
        (("fetch",), "there is no verb fetch."),
        (("chekc", "x.xlsx"), "Is check meant?"),
        (("check",), "required: FILE"),
        (("check", "x.xlsx", "--sheet", "Sheet1"), "NAME=VALUE"),
        (("check", "x.xlsx", "--report", "y.xlsx", "--no-report"), "not allowed with"),
        (("push", "x.xlsx", "--api", "v3"), "invalid choice"),
        (("push", "x.xlsx", "--requests-per-hour", "0"), "whole number above 0"),
        (("push", "x.xlsx", "--settle-wait", "-1"), "seconds"),
        (("push", "x.xlsx", "--settle-wait", "nan"), "seconds"),
        (("push", "x.xlsx", "--bundle", "a.b"), "unrecognized arguments: --bundle a.b. Is --bundle-id meant?"),
        (("push", "x.xlsx", "--yess", "--jsno"), "Are --yes and --json meant?"),
        (("check", "x.xlsx", "y.xlsx"), "unrecognized arguments: y.xlsx.\n"),
        (("simulator", "--port", "99999"), "port"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_2(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    """Usage errors are exit 2, said on standard error, with nothing on standard output."""
    ran = shell.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_any_slip_is_answered_with_what_was_meant(shell: Shell) -> None:
    """Of every verb and every option of it: with its last letters turned round."""

    def slip(word: str) -> str:
        return word[:-2] + word[-1] + word[-2]

    verbs = re.findall(r"^    ([a-z]+)\b", parser().format_help(), re.MULTILINE)
    missed = [verb for verb in set(verbs) - set(map(slip, verbs)) if f"{verb} meant?" not in shell.run(slip(verb)).err]
    for verb in verbs:
        usage = shell.run(verb, "--help").out.partition("\n\n")[0]
        needed = ["x"] if re.search(r"\s[A-Z]+$", usage) else []
        options = set(re.findall(r"--[a-z-]{4,}", usage))
        missed += [
            f"{verb} {option}"
            for option in options
            if f"{option} meant?" not in shell.run(verb, *needed, slip(option)).err
        ]
    assert missed == []


def test_plan_changes_nothing(shell: Shell, job: Job, simulator: Simulator) -> None:
    """A plan says what, how many requests and how long, writes no report, and sends no create."""
    job.fill_plain(3, ("en-US", "ja"))
    before = job.workbook.read_bytes()
    ran = shell.run("plan", job.workbook, *service_options(simulator, "--json"))
    assert ran.code == 0
    assert ran.found["plan"]["requests"] == 9
    assert ran.found["plan"]["actions"]["create"] == 9
    assert ran.found["report"] is None
    assert "To create: 3 achievements, 6 localizations" in ran.err
    assert simulator.ledger.writes() == 0
    assert job.workbook.read_bytes() == before


def test_plan_offline_needs_no_service(shell: Shell, job: Job) -> None:
    """--offline plans without key, app and network."""
    job.fill_plain(1)
    ran = shell.run("plan", job.workbook, "--offline", "--json")
    assert ran.code == 0
    assert ran.found["requests"] == 0
    assert "as if nothing were there" in ran.err


def test_a_missing_key_says_where_to_get_one(shell: Shell, job: Job) -> None:
    """Without a key the message names the options, the environment and the place in App Store Connect."""
    job.fill_plain(1)
    ran = shell.run("push", job.workbook, "--bundle-id", "com.example.game")
    assert ran.code == 2
    for name in ("--key-id", "--key-path", "--api-key-json", "ASC_KEY_ID", "App Store Connect"):
        assert name in ran.err


def test_a_key_that_others_can_read_is_refused(shell: Shell, job: Job, simulator: Simulator) -> None:
    """The message has the command that fixes it."""
    job.fill_plain(1)
    simulator.key_path.chmod(0o644)
    ran = push(shell, job, simulator)
    assert ran.code == 2
    assert f"chmod 600 '{simulator.key_path}'" in ran.err


@pytest.mark.parametrize("verb", ["push", "submit"])
def test_a_signal_at_the_very_end_denies_nothing(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Ctrl-C when all was sent and the run is being closed: the result is told, and not that nothing was sent."""
    closing = Service.__exit__

    def interrupted(service: Service, *about: Json) -> None:
        signal.raise_signal(signal.SIGINT)
        closing(service, *about)

    monkeypatch.setattr(Service, "__exit__", interrupted)
    simulator.add_achievement("com.example.a0")
    file = job.fill_plain(2, (), prefix="com.example.b") if verb == "push" else progress(job.folder)
    with signals():
        ran = shell.run(verb, file, *service_options(simulator, "--yes", "--json", "--journal", job.journal))
    assert ran.code == ran.found["exit"] == 128 + signal.SIGINT
    assert occurred(ran.found["outcomes"]) == {"created": 2}
    assert "before anything was sent" not in ran.err


@pytest.mark.parametrize("verb", ["review", "report"])
@pytest.mark.parametrize("words", [[], ["FILE", "--all"]], ids=["neither", "both"])
def test_a_file_or_everything(shell: Shell, job: Job, verb: str, words: list[str]) -> None:
    """A verb that takes a file or --all takes one of them, and says so."""
    job.fill_plain(1)
    ran = shell.run(verb, *(job.workbook if word == "FILE" else word for word in words))
    assert (ran.code, ran.err.startswith("gcbulk: Say what to ")) == (2, True)


def test_a_report_on_everything_is_of_a_review(shell: Shell) -> None:
    """A push has a file, so --all cannot be of one."""
    ran = shell.run("report", "--all", "--last", "push")
    assert (ran.code, "leave out --last push" in ran.err) == (2, True)
