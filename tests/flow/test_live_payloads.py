"""T6, T10: forty texts that would act, in what the service says: what is live, and why it refuses a row.

They come out as text: in a pulled workbook, in the sheet of a plan and its file, in every form of the report.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from payloads import PAYLOADS, Tags, assert_harmless, assert_inactive, assert_texts, is_formula

import gcbulk
from gcbulk.records import Action, Report
from gcbulk.reporting import summary_lines, to_html
from gcbulk.runs.pull import pull_file
from gcbulk.simulator import Fault, Simulator, Switches, running
from jobs import Job, TurnedClock
from shell import Shell, service_options

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
UNHEARD_OF = re.compile(r"[\x00-\x08\x0b-\x1f]")
"""What no cell can hold, and no text of a live game has."""
TEXTS = ("name", "beforeEarnedDescription", "afterEarnedDescription")
BY_NUMBER = pytest.mark.parametrize("number", range(len(PAYLOADS)), ids=lambda number: ascii(PAYLOADS[number]))


@dataclass(frozen=True, slots=True)
class Live:
    """An app whose every text is a payload, and a workbook of it."""

    job: Job
    simulator: Simulator

    def run(self, capsys: pytest.CaptureFixture[str], *arguments: object) -> int:
        """Run a command that reaches it; what it prints steers no terminal."""
        options = service_options(self.simulator, "--journal", self.job.journal)
        ran = Shell(self.job.folder, capsys).run(*arguments, *options)
        assert not CONTROL.search(ran.out + ran.err)
        return ran.code


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Make forty achievements with a language each, and put the payloads into them at the service."""
    folder, clock = tmp_path_factory.mktemp("live"), TurnedClock()
    switches = Switches(newer_locales=False, minute_limit=None)
    with running(switches, key_dir=folder / "private_keys", now=clock.time) as simulator, ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(
            "gcbulk.runs.shared.connection.SystemClock", lambda: clock
        )
        job = Job(folder, clock, stack)
        job.fill_plain(len(PAYLOADS))
        assert job.push(simulator).exit == 0
        for achievement, payload in zip(simulator.store.all("gameCenterAchievements"), PAYLOADS, strict=True):
            achievement.attributes["referenceName"] = payload
        for text, payload in zip(simulator.store.all("gameCenterAchievementLocalizations"), PAYLOADS, strict=True):
            text.attributes.update(dict.fromkeys(TEXTS, payload))
        yield Live(job, simulator)


@pytest.fixture(scope="module")
def pulled(live: Live) -> Path:
    """Pull what is live."""
    path = live.job.folder / "live.xlsx"
    frames = gcbulk.pull(live.job.service(live.simulator))
    assert frames["achievements"]["reference_name"].tolist() == list(PAYLOADS)
    assert pull_file(path, live.job.service(live.simulator)).exit == 0
    return path


@BY_NUMBER
def test_in_a_pulled_workbook_it_is_text(pulled: Path, number: int) -> None:
    """Each cell is text, marked so where it begins like a formula; nothing that a cell can hold is changed."""
    book = openpyxl.load_workbook(pulled)
    names = book["Achievements"][2 + number][0], book["Localizations"][2 + number][2]
    for cell in names:
        assert_texts([cell])
        if not UNHEARD_OF.search(PAYLOADS[number]):
            assert cell.value == PAYLOADS[number]


def test_a_pulled_workbook_acts_nowhere_and_changes_nothing(
    live: Live, pulled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """None of its texts acts, and pushed as it is it changes none but those that no sheet can hold."""
    made = gcbulk.plan(gcbulk.check(pulled), live.job.service(live.simulator))
    changed = {step.key[0] for step in made.todo if step.action is Action.UPDATE}
    assert changed <= {f"com.example.a{n}" for n, payload in enumerate(PAYLOADS) if UNHEARD_OF.search(payload)}
    assert live.run(capsys, "plan", pulled) == 0
    empty = openpyxl.load_workbook(gcbulk.write_template(pulled.with_name("empty.xlsx")))
    own = {cell.value for sheet in empty for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    for sheet in openpyxl.load_workbook(pulled):
        texts = (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str))
        assert_texts(cell for cell in texts if cell.value not in own)


@pytest.fixture(scope="module")
def planned(live: Live, pulled: Path) -> Path:
    """A workbook that would change every text that is live."""
    path = live.job.folder / "changed.xlsx"
    ids = [f"com.example.a{n}" for n in range(len(PAYLOADS))]
    book = openpyxl.load_workbook(live.job.workbook)
    for sheet, columns in (("Achievements", ("Reference Name",)), ("Localizations", ("Display Name",))):
        rows = book[sheet]
        for column in columns:
            place = next(cell.column for cell in rows[1] if cell.value == column)
            for n in range(len(ids)):
                rows.cell(n + 2, place).value = f"Changed {n}"
    book.save(path)
    return path


def test_in_a_plan_it_is_text(live: Live, planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan tells each old text beside the new one: on its sheet, in its file, in the terminal, in HTML."""
    out = planned.with_suffix(".json")
    assert live.run(capsys, "plan", planned, "--plan-sheet", "--out", out) == 0
    sheet = openpyxl.load_workbook(planned)["gcbulk plan"]
    texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert sum("1+1" in str(cell.value) for cell in texts) > 15, "the texts are not there"
    assert_texts(texts)
    assert_inactive(planned)
    saved = out.read_bytes()
    assert json.loads(saved)
    assert not re.search(rb"[^\x0a\x20-\x7e]", saved)
    made = gcbulk.plan(gcbulk.check(planned), live.job.service(live.simulator))
    assert_harmless(made._repr_html_())
    assert made.counts["update"] == 2 * len(PAYLOADS)


@pytest.fixture(scope="module")
def refused(live: Live, pulled: Path, planned: Path) -> pd.DataFrame:
    """Ask for a language that the service refuses, with a payload as the reason; give the lines of the report."""
    for number, payload in enumerate(PAYLOADS):
        fault = Fault(
            "edit", "POST", "Localizations$", nth=(number + 1,), pointer="/errors/0/detail", value=f"{payload} x"
        )
        live.simulator.add_fault(fault)
    live.simulator.service.schedule.faults.reverse()
    live.job.fill_plain(len(PAYLOADS), ("bn-BD",))
    plan = gcbulk.plan(gcbulk.check(live.job.workbook), live.job.service(live.simulator))
    lines = gcbulk.push(plan, live.job.service(live.simulator))
    live.simulator.clear_faults()
    assert lines["outcome"].value_counts()["rejected"] >= len(PAYLOADS)
    return lines


def test_in_the_report_of_a_refusal_it_is_text(live: Live, refused: pd.DataFrame) -> None:
    """What the service says of a row is text in the workbook, in the CSV and in HTML."""
    gcbulk.write_report(live.job.workbook, refused)
    sheet = openpyxl.load_workbook(live.job.workbook)["gcbulk report"]
    texts = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert sum("1+1" in str(cell.value) for cell in texts) > 15, "the texts are not there"
    assert_texts(texts)
    assert_inactive(live.job.workbook)
    told = gcbulk.write_report(live.job.workbook, refused, destination=live.job.folder / "told.csv")
    with told.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert sum("1+1" in cell for cell in cells) > 15
    assert not [cell for cell in cells if is_formula(cell) or re.search(r"[\x00-\x08\x0b-\x1f\x7f]", cell)]
    page = to_html(Report(summary_lines(refused), refused))
    assert Tags(page).text.count("1+1") > 15
    assert_harmless(page)
