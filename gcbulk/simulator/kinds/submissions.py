"""Players' progress and scores: one player and one achievement or leaderboard per request, and nothing to read back.

The answers echo the attributes, with null for those left out, as in Apple's documented example (unlike its schema).

Source: https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterplayerachievementsubmissions
"""

from __future__ import annotations

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import refuse
from gcbulk.simulator.errors import Problem
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.kinds.achievements import ACHIEVEMENTS
from gcbulk.simulator.ledger import Submitted
from gcbulk.simulator.model import APPS, CREATE, DETAILS, GROUPS, Attribute, Part, Rules, View, World
from gcbulk.simulator.store import Resource

PROGRESS = "gameCenterPlayerAchievementSubmissions"
SCORES = "gameCenterLeaderboardEntrySubmissions"
COMPLETE_PERCENT = 100
IDS_OF_OTHER_SCOPES = ("T:", "G:")

SHARED_ATTRIBUTES = (
    Attribute("bundleId", required=True),
    Attribute("challengeIds", "strings"),
    Attribute("scopedPlayerId", required=True),
    Attribute("submittedDate", "date"),
    Attribute("vendorIdentifier", required=True),
    Attribute("preReleased", "boolean"),
)


class ScoreRules(Rules):
    """What holds for scores; leaderboards are not kept here."""

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Take a score."""
        refuse(_app_problems(_app(world, given), given) + _player_problems(given))
        submitted = _submitted(world, view, given, "score")
        world.store.submit(submitted)
        return _echo(view, given, submitted)


class ProgressRules(Rules):
    """What holds for players' progress."""

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Take a percentage."""
        app = _app(world, given)
        achievement = None if app is None else _achievement(world, app, given["vendorIdentifier"])
        problems = _app_problems(app, given) + _player_problems(given)
        if not 0 <= given["percentageAchieved"] <= COMPLETE_PERCENT:
            detail = f"The percentage must be between 0 and {COMPLETE_PERCENT}"
            problems.append(errors.attribute_invalid("percentageAchieved", detail))
        if achievement is None and world.switches.check_submissions and app is not None:
            detail = f"There is no achievement '{given['vendorIdentifier']}' in the app '{given['bundleId']}'"
            problems.append(errors.attribute_invalid("vendorIdentifier", detail))
        refuse(problems)
        submitted = _submitted(world, view, given, "percentageAchieved")
        self._apply(world, submitted, repeatable=achievement is not None and achievement.attributes["repeatable"])
        return _echo(view, given, submitted)

    def _apply(self, world: World, submitted: Submitted, *, repeatable: bool) -> None:
        """Let a percentage take effect, as the switches have it."""
        key = (submitted.bundle_id, submitted.vendor_identifier, submitted.player)
        before, completions = world.store.progress.get(key, 0), world.store.completions.get(key, 0)
        percentage = int(submitted.value)
        if percentage == COMPLETE_PERCENT and (completions == 0 or (repeatable and world.switches.repeat_counts)):
            completions += 1
        if not world.switches.lower_percentage_lowers:
            percentage = max(before, percentage)
        world.store.submit(submitted, progress=percentage, completions=completions)


def _app(world: World, given: dict[str, Json]) -> Resource | None:
    return next((app for app in world.store.all(APPS) if app.attributes["bundleId"] == given["bundleId"]), None)


def _app_problems(app: Resource | None, given: dict[str, Json]) -> list[Problem]:
    if app is not None:
        return []
    return [errors.attribute_invalid("bundleId", f"There is no app with the bundle id '{given['bundleId']}'")]


def _achievement(world: World, app: Resource, identifier: str) -> Resource | None:
    for detail in world.store.children(app.id, DETAILS):
        owner = detail.parents.get(GROUPS, detail.id)
        for achievement in world.store.children(owner, ACHIEVEMENTS.type):
            if achievement.attributes["vendorIdentifier"] == identifier:
                return achievement
    return None


def _player_problems(given: dict[str, Json]) -> list[Problem]:
    if given["scopedPlayerId"].startswith(IDS_OF_OTHER_SCOPES):
        return [errors.attribute_invalid("scopedPlayerId", "The value is not a scoped player id of this app")]
    return []


def _submitted(world: World, view: View, given: dict[str, Json], value: str) -> Submitted:
    return Submitted(
        type=view.type,
        id=world.store.new_id(),
        bundle_id=given["bundleId"],
        player=given["scopedPlayerId"],
        vendor_identifier=given["vendorIdentifier"],
        value=given[value],
        submitted_at=given.get("submittedDate"),
        at=world.now(),
    )


def _echo(view: View, given: dict[str, Json], submitted: Submitted) -> Resource:
    """Give what the answer shows; it is in the ledger, and not among the resources."""
    attributes = {attribute.name: given.get(attribute.name) for attribute in view.attributes}
    return Resource(view.type, submitted.id, attributes, {}, submitted.at)


PROGRESS_VIEW = View(
    PROGRESS,
    (*SHARED_ATTRIBUTES, Attribute("percentageAchieved", "integer", required=True)),
    verbs=(CREATE,),
    rules=ProgressRules(),
)
SCORE_VIEW = View(
    SCORES,
    (*SHARED_ATTRIBUTES, Attribute("score", "number", required=True), Attribute("context", "number")),
    verbs=(CREATE,),
    rules=ScoreRules(),
)
PART = Part(views={f"/v1/{PROGRESS}": PROGRESS_VIEW, f"/v1/{SCORES}": SCORE_VIEW})
