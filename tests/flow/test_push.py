"""The main job: a workbook goes to Game Center and comes back with a report."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from threading import Event

import pytest

import gcbulk
from gcbulk.errors import JournalError, LockedError, PlanError, SettingsError, UnreachableError
from gcbulk.records import Api
from gcbulk.runs.push import push_file
from gcbulk.runs.report import report_file
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.execution import execute_plan, make_plan
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.service.budget import SharedBudget
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.switches import DUPLICATE_FORMS
from jobs import Job, occurred

CREATES = r"/v[12]/gameCenterAchievements$"
LOCALIZATIONS = r"/v[12]/gameCenterAchievementLocalizations$"
BOTH_APIS = pytest.mark.parametrize("api", list(Api), ids=str)


@BOTH_APIS
@pytest.mark.parametrize("names_version", [True, False], ids=["reply-names-version", "reply-is-silent"])
def test_every_row_goes_through_and_comes_back_with_its_id(
    job: Job, simulate: Callable[..., Simulator], assert_contract: Callable[..., None], api: Api, names_version: bool
) -> None:
    """Achievements and localizations are created in the sheet's order, and the report holds the service's ids."""
    simulator = simulate(Switches(create_names_version=names_version), now=job.clock.time)
    job.fill_plain(4, ("en-US", "ja"))
    result = job.push(simulator, api=api)
    assert occurred(result.outcomes) == {"created": 12}
    assert (result.exit, result.rows) == (0, 12)
    created = simulator.ledger.ids("gameCenterAchievements")
    assert list(created) == [f"com.example.a{n}" for n in range(4)]
    told = {line["Key"]: line["Id"] for line in job.lines()}
    for kind in ("gameCenterAchievements", "gameCenterAchievementLocalizations"):
        assert {key: [told[key]] for key in simulator.ledger.ids(kind)} == simulator.ledger.ids(kind)
    assert_contract(simulator.exchanges)


@BOTH_APIS
def test_a_second_push_sends_no_create(job: Job, simulator: Simulator, api: Api) -> None:
    """Pushed again, the same workbook changes nothing and still knows every id."""
    job.fill_plain(3)
    job.push(simulator, api=api)
    before, writes = job.lines(), simulator.ledger.writes()
    again = job.push(simulator, api=api)
    assert occurred(again.outcomes) == {"unchanged": 6}
    assert simulator.ledger.writes() == writes
    assert [line["Id"] for line in job.lines()] == [line["Id"] for line in before]


def test_requests_are_as_few_as_the_api_allows(job: Job, simulator: Simulator) -> None:
    """One request per achievement and localization, and three to find the place and what is there."""
    job.fill_plain(5, ("en-US", "fr-FR"))
    assert job.push(simulator).requests == 3 + 5 + 10


def test_rows_with_errors_are_refused_here_and_the_others_go(job: Job, simulator: Simulator) -> None:
    """A wrong row is reported with sheet, row and column; what hangs on it is blocked; the rest is created."""
    job.fill(
        [
            ("A", "com.example.a", 10, "No", "No"),
            ("B", "bad-id", 10, "No", "No"),
            ("C", "com.example.c", 999, "No", "No"),
        ],
        [
            ("com.example.a", "en-US", "A", "before", "after"),
            ("com.example.a", "it-IT", "A", "before", "after"),
            ("com.example.c", "en-US", "C", "before", "after"),
        ],
    )
    result = job.push(simulator)
    assert result.exit == 3
    assert occurred(result.outcomes) == {"created": 2, "rejected": 3, "blocked": 1}
    lines = {line["Key"]: line for line in job.lines()}
    assert [lines["com.example.c"][name] for name in ("Sheet", "Row", "Column")] == ["Achievements", 4, "Points"]
    assert lines["com.example.a / it-IT"]["Code"] == "locale-unknown"
    assert "row 4" in str(lines["com.example.c / en-US"]["Message"])


def test_what_only_the_service_knows_is_told_with_the_sheets_column(
    job: Job, simulate: Callable[..., Simulator]
) -> None:
    """The service's own refusal is that row's line: its code, its words, and the header it points at."""
    fault = Fault("status", method="POST", path=CREATES, nth=(2,), status=409, code="ENTITY_ERROR.INVALID_POINTS_RANGE")
    simulator = simulate(Switches(faults=(fault,)))
    job.fill_plain(3)
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"created": 4, "rejected": 1, "blocked": 1}
    assert result.exit == 3
    line = next(line for line in job.lines() if line["Outcome"] == "rejected")
    assert line["Code"] == "ENTITY_ERROR.INVALID_POINTS_RANGE"
    assert line["Key"] == "com.example.a1"


@BOTH_APIS
@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
@pytest.mark.parametrize("unique", [True, False], ids=["duplicates-refused", "duplicates-accepted"])
@pytest.mark.parametrize("path", [CREATES, LOCALIZATIONS], ids=["achievement", "localization"])
def test_a_create_without_an_answer_is_settled_not_repeated(
    job: Job, simulate: Callable[..., Simulator], api: Api, applied: bool, unique: bool, path: str
) -> None:
    """After a 502 a listing tells whether it was applied: adopted if it was, sent again if not, never twice."""
    fault = Fault("status", method="POST", path=path, nth=(2,), status=502, applied=applied)
    simulator = simulate(Switches(faults=(fault,), unique_identifiers=unique), now=job.clock.time)
    job.fill_plain(3)
    result = job.push(simulator, api=api)
    assert occurred(result.outcomes) == ({"created": 5, "adopted": 1} if applied else {"created": 6})
    assert result.exit == 0
    for kind in ("gameCenterAchievements", "gameCenterAchievementLocalizations"):
        assert simulator.ledger.duplicates(kind) == {}
        assert len(simulator.ledger.ids(kind)) == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault("late", method="POST", path=CREATES, nth=(1, 3), status=504, apply_after_s=50),
        Fault("late", method="POST", path=CREATES, nth=(1, 3), status=0, apply_after_s=50),
        Fault("reset", method="POST", path=CREATES, nth=(1, 3), applied=True),
        Fault("truncate", method="POST", path=CREATES, nth=(1, 3), applied=True, at_byte=200),
    ],
    ids=["applied-after-504", "applied-after-reset", "reset-after", "truncated"],
)
@pytest.mark.parametrize("list_lag_s", [0, 55], ids=["listed-at-once", "listed-late"])
def test_what_is_applied_late_or_listed_late_is_not_made_twice(
    job: Job, simulate: Callable[..., Simulator], fault: Fault, list_lag_s: float
) -> None:
    """Within the settle wait, neither a late application nor a late listing leads to a duplicate."""
    lag = 0 if fault.kind == "late" else list_lag_s
    simulator = simulate(Switches(faults=(fault,), unique_identifiers=False, list_lag_s=lag), now=job.clock.time)
    job.fill_plain(4)
    result = job.push(simulator)
    assert result.exit == 0
    assert result.outcomes["adopted"] == 2
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}
    assert len(simulator.ledger.ids("gameCenterAchievements")) == 4


def test_what_is_applied_long_after_an_attempt_that_took_its_time_is_not_made_twice(
    job: Job, simulate: Callable[..., Simulator]
) -> None:
    """The settle wait begins when the attempt was given up, not when it began: till then the service was at work."""
    fault = Fault("late", method="POST", path=CREATES, nth=(1,), status=0, delay_s=60, apply_after_s=110)
    switches = Switches(faults=(fault,), unique_identifiers=False)
    simulator = simulate(switches, now=job.clock.time, sleep=job.clock.sleep)
    job.fill_plain(1, locales=())
    assert occurred(job.push(simulator).outcomes) == {"adopted": 1}
    job.clock.wait(200, Event())
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}


def test_what_is_taken_by_our_own_request_and_not_listed_is_unknown(
    job: Job, simulate: Callable[..., Simulator]
) -> None:
    """Sent without an answer, then refused as taken, and in no list: most likely ours, so never told as refused."""
    fault = Fault("reset", method="POST", path=CREATES, nth=(1,), applied=True)
    simulator = simulate(Switches(faults=(fault,), list_lag_s=500), now=job.clock.time)
    job.fill_plain(1, locales=())
    first = job.push(simulator)
    assert (first.exit, occurred(first.outcomes)) == (4, {"unknown": 1})
    second = job.push(simulator)
    assert (second.exit, occurred(second.outcomes)) == (4, {"unknown": 1})
    job.clock.wait(500, Event())
    assert occurred(job.push(simulator).outcomes) == {"adopted": 1}
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}


def test_a_second_push_during_list_lag_sends_no_create(job: Job, simulate: Callable[..., Simulator]) -> None:
    """What was created moments ago and is not listed yet is known from the journal."""
    simulator = simulate(Switches(list_lag_s=30, unique_identifiers=False), now=job.clock.time)
    job.fill_plain(3)
    job.push(simulator)
    again = job.push(simulator)
    assert occurred(again.outcomes) == {"unchanged": 6}
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}


@pytest.mark.parametrize("form", DUPLICATE_FORMS)
def test_an_identifier_that_is_taken_by_the_same_content_existed(
    job: Job, simulate: Callable[..., Simulator], form: str
) -> None:
    """A duplicate, refused in whatever form, is looked up: the same content that is not ours has existed before."""
    simulator = simulate(Switches(list_lag_s=30, duplicate_form=form), now=job.clock.time)
    job.fill_plain(1, ())
    job.push(simulator)
    job.journal.unlink()  # as from another machine, which knows nothing of the first push
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"existed": 1}
    assert result.exit == 0


def test_an_identifier_that_is_taken_by_other_content_is_a_conflict(
    job: Job, simulate: Callable[..., Simulator]
) -> None:
    """A duplicate refused by the service whose content differs is a conflict that names the difference."""
    simulator = simulate(Switches(list_lag_s=30), now=job.clock.time)
    job.fill([("A", "com.example.a", 10, "No", "No")])
    job.push(simulator)
    job.journal.unlink()
    job.fill([("A", "com.example.a", 20, "No", "No")])
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"conflict": 1}
    assert "Points: 10 → 20" in str(job.lines()[0]["Message"])


def test_an_identifier_that_a_deleted_achievement_holds_is_refused(
    job: Job, simulate: Callable[..., Simulator]
) -> None:
    """Where a taken identifier shows nowhere, the row is rejected and says what may be the reason."""
    fault = Fault("status", method="POST", path=CREATES, status=409, code="ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE")
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(1, ())
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"rejected": 1}
    assert "deleted" in str(job.lines()[0]["Message"])


def test_still_unknown_is_reported_as_unknown_and_settled_by_the_next_run(
    job: Job, simulate: Callable[..., Simulator]
) -> None:
    """A row that never gets an answer is unknown, exit 4; when the service is well the next run settles it."""
    fault = Fault("status", method="POST", path=CREATES, status=503, times=4)
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(1)
    first = job.push(simulator)
    assert occurred(first.outcomes) == {"unknown": 1, "blocked": 1}
    assert first.exit == 4
    again = job.push(simulator)
    assert occurred(again.outcomes) == {"created": 2}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("status", status=401, path="gameCenterAchievement", method="POST", after=2), "refused twice"),
        (
            Fault(
                "status",
                status=403,
                code="FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED",
                path="gameCenterAchievement",
                method="POST",
                after=2,
            ),
            "agreement",
        ),
    ],
    ids=["401-twice", "agreements"],
)
def test_what_stops_a_run_leaves_the_rest_not_attempted(
    job: Job, simulate: Callable[..., Simulator], fault: Fault, said: str
) -> None:
    """A refused key or a missing agreement ends the run in order: exit 7, the report says why, the next run goes on."""
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(3)
    result = job.push(simulator)
    assert occurred(result.outcomes) == {"created": 2, "not_attempted": 4}
    assert result.exit == 7
    assert said in str(job.lines()[-1]["Message"])


def test_one_refused_token_is_renewed(job: Job, simulate: Callable[..., Simulator]) -> None:
    """A single 401 out of nowhere costs one request, and no row."""
    simulator = simulate(Switches(faults=(Fault("status", status=401, method="POST", times=1),)), now=job.clock.time)
    job.fill_plain(2)
    assert occurred(job.push(simulator).outcomes) == {"created": 4}


def test_a_row_may_be_forbidden_by_itself(job: Job, simulate: Callable[..., Simulator]) -> None:
    """A 403 on one row after others went through is that row's error."""
    simulator = simulate(Switches(faults=(Fault("status", status=403, method="POST", nth=(3,)),)), now=job.clock.time)
    job.fill_plain(3, ())
    assert occurred(job.push(simulator).outcomes) == {"created": 2, "rejected": 1}


def test_a_429_is_waited_out(job: Job, simulate: Callable[..., Simulator]) -> None:
    """The same row goes again after the wait the service asks for; no row is lost."""
    fault = Fault("status", status=429, method="POST", nth=(2, 5), retry_after="17")
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(3)
    assert occurred(job.push(simulator).outcomes) == {"created": 6}
    assert job.clock.waited_s >= 34


def test_an_outage_stops_the_run_soon(job: Job, simulate: Callable[..., Simulator]) -> None:
    """When nothing answers any more the run ends within 60 requests, exit 7, and goes on when started again."""
    simulator = simulate(now=job.clock.time)
    job.fill_plain(40)
    simulator.add_fault(Fault("status", status=503, after=20))
    result = job.push(simulator)
    simulator.clear_faults()
    assert result.exit == 7
    assert result.outcomes["not_attempted"] > 0
    assert result.requests <= 20 + 60
    again = job.push(simulator)
    assert again.exit == 0
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}
    assert len(simulator.ledger.ids("gameCenterAchievementLocalizations")) == 40


def test_a_wrong_app_is_named_before_anything_is_sent(job: Job, simulator: Simulator) -> None:
    """A bundle id that the key does not see is a settings error that says what to look at."""
    job.fill_plain(1)
    service = job.service(simulator, bundle_id="com.example.other")
    with pytest.raises(SettingsError, match=r"com\.example\.other"):
        push_file(job.workbook, job.checked(), service, ReportTarget(job.folder), confirm=lambda plan: True)
    assert simulator.ledger.writes() == 0


@pytest.mark.parametrize("form", ["not-found", "empty-id", "null"])
def test_game_center_that_is_off_is_said(job: Job, simulator: Simulator, form: str) -> None:
    """An app without Game Center is told as that, not as an error of a row, in whatever form the service says it."""
    simulator.change(game_center_off=form)
    simulator.add_app(bundle_id="com.example.off", name="Off", game_center=False)
    with pytest.raises(PlanError, match="Game Center is not on for Off"):
        _ = job.service(simulator, bundle_id="com.example.off").target


def test_an_app_in_a_group_is_filled_through_the_group(job: Job, simulator: Simulator) -> None:
    """Where achievements live on the group they are created and found there."""
    simulator.add_app(bundle_id="com.example.grouped", name="Grouped", group="Saga")
    job.fill_plain(2)
    for expected in ({"created": 4}, {"unchanged": 4}):
        service = job.service(simulator, bundle_id="com.example.grouped")
        result = push_file(job.workbook, job.checked(), service, ReportTarget(job.folder), confirm=lambda plan: True)
        assert occurred(result.outcomes) == expected
        assert service.target.group_id is not None


def test_an_unreachable_service_is_said_in_words(job: Job, simulate: Callable[..., Simulator]) -> None:
    """No connection at all ends in a sentence, and nothing is sent."""
    simulator = simulate(Switches(faults=(Fault("reset"),)), now=job.clock.time)
    with pytest.raises(UnreachableError, match="no usable answer"):
        _ = job.service(simulator).target


def test_an_error_of_the_whole_file_sends_nothing(job: Job, simulator: Simulator) -> None:
    """More points than an app may have is nobody's row: nothing is sent, and the report says all that is wrong."""
    job.fill([(f"A{n}", f"com.example.a{n}", 100, "No", "No") for n in range(11)])
    result = job.push(simulator)
    assert result.exit == 2
    assert any("1,100" in note for note in result.notes)
    assert simulator.ledger.requests == {}


def test_strict_sends_nothing_while_a_row_is_wrong(job: Job, simulator: Simulator) -> None:
    """With --strict one wrong row keeps all from being sent."""
    job.fill([("A", "com.example.a", 10, "No", "No"), ("B", "bad-id", 10, "No", "No")])
    result = job.push(simulator, strict=True)
    assert result.exit == 2
    assert "strict" in result.notes[-1]
    assert simulator.ledger.requests == {}


def test_nothing_is_sent_without_a_yes(job: Job, simulator: Simulator) -> None:
    """An answer other than yes sends nothing."""
    job.fill_plain(1)
    with pytest.raises(SettingsError, match="not confirmed"):
        push_file(
            job.workbook, job.checked(), job.service(simulator), ReportTarget(job.folder), confirm=lambda plan: False
        )
    assert simulator.ledger.writes() == 0


def test_two_runs_at_once_are_one_too_many(job: Job, simulator: Simulator) -> None:
    """The second run says so and sends no request."""
    job.fill_plain(1)
    first, second = job.service(simulator), job.service(simulator)
    with first.lock.exclusive(), pytest.raises(LockedError, match="Another run"):
        push_file(job.workbook, job.checked(), second, ReportTarget(job.folder), confirm=lambda plan: True)
    assert second.requests == 0


def test_an_app_is_one_place_however_it_is_named(job: Job, simulator: Simulator) -> None:
    """What was sent under the bundle id is known under the detail id, and both cannot be pushed to at once."""
    job.fill_plain(1)
    job.push(simulator)
    by_detail = job.service(simulator, bundle_id=None, detail_id=simulator.app.detail)
    assert by_detail.history() == job.service(simulator).history()
    assert by_detail.history().sent
    plan = make_plan(job.checked(), by_detail)
    with job.service(simulator).exclusive(), pytest.raises(LockedError, match="Another run"):
        execute_plan(plan, by_detail)


@pytest.mark.parametrize("verb", ["push", "review"])
def test_a_run_looks_through_the_journal_once(
    job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """For a million submissions it takes seconds: before the first request, and not again in the same run."""
    job.fill_plain(1)
    job.push(simulator)
    simulator.add_localization(simulator.add_achievement("com.example.a1"), "en-US")
    job.fill_plain(2)
    asked: list[str] = []
    real = sqlite3.connect

    def connect(path: Path, **options: Json) -> sqlite3.Connection:
        database: sqlite3.Connection = real(path, **options)
        database.set_trace_callback(asked.append)
        return database

    monkeypatch.setattr(sqlite3, "connect", connect)
    service, place = job.service(simulator), ReportTarget(job.folder)
    if verb == "push":
        push_file(job.workbook, job.checked(), service, place, confirm=lambda plan: True)
    else:
        review_file(None, None, service, place, options=ReviewOptions(), confirm=lambda lines: True)
    looks = ("SELECT 1 FROM submissions WHERE checksum", "PRAGMA quick_check")
    assert [sum(one.startswith(look) for one in asked) for look in looks] == [1, 1]
    assert any(one.startswith("INSERT INTO runs") for one in asked)


def damage_budget(journal: Path) -> None:
    """Change a row that no push reads, behind the back of its checksum."""
    with closing(JournalFile(journal)) as file:
        file.db.execute("INSERT INTO budget (key_id, run, second, requests) VALUES ('STRANGE', 1, 2, 3)")
        file.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = journal.read_bytes()
    assert b"STRANGE" in content
    journal.write_bytes(content.replace(b"STRANGE", b"STRANGe"))


def test_a_journal_that_was_damaged_since_the_plan(job: Job, simulator: Simulator) -> None:
    """In a notebook hours may lie between a plan and its push, so the journal is looked through again."""
    job.fill_plain(1)
    job.push(simulator)
    job.fill_plain(2)
    service = job.service(simulator)
    plan = gcbulk.plan(job.checked(), service)
    damage_budget(job.journal)
    before = simulator.ledger.writes()
    with pytest.raises(JournalError, match="damaged"):
        gcbulk.push(plan, service)
    with pytest.raises(JournalError, match="damaged"):
        execute_plan(plan, job.service(simulator))
    assert simulator.ledger.writes() == before


def test_a_plan_is_carried_out_once(job: Job, simulate: Callable[..., Simulator]) -> None:
    """A plan pushed again, or after another run, is refused: what it means to create is there by now."""
    simulator = simulate(Switches(unique_identifiers=False), now=job.clock.time)
    job.fill_plain(1)
    service = job.service(simulator)
    plan = make_plan(job.checked(), service)
    job.clock.wait(1, Event())
    execute_plan(plan, service)
    with pytest.raises(PlanError, match="since this plan was made"):
        execute_plan(plan, service)
    assert simulator.ledger.duplicates("gameCenterAchievements") == {}


def test_the_report_can_be_made_again_from_the_journal(job: Job, simulate: Callable[..., Simulator]) -> None:
    """The report of the last push is a function of the file and the journal."""
    fault = Fault("status", method="POST", path=CREATES, nth=(2,), status=409, code="ENTITY_ERROR.INVALID_POINTS_RANGE")
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(3)
    job.push(simulator)
    lines = job.lines()
    job.fill_plain(3)  # the sheet is gone
    result = report_file(job.workbook, job.checked(), job.journal, ReportTarget(job.folder))
    assert [{**line, "Finished At (UTC)": None} for line in job.lines()] == [
        {**line, "Finished At (UTC)": None} for line in lines
    ]
    assert result.exit == 3
    assert result.requests == 0


def test_the_failed_rows_can_be_mended_and_pushed(job: Job, simulate: Callable[..., Simulator]) -> None:
    """The workbook of failed rows holds just them, with what they hang on, and goes through once fixed."""
    fault = Fault("status", method="POST", path=LOCALIZATIONS, nth=(2,), status=409, code="ENTITY_ERROR.LOCALE_INVALID")
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    job.fill_plain(3)
    first = job.push(simulator)
    assert first.failed is not None
    job.workbook = first.failed
    assert occurred(job.push(simulator).outcomes) == {"unchanged": 1, "created": 1}


@BOTH_APIS
def test_with_a_damaged_journal_not_even_a_read_is_sent(job: Job, simulator: Simulator, api: Api) -> None:
    """F22: a journal that is not as it was written is refused before the first request, whatever in it has changed."""
    job.fill_plain(2)
    job.push(simulator, api=api)
    with closing(sqlite3.connect(job.journal)) as journal:
        journal.execute("PRAGMA writable_schema=ON")
        journal.execute("UPDATE sqlite_master SET sql = replace(sql, 'requests', 'request') WHERE name = 'budget'")
        journal.commit()
    before = simulator.ledger.requests.total()
    with pytest.raises(JournalError, match="damaged"):
        job.push(simulator, api=api)
    assert simulator.ledger.requests.total() == before


def test_a_journal_that_fails_before_a_later_look_is_told_with_what_was_sent(
    job: Job, simulate: Callable[..., Simulator], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12: when the journal fails in the wait after a request without an answer, the report is written all the same."""
    lost = Fault("status", method="POST", path=CREATES, nth=(2,), status=502)
    simulator = simulate(Switches(faults=(lost,)), now=job.clock.time)
    job.fill_plain(3)

    def full(budget: SharedBudget) -> None:
        if job.clock.waited_s >= 60:
            raise JournalError("The disk is full.")

    monkeypatch.setattr(SharedBudget, "sync", full)
    result = job.push(simulator)
    assert (result.exit, result.outcomes["unknown"]) == (7, 1)
    assert any("The disk is full." in note for note in result.notes)
    assert [line["Outcome"] for line in job.lines()][:3] == ["created", "unknown", "created"]


def test_a_journal_and_a_workbook_that_both_fail_are_exit_5(
    job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F12: when the report alone knows a result and had to be saved elsewhere, that is what the exit code says."""
    job.fill_plain(3)
    job.workbook.with_name(f"~${job.workbook.name}").touch()

    def full(*_: object) -> None:
        raise JournalError("The disk is full.")

    monkeypatch.setattr(Journal, "record", full)
    result = job.push(simulator)
    assert (result.exit, occurred(result.outcomes)) == (5, {"created": 1, "not_attempted": 5})
    assert result.report is not None
    assert simulator.ledger.ids("gameCenterAchievements") == {"com.example.a0": [job.lines(result.report)[0]["Id"]]}


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_a_callback_that_stops_asking(job: Job, simulator: Simulator, seen: int) -> None:
    """Where the progress callback takes only some outcomes, nothing more is sent and every other row is told so."""
    job.fill_plain(2)
    with job.service(simulator) as service:
        result = push_file(
            job.workbook,
            job.checked(),
            service,
            ReportTarget(job.folder / "rescued"),
            confirm=lambda plan: True,
            watch=lambda outcomes, total: islice(outcomes, seen),
        )
    assert occurred(result.outcomes) == {name: n for name, n in (("created", seen), ("not_attempted", 4 - seen)) if n}
    assert (result.exit, simulator.ledger.writes()) == (7, seen)
    assert "progress callback" in " ".join(result.notes)


HIDDEN = '{"data":[],"meta":{"paging":{"total":0,"limit":200}}}'


@pytest.mark.parametrize(("lists", "outcome"), [(2, "existed"), (3, "rejected")])
def test_a_taken_id_is_given_up_only_after_two_lists(job: Job, simulator: Simulator, lists: int, outcome: str) -> None:
    """F28: that the row needs another id is not said because one list lacks what holds it."""
    job.fill([("A0", "com.example.a0", 5, "No", "Yes")])
    simulator.add_achievement("com.example.a0", referenceName="A0", points=5, repeatable=True, showBeforeEarned=True)
    hide = Fault("body", "GET", "/gameCenterAchievementsV2$", nth=tuple(range(1, lists + 1)), content=HIDDEN)
    simulator.service.schedule.replace((hide,), seed=1)
    result = job.push(simulator)
    assert occurred(result.outcomes) == {outcome: 1}
    told = str(job.lines()[0]["Message"])
    assert ("Give the row another id" in told) == (outcome == "rejected")
