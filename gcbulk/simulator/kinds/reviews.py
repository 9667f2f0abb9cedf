"""Going live: review submissions with their items. What reviewers do is not simulated; tests move versions themselves.

Source: https://developer.apple.com/documentation/appstoreconnectapi/review-submissions
"""

from __future__ import annotations

from datetime import UTC, datetime

from gcbulk.simulator import errors
from gcbulk.simulator.errors import RefusedError
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.families import DRAFT, homes
from gcbulk.simulator.model import (
    APPS,
    CREATE,
    DETAILS,
    READ,
    UPDATE,
    Attribute,
    Listing,
    On,
    Part,
    Relation,
    Rules,
    View,
    World,
    down,
    up,
)
from gcbulk.simulator.neighbours import neighbours
from gcbulk.simulator.store import Resource

REVIEWS = "reviewSubmissions"
REVIEW_ITEMS = "reviewSubmissionItems"
MAX_ITEMS = 200
OPEN = "READY_FOR_REVIEW"
COMPLETE = "COMPLETE"
REMOVED = "REMOVED"
DRAFTS = (DRAFT, "DEVELOPER_REJECTED", "REJECTED")


class ReviewRules(Rules):
    """What holds for review submissions: one at a time for each app and platform."""

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Open a review submission, unless another one is in the way."""
        app, platform = parents["app"], given.get("platform") or "IOS"
        if world.switches.pricing_missing:
            raise RefusedError(errors.state_error("STATE_ERROR.APP_PRICING_REQUIRED", "The app has no price"))
        for other in world.store.children(app.id, REVIEWS):
            if other.attributes["platform"] == platform and self._blocks(world, other):
                detail = f"The app has a review submission for {platform} already: {other.id}"
                raise RefusedError(errors.state_error("STATE_ERROR.REVIEW_SUBMISSION_EXISTS", detail))
        # Clients that are used with the real service do without no member of it: what is not there yet is null.
        attributes = {"platform": platform, "submittedDate": None, "state": OPEN}
        return world.make(REVIEWS, attributes, {APPS: app.id}, key=app.id)

    def _blocks(self, world: World, review: Resource) -> bool:
        """Whether a review submission keeps another one of its platform from being made."""
        state = review.attributes["state"]
        return bool(state != COMPLETE if world.switches.one_unfinished_review else state == OPEN)

    def update(self, world: World, resource: Resource, given: dict[str, Json]) -> dict[str, Json]:
        """Hand a review submission in, or take it back."""
        if given.get("submitted"):
            self._hand_in(world, resource)
        if given.get("canceled"):
            if resource.attributes["state"] == OPEN and world.switches.cancel_refused:
                refuse_state("A review submission that was not submitted can not be canceled")
            self._move(world, resource, COMPLETE, versions="DEVELOPER_REJECTED")
        return {}

    def _hand_in(self, world: World, review: Resource) -> None:
        if review.attributes["state"] != OPEN or not world.store.children(review.id, REVIEW_ITEMS):
            refuse_state("Only a review submission that has items and was not handed in can be submitted")
        now = datetime.fromtimestamp(int(world.now()), UTC).isoformat()
        world.store.update(review, {"submittedDate": now})
        self._move(world, review, "WAITING_FOR_REVIEW", versions="WAITING_FOR_REVIEW")

    def _move(self, world: World, review: Resource, state: str, *, versions: str) -> None:
        """Bring a review submission and the versions in it into their next states."""
        world.store.update(review, {"state": state})
        for item in world.store.children(review.id, REVIEW_ITEMS):
            world.store.update(version_of(world, item), {"state": versions})


class ItemRules(Rules):
    """What holds for the items of review submissions: draft versions of the app."""

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Put a version into an open submission."""
        name, version = next((name, parent) for name, parent in parents.items() if name in view.one_of)
        review = parents["reviewSubmission"]
        if review.attributes["state"] != OPEN:
            refuse_state("The review submission was handed in already")
        self._check_free(world, version)
        content = content_of(world, version)
        release = release_left(world, content)
        if world.switches.releases_block_items and release is not None:
            detail = f"There is a resource of type '{release.type}' that is not live; delete it first"
            raise RefusedError(errors.state_error("STATE_ERROR.RELEASE_EXISTS", detail))
        owners = {owner for detail in world.store.children(review.parents[APPS], DETAILS) for owner in homes(detail)}
        if owners.isdisjoint(content.parents.values()):
            raise RefusedError(errors.relationship_invalid(name, "The version belongs to another app"))
        if len(world.store.children(review.id, REVIEW_ITEMS)) >= MAX_ITEMS:
            detail = f"A review submission can have at most {MAX_ITEMS} items"
            raise RefusedError(errors.entity("ENTITY_ERROR.TOO_MANY_ITEMS", detail, "/data"))
        linked = {REVIEWS: review.id, version.type: version.id}
        item = world.make(REVIEW_ITEMS, {"state": OPEN}, linked, key=version.id)
        world.store.update(version, {"state": OPEN})
        return item

    def _check_free(self, world: World, version: Resource) -> None:
        """Refuse a version that is in another submission, or no draft."""
        for item in world.store.children(version.id, REVIEW_ITEMS):
            other = world.parent(item, REVIEWS)
            if item.attributes["state"] != REMOVED and other.attributes["state"] != COMPLETE:
                # So it stays while the other one has unresolved issues, too.
                detail = f"The item was already added to another reviewSubmission with id {other.id}"
                raise RefusedError(errors.state_error("STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION", detail))
        if version.attributes["state"] not in DRAFTS:
            refuse_state(f"The version is in the state {version.attributes['state']} and can not be added")

    def update(self, world: World, resource: Resource, given: dict[str, Json]) -> dict[str, Json]:
        """Take an item out again, leaving its record."""
        if not given.get("removed"):
            return {}
        self._take_out(world, resource)
        return {"state": REMOVED}

    def delete(self, world: World, resource: Resource) -> None:
        """Take an item out again."""
        if resource.attributes["state"] != REMOVED:
            self._take_out(world, resource)
        world.store.delete(resource)

    def _take_out(self, world: World, item: Resource) -> None:
        """Give the version back to the developer, if nothing was handed in yet."""
        if world.parent(item, REVIEWS).attributes["state"] != OPEN:
            refuse_state("The review submission was handed in already")
        world.store.update(version_of(world, item), {"state": DRAFT})


def refuse_state(detail: str) -> None:
    """Refuse what the state of a resource does not allow."""
    raise RefusedError(errors.state_error("STATE_ERROR.ENTITY_STATE_INVALID", detail))


def version_of(world: World, item: Resource) -> Resource:
    """Give the version that is in review by an item."""
    ((kind, key),) = (parent for parent in item.parents.items() if parent[0] != REVIEWS)
    return world.find(kind, key)


def content_of(world: World, version: Resource) -> Resource:
    """Give what a version is one of."""
    ((kind, key),) = version.parents.items()
    return world.find(kind, key)


def release_left(world: World, content: Resource) -> Resource | None:
    """Give a release that still waits to go live (code and rule as far as users reported them)."""
    relations = [view.relations.get("releases") for view in world.views.values() if view.type == content.type]
    releases = [release for each in relations if each is not None for release in each.find(world.store, content)]
    return next((release for release in releases if not release.attributes["live"]), None)


def move_version(world: World, version: Resource, state: str) -> None:
    """Let a reviewer or the store move a version on; what was live before it is replaced."""
    if state == "LIVE":
        for other in world.store.children(content_of(world, version).id, version.type):
            if other.attributes["state"] == "LIVE":
                world.store.update(other, {"state": "REPLACED_WITH_NEW_VERSION"})
    world.store.update(version, {"state": state})


REVIEW = View(
    REVIEWS,
    (
        Attribute("platform", choices=("IOS", "MAC_OS", "TV_OS", "VISION_OS")),
        Attribute("submittedDate", "date", on=On.SHOW),
        Attribute("state", on=On.SHOW),
        Attribute("submitted", "boolean", on=On.UPDATE),
        Attribute("canceled", "boolean", on=On.UPDATE),
    ),
    {
        "app": Relation("/v1/apps", up(APPS), links=False),
        "items": Relation("/v1/reviewSubmissionItems", down(REVIEW_ITEMS), many=True),
    },
    neighbours(unlinked="appStoreVersionForReview submittedByActor lastUpdatedByActor"),
    verbs=(CREATE, READ, UPDATE),
    parents={"app": APPS},
    listing=Listing(filters=("app", "state", "platform"), required=("filter[app]",)),
    rules=ReviewRules(),
)
REVIEW_ITEM = View(
    REVIEW_ITEMS,
    (
        Attribute("state", on=On.SHOW),
        Attribute("resolved", "boolean", on=On.UPDATE),
        Attribute("removed", "boolean", on=On.UPDATE),
    ),
    neighbours=neighbours(
        unlinked="""
            appCustomProductPageVersion appEvent appStoreVersion appStoreVersionExperiment appStoreVersionExperimentV2
            backgroundAssetVersion gameCenterActivityVersion gameCenterChallengeVersion gameCenterLeaderboardSetVersion
            gameCenterLeaderboardVersion inAppPurchaseVersion subscriptionGroupVersion subscriptionVersion
        """
    ),
    parents={"reviewSubmission": REVIEWS},
    rules=ItemRules(),
)
PART = Part(
    views={"/v1/reviewSubmissions": REVIEW, "/v1/reviewSubmissionItems": REVIEW_ITEM},
    relations={
        "/v1/apps": {
            "reviewSubmissions": Relation(
                "/v1/reviewSubmissions", down(REVIEWS), many=True, filters=("state", "platform")
            )
        }
    },
)
