"""What is to be done for pictures: against what is live and what was sent before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.planning import picture_steps, plan_steps
from gcbulk.planning.identity import fingerprint
from gcbulk.planning.pictures import requests_of
from gcbulk.records import (
    Action,
    History,
    Json,
    LiveImage,
    LiveLocalization,
    LiveThing,
    LiveVersion,
    Role,
    Sent,
    Snapshot,
    Step,
)
from gcbulk.sheets import Checked, book_of, check
from gcbulk.sheets.pictures import Facts, paths_to_look_at, with_facts

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACHIEVEMENT = {"reference_name": "A", "points": 5, "show_before_earned": True, "repeatable": False}
TEXT = {"name": "N", "before_earned_description": "B", "after_earned_description": "A"}
OURS = fingerprint(RESOURCE, Role.IMAGE, {"file_name": "a.png", "file_size": 9, "digest": "d"})
KEY = ("image", "a / en-US")
TEXT_KEY = ("a", "en-US")
COMPLETE = LiveImage("i1", "a.png", 9, "COMPLETE")


def checked(images: Sequence[str | None] = ("a.png",), *, looked_at: bool = True) -> Checked:
    """One achievement in as many languages as there are pictures."""
    rows = pd.DataFrame([{**ACHIEVEMENT, "vendor_identifier": "a"}])
    locales = ("en-US", "ja", "ko")
    texts = [
        {**TEXT, "vendor_identifier": "a", "locale": at, "image": one} for at, one in zip(locales, images, strict=False)
    ]
    found = check(book_of({"achievements": rows, "localizations": pd.DataFrame(texts)}))
    facts = Facts(format="PNG", width_px=512, height_px=512, file_name="a.png", size_bytes=9, digest="d")
    return with_facts(found, dict.fromkeys(paths_to_look_at(found), facts)) if looked_at else found


def live(image: LiveImage | None, *, state: str = "PREPARE_FOR_SUBMISSION") -> Snapshot:
    """The achievement as it is live, with an image or none."""
    text = LiveLocalization("l1", {**TEXT, "locale": "en-US"}, image)
    closed = state == "LIVE"
    achievement = LiveThing(
        "1",
        {**ACHIEVEMENT, "vendor_identifier": "a"},
        "v1",
        state,
        {"en-US": text},
        (LiveVersion("v1", 1, state),),
        editable=not closed,
    )
    return Snapshot(NOW, {RESOURCE.kind: {"a": (achievement,)}})


def history(*sent: Sent) -> History:
    """What was sent for the picture before."""
    return History({KEY: sent})


def planned(source: Checked, snapshot: Snapshot, sent: History | None = None, **options: Json) -> list[Step]:
    """The picture's steps, and those for versions."""
    return list(picture_steps(source, plan_steps(source, snapshot), snapshot, sent, **options))


def was_sent(print_: str = OURS, image_id: str | None = "i1", *, confirmed: bool = True, ago_s: float = 900.0) -> Sent:
    """A request of an earlier run."""
    return Sent(print_, image_id, NOW - timedelta(seconds=ago_s), confirmed)


@pytest.mark.parametrize(
    ("image", "sent", "action", "replaced"),
    [
        (None, (), Action.CREATE, None),
        (COMPLETE, (), Action.UNCHANGED, "i1"),
        (COMPLETE, (was_sent(),), Action.UNCHANGED, "i1"),
        (COMPLETE, (was_sent("other"),), Action.UPDATE, "i1"),
        (COMPLETE, (was_sent("other", "i0"),), Action.UNCHANGED, "i1"),
        (COMPLETE, (was_sent("other", None),), Action.UNCHANGED, "i1"),
        (COMPLETE, (was_sent(image_id=None, confirmed=False),), Action.ADOPT, "i1"),
        (COMPLETE, (was_sent("other", None, confirmed=False),), Action.UPDATE, "i1"),
        (LiveImage("i1", "b.png", 9, "COMPLETE"), (), Action.UPDATE, "i1"),
        (LiveImage("i1", "a.png", 8, "COMPLETE"), (), Action.UPDATE, "i1"),
        (LiveImage("i1", "a.png", 9, "UPLOAD_COMPLETE"), (), Action.SETTLE, "i1"),
        (LiveImage("i1", "b.png", 9, "UPLOAD_COMPLETE"), (), Action.CREATE, "i1"),
        (LiveImage("i1", "a.png", 9, "AWAITING_UPLOAD"), (was_sent(image_id=None),), Action.CREATE, "i1"),
        (LiveImage("i1", "a.png", 9, "FAILED"), (was_sent(),), Action.CREATE, "i1"),
        (LiveImage("i1"), (), Action.CREATE, "i1"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_is_there_and_what_was_sent_decide(
    image: LiveImage | None, sent: Sequence[Sent], action: Action, replaced: str | None
) -> None:
    """By name, size, state and the journal's digest: sent, replaced, looked at again, or left as it is."""
    (step,) = planned(checked(), live(image), history(*sent), visible_before=NOW - timedelta(seconds=60))
    assert (step.action, step.resource_id, step.parent_id) == (action, replaced, "l1")
    assert (step.role, step.key, step.parent, step.fingerprint) == (Role.IMAGE, TEXT_KEY, TEXT_KEY, OURS)


@pytest.mark.parametrize(
    ("sent", "action"),
    [
        (was_sent(ago_s=5), Action.SETTLE),
        (was_sent(image_id=None, confirmed=False, ago_s=5), Action.SETTLE),
        (was_sent(image_id=None, ago_s=5), Action.CREATE),
        (was_sent(ago_s=100), Action.CREATE),
    ],
    ids=["done", "unanswered", "refused", "long-ago"],
)
def test_what_was_sent_moments_ago_is_looked_for(sent: Sent, action: Action) -> None:
    """A picture that may only not show yet is looked for, not sent a second time blindly."""
    (step,) = planned(checked(), live(None), history(sent), visible_before=NOW - timedelta(seconds=60))
    assert step.action is action
    assert (step.sent_at is not None) == (action is Action.SETTLE)


def test_without_the_service_everything_is_sent() -> None:
    """A plan made without the service has a step for each picture, and none where none is named."""
    source = checked(("a.png", None, "b.png"))
    steps = picture_steps(source, plan_steps(source))
    assert [(step.name, step.action) for step in steps] == [("a / en-US", Action.CREATE), ("a / ko", Action.CREATE)]
    assert picture_steps(checked((None,)), plan_steps(checked((None,)))) == ()


def test_a_picture_that_was_not_looked_at_is_not_sent() -> None:
    """Nothing is sent of which nothing is known."""
    source = checked(looked_at=False)
    (step,) = picture_steps(source, plan_steps(source))
    assert (step.action, step.code) == (Action.REJECT, "image-not-looked-at")


def test_a_text_in_conflict_blocks_its_picture() -> None:
    """What keeps the localization back keeps its picture back."""
    snapshot = live(COMPLETE)
    twice = snapshot.changed(RESOURCE, {"a": snapshot.live(RESOURCE, ("a",)) * 2})
    source = checked()
    steps = [step for step in plan_steps(source, twice) if step.role is Role.TEXT]
    assert steps[0].action is Action.CONFLICT
    (step,) = planned(source, twice)
    assert step.action is Action.BLOCKED


def test_a_closed_version_is_followed_by_the_next() -> None:
    """A picture to be sent opens a version, once; one that is there opens none."""
    source = checked(("a.png", "a.png"))
    opening, first, second = planned(checked(("a.png",)), live(None, state="LIVE"))[:1] + planned(
        source, live(None, state="LIVE")
    )
    assert (opening.role, opening.name) == (Role.VERSION, "a / version 2")
    assert (first.role, second.role) == (Role.IMAGE, Role.IMAGE), "the new text has opened the version already"
    assert [step.role for step in planned(checked(), live(COMPLETE, state="LIVE"))] == [Role.IMAGE]


@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        ({"action": Action.CREATE}, 3),
        ({"action": Action.UPDATE, "resource_id": "i"}, 4),
        ({"action": Action.UNCHANGED}, 0),
        ({"action": Action.CREATE, "role": Role.THING}, 1),
        ({"action": Action.DELETE, "role": Role.THING, "resource_id": "i"}, 1),
    ],
    ids=str,
)
def test_what_a_step_costs(changes: Mapping[str, Json], requests: int) -> None:
    """A picture takes three requests, and one more where a record is taken away first."""
    step = Step("S", 2, RESOURCE, Role.IMAGE, ("k",), Action.CREATE, {}, "")
    assert requests_of(replace(step, **changes)) == requests


def test_the_path_is_no_part_of_what_is_compared() -> None:
    """A picture that only moved to another folder is the same picture."""
    assert [step.fingerprint for step in planned(checked(("art/a.png",)), Snapshot())] == [OURS]
