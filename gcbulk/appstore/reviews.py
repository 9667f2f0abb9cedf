"""The hand-off to review: submissions and their items in v2, releases in v1.

In v2 each version of a thing is an item of a review submission, which is then submitted; in v1 a thing gets a release,
which goes live with the app's next version.

Source: https://developer.apple.com/documentation/appstoreconnectapi/review-submissions and
https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterachievementreleases
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gcbulk.appstore.calls import Call, Expected, Reply, at, get, patch, post
from gcbulk.appstore.replies import Problem, joined, members, references, resource
from gcbulk.records import ReleaseResource, Resource

SUBMISSIONS = "reviewSubmissions"
ITEMS = "reviewSubmissionItems"
OPEN = "READY_FOR_REVIEW"
"""The state of a submission that takes items and was not submitted."""
SUBMITTED = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW", "COMPLETING", "COMPLETE"})
"""The states of a submission that was submitted."""
MOST_ITEMS = 200
_REMOVED = "REMOVED"
_COMPLETE = "COMPLETE"
# As users saw it: "… was already added to another reviewSubmission with id 6f1d…"
_OTHER = re.compile(r"another reviewSubmission with id:? ['\"]?([\w-]+)")


def open_submissions(app_id: str, platform: str) -> Call:
    """The first page of an app's submissions that take items."""
    where = {"filter__app": app_id, "filter__state": OPEN, "filter__platform": platform}
    return get(f"/v1/{SUBMISSIONS}", Expected(SUBMISSIONS, parent=("app", app_id)), **where, limit="200")


def all_submissions(app_id: str, platform: str) -> Call:
    """The first page of an app's submissions for a platform, in whatever state."""
    where = {"filter__app": app_id, "filter__platform": platform}
    return get(f"/v1/{SUBMISSIONS}", Expected(SUBMISSIONS, parent=("app", app_id)), **where, limit="200")


def unfinished(pages: Iterable[Reply]) -> list[tuple[str, str | None]]:
    """Id and state of every submission that is not complete."""
    states = ((item["id"], members(item, "attributes").get("state")) for item in joined(pages))
    return [(key, state if isinstance(state, str) else None) for key, state in states if state != _COMPLETE]


def create_submission(app_id: str, platform: str) -> Call:
    """The create of a review submission."""
    app = {"data": {"type": "apps", "id": app_id}}
    return post(
        f"/v1/{SUBMISSIONS}",
        {"type": SUBMISSIONS, "attributes": {"platform": platform}, "relationships": {"app": app}},
    )


def submission(submission_id: str) -> Call:
    """The read of a review submission."""
    return get(at(f"/v1/{SUBMISSIONS}/{{}}", submission_id), Expected(SUBMISSIONS, submission_id))


def submit(submission_id: str) -> Call:
    """The submission of a review submission."""
    data = {"type": SUBMISSIONS, "id": submission_id, "attributes": {"submitted": True}}
    return patch(at(f"/v1/{SUBMISSIONS}/{{}}", submission_id), data)


def state_of(reply: Reply) -> str | None:
    """The state of the submission that a reply shows; None where it shows none."""
    state = members(resource(reply), "attributes").get("state")
    return state if isinstance(state, str) else None


def items_of(kinds: Iterable[Resource], submission_id: str) -> Call:
    """The first page of a submission's items, with the versions of some kinds among them."""
    path, expected = at(f"/v1/{SUBMISSIONS}/{{}}/items", submission_id), Expected(ITEMS)
    return get(path, expected, include=",".join(map(_item, kinds)), limit="200")


def items(kinds: Sequence[Resource], pages: Iterable[Reply]) -> list[tuple[str, str] | None]:
    """What a submission holds: kind and version of each item, None for an item of other kinds than these."""
    things: list[tuple[str, str] | None] = []
    for item in joined(pages):
        if members(item, "attributes").get("state") != _REMOVED:
            linked = [(kind.kind, resource_id) for kind in kinds for _, resource_id in references(item, _item(kind))]
            things.append(linked[0] if linked else None)
    return things


def add_item(kind: Resource, submission_id: str, version_id: str) -> Call:
    """The create of an item: puts a version into a submission."""
    linked = {
        "reviewSubmission": {"data": {"type": SUBMISSIONS, "id": submission_id}},
        _item(kind): {"data": {"type": kind.version_type, "id": version_id}},
    }
    return post(f"/v1/{ITEMS}", {"type": ITEMS, "relationships": linked})


def releases_of(kind: Resource, detail_id: str) -> Call:
    """The first page of a detail's releases (v1)."""
    made = _release(kind)
    path = at(f"/v1/gameCenterDetails/{{}}/{made.listed}", detail_id)
    return get(path, Expected(made.type), include=made.parent, limit="200")


def released(kind: Resource, pages: Iterable[Reply]) -> set[str]:
    """The things that have a release (v1)."""
    return {thing_id for item in joined(pages) for _, thing_id in references(item, _release(kind).parent)}


def release(kind: Resource, detail_id: str, thing_id: str) -> Call:
    """The create of a release (v1)."""
    made = _release(kind)
    linked = {
        "gameCenterDetail": {"data": {"type": "gameCenterDetails", "id": detail_id}},
        made.parent: {"data": {"type": kind.type, "id": thing_id}},
    }
    return post(f"/v1/{made.type}", {"type": made.type, "relationships": linked})


def left_over(kind: Resource, pages: Iterable[Reply]) -> dict[str, str]:
    """The releases that are not live, by the thing's id (v1)."""
    waiting = [item for item in joined(pages) if members(item, "attributes").get("live") is False]
    return {thing_id: item["id"] for item in waiting for _, thing_id in references(item, _release(kind).parent)}


def release_path(kind: Resource, release_id: str) -> str:
    """Where a release is (v1); a DELETE there takes it away."""
    return at(f"/v1/{_release(kind).type}/{{}}", release_id)


def other_submission(named: Iterable[Problem]) -> str | None:
    """The submission that something is in already, as a refusal names it; None where it names none."""
    matches = (_OTHER.search(problem.text) for problem in named)
    return next((match[1] for match in matches if match), None)


def _item(kind: Resource) -> str:
    if kind.review_item is None:
        raise ValueError(f"The kind {kind.kind} has no review.")
    return kind.review_item


def _release(kind: Resource) -> ReleaseResource:
    if kind.release is None:
        raise ValueError(f"The kind {kind.kind} has no releases.")
    return kind.release
