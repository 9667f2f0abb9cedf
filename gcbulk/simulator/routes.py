"""Every call that the stand-in knows, and who answers it.

What comes in: a method and a path. What goes out: the handler, the path's template and the id in it.
"""

from __future__ import annotations

from gcbulk.simulator import achievements, apps, localizations, submissions
from gcbulk.simulator.reads import ACHIEVEMENT_FILTERS, Handler, read_list, read_one, read_related
from gcbulk.simulator.views import (
    ACHIEVEMENTS,
    APPS,
    DETAILS,
    GROUPS,
    LOCALIZATIONS,
    VERSIONS,
    achievement_of,
    down,
    localizations_of,
    up,
)

ID_PLACE = 3


def _achievement_lists(kind: str) -> dict[tuple[str, str], Handler]:
    """Give the lists of achievements under a detail or a group."""
    lists = {"gameCenterAchievements": "achievement-v1", "gameCenterAchievementsV2": "achievement-v2"}
    return {
        ("GET", f"/v1/{kind}/{{id}}/{tail}"): read_list(name, kind, down(ACHIEVEMENTS), filters=ACHIEVEMENT_FILTERS)
        for tail, name in lists.items()
    }


ROUTES: dict[tuple[str, str], Handler] = {
    ("GET", "/v1/apps"): apps.list_apps,
    ("GET", "/v1/apps/{id}"): read_one("app"),
    ("GET", "/v1/apps/{id}/gameCenterDetail"): read_related("detail", APPS, down(DETAILS)),
    ("POST", "/v1/gameCenterDetails"): apps.create_detail,
    ("GET", "/v1/gameCenterDetails/{id}"): read_one("detail"),
    ("GET", "/v1/gameCenterDetails/{id}/gameCenterGroup"): read_related("group", DETAILS, up(GROUPS)),
    ("GET", "/v1/gameCenterGroups/{id}"): read_one("group"),
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
