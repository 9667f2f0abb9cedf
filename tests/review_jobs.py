"""Achievements in Game Center that are ready for review."""

from __future__ import annotations

from gcbulk.simulator import Simulator
from gcbulk.simulator.store import Resource


def picture(simulator: Simulator, text: Resource, **attributes: object) -> None:
    """Put an image there that came through."""
    usual = {"fileName": "a.png", "fileSize": 9, "signature": "s", "judgedAt": 0.0, "verdict": []}
    sized = usual | {"width": 512, "height": 512} | attributes
    parents = {"gameCenterAchievementLocalizations": text.id}
    simulator.service.world.make("gameCenterAchievementImages", sized, parents, key=text.id)


def complete(simulator: Simulator, key: str, *, archived: bool = False) -> Resource:
    """Put an achievement there that is ready for review."""
    achievement = simulator.add_achievement(key, archived=archived)
    picture(simulator, simulator.add_localization(achievement, "en-US"))
    return achievement
