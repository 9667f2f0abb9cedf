"""Whatever is asked or shown of a plan names every app that rows go to, and where."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from submit_jobs import BUNDLE_ID, FIRST, HEADERS, SCORE_HEADERS, SubmitJob, player

import gcbulk
from gcbulk.pipeline import SubmitOptions, plan_any_file, submit_file
from gcbulk.pipeline.reports import Place
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
    place = Place(submitting.folder / "rescued")

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
