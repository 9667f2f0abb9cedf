"""Players' progress in bulk: a file goes to Game Center, what was sent is not sent again, and every row comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pytest
from submit_jobs import (
    FIRST,
    HEADERS,
    POST,
    SECOND,
    SubmitJob,
    applied,
    ids_are_right,
    player,
    posts,
    progress,
)

from gcbulk.errors import LockedError, SettingsError
from gcbulk.runs.shared.reading import ReadOptions, read_submissions
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.submission_run import exclusive
from gcbulk.runs.submit import submit_file
from gcbulk.simulator import Simulator
from jobs import occurred

LOOK_UPS = 3
"""Requests of a run that sends nothing: the app, its Game Center detail, its achievements."""


@pytest.fixture
def game(simulator: Simulator) -> Simulator:
    """Give a simulator with two achievements."""
    for identifier in (FIRST, SECOND):
        simulator.add_achievement(identifier)
    return simulator


def test_every_row_goes_through_and_comes_back_with_its_id(
    submitting: SubmitJob, game: Simulator, assert_contract: Callable[..., None]
) -> None:
    """What took effect is what the file says, and the report has the service's id for every row."""
    submitting.fill(rows := [*progress(20, 30), *progress(20, 100, SECOND)])
    result = submitting.submit(game)
    assert (result.exit, result.requests, occurred(result.outcomes)) == (0, LOOK_UPS + 40, {"created": 40})
    assert sorted(applied(game)) == sorted(rows)
    lines = submitting.lines()
    assert ids_are_right(game, lines)
    assert lines["Row"].tolist() == [str(n) for n in range(2, 42)]
    assert set(lines["Attempts"]) == {"1"}
    assert_contract(game.exchanges)


def test_a_second_run_sends_nothing(submitting: SubmitJob, game: Simulator) -> None:
    """The same file again, or sorted, needs three look-ups and no submission, and still knows every id."""
    submitting.fill(rows := progress(30, 40))
    submitting.submit(game)
    first = submitting.lines().set_index("Key")["Id"]
    for again in (rows, rows[::-1], rows[10:]):
        submitting.fill(again)
        result = submitting.submit(game)
        assert (result.requests, occurred(result.outcomes)) == (LOOK_UPS, {"unchanged": len(again)})
        told = submitting.lines().set_index("Key")["Id"]
        assert told.equals(first[told.index])
    assert posts(game) == 30


def test_only_what_was_raised_is_sent(submitting: SubmitJob, game: Simulator) -> None:
    """Half of the percentages raised: exactly those go out."""
    submitting.fill(progress(20, 40))
    submitting.submit(game)
    submitting.fill([(player(n), FIRST, 41 if n % 2 else 40) for n in range(20)])
    assert occurred(submitting.submit(game).outcomes) == {"created": 10, "unchanged": 10}
    assert sorted(applied(game)[20:]) == [(player(n), FIRST, 41) for n in range(1, 20, 2)]


def test_nobody_is_lowered_unless_it_is_asked_for(submitting: SubmitJob, game: Simulator) -> None:
    """A lower percentage than was sent is skipped and said; --allow-lowering sends it."""
    submitting.fill(progress(3, 80))
    submitting.submit(game)
    submitting.fill(progress(3, 20))
    assert occurred(submitting.submit(game).outcomes) == {"unchanged": 3}
    assert set(submitting.lines()["Code"]) == {"lower-than-sent"}
    assert posts(game) == 3
    assert occurred(submitting.submit(game, allow_lowering=True).outcomes) == {"created": 3}
    assert sorted(applied(game)[3:]) == [(player(n), FIRST, 20) for n in range(3)]


def test_zeros_are_sent_only_when_asked_for(submitting: SubmitJob, game: Simulator) -> None:
    """0 % reveals a hidden achievement, so it stays here unless --send-zero says otherwise."""
    submitting.fill(progress(2, 0))
    assert occurred(submitting.submit(game).outcomes) == {"unchanged": 2}
    assert set(submitting.lines()["Code"]) == {"zero-not-sent"}
    assert applied(game) == []
    assert occurred(submitting.submit(game, send_zero=True).outcomes) == {"created": 2}


def test_identical_rows_share_one_request_and_its_id(submitting: SubmitJob, game: Simulator) -> None:
    """Three times the same row is one request, and all three lines have its id."""
    submitting.fill(progress(1, 30) * 3)
    assert occurred(submitting.submit(game).outcomes) == {"created": 3}
    lines = submitting.lines()
    assert len(applied(game)) == 1
    assert set(lines["Id"]) == {game.ledger.submitted[0].id}
    assert lines["Code"].tolist() == ["", "duplicate-row", "duplicate-row"]
    assert lines["Attempts"].tolist() == ["1", "0", "0"]


@pytest.mark.parametrize(
    ("rule", "sent", "outcomes"),
    [
        ("highest", [70], {"created": 3}),
        ("last", [10], {"created": 3}),
        ("error", [], {"rejected": 3}),
    ],
)
def test_contradicting_rows(
    submitting: SubmitJob, game: Simulator, rule: str, sent: list[int], outcomes: dict[str, int]
) -> None:
    """Of several rows for one player and achievement the one that the rule names is sent, and the report says so."""
    submitting.fill([(player(1), FIRST, percent) for percent in (30, 70, 10)])
    assert occurred(submitting.submit(game, on_duplicate=rule).outcomes) == outcomes
    assert [value for *_, value in applied(game)] == sent
    said = submitting.lines()["Code"].tolist()
    assert said.count("contradicting-rows" if rule == "error" else "folded") == (3 if rule == "error" else 2)


def test_an_unknown_achievement_is_refused_before_anything_is_sent(submitting: SubmitJob, game: Simulator) -> None:
    """The live list is asked once; a row whose achievement is not there is told with its column, the others go."""
    submitting.fill([*progress(2), (player(9), "com.example.none", 10), (player(8), "com.example.none", 10)])
    result = submitting.submit(game)
    assert (result.exit, occurred(result.outcomes)) == (3, {"created": 2, "rejected": 2})
    assert posts(game) == 2
    line = submitting.lines().iloc[2]
    assert line[["Code", "Column", "Attempts"]].tolist() == ["achievement-not-live", "Achievement ID", "0"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("T:_0123456789abcdef0123456789abcdef", FIRST, 10), "player-id-wrong-kind"),
        (("G:12345", FIRST, 10), "player-id-wrong-kind"),
        (("A:_0123456789", FIRST, 10), "player-id-truncated"),
        (("1.23457E+12", FIRST, 10), "id-looks-damaged"),
        ((player(1), FIRST, 101), None),
        ((player(1), FIRST, -1), None),
        ((player(1), FIRST, 50.5), None),
        ((player(1), FIRST, ""), None),
    ],
    ids=str,
)
def test_a_wrong_row_stays_here_and_the_others_go(
    submitting: SubmitJob, game: Simulator, row: tuple[object, ...], code: str | None
) -> None:
    """A row with an error is never sent; it is told with sheet, row and column."""
    submitting.fill([row, (player(2), FIRST, 10)])
    result = submitting.submit(game)
    assert (result.exit, occurred(result.outcomes)) == (3, {"created": 1, "rejected": 1})
    assert applied(game) == [(player(2), FIRST, 10)]
    line = submitting.lines().iloc[0]
    assert line["Row"] == "2"
    assert line["Message"]
    assert code in (None, line["Code"])


def test_a_matrix_is_understood(submitting: SubmitJob, game: Simulator) -> None:
    """A row per player and a column per achievement: each filled cell is a submission."""
    submitting.fill([(player(1), 10, 20), (player(2), None, 30)], ("Player ID", FIRST, SECOND))
    assert occurred(submitting.submit(game).outcomes) == {"created": 3}
    assert sorted(applied(game)) == [(player(1), FIRST, 10), (player(1), SECOND, 20), (player(2), SECOND, 30)]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".parquet"])
def test_every_format_is_taken(submitting: SubmitJob, game: Simulator, suffix: str) -> None:
    """Text, workbook and Parquet come to the same; what was sent from one is known in the other."""
    table = pd.DataFrame(progress(3, 25), columns=list(HEADERS))
    submitting.path = submitting.folder / f"progress{suffix}"
    write = {
        ".csv": lambda path: table.to_csv(path, index=False),
        ".tsv": lambda path: table.to_csv(path, index=False, sep="\t"),
        ".xlsx": lambda path: table.to_excel(path, index=False),
        ".parquet": lambda path: table.to_parquet(path, index=False),
    }
    write[suffix](submitting.path)
    result = submitting.submit(game)
    assert occurred(result.outcomes) == {"created": 3}
    assert sorted(applied(game)) == progress(3, 25)
    assert result.report == (submitting.path if suffix == ".xlsx" else submitting.folder / "progress.report.csv")
    submitting.path = submitting.folder / "other.csv"
    submitting.fill(progress(3, 25))
    assert occurred(submitting.submit(game).outcomes) == {"unchanged": 3}


def test_dates_flags_and_challenges_go_along(
    submitting: SubmitJob, game: Simulator, assert_contract: Callable[..., None]
) -> None:
    """The optional columns reach the service in its own form, the date as UTC."""
    submitting.fill(
        [(player(1), FIRST, 10, "2026-01-31T12:00:00+02:00", "one, two", "yes")],
        (*HEADERS, "Submitted Date", "Challenge IDs", "Pre-released"),
    )
    assert occurred(submitting.submit(game).outcomes) == {"created": 1}
    sent = next(one.request for one in game.exchanges if one.path == POST)["data"]["attributes"]
    assert sent["submittedDate"] == "2026-01-31T10:00:00Z"
    assert (sent["challengeIds"], sent["preReleased"]) == (["one", "two"], True)
    assert_contract(game.exchanges)


def test_several_apps_in_one_file(submitting: SubmitJob, game: Simulator) -> None:
    """Each row is held against the achievements of its own app; no app has to be named beside the column."""
    other = game.add_app(bundle_id="com.example.other")
    game.add_achievement(SECOND, owner=other.detail)
    rows = [("com.example.game", FIRST), ("com.example.other", SECOND), ("com.example.other", FIRST)]
    submitting.fill([(player(1), what, 10, app) for app, what in rows], (*HEADERS, "Bundle ID"))
    service = submitting.service(game)
    checked = read_submissions(submitting.path, reading=ReadOptions())
    result = submit_file(submitting.path, checked, service, ReportTarget(submitting.folder), confirm=lambda lines: True)
    assert occurred(result.outcomes) == {"created": 2, "rejected": 1}
    assert sorted((one.bundle_id, one.vendor_identifier) for one in game.ledger.submitted) == rows[:2]


def test_an_app_that_is_not_there_sends_nothing(submitting: SubmitJob, game: Simulator) -> None:
    """A bundle id that the key does not see is said before the first submission."""
    submitting.fill([(player(1), FIRST, 10, "com.example.none")], (*HEADERS, "Bundle ID"))
    checked = read_submissions(submitting.path, reading=ReadOptions())
    with pytest.raises(SettingsError, match=r"com\.example\.none"):
        submit_file(
            submitting.path,
            checked,
            submitting.service(game),
            ReportTarget(submitting.folder),
            confirm=lambda lines: True,
        )
    assert posts(game) == 0


def test_two_runs_at_once_are_one_too_many(submitting: SubmitJob, game: Simulator) -> None:
    """The second run for the same app says so and sends no request."""
    submitting.fill(progress(1))
    first, second = submitting.service(game), submitting.service(game)
    checked = read_submissions(submitting.path, reading=ReadOptions(bundle_id="com.example.game"))
    with exclusive(first, checked), pytest.raises(LockedError, match="Another run") as raised:
        submitting.submit(game, second)
    assert raised.value.exit_code == 6
    assert second.requests == 0


def test_nothing_is_sent_without_a_yes(submitting: SubmitJob, game: Simulator) -> None:
    """An answer other than yes sends nothing; the question names the app and how many."""
    submitting.fill(progress(2))
    checked = read_submissions(submitting.path, reading=ReadOptions(bundle_id="com.example.game"))
    asked: list[str] = []

    def refuse(lines: Sequence[str]) -> bool:
        asked.extend(lines)
        return False

    with pytest.raises(SettingsError, match="not confirmed"):
        submit_file(
            submitting.path,
            checked,
            submitting.service(game),
            ReportTarget(submitting.folder),
            confirm=refuse,
        )
    assert posts(game) == 0
    assert "Example Quest" in asked[0]
    assert "2 to send" in asked[1]


def test_an_error_of_the_whole_file_sends_nothing(submitting: SubmitJob, game: Simulator) -> None:
    """Bare fractions are asked about, not guessed: nothing is sent, and the report says what to do."""
    submitting.fill([(player(n), FIRST, 0.5) for n in range(3)])
    result = submitting.submit(game)
    assert result.exit == 2
    assert any("percent-as" in note for note in result.notes)
    assert game.ledger.requests == {}
