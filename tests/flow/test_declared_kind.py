"""A kind is one declaration: what tests alone declare is planned, pushed, reported and pulled like any other."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest
import trophies
from trophies import SIMULATED, TROPHY, checked, engraving, trophy

from gcbulk import kinds, reporting
from gcbulk.errors import PlanError, SettingsError
from gcbulk.planning.saved import freeze, from_text, to_text
from gcbulk.records import Action, Api, Json, Limit, OutcomeKind, PlanOptions
from gcbulk.runs.pull import pull, pull_file
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.execution import PushRun, execute_plan, make_plan
from gcbulk.runs.shared.recorded import recorded
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.service.journal import Journal
from gcbulk.sheets import Checked
from gcbulk.simulator import Simulator
from gcbulk.simulator.kinds import FAMILIES
from jobs import Job

ACHIEVEMENT = {"points": 5, "show_before_earned": True, "repeatable": False}
Reported = list[tuple[str, str, str]]


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let gcbulk know trophies for as long as a test lasts."""
    trophies.register(monkeypatch)


@pytest.fixture
def simulator(simulate: Callable[..., Simulator], job: Job) -> Simulator:
    """A simulator that knows trophies beside everything else."""
    return simulate(now=job.clock.time, families=(*FAMILIES, SIMULATED))


def achievement(identifier: str) -> dict[str, Json]:
    """A row of an achievement."""
    return {**ACHIEVEMENT, "reference_name": identifier, "vendor_identifier": identifier}


def push(service: Service, rows: Checked, options: PlanOptions | None = None) -> tuple[PushRun, Reported]:
    """Push rows, and give how it ended with a line of its report each: step, key and outcome."""
    plan = make_plan(rows, service, options=options or PlanOptions())
    finished = execute_plan(plan, service, deletions=plan.deletions)
    lines = finished.record.lines
    return finished, list(lines[["step", "key", "outcome"]].itertuples(index=False, name=None))


def writes(simulator: Simulator) -> Counter[str]:
    """How many requests changed something, by method and path."""
    found: Counter[str] = Counter()
    for (method, path, _), count in simulator.ledger.requests.items():
        if method != "GET":
            found[f"{method} {path}"] += count
    return found


@pytest.mark.parametrize("api", Api)
def test_a_declared_kind_is_created_once_and_then_changed(job: Job, simulator: Simulator, api: Api) -> None:
    """The first push creates, the second sends nothing, and the third the changed field and the new language alone."""
    service = job.service(simulator, api=api)
    rows = checked([trophy("cup"), trophy("bowl")], [engraving("cup")])
    created = [
        ("trophy", "cup", "created"),
        ("trophy", "bowl", "created"),
        ("trophy localization", "cup / ja", "created"),
    ]
    assert push(service, rows)[1] == created
    before = writes(simulator)
    assert push(service, rows)[1] == [(step, key, "unchanged") for step, key, _ in created]
    assert writes(simulator) == before
    rows = checked([trophy("cup", shine=7), trophy("bowl")], [engraving("cup"), engraving("cup", "en-US", "Cup")])
    assert [outcome for _, _, outcome in push(service, rows)[1]] == ["updated", "unchanged", "unchanged", "created"]
    assert writes(simulator) - before == {
        f"PATCH /{api}/gameCenterTrophies/{{id}}": 1,
        f"POST /{api}/gameCenterTrophyLocalizations": 1,
    }
    (patch,) = (one.request["data"] for one in simulator.exchanges if one.method == "PATCH")
    assert patch["attributes"] == {"shine": 7}


def test_a_file_of_one_kind_asks_for_no_other(job: Job, simulator: Simulator) -> None:
    """Only what the file holds is read: a file of trophies leaves achievements alone, and the other way round."""
    push(job.service(simulator), checked([trophy()]))
    assert not [path for _, path, _ in simulator.ledger.requests if "Achievement" in path]
    asked = len(simulator.exchanges)
    push(job.service(simulator), checked([], achievements=[achievement("win")]))
    assert not [one.path for one in simulator.exchanges[asked:] if "Troph" in one.path]


def test_a_form_of_the_api_that_lacks_the_kind_is_refused(
    job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file with a kind that the chosen form of the API does not have is refused before anything of it is asked."""
    newer = replace(TROPHY, forms={Api.V2: TROPHY.forms[Api.V2]})
    monkeypatch.setitem(kinds.CONTENT, "trophy", replace(trophies.KIND, resource=newer))
    with pytest.raises(SettingsError, match="--api v1 has no trophies"):
        make_plan(checked([trophy()]), job.service(simulator, api=Api.V1))
    service = job.service(simulator, api=Api.V1)
    assert "trophies" not in pull(service)
    assert pull_file(job.folder / "live.xlsx", service, images=job.folder / "pictures").exit == 0


def test_what_is_not_reviewed_is_not_handed_to_review(job: Job, simulator: Simulator) -> None:
    """A file of a kind without a review is refused by review, and a review of everything leaves the kind alone."""
    service = job.service(simulator)
    push(service, checked([trophy()]))
    options, place = ReviewOptions(), ReportTarget(rescue_dir=job.folder)
    with pytest.raises(SettingsError, match="Nothing of this is handed to review"):
        review_file(None, checked([trophy()]), service, place, options=options, confirm=lambda said: True)
    told = review_file(None, None, service, place, options=options, confirm=lambda said: True)
    assert told.rows == 0


def test_two_kinds_of_one_id_are_two_things(job: Job, simulator: Simulator) -> None:
    """An achievement and a trophy of one id share nothing: not in the run, nor in the journal, nor later."""
    service = job.service(simulator)
    rows = checked([trophy("cup")], [engraving("cup")], [achievement("cup")])
    finished, lines = push(service, rows, PlanOptions(reorder=True))
    assert sorted(lines) == [
        ("achievement", "cup", "created"),
        ("trophy", "cup", "created"),
        ("trophy localization", "cup / ja", "created"),
    ]
    assert len({outcome.resource_id for outcome in finished.outcomes}) == 3
    assert [one.step.resource.kind for one in finished.outcomes] == ["achievement", "trophy", "trophy"]
    before = writes(simulator)
    assert {outcome for _, _, outcome in push(service, rows)[1]} == {"unchanged"}
    assert writes(simulator) == before


def test_the_journal_and_the_report_have_its_own_words(job: Job, simulator: Simulator) -> None:
    """Journal rows are told apart by the kind's words, and the report is made again of them as it was."""
    service, rows = job.service(simulator), checked([trophy()], [engraving()])
    finished, _ = push(service, rows)
    with closing(sqlite3.connect(job.journal)) as journal:
        words = {word for (word,) in journal.execute("SELECT step FROM entries")}
    assert words == {"trophy", "trophy localization"}
    with closing(Journal(job.journal)) as opened:
        again = recorded(opened, opened.runs()[-1], header=rows.header)
    assert again.lines.equals(reporting.outcome_lines(finished.outcomes, rows.header))


def test_what_was_pulled_changes_nothing_when_it_is_pushed(job: Job, simulator: Simulator) -> None:
    """A pull has a frame and a sheet for each table of the kind, and pushed again it sends nothing."""
    service = job.service(simulator)
    push(
        service, checked([trophy("cup"), trophy("bowl", shine=0)], [engraving("cup"), engraving("bowl", "en-US", "B")])
    )
    frames = pull(service)
    assert list(frames)[:2] + list(frames)[-2:] == ["achievements", "localizations", "trophies", "trophy_localizations"]
    assert list(frames["trophies"]["shine"]) == [5, 0]
    assert "image_state" not in frames["trophy_localizations"]
    before = writes(simulator)
    same = checked(frames["trophies"].to_dict("records"), frames["trophy_localizations"].to_dict("records"))
    assert {outcome for _, _, outcome in push(service, same)[1]} == {"unchanged"}
    assert writes(simulator) == before
    told = pull_file(job.folder / "live.xlsx", service)
    assert told.rows == 4
    assert "2 trophies, 2 trophy localizations" in told.notes[1]


def test_what_can_never_be_changed_is_a_conflict(job: Job, simulator: Simulator) -> None:
    """Another value of an immutable attribute is not sent, and its row says what is there."""
    service = job.service(simulator)
    push(service, checked([trophy()]))
    before = writes(simulator)
    finished, _ = push(service, checked([trophy(metal="gold", shine=9)]))
    (outcome,) = finished.outcomes
    assert (outcome.kind, outcome.code) == (OutcomeKind.CONFLICT, "attribute-immutable")
    assert outcome.step.column == "Metal"
    assert "it can never be changed" in str(outcome.step.message)
    assert writes(simulator) == before


def test_its_limits_nouns_and_order_are_declared(job: Job, simulator: Simulator) -> None:
    """A plan warns by the kind's own limit and noun, and has the kind after those that it comes after."""
    rows = checked([trophy(f"t{number}") for number in range(trophies.MOST + 1)], (), [achievement("win")])
    plan = make_plan(rows, job.service(simulator))
    assert any("1 achievement, 4 trophies" in line for line in reporting.plan_text(plan))
    assert "; 4 trophies; " in repr(rows)
    assert f"there would be {trophies.MOST + 1} trophies; the service allows {trophies.MOST}." in "\n".join(
        plan.warnings
    )
    assert [step.resource.kind for step in plan.todo] == ["achievement", *["trophy"] * (trophies.MOST + 1)]
    with pytest.raises(PlanError, match="while the sheet has no trophies or some with errors"):
        make_plan(checked([], [engraving()]), job.service(simulator), options=PlanOptions(delete_missing=True))


def test_a_limit_says_what_makes_room_for_more(job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a limit that does not always hold the plan says when it does not, and nothing of a limit that is kept."""
    limits = (Limit(most=2), Limit(most=1, unless=", and more only in a cabinet"))
    kind = replace(trophies.KIND, resource=replace(TROPHY, limits=limits))
    monkeypatch.setitem(kinds.CONTENT, "trophy", kind)
    plan = make_plan(checked([trophy("cup"), trophy("bowl")]), job.service(simulator))
    assert [line for line in plan.warnings if "the service allows" in line] == [
        "With what is live already there would be 2 trophies; the service allows 1, and more only in a cabinet."
    ]


def test_what_is_missing_is_deleted_of_the_kinds_in_the_file_alone(job: Job, simulator: Simulator) -> None:
    """Deleting goes by the kinds that the file holds: what it does not speak of stays."""
    service = job.service(simulator)
    push(service, checked([trophy("cup"), trophy("bowl")], (), [achievement("win")]))
    push(service, checked([trophy("cup")]), PlanOptions(delete_missing=True))
    left = [one.attributes["vendorIdentifier"] for one in simulator.store.all(TROPHY.type)]
    assert left == ["cup"]
    assert len(simulator.store.all("gameCenterAchievements")) == 1


def test_what_a_plan_deletes_is_known_by_its_kind_and_id(job: Job, simulator: Simulator) -> None:
    """A trophy that is deleted hides no achievement that is missing, though the service gave both one id."""
    service, options = job.service(simulator), PlanOptions(delete_missing=True)
    push(service, checked([trophy("cup"), trophy("bowl")], (), [achievement("win"), achievement("gone")]))
    plan = make_plan(checked([trophy("cup")], (), [achievement("win")]), service, options=options)
    deleted, gone = sorted((step for step in plan.todo if step.action is Action.DELETE), key=lambda step: step.name)
    (live,) = plan.snapshot.live(gone.resource, gone.key)
    same_id = plan.snapshot.changed(gone.resource, {"gone": (replace(live, id=str(deleted.resource_id)),)})
    left = replace(plan, todo=tuple(step for step in plan.todo if step is not gone), snapshot=same_id)
    assert [(step.word, step.name) for step in left.missing] == [("achievement", "gone")]


def test_deleting_is_offered_where_it_would_be_done(job: Job, simulator: Simulator) -> None:
    """A plan names the drafts that could be deleted, unless asking for it would be refused because of another kind."""
    service = job.service(simulator)
    push(service, checked([trophy("cup"), trophy("bowl")], (), [achievement("win")]))
    offered = []
    for rows in (checked([trophy("cup")], (), [achievement("win")]), checked([], [engraving()], [achievement("new")])):
        plan = make_plan(rows, service)
        offered.append([line for line in plan.warnings if line.startswith("--delete-missing")])
    assert offered == [["--delete-missing=1 would delete those drafts that are not in the sheet."], []]


def test_a_plan_of_another_kind_is_saved_in_a_form_of_its_own(job: Job, simulator: Simulator) -> None:
    """A plan of achievements is saved as ever; one of anything else in a form that versions without it refuse."""
    service = job.service(simulator)
    both = make_plan(checked([trophy()], (), [achievement("win")]), service)
    one = make_plan(checked([], (), [achievement("win")]), service)
    other = make_plan(checked([trophy()]), service)
    for plan, form in ((one, 1), (both, 2), (other, 2)):
        saved = freeze(plan, scope=service.scope, api=service.api)
        assert f'"gcbulk_plan": {form},' in to_text(saved)
        assert from_text(to_text(saved)) == saved
    assert {step.action for step in both.todo} == {Action.CREATE}
