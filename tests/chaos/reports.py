"""Trials of what a report says and where it goes: made again, files of the user's in its way, streams that are gone."""

from __future__ import annotations

import io
import os
import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from lost_streams import STREAMS, run_all

from chaos.trials import Ground, Tally, Trial, wrong_if
from gcbulk.files.pulled import write_picture
from gcbulk.files.saving import own_files
from gcbulk.records import Outcome, PlanOptions
from gcbulk.runs.check import check, check_file
from gcbulk.runs.plan import PlanOutput, plan_file
from gcbulk.runs.push import push_file
from gcbulk.runs.report import report_file
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import Job, TurnedClock
from shell import STRANGERS

CREATES = r"/v[12]/gameCenterAchievements$"
_RUNS = 3
_REPORT = "gcbulk report"


def _job(ground: Ground, *faults: Fault) -> tuple[Job, Simulator]:
    clock = TurnedClock()
    simulator = ground.simulator(Switches(faults=faults, hour_limit=None), now=clock.time, sleep=clock.sleep)
    return Job(ground.folder, clock, ground.stack), simulator


def _push(job: Job, simulator: Simulator, *, report: Path | None = None, **options: Json) -> Result:
    with job.service(simulator) as service:
        return push_file(
            job.workbook,
            job.checked(),
            service,
            ReportTarget(job.folder / "state" / "rescued", report=report),
            confirm=lambda plan: True,
            confirm_deletions=lambda plan: plan.deletions,
            **options,
        )


def _shown(workbook: Path, sheet: str = _REPORT) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(workbook)[sheet].iter_rows(values_only=True))


# F33: made again ---------------------------------------------------------------------------------------------


def _fill(job: Job, chance: random.Random) -> None:
    """Some rows, some of them wrong, with other values than the time before."""
    rows = [(f"A{n}", f"com.example.a{n}", chance.randrange(1, 100), "No", "No") for n in range(6)]
    wrong = [("Bad", "com.example.b-d", 5, "No", "No")] if chance.random() < 0.3 else []
    chosen = chance.sample(rows, chance.randrange(1, 7))
    texts = [(row[1], locale, f"T{chance.randrange(3)}", "B", "A") for row in chosen for locale in ("en-US", "ja")]
    job.fill([*chosen, *wrong], texts)


def _faults(chance: random.Random) -> list[Fault]:
    """Perhaps something that goes wrong with some creates."""
    nth = tuple(range(chance.randrange(1, 9), 40, chance.randrange(1, 6)))
    status = chance.choice((None, 401, 403, 409, 500, 503))
    return [] if status is None else [Fault("status", method="POST", path=CREATES, nth=nth, status=status)]


def _again(ground: Ground) -> Tally:
    """Several runs of a workbook that is edited between them; each report is made again, from an edited workbook too.

    Of one run a copy of the journal is kept as a kill would leave it, and reported on: cut off, and nothing that the
    run had not done yet.
    """
    chance = ground.chance
    job, simulator = _job(ground, *_faults(chance))
    live = simulator.add_achievement("com.example.a0", referenceName="Live")
    simulator.add_localization(live, "fr-FR", name="Old", beforeEarnedDescription="B")
    simulator.move_version(live, "LIVE")
    problems: list[Json] = []
    for run in range(_RUNS):
        _fill(job, chance)
        left, moment, stops = job.folder / f"killed{run}.sqlite3", chance.randrange(8), chance.random() < 0.2
        done: list[Outcome] = []
        watch = _watch(job, left, moment, done, stops=stops)
        first = _push(job, simulator, watch=watch, options=PlanOptions(reorder=chance.random() < 0.3))
        if first.report is None:
            continue
        shown = _shown(job.workbook)
        if chance.random() < 0.7:
            _fill(job, chance)
        told = _report(job, job.journal)
        if (told.exit, told.outcomes) != (first.exit, first.outcomes) or _shown(job.workbook) != shown:
            problems.append((run, told.exit, first.exit, dict(told.outcomes), dict(first.outcomes)))
        if left.exists():
            cut = _report(job, left)
            done_lines = sum(count for name, count in cut.outcomes.items() if name in ("created", "updated"))
            most = sum(str(one.kind) in ("created", "updated") for one in done)
            if cut.exit != 7 or done_lines > most:
                problems.append((run, "killed", cut.exit, dict(cut.outcomes), most))
    return wrong_if(problems, "made again")


def _report(job: Job, journal: Path) -> Result:
    return report_file(job.workbook, job.checked(), journal, ReportTarget(job.folder / "state" / "rescued"))


def _watch(
    job: Job, left: Path, moment: int, done: list[Outcome], *, stops: bool
) -> Callable[[Iterable[Outcome], int], Iterable[Outcome]]:
    """Copy the journal at a moment, and perhaps end the run there."""

    def watch(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
        for number, outcome in enumerate(outcomes):
            if number <= moment:
                done.append(outcome)
            if number == moment:
                with closing(sqlite3.connect(job.journal)) as source, closing(sqlite3.connect(left)) as target:
                    source.backup(target)
                if stops:
                    return
            yield outcome

    return watch


def _reviewed(ground: Ground) -> Tally:
    """A review after a push: each has its own report, and each can be made again."""
    job, simulator = _job(ground)
    job.fill_plain(1 + ground.number % 3)
    _push(job, simulator)
    pushed = _shown(job.workbook)
    with job.service(simulator) as service:
        place = ReportTarget(job.folder / "state" / "rescued")
        first = review_file(
            job.workbook, job.checked(), service, place, options=ReviewOptions(), confirm=lambda lines: True
        )
    reviewed = _shown(job.workbook, "gcbulk review")
    job.fill_plain(1)
    told = _report(job, job.journal)
    same = (told.exit, told.outcomes) == (first.exit, first.outcomes)
    again = report_file(job.workbook, job.checked(), job.journal, place, verb="push")
    found = [same, _shown(job.workbook, "gcbulk review") == reviewed, _shown(job.workbook) == pushed, again.exit == 0]
    return wrong_if([] if all(found) else found, "a review made again")


# F34: files of the user's ------------------------------------------------------------------------------------


def _beside(name: str, act: Callable[[Job, Simulator, Path], object]) -> Callable[[Job, Simulator], str | None]:
    """A file of the user's under a name that gcbulk uses: it keeps its bytes."""

    def tried(job: Job, simulator: Simulator) -> str | None:
        path = job.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"the user's own work")
        act(job, simulator, path)
        return None if path.read_bytes() == b"the user's own work" else f"{name} was written over"

    return tried


def _fixed_rows(job: Job, simulator: Simulator) -> str | None:
    """Rows that were fixed in the workbook of failed rows stay, whatever the next push comes to."""
    _push(job, simulator)
    path = job.folder / "game.failed.xlsx"
    book = openpyxl.load_workbook(path)
    book["Achievements"]["B2"] = "com.example.fixed"
    book.save(path)
    before = path.read_bytes()
    _push(job, simulator)
    job.fill_plain(2)
    _push(job, simulator)
    return None if path.read_bytes() == before else "the fixed rows are gone"


def _replaced(job: Job, simulator: Simulator) -> str | None:
    """A workbook that is saved during the run does not get the report of its earlier rows."""
    seen: list[bytes] = []

    def watch(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
        book = openpyxl.load_workbook(job.workbook)
        book["Achievements"]["A2"] = "Saved meanwhile"
        book.save(job.workbook)
        seen.append(job.workbook.read_bytes())
        return outcomes

    result = _push(job, simulator, watch=watch)
    if job.workbook.read_bytes() != seen[-1] or result.exit != 5:
        return f"exit {result.exit}"
    return None if "changed or replaced" in " ".join(result.notes) else "not a word of it"


def _destination(make: Callable[[Path, Path], object]) -> Callable[[Job, Simulator], str | None]:
    """A report onto a link: known before anything is sent, or the input itself."""

    def tried(job: Job, simulator: Simulator) -> str | None:
        path = job.folder / "out.xlsx"
        make(path, job.workbook)
        try:
            result = _push(job, simulator, report=path)
        except Exception as error:  # noqa: BLE001 - which one is what is looked at
            said = type(error).__name__ == "WorkbookError" and simulator.ledger.writes() == 0
            return None if said else f"{type(error).__name__} after {simulator.ledger.writes()} writes"
        return None if result.report is not None and result.exit in (0, 3) else f"exit {result.exit}"

    return tried


def _own_sheet(job: Job, simulator: Simulator) -> str | None:
    """A sheet of the user's with our name."""
    book = openpyxl.load_workbook(job.workbook)
    book.create_sheet(_REPORT).append(["precious"])
    book.save(job.workbook)
    _push(job, simulator)
    return None if _shown(job.workbook) == [("precious",)] else "the user's sheet is gone"


def _backups(job: Job, simulator: Simulator) -> str | None:
    """Backups of com.example.game.lite, newer than any of ours: neither goes, nor does the one just made."""
    job.fill_plain(2)
    _push(job, simulator)
    folder = job.journal.parent / "backups"
    folder.mkdir(exist_ok=True)
    others = [folder / f"com.example.game.lite.20990101T{n:06}.000000Z.xlsx" for n in range(25)]
    for other in others:
        other.write_bytes(b"x")
    job.fill([("Other", "com.example.a0", 77, "No", "No")])
    kept = [note for note in _push(job, simulator).notes if "is kept in" in note]
    made = Path(kept[0].partition("is kept in ")[2])
    return None if made.exists() and all(other.exists() for other in others) else "a backup was removed"


def _csv(job: Job, _: Simulator, __: Path) -> None:
    text = job.folder / "rows.csv"
    text.write_text("Reference Name,Achievement ID,Points,Hidden,Repeatable\nA,com.example.a,5,No,No\n")
    check_file(text, check(text), ReportTarget(job.folder / "state" / "rescued"))


def _plan_out(job: Job, simulator: Simulator, path: Path) -> None:
    with job.service(simulator) as service, pytest.raises(Exception, match="left alone"):
        plan_file(job.checked(), service, PlanOutput(out=path))


def _picture(job: Job, _: Simulator, path: Path) -> None:
    own = own_files(job.folder / "state")
    made = write_picture(path.parent, path.stem, b"\x89PNG\r\n\x1a\nnew", own, source="a picture")
    assert made is not None, "it was not saved"


FILES: Sequence[Callable[[Job, Simulator], str | None]] = (
    _beside("game.failed.xlsx", lambda job, simulator, _: _push(job, simulator)),
    _beside("out.csv", lambda job, simulator, path: _push(job, simulator, report=path)),
    _beside("out.xlsx", lambda job, simulator, path: _push(job, simulator, report=path)),
    _beside("rows.check.csv", _csv),
    _beside("plan.json", _plan_out),
    _beside("pictures/com.example.a0.en-US.png", _picture),
    _fixed_rows,
    _replaced,
    _own_sheet,
    _backups,
    _destination(lambda path, _: path.symlink_to(path)),
    _destination(lambda path, book: path.symlink_to(book)),
    _destination(lambda path, book: path.hardlink_to(book)),
    _destination(lambda path, _: path.mkdir()),
    _destination(lambda path, _: os.mkfifo(path)),
)


def _files(ground: Ground) -> Tally:
    job, simulator = _job(ground)
    job.fill([("A", "com.example.a0", 10, "No", "No"), ("B", "com.example.b-d", 10, "No", "No")])
    return wrong_if(FILES[ground.number](job, simulator), f"case {ground.number}")


# F36: streams ------------------------------------------------------------------------------------------------


def _streams(ground: Ground) -> Tally:
    """Every verb with its streams gone in one way, beside the same with healthy ones."""
    patch = ground.stack.enter_context(pytest.MonkeyPatch.context())
    clock = TurnedClock()
    patch.setattr("gcbulk.runs.shared.connection.SystemClock", lambda: clock)
    for name in [name for name in os.environ if name.startswith(STRANGERS)]:
        patch.delenv(name)
    patch.setenv("HOME", str(ground.folder / "home"))
    patch.chdir(ground.folder)
    job = Job(ground.folder, clock, ground.stack)
    name = tuple(STREAMS)[ground.number]
    found = []
    for number, make in enumerate((io.StringIO, STREAMS[name])):
        simulator = ground.simulator(key_dir=ground.folder / f"keys{number}", now=clock.time)
        found.append(run_all(job, simulator, make))
    return wrong_if([] if found[0] == found[1] else found, name)


TRIALS: tuple[Trial, ...] = (
    Trial("F33/again", "reports of pushes made again, over edits, endings and kills", _again, 200, 1),
    Trial("F33/review", "the report of a review made again beside that of a push", _reviewed, 6, 1),
    Trial("F34/files", "files of the user's under our names, links, a workbook replaced", _files, len(FILES), 5),
    Trial("F36/streams", "every verb with its streams closed, full or unread", _streams, len(STREAMS), 1),
)
