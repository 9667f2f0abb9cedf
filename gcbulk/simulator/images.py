"""The images of localizations: reserve, send the parts, commit, wait; in both versions of the API.

What comes in: requests, those of the upload address among them. What goes out: answers. A record blocks another one
for the same localization until it is deleted, whatever became of it.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-achievement-images-v2
"""

from __future__ import annotations

import hashlib

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import (
    Field,
    attribute_problems,
    linked,
    read_document,
    refuse,
    relationship_problems,
)
from gcbulk.simulator.documents import Writer
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.localizations import state_problems, text_key
from gcbulk.simulator.pictures import judge, media_type, parts, state_of
from gcbulk.simulator.reads import Handler
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import ACHIEVEMENTS, IMAGES, LOCALIZATIONS, VERSIONS
from gcbulk.simulator.world import World

RESERVE_FIELDS = (Field("fileName", "string", required=True), Field("fileSize", "integer", required=True))
COMMIT_FIELDS = (Field("uploaded", "boolean"),)
PARENTS = {"image-v1": "gameCenterAchievementLocalization", "image-v2": "localization"}


def reserve(name: str) -> Handler:
    """Make the handler of a create, for a view: it answers with the addresses that the parts go to."""
    parent = PARENTS[name]

    def handle(world: World, request: Request) -> Answer:
        document = read_document(request, IMAGES)
        problems = attribute_problems(document.attributes, RESERVE_FIELDS, IMAGES, whole=True)
        refuse(problems + relationship_problems(document, (parent,), IMAGES))
        if document.attributes["fileSize"] <= 0:
            refuse([errors.attribute_invalid("fileSize", "The file size must be greater than 0")])
        text = linked(document, parent, LOCALIZATIONS, world)
        _check_place(world, text, name)
        image = make_image(world, text, document.attributes["fileName"], document.attributes["fileSize"])
        return Writer(world, request).one(name, image, status=201)

    return handle


def make_image(world: World, text: Resource, file_name: str, size_bytes: int) -> Resource:
    """Bring the record of an image into being; nothing of it has arrived yet."""
    version = world.find(VERSIONS, text.parents[VERSIONS])
    achievement = world.find(ACHIEVEMENTS, version.parents[ACHIEVEMENTS])
    key = text_key(achievement, version, text.attributes["locale"])
    signature = hashlib.blake2b(f"{text.id} {file_name} {world.now()}".encode(), digest_size=8).hexdigest()
    attributes = {"fileName": file_name, "fileSize": size_bytes, "signature": signature}
    return world.make(IMAGES, attributes, {LOCALIZATIONS: text.id}, key=key)


def carry_image(world: World, old: Resource, new: Resource) -> None:
    """Give a text of a new version the image that the text before it had, if that had come through."""
    for image in world.store.children(old.id, IMAGES):
        if state_of(world, image) == "COMPLETE":
            copy = make_image(world, new, image.attributes["fileName"], image.attributes["fileSize"])
            world.store.update(copy, dict(image.attributes))


def _check_place(world: World, text: Resource, name: str) -> None:
    if name == "image-v2":
        refuse(state_problems(world.find(VERSIONS, text.parents[VERSIONS])))
    if world.store.children(text.id, IMAGES):
        detail = "The localization has an image already; delete it first"
        refuse([errors.state_error("STATE_ERROR.IMAGE_ALREADY_EXISTS", detail)])


def commit(name: str) -> Handler:
    """Make the handler of an update, for a view: ``uploaded`` says that every part was sent."""

    def handle(world: World, request: Request) -> Answer:
        document = read_document(request, IMAGES)
        image = world.find(IMAGES, request.key)
        problems = attribute_problems(document.attributes, COMMIT_FIELDS, IMAGES, whole=False)
        refuse(problems + relationship_problems(document, (), IMAGES))
        if document.attributes.get("uploaded"):
            _commit(world, image)
        return Writer(world, request).one(name, image)

    return handle


def _commit(world: World, image: Resource) -> None:
    """Let the picture be judged a while from now; a second commit changes nothing or is refused."""
    if state_of(world, image) == "AWAITING_UPLOAD":
        judged_at = world.now() + world.switches.image_processing_s
        world.store.update(image, judge(world, image) | {"judgedAt": judged_at})
    elif world.switches.second_commit_refused:
        refuse([errors.state_error("STATE_ERROR.ALREADY_UPLOADED", "The image was committed before")])


def delete(name: str) -> Handler:
    """Make the handler of a delete, for a view."""

    def handle(world: World, request: Request) -> Answer:
        image = world.find(IMAGES, request.key)
        if name == "image-v2":
            text = world.find(LOCALIZATIONS, image.parents[LOCALIZATIONS])
            refuse(state_problems(world.find(VERSIONS, text.parents[VERSIONS])))
        world.uploaded.pop(image.id, None)
        world.store.delete(image)
        return Answer(204)

    return handle


def upload(world: World, request: Request) -> Answer:
    """Take one part at the upload address: no token, the headers that were asked for, and just so many bytes.

    Args:
        world: the service's inner side.
        request: the request.

    Returns:
        An answer without JSON: this is another host with other manners.
    """
    _, _, key, number = [*request.path.split("/"), "", ""][:4]
    image = world.store.get(IMAGES, key)
    if image is None or request.query != f"signature={image.attributes['signature']}":
        return _plain(403, "SignatureDoesNotMatch")
    wrong = _upload_problem(world, request, image, number)
    if wrong is not None:
        return wrong
    world.uploaded.setdefault(image.id, {})[int(number)] = request.body
    return Answer(200)


def _upload_problem(world: World, request: Request, image: Resource, number: str) -> Answer | None:
    expected = parts(world, image)
    if request.method != "PUT" or not number.isdecimal() or int(number) >= len(expected):
        return _plain(405, "MethodNotAllowed")
    if "authorization" in request.headers:
        return _plain(400, "InvalidArgument: only one auth mechanism allowed")
    if world.now() > image.created_at + world.switches.upload_expiry_s or "judgedAt" in image.attributes:
        return _plain(403, "AccessDenied: request has expired")
    if len(request.body) != expected[int(number)][1]:
        return _plain(400, "IncompleteBody")
    if request.headers.get("content-type", media_type(image)) != media_type(image):  # some clients send none
        return _plain(403, "SignatureDoesNotMatch: Content-Type")
    return None


def _plain(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), "text/plain")
