"""Checks, reports, templates and the demo from the command line: what is read and what is left behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from submit_jobs import FIRST, player

import gcbulk
from gcbulk.cli.arguments import EXIT_CODES, parser
from gcbulk.simulator import Simulator
from jobs import Job
from shell import Shell, push, service_options

VERBS = re.findall(r"^    ([a-z]+)\b", parser().format_help(), re.MULTILINE)
FAULTY = [("A", "com.example.a", 10, "No", "No"), ("B", "bad-id", 10, "No", "No")]
Simulate = Callable[..., Simulator]


def test_check_tells_people_on_standard_error_and_writes_the_report(shell: Shell, job: Job) -> None:
    """A check prints nothing on standard output, says each problem with its cell, and adds the report sheet."""
    job.fill(FAULTY)
    ran = shell.run("check", job.workbook)
    assert (ran.code, ran.out) == (2, "")
    assert "Achievements, row 3, Achievement ID: The id holds a hyphen" in ran.err
    assert f"Report: {job.workbook}" in ran.err
    assert [line["Outcome"] for line in job.lines(sheet="gcbulk check") if line["Row"] == 3] == ["error"]


def test_check_of_a_good_file_is_0(shell: Shell, job: Job) -> None:
    """Without an error the exit code is 0."""
    job.fill_plain(2)
    ran = shell.run("check", job.workbook)
    assert ran.code == 0
    assert "2 achievements, 2 localizations read: 1 warning." in ran.err


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
@pytest.mark.parametrize("verb", ["check", "plan", "push", "submit", "report"])
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
    assert ran.found["report"] == str(tmp_path / "game.check.csv")
    assert (tmp_path / "game.check.csv").read_bytes().startswith(b"\xef\xbb\xbfSheet,Row,Key")


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
    assert openpyxl.load_workbook(elsewhere).sheetnames == ["Achievements", "Localizations", "gcbulk check"]
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


@pytest.mark.parametrize("kept", [True, False], ids=["the same journal", "a new journal"])
def test_which_files_are_ours_is_kept_with_the_journal(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """With another home and the journal of a volume our report is replaced; without it it stays, and that is said."""
    simulator.add_achievement(FIRST)
    text, report = job.folder / "progress.csv", job.folder / "progress.report.csv"
    for run in range(2):
        text.write_text(f"Player ID,Achievement ID,Percent\n{player(run)},{FIRST},50\n")
        monkeypatch.setenv("GCBULK_HOME", str(job.folder / f"home{run}"))
        journal = job.folder / ("volume" if kept else f"volume{run}") / "journal.sqlite3"
        ran = shell.run("submit", text, *service_options(simulator, "--yes", "--json", "--journal", journal))
        assert ran.code == 0
    second = report.with_name("progress.report-2.csv")
    assert second.exists() is not kept
    assert ran.found["report"] == str(report if kept else second)
    assert ("was left as it is" in ran.err) is not kept
    assert player(1) in (report if kept else second).read_text()


def test_notebooks_are_written_once(shell: Shell, tmp_path: Path) -> None:
    """The notebooks of the project come with the package; one that was worked on is replaced only with --force."""
    ours = sorted((Path(gcbulk.__file__).parents[1] / "notebooks").glob("*.ipynb"))
    folder = tmp_path / "my" / "notebooks"
    assert shell.run("notebooks", folder).code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {one.name: one.read_bytes() for one in ours}
    worked_on = folder / ours[0].name
    worked_on.write_bytes(b"{}")
    refused = shell.run("notebooks", folder)
    assert refused.code == 2
    assert "--force" in refused.err
    assert worked_on.read_bytes() == b"{}"
    assert shell.run("notebooks", folder, "--force").code == 0
    assert worked_on.read_bytes() == ours[0].read_bytes()
    refused = shell.run("notebooks", worked_on)
    assert refused.code == 2
    assert "cannot be written into" in refused.err


def test_demo_does_the_whole_job(shell: Shell, tmp_path: Path) -> None:
    """Check, plan and push of the sample against a simulator, exit 0, with the paths of what it made."""
    ran = shell.run("demo", "--dir", tmp_path / "demo")
    assert (ran.code, ran.out) == (0, "")
    workbook, failed = tmp_path / "demo" / "achievements.xlsx", tmp_path / "demo" / "achievements.failed.xlsx"
    for said in ("check", "plan", "push", str(workbook), str(failed), "created", "rejected"):
        assert said in ran.err
    assert f'open {workbook} and look at its sheet "gcbulk report"' in ran.err
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
    assert {"template", "check", "plan", "push", "report", "simulator", "demo"} <= set(VERBS)
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
