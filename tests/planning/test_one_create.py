"""No plan creates one thing twice, whatever the check let through."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk import sheets
from gcbulk.planning import plan_steps
from gcbulk.planning.pictures import picture_steps
from gcbulk.records import ACHIEVEMENT_COLUMNS, IMAGE_COLUMNS, LOCALIZATION_COLUMNS, Action, Book, Json, Step
from gcbulk.reporting.lines import no_issues
from gcbulk.sheets import Checked, Layout

Lines = list[tuple[Json, ...]]

_KEYS = st.sampled_from(["1001", "a", "A"])
_TEXTS = st.sampled_from(["x", "Caf\u00e9", "Cafe\u0301"])
_LOCALES = st.sampled_from(["en-US", "ja"])
_MAPS = st.sampled_from(["", "a=1"])
_ROWS = st.lists(
    st.tuples(_TEXTS, _KEYS, st.sampled_from([5, 10]), st.booleans(), st.just(False), st.just(pd.NA), _MAPS)
)
_LANGUAGES = st.lists(st.tuples(_KEYS, _LOCALES, _TEXTS, _TEXTS, st.just("y")))
_PICTURES = st.lists(st.tuples(_KEYS, st.sampled_from(["", "en-US", "ja"]), st.sampled_from(["a.png", "b.png"])))


def _unjudged(rows: Lines, languages: Lines, pictures: Lines) -> Checked:
    """A check that has complained of nothing."""

    def frame(lines: Lines, columns: tuple[str, ...], sheet: str) -> pd.DataFrame:
        nothing = dict.fromkeys(columns, "")
        records = [{**nothing, **dict(zip(columns, line, strict=False)), "sheet": sheet} for line in lines]
        return pd.DataFrame(records, columns=list(columns), index=pd.RangeIndex(2, len(lines) + 2, name="row"))

    images = [(key, locale, path, path, 10, path[0] * 64) for key, locale, path in pictures]
    return Checked(
        {
            "achievements": frame(rows, ACHIEVEMENT_COLUMNS, "Achievements"),
            "localizations": frame(languages, LOCALIZATION_COLUMNS, "Localizations"),
        },
        no_issues(),
        Book(None, "frames", ()),
        (Layout("achievements", "Achievements", 1, 0, {}), Layout("localizations", "Localizations", 1, 0, {})),
        frame(images, IMAGE_COLUMNS, "Localizations"),
    )


@settings(max_examples=examples(40), deadline=None)
@given(rows=_ROWS, languages=_LANGUAGES, pictures=_PICTURES)
def test_nothing_is_created_twice(rows: Lines, languages: Lines, pictures: Lines) -> None:
    """One key has at most one create; every later row that asks for something else is in conflict and says why."""
    checked = _unjudged(rows, languages, pictures)
    steps = plan_steps(checked)
    every = (*steps, *picture_steps(checked, steps))
    sent = Counter(step.identity for step in every if step.action in (Action.CREATE, Action.UPDATE))
    assert all(count == 1 for count in sent.values())
    assert {step.key for step in steps} == {(row[1],) for row in rows} | {(one[0], one[1]) for one in languages}
    assert all(step.code and step.message for step in every if step.action in (Action.CONFLICT, Action.BLOCKED))
    assert sum(1 + len(step.duplicates) for step in steps) == len(rows) + len(languages)


def test_a_later_row_with_other_content_says_which_row_was_taken() -> None:
    """The conflict names the row whose content is sent."""
    checked = _unjudged(
        [("Ten", "a", 10, True, False, pd.NA, ""), ("Hundred", "a", 50, True, False, pd.NA, "")], [], []
    )
    first, second = plan_steps(checked)
    assert (first.action, second.action, second.code) == (Action.CREATE, Action.CONFLICT, "contradicting-rows")
    assert "Row 2 of Achievements" in (second.message or "")


def test_texts_that_look_the_same_share_one_step() -> None:
    """Accents kept in two ways make no second step: the later row is a twin of the first."""
    row = {"vendor_identifier": "a", "points": 5, "show_before_earned": True, "repeatable": False}
    frame = pd.DataFrame([row | {"reference_name": "Caf\u00e9"}, row | {"reference_name": "Cafe\u0301"}])
    (step,) = plan_steps(sheets.check(sheets.book_of({"achievements": frame})))
    assert step.duplicates == (("achievements", 3),)


def test_a_picture_is_sent_once_for_a_key() -> None:
    """Two steps for the text of one key, however they came to be, give one picture."""
    checked = _unjudged(
        [("Ten", "a", 10, True, False, pd.NA, "")], [("a", "en-US", "x", "x", "x")], [("a", "en-US", "a.png")]
    )
    parent, text = plan_steps(checked)
    again: Step = replace(text, row=9)
    first, second = picture_steps(checked, (parent, text, again))
    assert (first.action, second.action) == (Action.CREATE, Action.CONFLICT)
