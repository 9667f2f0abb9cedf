"""What is live and the sheet: archiving, versions, what is missing, deletions, order, translations, warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk import sheets
from gcbulk.errors import PlanError
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.planning import Plan, plan_steps
from gcbulk.planning.compare import differences
from gcbulk.planning.identity import fingerprint
from gcbulk.planning.order import order_step
from gcbulk.planning.warnings import warnings
from gcbulk.records import (
    Action,
    Attribute,
    History,
    Json,
    LiveLocalization,
    LiveThing,
    LiveVersion,
    PlanOptions,
    Role,
    Sent,
    Snapshot,
    Step,
    Target,
)
from gcbulk.sheets import Checked

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
VISIBLE_BEFORE = NOON - timedelta(seconds=60)


def row(name: str = "a", /, **more: Json) -> dict[str, Json]:
    """An achievement's row."""
    usual = {"reference_name": name.upper(), "points": 5, "show_before_earned": True, "repeatable": False}
    return {"vendor_identifier": f"com.x.{name}", **usual, **more}


def words(name: str = "a", /, locale: str = "en-US", **more: Json) -> dict[str, Json]:
    """A localization's row."""
    usual = {"name": "N", "before_earned_description": "B", "after_earned_description": "A"}
    return {"vendor_identifier": f"com.x.{name}", "locale": locale, **usual, **more}


def checked(achievements: Sequence[Mapping[str, Json]], localizations: Sequence[Mapping[str, Json]] = ()) -> Checked:
    """A check of rows."""
    frames = {"achievements": pd.DataFrame(list(achievements))}
    if localizations:
        frames["localizations"] = pd.DataFrame(list(localizations))
    return sheets.check(sheets.book_of(frames))


def live(
    name: str = "a", *, locales: Sequence[str] = (), state: str = "PREPARE_FOR_SUBMISSION", **more: Json
) -> LiveThing:
    """An achievement that is live as `row` and `words` say."""
    texts = {at: words(name, at) for at in locales}
    for text in texts.values():
        text.pop("vendor_identifier")
    return LiveThing(
        f"id-{name}",
        row(name, **more),
        f"v-{name}",
        state,
        {at: LiveLocalization(f"l-{name}-{at}", text) for at, text in texts.items()},
        (LiveVersion(f"v-{name}", 1, state),),
        editable=state != "LIVE",
        deletable=state == "PREPARE_FOR_SUBMISSION",
    )


def snapshot(*achievements: LiveThing, order: Sequence[str] = ()) -> Snapshot:
    """What is live."""
    found: dict[str, tuple[LiveThing, ...]] = {}
    for one in achievements:
        key = one.attributes["vendor_identifier"]
        found[key] = (*found.get(key, ()), one)
    return Snapshot(NOON, {RESOURCE.kind: found}, {RESOURCE.kind: tuple(order)})


def planned(
    rows: Checked, there: Snapshot, history: History | None = None, *, options: PlanOptions | None = None
) -> list[Step]:
    """The steps."""
    return list(plan_steps(rows, there, history, visible_before=VISIBLE_BEFORE, options=options or PlanOptions()))


def plan(rows: Checked, there: Snapshot, *, options: PlanOptions | None = None, group: str | None = None) -> Plan:
    """The plan."""
    target = Target("com.x", "X", "d1", group)
    found = Plan(
        rows, target, tuple(planned(rows, there, options=options)), snapshot=there, options=options or PlanOptions()
    )
    return replace(found, warnings=tuple(warnings(found)))


def sent(role: Role, key: str, attributes: Mapping[str, Json], *, resource_id: str | None, confirmed: bool) -> History:
    """A request of half a minute ago."""
    one = Sent(fingerprint(RESOURCE, role, attributes), resource_id, NOON - timedelta(seconds=30), confirmed)
    return History({(RESOURCE.words[role], key): (one,)})


@pytest.mark.parametrize(
    ("cell", "archived", "action"),
    [
        (None, False, Action.UNCHANGED),
        (None, None, Action.UNCHANGED),
        (None, True, Action.CONFLICT),
        ("Yes", False, Action.UPDATE),
        ("Yes", None, Action.UPDATE),
        ("Yes", True, Action.UNCHANGED),
        ("No", True, Action.UPDATE),
        ("No", False, Action.UNCHANGED),
        ("No", None, Action.UNCHANGED),
    ],
)
def test_archived_follows_the_sheet_where_it_says_so(cell: Json, archived: Json, action: Action) -> None:
    """Yes and no are made so; an empty cell leaves it alone, and cannot tell what an archived one is meant to be."""
    rows = [row(archived=cell), row("z", archived="No")]
    (step, _) = planned(checked(rows), snapshot(live(archived=archived), live("z")))
    assert step.action is action
    if action is Action.UPDATE:
        assert [(one.field, one.after) for one in step.changes] == [("archived", cell == "Yes")]
    if action is Action.CONFLICT:
        assert "column Archived" in str(step.message)


@pytest.mark.parametrize(
    ("there", "action"),
    [
        (" A\n", Action.UNCHANGED),
        ("\u00a0A\u200b", Action.UNCHANGED),
        ("A ", Action.UNCHANGED),
        ("A B", Action.UPDATE),
        ("a", Action.UPDATE),
        ("", Action.UPDATE),
        (None, Action.UPDATE),
    ],
    ids=ascii,
)
def test_what_no_sheet_can_say_is_no_difference(there: str | None, action: Action) -> None:
    """A sheet's texts come without what is around them, so a blank that is live is left alone."""
    (step,) = planned(checked([row(reference_name="A")]), snapshot(live(reference_name=there)))
    assert step.action is action


def test_a_kind_may_declare_what_is_the_same() -> None:
    """What is compared is what a kind declares of an attribute, blanks and all where it says so."""
    exact = Attribute(name="suffix", meaning=lambda value: value)
    loose = Attribute(name="suffix", meaning=str.strip)
    assert [one.after for one in differences({"suffix": " pts"}, {"suffix": "pts"}, [exact])] == [" pts"]
    assert differences({"suffix": " pts"}, {"suffix": "pts"}, [loose]) == ()


def test_line_ends_of_windows_are_no_difference() -> None:
    """A workbook has no other line ends than its own."""
    rows = [row()], [words(after_earned_description="One\nTwo")]
    there = replace(live(locales=["en-US"]))
    there.localizations["en-US"].attributes["after_earned_description"] = "One\r\nTwo"  # type: ignore[index]
    assert [step.action for step in planned(checked(*rows), snapshot(there))] == [Action.UNCHANGED] * 2


@pytest.mark.parametrize(
    ("cell", "action", "code"), [("Yes", Action.CONFLICT, "archived-not-live"), ("No", Action.CREATE, None)]
)
def test_what_is_not_live_cannot_be_archived(cell: str, action: Action, code: str | None) -> None:
    """A row that is to be archived and is not there is told, not created."""
    (step,) = planned(checked([row(archived=cell)]), snapshot())
    assert (step.action, step.code) == (action, code)


def test_an_id_that_differs_in_case_only_is_a_conflict() -> None:
    """An Achievement ID is permanent: another case of a live one that the sheet lacks is not created beside it."""
    (step,) = planned(checked([row("A")]), snapshot(live("a")))
    assert (step.action, step.code, step.column) == (Action.CONFLICT, "identifier-immutable", "vendor_identifier")
    both = planned(checked([row("a"), row("A")]), snapshot(live("a")))
    assert [step.action for step in both] == [Action.UNCHANGED, Action.CREATE]


@pytest.mark.parametrize("state", ["PREPARE_FOR_SUBMISSION", "LIVE"])
@pytest.mark.parametrize("text", [words(name="New"), words(locale="ja"), words()], ids=["changed", "new", "same"])
def test_a_version_is_opened_only_where_texts_need_it(state: str, text: dict[str, Json]) -> None:
    """One version for all texts of an achievement, before them, and none where nothing of them changes."""
    rows = checked([row(points=7), row("b")], [text, words("b")])
    steps = planned(rows, snapshot(live(locales=["en-US"], state=state), live("b", locales=["en-US"], state=state)))
    opened = [step for step in steps if step.role is Role.VERSION]
    if state == "LIVE" and text != words():
        (one,) = opened
        assert (one.name, one.action, one.parent_id, one.row) == ("com.x.a / version 2", Action.CREATE, "id-a", 2)
        assert [step.version for step in steps if step.role is Role.TEXT] == [one.key, None]
        assert steps.index(one) == 1
    else:
        assert opened == []
    assert steps[0].action is Action.UPDATE


def test_no_version_is_opened_for_what_is_blocked_anyway() -> None:
    """Where the achievement itself is in conflict its texts will not be sent, so nothing is opened for them."""
    steps = planned(
        checked([row()], [words(name="New")]), snapshot(live(locales=["en-US"], state="LIVE", archived=True))
    )
    assert [step.role for step in steps] == [Role.THING, Role.TEXT]


@pytest.mark.parametrize(
    ("resource_id", "confirmed", "action"),
    [(None, False, Action.SETTLE), ("v2", True, Action.UNCHANGED), (None, True, Action.CREATE)],
    ids=["no answer", "opened", "refused"],
)
def test_a_version_that_was_asked_for_a_moment_ago(resource_id: str | None, confirmed: bool, action: Action) -> None:
    """An opening that may only not be visible yet is not sent again; a refused one is."""
    history = sent(Role.VERSION, "com.x.a / version 2", {"version": 2}, resource_id=resource_id, confirmed=confirmed)
    steps = planned(checked([row()], [words(name="New")]), snapshot(live(locales=["en-US"], state="LIVE")), history)
    assert (steps[1].action, steps[1].resource_id) == (action, resource_id)


def test_a_version_just_opened_gets_what_it_lacks() -> None:
    """Where the service copies no texts, those of the sheet are created and the others carried over."""
    before = live(locales=["en-US", "fr-FR", "ja"], state="LIVE")
    opened = replace(before, localizations={}, earlier=before.localizations or {}, editable=True, parent_id="v2")
    history = sent(Role.TEXT, "com.x.a / en-US", words(), resource_id="l", confirmed=True)
    steps = planned(checked([row()], [words()]), snapshot(opened), history)[1:]
    assert [(step.name, step.action, step.sheet, step.parent_id) for step in steps] == [
        ("com.x.a / en-US", Action.CREATE, "localizations", "v2"),
        ("com.x.a / fr-FR", Action.CREATE, "", "v2"),
        ("com.x.a / ja", Action.CREATE, "", "v2"),
    ]
    kept = replace(opened, localizations=before.localizations)
    assert [step.action for step in planned(checked([row()], [words()]), snapshot(kept))] == [Action.UNCHANGED] * 2


def test_an_unanswered_change_of_other_content_is_waited_for() -> None:
    """What may still be applied late must not win over what the sheet says now."""
    history = sent(Role.THING, "com.x.a", {"points": 1}, resource_id=None, confirmed=False)
    for points in (5, 6):
        (step,) = planned(checked([row(points=points)]), snapshot(live()), history)
        assert (step.action, step.sent_at, step.changes) == (Action.SETTLE, NOON - timedelta(seconds=30), ())
    duplicate = planned(checked([row()]), snapshot(live(), live()), history)
    assert duplicate[0].action is Action.CONFLICT


def test_what_gives_points_back_goes_first() -> None:
    """Lowered points and archiving come before what may need the room; all else stays in the sheet's order."""
    rows = checked([row("a", points=9), row("b"), row("c", points=1), row("d", archived="Yes")])
    steps = planned(rows, snapshot(live("a"), live("b"), live("c"), live("d")))
    assert [step.name[-1] for step in steps] == ["c", "d", "a", "b"]


def test_what_is_missing_is_told_with_what_to_do() -> None:
    """Achievements and languages that only the live side has; archived ones were put away on purpose."""
    rows = checked([row("a"), row("new", reference_name="B")], [words("a")])
    there = snapshot(
        live("a", locales=["en-US", "ja"]), live("b"), live("c", state="LIVE"), live("d"), live("e", archived=True)
    )
    found = {step.name: step for step in plan(rows, there).missing}
    assert list(found) == ["com.x.b", "com.x.c", "com.x.d", "com.x.a / ja"]
    assert "row 3 of achievements has its Reference Name" in str(found["com.x.b"].message)
    assert "Archived: Yes" in str(found["com.x.c"].message)
    assert "--delete-missing" in str(found["com.x.d"].message)
    assert "locale cannot be changed" in str(found["com.x.a / ja"].message)
    assert {step.action for step in found.values()} == {Action.MISSING}


def test_drafts_are_deleted_only_when_asked() -> None:
    """With the wish drafts are deleted first of all; what is not a draft is a conflict that says what to do."""
    rows, there = checked([row("a")]), snapshot(live("a"), live("b"), live("c", state="LIVE"))
    assert [step.action for step in planned(rows, there)] == [Action.UNCHANGED]
    made = plan(rows, there, options=PlanOptions(delete_missing=True))
    assert [(step.name, step.action, step.code) for step in made.todo] == [
        ("com.x.b", Action.DELETE, None),
        ("com.x.c", Action.CONFLICT, "not-a-draft"),
        ("com.x.a", Action.UNCHANGED, None),
    ]
    assert (made.deletions, made.requests, made.missing) == (1, 1, ())
    assert made.steps.iloc[0][["sheet", "row"]].isna().all()


def test_what_a_slip_of_the_shift_key_leaves_out_is_not_deleted() -> None:
    """An achievement that a row names in other capitals is most likely meant by it."""
    made = plan(checked([row("A"), row("b")]), snapshot(live("a"), live("b")), options=PlanOptions(delete_missing=True))
    assert [(step.name, step.code) for step in made.todo] == [("com.x.A", "identifier-immutable"), ("com.x.b", None)]
    assert [step.name for step in made.missing] == ["com.x.a"]
    assert plan(checked([row("A"), row("b")]), snapshot(live("a"), live("b"))).warnings == ()


def test_how_many_could_be_deleted_is_told_only_where_it_is_certain() -> None:
    """The number in the hint is the one that --delete-missing takes; with a wrong row there is none."""
    there = snapshot(live("a"), live("b"), live("c"), live("d", state="LIVE"))
    assert plan(checked([row("a")]), there).warnings[0].startswith("--delete-missing=2 would")
    assert plan(checked([row("a"), row("e", points=500)]), there).warnings == ()


@pytest.mark.parametrize("rows", [[row("a", points=500)], []], ids=["wrong row", "no row"])
def test_nothing_is_deleted_where_it_is_not_certain_what_is_missing(rows: list[dict[str, Json]]) -> None:
    """A wrong row may be the one that seems to be missing."""
    with pytest.raises(PlanError, match="Nothing can be deleted"):
        planned(checked(rows), snapshot(live("b")), options=PlanOptions(delete_missing=True))


def order(rows: Sequence[str], there: Sequence[str], **more: Json) -> list[str] | None:
    """The names in the order that would be sent; None where none is."""
    steps = planned(
        checked([row(name) for name in rows]),
        snapshot(*map(live, sorted(there)), order=[f"id-{name}" for name in there]),
        options=PlanOptions(reorder=True, **more),
    )
    found = [step for step in steps if step.role is Role.ORDER]
    return [key.removeprefix("com.x.") for key, _ in found[0].attributes["order"]] if found else None


@pytest.mark.parametrize(
    ("rows", "there", "wanted"),
    [
        ("abc", "abc", None),
        ("cab", "abc", "cab"),
        ("ba", "abcd", "bacd"),
        ("ab", "cab", "abc"),
        ("axb", "ab", "axb"),
        ("abx", "ab", None),
        ("xy", "", None),
        ("abcdefghijklm", "mlkjihgfedcba", "abcdefghijklm"),
    ],
)
def test_the_order_of_the_sheet(rows: str, there: str, wanted: str | None) -> None:
    """One step when the order differs, with new ones in their place and others at the end as they were."""
    assert order(rows, there) == (list(wanted) if wanted else None)


@pytest.mark.parametrize(("age_s", "action"), [(59.0, Action.SETTLE), (61.0, Action.UPDATE)])
def test_an_order_waits_for_an_earlier_one_that_may_still_be_applied(age_s: float, action: Action) -> None:
    """F23: an order that an earlier run sent without an answer must not be applied after this one."""
    earlier = Sent("another", None, NOON - timedelta(seconds=age_s), confirmed=False)
    there = replace(snapshot(live("a"), live("b"), order=["id-a", "id-b"]), taken_at=NOON)
    history = History({("order", "display order"): (earlier,)})
    steps = plan_steps(
        checked([row("b"), row("a")]), there, history, visible_before=VISIBLE_BEFORE, options=PlanOptions(reorder=True)
    )
    assert [step.action for step in steps if step.role is Role.ORDER] == [action]


def test_what_is_deleted_has_no_place_in_the_order() -> None:
    """A list with something that is not there any more would be refused."""
    assert order("ba", "abz", delete_missing=True) == ["b", "a"]


@settings(deadline=None)
@given(st.permutations("abcde"), st.permutations("abcdxyz"), st.integers(0, 5), st.integers(0, 7))
def test_an_order_holds_everything_once(rows: list[str], there: list[str], first: int, second: int) -> None:
    """Whatever is live and in the sheet: the order has each once, the sheet's in its order, the others in theirs."""
    rows, there = rows[:first], there[:second]
    todo = [
        Step("S", 2 + n, RESOURCE, Role.THING, (f"com.x.{name}",), Action.CREATE, {}, "f")
        for n, name in enumerate(rows)
    ]
    todo = [replace(step, action=Action.UNCHANGED) if step.name[-1] in there else step for step in todo]
    step = order_step(RESOURCE, todo, snapshot(*map(live, there), order=[f"id-{name}" for name in there]))
    created = [name for name in rows if name not in there]
    names = [key[-1] for key, _ in step.attributes["order"]] if step else [*there, *created]
    assert sorted(names) == sorted({*rows, *there})
    assert names == [*rows, *(name for name in there if name not in rows)]


def test_translations_are_a_matrix() -> None:
    """Each achievement of the sheet by each language: live, new, with an error, or missing."""
    rows = checked(
        [row("a"), row("b"), row("c"), row("wrong", points=500)],
        [
            words("a"),
            words("a", "ja"),
            words("b", "ja", name="x" * 60),
            words("b", "it-IT"),
            words("c", name="Other"),
            words("wrong"),
        ],
    )
    there = snapshot(live("a", locales=["en-US", "fr-FR"]), live("c", locales=["en-US"]), live("z", locales=["de-DE"]))
    matrix = plan(rows, there).translations
    assert matrix.index.to_list() == ["com.x.a", "com.x.b", "com.x.c"]
    assert matrix.to_dict("list") == {
        "en-US": ["live", "", "live"],
        "fr-FR": ["live", "", ""],
        "ja": ["new", "error", ""],
    }
    assert plan(checked([row("a")]), snapshot()).translations.empty
    steps = planned(rows, snapshot())
    adopted = [replace(step, action=Action.ADOPT) if step.action is Action.CREATE else step for step in steps]
    told = Plan(rows, None, tuple(adopted)).translations
    assert told["ja"].to_list() == ["live", "error", ""]


def test_changes_are_a_frame() -> None:
    """A notebook sees field by field what would change."""
    made = plan(checked([row(points=7)], [words(name="New")]), snapshot(live(locales=["en-US"])))
    told = [tuple(line) for line in made.changes[["key", "field", "before", "after"]].to_numpy()]
    assert told == [("com.x.a", "points", 5, 7), ("com.x.a / en-US", "name", "N", "New")]
    assert made.changes["row"].to_list() == [2, 2]
    assert made.rows == 2


def test_a_long_value_is_shown_in_part() -> None:
    """A message stays readable however long the texts are."""
    (_, step) = planned(checked([row()], [words(name="x" * 50)]), snapshot(live(locales=["en-US"])))
    long = {**words(), "name": "y" * 300}
    there = replace(live(), localizations={"en-US": LiveLocalization("l", long)})
    (_, other) = planned(checked([row()], [words()]), snapshot(there))
    assert step.message == f'name: "N" → "{"x" * 50}"'
    assert other.message == f'name: "{"y" * 60}…" → "N"'


def test_limits_are_told_before_they_are_met() -> None:
    """What would be over the app's limits, changes, archiving and deletions counted, is said beforehand."""
    ones = [live(f"n{number}", points=10) for number in range(100)]
    rows = [row(f"n{number}", points=10) for number in range(100)]
    there = snapshot(*ones)
    assert not plan(checked(rows), there).warnings
    more = plan(checked([row("x", points=10)]), there).warnings
    assert "add up to 1,010" in more[0]
    assert "101 achievements" in more[1]
    assert "add up to 1,005" in plan(checked([row("n0", points=15)]), there).warnings[0]
    freed = plan(checked([row("n0", points=10, archived="Yes"), row("x", points=10, archived="No")]), there).warnings
    assert not any("add up" in line or "101" in line for line in freed)
    options = PlanOptions(delete_missing=True)
    assert not plan(checked([row("x", points=10)]), there, options=options).warnings
    odd = snapshot(live("o", points=None))
    assert plan(checked([row("x")]), odd).warnings == (
        "--delete-missing=1 would delete those drafts that are not in the sheet.",
    )


def test_a_group_and_new_versions_are_told() -> None:
    """Changes that reach further than they seem to are said beforehand."""
    there = snapshot(live(locales=["en-US"], state="LIVE"))
    told = plan(checked([row()], [words(name="New")]), there, group="g1").warnings
    assert len(told) == 2
    assert "every change is one for all apps" in told[0]
    assert "new version" in told[1]
