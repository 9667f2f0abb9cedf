from __future__ import annotations

import http.client
import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Exchange, Json, Request
from gcbulk.simulator.store import Resource

KIND = "gameCenterAchievementImages"
TEXTS = "gameCenterAchievementLocalizations"
PARENTS = {"v1": "gameCenterAchievementLocalization", "v2": "localization"}


def png(width: int = 1024, height: int = 1024, colour: int = 2, extra: bytes = b"") -> bytes:
    """Make the beginning of a PNG, which is all that is looked at."""
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + extra


def jpeg(width: int, height: int) -> bytes:
    """Make a JPEG that has a comment and a frame header."""
    frame = struct.pack(">BHHBxx", 8, height, width, 3)
    return b"\xff\xd8\xff\xfe\x00\x06abcd\xff\xc0" + struct.pack(">H", 11) + frame + b"\x00" * 9


@pytest.fixture
def text(simulator: Simulator) -> Resource:
    """Give a localization to hang images on."""
    return simulator.add_localization(simulator.add_achievement("quest.first"), "en-US")


def reserve(simulator: Simulator, text: Resource, size: Json, name: str = "a.png", api: str = "v2") -> Exchange:
    """Ask for the record of an image."""
    owner = {PARENTS[api]: {"data": {"type": TEXTS, "id": text.id}}}
    body = {"type": KIND, "attributes": {"fileName": name, "fileSize": size}, "relationships": owner}
    return simulator.ask("POST", f"/{api}/{KIND}", {"data": body})


def send(simulator: Simulator, operation: Json, data: bytes, **headers: str) -> int:
    """Send one part as the operation says, some headers changed."""
    address = urlsplit(operation["url"])
    given = {each["name"].lower(): each["value"] for each in operation["requestHeaders"]} | headers
    part = data[operation["offset"] : operation["offset"] + operation["length"]]
    request = Request(operation["method"], address.path, address.query, given, part)
    return simulator.service.upload(request).status


def commit(simulator: Simulator, key: str, api: str = "v2", *, uploaded: bool = True) -> Exchange:
    """Say that every part was sent."""
    body = {"data": {"type": KIND, "id": key, "attributes": {"uploaded": uploaded}}}
    return simulator.ask("PATCH", f"/{api}/{KIND}/{key}", body)


def arrive(simulator: Simulator, text: Resource, data: bytes, name: str = "a.png", api: str = "v2") -> Json:
    """Reserve, send and commit, and give the record as it stands then."""
    made = reserve(simulator, text, len(data), name, api).response["data"]
    for operation in made["attributes"]["uploadOperations"]:
        assert send(simulator, operation, data) == 200
    commit(simulator, made["id"], api)
    return simulator.ask("GET", f"/{api}/{KIND}/{made['id']}").response["data"]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_an_image_goes_through_its_states(
    simulate: Callable[..., Simulator], api: str, assert_contract: Callable[..., None]
) -> None:
    """Awaiting, complete as an upload, and complete for good when it was judged, with parts in any order."""
    time = [1000.0]
    simulator = simulate(Switches(part_size_bytes=20, image_processing_s=30), now=lambda: time[0])
    text = simulator.add_localization(simulator.add_achievement("quest.first"), "en-US")
    data = png()
    made = reserve(simulator, text, len(data), api=api)
    assert made.status == 201
    attributes, key = made.response["data"]["attributes"], made.response["data"]["id"]
    assert attributes["assetDeliveryState"]["state"] == "AWAITING_UPLOAD"
    assert [each["length"] for each in attributes["uploadOperations"]] == [20, len(data) - 20]
    for operation in reversed(attributes["uploadOperations"]):
        assert [send(simulator, operation, data) for _ in range(2)] == [200, 200]
    committed = commit(simulator, key, api).response["data"]["attributes"]
    assert committed["assetDeliveryState"]["state"] == "UPLOAD_COMPLETE"
    assert "uploadOperations" not in committed
    time[0] += 30
    done = simulator.ask("GET", f"/{api}/{KIND}/{key}").response["data"]["attributes"]
    assert done["assetDeliveryState"] == {"state": "COMPLETE", "errors": [], "warnings": []}
    assert (done["imageAsset"]["width"], done["imageAsset"]["height"]) == (1024, 1024)
    assert simulator.ledger.ids(KIND) == {"quest.first / en-US": [key]}
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize(
    ("data", "name", "codes"),
    [
        (png(), "a.png", []),
        (png(512, 512), "a.png", []),
        (png(colour=6), "a.png", []),
        (jpeg(1024, 1024), "a.jpg", []),
        (b"II*\x00rest", "a.tiff", []),
        (b"MM\x00*rest", "a.strange", []),
        (png(1024, 512), "a.png", ["IMAGE_BAD_ASPECT_RATIO"]),
        (png(300, 300), "a.png", ["IMAGE_INCORRECT_DIMENSIONS"]),
        (jpeg(300, 300), "a.jpg", ["IMAGE_INCORRECT_DIMENSIONS"]),
        (b"\xff\xd8\xff\xfe\x00\x02", "a.jpg", ["IMAGE_TYPE_NOT_SUPPORTED"]),
        (b"GIF89a", "a.gif", ["IMAGE_TYPE_NOT_SUPPORTED"]),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_picture_is_judged_by_its_bytes(
    simulator: Simulator,
    text: Resource,
    data: bytes,
    name: str,
    codes: list[str],
    assert_contract: Callable[..., None],
) -> None:
    """Format, shape and size decide; a failure shows in the delivery state alone and is final."""
    state = arrive(simulator, text, data, name)["attributes"]["assetDeliveryState"]
    assert state["state"] == ("FAILED" if codes else "COMPLETE")
    assert [error["code"] for error in state["errors"]] == codes
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("data", [png(colour=6), png(extra=b"tRNS")], ids=["colour type", "chunk"])
def test_alpha_is_a_switch(simulator: Simulator, text: Resource, data: bytes) -> None:
    """Reports about alpha differ, so both worlds can be had."""
    simulator.change(alpha_refused=True)
    state = arrive(simulator, text, data)["attributes"]["assetDeliveryState"]
    assert [error["code"] for error in state["errors"]] == ["IMAGE_ALPHA_NOT_ALLOWED"]


def test_a_commit_without_all_parts_fails(simulator: Simulator, text: Resource) -> None:
    """A 200 on the commit is no success: what did not arrive whole has failed."""
    made = reserve(simulator, text, 100).response["data"]
    answer = commit(simulator, made["id"])
    assert answer.status == 200
    (error,) = answer.response["data"]["attributes"]["assetDeliveryState"]["errors"]
    assert error["code"] == "UPLOAD_INCOMPLETE"


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "taken"])
def test_a_second_commit_changes_nothing(simulator: Simulator, text: Resource, refused: bool) -> None:
    """Committing twice is refused or taken, as the switch says, and the verdict stands."""
    simulator.change(second_commit_refused=refused)
    key = arrive(simulator, text, png())["id"]
    assert commit(simulator, key).status == (409 if refused else 200)
    state = simulator.ask("GET", f"/v2/{KIND}/{key}").response["data"]["attributes"]["assetDeliveryState"]
    assert state["state"] == "COMPLETE"


def test_an_update_that_does_not_commit_changes_nothing(simulator: Simulator, text: Resource) -> None:
    """Only ``uploaded: true`` is a commit, and there is no checksum to send."""
    made = reserve(simulator, text, 100).response["data"]
    answer = commit(simulator, made["id"], uploaded=False)
    assert answer.response["data"]["attributes"]["assetDeliveryState"]["state"] == "AWAITING_UPLOAD"
    body: Json = {"data": {"type": KIND, "id": made["id"], "attributes": {"sourceFileChecksum": "a"}}}
    refused = simulator.ask("PATCH", f"/v2/{KIND}/{made['id']}", body)
    assert refused.response["errors"][0]["code"] == "ENTITY_ERROR.ATTRIBUTE.UNKNOWN"


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_an_old_record_blocks_a_new_one_until_it_is_deleted(
    simulator: Simulator, text: Resource, api: str, assert_contract: Callable[..., None]
) -> None:
    """One record for a localization, whatever became of it; deleted, it makes room."""
    key = reserve(simulator, text, 100, api=api).response["data"]["id"]
    assert reserve(simulator, text, 100, api=api).status == 409
    relation = {"v1": "gameCenterAchievementImage", "v2": "image"}[api]
    shown = simulator.ask("GET", f"/{api}/{TEXTS}/{text.id}/{relation}?include={PARENTS[api]}")
    assert shown.response["data"]["id"] == key
    assert simulator.ask("DELETE", f"/{api}/{KIND}/{key}").status == 204
    assert simulator.ask("GET", f"/{api}/{TEXTS}/{text.id}/{relation}").status == 404
    assert reserve(simulator, text, 100, api=api).status == 201
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("size", [0, -1, "100", None], ids=repr)
def test_a_size_that_is_none_is_refused(simulator: Simulator, text: Resource, size: Json) -> None:
    """A file has bytes."""
    refused = reserve(simulator, text, size)
    assert refused.response["errors"][0]["source"]["pointer"] == "/data/attributes/fileSize"


def test_the_upload_address_has_its_own_manners(simulate: Callable[..., Simulator]) -> None:
    """Wrong signature, method, number, length or type, a token, and a late part are all refused there."""
    time = [1000.0]
    simulator = simulate(Switches(upload_expiry_s=60), now=lambda: time[0])
    text = simulator.add_localization(simulator.add_achievement("quest.first"), "en-US")
    data = png()
    good = reserve(simulator, text, len(data)).response["data"]["attributes"]["uploadOperations"][0]
    url = good["url"]
    assert send(simulator, good | {"url": url[:-1]}, data) == 403
    assert send(simulator, good | {"url": url.replace("/0?", "/1?")}, data) == 405
    assert send(simulator, good | {"url": url.replace("/0?", "/x?")}, data) == 405
    assert send(simulator, good | {"url": url.replace("/uploads/", "/uploads/no")}, data) == 403
    assert send(simulator, good | {"url": "http://x/uploads"}, data) == 403
    assert send(simulator, good | {"method": "POST"}, data) == 405
    assert send(simulator, good, data[:-1]) == 400
    assert send(simulator, good, data, **{"content-type": "text/plain"}) == 403
    assert send(simulator, good | {"requestHeaders": []}, data) == 200  # some published clients send none
    assert simulator.leaks == []
    assert send(simulator, good, data, authorization="Bearer x") == 400
    assert simulator.leaks == [urlsplit(url).path]
    assert send(simulator, good, data) == 200
    time[0] += 61
    assert send(simulator, good, data) == 403
    assert len(simulator.uploads) == 12


def test_parts_cannot_follow_a_commit(simulator: Simulator, text: Resource) -> None:
    """After the commit the addresses hold no more."""
    made = reserve(simulator, text, len(png())).response["data"]
    operation = made["attributes"]["uploadOperations"][0]
    assert send(simulator, operation, png()) == 200
    commit(simulator, made["id"])
    assert send(simulator, operation, png()) == 403


@pytest.mark.parametrize("elsewhere", [True, False], ids=["elsewhere", "same origin"])
def test_parts_go_over_http_to_the_origin_of_the_switch(simulate: Callable[..., Simulator], elsewhere: bool) -> None:
    """The address is on another port, or on the API's own, and takes the part without a token."""
    simulator = simulate(Switches(uploads_elsewhere=elsewhere))
    text = simulator.add_localization(simulator.add_achievement("quest.first"), "en-US")
    data = png(extra=bytes(3_000_000))
    made = reserve(simulator, text, len(data)).response["data"]
    (operation,) = made["attributes"]["uploadOperations"]
    address = urlsplit(operation["url"])
    assert (f"http://{address.netloc}" == simulator.base_url) is not elsewhere
    with closing(http.client.HTTPConnection(address.netloc, timeout=300)) as link:
        link.request("PUT", f"{address.path}?{address.query}", data, {"Content-Type": "image/png"})
        assert link.getresponse().status == 200
    state = commit(simulator, made["id"]).response["data"]["attributes"]["assetDeliveryState"]["state"]
    assert state == "COMPLETE"
    assert simulator.leaks == []


def test_faults_strike_uploads_too(simulate: Callable[..., Simulator]) -> None:
    """A part can be lost on its way like any request."""
    simulator = simulate(Switches(faults=(Fault("status", path="^/uploads", status=500),)))
    text = simulator.add_localization(simulator.add_achievement("quest.first"), "en-US")
    (operation,) = reserve(simulator, text, 10).response["data"]["attributes"]["uploadOperations"]
    address = urlsplit(operation["url"])
    with closing(http.client.HTTPConnection(address.netloc, timeout=300)) as link:
        link.request("PUT", f"{address.path}?{address.query}", b"0123456789", {"Content-Type": "image/png"})
        assert link.getresponse().status == 500


def test_images_of_a_version_out_of_hand_cannot_be_touched_in_v2(simulator: Simulator) -> None:
    """While a version is in review its images can be neither added nor deleted."""
    achievement = simulator.add_achievement("quest.first")
    first, second = (simulator.add_localization(achievement, locale) for locale in ("en-US", "fr-FR"))
    key = reserve(simulator, first, 100).response["data"]["id"]
    simulator.move_version(achievement, "IN_REVIEW")
    answers = [reserve(simulator, second, 100), simulator.ask("DELETE", f"/v2/{KIND}/{key}")]
    codes = [answer.response["errors"][0]["code"] for answer in answers]
    assert codes == ["STATE_ERROR.ENTITY_STATE_INVALID"] * 2


def test_a_new_version_keeps_the_pictures_that_came_through(simulator: Simulator) -> None:
    """With the texts of the last version their complete images come along, unfinished ones do not."""
    achievement = simulator.add_achievement("quest.first")
    first, second = (simulator.add_localization(achievement, locale) for locale in ("en-US", "fr-FR"))
    arrive(simulator, first, png())
    reserve(simulator, second, 100)
    simulator.move_version(achievement, "LIVE")
    owner = {"achievement": {"data": {"type": "gameCenterAchievements", "id": achievement.id}}}
    body = {"data": {"type": "gameCenterAchievementVersions", "relationships": owner}}
    version = simulator.ask("POST", "/v2/gameCenterAchievementVersions", body).response["data"]["id"]
    listed = simulator.ask("GET", f"/v2/gameCenterAchievementVersions/{version}/localizations?include=image")
    (image,) = listed.response["included"]
    assert image["attributes"]["assetDeliveryState"]["state"] == "COMPLETE"
    assert simulator.ledger.duplicates(KIND) == {}
