"""Whatever is asked or shown of a plan names every app that rows go to, and where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
from submit_jobs import BUNDLE_ID, FIRST, HEADERS, SCORE_HEADERS, SubmitJob, player

import gcbulk
from gcbulk.runs.plan import plan_any_file
from gcbulk.runs.report import report_file, report_submissions_file
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.submission_run import SubmitOptions
from gcbulk.runs.submit import submit_file
from gcbulk.simulator import Simulator
from jobs import Job

OTHER = "com.example.other"


def test_a_plan_names_its_app(job: Job, simulator: Simulator) -> None:
    """Its repr, its HTML and the text before the question: the app's name and bundle id, the address, the cost."""
    service = job.service(simulator)
    checked = gcbulk.check(job.fill_plain(2))
    plan = gcbulk.plan(checked, service)
    result = plan_any_file(checked, service, SubmitOptions())
    for shown in (repr(plan), plan._repr_html_(), "\n".join(result.notes)):
        assert str(service.target.app_name) in shown
        assert BUNDLE_ID in shown
        assert simulator.base_url in shown
        assert "4 requests" in shown
        assert "about" in shown
    assert result.plan is not None
    assert [(app["bundle_id"], app["requests"]) for app in result.plan["apps"]] == [(BUNDLE_ID, 4)]
    assert result.plan["base_url"] == simulator.base_url


def test_a_plan_for_two_apps_names_both(submitting: SubmitJob, game: Simulator) -> None:
    """Rows may name another app than the command does: the question has both, with how many go to each."""
    rows = [(player(n), "board", n, BUNDLE_ID if n < 3 else OTHER) for n in range(1, 6)]
    frame = pd.DataFrame(rows, columns=[*SCORE_HEADERS[:3], "Bundle ID"])
    path = submitting.folder / "scores.csv"
    frame.to_csv(path, index=False)
    service, asked = submitting.service(game), list[str]()
    checked = gcbulk.check_submissions(path, kind="scores")
    plan = gcbulk.plan_submissions(checked, service)
    place = ReportTarget(submitting.folder / "rescued")

    def agree(lines: Sequence[str]) -> bool:
        asked.extend(lines)
        return True

    submit_file(path, checked, service, place, confirm=agree)
    for shown in (repr(plan), plan._repr_html_(), "\n".join(asked)):
        assert str(service.target.app_name) in shown
        assert all(part in shown for part in (BUNDLE_ID, OTHER, game.base_url))
        assert "2 to" in shown
        assert "3 to" in shown
    assert plan.apps == {BUNDLE_ID: 2, OTHER: 3}
    assert player(1) not in repr(plan)


def _top(workbook: Path, sheet: str) -> list[tuple[object, object]]:
    """Label and value of the lines above a report's table."""
    rows = openpyxl.load_workbook(workbook)[sheet].iter_rows(min_row=2, max_row=12, max_col=2, values_only=True)
    return [(row[0], row[1]) for row in rows]


def test_the_report_of_a_push_names_its_app(job: Job, simulator: Simulator) -> None:
    """Above the lines stand the app, its bundle id and the address; the report made again says the same."""
    job.fill_plain(1)
    job.push(simulator)
    label, app = next(line for line in _top(job.workbook, "gcbulk report") if line[0] == "App")
    assert label == "App"
    assert all(part in str(app) for part in (BUNDLE_ID, "Example Quest", simulator.base_url))
    before = _top(job.workbook, "gcbulk report")
    report_file(job.workbook, job.checked(), job.journal, ReportTarget(job.folder / "rescued"))
    assert _top(job.workbook, "gcbulk report") == before


def test_the_report_of_submissions_names_every_app(submitting: SubmitJob, game: Simulator) -> None:
    """A file for two apps has a line for each above its report, also in the report made again."""
    path = submitting.folder / "scores.xlsx"
    rows = [(player(n), "board", n, BUNDLE_ID if n < 3 else OTHER) for n in range(1, 6)]
    pd.DataFrame(rows, columns=[*SCORE_HEADERS[:3], "Bundle ID"]).to_excel(path, index=False)
    service, place = submitting.service(game), ReportTarget(submitting.folder / "rescued")
    checked = gcbulk.check_submissions(path, kind="scores")
    submit_file(path, checked, service, place, confirm=lambda lines: True)
    before = _top(path, "gcbulk scores")
    apps = [str(value) for label, value in before if label == "App"]
    assert [BUNDLE_ID in app or OTHER in app for app in apps] == [True, True]
    assert all(game.base_url in app for app in apps)
    report_submissions_file(path, checked, service.settings.journal, place)
    assert _top(path, "gcbulk scores") == before


def test_an_app_that_no_row_goes_to_is_not_named(submitting: SubmitJob, game: Simulator) -> None:
    """The command may name an app that the file has no row for: the question is about those that it has."""
    frame = pd.DataFrame([(player(1), "board", 5, OTHER)], columns=[*SCORE_HEADERS[:3], "Bundle ID"])
    plan = gcbulk.plan_submissions(gcbulk.check_submissions(frame, kind="scores"), submitting.service(game))
    assert BUNDLE_ID not in repr(plan)
    assert OTHER in repr(plan)


def test_progress_names_its_app_and_how_long_it_takes(submitting: SubmitJob, game: Simulator) -> None:
    """With or without the service a plan of progress says to which app, and how long at most."""
    frame = pd.DataFrame([(player(1), FIRST, 50)], columns=list(HEADERS))
    checked = gcbulk.check_submissions(frame, bundle_id=BUNDLE_ID)
    for plan in (gcbulk.plan_submissions(checked, submitting.service(game)), gcbulk.plan_submissions(checked)):
        assert BUNDLE_ID in repr(plan)
        assert "at most" in repr(plan)
