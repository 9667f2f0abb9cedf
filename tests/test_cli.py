"""Every verb of the command line: what it prints where, what it leaves behind, and its exit code."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import openpyxl
import pytest

import gcbulk
from gcbulk.arguments import EXIT_CODES, parser
from gcbulk.simulator import Fault, Simulator, Switches, running
from jobs import Job, TurnedClock, occurred
from shell import STRANGERS, Ran, Shell, service_options

CREATES = r"/v[12]/gameCenterAchievements$"
PROMISED = {"rows", "outcomes", "issues", "requests", "report", "exit"}
ISSUE = ["sheet", "row", "column", "code", "severity", "message", "value"]
VERBS = ("template", "check", "plan", "push", "report", "simulator", "demo")
FAULTY = [("A", "com.example.a", 10, "No", "No"), ("B", "bad-id", 10, "No", "No")]
Simulate = Callable[..., Simulator]


class Terminal(io.StringIO):
    """A keyboard that somebody sits at."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Give a command line whose home is empty, and that knows of no real key."""
    for name in [name for name in os.environ if name.startswith(STRANGERS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TurnedClock:
    """Give a clock that takes waits at once, to the command line too."""
    turned = TurnedClock()
    monkeypatch.setattr("gcbulk.pipeline.connection.SystemClock", lambda: turned)
    return turned


@pytest.fixture
def job(tmp_path: Path, clock: TurnedClock) -> Iterator[Job]:
    """Give a folder with a workbook to fill."""
    with ExitStack() as stack:
        yield Job(tmp_path, clock, stack)


@pytest.fixture
def simulator(simulate: Simulate, clock: TurnedClock) -> Simulator:
    """Give a simulator of the likeliest behaviour, by the test's clock."""
    return simulate(now=clock.time)


def push(shell: Shell, job: Job, simulator: Simulator, *more: object) -> Ran:
    """Push the job's workbook, without being asked."""
    return shell.run("push", job.workbook, *service_options(simulator, "--yes", *more))


def test_check_tells_people_on_standard_error_and_writes_the_report(shell: Shell, job: Job) -> None:
    """A check prints nothing on standard output, says each problem with its cell, and adds the report sheet."""
    job.fill(FAULTY)
    ran = shell.run("check", job.workbook)
    assert (ran.code, ran.out) == (2, "")
    assert "Achievements, row 3, Achievement ID: The id holds a hyphen" in ran.err
    assert f"Report: {job.workbook}" in ran.err
    assert [line["Outcome"] for line in job.lines() if line["Row"] == 3] == ["error"]


def test_check_of_a_good_file_is_0(shell: Shell, job: Job) -> None:
    """Without an error the exit code is 0."""
    job.fill_plain(2)
    ran = shell.run("check", job.workbook)
    assert ran.code == 0
    assert "2 achievements, 2 localizations read: no problem." in ran.err


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
    assert len(found["outcomes"]) == 10
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
    assert "Send 2 requests? [y/N]" in ran.err
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


def test_ctrl_c_at_the_question_sends_nothing(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until sending begins one Ctrl-C is enough: exit 130, and it is said that nothing was sent."""
    job.fill_plain(1)

    class Interrupted:
        """A keyboard on which Ctrl-C is pressed."""

        def isatty(self) -> bool:
            """Say that somebody sits there."""
            return True

        def readline(self) -> str:
            """Be interrupted."""
            signal.raise_signal(signal.SIGINT)
            return ""

    monkeypatch.setattr(sys, "stdin", Interrupted())
    ran = shell.run("push", job.workbook, *service_options(simulator))
    assert ran.code == 130
    assert "before anything was sent" in ran.err
    assert "in flight" not in ran.err
    assert simulator.ledger.writes() == 0


def test_strict_sends_nothing_while_a_row_is_wrong(shell: Shell, job: Job, simulator: Simulator) -> None:
    """--strict is exit 2 with every problem said, and nothing sent."""
    job.fill(FAULTY)
    ran = push(shell, job, simulator, "--strict")
    assert ran.code == 2
    assert "--strict" in ran.err
    assert simulator.ledger.writes() == 0


def test_rows_without_an_answer_are_4(shell: Shell, job: Job, simulate: Simulate) -> None:
    """A create that never gets a usable answer is unknown: exit 4, told as unknown and not as failed."""
    fault = Fault("status", method="POST", path=CREATES, status=503, times=4)
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(1)
    ran = push(shell, job, simulator)
    assert ran.code == 4
    assert "1 unknown" in ran.err
    assert "sends nothing twice" in ran.err


@pytest.mark.parametrize("mark", ["~$game.xlsx", ".~lock.game.xlsx#"], ids=["Excel", "LibreOffice"])
def test_a_report_beside_an_open_workbook_is_5(shell: Shell, job: Job, simulator: Simulator, mark: str) -> None:
    """An open workbook is left alone: the report is saved beside it, said aloud, exit 5."""
    job.fill_plain(1)
    job.folder.joinpath(mark).touch()
    before = job.workbook.read_bytes()
    ran = push(shell, job, simulator, "--json")
    assert ran.code == 5
    assert job.workbook.read_bytes() == before
    beside = Path(ran.found["report"])
    assert beside == job.folder / "game.gcbulk-report.xlsx"
    assert [line["Outcome"] for line in job.lines(beside)] == ["created", "created"]
    assert str(beside) in ran.err


def test_a_second_run_at_the_same_time_is_6(shell: Shell, job: Job, simulator: Simulator) -> None:
    """While another run of the same app goes on, the second sends nothing."""
    job.fill_plain(1)
    with job.service(simulator).lock.held():
        ran = push(shell, job, simulator, "--journal", job.journal)
    assert ran.code == 6
    assert "Another run" in ran.err
    assert simulator.ledger.requests == {}


def test_a_run_that_stops_early_is_7_and_goes_on(shell: Shell, job: Job, simulate: Simulate) -> None:
    """A key that is refused in mid-run stops it: exit 7; the same command finishes it later."""
    simulator = simulate(now=job.clock.time)
    simulator.add_fault(Fault("status", status=401, method="POST", after=2))
    job.fill_plain(2)
    ran = push(shell, job, simulator)
    assert ran.code == 7
    assert "Stopped early" in ran.err
    simulator.clear_faults()
    again = push(shell, job, simulator, "--json")
    assert again.code == 0
    assert occurred(again.found["outcomes"]) == {"created": 2, "unchanged": 2}


def test_a_service_that_does_not_answer_is_7(shell: Shell, job: Job) -> None:
    """Nothing listens there: one sentence, exit 7, no traceback."""
    job.fill_plain(1)
    with running(key_dir=job.folder / "private_keys") as simulator:
        options = service_options(simulator, "--yes")
    ran = shell.run("push", job.workbook, *options)
    assert ran.code == 7
    assert ran.err.startswith("gcbulk: The service gave no usable answer")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "required: VERB"),
        (("fetch",), "invalid choice"),
        (("check",), "required: FILE"),
        (("check", "x.xlsx", "--sheet", "Sheet1"), "NAME=VALUE"),
        (("check", "x.xlsx", "--report", "y.xlsx", "--no-report"), "not allowed with"),
        (("push", "x.xlsx", "--api", "v3"), "invalid choice"),
        (("push", "x.xlsx", "--requests-per-hour", "0"), "whole number above 0"),
        (("push", "x.xlsx", "--settle-wait", "-1"), "seconds"),
        (("push", "x.xlsx", "--settle-wait", "nan"), "seconds"),
        (("push", "x.xlsx", "--bundle", "a.b"), "unrecognized"),
        (("simulator", "--port", "99999"), "port"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_2(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    """Usage errors are exit 2, said on standard error, with nothing on standard output."""
    ran = shell.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("folder", None, "is a folder"),
        ("empty.xlsx", b"", "is empty"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "(.xls)"),
        ("print.pdf", b"%PDF-1.7\n", "a PDF document"),
        ("page.xlsx", b"<html><table></table></html>", "web page"),
        ("words.xlsx", b"Reference Name,Points\nA,1\n", "holds plain text"),
        ("none.xlsx", ..., "There is no file"),
    ],
    ids=["folder", "empty", "xls", "pdf", "html", "csv-as-xlsx", "missing"],
)
@pytest.mark.parametrize("verb", ["check", "plan", "push", "report"])
def test_a_wrong_file_is_named_in_one_sentence(
    shell: Shell, tmp_path: Path, verb: str, name: str, content: bytes | None, said: str
) -> None:
    """Whatever is dropped on it: exit 2, what it is and what to do, on one line, and no traceback."""
    path = tmp_path / name
    if content is None:
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    ran = shell.run(verb, path)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.startswith("gcbulk: ")
    assert ran.err.count("\n") == 1


def test_sheet_and_column_settle_what_is_not_clear(shell: Shell, job: Job) -> None:
    """Two sheets that fit and a header of one's own are asked about, and settled as the message says."""
    job.fill([("A", "com.example.a", 10, "No", "No")])
    book = openpyxl.load_workbook(job.workbook)
    book["Achievements"].title = "Old"
    new = book.copy_worksheet(book["Old"])
    new.title = "New"
    new["C1"] = "Pts"
    book.save(job.workbook)
    asked = shell.run("check", job.workbook, "--no-report")
    assert asked.code == 2
    settled = shell.run("check", job.workbook, "--no-report", "--sheet", "achievements=New", "--column", "points=Pts")
    assert settled.code == 0, settled.err


@pytest.mark.parametrize(
    ("encoding", "delimiter", "options"),
    [("cp1252", ",", ("--encoding", "cp1252")), ("utf-8", "|", ("--delimiter", "|"))],
    ids=["encoding", "delimiter"],
)
def test_text_files_can_be_settled(
    shell: Shell, tmp_path: Path, encoding: str, delimiter: str, options: tuple[str, ...]
) -> None:
    """A text file that could be read in several ways is read as the option says; its report is a CSV beside it."""
    path = tmp_path / "game.csv"
    rows = (("Reference Name", "Achievement ID", "Points", "Hidden", "Repeatable"), ("Café", "a.b", "5", "No", "No"))
    path.write_bytes("".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding))
    ran = shell.run("check", path, *options, "--json")
    assert ran.code == 0, ran.err
    assert ran.found["rows"] == 1
    assert ran.found["report"] == str(tmp_path / "game.report.csv")
    assert (tmp_path / "game.report.csv").read_bytes().startswith(b"\xef\xbb\xbfSheet,Row,Key")


def test_an_undecodable_file_names_the_option(shell: Shell, tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are not guessed at: the message names --encoding."""
    path = tmp_path / "game.csv"
    path.write_bytes("Reference Name,Points\r\nCafé,5\r\n".encode("cp1252"))
    ran = shell.run("check", path)
    assert ran.code == 2
    assert "--encoding" in ran.err


def test_report_goes_where_it_is_asked_for(shell: Shell, job: Job) -> None:
    """--report leaves the workbook as it was and writes a copy with the sheet; --no-report writes nothing."""
    job.fill_plain(1)
    before, elsewhere = job.workbook.read_bytes(), job.folder / "told.xlsx"
    assert shell.run("check", job.workbook, "--report", elsewhere).code == 0
    assert openpyxl.load_workbook(elsewhere).sheetnames == ["Achievements", "Localizations", "gcbulk report"]
    assert shell.run("check", job.workbook, "--no-report", "--json").found["report"] is None
    assert job.workbook.read_bytes() == before
    assert sorted(path.name for path in job.folder.glob("*.*")) == ["game.xlsx", "told.xlsx"]


def test_an_impossible_report_is_known_before_anything_is_sent(shell: Shell, job: Job, simulator: Simulator) -> None:
    """A report that cannot be is a usage error, not a surprise after the push."""
    job.fill_plain(1)
    ran = push(shell, job, simulator, "--report", job.folder / "report.pdf")
    assert ran.code == 2
    assert ".xlsx, .xlsm or .csv" in ran.err
    assert simulator.ledger.writes() == 0


def test_report_is_made_again_from_the_journal(shell: Shell, job: Job, simulator: Simulator) -> None:
    """After a push the report can be written again without the service and without a key."""
    job.fill_plain(2)
    assert push(shell, job, simulator).code == 0
    ids = [line["Id"] for line in job.lines()]
    job.fill_plain(2)
    ran = shell.run("report", job.workbook)
    assert ran.code == 0
    assert [line["Id"] for line in job.lines()] == ids


def test_report_without_a_push_is_2(shell: Shell, job: Job) -> None:
    """Where no push was, there is nothing to report, and the journal that was looked at is named."""
    job.fill_plain(1)
    ran = shell.run("report", job.workbook)
    assert ran.code == 2
    assert "--journal" in ran.err


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
    """The message has the command that mends it."""
    job.fill_plain(1)
    simulator.key_path.chmod(0o644)
    ran = push(shell, job, simulator)
    assert ran.code == 2
    assert f"chmod 600 '{simulator.key_path}'" in ran.err


def test_template_is_written_once(shell: Shell, tmp_path: Path) -> None:
    """A template is never written over a file that is there, unless --force says so."""
    path = tmp_path / "new.xlsx"
    assert shell.run("template", path).code == 0
    path.write_bytes(b"filled in")
    refused = shell.run("template", path)
    assert refused.code == 2
    assert "--force" in refused.err
    assert path.read_bytes() == b"filled in"
    assert shell.run("template", path, "--force").code == 0
    assert "Achievements" in openpyxl.load_workbook(path).sheetnames


@pytest.mark.parametrize(
    ("name", "said"), [("missing/new.xlsx", "cannot be written"), ("new.txt", ".xlsx")], ids=["no-folder", "suffix"]
)
def test_a_template_that_cannot_be_is_said(shell: Shell, tmp_path: Path, name: str, said: str) -> None:
    """A folder that is not there, or a name that no workbook has: one sentence, exit 2."""
    ran = shell.run("template", tmp_path / name)
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / name).exists()


def test_demo_does_the_whole_job(shell: Shell, tmp_path: Path) -> None:
    """Check, plan and push of the sample against a simulator, exit 0, with the paths of what it made."""
    ran = shell.run("demo", "--dir", tmp_path / "demo")
    assert (ran.code, ran.out) == (0, "")
    workbook, failed = tmp_path / "demo" / "achievements.xlsx", tmp_path / "demo" / "achievements.failed.xlsx"
    for said in ("check", "plan", "push", str(workbook), str(failed), "created", "rejected"):
        assert said in ran.err
    assert "gcbulk report" in openpyxl.load_workbook(workbook).sheetnames
    assert failed.exists()


def test_demo_where_it_cannot_be_is_said(shell: Shell, tmp_path: Path) -> None:
    """A file in the folder's place is one sentence, exit 2."""
    (tmp_path / "demo").touch()
    ran = shell.run("demo", "--dir", tmp_path / "demo")
    assert ran.code == 2
    assert ran.err.startswith("gcbulk: ")


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example_that_works(shell: Shell, verb: str) -> None:
    """The help of every verb ends in an example that the parser takes, and the exit codes."""
    ran = shell.run(verb, "--help")
    assert ran.code == 0
    example = ran.out.split("example:\n")[1].splitlines()[0].split()
    assert example[:2] == ["gcbulk", verb]
    assert parser().parse_args(example[1:]).verb == verb
    assert EXIT_CODES in ran.out


def test_help_names_every_verb(shell: Shell) -> None:
    """The help on top names every verb and every exit code."""
    ran = shell.run("--help")
    assert ran.code == 0
    assert all(verb in ran.out for verb in VERBS)
    assert EXIT_CODES in ran.out


def test_version_is_the_packages(shell: Shell) -> None:
    """--version names the package and its version."""
    ran = shell.run("--version")
    assert (ran.code, ran.out) == (0, f"gcbulk {gcbulk.__version__}\n")


def test_what_stands_in_a_row_cannot_steer_the_terminal(shell: Shell, tmp_path: Path) -> None:
    """Escape sequences from a file are shown as text."""
    path = tmp_path / "game.csv"
    path.write_text(
        "Reference Name,Achievement ID,Points,Hidden,Repeatable\nA\x1b[2J,a.\u202eb,\x1b]0;x\x07,\x9b2J,No\n"
    )
    ran = shell.run("check", path)
    assert ran.code == 2
    assert not set(ran.err) & {"\x1b", "\x07", "\x9b", "\u202e"}
