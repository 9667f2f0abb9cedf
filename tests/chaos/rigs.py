"""A job that a trial can run again and again: a file, a journal, an app of its own, and how it is judged.

What comes in: a ground, a simulator that several jobs may share, and a verb. What goes out: exit codes, and a `Tally`
of what the service truly has against what the last report says.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd
from submit_jobs import SubmitJob, player

from chaos.judging import judge_created, judge_submitted
from chaos.trials import Ground, Tally
from gcbulk.errors import GcbulkError
from gcbulk.runs.check import check
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.connection import Service, make_settings
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.runs.shared.submission_run import SubmitOptions
from gcbulk.runs.submit import submit_file
from gcbulk.service.clock import Clock
from gcbulk.sheets import Checked, CheckedSubmissions
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import AS_FAST_AS_CAN_BE, Job

VERBS = ("push", "submit")
KINDS = ("gameCenterAchievements", "gameCenterAchievementLocalizations")
PERCENT = 40


@dataclass(slots=True)
class Rig:
    """A file of so many rows, and an app for it.

    Args:
        ground: the case's.
        simulator: whom it talks to.
        clock: whose time counts.
        verb: "push" for achievements and a text for each, "submit" for players' progress.
        rows: achievements, or players.
        name: what sets it apart from other rigs of the case.
        in_flight: submissions in flight.
        limits: the most requests an hour and a minute, None for what gcbulk takes of itself.
    """

    ground: Ground
    simulator: Simulator
    clock: Clock
    verb: str
    rows: int
    name: str = "rig"
    in_flight: int = 6
    limits: int | None = AS_FAST_AS_CAN_BE
    result: Result | None = None
    error: GcbulkError | None = None
    folder: Path = field(init=False)
    path: Path = field(init=False)
    owner: str | None = field(init=False)
    _checked: Checked | None = None  # the rows do not change between two runs, and are looked at once
    _read: CheckedSubmissions | None = None

    def __post_init__(self) -> None:
        """Make the app, and the file."""
        self.folder = self.ground.folder / self.name
        self.folder.mkdir()
        self.owner = self.simulator.add_app(bundle_id=self.bundle_id).detail
        if self.verb == "push":
            job = Job(self.folder, self.clock, self.ground.stack)  # type: ignore[arg-type]
            self.path = job.fill_plain(self.rows, prefix=self.bundle_id)
        else:
            self.simulator.add_achievement(self.achievement, owner=self.owner)
            submitting = SubmitJob(self.folder, self.clock, self.ground.stack)
            self.path = submitting.fill([(player(n), self.achievement, PERCENT) for n in range(self.rows)])

    @property
    def bundle_id(self) -> str:
        """The app's."""
        return f"com.example.{self.name}"

    @property
    def achievement(self) -> str:
        """What progress is submitted for."""
        return f"{self.bundle_id}.done"

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.folder / "state" / "journal.sqlite3"

    @property
    def rescued(self) -> Path:
        """The folder for reports that can be saved nowhere else."""
        return self.folder / "state" / "rescued"

    @property
    def requests(self) -> int:
        """How many requests the simulator has answered, of whomever."""
        return self.simulator.ledger.requests.total()

    def run(self, *, report: bool = True) -> int:
        """Run the verb once, as the command line does, and give its exit code; `result` or `error` says more."""
        self.result = self.error = None
        place = ReportTarget(self.rescued, write=report)
        with ExitStack() as stack:
            service = stack.enter_context(Service(self._settings(), clock=self.clock))
            try:
                self.result = self._push(service, place) if self.verb == "push" else self._submit(service, place)
            except GcbulkError as error:
                self.error = error
                return error.exit_code
        assert sum(self.result.outcomes.values()) == self.result.rows, "every row has exactly one outcome"
        return self.result.exit

    def judge(self) -> Tally:
        """Hold the last report against the ledger; all rows have to be there, each once."""
        told = self.told()
        if self.verb == "submit":
            taken = [one for one in self.simulator.ledger.submitted if one.bundle_id == self.bundle_id]
            pairs = {(player(n), self.achievement): PERCENT for n in range(self.rows)}
            ids = {(key.split(" / ")[0], key.split(" / ")[1]): own for key, own in told.items()}
            return judge_submitted(taken, ids, pairs)
        created = [one for one in self.simulator.ledger.created if one.type in KINDS and self._is_ours(one.key)]
        keys = [f"{self.bundle_id}.a{n}" for n in range(self.rows)]
        return judge_created(created, told, [*keys, *(f"{key} / en-US" for key in keys)])

    @property
    def is_done(self) -> bool:
        """Whether everything took effect."""
        return len(set(self.applied())) == self.rows * (2 if self.verb == "push" else 1)

    def applied(self) -> list[str]:
        """The keys, as a report has them, of what truly took effect, as often as it did."""
        if self.verb == "submit":
            taken = self.simulator.ledger.submitted
            return [f"{one.player} / {one.vendor_identifier}" for one in taken if one.bundle_id == self.bundle_id]
        created = self.simulator.ledger.created
        return [one.key for one in created if one.type in KINDS and self._is_ours(one.key)]

    def told(self) -> Mapping[str, str]:
        """The id that the last report gives for each key; empty where it gives none."""
        assert self.result is not None
        return {str(line["Key"]): str(line["Id"] or "") for line in lines_of(self.result.report)}

    def _is_ours(self, key: str) -> bool:
        return key.startswith(f"{self.bundle_id}.")

    def _settings(self) -> Json:
        return make_settings(
            bundle_id=self.bundle_id,
            key_id=self.simulator.key_id,
            issuer_id=self.simulator.issuer_id,
            key_path=self.simulator.key_path,
            base_url=self.simulator.base_url,
            journal=self.journal,
            requests_per_minute=self.limits,
            requests_per_hour=self.limits,
            environ={"GCBULK_HOME": str(self.journal.parent)},
        )

    def _push(self, service: Service, place: ReportTarget) -> Result:
        self._checked = self._checked or check(self.path)
        return push_file(self.path, self._checked, service, place, confirm=lambda plan: True)

    def _submit(self, service: Service, place: ReportTarget) -> Result:
        self._read = self._read or read_submissions(self.path, reading=ReadOptions(bundle_id=self.bundle_id))
        options = SubmitOptions(in_flight=self.in_flight)
        return submit_file(self.path, self._read, service, place, options=options, confirm=lambda lines: True)


def lines_of(report: Path | None) -> list[dict[str, Json]]:
    """The lines of a report, by their headers, wherever it was saved; none where there is no report."""
    if report is None:
        return []
    if report.suffix == ".csv":
        table = pd.read_csv(report, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return [dict(line) for line in table.to_dict("records")]
    book = openpyxl.load_workbook(report, read_only=True)
    try:
        sheet = next(sheet for sheet in reversed(book.worksheets) if sheet.title.startswith("gcbulk "))
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    head = next(n for n, row in enumerate(rows) if row[:2] == ["Sheet", "Row"])
    return [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]
