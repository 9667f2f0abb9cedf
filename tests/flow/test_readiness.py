"""What a review needs is said before it, once for the whole file."""

from __future__ import annotations

import gcbulk
from gcbulk.simulator import Simulator
from jobs import Job

CODE = "not-ready-for-review"


def test_eighty_achievements_without_a_picture_are_one_warning(job: Job, simulator: Simulator) -> None:
    """Check and plan say that a review would block them: one warning each, which keeps nothing from being sent."""
    checked = gcbulk.check(job.fill_plain(80, ("en-US", "de-DE")))
    found = checked.issues[checked.issues["code"] == CODE]
    assert found["message"].str.contains("80 of 80 achievements").tolist() == [True]
    assert found["severity"].tolist() == ["warning"]
    assert checked.ok
    warned = [line for line in gcbulk.plan(checked, job.service(simulator)).warnings if CODE in line]
    assert [line.startswith("80 of 80") for line in warned] == [True]


def test_a_file_with_nothing_to_review_is_not_warned_of_pictures(job: Job) -> None:
    """Achievements without a localization have a warning of their own already."""
    checked = gcbulk.check(job.fill([("A", "com.example.a", 5, "No", "Yes")]))
    assert CODE not in set(checked.issues["code"])
