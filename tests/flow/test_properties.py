"""Activity properties, from the sheet to Game Center and back, in either form of the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gcbulk
from gcbulk.files.pulled import write_pulled
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, LiveThing, Snapshot
from gcbulk.reporting import pulled
from gcbulk.runs.pull import pull_file
from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.exchange import Exchange, Json
from gcbulk.tables.properties import from_text
from jobs import Job, occurred

BOTH_APIS = pytest.mark.parametrize("api", list(Api), ids=str)
A = ("A", "com.example.a", 10, "No", "No")
PROPERTIES = {"season_one": "winter", "maxPlayers": "4", "a;b": ' "x"=\\y\n🎮'}
TEXT = 'maxPlayers=4; season_one=winter; "a;b"=" \\"x\\"=\\\\y\\n🎮"'


def live(simulator: Simulator) -> Json:
    """The properties of the only achievement there is."""
    (achievement,) = simulator.store.all("gameCenterAchievements")
    return achievement.attributes.get("activityProperties")


def changes(simulator: Simulator) -> list[Json]:
    """What each PATCH sent as attributes."""
    return [one.request["data"]["attributes"] for one in simulator.exchanges if one.method == "PATCH"]


def edit(job: Job, value: str | None) -> None:
    """Change the properties of the first achievement of the workbook."""
    book = openpyxl.load_workbook(job.workbook)
    sheet = book["Achievements"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Properties")
    sheet.cell(2, column).value = value
    book.save(job.workbook)


@BOTH_APIS
def test_they_are_sent_kept_compared_and_changed(
    job: Job, simulator: Simulator, api: Api, assert_contract: Callable[[list[Exchange]], None]
) -> None:
    """Keys are sent as they stand; a pull keeps them, pushed again it writes nothing, one edit is one attribute."""
    job.fill([(*A, TEXT)], more=["Properties"])
    assert occurred(job.push(simulator, api=api).outcomes) == {"created": 1}
    assert live(simulator) == PROPERTIES
    pull_file(job.workbook, job.service(simulator, api=api), force=True)
    before = simulator.ledger.writes()
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 1}
    edit(job, "season_one=winter; maxPlayers = 4;" + TEXT[TEXT.index(' "a;b"') :])
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 1}, "the order of keys is no difference"
    edit(job, None)
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 1}, "an empty cell leaves them as they are"
    assert simulator.ledger.writes() == before
    edit(job, "season_one=summer")
    result = job.push(simulator, api=api)
    assert occurred(result.outcomes) == {"updated": 1}
    assert changes(simulator) == [{"activityProperties": {"season_one": "summer"}}]
    assert any("Properties: " in str(line["Message"]) for line in job.lines())
    assert_contract(simulator.exchanges)


@BOTH_APIS
def test_they_are_taken_away_only_when_the_cell_says_so(
    job: Job, simulator: Simulator, api: Api, assert_contract: Callable[[list[Exchange]], None]
) -> None:
    """The map without a pair clears what is there, once; where nothing is there it is no difference."""
    simulator.add_achievement("com.example.a", referenceName="A", points=10, activityProperties={"a": "1"})
    job.fill([(*A, "{}")], more=["activityProperties"])
    plan = gcbulk.plan(job.checked(), job.service(simulator, api=api))
    assert plan.steps["message"].iloc[0] == "activityProperties: a=1 → {}"
    assert occurred(job.push(simulator, api=api).outcomes) == {"updated": 1}
    assert changes(simulator) == [{"activityProperties": {}}]
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 1}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "replaced"])
def test_whether_a_change_replaces_them_is_not_known(
    job: Job, simulate: Callable[..., Simulator], merged: bool
) -> None:
    """Where keys that were there stay, the push says that it changed something, never that the fate is unknown."""
    simulator = simulate(Switches(properties_merged=merged), now=job.clock.time)
    simulator.add_achievement("com.example.a", referenceName="A", points=10, activityProperties={"old": "1"})
    job.fill([(*A, "new=2")], more=["Properties"])
    assert occurred(job.push(simulator).outcomes) == {"updated": 1}
    assert live(simulator) == ({"old": "1", "new": "2"} if merged else {"new": "2"})


def test_a_cell_that_is_no_map_keeps_its_row_from_being_sent(job: Job, simulator: Simulator) -> None:
    """The row is rejected with the code and the column; the other one goes."""
    job.fill([(*A, "season"), ("B", "com.example.b", 5, "No", "No", "a=1")], more=["Properties"])
    assert occurred(job.push(simulator).outcomes) == {"rejected": 1, "created": 1}
    assert live(simulator) == {"a": "1"}
    line = next(one for one in job.lines() if one["Outcome"] == "rejected")
    assert (line["Code"], line["Column"]) == ("properties-malformed", "Properties")


def test_they_come_through_text_files_and_frames(job: Job, simulator: Simulator) -> None:
    """A CSV and a pulled frame mean the same as the workbook."""
    simulator.add_achievement("com.example.a", referenceName="A", points=10, activityProperties=PROPERTIES)
    service = job.service(simulator)
    frames = gcbulk.pull(service)
    assert gcbulk.plan(gcbulk.check(frames), service).requests == 0
    path = job.folder / "pulled.csv"
    frames["achievements"].to_csv(path, index=False)
    checked = gcbulk.check(path)
    assert checked.ok, checked.issues
    assert gcbulk.plan(checked, service).requests == 0


_TEXTS = st.text(alphabet=st.sampled_from(" ;=\"'\\\n\r\t{}+-@_x04 1aé🎮\ufeff\x00"), max_size=9) | st.text(max_size=5)


@settings(max_examples=3, deadline=None)  # a workbook each, so it is many maps a file
@given(st.lists(st.dictionaries(_TEXTS, _TEXTS, min_size=1, max_size=4), min_size=8, max_size=30))
def test_any_map_comes_through_a_pulled_workbook_and_a_text_file(
    tmp_path_factory: pytest.TempPathFactory, maps: list[dict[str, str]]
) -> None:
    """What is live stands in the cells so that a check reads exactly that, in a workbook and in a CSV."""
    usual = {"points": 1, "show_before_earned": True, "repeatable": False, "archived": False}
    live = {
        f"a.{n}": (
            LiveThing(
                f"id{n}",
                {"reference_name": "A", "vendor_identifier": f"a.{n}", "activity_properties": one, **usual},
                None,
            ),
        )
        for n, one in enumerate(maps)
    }
    frames = pulled(Snapshot(None, {RESOURCE.kind: live}), {}, {})
    folder = tmp_path_factory.mktemp("maps")
    frames["achievements"].to_csv(folder / "live.csv", index=False)
    write_pulled(folder / "live.xlsx", frames)
    for path in (folder / "live.xlsx", folder / "live.csv"):
        assert read_from(path) == maps


def read_from(path: Path) -> list[dict[str, str]]:
    """The maps that a check reads from a file without an error."""
    checked = gcbulk.check(path)
    assert checked.ok, checked.issues["message"].tolist()
    return [from_text(text) for text in checked.achievements["activity_properties"]]
