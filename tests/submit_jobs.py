"""A file of players' progress or scores on the simulator, over real HTTP, with a clock that a test turns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pandas as pd

from gcbulk.runs.report import report_submissions_file
from gcbulk.runs.shared.connection import Service, make_settings
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.runs.shared.submission_queue import Progress
from gcbulk.runs.shared.submission_run import SubmitOptions
from gcbulk.runs.submit import submit_file
from gcbulk.service.clock import Clock
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json
from jobs import own_settings

BUNDLE_ID = "com.example.game"
HEADERS = ("Player ID", "Achievement ID", "Percent")
SCORE_HEADERS = ("Player ID", "Leaderboard ID", "Score", "Context")
POST = "/v1/gameCenterPlayerAchievementSubmissions"
POST_SCORE = "/v1/gameCenterLeaderboardEntrySubmissions"
FIRST, SECOND = "com.example.first", "com.example.second"

Row = Sequence[Json]


def player(number: int) -> str:
    """A player's id as Apple's documentation has it."""
    return f"A:_{number:032x}"


def progress(count: int, percent: int = 50, achievement: str = FIRST) -> list[tuple[str, str, Json]]:
    """A row each for so many players."""
    return [(player(n), achievement, percent) for n in range(count)]


@dataclass(slots=True)
class SubmitJob:
    """A folder with a file of submissions, a journal and ways to submit it."""

    folder: Path
    clock: Clock
    stack: ExitStack
    kind: str = "submissions"
    path: Path = field(init=False)

    def __post_init__(self) -> None:
        """Name the file."""
        self.path = self.folder / "progress.csv"

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.folder / "state" / "journal.sqlite3"

    def fill(self, rows: Sequence[Row], headers: Sequence[str] = HEADERS) -> Path:
        """Write the file."""
        pd.DataFrame(list(rows), columns=list(headers)).to_csv(self.path, index=False)
        return self.path

    def service(
        self,
        simulator: Simulator,
        *,
        bundle_id: str | None = BUNDLE_ID,
        per_hour: int | None = 1_000_000,
        stop: Event | None = None,
    ) -> Service:
        """The service, as the command line makes it, with the test's clock."""
        settings = make_settings(
            bundle_id=bundle_id,
            key_id=simulator.key_id,
            issuer_id=simulator.issuer_id,
            key_path=simulator.key_path,
            base_url=simulator.base_url,
            journal=self.journal,
            requests_per_minute=1_000_000,
            requests_per_hour=per_hour,
            environ={"GCBULK_HOME": str(self.journal.parent)},
        )
        return self.stack.enter_context(Service(settings, clock=self.clock, stop=stop))

    def submit(self, simulator: Simulator, service: Service | None = None, **options: Json) -> Result:
        """Submit the file with a fresh service, as a run of the command line does."""
        service = service or self.service(simulator)
        checked = read_submissions(
            self.path, kind=self.kind, reading=ReadOptions(bundle_id=service.settings.bundle_id, timezone="UTC")
        )
        result = submit_file(
            self.path,
            checked,
            service,
            ReportTarget(self.folder / "rescued"),
            options=SubmitOptions(**options),
            confirm=lambda lines: True,
        )
        if result.exit != 2:
            assert sum(result.outcomes.values()) == result.rows, "every row has exactly one outcome"
        return result

    def report(self, **options: Json) -> Result:
        """Make the report again from the journal."""
        checked = read_submissions(self.path, kind=self.kind, reading=ReadOptions(bundle_id=BUNDLE_ID, timezone="UTC"))
        place = ReportTarget(self.folder / "rescued")
        return report_submissions_file(self.path, checked, self.journal, place, SubmitOptions(**options))

    def lines(self, of: str = "report") -> pd.DataFrame:
        """The lines of the report (or of a "check") beside a text file, every cell as text."""
        found = self.path.with_name(f"{self.path.stem}.{of}.csv")
        return pd.read_csv(found, dtype=str, keep_default_na=False, encoding="utf-8-sig")


SETTLE_S = 1.0


def submit_and_exit(
    path: Path,
    journal: Path,
    base_url: str,
    key_path: Path,
    issuer_id: str,
    bundle_id: str,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> None:
    """Submit a file by the machine's own clock and end the process; for a process that may be killed."""
    # Nothing is late in the service of a process, so the next one need not wait long for what this one left open.
    settings = own_settings(journal, base_url, key_path, issuer_id, bundle_id, settle_wait_s=SETTLE_S)
    with Service(settings) as service:
        checked = read_submissions(path, reading=ReadOptions(bundle_id=bundle_id))
        place = ReportTarget(path.parent / "rescued")
        sys.exit(submit_file(path, checked, service, place, confirm=lambda lines: True, watch=watch).exit)


def applied(simulator: Simulator) -> list[tuple[str, str, int | str]]:
    """What truly took effect, in order: player, achievement or leaderboard, percentage or score."""
    return [(one.player, one.vendor_identifier, one.value) for one in simulator.ledger.submitted]


def posts(simulator: Simulator, path: str = POST) -> int:
    """How many submissions were answered, or broken off, however they ended."""
    return sum(count for (_, at, _), count in simulator.ledger.requests.items() if at == path)


def ids_are_right(simulator: Simulator, lines: pd.DataFrame) -> bool:
    """Whether every line with an id has the one that the service gave this player and achievement last."""
    given = {f"{one.player} / {one.vendor_identifier}": one.id for one in simulator.ledger.submitted}
    told = lines[lines["Id"] != ""]
    return bool(len(told)) and all(given[key] == own for key, own in zip(told["Key"], told["Id"], strict=True))
