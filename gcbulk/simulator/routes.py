"""Every call that the stand-in knows, and who answers it.

What comes in: a method and a path. What goes out: the handler, the path's template and the id in it.
"""

from __future__ import annotations

from typing import TypeAlias

from gcbulk.simulator import achievements, apps, images, localizations, ordering, reviews, submissions
from gcbulk.simulator.neighbours import FILTERS
from gcbulk.simulator.reads import (
    ACHIEVEMENT_FILTERS,
    Handler,
    read_linkage,
    read_list,
    read_neighbours,
    read_one,
    read_related,
)
from gcbulk.simulator.views import (
    ACHIEVEMENTS,
    APPS,
    DETAILS,
    GROUPS,
    IMAGES,
    LOCALIZATIONS,
    RELEASES,
    REVIEW_ITEMS,
    REVIEWS,
    VERSIONS,
    VIEWS,
    View,
    achievement_of,
    down,
    localizations_of,
    up,
)

ID_PLACE = 3


Routes: TypeAlias = dict[tuple[str, str], Handler]


def _achievement_lists(kind: str) -> Routes:
    """Give the lists of achievements under a detail or a group, and their order."""
    lists = {"gameCenterAchievements": "achievement-v1", "gameCenterAchievementsV2": "achievement-v2"}
    routes: Routes = {}
    for tail, name in lists.items():
        path = f"/v1/{kind}/{{id}}"
        routes["GET", f"{path}/{tail}"] = read_list(name, kind, down(ACHIEVEMENTS), filters=ACHIEVEMENT_FILTERS)
        routes["GET", f"{path}/relationships/{tail}"] = ordering.read_order(kind)
        routes["PATCH", f"{path}/relationships/{tail}"] = ordering.replace_order(kind)
    return routes


IMAGE_ROUTES: Routes = {
    ("POST", "/v1/gameCenterAchievementImages"): images.reserve("image-v1"),
    ("GET", "/v1/gameCenterAchievementImages/{id}"): read_one("image-v1"),
    ("PATCH", "/v1/gameCenterAchievementImages/{id}"): images.commit("image-v1"),
    ("DELETE", "/v1/gameCenterAchievementImages/{id}"): images.delete("image-v1"),
    ("GET", "/v1/gameCenterAchievementLocalizations/{id}/gameCenterAchievementImage"): read_related(
        "image-v1", LOCALIZATIONS, down(IMAGES)
    ),
    ("POST", "/v2/gameCenterAchievementImages"): images.reserve("image-v2"),
    ("GET", "/v2/gameCenterAchievementImages/{id}"): read_one("image-v2"),
    ("PATCH", "/v2/gameCenterAchievementImages/{id}"): images.commit("image-v2"),
    ("DELETE", "/v2/gameCenterAchievementImages/{id}"): images.delete("image-v2"),
    ("GET", "/v2/gameCenterAchievementLocalizations/{id}/image"): read_related("image-v2", LOCALIZATIONS, down(IMAGES)),
}

REVIEW_ROUTES: Routes = {
    ("GET", "/v1/reviewSubmissions"): reviews.list_reviews,
    ("GET", "/v1/apps/{id}/reviewSubmissions"): read_list("review", APPS, down(REVIEWS), filters=("state", "platform")),
    ("POST", "/v1/reviewSubmissions"): reviews.create_review,
    ("GET", "/v1/reviewSubmissions/{id}"): read_one("review"),
    ("PATCH", "/v1/reviewSubmissions/{id}"): reviews.update_review,
    ("GET", "/v1/reviewSubmissions/{id}/items"): read_list("review-item", REVIEWS, down(REVIEW_ITEMS)),
    ("POST", "/v1/reviewSubmissionItems"): reviews.create_item,
    ("GET", "/v1/reviewSubmissionItems/{id}"): read_one("review-item"),
    ("PATCH", "/v1/reviewSubmissionItems/{id}"): reviews.update_item,
    ("DELETE", "/v1/reviewSubmissionItems/{id}"): reviews.delete_item,
    ("POST", "/v1/gameCenterAchievementReleases"): reviews.create_release,
    ("GET", "/v1/gameCenterAchievementReleases/{id}"): read_one("release"),
    ("DELETE", "/v1/gameCenterAchievementReleases/{id}"): reviews.delete_release,
    ("GET", "/v1/gameCenterAchievements/{id}/releases"): read_list(
        "release", ACHIEVEMENTS, down(RELEASES), filters=("live", "gameCenterDetail")
    ),
    ("GET", "/v1/gameCenterDetails/{id}/achievementReleases"): read_list(
        "release", DETAILS, down(RELEASES), filters=("live", "gameCenterAchievement")
    ),
}


def _links_of(view: View) -> Routes:
    """Give every address that the links of a view's resources hold."""
    routes: Routes = {}
    for key, relation in view.relations.items():
        read = read_list if relation.many else read_related
        routes["GET", f"{view.path}/{{id}}/{key}"] = read(relation.view, view.type, relation.find)
        routes["GET", f"{view.path}/{{id}}/relationships/{key}"] = read_linkage(view, relation)
    for many, keys in ((True, view.neighbours.lists), (False, view.neighbours.singles)):
        for key in keys:
            routes["GET", f"{view.path}/{{id}}/{key}"] = read_neighbours(view, many=many)
            routes["GET", f"{view.path}/{{id}}/relationships/{key}"] = read_neighbours(view, many=many)
    return {route: handler for route, handler in routes.items() if route[1].rpartition("/")[2] in view.linked()}


LINK_ROUTES: Routes = {route: handler for view in VIEWS.values() for route, handler in _links_of(view).items()}

ROUTES: Routes = {
    **LINK_ROUTES,  # first, so that what is written out below counts
    **IMAGE_ROUTES,
    **REVIEW_ROUTES,
    ("GET", "/v1/apps"): apps.list_apps,
    ("GET", "/v1/apps/{id}"): read_one("app"),
    ("GET", "/v1/apps/{id}/gameCenterDetail"): apps.read_detail,
    ("POST", "/v1/gameCenterDetails"): apps.create_detail,
    ("GET", "/v1/gameCenterDetails/{id}"): read_one("detail"),
    ("GET", "/v1/gameCenterDetails/{id}/gameCenterGroup"): read_related("group", DETAILS, up(GROUPS)),
    ("GET", "/v1/gameCenterGroups"): apps.list_groups,
    ("POST", "/v1/gameCenterGroups"): apps.create_group,
    ("GET", "/v1/gameCenterGroups/{id}"): read_one("group"),
    ("GET", "/v1/gameCenterGroups/{id}/gameCenterDetails"): read_list(
        "detail", GROUPS, down(DETAILS), filters=FILTERS[DETAILS]
    ),
    **_achievement_lists(DETAILS),
    **_achievement_lists(GROUPS),
    ("POST", "/v1/gameCenterAchievements"): achievements.create_v1,
    ("GET", "/v1/gameCenterAchievements/{id}"): read_one("achievement-v1"),
    ("PATCH", "/v1/gameCenterAchievements/{id}"): achievements.update("achievement-v1"),
    ("DELETE", "/v1/gameCenterAchievements/{id}"): achievements.delete,
    ("GET", "/v1/gameCenterAchievements/{id}/localizations"): read_list(
        "localization-v1", ACHIEVEMENTS, localizations_of
    ),
    ("POST", "/v2/gameCenterAchievements"): achievements.create_v2,
    ("GET", "/v2/gameCenterAchievements/{id}"): read_one("achievement-v2"),
    ("PATCH", "/v2/gameCenterAchievements/{id}"): achievements.update("achievement-v2"),
    ("DELETE", "/v2/gameCenterAchievements/{id}"): achievements.delete,
    ("GET", "/v2/gameCenterAchievements/{id}/versions"): read_list("version", ACHIEVEMENTS, down(VERSIONS)),
    ("POST", "/v2/gameCenterAchievementVersions"): achievements.create_version,
    ("GET", "/v2/gameCenterAchievementVersions/{id}"): read_one("version"),
    ("GET", "/v2/gameCenterAchievementVersions/{id}/localizations"): read_list(
        "localization-v2", VERSIONS, down(LOCALIZATIONS)
    ),
    ("POST", "/v1/gameCenterAchievementLocalizations"): localizations.create_v1,
    ("GET", "/v1/gameCenterAchievementLocalizations/{id}"): read_one("localization-v1"),
    ("PATCH", "/v1/gameCenterAchievementLocalizations/{id}"): localizations.update("localization-v1"),
    ("DELETE", "/v1/gameCenterAchievementLocalizations/{id}"): localizations.delete("localization-v1"),
    ("GET", "/v1/gameCenterAchievementLocalizations/{id}/gameCenterAchievement"): read_related(
        "achievement-v1", LOCALIZATIONS, achievement_of
    ),
    ("POST", "/v2/gameCenterAchievementLocalizations"): localizations.create_v2,
    ("GET", "/v2/gameCenterAchievementLocalizations/{id}"): read_one("localization-v2"),
    ("PATCH", "/v2/gameCenterAchievementLocalizations/{id}"): localizations.update("localization-v2"),
    ("DELETE", "/v2/gameCenterAchievementLocalizations/{id}"): localizations.delete("localization-v2"),
    ("POST", "/v1/gameCenterPlayerAchievementSubmissions"): submissions.submit_progress,
    ("POST", "/v1/gameCenterLeaderboardEntrySubmissions"): submissions.submit_score,
}


def find_route(method: str, path: str) -> tuple[Handler | None, str, str]:
    """Find who answers a call.

    Args:
        method: the HTTP method.
        path: the path, without the query.

    Returns:
        The handler (None for a call that is not known), the path's template, and the id in the path.
    """
    parts = path.split("/")
    key = parts[ID_PLACE] if len(parts) > ID_PLACE else ""
    if key:
        parts[ID_PLACE] = "{id}"
    template = "/".join(parts)
    return ROUTES.get((method, template)), template, key
