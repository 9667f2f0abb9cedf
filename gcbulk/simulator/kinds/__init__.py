"""The kinds that the stand-in knows, one module each. A new family of content is a module, and a line here."""

from collections.abc import Iterable

from gcbulk.simulator.families import Family
from gcbulk.simulator.family_views import family_part
from gcbulk.simulator.kinds import apps, reviews, submissions
from gcbulk.simulator.kinds.achievements import ACHIEVEMENTS
from gcbulk.simulator.kinds.leaderboards import LEADERBOARDS
from gcbulk.simulator.model import Part

FAMILIES = (ACHIEVEMENTS, LEADERBOARDS)
"""The families of content."""


def parts_of(families: Iterable[Family] = FAMILIES) -> tuple[Part, ...]:
    """Make what goes into the catalog: the families, and what there is whatever they are."""
    return (apps.PART, *map(family_part, families), reviews.PART, submissions.PART)
