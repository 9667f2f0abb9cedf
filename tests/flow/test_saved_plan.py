"""A plan that was looked at is sent as it is, or not at all; and it can be read in the workbook."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from gcbulk.errors import PlanError, SettingsError
from gcbulk.records import Api, PlanOptions
from gcbulk.runs.plan import PlanOutput, plan_file
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result, as_json
from gcbulk.runs.shared.saved_plans import load_plan
from gcbulk.simulator import Simulator
from jobs import Job, occurred

ROWS = [(f"A{n}", f"com.example.a{n}", 5, "No", "No") for n in range(3)]
TEXTS = [(f"com.example.a{n}", "en-US", "Name", "Before", "After") for n in range(3)]


def live(simulator: Simulator, key: str) -> object:
    """An achievement of the simulator."""
    everything = simulator.store.all("gameCenterAchievements")
    return next(one for one in everything if one.attributes["vendorIdentifier"] == key)


@pytest.fixture
def saved(job: Job, simulator: Simulator) -> Path:
    """A saved plan: one update, one create, an order, beside what is live."""
    job.fill(ROWS[:2], TEXTS[:2])
    job.push(simulator)
    simulator.move_version(live(simulator, "com.example.a0"), "LIVE")  # type: ignore[arg-type]
    job.fill([ROWS[2], ("A0", "com.example.a0", 7, "No", "No"), ROWS[1]], [(*TEXTS[0][:4], "Later"), *TEXTS[1:]])
    out = job.folder / "plan.json"
    plan_file(job.checked(), job.service(simulator), PlanOutput(PlanOptions(reorder=True), out))
    return out


def send(job: Job, simulator: Simulator, saved: Path, *, api: Api = Api.V2) -> Result:
    """Push with a saved plan."""
    return push_file(
        job.workbook,
        job.checked(),
        job.service(simulator, api=api),
        ReportTarget(rescue_dir=job.folder),
        confirm=lambda plan: True,
        saved=load_plan(saved),
    )


def test_a_saved_plan_is_sent_as_it_is(job: Job, simulator: Simulator, saved: Path) -> None:
    """Nothing has changed, so exactly what was saved goes out; a second time there is nothing of it left to send."""
    result = send(job, simulator, saved)
    assert occurred(result.outcomes) == {"created": 3, "updated": 3, "unchanged": 2}
    writes = simulator.ledger.writes()
    with pytest.raises(PlanError, match="Game Center has changed"):
        send(job, simulator, saved)
    assert simulator.ledger.writes() == writes


def points(job: Job, simulator: Simulator) -> None:
    """Somebody changes points on the web page."""
    simulator.store.update(live(simulator, "com.example.a1"), {"points": 50})  # type: ignore[arg-type]


def text(job: Job, simulator: Simulator) -> None:
    """Somebody adds a language on the web page."""
    simulator.add_localization(live(simulator, "com.example.a1"), "fr-FR")  # type: ignore[arg-type]


def state(job: Job, simulator: Simulator) -> None:
    """A version goes to review."""
    simulator.move_version(live(simulator, "com.example.a1"), "IN_REVIEW")  # type: ignore[arg-type]


def new(job: Job, simulator: Simulator) -> None:
    """Somebody adds an achievement."""
    simulator.add_achievement("com.example.other")


def sheet(job: Job, simulator: Simulator) -> None:
    """Somebody edits the sheet."""
    job.fill([ROWS[2], ("A0", "com.example.a0", 8, "No", "No"), ROWS[1]], [(*TEXTS[0][:4], "Later"), *TEXTS[1:]])


@pytest.mark.parametrize(
    ("change", "said"),
    [(points, "Game Center"), (text, "Game Center"), (state, "Game Center"), (new, "Game Center"), (sheet, "sheet")],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_a_plan_that_is_out_of_date_sends_nothing(
    job: Job, simulator: Simulator, saved: Path, change: Callable[[Job, Simulator], None], said: str
) -> None:
    """Whatever changed since, on either side: exit code 2, no write, and what it was."""
    change(job, simulator)
    writes = simulator.ledger.writes()
    with pytest.raises(PlanError, match=f"the {said}|{said} has changed") as caught:
        send(job, simulator, saved)
    assert caught.value.exit_code == 2
    assert simulator.ledger.writes() == writes


def test_a_plan_for_another_place_sends_nothing(job: Job, simulator: Simulator, saved: Path) -> None:
    """A plan belongs to the app and the form of the API it was made for."""
    with pytest.raises(PlanError, match=r"--api v2, not for .* --api v1"):
        send(job, simulator, saved, api=Api.V1)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace('"after": 7', '"after": 70'), "was changed"),
        (lambda text: text.replace('"gcbulk_plan": 1', '"gcbulk_plan": 2'), "another version"),
        (lambda text: text[:-20], "not a plan"),
        (lambda text: "[]", "not a plan"),
        (lambda text: "{}", "not a plan"),
    ],
    ids=["edited", "of another form", "cut off", "a list", "empty"],
)
def test_a_spoiled_plan_is_refused(saved: Path, spoil: Callable[[str], str], said: str) -> None:
    """An edited plan, or a file that is none, is told as that."""
    saved.write_text(spoil(saved.read_text()))
    with pytest.raises(PlanError, match=said):
        load_plan(saved)


def test_a_plan_that_cannot_be_read_or_saved_is_said(job: Job, simulator: Simulator) -> None:
    """A missing file, a missing folder, a plan without the service: a sentence each."""
    job.fill(ROWS)
    nowhere = job.folder / "nowhere" / "plan.json"
    with pytest.raises(SettingsError, match="cannot be read"):
        load_plan(nowhere)
    with pytest.raises(SettingsError, match=r"--out .*nowhere is not there"):
        plan_file(job.checked(), job.service(simulator), PlanOutput(out=nowhere))
    with pytest.raises(SettingsError, match="without the service"):
        plan_file(job.checked(), None, PlanOutput(out=job.folder / "plan.json"))


def test_what_a_plan_says(job: Job, simulator: Simulator) -> None:
    """Per row what would be done, field by field, what is missing from the sheet, and which translations lack."""
    job.fill(ROWS, [*TEXTS, ("com.example.a0", "ja", "名前", "前", "後")])
    job.push(simulator)
    job.fill([("A0", "com.example.a0", 7, "No", "No"), ROWS[1]], TEXTS[:2])
    result = plan_file(job.checked(), job.service(simulator))
    told = json.loads(json.dumps(as_json(result)))["plan"]
    assert {name: count for name, count in told["actions"].items() if count} == {
        "update": 1,
        "unchanged": 3,
        "missing": 2,
    }
    assert told["steps"][0]["changes"] == [{"field": "points", "before": 5, "after": 7}]
    assert told["missing_translations"] == {"ja": ["com.example.a1"]}
    text = "\n".join(result.notes)
    assert "update: com.example.a0 (Achievements, row 2): Points: 5 → 7" in text
    assert "missing: com.example.a2: In Game Center and not in the sheet" in text
    assert "ja: 1 of 2 lack it (com.example.a1)" in text
    assert "--delete-missing=1 would delete" in text
    assert result.rows == 4


def test_a_plan_can_be_read_in_the_workbook(job: Job, simulator: Simulator) -> None:
    """The plan becomes a sheet of its own, beside the report, and neither is read as achievements."""
    job.fill(ROWS, TEXTS)
    job.push(simulator)
    place = ReportTarget(rescue_dir=job.folder)
    result = plan_file(job.checked(), job.service(simulator), PlanOutput(sheet=place))
    book = openpyxl.load_workbook(job.workbook)
    assert book.sheetnames[-2:] == ["gcbulk report", "gcbulk plan"]
    assert book["gcbulk plan"]["A1"].value == "gcbulk plan"
    assert "unchanged" in [cell.value for cell in book["gcbulk plan"]["E"]]
    assert result.report == job.workbook
    assert occurred(job.push(simulator).outcomes) == {"unchanged": 6}


def test_the_plan_of_a_text_file_stands_beside_it(job: Job, simulator: Simulator) -> None:
    """A CSV has no sheets, so its plan is a CSV beside it."""
    table = job.folder / "game.csv"
    table.write_text("Reference Name,Achievement ID,Points,Hidden,Repeatable\nA,com.example.a,5,No,No\n")
    job.workbook = table
    result = plan_file(job.checked(), job.service(simulator), PlanOutput(sheet=ReportTarget(rescue_dir=job.folder)))
    assert result.report == job.folder / "game.plan.csv"
    assert "create" in result.report.read_text(encoding="utf-8-sig")


def test_a_push_reports_missing_translations(job: Job, simulator: Simulator) -> None:
    """The summary above the report names the languages that some achievements lack."""
    job.fill(ROWS, [*TEXTS, ("com.example.a0", "ja", "名前", "前", "後")])
    job.push(simulator)
    sheet = openpyxl.load_workbook(job.workbook)["gcbulk report"]
    told = {row[0].value: row[1].value for row in sheet.iter_rows(max_row=10)}
    assert told["Missing translations"] == "ja: 2 of 3 lack it (com.example.a1, com.example.a2)"
