"""What can be handed off to review, kind by kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.planning.reviews import NOT_COMPLETE, review_steps
from gcbulk.records import Action, LiveLocalization, LiveThing, Resource, Snapshot

PLAIN = replace(RESOURCE, kind="plain", image=None)


def live(*locales: str) -> tuple[LiveThing, ...]:
    """A draft with texts that have no picture."""
    texts = {locale: LiveLocalization(f"t-{locale}", {"locale": locale}) for locale in locales}
    return (LiveThing("1", {"vendor_identifier": "a"}, "v1", "PREPARE_FOR_SUBMISSION", texts),)


@pytest.mark.parametrize(
    ("kind", "locales", "action", "code", "message"),
    [
        (RESOURCE, ("ja",), Action.BLOCKED, NOT_COMPLETE, "Not ready: it has no picture that came through (ja)."),
        (RESOURCE, (), Action.BLOCKED, NOT_COMPLETE, "Not ready: it has no localization."),
        (PLAIN, ("ja",), Action.CREATE, None, "Ready."),
        (PLAIN, (), Action.BLOCKED, NOT_COMPLETE, "Not ready: it has no localization."),
    ],
)
def test_a_language_is_needed_and_a_picture_where_the_kind_has_any(
    kind: Resource, locales: tuple[str, ...], action: Action, code: str | None, message: str
) -> None:
    """A kind without images is ready with a language alone; it could never be handed off otherwise."""
    (step,) = review_steps([kind], Snapshot(things={kind.kind: {"a": live(*locales)}}), frozenset())
    assert (step.action, step.code) == (action, code)
    assert step.message == f"PREPARE_FOR_SUBMISSION. {message}"


@pytest.mark.parametrize("other", ["achievement", "plain"])
def test_an_id_says_nothing_without_its_kind(other: str) -> None:
    """The service tells ids apart within a type alone: what is handed off of one kind holds back none of another."""
    snapshot = Snapshot(things={kind.kind: {"a": live("ja")} for kind in (RESOURCE, PLAIN)})
    steps = {one.resource.kind: one for one in review_steps([RESOURCE, PLAIN], snapshot, {(other, "v1")})}
    handed = {kind for kind, one in steps.items() if "Handed off already." in str(one.message)}
    assert handed == {other}
