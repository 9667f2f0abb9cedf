"""What a plan says of itself."""

from __future__ import annotations

from datetime import timedelta

from gcbulk import sheets
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.planning import Plan
from gcbulk.records import Action, Role, Step


def step(action: Action, key: str = "k", **more: object) -> Step:
    """A step that does something."""
    return Step("Achievements", 5, RESOURCE, Role.THING, (key,), action, {}, "f", **more)  # type: ignore[arg-type]


def plan(*steps: Step) -> Plan:
    """A plan of these steps."""
    return Plan(sheets.check(sheets.book_of({})), None, steps, timedelta(seconds=90))


def test_requests_are_the_steps_that_change_something() -> None:
    """Only creates cost a request; rows that share a step count in the counts all the same."""
    made = plan(step(Action.CREATE, duplicates=(("Achievements", 6),)), step(Action.UNCHANGED), step(Action.REJECT))
    assert made.requests == 1
    assert {name: count for name, count in made.counts.items() if count} == {"create": 2, "unchanged": 1, "reject": 1}


def test_the_frame_has_a_line_for_each_step() -> None:
    """A notebook sees sheet, row, step, key, action and the reason."""
    frame = plan(step(Action.CONFLICT, code="live-differs", message="why")).steps
    assert frame.iloc[0].to_dict() == {
        "sheet": "Achievements",
        "row": 5,
        "step": "achievement",
        "key": "k",
        "action": "conflict",
        "code": "live-differs",
        "column": None,
        "message": "why",
    }


def test_a_plan_shows_itself_without_letting_markup_in() -> None:
    """The notebook's view counts the steps, and a key cannot bring HTML with it."""
    made = plan(step(Action.CREATE, key="<script>"))
    assert repr(made) == "<Plan 1 create; 1 request, about 2 min>"
    assert "<script>" not in made._repr_html_()
    assert repr(plan()) == "<Plan nothing to do; 0 requests, about 2 min>"
