from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from gcbulk.planning.submissions import (
    Decision,
    SubmissionHistory,
    SubmissionPlan,
    fingerprints,
    fold,
    natural_keys,
)
from gcbulk.records import Book, Json, RawSheet
from gcbulk.sheets import CheckedSubmissions, check_submissions

HEADERS = ("Player ID", "Achievement ID", "Percent", "Date")
SCORE_HEADERS = ("Player ID", "Leaderboard ID", "Score", "Context")
EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


def player(number: int) -> str:
    """A player's id."""
    return f"A:_{number:032x}"


def checked(rows: Sequence[Sequence[Json]], headers: Sequence[str] = HEADERS, **options: Any) -> CheckedSubmissions:
    """Rows of (number of the player, achievement, percentage, date), checked; the first is row 2."""
    cells = [[player(first) if isinstance(first, int) else first, *rest] for first, *rest in rows]
    width = range(1, len(headers) + 1)
    padded = [[*row, *[None] * (len(headers) - len(row))] for row in cells]
    frame = pd.DataFrame([headers, *padded], columns=width, index=range(1, len(rows) + 2), dtype=object)
    options.setdefault("bundle_id", "com.example.game")
    return check_submissions(Book(None, "xlsx", (RawSheet("Export", frame),)), percent_as="whole", **options)


def scores(rows: Sequence[Sequence[Json]]) -> CheckedSubmissions:
    """Rows of (number of the player, leaderboard, score, context), checked."""
    return checked(rows, SCORE_HEADERS, kind="scores")


def sent(
    what: CheckedSubmissions, confirmed: Sequence[bool] | None = None, ids: Sequence[str | None] | None = None
) -> SubmissionHistory:
    """What the journal knows when these rows were sent, oldest first."""
    confirmed = [True] * len(what.rows) if confirmed is None else confirmed
    values = what.rows.get("percentage_achieved", pd.Series(-1, index=what.rows.index)).to_numpy(np.int64)
    found = [f"id-{place}" if done else None for place, done in enumerate(confirmed)] if ids is None else ids
    return SubmissionHistory(
        natural_keys(what.rows), fingerprints(what.rows), values, np.array(confirmed, bool), np.array(found, object)
    )


def decided(plan: SubmissionPlan) -> list[tuple[str, int]]:
    """The decision and the leader of each record."""
    return list(zip(list(plan.decisions), plan.leader.tolist(), strict=True))


NOTHING = SubmissionHistory.empty()


class TestWithinAFile:
    def test_different_records_are_sent_in_order(self) -> None:
        """Records for different players or achievements are sent as the file has them."""
        plan = fold(checked([(2, "b", 30), (1, "a", 50), (1, "b", 10)]), NOTHING)
        assert plan.to_send.tolist() == [0, 1, 2]
        assert plan.requests == 3
        assert plan.counts == {**dict.fromkeys(map(str, Decision), 0), "send": 3}
        assert plan.values.tolist() == [30, 50, 10]

    def test_identical_records_share_one_request(self) -> None:
        """F16: rows that say the same are one request, and know whose it is."""
        plan = fold(checked([(1, "a", 50, EARLY), (1, "a", 50.0, EARLY), (1, "a", "50 %", EARLY)]), NOTHING)
        assert decided(plan) == [("send", 0), ("twin", 0), ("twin", 0)]

    @pytest.mark.parametrize(
        ("on_duplicate", "wanted"),
        [
            ("highest", [("folded", 1), ("send", 1), ("folded", 1), ("twin", 1)]),
            ("last", [("folded", 3), ("twin", 3), ("folded", 3), ("send", 3)]),
            ("error", [("reject", 1), ("reject", 0), ("reject", 0), ("reject", 0)]),
        ],
        ids=["highest", "last", "error"],
    )
    def test_contradicting_records_are_folded(self, on_duplicate: Any, wanted: Sequence[tuple[str, int]]) -> None:
        """The highest or the last of several records is taken, or none; each of the others knows which."""
        rows = [(1, "a", 30), (1, "a", 80), (1, "a", 20), (1, "a", 80)]
        plan = fold(checked(rows), NOTHING, on_duplicate=on_duplicate)
        if on_duplicate == "error":
            wanted = [("reject", 3), *wanted[1:]]
        assert decided(plan) == wanted

    def test_of_equal_percentages_the_first_is_taken(self) -> None:
        """The same percentage with another date is folded into the first such row."""
        plan = fold(checked([(1, "a", 80, LATE), (1, "a", 80, EARLY)]), NOTHING)
        assert decided(plan) == [("send", 0), ("folded", 0)]

    def test_identical_records_never_contradict(self) -> None:
        """With on_duplicate="error" rows that say the same are still one request."""
        plan = fold(checked([(1, "a", 80), (1, "a", 80), (2, "a", 80)]), NOTHING, on_duplicate="error")
        assert decided(plan) == [("send", 0), ("twin", 0), ("send", 2)]

    def test_each_app_has_its_own_players(self) -> None:
        """The app is part of the natural key."""
        headers = (*HEADERS, "Bundle ID")
        rows = [(1, "a", 80, None, "com.a"), (1, "a", 50, None, "com.b")]
        plan = fold(checked(rows, headers, bundle_id=None), NOTHING)
        assert plan.to_send.tolist() == [0, 1]

    def test_zeros_are_sent_on_demand_alone(self) -> None:
        """0 % reveals a hidden achievement: it is skipped, and what was folded into it is not sent in its place."""
        rows = [(1, "a", 0), (2, "a", 50), (2, "a", 0)]
        assert decided(fold(checked(rows), NOTHING)) == [("zero", 0), ("send", 1), ("folded", 1)]
        last = fold(checked(rows), NOTHING, on_duplicate="last")
        assert decided(last) == [("zero", 0), ("folded", 2), ("zero", 2)]
        assert decided(fold(checked(rows), NOTHING, send_zero=True))[0] == ("send", 0)

    def test_a_record_with_an_error_is_rejected_and_nothing_else(self) -> None:
        """A wrong row does not keep a right one for the same player and achievement from being sent."""
        plan = fold(checked([(1, "a", 101), (1, "a", 50), ("T:_x", "a", 5)]), NOTHING)
        assert decided(plan) == [("reject", 0), ("send", 1), ("reject", 2)]
        assert plan.keys[0].tolist() == [0, 0]

    def test_an_error_of_the_file_rejects_everything(self) -> None:
        """While the file as a whole has an error nothing is sent, whoever calls."""
        plan = fold(checked([(1, "a", 50), (1, "a", 101)], bundle_id=None), NOTHING)
        assert plan.requests == 0
        assert plan.messages()["code"].tolist() == ["bundle-id-missing", "percent-out-of-range"]

    def test_an_achievement_has_to_be_live(self) -> None:
        """With the live list at hand an unknown achievement is rejected before anything is sent."""
        rows = checked([(1, "a", 50), (1, "typo", 50)])
        plan = fold(rows, NOTHING, live_ids={"a", "b"})
        assert decided(plan) == [("send", 0), ("reject", 1)]
        line = plan.messages().iloc[1]
        assert (line["code"], line["column"]) == ("achievement-not-live", "Achievement ID")
        assert "no achievement typo" in line["message"]
        assert fold(rows, NOTHING, live_ids=set()).requests == 0

    def test_an_achievement_has_to_be_live_in_its_own_app(self) -> None:
        """In a file for several apps each row is held against the live list of its app."""
        headers = (*HEADERS, "Bundle ID")
        rows = [(1, "a", 50, None, app) for app in ("com.a", "com.b", "com.c")]
        plan = fold(checked(rows, headers, bundle_id=None), NOTHING, live_ids={"com.a": {"a"}, "com.b": {"b"}})
        assert list(plan.decisions) == ["send", "reject", "reject"]

    def test_an_empty_file_has_an_empty_plan(self) -> None:
        """No record, no request, no failure."""
        plan = fold(checked([]), NOTHING)
        assert plan.requests == 0
        assert plan.messages().empty


class TestAgainstTheJournal:
    def test_what_was_sent_is_unchanged(self) -> None:
        """A second run of the same file sends nothing, and knows the ids."""
        rows = checked([(1, "a", 50), (1, "b", 20), (1, "a", 50)])
        first = fold(rows, NOTHING)
        plan = fold(rows, sent(checked([(1, "a", 50), (1, "b", 20)])))
        assert first.requests == 2
        assert decided(plan) == [("unchanged", 0), ("unchanged", 1), ("twin", 0)]
        assert plan.ids.tolist() == ["id-0", "id-1", None]

    def test_a_file_sorted_anew_sends_nothing(self) -> None:
        """Of equal percentages with different dates the one that was sent stays the one."""
        first = [(1, "a", 80, LATE), (1, "a", 80, EARLY), (2, "a", 10)]
        plan = fold(checked(first[::-1]), sent(checked([first[0], first[2]])))
        assert decided(plan) == [("unchanged", 0), ("folded", 2), ("unchanged", 2)]

    def test_what_was_raised_is_sent(self) -> None:
        """A higher percentage than the one that was sent is sent."""
        plan = fold(checked([(1, "a", 60), (2, "a", 20)]), sent(checked([(1, "a", 50), (2, "a", 20)])))
        assert decided(plan) == [("send", 0), ("unchanged", 1)]

    @pytest.mark.parametrize("confirmed", [True, False], ids=["answered", "unanswered"])
    def test_nobodys_progress_is_lowered(self, confirmed: bool) -> None:
        """A percentage below one that was sent, answered or not, is skipped unless it is asked for."""
        rows, before = checked([(1, "a", 50)]), sent(checked([(1, "a", 80)]), [confirmed])
        plan = fold(rows, before)
        assert decided(plan) == [("lower", 0)]
        assert plan.sent.tolist() == [80]
        assert "80 % was sent before" in plan.messages()["message"][0]
        assert fold(rows, before, allow_lowering=True).requests == 1

    def test_what_got_no_answer_is_sent_again(self) -> None:
        """The same bytes overwrite: a submission without an answer is sent once more."""
        rows = checked([(1, "a", 50)])
        assert fold(rows, sent(rows, [False])).requests == 1

    def test_going_back_is_no_repeat(self) -> None:
        """A body that was sent before another one is sent again where lowering is allowed, and skipped where not."""
        rows, before = checked([(1, "a", 50)]), sent(checked([(1, "a", 50), (1, "a", 80)]))
        assert decided(fold(rows, before)) == [("lower", 0)]
        assert decided(fold(rows, before, allow_lowering=True)) == [("send", 0)]

    def test_after_lowering_the_lower_one_counts(self) -> None:
        """Once 50 was sent after 80 on purpose and answered, 60 raises the player."""
        before = sent(checked([(1, "a", 80), (1, "a", 50)]))
        assert decided(fold(checked([(1, "a", 60)]), before)) == [("send", 0)]
        unsure = sent(checked([(1, "a", 80), (1, "a", 50)]), [True, False])
        assert decided(fold(checked([(1, "a", 60)]), unsure)) == [("lower", 0)]
        assert decided(fold(checked([(1, "a", 80)]), unsure)) == [("send", 0)]

    def test_another_date_is_another_body(self) -> None:
        """The same percentage with another date overwrites what was sent."""
        before = sent(checked([(1, "a", 80, EARLY)]))
        assert decided(fold(checked([(1, "a", 80, LATE)]), before)) == [("send", 0)]

    def test_a_zero_that_was_sent_is_unchanged(self) -> None:
        """What was sent with --send-zero is known without it."""
        rows = checked([(1, "a", 0)])
        assert decided(fold(rows, sent(rows))) == [("unchanged", 0)]
        assert decided(fold(rows, sent(checked([(1, "a", 5)])))) == [("zero", 0)]

    def test_other_keys_do_not_matter(self) -> None:
        """What was sent for other players, achievements or apps changes nothing."""
        before = sent(checked([(2, "a", 80), (1, "b", 80)]))
        other_app = sent(checked([(1, "a", 80)], bundle_id="com.example.other"))
        assert decided(fold(checked([(1, "a", 50)]), before)) == [("send", 0)]
        assert decided(fold(checked([(1, "a", 50)]), other_app)) == [("send", 0)]


class TestScores:
    def test_scores_are_never_folded(self) -> None:
        """A player may have many scores; only those that say the very same are one request."""
        rows = scores([(1, "best", 50), (1, "best", 80), (1, "best", "50"), (1, "best", 50, 7)])
        plan = fold(rows, NOTHING, on_duplicate="error")
        assert decided(plan) == [("send", 0), ("send", 1), ("twin", 0), ("send", 3)]
        assert plan.values.tolist() == [-1] * 4

    def test_a_score_without_an_answer_stays_unknown(self) -> None:
        """A repeat has no natural key: what may have counted is not sent again, what did count is unchanged."""
        rows = scores([(1, "best", 50), (1, "best", 80), (1, "best", 90)])
        plan = fold(rows, sent(scores([(1, "best", 50), (1, "best", 80)]), [True, False]))
        assert decided(plan) == [("unchanged", 0), ("unknown", 1), ("send", 2)]
        assert plan.ids.tolist() == ["id-0", None, None]
        assert "might count twice" in plan.messages()["message"][1]

    def test_zero_is_a_score(self) -> None:
        """A score of 0 reveals nothing and is sent."""
        assert fold(scores([(1, "best", 0)]), NOTHING).requests == 1


class TestDigests:
    def test_they_stay_the_same_for_ever(self) -> None:
        """The journal keeps them: what they are for a content must never change."""
        rows = checked([(1, "a", 50, EARLY)]).rows
        assert natural_keys(rows).tobytes().hex() == "447e40497a5feb44d18b62b6f94cc73e"
        assert fingerprints(rows).tobytes().hex() == "cdb35a03b8cd73d4"
        other = scores([(1, "best", 50)]).rows
        assert natural_keys(other).tobytes().hex() == "7a16153128ce698852ec47dee04c7d66"
        assert fingerprints(other).tobytes().hex() == "0e14d9fcc326caa0"

    def test_they_tell_contents_apart(self) -> None:
        """The key is app, player and achievement; the fingerprint is all that is sent, and nothing else."""
        rows = [(1, "a", 50), (1, "a", 51), (1, "b", 50), (2, "a", 50), (1, "a", 50, EARLY)]
        found = checked(rows).rows
        assert len(np.unique(natural_keys(found), axis=0)) == 3
        assert len(np.unique(fingerprints(found))) == 5
        again = found.iloc[::-1]
        assert natural_keys(again)[::-1].tolist() == natural_keys(found).tolist()
        assert fingerprints(again)[::-1].tolist() == fingerprints(found).tolist()

    def test_optional_columns_count(self) -> None:
        """Challenges and the pre-release flag are part of the body, and a missing flag is not a false one."""
        headers = (*HEADERS, "Challenge IDs", "Pre-released")
        rows = [(1, "a", 50, None, *rest) for rest in [(None, None), ("x", None), (None, "no"), (None, "yes")]]
        found = checked(rows, headers).rows
        assert len(np.unique(fingerprints(found))) == 4
        assert fold(checked(rows, headers), NOTHING).counts["folded"] == 3

    def test_no_rows_have_no_digests(self) -> None:
        """Nothing in, nothing out, in the right shape."""
        rows = checked([]).rows
        assert natural_keys(rows).shape == (0, 2)
        assert fingerprints(rows).shape == (0,)


class TestMessages:
    def test_each_record_that_is_not_sent_says_why(self) -> None:
        """Rows are named by the spreadsheet's numbers, columns by their headers, and what is sent needs no word."""
        rows = checked([(1, "a", 80), (1, "a", 80), (1, "a", 30), (2, "a", 0), (3, "a", 101), (4, "a", 5)])
        lines = fold(rows, sent(checked([(4, "a", 5)]))).messages()
        assert lines["row"].tolist() == [2, 3, 4, 5, 6, 7]
        assert lines["leader_row"].tolist() == [2, 2, 2, 5, 6, 7]
        assert lines["code"].tolist() == [
            None,
            "duplicate-row",
            "folded",
            "zero-not-sent",
            "percent-out-of-range",
            None,
        ]
        assert lines["column"].tolist() == [None, None, "Percent", "Percent", "Percent", None]
        assert "row 2" in lines["message"][1]
        assert "80 % where this row has 30 %" in lines["message"][2]

    def test_contradicting_rows_name_each_other(self) -> None:
        """A row that is refused names one that says something else."""
        rows = checked([(1, "a", 80), (1, "a", 30), (1, "a", 80)])
        lines = fold(rows, NOTHING, on_duplicate="error").messages()
        assert lines["code"].tolist() == ["contradicting-rows"] * 3
        assert [text[: len("Row 3")] for text in lines["message"]] == ["Row 3", "Row 2", "Row 3"]

    def test_a_slice_is_enough(self) -> None:
        """Messages are made for the records that are asked for, in the order asked."""
        rows = checked([(1, "a", 80), (1, "a", 30), (2, "a", 101)])
        lines = fold(rows, NOTHING).messages(np.array([2, 1]))
        assert lines.index.tolist() == [2, 1]
        assert lines["code"].tolist() == ["percent-out-of-range", "folded"]

    def test_it_shows_itself_in_short(self) -> None:
        """Its repr counts and shows no player."""
        plan = fold(checked([(1, "a", 80), (1, "a", 30)]), NOTHING)
        said = "1 send, 1 folded; 1 request (1 to com.example.game)"
        assert repr(plan) == f"<SubmissionPlan {said}>"
        assert plan._repr_html_() == f"<p><b>SubmissionPlan</b>: {said}</p>"
        assert repr(fold(checked([]), NOTHING)) == "<SubmissionPlan nothing to do; 0 requests>"


Content = tuple[int, str, int, str | None]


@dataclass(frozen=True)
class Sending:
    """What was sent once."""

    content: Content
    confirmed: bool


def oracle(
    rows: Sequence[Content], before: Sequence[Sending], on_duplicate: str, *, allow_lowering: bool, send_zero: bool
) -> list[tuple[str, int]]:
    """The same rules, one row at a time."""
    out: list[tuple[str, int]] = []
    for place, row in enumerate(rows):
        same_key = [at for at, other in enumerate(rows) if other[:2] == row[:2]]
        history = [one for one in before if one.content[:2] == row[:2]]
        newest = history[-1] if history else None
        taken = same_key[-1]
        if on_duplicate != "last":
            best = max(rows[at][2] for at in same_key)
            top = [at for at in same_key if rows[at][2] == best]
            known = [at for at in top if newest and rows[at] == newest.content]
            taken = (known or top)[0]
        if on_duplicate == "error" and len({rows[at] for at in same_key}) > 1:
            out.append(("reject", -1))
        elif place != taken:
            out.append(("twin" if rows[taken] == row else "folded", taken))
        else:
            out.append((_fate(row, history, allow_lowering=allow_lowering, send_zero=send_zero), place))
    return out


def _fate(row: Content, history: Sequence[Sending], *, allow_lowering: bool, send_zero: bool) -> str:
    if history and history[-1].confirmed and history[-1].content == row:
        return "unchanged"
    if row[2] == 0 and not send_zero:
        return "zero"
    reached = -1
    for one in reversed(history):
        reached = max(reached, one.content[2])
        if one.confirmed:
            break
    return "lower" if row[2] < reached and not allow_lowering else "send"


CONTENTS = st.tuples(
    st.integers(0, 2), st.sampled_from("ab"), st.sampled_from([0, 30, 50, 100]), st.sampled_from([None, EARLY, LATE])
)
SENDINGS = st.lists(st.builds(Sending, CONTENTS, st.booleans()), max_size=8, unique_by=lambda one: one.content)


@settings(deadline=None, max_examples=examples(150))
@given(
    st.lists(CONTENTS, max_size=12),
    SENDINGS,
    st.sampled_from(["highest", "last", "error"]),
    st.booleans(),
    st.booleans(),
)
def test_arrays_decide_as_rows_do(
    rows: list[Content], before: list[Sending], on_duplicate: Any, allow_lowering: bool, send_zero: bool
) -> None:
    """F16: whatever stands in file and journal, the plan is what going through it row by row gives."""
    history = sent(checked([one.content for one in before]), [one.confirmed for one in before])
    plan = fold(checked(rows), history, on_duplicate=on_duplicate, allow_lowering=allow_lowering, send_zero=send_zero)
    wanted = oracle(rows, before, on_duplicate, allow_lowering=allow_lowering, send_zero=send_zero)
    assert [(what, at if what != "reject" else -1) for what, at in decided(plan)] == wanted
    assert plan.to_send.tolist() == sorted(plan.to_send.tolist())
    assert sum(plan.counts.values()) == len(rows)


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(CONTENTS, max_size=10), st.randoms(use_true_random=False))
def test_a_second_run_sends_nothing(rows: list[Content], chance: Any) -> None:
    """After a run everything is known: the same file, and the file in any other order, need no request."""
    first = checked(rows)
    plan = fold(first, NOTHING, send_zero=True)
    done = sent(checked([rows[place] for place in plan.to_send]))
    assert fold(first, done, send_zero=True).requests == 0
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert fold(checked(shuffled), done, send_zero=True).requests == 0


@pytest.mark.parametrize("shuffle", [False, True], ids=["in order", "shuffled"])
def test_ten_thousand_records_meet_ten_thousand_sent(shuffle: bool) -> None:
    """Half the percentages raised, exactly those are sent, whatever the order of the journal."""
    chance = np.random.default_rng(7)
    rows: list[tuple[int, str, int]] = [(number, "ab"[number % 2], 1 + number % 90) for number in range(10_000)]
    raised = [(who, what, percent + (5 if who % 2 else 0)) for who, what, percent in rows]
    before = sent(checked(rows))
    if shuffle:
        order = chance.permutation(len(rows))
        before = SubmissionHistory(
            before.keys[order],
            before.fingerprints[order],
            before.values[order],
            before.confirmed[order],
            before.ids[order],
        )
    plan = fold(checked(raised), before)
    assert plan.to_send.tolist() == list(range(1, 10_000, 2))
    assert plan.counts["unchanged"] == 5_000
