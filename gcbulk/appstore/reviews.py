"""The hand-off to review: submissions and their items, and version 1's releases.

What comes in: ids, replies. What goes out: `Call` records, and which versions or achievements are handed off already.
In v2 each achievement version is an item of a review submission, which is then submitted; in v1 an achievement gets a
release, which goes live with the app's next version.

Source: https://developer.apple.com/documentation/appstoreconnectapi/review-submissions and
https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterachievementreleases
"""

from __future__ import annotations

from collections.abc import Iterable

from gcbulk.appstore.calls import Call, Expected, Reply, at, get, patch, post
from gcbulk.appstore.replies import joined, members, references, resource
from gcbulk.appstore.versions import VERSIONS

SUBMISSIONS = "reviewSubmissions"
ITEMS = "reviewSubmissionItems"
RELEASES = "gameCenterAchievementReleases"
OPEN = "READY_FOR_REVIEW"
"""The state of a submission that takes items and was not submitted."""
SUBMITTED = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW", "COMPLETING", "COMPLETE"})
"""The states of a submission that was submitted."""
MOST_ITEMS = 200
_REMOVED = "REMOVED"


def open_submissions(app_id: str, platform: str) -> Call:
    """The first page of an app's submissions that take items."""
    where = {"filter__app": app_id, "filter__state": OPEN, "filter__platform": platform}
    return get(f"/v1/{SUBMISSIONS}", Expected(SUBMISSIONS, parent=("app", app_id)), **where, limit="200")


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


def items_of(submission_id: str) -> Call:
    """The first page of a submission's items, with the achievement versions among them."""
    path, expected = at(f"/v1/{SUBMISSIONS}/{{}}/items", submission_id), Expected(ITEMS)
    return get(path, expected, include="gameCenterAchievementVersion", limit="200")


def items(pages: Iterable[Reply]) -> list[str | None]:
    """What a submission holds: the achievement version of each item, None for an item of another kind."""
    found: list[str | None] = []
    for item in joined(pages):
        if members(item, "attributes").get("state") != _REMOVED:
            linked = references(item, "gameCenterAchievementVersion")
            found.append(linked[0][1] if linked else None)
    return found


def add_item(submission_id: str, version_id: str) -> Call:
    """The create of an item: puts an achievement version into a submission."""
    linked = {
        "reviewSubmission": {"data": {"type": SUBMISSIONS, "id": submission_id}},
        "gameCenterAchievementVersion": {"data": {"type": VERSIONS, "id": version_id}},
    }
    return post(f"/v1/{ITEMS}", {"type": ITEMS, "relationships": linked})


def releases_of(detail_id: str) -> Call:
    """The first page of a detail's releases (v1)."""
    path, expected = at("/v1/gameCenterDetails/{}/achievementReleases", detail_id), Expected(RELEASES)
    return get(path, expected, include="gameCenterAchievement", limit="200")


def released(pages: Iterable[Reply]) -> set[str]:
    """The achievements that have a release (v1)."""
    return {one for item in joined(pages) for _, one in references(item, "gameCenterAchievement")}


def release(detail_id: str, achievement_id: str) -> Call:
    """The create of a release (v1)."""
    linked = {
        "gameCenterDetail": {"data": {"type": "gameCenterDetails", "id": detail_id}},
        "gameCenterAchievement": {"data": {"type": "gameCenterAchievements", "id": achievement_id}},
    }
    return post(f"/v1/{RELEASES}", {"type": RELEASES, "relationships": linked})
