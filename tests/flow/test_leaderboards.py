"""Leaderboards from a workbook to the service and back."""

from __future__ import annotations

from collections.abc import Callable

import openpyxl
import pytest
from leaderboard_jobs import BEST, BEST_EN, BEST_JA, DAILY, DAILY_EN, TEXTS, TYPE, fill, writes
from PIL import Image

from gcbulk.errors import PlanError
from gcbulk.records import Api
from gcbulk.runs.check import check
from gcbulk.runs.pull import pull, pull_file
from gcbulk.runs.push import push_file
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.execution import make_plan
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.simulator import Simulator
from gcbulk.simulator.exchange import Exchange, Json
from jobs import ACHIEVEMENT_HEADERS, Job, occurred

BOTH_APIS = pytest.mark.parametrize("api", Api)
AssertContract = Callable[[list[Exchange]], None]


def by_id(simulator: Simulator) -> dict[str, Json]:
    """The attributes of every leaderboard, by its id."""
    return {one.attributes["vendorIdentifier"]: one.attributes for one in simulator.store.all(TYPE)}


@BOTH_APIS
def test_a_workbook_is_created_and_then_left_alone(
    job: Job, simulator: Simulator, assert_contract: AssertContract, api: Api
) -> None:
    """Every cell arrives as the API has it, the blank before a suffix too, and a second push sends nothing."""
    fill(job.workbook)
    assert occurred(job.push(simulator, api=api).outcomes) == {"created": 5}
    assert by_id(simulator) == {
        "com.example.best": {
            "referenceName": "Best",
            "vendorIdentifier": "com.example.best",
            "defaultFormatter": "INTEGER",
            "submissionType": "BEST_SCORE",
            "scoreSortType": "DESC",
            "scoreRangeStart": "0",
            "scoreRangeEnd": "1000",
            "archived": False,
        },
        "com.example.daily": {
            "referenceName": "Daily",
            "vendorIdentifier": "com.example.daily",
            "defaultFormatter": "ELAPSED_TIME_CENTISECOND",
            "submissionType": "MOST_RECENT_SCORE",
            "scoreSortType": "ASC",
            "recurrenceStartDate": "2026-02-01T00:00:00Z",
            "recurrenceDuration": "P1D",
            "recurrenceRule": "FREQ=DAILY;INTERVAL=1",
            "visibility": "HIDE_FOR_ALL",
            "archived": False,
            "activityProperties": {"season": "winter"},
        },
    }
    assert [one.attributes for one in simulator.store.all(TEXTS)] == [
        {
            "locale": "en-US",
            "name": "Best",
            "description": "All time.",
            "formatterSuffixSingular": " point",
            "formatterSuffix": " points",
        },
        {"locale": "ja", "name": "最高", "formatterSuffixSingular": "点", "formatterSuffix": "点"},
        {"locale": "en-US", "name": "Daily", "formatterOverride": "DECIMAL_POINT_2_PLACE"},
    ]
    before = len(simulator.exchanges)
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 5}
    assert writes(simulator, before) == []
    assert_contract(simulator.exchanges)


EDITS = [
    (0, 0, "Better", {"referenceName": "Better"}),
    (0, 2, "MONEY_EURO_DECIMAL", {"defaultFormatter": "MONEY_EURO_DECIMAL"}),
    (0, 4, "low to high", {"scoreSortType": "ASC"}),
    (0, 6, 2000, {"scoreRangeEnd": "2000"}),
    (1, 8, "12 hours", {"recurrenceDuration": "PT12H"}),
    (1, 9, "every 2 days", {"recurrenceRule": "FREQ=DAILY;INTERVAL=2"}),
    (1, 10, "Yes", {"visibility": "SHOW_FOR_ALL"}),
    (1, 11, "Yes", {"archived": True}),
    (1, 12, "{}", {"activityProperties": {}}),
    (2, 2, "Top", {"name": "Top"}),
    (2, 3, "Ever.", {"description": "Ever."}),
    (2, 5, "points", {"formatterSuffix": "points"}),
    (2, 6, "integer", {"formatterOverride": "INTEGER"}),
]


@BOTH_APIS
@pytest.mark.parametrize(("number", "column", "value", "sent"), EDITS, ids=[str(sent) for *_, sent in EDITS])
def test_an_edit_of_one_cell_sends_one_patch_with_one_attribute(
    job: Job,
    simulator: Simulator,
    assert_contract: AssertContract,
    api: Api,
    number: int,
    column: int,
    value: object,
    sent: Json,
) -> None:
    """Whatever cell was edited, one PATCH goes out with just its attribute, and the next push sends nothing."""
    fill(job.workbook)
    job.push(simulator, api=api)
    before = len(simulator.exchanges)
    rows = [[*row, *[None] * (14 - len(row))] for row in (BEST, DAILY, BEST_EN, BEST_JA, DAILY_EN)]
    rows[number][column] = value
    fill(job.workbook, rows[:2], [row[:8] for row in rows[2:]])
    assert occurred(job.push(simulator, api=api).outcomes) == {"updated": 1, "unchanged": 4}
    (one,) = writes(simulator, before)
    assert (one.method, one.status, one.request["data"]["attributes"]) == ("PATCH", 200, sent)
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 5}
    assert len(writes(simulator, before)) == 1
    assert_contract(simulator.exchanges)


@BOTH_APIS
def test_what_was_pulled_changes_nothing_when_it_is_pushed(job: Job, simulator: Simulator, api: Api) -> None:
    """A pulled workbook, and the frames of a pull, hold all of it: pushed again they send nothing."""
    fill(job.workbook)
    job.push(simulator, api=api)
    before = len(simulator.exchanges)
    service = job.service(simulator, api=api)
    frames = pull(service)
    assert list(frames["leaderboard_localizations"]["formatter_suffix"].dropna()) == [" points", "点"]
    named = ("leaderboards", "leaderboard_localizations")
    assert check({name: frames[name] for name in named}).issues.empty
    pull_file(job.workbook, service, force=True)
    assert check(job.workbook).issues.empty
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 5}
    assert writes(simulator, before) == []


@pytest.mark.parametrize(
    "there",
    [
        {"recurrenceStartDate": "2026-01-31T16:00:00-08:00"},
        {"recurrenceDuration": "PT24H"},
        {"recurrenceRule": "FREQ=DAILY"},
        {"recurrenceRule": "RRULE:INTERVAL=24;FREQ=HOURLY"},
    ],
    ids=str,
)
def test_another_writing_of_the_service_is_no_difference(job: Job, simulator: Simulator, there: dict[str, str]) -> None:
    """What was typed on the website in its own way and means the same is not sent again."""
    fill(job.workbook)
    job.push(simulator)
    _, daily = simulator.store.all(TYPE)
    simulator.store.update(daily, there)
    before = len(simulator.exchanges)
    assert occurred(job.push(simulator).outcomes) == {"unchanged": 5}
    assert writes(simulator, before) == []


def narrowed(job: Job, simulator: Simulator, *, low: str | None = "0", high: str | None, confirmed: int = 0) -> None:
    """Push another range of scores for a leaderboard that is live, with so many losses confirmed."""
    fill(job.workbook, [(*BEST[:5], low, high), DAILY])
    push_file(
        job.workbook,
        job.checked(),
        job.service(simulator),
        ReportTarget(rescue_dir=job.folder),
        confirm=lambda plan: True,
        confirm_losses=lambda plan: confirmed,
    )


@pytest.fixture
def live(job: Job, simulator: Simulator) -> Simulator:
    """A simulator with two leaderboards that are live."""
    fill(job.workbook)
    job.push(simulator)
    for item in simulator.store.all(TYPE):
        simulator.move_version(item, "LIVE")
    return simulator


@pytest.mark.parametrize(("low", "high"), [("0", "999"), ("1", "1000"), ("1", "5000")])
def test_a_narrower_range_of_a_live_leaderboard_needs_its_number(
    job: Job, live: Simulator, low: str, high: str
) -> None:
    """Scores outside the new range are deleted for good, so that nothing is sent without the number of such changes."""
    with pytest.raises(PlanError, match="1 change of the plan would delete for good what players have"):
        narrowed(job, live, low=low, high=high)
    assert by_id(live)["com.example.best"]["scoreRangeEnd"] == "1000"
    narrowed(job, live, low=low, high=high, confirmed=1)
    found = by_id(live)["com.example.best"]
    assert (found["scoreRangeStart"], found["scoreRangeEnd"]) == (low, high)


def test_a_first_range_of_a_live_leaderboard_is_a_narrower_one(job: Job, live: Simulator) -> None:
    """A leaderboard without a range takes every score, so that any range may delete some."""
    best, _ = live.store.all(TYPE)
    live.store.update(best, {"scoreRangeStart": None, "scoreRangeEnd": None})
    with pytest.raises(PlanError, match="1 change of the plan"):
        narrowed(job, live, high="1000")


@pytest.mark.parametrize("high", ["1001", None])
def test_a_wider_range_needs_no_number(job: Job, live: Simulator, high: str | None) -> None:
    """A wider range deletes nothing, and blank cells leave the range as it is."""
    narrowed(job, live, low="0" if high else None, high=high)
    assert by_id(live)["com.example.best"]["scoreRangeEnd"] == (high or "1000")


def test_the_number_is_given_on_the_plan_of_a_narrower_range(job: Job, live: Simulator) -> None:
    """The plan names the leaderboard, what is lost, and the option that confirms it."""
    fill(job.workbook, [(*BEST[:5], "0", "10"), DAILY])
    plan = make_plan(job.checked(), job.service(live))
    assert [line for line in plan.warnings if "--confirm-losses=1" in line] == [
        '1 change deletes players\' scores outside the new range for good ("com.example.best"). A push asks for the '
        "number of such changes; --confirm-losses=1 gives it."
    ]


def test_a_text_of_a_live_leaderboard_opens_a_version(job: Job, live: Simulator) -> None:
    """A live leaderboard's text changes in a new version, which keeps every other language and its suffixes."""
    fill(job.workbook, texts=[(*BEST_EN[:2], "Top", *BEST_EN[3:]), DAILY_EN])
    job.push(live)
    best, _ = live.store.all(TYPE)
    _, draft = live.store.children(best.id, "gameCenterLeaderboardVersions")
    found = {one.attributes["locale"]: one.attributes for one in live.store.children(draft.id, TEXTS)}
    assert (found["en-US"]["name"], found["en-US"]["formatterSuffix"]) == ("Top", " points")
    assert (found["ja"]["name"], found["ja"]["formatterSuffix"]) == ("最高", "点")


def picture(job: Job, name: str, colour: str) -> str:
    """A picture beside the workbook."""
    Image.new("RGB", (512, 512), colour).save(job.folder / name)
    return name


@BOTH_APIS
def test_pictures_of_all_languages_and_of_one(
    job: Job, simulator: Simulator, assert_contract: AssertContract, api: Api
) -> None:
    """The leaderboard's picture goes to each of its languages but the one with its own, and to none a second time."""
    best = [*BEST, *[None] * (13 - len(BEST)), picture(job, "all.png", "red")]
    ja = [*BEST_JA, None, picture(job, "ja.png", "blue")]
    fill(job.workbook, [best], [BEST_EN, ja])
    assert occurred(job.push(simulator, api=api).outcomes) == {"created": 5}
    sent = {one.attributes["fileName"] for one in simulator.store.all("gameCenterLeaderboardImages")}
    assert sent == {"all.png", "ja.png"}
    before = len(simulator.exchanges)
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 5}
    assert writes(simulator, before) == []
    assert_contract(simulator.exchanges)


@BOTH_APIS
def test_leaderboards_are_handed_to_review(job: Job, simulator: Simulator, api: Api) -> None:
    """A leaderboard with a text is ready without a picture, and is handed over beside nothing else."""
    fill(job.workbook)
    service = job.service(simulator, api=api)
    job.push(simulator, api=api)
    place = ReportTarget(rescue_dir=job.folder)
    told = review_file(job.workbook, job.checked(), service, place, options=ReviewOptions(), confirm=lambda said: True)
    assert occurred(told.outcomes) == {"created": 2}


def test_a_workbook_of_both_kinds(job: Job, simulator: Simulator, assert_contract: AssertContract) -> None:
    """Achievements and leaderboards of one workbook are pushed in one run, each by its own sheets."""
    fill(job.workbook)
    book = openpyxl.load_workbook(job.workbook)
    sheet = book.create_sheet("Achievements")
    for row in (ACHIEVEMENT_HEADERS, ("Win", "com.example.win", 5, "No", "No")):
        sheet.append(row)
    book.save(job.workbook)
    assert occurred(job.push(simulator).outcomes) == {"created": 6}
    assert occurred(job.push(simulator).outcomes) == {"unchanged": 6}
    assert [len(frame) for frame in pull(job.service(simulator)).values()] == [1, 0, 2, 3]
    assert_contract(simulator.exchanges)


def test_a_workbook_of_achievements_asks_for_no_leaderboards(job: Job, simulator: Simulator) -> None:
    """What a file does not hold is not listed: not for a push, and not for the backup before it."""
    fill(job.workbook)
    job.push(simulator)
    before = len(simulator.exchanges)
    job.fill([("Win", "com.example.win", 5, "No", "No")])
    job.push(simulator)
    assert not [one.path for one in simulator.exchanges[before:] if "Leaderboard" in one.path]
