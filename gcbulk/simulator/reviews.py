"""Going live: review submissions with their items, and version 1's releases.

What comes in: requests. What goes out: answers, and versions that move through their states. What reviewers do is
not simulated; a test moves a version on itself.

Source: https://developer.apple.com/documentation/appstoreconnectapi/review-submissions
"""

from __future__ import annotations

from datetime import UTC, datetime

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import (
    Document,
    Field,
    attribute_problems,
    linked,
    read_document,
    refuse,
    relationship_problems,
)
from gcbulk.simulator.documents import Writer
from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.queries import read_query
from gcbulk.simulator.reads import filtered
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import (
    ACHIEVEMENTS,
    APPS,
    DETAILS,
    GROUPS,
    RELEASES,
    REVIEW_ITEMS,
    REVIEWS,
    VERSIONS,
    allowed,
)
from gcbulk.simulator.world import World

MOST_ITEMS = 200
PLATFORMS = ("IOS", "MAC_OS", "TV_OS", "VISION_OS")
OPEN = "READY_FOR_REVIEW"
COMPLETE = "COMPLETE"
DRAFTS = ("PREPARE_FOR_SUBMISSION", "DEVELOPER_REJECTED", "REJECTED")
LIST_QUERY = allowed("review", filters=("app", "state", "platform"), required=("filter[app]",), paged=True)


def list_reviews(world: World, request: Request) -> Answer:
    """Answer ``GET /v1/reviewSubmissions``, of one or more apps."""
    query = read_query(request, LIST_QUERY, page_size=world.switches.page_size)
    filters = dict(query.filters or {})
    apps = filters.pop("app")
    held = [review for review in world.store.all(REVIEWS) if review.parents[APPS] in apps]
    return Writer(world, request, query).page("review", filtered(held, filters))


def create_review(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/reviewSubmissions``: one at a time for each app and platform."""
    document = read_document(request, REVIEWS)
    fields = (Field("platform", "string"),)
    problems = attribute_problems(document.attributes, fields, REVIEWS, whole=True)
    refuse(problems + relationship_problems(document, ("app",), REVIEWS))
    platform = document.attributes.get("platform") or "IOS"
    if platform not in PLATFORMS:
        refuse([errors.attribute_invalid("platform", f"'{platform}' is not a platform")])
    app = linked(document, "app", APPS, world)
    if world.switches.pricing_missing:
        refuse([errors.state_error("STATE_ERROR.APP_PRICING_REQUIRED", "The app has no price")])
    for other in world.store.children(app.id, REVIEWS):
        if other.attributes["platform"] == platform and _blocks(world, other):
            detail = f"The app has a review submission for {platform} already: {other.id}"
            refuse([errors.state_error("STATE_ERROR.REVIEW_SUBMISSION_EXISTS", detail)])
    # Clients that are used with the real service do without no member of it: what is not there yet is null.
    attributes = {"platform": platform, "submittedDate": None, "state": OPEN}
    review = world.make(REVIEWS, attributes, {APPS: app.id}, key=app.id)
    return Writer(world, request).one("review", review, status=201)


def _blocks(world: World, review: Resource) -> bool:
    """Whether a review submission keeps another one of its platform from being made."""
    state = review.attributes["state"]
    return bool(state != COMPLETE if world.switches.one_unfinished_review else state == OPEN)


def update_review(world: World, request: Request) -> Answer:
    """Answer ``PATCH /v1/reviewSubmissions/{id}``: hand it in, or take it back."""
    document = read_document(request, REVIEWS)
    review = world.find(REVIEWS, request.key)
    fields = (Field("platform", "string"), Field("submitted", "boolean"), Field("canceled", "boolean"))
    problems = attribute_problems(document.attributes, fields, REVIEWS, whole=False)
    refuse(problems + relationship_problems(document, (), REVIEWS))
    if document.attributes.get("submitted"):
        _hand_in(world, review)
    if document.attributes.get("canceled"):
        _take_back(world, review)
    return Writer(world, request).one("review", review)


def _take_back(world: World, review: Resource) -> None:
    if review.attributes["state"] == OPEN and world.switches.cancel_refused:
        detail = "A review submission that was not submitted can not be canceled"
        refuse([errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail)])
    _move(world, review, COMPLETE, versions="DEVELOPER_REJECTED")


def _hand_in(world: World, review: Resource) -> None:
    if review.attributes["state"] != OPEN or not world.store.children(review.id, REVIEW_ITEMS):
        detail = "Only a review submission that has items and was not handed in can be submitted"
        refuse([errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail)])
    now = datetime.fromtimestamp(int(world.now()), UTC).isoformat()
    world.store.update(review, {"submittedDate": now})
    _move(world, review, "WAITING_FOR_REVIEW", versions="WAITING_FOR_REVIEW")


def _move(world: World, review: Resource, state: str, *, versions: str) -> None:
    """Bring a review submission and the versions in it into their next states."""
    world.store.update(review, {"state": state})
    for item in world.store.children(review.id, REVIEW_ITEMS):
        world.store.update(world.find(VERSIONS, item.parents[VERSIONS]), {"state": versions})


def create_item(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/reviewSubmissionItems``: puts a draft version of the app into an open submission."""
    document = read_document(request, REVIEW_ITEMS)
    problems = attribute_problems(document.attributes, (), REVIEW_ITEMS, whole=True)
    names = ("reviewSubmission", "gameCenterAchievementVersion")
    refuse(problems + relationship_problems(document, names, REVIEW_ITEMS))
    review = linked(document, "reviewSubmission", REVIEWS, world)
    version = linked(document, "gameCenterAchievementVersion", VERSIONS, world)
    _check_item(world, review, version)
    parents = {REVIEWS: review.id, VERSIONS: version.id}
    item = world.make(REVIEW_ITEMS, {"state": OPEN}, parents, key=version.id)
    world.store.update(version, {"state": OPEN})
    return Writer(world, request).one("review-item", item, status=201)


def _check_item(world: World, review: Resource, version: Resource) -> None:
    if review.attributes["state"] != OPEN:
        detail = "The review submission was handed in already"
        refuse([errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail)])
    for item in world.store.children(version.id, REVIEW_ITEMS):
        other = world.find(REVIEWS, item.parents[REVIEWS])
        if item.attributes["state"] != "REMOVED" and other.attributes["state"] != COMPLETE:
            # So it stays while the other one has unresolved issues, too.
            detail = f"The item was already added to another reviewSubmission with id {other.id}"
            refuse([errors.state_error("STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION", detail)])
    if version.attributes["state"] not in DRAFTS:
        detail = f"The version is in the state {version.attributes['state']} and can not be added"
        refuse([errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail)])
    achievement = world.find(ACHIEVEMENTS, version.parents[ACHIEVEMENTS])
    if world.switches.releases_block_items and _left_over(world, achievement):
        detail = "The achievement has a gameCenterAchievementRelease that is not live; delete it first"
        refuse([errors.state_error("STATE_ERROR.RELEASE_EXISTS", detail)])
    homes = {home for detail in world.store.children(review.parents[APPS], DETAILS) for home in _homes(detail)}
    if homes.isdisjoint(achievement.parents.values()):
        detail = "The version belongs to another app"
        refuse([errors.relationship_invalid("gameCenterAchievementVersion", detail)])
    if len(world.store.children(review.id, REVIEW_ITEMS)) >= MOST_ITEMS:
        detail = f"A review submission can have at most {MOST_ITEMS} items"
        refuse([errors.entity("ENTITY_ERROR.TOO_MANY_ITEMS", detail, "/data")])


def _left_over(world: World, achievement: Resource) -> bool:
    """Whether a release of version 1 still waits to go live (code and rule as far as users reported them)."""
    return any(not release.attributes["live"] for release in world.store.children(achievement.id, RELEASES))


def _homes(detail: Resource) -> tuple[str, ...]:
    return (detail.id, detail.parents.get(GROUPS, detail.id))


def update_item(world: World, request: Request) -> Answer:
    """Answer ``PATCH /v1/reviewSubmissionItems/{id}``: an item can be taken out again."""
    document = read_document(request, REVIEW_ITEMS)
    item = world.find(REVIEW_ITEMS, request.key)
    fields = (Field("resolved", "boolean"), Field("removed", "boolean"))
    refuse(attribute_problems(document.attributes, fields, REVIEW_ITEMS, whole=False))
    if document.attributes.get("removed"):
        _take_out(world, item)
        world.store.update(item, {"state": "REMOVED"})
    return Writer(world, request).one("review-item", item)


def delete_item(world: World, request: Request) -> Answer:
    """Answer ``DELETE /v1/reviewSubmissionItems/{id}``."""
    item = world.find(REVIEW_ITEMS, request.key)
    if item.attributes["state"] != "REMOVED":
        _take_out(world, item)
    world.store.delete(item)
    return Answer(204)


def _take_out(world: World, item: Resource) -> None:
    """Give the version back to the developer, if nothing was handed in yet."""
    if world.find(REVIEWS, item.parents[REVIEWS]).attributes["state"] != OPEN:
        detail = "The review submission was handed in already"
        refuse([errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail)])
    world.store.update(world.find(VERSIONS, item.parents[VERSIONS]), {"state": "PREPARE_FOR_SUBMISSION"})


def move_version(world: World, version: Resource, state: str) -> None:
    """Let a reviewer or the store move a version on; what was live before it is replaced.

    Args:
        world: the service's inner side.
        version: the version.
        state: its next state.
    """
    if state == "LIVE":
        for other in world.store.children(version.parents[ACHIEVEMENTS], VERSIONS):
            if other.attributes["state"] == "LIVE":
                world.store.update(other, {"state": "REPLACED_WITH_NEW_VERSION"})
    world.store.update(version, {"state": state})


def create_release(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/gameCenterAchievementReleases``: version 1's way to go live with the next app version."""
    document = read_document(request, RELEASES)
    problems = attribute_problems(document.attributes, (), RELEASES, whole=True)
    names = ("gameCenterDetail", "gameCenterAchievement")
    refuse(problems + relationship_problems(document, names, RELEASES))
    detail, achievement = _released(world, document)
    for release in world.store.children(achievement.id, RELEASES):
        if release.parents[DETAILS] == detail.id:
            text = "The achievement is released already"
            refuse([errors.relationship_invalid("gameCenterAchievement", text)])
    parents = {DETAILS: detail.id, ACHIEVEMENTS: achievement.id}
    release = world.make(RELEASES, {"live": False}, parents, key=achievement.attributes["vendorIdentifier"])
    return Writer(world, request).one("release", release, status=201)


def _released(world: World, document: Document) -> tuple[Resource, Resource]:
    detail = linked(document, "gameCenterDetail", DETAILS, world)
    achievement = linked(document, "gameCenterAchievement", ACHIEVEMENTS, world)
    if set(_homes(detail)).isdisjoint(achievement.parents.values()):
        text = "The achievement belongs to another app"
        refuse([errors.relationship_invalid("gameCenterAchievement", text)])
    return detail, achievement


def delete_release(world: World, request: Request) -> Answer:
    """Answer ``DELETE /v1/gameCenterAchievementReleases/{id}``."""
    world.store.delete(world.find(RELEASES, request.key))
    return Answer(204)
