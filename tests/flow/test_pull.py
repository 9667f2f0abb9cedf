"""Everything that is live, brought back as a workbook, and pushed again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import openpyxl
import pytest
from contract import SCHEMA
from picture_jobs import fill_pictures
from PIL import Image

import gcbulk
from gcbulk.appstore.replies import snake
from gcbulk.errors import SettingsError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, Role
from gcbulk.reporting.pulled import pulled_columns
from gcbulk.runs.pull import pull, pull_file
from gcbulk.runs.shared.backups import BACKUPS
from gcbulk.simulator import Fault, Simulator
from jobs import Job, occurred

BOTH_APIS = pytest.mark.parametrize("api", list(Api), ids=str)


@pytest.fixture
def lived_in(simulator: Simulator) -> Simulator:
    """A game with achievements of every kind."""
    first = simulator.add_achievement("com.example.a0", referenceName="=1+1", points=0, showBeforeEarned=False)
    simulator.add_localization(first, "en-US", name="'quoted", beforeEarnedDescription="=HYPERLINK(1)")
    simulator.add_localization(first, "ja", name="名前", afterEarnedDescription="two\nlines 🎮")
    second = simulator.add_achievement("com.example.007", repeatable=True, points=100)
    simulator.add_localization(second, "fr-FR")
    simulator.move_version(second, "LIVE")
    simulator.add_achievement("com.example.old", archived=True)
    return simulator


def edit(path: Path, sheet: str, cell: str, value: object) -> None:
    """Change one cell of a workbook."""
    book = openpyxl.load_workbook(path)
    book[sheet][cell].value = value
    book.save(path)


@BOTH_APIS
def test_pull_then_push_changes_nothing(
    job: Job, lived_in: Simulator, api: Api, assert_contract: Callable[..., None]
) -> None:
    """What was pulled is what is live: pushed again it sends no write, and the check finds nothing to say."""
    result = pull_file(job.workbook, job.service(lived_in, api=api))
    assert (result.rows, result.exit) == (6, 0)
    checked = job.checked()
    assert set(checked.issues["code"]) <= {"achievement-without-localization", "line-break", "not-ready-for-review"}
    assert occurred(job.push(lived_in, api=api).outcomes) == {"unchanged": 6}
    assert lived_in.ledger.writes() == 0
    assert not (job.journal.parent / "backups").exists(), "nothing was to be changed, so nothing is kept"
    assert_contract(lived_in.exchanges)


@BOTH_APIS
def test_pull_edit_push_sends_one_change(
    job: Job, lived_in: Simulator, api: Api, assert_contract: Callable[..., None]
) -> None:
    """One cell edited is one PATCH with one attribute; what was live before is kept beside the journal."""
    pull_file(job.workbook, job.service(lived_in, api=api))
    kept = job.workbook.read_bytes()
    edit(job.workbook, "Achievements", "A2", "Renamed")
    result = job.push(lived_in, api=api)
    assert occurred(result.outcomes) == {"unchanged": 5, "updated": 1}
    (written,) = [one for one in lived_in.exchanges if one.method != "GET"]
    assert written.method == "PATCH"
    assert written.request["data"]["attributes"] == {"referenceName": "Renamed"}
    (backup,) = (job.journal.parent / "backups").iterdir()
    assert any(str(backup) in note for note in result.notes)
    assert backup.stat().st_mode & 0o077 == 0
    assert cells(backup) == cells_of(kept, job.folder)
    assert_contract(lived_in.exchanges)


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that stands in the sheets."""
    book = openpyxl.load_workbook(path)
    return {name: list(book[name].iter_rows(values_only=True)) for name in ("Achievements", "Localizations")}


def cells_of(data: bytes, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """The same of a workbook's bytes."""
    path = folder / "kept.xlsx"
    path.write_bytes(data)
    return cells(path)


def test_a_backup_holds_what_the_sheet_does_not(job: Job, lived_in: Simulator) -> None:
    """The pull before a push is of everything, also of what the sheet leaves alone; only the newest are kept."""
    job.fill_plain(1, prefix="com.example.new")
    job.push(lived_in)
    folder = job.journal.parent / "backups"
    (backup,) = folder.iterdir()
    assert [row[1] for row in cells(backup)["Achievements"]][1:] == [
        "com.example.a0",
        "com.example.007",
        "com.example.old",
    ]
    assert [row[1] for row in cells(backup)["Localizations"]][1:] == ["en-US", "ja", "fr-FR"]
    for number in range(BACKUPS + 3):
        (folder / f"com.example.game.20250101T{number:06}.000000Z.xlsx").touch()
    (folder / "com.example.other.20240101T000000.000000Z.xlsx").touch()
    job.fill_plain(2, prefix="com.example.new")
    job.push(lived_in)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == BACKUPS + 1
    assert names[-1] == "com.example.other.20240101T000000.000000Z.xlsx"
    assert backup.name in names


def test_nothing_is_changed_that_could_not_be_kept(job: Job, lived_in: Simulator) -> None:
    """Where the backup cannot be written nothing is sent."""
    job.fill_plain(1)
    job.journal.parent.mkdir()
    (job.journal.parent / "backups").write_text("in the way")
    with pytest.raises(SettingsError, match="could not be kept"):
        job.push(lived_in)
    assert lived_in.ledger.writes() == 0


def test_frames_for_a_notebook(job: Job, lived_in: Simulator) -> None:
    """The frames can be checked as they are; ids and states stand beside what is checked."""
    frames = gcbulk.pull(job.service(lived_in))
    achievements = frames["achievements"]
    assert list(achievements["state"]) == ["PREPARE_FOR_SUBMISSION", "LIVE", "PREPARE_FOR_SUBMISSION"]
    assert list(achievements["archived"]) == [False, False, True]
    assert achievements["game_center_id"].notna().all()
    checked = gcbulk.check(frames)
    assert checked.ok
    assert "column-unknown" not in set(checked.issues["code"])
    plan = gcbulk.plan(checked, job.service(lived_in))
    assert plan.requests == 0


def test_an_empty_game_gives_an_empty_workbook(job: Job, simulator: Simulator) -> None:
    """Where nothing is live there are headers and no rows."""
    result = pull_file(job.workbook, job.service(simulator))
    assert result.rows == 0
    assert [row[0] for row in cells(job.workbook)["Achievements"]] == ["Reference Name"]
    assert pull(job.service(simulator))["localizations"].empty


def test_a_file_is_not_replaced_by_chance(job: Job, lived_in: Simulator) -> None:
    """A file that is there stays, unless replacing it was asked for; a workbook ends in .xlsx."""
    job.workbook.write_bytes(b"mine")
    with pytest.raises(SettingsError, match="--force"):
        pull_file(job.workbook, job.service(lived_in))
    assert job.workbook.read_bytes() == b"mine"
    assert pull_file(job.workbook, job.service(lived_in), force=True).rows == 6
    with pytest.raises(SettingsError, match=r"ends in \.xlsx"):
        pull_file(job.folder / "live.csv", job.service(lived_in))
    with pytest.raises(SettingsError, match="cannot be written"):
        pull_file(job.folder / "none" / "live.xlsx", job.service(lived_in))


class Pictures(BaseHTTPRequestHandler):
    """Gives pictures, and remembers who asked how."""

    answer: tuple[int, bytes] = (200, b"\x89PNG\r\n\x1a\nrest")
    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Authorization")))
        status, body = self.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[tuple[str, type[Pictures]]]:
    """A server of pictures on another origin: its address, and what it was asked."""
    handler = type("Handler", (Pictures,), {"asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


@BOTH_APIS
@pytest.mark.parametrize(
    ("status", "body", "saved"),
    [
        (200, b"\x89PNG\r\n\x1a\nrest", "com.example.a.en-US.png"),
        (200, b"\xff\xd8rest", "com.example.a.en-US.jpg"),
        (200, b"<html>", None),
        (404, b"\x89PNG\r\n\x1a\nrest", None),
    ],
    ids=["png", "jpeg", "no-picture", "gone"],
)
def test_pictures_come_along_when_asked_for(
    job: Job,
    simulator: Simulator,
    shop: tuple[str, type[Pictures]],
    api: Api,
    status: int,
    body: bytes,
    saved: str | None,
) -> None:
    """Pictures are fetched from where the service says, without the token, and only where they are pictures."""
    address, handler = shop
    handler.answer = (status, body)
    text = simulator.add_localization(simulator.add_achievement("com.example.a"), "en-US")
    picture = {"fileName": "a.png", "fileSize": 9, "signature": "s", "judgedAt": 0.0, "verdict": []}
    image = simulator.service.world.make(
        "gameCenterAchievementImages",
        picture | {"width": 512, "height": 512},
        {"gameCenterAchievementLocalizations": text.id},
        key="a",
    )
    pointer = "/included/0/attributes/imageAsset/templateUrl"
    where = r"/localizations$"
    simulator.add_fault(Fault("edit", "GET", where, pointer=pointer, value=f"{address}/{image.id}/{{w}}x{{h}}.{{f}}"))
    folder = job.folder / "pictures"
    pull_file(job.workbook, job.service(simulator, api=api))
    assert handler.asked == []
    result = pull_file(job.workbook, job.service(simulator, api=api), images=folder, force=True)
    assert handler.asked == [(f"/{image.id}/512x512.png", None)]
    assert [path.name for path in folder.glob("*")] == ([saved] if saved else [])
    state, path, problem = cells(job.workbook)["Localizations"][1][-3:]
    assert (state, path) == ("COMPLETE", str(folder / saved) if saved else None)
    assert (problem is None, result.exit) == ((True, 0) if saved else (False, 3))
    assert any(f"{1 if saved else 0} of 1 picture saved" in note for note in result.notes)
    assert any("Localizations, row 2: com.example.a / en-US" in note for note in result.notes) is not bool(saved)
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 2}


def test_a_picture_is_fetched_from_a_safe_address_only(job: Job, simulator: Simulator) -> None:
    """An address without encryption on another machine is left alone."""
    text = simulator.add_localization(simulator.add_achievement("com.example.a"), "en-US")
    picture = {"fileName": "a.png", "fileSize": 9, "signature": "s", "judgedAt": 0.0, "verdict": []}
    attributes = picture | {"width": 512, "height": 512}
    parents = {"gameCenterAchievementLocalizations": text.id}
    simulator.service.world.make("gameCenterAchievementImages", attributes, parents, key="a")
    pointer = "/included/0/attributes/imageAsset/templateUrl"
    simulator.add_fault(Fault("edit", "GET", r"/localizations$", pointer=pointer, value="http://example.invalid/a"))
    frames = pull(job.service(simulator), images=job.folder / "pictures")
    assert frames["localizations"]["downloaded_image"].isna().all()
    assert frames["localizations"]["download_problem"].tolist() == ["its address is not safe to fetch from"]


def size_of(picture: Path) -> tuple[int, int]:
    """Give a picture's width and height."""
    with Image.open(picture) as image:
        return image.size


@BOTH_APIS
def test_pictures_that_were_pushed_come_back(job: Job, simulator: Simulator, api: Api) -> None:
    """What the simulator was sent it shows, in the size that it was sent in; one that is still looked at is counted."""
    fill_pictures(job.workbook, 2, ("en-US", "ja"), prefix="com.example")
    job.push(simulator, api=api)
    late = simulator.add_localization(simulator.add_achievement("com.example.late"), "en-US")
    record = {"fileName": "a.png", "fileSize": 9, "signature": "s"}
    simulator.service.world.make("gameCenterAchievementImages", record, {late.type: late.id}, key="late")
    folder = job.folder / "pictures"
    result = pull_file(job.workbook, job.service(simulator, api=api), images=folder, force=True)
    assert result.exit == 0
    assert {path.name.removeprefix("com.example."): size_of(path) for path in folder.iterdir()} == {
        f"a{n}.{locale}.png": (512, 512) for n in range(2) for locale in ("en-US", "ja")
    }
    assert any("4 of 4 pictures saved" in note for note in result.notes)
    assert any("(AWAITING_UPLOAD), so not asked for: 1 picture." in note for note in result.notes)
    assert simulator.leaks == []


def test_a_folder_that_takes_no_pictures_is_said(job: Job, simulator: Simulator) -> None:
    """Where pictures cannot be saved the folder is named, not the workbook, and the service is asked nothing."""
    fill_pictures(job.workbook, 1, ("en-US",), prefix="com.example")
    job.push(simulator)
    (job.folder / "taken").write_text("a file")
    asked, taken = len(simulator.exchanges), job.folder / "taken"
    with pytest.raises(SettingsError, match=r"--images .*taken is not a folder"):
        pull_file(job.folder / "live.xlsx", job.service(simulator), images=taken)
    with pytest.raises(SettingsError, match=r"images .*taken is not a folder"):
        pull(job.service(simulator), images=taken)
    assert len(simulator.exchanges) == asked


@BOTH_APIS
def test_what_a_pull_does_not_carry_is_named(job: Job, simulator: Simulator, api: Api) -> None:
    """An attribute that there is no column for is named once, in the notes and on the frames; null is none."""
    for key in ("com.example.a", "com.example.b"):
        simulator.add_localization(simulator.add_achievement(key), "en-US")
    usual = '"vendorIdentifier": "com.example.a", "referenceName": "com.example.a", "points": 5, "archived": false'
    flags = '"showBeforeEarned": true, "repeatable": false'
    achievement = f'{{{usual}, {flags}, "rarityGroup": "x", "unsetThing": null}}'
    text = (
        '{"locale": "en-US", "name": "n", "beforeEarnedDescription": "b", "afterEarnedDescription": "a", "toneOf": 1}'
    )
    of_all, of_texts = "(Achievements|AchievementsV2)$", "/localizations$"
    simulator.add_fault(Fault("edit", "GET", of_all, pointer="/data/0/attributes", value_json=achievement))
    simulator.add_fault(Fault("edit", "GET", of_texts, pointer="/data/0/attributes", value_json=text))
    result = pull_file(job.workbook, job.service(simulator, api=api))
    (note,) = [note for note in result.notes if "Game Center also has" in note]
    beside = "; toneOf (of localizations)" if api is Api.V2 else ""  # in v1 the texts came along with the listing
    assert f"has: rarityGroup (of achievements){beside}. A pull does not carry it" in note
    frames = pull(job.service(simulator, api=api))
    assert frames["achievements"].attrs["not_carried"] == ["rarityGroup"]
    assert occurred(job.push(simulator, api=api).outcomes).keys() <= {"unchanged", "updated"}


def test_properties_that_no_cell_holds_are_named(job: Job, simulator: Simulator) -> None:
    """A text that would be cut off is left out, said with its row, and pushed again it changes nothing."""
    simulator.add_achievement("com.example.a", activityProperties={"a": "x" * 40_000})
    result = pull_file(job.workbook, job.service(simulator))
    assert any("row 2: the properties are longer" in note for note in result.notes)
    job.push(simulator)
    assert simulator.ledger.writes() == 0


@pytest.mark.skipif(not SCHEMA.exists(), reason="Apple's description is not here")
def test_a_pull_carries_what_the_contract_has() -> None:
    """Nothing is left behind of what Apple's description gives achievements and localizations."""
    schemas = json.loads(SCHEMA.read_text("utf-8"))["components"]["schemas"]
    for name, columns in (
        ("GameCenterAchievement", pulled_columns(RESOURCE, Role.THING)),
        ("GameCenterAchievementLocalization", pulled_columns(RESOURCE, Role.TEXT)),
    ):
        attributes = schemas[name]["properties"]["attributes"]["properties"]
        assert {snake(one) for one in attributes} <= set(columns)
