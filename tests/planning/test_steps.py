"""Rows joined with what is live and what was sent before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk import sheets
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.planning import plan_steps
from gcbulk.planning.identity import fingerprint
from gcbulk.records import Action, Change, History, Json, LiveLocalization, LiveThing, Role, Sent, Snapshot, Step
from gcbulk.sheets import Checked

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
A = {
    "reference_name": "First",
    "vendor_identifier": "com.x.first",
    "points": 10,
    "show_before_earned": True,
    "repeatable": False,
}
EN = {
    "locale": "en-US",
    "name": "First!",
    "before_earned_description": "Win once.",
    "after_earned_description": "You won.",
}


def checked(
    achievements: Sequence[Mapping[str, Json]] | None = None,
    localizations: Sequence[Mapping[str, Json]] | None = None,
) -> Checked:
    """A check of rows given by their canonical columns; rows are numbered from 2."""
    frames = {
        "achievements": pd.DataFrame([A] if achievements is None else achievements),
        "localizations": pd.DataFrame(
            [{"vendor_identifier": "com.x.first", **EN}] if localizations is None else localizations
        ),
    }
    return sheets.check(sheets.book_of(frames))


def live(
    attributes: Mapping[str, Json] = A,
    *,
    ids: tuple[str, ...] = ("7",),
    localizations: Mapping[str, Json] | None = None,
) -> Snapshot:
    """A snapshot with one achievement, or one under each id."""
    found = {locale: LiveLocalization(f"L{locale}", attributes) for locale, attributes in (localizations or {}).items()}
    ones = tuple(LiveThing(one, attributes, f"v{one}", localizations=found) for one in ids)
    return Snapshot(NOON, {RESOURCE.kind: {str(attributes["vendor_identifier"]): ones}})


def sent(
    role: Role,
    key: str,
    attributes: Mapping[str, Json],
    *,
    age_s: float,
    confirmed: bool,
    resource_id: str | None = None,
) -> History:
    """A history of one request, sent so many seconds before the snapshot."""
    one = Sent(fingerprint(RESOURCE, role, attributes), resource_id, NOON - timedelta(seconds=age_s), confirmed)
    return History({(RESOURCE.words[role], key): (one,)})


def planned(
    rows: Checked, snapshot: Snapshot | None = None, history: History | None = None, *, settle_s: float = 60
) -> list[Step]:
    """The steps as a run makes them whose listing was taken at noon."""
    return list(plan_steps(rows, snapshot, history, visible_before=NOON - timedelta(seconds=settle_s)))


def actions(steps: list[Step]) -> dict[str, str]:
    """Each key's action."""
    return {step.name: str(step.action) for step in steps}


def test_what_is_not_live_is_created_achievement_first() -> None:
    """An empty service gets a create for each row, an achievement right before its localizations."""
    second = {**A, "vendor_identifier": "com.x.second"}
    steps = planned(
        checked([A, second], [{"vendor_identifier": one["vendor_identifier"], **EN} for one in (second, A)])
    )
    assert [(step.key, step.action, step.parent) for step in steps] == [
        (("com.x.first",), Action.CREATE, None),
        (("com.x.first", "en-US"), Action.CREATE, ("com.x.first",)),
        (("com.x.second",), Action.CREATE, None),
        (("com.x.second", "en-US"), Action.CREATE, ("com.x.second",)),
    ]
    assert steps[0].attributes == A
    assert steps[1].attributes == EN
    assert all(type(value) in (str, int, bool) for step in steps for value in step.attributes.values())


def test_what_is_live_as_it_stands_is_left_alone() -> None:
    """A second push of the same sheet has nothing to send, and knows every id."""
    steps = planned(checked(), live(localizations={"en-US": EN}))
    assert [(step.action, step.resource_id) for step in steps] == [
        (Action.UNCHANGED, "7"),
        (Action.UNCHANGED, "Len-US"),
    ]


def test_a_missing_language_is_created_under_the_live_achievement() -> None:
    """A localization that is not live gets the parent that its live achievement names."""
    steps = planned(checked(), live())
    assert (steps[1].action, steps[1].parent_id) == (Action.CREATE, "v7")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("reference_name", "Other", 'reference_name: "Other" → "First"'),
        ("points", 11, "points: 11 → 10"),
        ("repeatable", True, "repeatable: Yes → No"),
        ("repeatable", None, "repeatable: nothing → No"),
        ("show_before_earned", False, "Show Before Earned: No → Yes"),
    ],
)
def test_a_difference_is_an_update_of_just_that(column: str, value: Json, said: str) -> None:
    """What differs is changed and nothing else: the row says which field, from what to what."""
    step = planned(checked(localizations=[]), live({**A, column: value}))[0]
    assert (step.action, step.code, step.column, step.resource_id) == (Action.UPDATE, None, column, "7")
    assert step.changes == (Change(column, value, A[column]),)
    assert step.message == said


def test_a_live_duplicate_is_a_conflict_not_a_choice() -> None:
    """Where the live game has an id twice nobody guesses which is meant."""
    step = planned(checked(), live(ids=("7", "8")))[0]
    assert (step.action, step.code) == (Action.CONFLICT, "live-duplicate")
    assert "7, 8" in str(step.message)


def test_an_archived_achievement_is_a_conflict() -> None:
    """An archived achievement with the same content is not taken for a live one."""
    step = planned(checked(), live({**A, "archived": True}))[0]
    assert (step.action, step.code) == (Action.CONFLICT, "live-archived")


def test_a_row_with_an_error_is_rejected_and_spoils_nothing_else() -> None:
    """An error keeps its own row from being sent, with every code, header and message; other rows go on."""
    bad = {**A, "vendor_identifier": "bad-id", "points": 200}
    steps = {step.name: step for step in planned(checked([A, bad]))}
    assert steps["com.x.first"].action is Action.CREATE
    assert steps["bad-id"].action is Action.REJECT
    assert steps["bad-id"].code == "id-character, points-out-of-range"
    assert steps["bad-id"].column == "vendor_identifier, points"
    assert str(steps["bad-id"].message).count("\n") == 1


def test_identical_rows_share_one_step() -> None:
    """A row that says the same as another costs no second request."""
    steps = planned(checked([A, A, A], []))
    assert len(steps) == 1
    assert steps[0].duplicates == (("achievements", 3), ("achievements", 4))


def test_an_unanswered_request_that_shows_is_adopted() -> None:
    """What our own unanswered request made is ours, and says so."""
    history = sent(Role.THING, "com.x.first", A, age_s=500, confirmed=False)
    assert planned(checked(), live(), history)[0].action is Action.ADOPT


def test_an_unanswered_request_of_other_content_adopts_nothing() -> None:
    """What is live is adopted only when exactly that was sent."""
    history = sent(Role.THING, "com.x.first", {**A, "points": 1}, age_s=500, confirmed=False)
    assert planned(checked(), live(), history)[0].action is Action.UNCHANGED


@pytest.mark.parametrize(
    ("age_s", "action"), [(0.0, Action.SETTLE), (59.9, Action.SETTLE), (60.0, Action.CREATE), (9e6, Action.CREATE)]
)
def test_an_unanswered_request_that_does_not_show_is_waited_for(age_s: float, action: Action) -> None:
    """A create is sent again only when a listing late enough does not show it."""
    history = sent(Role.THING, "com.x.first", A, age_s=age_s, confirmed=False)
    step = planned(checked(), Snapshot(NOON), history)[0]
    assert step.action is action
    assert (step.sent_at is not None) == (action is Action.SETTLE)


def test_what_was_created_a_moment_ago_is_not_created_again() -> None:
    """A listing that lags behind our own create does not lead to a duplicate."""
    history = sent(Role.THING, "com.x.first", A, age_s=5, confirmed=True, resource_id="7")
    step = planned(checked(), Snapshot(NOON), history)[0]
    assert (step.action, step.resource_id) == (Action.UNCHANGED, "7")


def test_what_was_created_a_moment_ago_with_other_content_is_waited_for() -> None:
    """A lagging listing cannot tell a difference yet, so nothing is decided."""
    history = sent(Role.THING, "com.x.first", {**A, "points": 1}, age_s=5, confirmed=True, resource_id="7")
    assert planned(checked(), Snapshot(NOON), history)[0].action is Action.SETTLE


def test_what_was_refused_a_moment_ago_is_sent_again_at_once() -> None:
    """A refusal is an answer: a fixed service or account need not be waited for."""
    history = sent(Role.THING, "com.x.first", A, age_s=5, confirmed=True)
    assert planned(checked(), Snapshot(NOON), history)[0].action is Action.CREATE


def test_what_was_deleted_since_is_created_again() -> None:
    """An old create that does not show was deleted by somebody; the sheet wants it."""
    history = sent(Role.THING, "com.x.first", A, age_s=3600, confirmed=True, resource_id="7")
    assert planned(checked(), Snapshot(NOON), history)[0].action is Action.CREATE


def test_an_orphaned_row_still_has_its_line() -> None:
    """A localization whose achievement is rejected or missing is planned all the same, so that the report has it."""
    rows = checked([{**A, "points": 500}], [{"vendor_identifier": one, **EN} for one in ("com.x.first", "com.x.none")])
    assert actions(planned(rows)) == {
        "com.x.first": "reject",
        "com.x.first / en-US": "blocked",
        "com.x.none / en-US": "reject",
    }


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2, 500])), min_size=1, max_size=8))
def test_every_record_has_exactly_one_place_in_the_plan(drawn: list[tuple[str, int]]) -> None:
    """However rows repeat, contradict or fail, each is led by or twinned with exactly one step."""
    rows = [{**A, "vendor_identifier": f"com.x.{name}", "points": points} for name, points in drawn]
    steps = planned(checked(rows, []))
    places = [(step.sheet, step.row) for step in steps] + [row for step in steps for row in step.duplicates]
    assert sorted(places) == [("achievements", number) for number in range(2, len(rows) + 2)]


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.booleans(), max_size=4))
def test_a_fingerprint_does_not_depend_on_the_order_of_fields(attributes: dict[str, Json]) -> None:
    """The same content has the same fingerprint, lone surrogates and all."""
    backwards = dict(reversed(attributes.items()))
    thing, text = (fingerprint(RESOURCE, role, attributes) for role in (Role.THING, Role.TEXT))
    assert fingerprint(RESOURCE, Role.THING, backwards) == thing != text
