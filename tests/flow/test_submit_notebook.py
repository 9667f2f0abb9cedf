"""Players' progress from a notebook: check, plan, submit, with frames as with files."""

from __future__ import annotations

import pandas as pd
import pytest
from submit_jobs import BUNDLE_ID, FIRST, HEADERS, SCORE_HEADERS, SubmitJob, applied, player, posts, progress

import gcbulk
from gcbulk.records import OUTCOME_COLUMNS
from gcbulk.runs.shared.submission_queue import Progress
from gcbulk.simulator import Fault, Simulator


def test_step_by_step(submitting: SubmitJob, game: Simulator) -> None:
    """Check, plan and submit, each of which can be looked at; the outcomes are a frame and can be written down."""
    path = submitting.fill(progress(5, 30))
    service = submitting.service(game)
    checked = gcbulk.check_submissions(path, bundle_id=BUNDLE_ID)
    assert checked.ok
    plan = gcbulk.plan_submissions(checked, service)
    assert plan.requests == 5
    assert posts(game) == 0
    outcomes = gcbulk.submit(checked, service)
    assert list(outcomes.columns) == list(OUTCOME_COLUMNS)
    assert set(outcomes["outcome"]) == {"created"}
    assert outcomes.attrs["stopped"] is None
    assert sorted(path.parent.glob("*report*")) == []
    assert gcbulk.write_report(path, outcomes) == path.parent / "progress.report.csv"
    assert gcbulk.plan_submissions(checked, service).requests == 0
    assert gcbulk.plan_submissions(checked).requests == 5


def test_a_frame_has_no_file(submitting: SubmitJob, game: Simulator) -> None:
    """A frame is submitted as it is, and what was sent from it is known when a file says the same."""
    frame = pd.DataFrame(progress(4, 20), columns=list(HEADERS))
    outcomes = gcbulk.submit(frame, submitting.service(game))
    assert (outcomes["outcome"] == "created").all()
    assert outcomes["row"].tolist() == [2, 3, 4, 5]
    assert sorted(applied(game)) == progress(4, 20)
    assert [path.name for path in submitting.folder.iterdir() if "report" in path.name] == []
    again = gcbulk.submit(submitting.fill(progress(4, 20)), submitting.service(game))
    assert (again["outcome"] == "unchanged").all()


def test_the_same_service_again_after_a_stop(submitting: SubmitJob, game: Simulator) -> None:
    """What ended one run early does not keep the same service from the next; the progress can be watched."""
    service, seen = submitting.service(game), list[Progress]()
    first = gcbulk.submit(submitting.fill(progress(9)), service, max_requests=4, watch=seen.append)
    assert "Run it again" in first.attrs["stopped"]
    assert first["outcome"].value_counts().to_dict()["created"] == 4
    assert seen[-1].done == seen[-1].total == 4
    game.add_fault(Fault("status", method="POST", status=403, times=20))
    assert "role" in gcbulk.submit(submitting.fill(progress(9)), service).attrs["stopped"]
    game.clear_faults()
    assert gcbulk.submit(submitting.fill(progress(9)), service).attrs["stopped"] is None
    assert sorted(applied(game)) == progress(9)


def test_scores_with_choices(submitting: SubmitJob, game: Simulator) -> None:
    """The kind, a column's header and the other choices are those of the command line."""
    frame = pd.DataFrame([(player(1), "board", 7, None)], columns=[*SCORE_HEADERS[:2], "Punkte", "Context"])
    outcomes = gcbulk.submit(frame, submitting.service(game), kind="scores", column={"score": "Punkte"})
    assert outcomes["outcome"].tolist() == ["created"]
    assert applied(game) == [(player(1), "board", "7")]


def test_an_error_of_the_whole_file_sends_nothing(submitting: SubmitJob, game: Simulator) -> None:
    """What belongs to no row is an exception here, with the way out of it."""
    frame = pd.DataFrame([(player(1), FIRST, 0.5)], columns=list(HEADERS))
    with pytest.raises(gcbulk.CheckError, match="percent-as"):
        gcbulk.submit(frame, submitting.service(game))
    assert game.ledger.requests == {}
    assert gcbulk.submit(frame, submitting.service(game), percent_as="fraction")["outcome"].tolist() == ["created"]
    assert applied(game) == [(player(1), FIRST, 50)]


def test_an_interruption_ends_the_run_in_order(submitting: SubmitJob, game: Simulator) -> None:
    """The stop button of a notebook: what is in flight ends, the outcomes are there, and the next run goes on."""
    service = submitting.service(game)

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt if not service.session.stop.is_set() else AssertionError("called after the end")

    calls = iter([interrupt])
    path = submitting.fill(progress(700))
    outcomes = gcbulk.submit(path, service, watch=lambda seen: next(calls, lambda _: None)(seen))
    assert "interrupted" in outcomes.attrs["stopped"]
    assert set(outcomes["outcome"]) == {"created", "not_attempted"}
    assert (outcomes["outcome"] == "created").sum() == len(applied(game))
    assert set(gcbulk.submit(path, service)["outcome"]) == {"created", "unchanged"}
    assert sorted(applied(game)) == progress(700)
