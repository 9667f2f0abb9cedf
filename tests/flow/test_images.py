"""Pictures: from the sheet to their localizations, whatever happens on the way."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from PIL import Image

import gcbulk
from gcbulk.records import Api
from gcbulk.runs.push import push_file
from gcbulk.runs.report import report_file
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.service.transport import Connection, PlainConnection
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.pictures import state_of
from jobs import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS, Job, occurred

KIND = "gameCenterAchievementImages"
BOTH_APIS = pytest.mark.parametrize("api", list(Api), ids=str)


def png(shade: int = 0, size: int = 512, mode: str = "RGB") -> bytes:
    """The bytes of a plain picture."""
    out = io.BytesIO()
    Image.new(mode, (size, size), (shade, 0, 0) if mode == "RGB" else (shade, 0, 0, 9)).save(
        out, "PNG", compress_level=0
    )
    return out.getvalue()


def fill(job: Job, images: Sequence[str | None], texts: Sequence[Sequence[str | None]]) -> None:
    """Write a workbook: an achievement for each of images, its texts with a picture each or none."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Achievements"
    first.append([*ACHIEVEMENT_HEADERS, "Image"])
    second = book.create_sheet("Localizations")
    second.append([*LOCALIZATION_HEADERS, "Image"])
    for n, image in enumerate(images):
        first.append([f"A {n}", f"com.example.a{n}", 5, "No", "Yes", image])
        for locale, own in zip(("en-US", "ja", "ko"), texts[n], strict=False):
            second.append([f"com.example.a{n}", locale, f"N {n}", "Before", "After", own])
    book.save(job.workbook)


def draw(job: Job, **pictures: int) -> None:
    """Put pictures beside the workbook: name -> shade."""
    for name, shade in pictures.items():
        (job.folder / f"{name}.png").write_bytes(png(shade))


def live(simulator: Simulator) -> dict[str, str]:
    """Every image that is there: localization -> file name and state."""
    store = simulator.store
    found = {}
    for text in store.all("gameCenterAchievementLocalizations"):
        images = store.children(text.id, KIND)
        assert len(images) < 2, "a localization has two images"
        key = f"{text.attributes['locale']} {text.id}"
        for image in images:
            found[key] = f"{image.attributes['fileName']} {state_of(simulator.service.world, image)}"
    return found


def pictures(job: Job) -> dict[object, object]:
    """The outcomes of the pictures in the report."""
    return {line["Key"]: line["Outcome"] for line in job.lines() if line["Step"] == "image"}


@BOTH_APIS
def test_pictures_go_to_their_localizations(
    job: Job, simulator: Simulator, api: Api, assert_contract: Callable[..., None]
) -> None:
    """One on Achievements is for all languages, one on Localizations wins; parts never carry the token."""
    draw(job, all=1, ja=2)
    fill(job, ["all.png", None], [[None, "ja.png"], [None]])
    result = job.push(simulator, api=api)
    assert occurred(result.outcomes) == {"created": 7}
    assert pictures(job) == {"com.example.a0 / en-US": "created", "com.example.a0 / ja": "created"}
    assert sorted(value for value in live(simulator).values()) == ["all.png COMPLETE", "ja.png COMPLETE"]
    assert len(simulator.uploads) == 2
    assert simulator.leaks == []
    assert {call.request_headers["content-length"] for call in simulator.uploads} == {str(len(png(1)))}
    assert {name for call in simulator.uploads for name in call.request_headers} == {
        "host",
        "content-type",
        "content-length",
    }, "the headers are those that were asked for, and the length"
    assert_contract(simulator.exchanges)


@BOTH_APIS
def test_a_second_push_sends_no_picture(job: Job, simulator: Simulator, api: Api) -> None:
    """What is there already, by name, size and the journal's digest, is not sent again."""
    draw(job, a=1)
    fill(job, ["a.png"], [[None, None]])
    job.push(simulator, api=api)
    writes, uploads = simulator.ledger.writes(), len(simulator.uploads)
    again = job.push(simulator, api=api)
    assert occurred(again.outcomes) == {"unchanged": 5}
    assert (simulator.ledger.writes(), len(simulator.uploads)) == (writes, uploads)


def image_lines(job: Job) -> list[dict[str, object]]:
    """The lines of the pictures in the report."""
    return [line for line in job.lines() if line["Step"] == "image"]


@BOTH_APIS
def test_another_picture_replaces_the_one_that_is_there(
    job: Job, simulator: Simulator, api: Api, assert_contract: Callable[..., None]
) -> None:
    """Same name and size, other bytes: the journal's digest tells them apart, and the record is replaced."""
    draw(job, a=1)
    fill(job, ["a.png"], [[None]])
    job.push(simulator, api=api)
    draw(job, a=2)
    before = len(simulator.uploads)
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 2, "updated": 1}
    assert len(simulator.uploads) == before + 1
    assert list(live(simulator).values()) == ["a.png COMPLETE"]
    (job.folder / "a.png").rename(job.folder / "b.png")
    fill(job, ["b.png"], [[None]])
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 2, "updated": 1}
    assert list(live(simulator).values()) == ["b.png COMPLETE"]
    assert_contract(simulator.exchanges)


@BOTH_APIS
@pytest.mark.parametrize("state", ["AWAITING_UPLOAD", "FAILED", "UPLOAD_COMPLETE"])
def test_a_stale_record_is_removed_first(job: Job, simulator: Simulator, api: Api, state: str) -> None:
    """What an earlier run or somebody else left half done does not keep the picture out."""
    draw(job, a=1)
    fill(job, [None], [[None]])
    job.push(simulator, api=api)
    (text,) = simulator.store.all("gameCenterAchievementLocalizations")
    left = {"fileName": "other.png", "fileSize": 5, "signature": "s"}
    if state != "AWAITING_UPLOAD":
        judged_at = 0.0 if state == "FAILED" else job.clock.time() + 1e6
        left |= {"judgedAt": judged_at, "verdict": [{"code": "X", "description": "x"}]}
    simulator.service.world.make(KIND, left, {"gameCenterAchievementLocalizations": text.id}, key="left")
    fill(job, ["a.png"], [[None]])
    result = job.push(simulator, api=api)
    assert pictures(job) == {"com.example.a0 / en-US": "created"}
    assert result.exit == 0
    assert list(live(simulator).values()) == ["a.png COMPLETE"]


@BOTH_APIS
def test_a_picture_that_fails_is_its_rows_error(
    job: Job, simulator: Simulator, api: Api, assert_contract: Callable[..., None]
) -> None:
    """Apple's code is in the report, the record is gone, and the fixed picture goes through."""
    simulator.change(alpha_refused=True, image_processing_s=12.0)
    (job.folder / "a.png").write_bytes(png(1, mode="RGBA"))
    fill(job, ["a.png"], [[None]])
    result = job.push(simulator, api=api)
    (line,) = image_lines(job)
    assert (line["Outcome"], line["Code"]) == ("rejected", "IMAGE_ALPHA_NOT_ALLOWED")
    assert (line["Sheet"], line["Row"]) == ("Localizations", 2)
    assert result.exit == 3
    assert live(simulator) == {}
    draw(job, a=1)
    assert job.push(simulator, api=api).exit == 0
    assert list(live(simulator).values()) == ["a.png COMPLETE"]
    assert_contract(simulator.exchanges)


@BOTH_APIS
def test_processing_takes_its_time(job: Job, simulator: Simulator, api: Api) -> None:
    """Pictures are judged while others are sent: the waits are shared, and few requests look."""
    simulator.change(image_processing_s=40.0)
    draw(job, a=1)
    fill(job, ["a.png"] * 10, [[None]] * 10)
    before = job.clock.waited_s
    assert job.push(simulator, api=api).outcomes["created"] == 30
    assert job.clock.waited_s - before < 80
    looks = [one for one in simulator.exchanges if one.method == "GET" and f"{KIND}/" in one.path]
    assert len(looks) <= 40


@BOTH_APIS
def test_a_picture_that_is_judged_later_is_found_by_the_next_push(job: Job, simulator: Simulator, api: Api) -> None:
    """Still processing after minutes: open with advice, and the next push only looks."""
    simulator.change(image_processing_s=1000.0)
    draw(job, a=1)
    fill(job, ["a.png"], [[None]])
    result = job.push(simulator, api=api)
    (line,) = image_lines(job)
    assert (line["Outcome"], line["Code"], result.exit) == ("unknown", "image-processing", 4)
    still = job.push(simulator, api=api)
    assert still.exit == 4
    job.clock.wait(1000.0, job.service(simulator).session.stop)
    uploads = len(simulator.uploads)
    assert job.push(simulator, api=api).exit == 0
    assert pictures(job) == {"com.example.a0 / en-US": "unchanged"}
    assert len(simulator.uploads) == uploads == 1


RESERVE, COMMIT, PART = rf"/v[12]/{KIND}$", rf"/v[12]/{KIND}/", "/uploads/"


@BOTH_APIS
@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("reset", "POST", RESERVE, nth=(1,)),
        Fault("truncate", "POST", RESERVE, nth=(2,), at_byte=150),
        Fault("reset", "PUT", PART, nth=(1, 3)),
        Fault("status", "PUT", PART, nth=(1,), status=503),
        Fault("reset", "PATCH", COMMIT, nth=(1, 2)),
        Fault("status", "PATCH", COMMIT, nth=(1,), status=504),
        Fault("status", "GET", COMMIT, nth=(1,), status=502),
    ],
    ids=["reserve", "reserve-cut", "part", "part-503", "commit", "commit-504", "verdict"],
)
def test_whatever_is_lost_on_the_way(
    job: Job,
    simulate: Callable[..., Simulator],
    api: Api,
    fault: Fault,
    applied: bool,
    assert_contract: Callable[..., None],
) -> None:
    """A request without an answer, at each step of the upload: every picture is there once, no reservation is left."""
    faults = (dataclasses.replace(fault, applied=applied),)
    switches = Switches(faults=faults, part_size_bytes=300_000, image_processing_s=3.0, second_commit_refused=applied)
    simulator = simulate(switches, now=job.clock.time)
    draw(job, a=1, b=2)
    fill(job, ["a.png", "b.png"], [[None]] * 2)
    result = job.push(simulator, api=api)
    assert result.exit == 0
    assert set(pictures(job).values()) <= {"created", "adopted"}
    assert sorted(live(simulator).values()) == ["a.png COMPLETE", "b.png COMPLETE"]
    assert simulator.leaks == []
    assert_contract(simulator.exchanges)


def test_parts_that_cannot_be_sent_leave_no_reservation(job: Job, simulator: Simulator) -> None:
    """The address is out of order: the texts are there, the picture is open, nothing is left half done."""
    simulator.add_fault(Fault("status", "PUT", PART, status=500))
    draw(job, a=1)
    fill(job, ["a.png"], [[None]])
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"created": 2, "unknown": 1}
    assert image_lines(job)[0]["Code"] == "upload-failed"
    assert (live(simulator), result.exit) == ({}, 4)
    simulator.clear_faults()
    assert occurred(job.push(simulator).outcomes) == {"unchanged": 2, "created": 1}


def test_expired_addresses_are_asked_for_anew(job: Job, simulator: Simulator) -> None:
    """A refused part makes a fresh reservation, once."""
    simulator.add_fault(Fault("status", "PUT", PART, nth=(1,), status=403))
    draw(job, a=1)
    fill(job, ["a.png"], [[None]])
    assert job.push(simulator).exit == 0
    assert len(simulator.ledger.deleted) == 1


def test_a_bad_picture_keeps_back_only_itself(job: Job, simulator: Simulator) -> None:
    """What the check says of a picture is its line's error; the texts go, and a failed sheet brings both back."""
    draw(job, good=1)
    (job.folder / "small.png").write_bytes(png(1, size=100))
    fill(job, ["good.png", "small.png", "https://example.com/a.png"], [[None, "none.png"], [None], [None]])
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"created": 8, "rejected": 3}
    codes = {line["Key"]: (line["Code"], line["Column"]) for line in image_lines(job) if line["Code"]}
    assert codes == {
        "com.example.a0 / ja": ("image-not-found", "Image"),
        "com.example.a1 / en-US": ("image-dimensions", "Image"),
        "com.example.a2 / en-US": ("image-is-a-link", "Image"),
    }
    messages = {line["Key"]: str(line["Message"]) for line in image_lines(job)}
    assert "(Achievements, row 3)" in messages["com.example.a1 / en-US"]
    assert result.failed is not None
    (job.folder / "small.png").write_bytes(png(1))
    job.workbook = result.failed
    again = job.push(simulator)
    assert occurred(again.outcomes) == {"unchanged": 6, "created": 1, "rejected": 2}


def test_a_picture_waits_for_its_text(job: Job, simulator: Simulator) -> None:
    """Where the localization was refused its picture is blocked; where the check refuses it, too."""
    simulator.add_fault(
        Fault("status", "POST", r"Localizations$", nth=(1,), status=409, code="ENTITY_ERROR.LOCALE_INVALID")
    )
    draw(job, a=1)
    fill(job, ["a.png"] * 2, [[None], [None]])
    book = openpyxl.load_workbook(job.workbook)
    book["Localizations"]["C3"].value = "x" * 51
    book.save(job.workbook)
    result = job.push(simulator)
    assert pictures(job) == {"com.example.a0 / en-US": "blocked", "com.example.a1 / en-US": "blocked"}
    assert result.exit == 3
    assert simulator.uploads == []


def test_an_unknown_text_blocks_its_picture_as_unknown(job: Job, simulator: Simulator) -> None:
    """Nobody knows whether the localization is there: neither does anybody of its picture."""
    simulator.add_fault(Fault("status", "POST", r"Localizations$", status=500))
    draw(job, a=1)
    fill(job, ["a.png"], [[None]])
    job.push(simulator)
    assert image_lines(job)[0]["Code"] == "localization-unknown"


def test_a_picture_alone_opens_a_version(job: Job, simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """A live version takes no new picture: the next one is opened, and what else it lacks is brought along."""
    draw(job, a=1, b=2, c=3)
    fill(job, ["a.png"], [[None, "b.png"]])
    job.push(simulator)
    (achievement,) = simulator.store.all("gameCenterAchievements")
    simulator.move_version(achievement, "LIVE")
    fill(job, ["c.png"], [[None, "b.png"]])
    result = job.push(simulator)
    assert result.exit == 0
    assert pictures(job) == {"com.example.a0 / en-US": "updated", "com.example.a0 / ja": "unchanged"}
    newest = simulator.store.all("gameCenterAchievementVersions")[-1]
    shown = {
        text.attributes["locale"]: [image.attributes["fileName"] for image in simulator.store.children(text.id, KIND)]
        for text in simulator.store.children(newest.id, "gameCenterAchievementLocalizations")
    }
    assert shown == {"en-US": ["c.png"], "ja": ["b.png"]}
    assert_contract(simulator.exchanges)


def test_a_version_that_comes_without_texts_gets_its_pictures_again(
    job: Job, simulate: Callable[..., Simulator]
) -> None:
    """Where a new version begins empty, texts and pictures of the sheet are brought to it."""
    simulator = simulate(Switches(new_version_keeps_texts=False), now=job.clock.time)
    draw(job, a=1, b=2)
    fill(job, ["a.png"], [[None, None]])
    job.push(simulator)
    (achievement,) = simulator.store.all("gameCenterAchievements")
    simulator.move_version(achievement, "LIVE")
    fill(job, ["a.png"], [[None, "b.png"]])
    assert job.push(simulator).exit == 0
    newest = simulator.store.all("gameCenterAchievementVersions")[-1]
    texts = simulator.store.children(newest.id, "gameCenterAchievementLocalizations")
    names = [image.attributes["fileName"] for text in texts for image in simulator.store.children(text.id, KIND)]
    assert sorted(names) == ["a.png", "b.png"]


def test_a_picture_changed_after_the_check_is_not_sent(job: Job, simulator: Simulator) -> None:
    """What is sent is what was checked, or nothing."""
    draw(job, a=1)
    fill(job, ["a.png"], [[None]])
    checked = job.checked()
    draw(job, a=2)
    place = ReportTarget(rescue_dir=job.folder / "rescued")
    result = push_file(job.workbook, checked, job.service(simulator), place, confirm=lambda plan: True)
    assert occurred(result.outcomes) == {"created": 2, "rejected": 1}
    assert image_lines(job)[0]["Code"] == "image-changed"
    assert live(simulator) == {}


def test_the_plan_tells_of_pictures_and_the_report_can_be_made_again(job: Job, simulator: Simulator) -> None:
    """Pictures have their steps and requests in the plan, and their lines in a report from the journal."""
    draw(job, a=1)
    fill(job, ["a.png"], [[None]])
    plan = gcbulk.plan(job.checked(), job.service(simulator))
    assert list(plan.steps["step"]) == ["achievement", "localization", "image"]
    assert plan.requests == 1 + 1 + 3
    assert gcbulk.plan(job.checked()).requests == 5
    job.push(simulator)
    lines = job.lines()
    report_file(job.workbook, job.checked(), job.journal, ReportTarget(job.folder))
    assert [line["Outcome"] for line in job.lines()] == [line["Outcome"] for line in lines]
    assert [line["Id"] for line in job.lines()] == [line["Id"] for line in lines]


def test_a_stopped_run_says_what_was_not_tried(job: Job, simulator: Simulator) -> None:
    """When the key is refused for good the pictures left come out as not attempted, and a later push goes on."""
    draw(job, a=1)
    fill(job, ["a.png"] * 3, [[None]] * 3)
    simulator.add_fault(Fault("status", "POST", RESERVE, after=1, status=401))
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"created": 7, "not_attempted": 2}
    assert result.exit == 7
    simulator.clear_faults()
    assert occurred(job.push(simulator).outcomes) == {"unchanged": 7, "created": 2}


class DiedError(BaseException):
    """The process is gone."""


@BOTH_APIS
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", range(10))
def test_a_run_that_dies_at_any_step_is_finished_by_the_next(
    job: Job, simulate: Callable[..., Simulator], monkeypatch: pytest.MonkeyPatch, api: Api, moment: str, step: int
) -> None:
    """Right before or after each request and part of the uploads: nothing twice, no reservation left."""
    simulator = simulate(Switches(part_size_bytes=500_000, image_processing_s=3.0), now=job.clock.time)
    draw(job, a=1, b=2)
    fill(job, ["a.png", "b.png"], [[None]] * 2)
    left = [step]

    def dying(original: Callable[..., object], is_meant: Callable[..., bool]) -> Callable[..., object]:
        def send(*arguments: object) -> object:
            if not is_meant(*arguments):
                return original(*arguments)
            left[0] -= 1
            if left[0] == -1 and moment == "before":
                raise DiedError
            result = original(*arguments)
            if left[0] == -1:
                raise DiedError
            return result

        return send

    with monkeypatch.context() as patched:
        is_image = lambda connection, call: KIND in call.path  # noqa: E731
        patched.setattr(Connection, "exchange", dying(Connection.exchange, is_image))
        patched.setattr(PlainConnection, "send", dying(PlainConnection.send, lambda *_: True))
        with pytest.raises(DiedError):
            job.push(simulator, api=api)
    job.clock.wait(61.0, job.service(simulator).session.stop)
    assert job.push(simulator, api=api).exit == 0
    assert sorted(live(simulator).values()) == ["a.png COMPLETE", "b.png COMPLETE"]
    uploads = len(simulator.uploads)
    assert occurred(job.push(simulator, api=api).outcomes) == {"unchanged": 6}
    assert len(simulator.uploads) == uploads
