"""A job on the simulator, over real HTTP, with a clock that a test turns."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Lock

import openpyxl

from gcbulk.records import Api
from gcbulk.runs.check import check
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.connection import Service, make_settings
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.settings import Settings
from gcbulk.sheets import Checked
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Json

ACHIEVEMENT_HEADERS = ("Reference Name", "Achievement ID", "Points", "Hidden", "Achievable More Than Once")
LOCALIZATION_HEADERS = ("Achievement ID", "Locale", "Display Name", "Pre-earned Description", "Earned Description")
AS_FAST_AS_CAN_BE = 100_000_000
"""A limit that is none."""
START = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


class TurnedClock:
    """A clock that stands still but for waits, which it takes at once; the simulator goes by it too."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._passed_s = 0.0
        self.waited_s = 0.0

    def now(self) -> datetime:
        """The time now (UTC)."""
        return START + timedelta(seconds=self._passed_s)

    def time(self) -> float:
        """The same in seconds since 1970, as the simulator wants it."""
        return self.now().timestamp()

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self._passed_s

    def wait(self, seconds: float, stop: Event, why: str = "") -> None:
        """Turn the clock on."""
        with self._lock:
            self._passed_s += seconds
            self.waited_s += seconds

    async def sleep(self, seconds: float) -> None:
        """The simulator's delays: taken at once as well."""
        with self._lock:
            self._passed_s += seconds


@dataclass(slots=True)
class Job:
    """A folder with a workbook, a journal and ways to push it."""

    folder: Path
    clock: TurnedClock
    stack: ExitStack
    workbook: Path = field(init=False)

    def __post_init__(self) -> None:
        """Name the workbook."""
        self.workbook = self.folder / "game.xlsx"

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.folder / "state" / "journal.sqlite3"

    def fill(
        self,
        achievements: Sequence[Sequence[object]],
        localizations: Sequence[Sequence[object]] = (),
        *,
        more: Sequence[str] = (),
    ) -> Path:
        """Write the workbook: rows below the usual headers, and more of them for achievements."""
        book = openpyxl.Workbook()
        first = book.active
        first.title = "Achievements"
        for row in ((*ACHIEVEMENT_HEADERS, *more), *achievements):
            first.append(row)
        second = book.create_sheet("Localizations")
        for row in (LOCALIZATION_HEADERS, *localizations):
            second.append(row)
        book.save(self.workbook)
        return self.workbook

    def fill_plain(self, count: int, locales: Sequence[str] = ("en-US",), *, prefix: str = "com.example") -> Path:
        """Write a workbook of so many good achievements in these languages."""
        return self.fill(
            [(f"Achievement {n}", f"{prefix}.a{n}", 5, "No", "Yes") for n in range(count)],
            [(f"{prefix}.a{n}", at, f"Name {n}", f"Before {n}", f"After {n}") for n in range(count) for at in locales],
        )

    def service(
        self,
        simulator: Simulator,
        *,
        api: Api = Api.V2,
        bundle_id: str | None = "com.example.game",
        detail_id: str | None = None,
        read_only: bool = False,
    ) -> Service:
        """The service, as the command line makes it, with the test's clock."""
        settings = make_settings(
            bundle_id=bundle_id,
            detail_id=detail_id,
            key_id=simulator.key_id,
            issuer_id=simulator.issuer_id,
            key_path=simulator.key_path,
            base_url=simulator.base_url,
            journal=self.journal,
            requests_per_minute=100_000,
            read_only=read_only,
            environ={"GCBULK_HOME": str(self.folder)},
        )
        return self.stack.enter_context(Service(settings, api=api, clock=self.clock))

    def checked(self) -> Checked:
        """The workbook, checked."""
        return check(self.workbook)

    def push(self, simulator: Simulator, *, api: Api = Api.V2, strict: bool = False) -> Result:
        """Push the workbook with a fresh service, as a run of the command line does."""
        result = push_file(
            self.workbook,
            self.checked(),
            self.service(simulator, api=api),
            ReportTarget(rescue_dir=self.folder / "rescued"),
            confirm=lambda plan: True,
            strict=strict,
        )
        if result.exit != 2:
            assert sum(result.outcomes.values()) == result.rows, "every row has exactly one outcome"
        return result

    def lines(self, workbook: Path | None = None, *, sheet: str = "gcbulk report") -> list[dict[str, object]]:
        """The lines of the report sheet, by their headers."""
        return report_lines(workbook or self.workbook, sheet)


def report_lines(workbook: Path, name: str = "gcbulk report") -> list[dict[str, object]]:
    """The lines of a workbook's report sheet, by their headers."""
    sheet = openpyxl.load_workbook(workbook)[name]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(n for n, row in enumerate(rows) if row[:2] == ["Sheet", "Row"])
    return [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]


def occurred(outcomes: Mapping[str, int]) -> dict[str, int]:
    """The outcomes that did occur."""
    return {name: count for name, count in outcomes.items() if count}


def own_settings(
    journal: Path, base_url: str, key_path: Path, issuer_id: str, bundle_id: str, **more: Json
) -> Settings:
    """The settings of a process of its own, which nothing slows down."""
    return make_settings(
        bundle_id=bundle_id,
        key_id="SIMULATED1",
        issuer_id=issuer_id,
        key_path=key_path,
        base_url=base_url,
        journal=journal,
        requests_per_minute=AS_FAST_AS_CAN_BE,
        requests_per_hour=AS_FAST_AS_CAN_BE,
        environ={"GCBULK_HOME": str(journal.parent)},
        **more,
    )


def push_and_exit(
    workbook: Path,
    journal: Path,
    base_url: str,
    key_path: Path,
    issuer_id: str,
    bundle_id: str,
    api: Api = Api.V2,
    settle_wait_s: float = 0.2,
) -> None:
    """Push a workbook by the machine's own clock and end the process; for a process that may be killed."""
    settings = own_settings(journal, base_url, key_path, issuer_id, bundle_id, settle_wait_s=settle_wait_s)
    place = ReportTarget(rescue_dir=workbook.parent / "rescued")
    with Service(settings, api=api) as service:
        result = push_file(workbook, check(workbook), service, place, confirm=lambda plan: True)
    sys.exit(result.exit)


def kill_after(process: BaseProcess, simulator: Simulator, requests: int, *, jitter_s: float) -> bool:
    """Start a process and kill it a moment after the simulator has answered so many requests of it.

    Args:
        process: not started yet.
        simulator: whom it talks to.
        requests: how many; a moment that a busy machine does not move, as one counted in seconds.
        jitter_s: the moment more, so that any point between two requests is hit.

    Returns:
        Whether it was killed before it came to its end.
    """
    before = simulator.ledger.requests.total()
    process.start()
    while process.is_alive() and simulator.ledger.requests.total() - before < requests:
        process.join(timeout=0.001)
    process.join(timeout=jitter_s)
    process.kill()
    process.join()
    return process.exitcode == -9
