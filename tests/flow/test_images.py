"""Pictures: from the sheet to their localizations, whatever happens on the way."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from PIL import Image

from gcbulk.appstore.achievements import Api
from gcbulk.simulator import Simulator
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
