"""Players' progress and scores: one player and one achievement or leaderboard in a request, and nothing to read back.

What comes in: requests. What goes out: answers that echo the attributes, with nulls for what was left out, as
Apple's documented example has it (its schema has not).

Source: https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterplayerachievementsubmissions
"""

from __future__ import annotations

from dataclasses import dataclass

from gcbulk.simulator import errors
from gcbulk.simulator.bodies import Field, attribute_problems, read_document, refuse, relationship_problems
from gcbulk.simulator.errors import Problem
from gcbulk.simulator.exchange import Answer, Json, Request, json_answer
from gcbulk.simulator.ledger import Submitted
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import ACHIEVEMENTS, APPS, DETAILS, GROUPS, SCORES, SUBMISSIONS
from gcbulk.simulator.world import World

WHOLE = 100
OTHER_IDS = ("T:", "G:")

SHARED_FIELDS = (
    Field("bundleId", "string", required=True),
    Field("challengeIds", "strings"),
    Field("scopedPlayerId", "string", required=True),
    Field("submittedDate", "date"),
    Field("vendorIdentifier", "string", required=True),
    Field("preReleased", "boolean"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """One of the two kinds of submission.

    Args:
        type: the JSON:API type.
        value: the attribute that holds the percentage or the score.
        fields: every attribute.
    """

    type: str
    value: str
    fields: tuple[Field, ...]


PROGRESS = Form(
    SUBMISSIONS, "percentageAchieved", (*SHARED_FIELDS, Field("percentageAchieved", "integer", required=True))
)
SCORE = Form(SCORES, "score", (*SHARED_FIELDS, Field("score", "number", required=True), Field("context", "number")))


def submit_progress(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/gameCenterPlayerAchievementSubmissions``."""
    given = _given(request, PROGRESS)
    app, problems = _app(world, given)
    problems += _player_problems(given) + _percentage_problems(given)
    achievement = _achievement(world, app, given["vendorIdentifier"])
    if achievement is None and world.switches.check_submissions and app is not None:
        detail = f"There is no achievement '{given['vendorIdentifier']}' in the app '{given['bundleId']}'"
        problems.append(errors.attribute_invalid("vendorIdentifier", detail))
    refuse(problems)
    submitted = _submitted(world, given, PROGRESS)
    _take(world, submitted, repeatable=achievement is not None and achievement.attributes["repeatable"])
    return _echo(request, PROGRESS, given, submitted.id)


def submit_score(world: World, request: Request) -> Answer:
    """Answer ``POST /v1/gameCenterLeaderboardEntrySubmissions``; leaderboards are not kept here."""
    given = _given(request, SCORE)
    _, problems = _app(world, given)
    refuse(problems + _player_problems(given))
    submitted = _submitted(world, given, SCORE)
    world.store.submit(submitted)
    return _echo(request, SCORE, given, submitted.id)


def _given(request: Request, form: Form) -> dict[str, Json]:
    document = read_document(request, form.type)
    problems = attribute_problems(document.attributes, form.fields, form.type, whole=True)
    refuse(problems + relationship_problems(document, (), form.type))
    return document.attributes


def _app(world: World, given: dict[str, Json]) -> tuple[Resource | None, list[Problem]]:
    for app in world.store.all(APPS):
        if app.attributes["bundleId"] == given["bundleId"]:
            return app, []
    detail = f"There is no app with the bundle id '{given['bundleId']}'"
    return None, [errors.attribute_invalid("bundleId", detail)]


def _achievement(world: World, app: Resource | None, identifier: str) -> Resource | None:
    for detail in world.store.children(app.id, DETAILS) if app is not None else ():
        owner = detail.parents.get(GROUPS, detail.id)
        for achievement in world.store.children(owner, ACHIEVEMENTS):
            if achievement.attributes["vendorIdentifier"] == identifier:
                return achievement
    return None


def _player_problems(given: dict[str, Json]) -> list[Problem]:
    if given["scopedPlayerId"].startswith(OTHER_IDS):
        return [errors.attribute_invalid("scopedPlayerId", "The value is not a scoped player id of this app")]
    return []


def _percentage_problems(given: dict[str, Json]) -> list[Problem]:
    if 0 <= given["percentageAchieved"] <= WHOLE:
        return []
    detail = f"The percentage must be between 0 and {WHOLE}"
    return [errors.attribute_invalid("percentageAchieved", detail)]


def _submitted(world: World, given: dict[str, Json], form: Form) -> Submitted:
    return Submitted(
        type=form.type,
        id=world.store.new_id(),
        bundle_id=given["bundleId"],
        player=given["scopedPlayerId"],
        vendor_identifier=given["vendorIdentifier"],
        value=given[form.value],
        submitted_at=given.get("submittedDate"),
        at=world.now(),
    )


def _take(world: World, submitted: Submitted, *, repeatable: bool) -> None:
    """Let a percentage take effect, as the switches have it."""
    place = (submitted.bundle_id, submitted.vendor_identifier, submitted.player)
    before, times = world.store.progress.get(place, 0), world.store.completions.get(place, 0)
    percentage = int(submitted.value)
    if percentage == WHOLE and (times == 0 or (repeatable and world.switches.repeat_counts)):
        times += 1
    if not world.switches.lower_percentage_lowers:
        percentage = max(before, percentage)
    world.store.submit(submitted, progress=percentage, completions=times)


def _echo(request: Request, form: Form, given: dict[str, Json], key: str) -> Answer:
    address = f"{request.base}{request.path}"
    attributes = {field.name: given.get(field.name) for field in form.fields}
    data = {"type": form.type, "id": key, "attributes": attributes, "links": {"self": f"{address}/{key}"}}
    return json_answer(201, {"data": data, "links": {"self": address}})
