"""The upload of an image: reserve, send the parts, commit, wait for the verdict; in both forms of the API.

An exchange is a generator that yields a `Call` (to the service), a `Part` (to the address that the service names, never
with the token) or a `Wait`, receives the result, and returns a `Delivered`. It knows neither network nor clock.

The commit's 200 does not mean success: the service examines the image afterwards, for seconds to minutes. A failed
image blocks the next one, so its record is deleted; so is a reservation that cannot be filled.

Source: https://developer.apple.com/documentation/appstoreconnectapi/uploading-assets-to-app-store-connect
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from gcbulk.appstore.calls import Call, Expected, NoReply, Reply, at, delete, get, patch, post
from gcbulk.appstore.image_parts import Part, parts_of
from gcbulk.appstore.replies import Verdict, has_id, judge, members, problems, request_id, resource
from gcbulk.records import Api, Json, OutcomeKind, Resource

NO_ANSWER = "no-answer"
"""Code of an UNKNOWN delivery: a request was sent, and no usable answer came."""
PARTS_FAILED = "upload-failed"
"""Code of an UNKNOWN delivery: the parts could not be sent; the reservation was taken back."""
PROCESSING = "image-processing"
"""Code of an UNKNOWN delivery: everything arrived, and the service has not judged it yet."""
ODD_UPLOAD = "upload-not-followed"
"""Code of a REJECTED delivery: the service asks for the parts in a way that is not followed."""

WAITS_S = (10.0, 10.0, 20.0, 30.0, 30.0, 40.0, 40.0)
"""How long to wait before each look at a picture that is being judged: three minutes in all.

The first is long, because it costs nothing while other pictures are sent, and a look that comes too early is a request
of the hour."""
RESERVATIONS = 2
"""How often the parts are tried anew from a fresh reservation, whose addresses have not run out."""
_ARRIVED = ("COMPLETE", "UPLOAD_COMPLETE")


@dataclass(frozen=True, slots=True)
class Wait:
    """Time to let pass, at least."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a picture that is to be sent."""

    file_name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """How an exchange ended.

    Args:
        kind: CREATED, ADOPTED (it was there already), REJECTED or UNKNOWN.
        image_id: the image's id, where one is there.
        code: the service's or our code of a problem.
        message: what happened and what to do.
        request_id: the service's id of the last request.
    """

    kind: OutcomeKind
    image_id: str | None = None
    code: str | None = None
    message: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where the images of a kind go in one form of the API.

    Args:
        type: the JSON:API type of the images.
        text_type: that of the texts that they hang on.
        root: what every path of the kind begins with.
        name: the relationship of a text to its image.
        parent: the relationship of an image to its text.
    """

    type: str
    text_type: str
    root: str
    name: str
    parent: str

    @property
    def path(self) -> str:
        """The path under which the images are created and found."""
        return f"{self.root}/{self.type}"

    def read(self, image_id: str) -> Call:
        """The call that reads one image."""
        return get(at(f"{self.path}/{{}}", image_id), Expected(self.type, image_id))

    def of_text(self, text_id: str) -> Call:
        """The call that reads the image of a localization."""
        path = at(f"{self.root}/{self.text_type}/{{}}/{self.name}", text_id)
        return get(path, Expected(self.type, parent=(self.parent, text_id)))

    def reserve(self, text_id: str, picture: Picture) -> Call:
        """The call that announces an image by its name and size."""
        owner = {"data": {"type": self.text_type, "id": text_id}}
        data = {
            "type": self.type,
            "attributes": {"fileName": picture.file_name, "fileSize": picture.size_bytes},
            "relationships": {self.parent: owner},
        }
        return post(self.path, data)

    def commit(self, image_id: str) -> Call:
        """The call that says that all parts of an image were uploaded."""
        data = {"type": self.type, "id": image_id, "attributes": {"uploaded": True}}
        return patch(at(f"{self.path}/{{}}", image_id), data)

    def remove(self, image_id: str) -> Call:
        """The call that deletes an image."""
        return delete(at(f"{self.path}/{{}}", image_id))


@dataclass(frozen=True, slots=True)
class _Record:
    """The record of an image as a reply shows it."""

    id: str
    attributes: Mapping[str, Json]
    request_id: str | None

    @property
    def state(self) -> Json:
        """The service's verdict on the upload, which a reply may leave out."""
        return members(self.attributes, "assetDeliveryState").get("state")

    def is_of(self, picture: Picture) -> bool:
        """Whether the record has the file name and size of a picture."""
        own = self.attributes.get("fileName"), self.attributes.get("fileSize")
        return own == (picture.file_name, picture.size_bytes)


class _EndedError(Exception):
    """The exchange is over before its end."""

    def __init__(self, delivered: Delivered) -> None:
        super().__init__(delivered.message)
        self.delivered = delivered


_T = TypeVar("_T")
Exchange: TypeAlias = Generator["Call | Part | Wait", "Reply | NoReply | None", _T]
"""Yields what is to be done, is sent what came of it (nothing for a wait), and returns a result."""


def upload(
    kind: Resource,
    api: Api,
    text_id: str,
    picture: Picture,
    *,
    local: bool,
    stale_id: str | None = None,
    look: bool = False,
    trust: bool = True,
) -> Exchange[Delivered]:
    """Bring a picture to a text.

    Args:
        kind: the kind of thing.
        api: which form of the API is spoken.
        text_id: the text.
        picture: the picture.
        local: whether the service is on this machine, so that the parts may go there without https.
        stale_id: the image that is there and is to be taken away first.
        look: whether to look first what is there: an earlier attempt may have come through after all, or the text may
            have come with its picture from an earlier version.
        trust: whether a picture of this name and size, found by looking, is this one.
    """
    slot = _slot(kind, api)
    try:
        if look:
            image = yield from _existing(slot, text_id)
            if trust and image is not None and image.is_of(picture) and image.state in _ARRIVED:
                return (yield from _judged(slot, image, OutcomeKind.ADOPTED))
            stale_id = image.id if image else None
        if stale_id is not None:
            yield from _remove(slot, stale_id)
        record = yield from _sent(slot, text_id, picture, local=local)
        return (yield from _judged(slot, (yield from _committed(slot, record))))
    except _EndedError as ended:
        return ended.delivered


def verdict(kind: Resource, api: Api, image_id: str) -> Exchange[Delivered]:
    """Wait for the verdict on a picture that was committed by an earlier run.

    Args:
        kind: the kind of thing.
        api: which form of the API is spoken.
        image_id: the image.
    """
    slot = _slot(kind, api)
    try:
        record = yield from _read(slot, image_id)
        if record is None:
            return Delivered(OutcomeKind.UNKNOWN, code=NO_ANSWER, message="The image is gone. Push again.")
        return (yield from _judged(slot, record, OutcomeKind.ADOPTED))
    except _EndedError as ended:
        return ended.delivered


def _slot(kind: Resource, api: Api) -> _Slot:
    form = kind.forms[api]
    if kind.image is None or form.image is None or form.image_parent is None:
        raise ValueError(f"The kind {kind.kind} has no images.")
    return _Slot(kind.image.type, kind.text.type, form.root, form.image, form.image_parent)


def _sent(slot: _Slot, text_id: str, picture: Picture, *, local: bool) -> Exchange[_Record]:
    """Reserve and send every part; after a part that was refused once more from a fresh reservation."""
    why = ""
    for _ in range(RESERVATIONS):
        record = yield from _reserved(slot, text_id, picture)
        parts = parts_of(record.attributes.get("uploadOperations"), picture.size_bytes, local=local)
        if isinstance(parts, str):
            yield from _remove(slot, record.id)
            raise _EndedError(Delivered(OutcomeKind.REJECTED, code=ODD_UPLOAD, message=parts))
        why = yield from _all_sent(parts)
        if not why:
            return record
        yield from _remove(slot, record.id)
    message = f"The picture could not be sent ({why}); its reservation was taken back. Push again later."
    raise _EndedError(Delivered(OutcomeKind.UNKNOWN, code=PARTS_FAILED, message=message))


def _reserved(slot: _Slot, text_id: str, picture: Picture) -> Exchange[_Record]:
    """Reserve; what is in the way and was not seen before is taken away first."""
    call = slot.reserve(text_id, picture)
    reply = yield from _answered(call)
    if reply.status == 409 and judge(call, reply) is not Verdict.DONE:
        image = yield from _existing(slot, text_id)
        if image is not None:
            yield from _remove(slot, image.id)
            reply = yield from _answered(call)
    if judge(call, reply) is not Verdict.DONE:
        raise _refused(reply)
    return _record(reply)


def _all_sent(parts: tuple[Part, ...]) -> Exchange[str]:
    """Why a part could not be sent; "" when all were."""
    for part in parts:
        result = yield part
        if not isinstance(result, Reply):
            return result.reason if result else "no answer"
        if not 200 <= result.status < 300:
            return f"status {result.status}"
    return ""


def _committed(slot: _Slot, record: _Record) -> Exchange[_Record]:
    """Commit; when that was not plainly done, what the record shows decides."""
    call = slot.commit(record.id)
    result = yield call
    if isinstance(result, Reply) and judge(call, result) is Verdict.DONE and resource(result).get("id") == record.id:
        return _record(result)
    seen = yield from _read(slot, record.id)
    if seen is not None and seen.state != "AWAITING_UPLOAD":
        return seen  # an earlier attempt had come through, and only its answer was lost
    if isinstance(result, Reply) and judge(call, result) in (Verdict.REJECTED, Verdict.DUPLICATE, Verdict.FORBIDDEN):
        yield from _remove(slot, record.id)
        raise _refused(result)
    raise _unanswered(result, record.id)


def _judged(slot: _Slot, record: _Record, kind: OutcomeKind = OutcomeKind.CREATED) -> Exchange[Delivered]:
    """Wait until the service says what it makes of the picture."""
    for seconds in (0.0, *WAITS_S):
        if seconds:
            yield Wait(seconds)
            record = (yield from _read(slot, record.id)) or record
        if record.state == "COMPLETE":
            return Delivered(kind, record.id, request_id=record.request_id)
        if record.state == "FAILED":
            return (yield from _failed(slot, record))
    message = (
        "The picture has arrived, and the service is still looking at it. Push again in some minutes: that looks what "
        "became of it, and sends nothing twice."
    )
    return Delivered(OutcomeKind.UNKNOWN, record.id, PROCESSING, message, record.request_id)


def _failed(slot: _Slot, record: _Record) -> Exchange[Delivered]:
    """What the service found wrong with the picture; its record is taken away, or it would block the next one."""
    errors = members(record.attributes, "assetDeliveryState").get("errors")
    named = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    code = next((error["code"] for error in named if isinstance(error.get("code"), str)), "IMAGE_FAILED")
    texts = [f"{error.get('description') or 'no reason given'} ({error.get('code')})" for error in named]
    said = " ".join(texts) or "It gave no reason."
    message = f"The service does not take the picture: {said} Fix the picture and push again."
    yield slot.remove(record.id)  # whatever comes of it: the next push finds it and tries again
    return Delivered(OutcomeKind.REJECTED, code=code, message=message, request_id=record.request_id)


def _remove(slot: _Slot, image_id: str) -> Exchange[None]:
    """Take a record away; one that is gone already is as good."""
    call = slot.remove(image_id)
    reply = yield from _answered(call)
    if judge(call, reply) is not Verdict.DONE and reply.status != 404:
        raise _refused(reply)


def _existing(slot: _Slot, text_id: str) -> Exchange[_Record | None]:
    """The image of a text, None where it has none."""
    return (yield from _looked_up(slot.of_text(text_id)))


def _read(slot: _Slot, image_id: str) -> Exchange[_Record | None]:
    """An image, None where it is gone."""
    return (yield from _looked_up(slot.read(image_id)))


def _looked_up(call: Call) -> Exchange[_Record | None]:
    reply = yield from _answered(call)
    if judge(call, reply) is Verdict.DONE:
        return _record(reply) if has_id(resource(reply)) else None
    if reply.status == 404:
        return None
    raise _refused(reply)


def _answered(call: Call) -> Exchange[Reply]:
    """The reply to a call that is known to have been done or refused."""
    result = yield call
    if not isinstance(result, Reply) or judge(call, result) is Verdict.UNKNOWN:
        raise _unanswered(result)
    return result


def _unanswered(result: Reply | NoReply | None, image_id: str | None = None) -> _EndedError:
    why = f"status {result.status}" if isinstance(result, Reply) else result.reason if result else "no answer"
    message = f"Sent, but no usable answer came ({why})."
    return _EndedError(Delivered(OutcomeKind.UNKNOWN, image_id, NO_ANSWER, message))


def _refused(reply: Reply) -> _EndedError:
    refusals = problems(reply)
    message = "\n".join(problem.text for problem in refusals)
    return _EndedError(
        Delivered(OutcomeKind.REJECTED, code=refusals[0].code, message=message, request_id=request_id(reply))
    )


def _record(reply: Reply) -> _Record:
    data = resource(reply)
    return _Record(data["id"], members(data, "attributes"), request_id(reply))
