"""The kinds that the stand-in knows, one module each. A new one is a module, and a line here."""

from gcbulk.simulator.kinds import achievements, apps, reviews, submissions

PARTS = (apps.PART, achievements.PART, reviews.PART, submissions.PART)
