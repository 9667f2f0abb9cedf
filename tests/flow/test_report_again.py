"""A report made again is the report of the run, for every verb and every ending; nothing is planned anew for it."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from failing_disk import FailingWrites
from review_jobs import complete
from submit_jobs import FIRST, SubmitJob, player

from gcbulk.errors import JournalError, SettingsError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, Outcome, OutcomeKind, PlanOptions, Role, Step
from gcbulk.runs.push import push_file
from gcbulk.runs.report import report_all, report_file
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.service.journal import Journal
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import Job, TurnedClock

CREATES = r"/v[12]/gameCenterAchievements$"
Simulate = Callable[..., Simulator]


def sheet(workbook: Path, name: str = "gcbulk report") -> list[tuple[object, ...]]:
    """Everything that a report's sheet shows."""
    return list(openpyxl.load_workbook(workbook)[name].iter_rows(values_only=True))


def again(job: Job, *, journal: Path | None = None, verb: str | None = None) -> Result:
    """Make the report again from the journal alone."""
    return report_file(
        job.workbook, job.checked(), journal or job.journal, ReportTarget(job.folder / "rescued"), verb=verb
    )


def push(job: Job, simulator: Simulator, service: Service | None = None, **options: Json) -> Result:
    """Push the workbook, whatever is in it."""
    service = service or job.service(simulator)
    return push_file(
        job.workbook,
        job.checked(),
        service,
        ReportTarget(job.folder / "rescued"),
        confirm=lambda plan: True,
        confirm_deletions=lambda plan: plan.deletions,
        **options,
    )


def review(job: Job, simulator: Simulator, *, submit: bool = False) -> Result:
    """Hand what the workbook names to review."""
    options, place = ReviewOptions(submit=submit), ReportTarget(job.folder / "rescued")
    with job.service(simulator) as service:
        return review_file(job.workbook, job.checked(), service, place, options=options, confirm=lambda lines: True)


def review_all(job: Job, simulator: Simulator, report: Path) -> Result:
    """Hand everything that is live to review."""
    place = ReportTarget(job.folder / "rescued", report=report)
    with job.service(simulator) as service:
        return review_file(None, None, service, place, options=ReviewOptions(), confirm=lambda lines: True)


def lived_in(simulator: Simulator) -> None:
    """What is there already: two drafts, one of them in no sheet, and one that is live with two languages."""
    for key in ("com.example.a0", "com.example.gone"):
        simulator.add_achievement(key, referenceName="Old", points=1)
    live = simulator.add_achievement("com.example.a1", referenceName="Live")
    for locale in ("en-US", "fr-FR"):
        simulator.add_localization(live, locale, name="Old", beforeEarnedDescription="B")
    simulator.move_version(live, "LIVE")


def fault(**how: Json) -> Switches:
    """A service that answers a create in its own way."""
    return Switches(faults=(Fault(method="POST", path=CREATES, **how),))


ENDINGS: dict[str, Switches] = {
    "done": Switches(),
    "rejected": fault(kind="status", nth=(1,), status=409, code="ENTITY_ERROR.INVALID_POINTS_RANGE"),
    "forbidden": fault(kind="status", nth=(2,), status=403),
    "key refused": fault(kind="status", nth=(2, 3, 4), status=401),
    "key refused at once": fault(kind="status", nth=(1, 2, 3), status=401),
    "unknown": fault(kind="status", nth=(1,), status=500),
    "outage": fault(kind="status", nth=tuple(range(2, 60)), status=503),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_push(job: Job, simulate: Simulate, ending: str) -> None:
    """Deletions, versions, order, carried-over languages, rows of other sheets: every line and every word is the same.

    The workbook is edited before the report is made again: what it says is about the run, not about the file.
    """
    simulator = simulate(ENDINGS[ending], now=job.clock.time)
    lived_in(simulator)
    rows = [(f"A{n}", f"com.example.a{n}", 5 + n, "No", "No") for n in range(5)]
    bad = [("Bad", "com.example.b-d", 5, "No", "No")] if ending != "done" else []  # with it nothing may be deleted
    job.fill(
        [*rows, *bad],
        [(f"com.example.a{n}", "en-US", "New", "B", "After") for n in range(5)],
    )
    options = PlanOptions(reorder=True, delete_missing=True) if ending == "done" else PlanOptions()
    first = push(job, simulator, options=options)
    shown = sheet(job.workbook)
    job.fill([("Else", "com.example.else", 9, "Yes", "No"), *rows[:2]])
    told = again(job)
    assert sheet(job.workbook) == shown
    assert (told.exit, told.outcomes, told.rows) == (first.exit, first.outcomes, first.rows)
    assert again(job).exit == first.exit, "and once more"


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_push_that_was_killed(job: Job, simulator: Simulator, at: int) -> None:
    """It is told as cut off, exit 7: what had ended, what was under way, and the rest; never what an older run did."""
    job.fill_plain(3)
    assert push(job, simulator).exit == 0
    job.fill([(f"B{n}", f"com.example.a{n}", 50, "No", "No") for n in range(3)])
    left = job.folder / "killed.sqlite3"

    def watch(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
        for number, outcome in enumerate(outcomes):
            if at and number == at:
                copy(job.journal, left)
            yield outcome

    copy_first = Journal.keep

    def kept(journal: Journal, *what: Json) -> None:
        copy_first(journal, *what)
        if at == 0 and not left.exists():
            copy(job.journal, left)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "keep", kept)
        assert push(job, simulator, watch=watch).outcomes["updated"] == 3
    told = again(job, journal=left)
    done = at + 1 if at else 0
    assert (told.exit, told.outcomes["updated"], told.outcomes["not_attempted"]) == (7, done, 3 - done)
    assert "did not come to its end" in " ".join(told.notes)


def copy(journal: Path, to: Path) -> None:
    """The journal as a kill at this moment would leave it."""
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(journal)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def test_a_request_under_way_when_the_run_was_killed(job: Job, simulator: Simulator) -> None:
    """Whether it arrived is not known: unknown, not failed, and not what an older run knew of the same row."""
    job.fill_plain(1)
    left, real = job.folder / "killed.sqlite3", Journal.intend

    def intended(journal: Journal, *what: Json) -> None:
        real(journal, *what)
        if not left.exists():
            copy(job.journal, left)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "intend", intended)
        push(job, simulator)
    told = again(job, journal=left)
    assert (told.exit, told.outcomes["unknown"], told.outcomes["not_attempted"]) == (7, 1, 1)


def test_a_push_that_was_interrupted(job: Job, simulator: Simulator) -> None:
    """The rest is not attempted, and why it stopped is told again."""
    job.fill_plain(3)
    service = job.service(simulator)

    def watch(outcomes: Iterable[Outcome], total: int) -> Iterable[Outcome]:
        for outcome in outcomes:
            service.session.stop.set()
            yield outcome

    first = push(job, simulator, service, watch=watch)
    shown = sheet(job.workbook)
    told = again(job)
    assert (told.exit, told.outcomes, sheet(job.workbook)) == (7, first.outcomes, shown)
    assert told.outcomes["not_attempted"] > 0


def test_a_journal_that_cannot_keep_the_report(job: Job, simulator: Simulator) -> None:
    """What it did keep is told, as cut off; so the run itself does not end as if it had been kept."""
    job.fill_plain(2)
    real = Journal.keep

    def fails(journal: Journal, stage: Json, document: Json) -> None:
        if stage:
            raise JournalError("The disk is full.")
        real(journal, stage, document)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "keep", fails)
        assert push(job, simulator).exit == 7
    told = again(job)
    assert (told.exit, told.outcomes["created"]) == (7, 4)


def test_a_kind_that_is_not_known_yet_is_refused(job: Job) -> None:
    """A journal that a newer version has written a kind of thing into is not told of as if that were an achievement."""
    job.fill_plain(1)
    newer = replace(RESOURCE, kind="trophy", words={Role.THING: "trophy"})
    step = Step("Trophies", 2, newer, Role.THING, ("com.example.t",), Action.CREATE, {}, "f")
    with closing(Journal(job.journal)) as journal:
        source = str(job.workbook.resolve())
        journal.begin(scope="s", verb="push", source=source, at=datetime(2026, 1, 1, tzinfo=UTC))
        journal.record([Outcome(step, OutcomeKind.CREATED, resource_id="t1")])
    with pytest.raises(JournalError, match="'trophy', which only a newer version"):
        again(job)


@pytest.mark.parametrize("verb", ["push", "review", "submit"])
def test_whichever_write_to_the_journal_fails(job: Job, submitting: SubmitJob, game: Simulator, verb: str) -> None:
    """The run and the report made again end in the same code; and where one write alone failed, with the same lines."""
    for key in ("com.example.a0", "com.example.a1"):
        complete(game, key)
    journal = submitting.journal if verb == "submit" else job.journal
    done(verb, job, submitting, game, 0)
    with pytest.MonkeyPatch.context() as patch:
        counting = FailingWrites(journal, at=10**9)
        counting.patch(patch)
        done(verb, job, submitting, game, 100)
    last = counting.done
    for at in sorted({*(last * part // 5 for part in range(1, 5)), *range(last - 4, last + 1)}):
        stays = at % 2 == 0
        with pytest.MonkeyPatch.context() as patch:
            FailingWrites(journal, at=at, stays=stays).patch(patch)
            try:
                first, shown = done(verb, job, submitting, game, at)
            except JournalError:  # nothing was sent
                continue
        told = submitting.report() if verb == "submit" else again(job, verb=verb)
        assert told.exit == first.exit, f"write {at}"
        if not stays:
            assert told.outcomes == first.outcomes, f"write {at}"
            assert told_by(verb, job, submitting) == shown, f"write {at}"


def done(verb: str, job: Job, submitting: SubmitJob, game: Simulator, at: int) -> tuple[Result, list[Json]]:
    """Run a verb on what is new, and give what it reported."""
    if verb == "push":
        job.fill_plain(2, prefix=f"com.example.w{at}")
        result = push(job, game)
    elif verb == "submit":
        submitting.fill([(player(10 * at + n), FIRST, 20) for n in range(3)])
        result = submitting.submit(game)
    else:
        for one in game.store.all("reviewSubmissionItems"):
            game.store.delete(one)
        job.fill_plain(2)
        result = review(job, game)
    return result, told_by(verb, job, submitting)


def told_by(verb: str, job: Job, submitting: SubmitJob) -> list[Json]:
    """What the report of a verb shows."""
    if verb == "submit":
        lines: list[Json] = submitting.lines().to_numpy().tolist()
        return lines
    return list(sheet(job.workbook, "gcbulk report" if verb == "push" else "gcbulk review"))


REVIEWS = {
    "done": Switches(),
    "not opened": Switches(pricing_missing=True),
    "row refused": Switches(
        faults=(Fault("status", "POST", "reviewSubmissionItems$", nth=(1,), status=409, code="X"),)
    ),
    "not sent": Switches(faults=(Fault("status", "PATCH", "reviewSubmissions", status=409, code="STATE_ERROR.X"),)),
    "sending lost": Switches(faults=(Fault("reset", "PATCH", "reviewSubmissions"),)),
    "putting in lost": Switches(faults=(Fault("reset", "POST", "reviewSubmissionItems$"),)),
}


@pytest.mark.parametrize("ending", REVIEWS)
def test_a_review_and_its_end(job: Job, simulate: Simulate, ending: str) -> None:
    """However a hand-off ended, made again the report has the same lines, counts and exit code."""
    simulator = simulate(REVIEWS[ending], now=job.clock.time)
    for key in ("com.example.a0", "com.example.a1"):
        complete(simulator, key)
    job.fill_plain(2)
    first = review(job, simulator, submit=True)
    reviewed = sheet(job.workbook, "gcbulk review")
    told = again(job)
    assert (told.exit, told.outcomes) == (first.exit, first.outcomes)
    assert sheet(job.workbook, "gcbulk review") == reviewed


def test_a_review(job: Job, simulate: Simulate) -> None:
    """Made again it is the review's, in its own sheet, and the push's report stays; each can be asked for by name."""
    simulator = simulate(now=job.clock.time)
    job.fill_plain(2)
    push(job, simulator)
    pushed = sheet(job.workbook)
    first = review(job, simulator)
    reviewed = sheet(job.workbook, "gcbulk review")
    job.fill_plain(1)
    told = again(job)
    assert (told.exit, told.outcomes) == (first.exit, first.outcomes)
    assert sheet(job.workbook, "gcbulk review") == reviewed
    assert again(job, verb="push").exit == 0
    assert sheet(job.workbook) == pushed
    assert sheet(job.workbook, "gcbulk review") == reviewed


@pytest.mark.parametrize("ending", REVIEWS)
def test_a_review_of_everything(job: Job, simulate: Simulate, ending: str) -> None:
    """It has no file, and is made again where it is asked for, whatever ran since; it names its app."""
    simulator = simulate(REVIEWS[ending], now=job.clock.time)
    for key in ("com.example.a0", "com.example.a1"):
        complete(simulator, key)
    report = job.folder / "review.xlsx"
    first = review_all(job, simulator, report)
    shown = sheet(report, "gcbulk review")
    assert any("com.example.game" in str(cell) for row in shown for cell in row)
    job.fill_plain(1)
    review(job, simulator)
    report.unlink()
    target = ReportTarget(job.folder / "rescued", report=report)
    told = report_all(job.journal, target)
    assert (told.exit, told.outcomes, told.rows) == (first.exit, first.outcomes, first.rows)
    assert sheet(report, "gcbulk review") == shown
    assert report_all(job.journal, target, bundle_id="com.example.game").outcomes == first.outcomes
    with pytest.raises(SettingsError, match=r"no review --all of com\.example\.other"):
        report_all(job.journal, target, bundle_id="com.example.other")


def test_a_review_of_everything_that_nobody_made(job: Job, simulate: Simulate) -> None:
    """Without a journal, such a run or a place for the report it says so, and what to do."""
    target = ReportTarget(job.folder / "rescued", report=job.folder / "review.xlsx")
    with pytest.raises(SettingsError, match="There is no journal"):
        report_all(job.journal, target)
    job.fill_plain(1)
    push(job, simulate(now=job.clock.time))
    with pytest.raises(SettingsError, match="knows of no review --all;"):
        report_all(job.journal, target)
    with pytest.raises(SettingsError, match="--report PATH"):
        report_all(job.journal, ReportTarget(job.folder / "rescued"))


@pytest.mark.parametrize("ending", [{}, {"send_zero": True}, {"allow_lowering": True}, {"max_requests": 2}], ids=str)
def test_a_submission(submitting: SubmitJob, game: Simulator, ending: dict[str, Json]) -> None:
    """Folded, lower, zero and unchanged rows too, whatever the options that the report is asked for with.

    Later runs change what is known of the players; the report is still of its own run until the file has another one.
    """
    submitting.fill([(player(1), FIRST, 90), (player(5), FIRST, 20)])
    submitting.submit(game)
    rows = [
        (player(1), FIRST, 40),
        (player(2), FIRST, 10),
        (player(2), FIRST, 10),
        (player(2), FIRST, 5),
        (player(3), FIRST, 0),
        (player(4), "com.example.none", 30),
        (player(5), FIRST, 20),
        *[(player(n), FIRST, n) for n in range(6, 9)],
    ]
    submitting.fill(rows)
    first = submitting.submit(game, **ending)
    lines = submitting.lines()
    mine, submitting.path = submitting.path, submitting.folder / "other.csv"
    submitting.fill([(player(n), FIRST, 99) for n in range(9)])
    submitting.submit(game)
    submitting.path = mine
    told = submitting.report()
    assert submitting.lines().equals(lines)
    assert (told.exit, told.outcomes) == (first.exit, first.outcomes)


def test_a_submission_that_was_killed(submitting: SubmitJob, game: Simulator) -> None:
    """Even where every row had been sent: a run that did not end is told as cut off, exit 7."""
    submitting.fill([(player(n), FIRST, 20) for n in range(3)])
    submitting.submit(game)
    forget_the_end(submitting.journal)
    told = submitting.report()
    assert (told.exit, told.outcomes["created"]) == (7, 3)


def test_a_submission_that_was_killed_at_its_end(submitting: SubmitJob, simulate: Simulate, clock: TurnedClock) -> None:
    """A run whose key was refused at once is 2; cut off before its end was noted it is told as cut off, exit 7."""
    refused = Fault(method="POST", path="Submissions$", kind="status", status=403, code="FORBIDDEN_ERROR")
    game = simulate(Switches(faults=(refused,)), now=clock.time)
    game.add_achievement(FIRST)
    submitting.fill([(player(1), FIRST, 20)])
    assert submitting.submit(game).exit == 2
    assert submitting.report().exit == 2
    forget_the_end(submitting.journal)
    assert submitting.report().exit == 7


def forget_the_end(path: Path) -> None:
    """Leave a journal as it is when a run is killed just before its end is noted."""
    with closing(sqlite3.connect(path)) as journal:
        journal.create_function("crc32", 1, zlib.crc32, deterministic=True)
        journal.execute("UPDATE runs SET stopped = NULL")
        journal.commit()


def test_an_empty_run_says_nothing(job: Job, simulator: Simulator) -> None:
    """A push of a workbook without rows leaves the report that is there alone."""
    job.fill_plain(1)
    push(job, simulator)
    shown = sheet(job.workbook)
    book = openpyxl.load_workbook(job.workbook)
    for name in ("Achievements", "Localizations"):
        book[name].delete_rows(2, 9)
    book.save(job.workbook)
    assert push(job, simulator).report is None
    assert sheet(job.workbook) == shown
