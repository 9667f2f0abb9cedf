"""The hand-off to review: shown, put in, sent; and nothing put in twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from review_jobs import complete, picture

from chaos.rigs import lines_of
from gcbulk.errors import CheckError, JournalError, SettingsError, WorkbookError
from gcbulk.records import Api
from gcbulk.runs.check import check
from gcbulk.runs.review import ReviewOptions, review_file
from gcbulk.runs.shared.connection import Service, make_settings
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.service.journal import Journal
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.store import Resource
from jobs import Job, occurred

ITEMS = "/v1/reviewSubmissionItems$"
REVIEWS = "/v1/reviewSubmissions$"
RELEASES = "/v1/gameCenterAchievementReleases$"
KEEP_OPEN, SEND = ReviewOptions(), ReviewOptions(submit=True)


def review(
    job: Job,
    simulator: Simulator,
    options: ReviewOptions = KEEP_OPEN,
    *,
    api: Api = Api.V2,
    path: Path | None = None,
    confirm: Callable[[Sequence[str]], bool] = lambda lines: True,
) -> Result:
    """Hand off as the command line does."""
    service = job.service(simulator, api=api)
    checked = check(path) if path else None
    result = review_file(path, checked, service, ReportTarget(job.folder), options=options, confirm=confirm)
    assert sum(result.outcomes.values()) == result.rows
    return result


def noted(asked: list[str]) -> Callable[[Sequence[str]], bool]:
    """A yes that notes what it was asked."""

    def confirm(lines: Sequence[str]) -> bool:
        asked.extend(lines)
        return True

    return confirm


def states(simulator: Simulator) -> list[str]:
    """The states of all versions, by the achievement's order."""
    return [one.attributes["state"] for one in simulator.store.all("gameCenterAchievementVersions")]


def items(simulator: Simulator) -> int:
    """How many items there are, none of them twice."""
    assert simulator.ledger.duplicates("reviewSubmissionItems") == {}
    assert simulator.ledger.duplicates("gameCenterAchievementReleases") == {}
    return len(simulator.store.all("reviewSubmissionItems"))


def test_what_is_ready_is_put_in_and_left_open(
    job: Job, simulator: Simulator, assert_contract: Callable[..., None]
) -> None:
    """Complete drafts are put into one submission; what is not complete says why, with version ids and states."""
    complete(simulator, "a.ready")
    bare = simulator.add_achievement("a.bare")
    half = simulator.add_achievement("a.half")
    picture(simulator, simulator.add_localization(half, "en-US"))
    simulator.add_localization(half, "ja")
    failed = simulator.add_achievement("a.failed")
    picture(simulator, simulator.add_localization(failed, "ko"), verdict=[{"code": "X", "description": "x"}])
    simulator.move_version(complete(simulator, "a.live"), "LIVE")
    complete(simulator, "a.archived", archived=True)
    asked: list[str] = []
    result = review(job, simulator, confirm=noted(asked))
    assert occurred(result.outcomes) == {"created": 2, "blocked": 2, "unchanged": 1}
    assert (result.exit, items(simulator)) == (3, 2)
    assert states(simulator)[:3] == ["READY_FOR_REVIEW", "PREPARE_FOR_SUBMISSION", "READY_FOR_REVIEW"]
    (submission,) = simulator.store.all("reviewSubmissions")
    assert submission.attributes["state"] == "READY_FOR_REVIEW"
    version = simulator.store.children(bare.id, "gameCenterAchievementVersions")[0].id
    said = f"a.bare (version {version}): PREPARE_FOR_SUBMISSION. Not ready: it has no localization."
    assert said in asked
    assert said in result.notes
    assert any("without a picture: ja" in line for line in asked)
    assert any("no picture that came through (ko)" in line for line in asked)
    assert any("add --submit" in line for line in asked)
    assert_contract(simulator.exchanges)


def test_it_is_sent_only_when_asked_for(job: Job, simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """With --submit the open submission is re-used and sent; sent, there is nothing left to do."""
    complete(simulator, "a.a")
    assert occurred(review(job, simulator).outcomes) == {"created": 1}
    complete(simulator, "a.b")
    sent = review(job, simulator, SEND)
    assert occurred(sent.outcomes) == {"created": 1, "unchanged": 1}
    assert any("was sent to review" in note for note in sent.notes)
    assert states(simulator) == ["WAITING_FOR_REVIEW"] * 2
    assert len(simulator.store.all("reviewSubmissions")) == 1
    before = simulator.ledger.writes()
    again = review(job, simulator, SEND, confirm=lambda lines: pytest.fail("nothing is to be done"))
    assert occurred(again.outcomes) == {"unchanged": 2}
    assert simulator.ledger.writes() == before
    assert_contract(simulator.exchanges)


def test_what_was_put_in_before_can_be_sent_later(job: Job, simulator: Simulator) -> None:
    """An open submission is sent as it is when nothing new is ready."""
    complete(simulator, "a.a")
    review(job, simulator)
    assert occurred(review(job, simulator, SEND).outcomes) == {"unchanged": 1}
    assert states(simulator) == ["WAITING_FOR_REVIEW"]


def test_without_a_yes_nothing_is_changed(job: Job, simulator: Simulator) -> None:
    """A no ends it before anything is changed."""
    complete(simulator, "a.a")
    with pytest.raises(SettingsError, match="not confirmed"):
        review(job, simulator, SEND, confirm=lambda lines: False)
    assert simulator.ledger.writes() == 0


def test_the_achievements_of_a_file(job: Job, simulator: Simulator) -> None:
    """Only what the file has is handed off, and the report has a line for each of its rows."""
    complete(simulator, "com.example.a0")
    complete(simulator, "com.example.other")
    for _ in range(2):
        simulator.service.world.switches = Switches(unique_identifiers=False)
        complete(simulator, "com.example.a2")
    complete(simulator, "com.example.a3", archived=True)
    job.fill_plain(4)
    result = review(job, simulator, path=job.workbook)
    assert occurred(result.outcomes) == {"created": 1, "blocked": 2, "unchanged": 1}
    lines = {line["Key"]: line for line in job.lines(sheet="gcbulk review")}
    (version,) = simulator.store.all("gameCenterAchievementVersions")[:1]
    assert lines["com.example.a0"]["Id"] == version.id
    assert "push it first" in str(lines["com.example.a1"]["Message"])
    assert "more than once" in str(lines["com.example.a2"]["Message"])
    assert "Archived" in str(lines["com.example.a3"]["Message"])
    assert items(simulator) == 1


def test_a_file_that_cannot_be_read_is_not_handed_off(job: Job, simulator: Simulator) -> None:
    """A problem with the file as a whole ends it."""
    job.fill([])
    book = openpyxl.load_workbook(job.workbook)
    book["Achievements"].append(["no", "headers", "here"])
    for name in book.sheetnames:
        book[name].delete_rows(1)
    book.save(job.workbook)
    with pytest.raises(CheckError):
        review(job, simulator, path=job.workbook)


@pytest.mark.parametrize("name", ["review.xlsx", "review.csv"])
def test_a_report_of_everything_goes_where_it_is_asked_for(job: Job, simulator: Simulator, name: str) -> None:
    """Without a file there is a report only where one was asked for, and a second one takes its place."""
    complete(simulator, "a.a")
    assert review(job, simulator).report is None
    place = ReportTarget(job.folder, report=job.folder / name)
    for _ in range(2):
        with job.service(simulator) as service:
            result = review_file(None, None, service, place, options=KEEP_OPEN, confirm=lambda lines: True)
        assert (result.report, result.exit) == (job.folder / name, 0)
        assert [line["Outcome"] for line in lines_of(job.folder / name)] == ["unchanged"]


def test_an_impossible_report_is_refused_before_anything_is_sent(job: Job, simulator: Simulator) -> None:
    """A report that cannot be written there is no reason to find out afterwards."""
    complete(simulator, "a.a")
    place = ReportTarget(job.folder, report=job.folder / "review.pdf")
    with pytest.raises(WorkbookError, match=r"review\.pdf"):
        review_file(None, None, job.service(simulator), place, options=KEEP_OPEN, confirm=lambda lines: True)
    assert simulator.ledger.writes() == 0


def test_version_one_makes_releases(job: Job, simulator: Simulator, assert_contract: Callable[..., None]) -> None:
    """In v1 each ready achievement gets a release, once; sending is the app version's own affair."""
    complete(simulator, "a.a")
    simulator.add_achievement("a.bare")
    asked: list[str] = []
    first = review(job, simulator, SEND, api=Api.V1, confirm=noted(asked))
    assert occurred(first.outcomes) == {"created": 1, "blocked": 1}
    assert any("next version" in line for line in asked)
    assert occurred(review(job, simulator, api=Api.V1).outcomes) == {"unchanged": 1, "blocked": 1}
    assert len(simulator.store.all("gameCenterAchievementReleases")) == 1
    items(simulator)
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("lag_s", [0.0, 30.0], ids=["listed-at-once", "listed-late"])
@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
@pytest.mark.parametrize(("api", "path"), [(Api.V2, ITEMS), (Api.V2, REVIEWS), (Api.V1, RELEASES)])
def test_a_request_without_an_answer_puts_nothing_in_twice(
    job: Job, simulate: Callable[..., Simulator], api: Api, path: str, applied: bool, lag_s: float
) -> None:
    """After the settle wait it is looked what is there, and only then sent again."""
    simulator = simulate(
        Switches(list_lag_s=lag_s, faults=(Fault("reset", "POST", path, nth=(1,), applied=applied),)),
        now=job.clock.time,
    )
    for key in ("a.a", "a.b"):
        complete(simulator, key)
    job.clock.wait(lag_s, job.service(simulator).session.stop)
    result = review(job, simulator, SEND, api=api)
    assert set(occurred(result.outcomes)) <= {"created", "adopted"}
    assert result.exit == 0
    if api is Api.V2:
        assert items(simulator) == 2
        assert len(simulator.store.all("reviewSubmissions")) == 1
        assert states(simulator) == ["WAITING_FOR_REVIEW"] * 2
    else:
        assert len(simulator.store.all("gameCenterAchievementReleases")) == 2


def test_a_run_that_never_got_an_answer_is_settled_by_the_next(job: Job, simulate: Callable[..., Simulator]) -> None:
    """Reported as unknown, never as failed; the next run waits, looks and puts nothing in twice."""
    fault = Fault("late", "POST", ITEMS, times=3, status=503, apply_after_s=50.0)
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    complete(simulator, "a.a")
    service = job.service(simulator)
    object.__setattr__(service.settings, "settle_wait_s", 1.0)
    result = review_file(None, None, service, ReportTarget(job.folder), options=KEEP_OPEN, confirm=lambda lines: True)
    assert occurred(result.outcomes) == {"unknown": 1}
    assert result.exit == 4
    service.close()
    assert occurred(review(job, simulator).outcomes) == {"unchanged": 1}
    assert items(simulator) == 1


def test_a_refusal_is_the_rows_error(job: Job, simulate: Callable[..., Simulator]) -> None:
    """What the service says of one version is told, and the others go on."""
    fault = Fault("status", "POST", ITEMS, nth=(1,), status=409, code="STATE_ERROR.FIRST_MUST_BE_WITH_APP_VERSION")
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    for key in ("a.a", "a.b"):
        complete(simulator, key)
    result = review(job, simulator)
    assert occurred(result.outcomes) == {"created": 1, "rejected": 1}
    assert result.exit == 3


@pytest.mark.parametrize(
    ("fault", "told", "code"),
    [
        (Fault("status", "POST", REVIEWS, status=409, code="STATE_ERROR.X"), "could be opened", 3),
        (Fault("status", "PATCH", REVIEWS[:-1], status=409, code="STATE_ERROR.X"), "was not sent", 3),
        (Fault("reset", "POST", REVIEWS), "could be opened", 7),
        (Fault("reset", "PATCH", REVIEWS[:-1]), "was not sent", 7),
    ],
    ids=["not-opened", "not-sent", "opening-lost", "lost"],
)
def test_a_submission_that_does_not_come_about_stops_the_run(
    job: Job, simulate: Callable[..., Simulator], fault: Fault, told: str, code: int
) -> None:
    """A refusal, on which somebody has to act first, is 3, and not 7, on which scripts run it again."""
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    for key in ("a.a", "a.b"):
        complete(simulator, key)
    result = review(job, simulator, SEND)
    assert result.exit == code
    assert any(told in note for note in result.notes)


def test_a_submission_whose_answer_was_lost_was_sent(job: Job, simulate: Callable[..., Simulator]) -> None:
    """The state of the submission says that it was sent."""
    fault = Fault("reset", "PATCH", REVIEWS[:-1], nth=(1,), applied=True)
    simulator = simulate(Switches(faults=(fault,)), now=job.clock.time)
    complete(simulator, "a.a")
    result = review(job, simulator, SEND)
    assert result.exit == 0
    assert any("was sent to review" in note for note in result.notes)


def test_a_full_submission_takes_no_more(job: Job, simulator: Simulator) -> None:
    """At 200 items the rest waits, and says what to do."""
    world = simulator.service.world
    review_parents = {"apps": simulator.app.app}
    submission = world.make(
        "reviewSubmissions", {"platform": "IOS", "state": "READY_FOR_REVIEW"}, review_parents, key="r"
    )
    for n in range(199):
        world.make(
            "reviewSubmissionItems", {"state": "READY_FOR_REVIEW"}, {"reviewSubmissions": submission.id}, key=f"{n}"
        )
    gone = world.make("reviewSubmissionItems", {"state": "REMOVED"}, {"reviewSubmissions": submission.id}, key="x")
    world.store.delete(gone)
    for key in ("a.a", "a.b"):
        complete(simulator, key)
    result = review(job, simulator)
    assert occurred(result.outcomes) == {"created": 1, "not_attempted": 1}
    assert any("--submit" in str(note) for note in result.notes)


def test_an_app_that_is_not_known_by_name_cannot_be_handed_off(job: Job, simulator: Simulator) -> None:
    """A platform's submission belongs to an app, found by its bundle id, also when only the detail was named."""
    complete(simulator, "a.a")
    settings = make_settings(
        detail_id=simulator.app.detail,
        key_id=simulator.key_id,
        issuer_id=simulator.issuer_id,
        key_path=simulator.key_path,
        base_url=simulator.base_url,
        journal=job.journal,
        environ={"GCBULK_HOME": str(job.folder)},
    )
    with Service(settings, clock=job.clock) as service:
        result = review_file(
            None, None, service, ReportTarget(job.folder), options=KEEP_OPEN, confirm=lambda lines: True
        )
    assert occurred(result.outcomes) == {"created": 1}


@pytest.mark.parametrize(("is_open", "code"), [(True, 5), (False, 7)], ids=["workbook open", "workbook free"])
def test_a_journal_that_fails(
    job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, is_open: bool, code: int
) -> None:
    """F12: where the report alone knows a result, exit 5 says that it is elsewhere; nothing more is sent."""

    def full(*_: object) -> None:
        raise JournalError("The disk is full.")

    for number in range(2):
        complete(simulator, f"com.example.a{number}")
    path = job.fill_plain(2)
    if is_open:
        path.with_name(f"~${path.name}").touch()
    monkeypatch.setattr(Journal, "record", full)
    result = review(job, simulator, path=path)
    assert (result.exit, occurred(result.outcomes)) == (code, {"created": 1, "not_attempted": 1})
    assert items(simulator) == 1
    assert result.report is not None
    assert [line["Outcome"] for line in job.lines(result.report, sheet="gcbulk review")] == ["created", "not_attempted"]


def left_over(simulator: Simulator, achievement: Resource, *, live: bool = False) -> Resource:
    """A release of version 1, as an earlier hand-off left it."""
    parents = {"gameCenterDetails": simulator.app.detail or "", "gameCenterAchievements": achievement.id}
    return simulator.service.world.make("gameCenterAchievementReleases", {"live": live}, parents, key=achievement.id)


@pytest.mark.parametrize("blocks", [True, False], ids=["blocks", "does-not"])
def test_a_left_over_release_is_named_with_what_to_do(
    job: Job, simulate: Callable[..., Simulator], assert_contract: Callable[..., None], blocks: bool
) -> None:
    """Its row says which release to delete and how, the others go in; without the refusal nothing is said."""
    simulator = simulate(Switches(releases_block_items=blocks), now=job.clock.time)
    release = left_over(simulator, complete(simulator, "com.example.a0"))
    left_over(simulator, complete(simulator, "com.example.a1"), live=True)
    complete(simulator, "com.example.a2")
    result = review(job, simulator, path=job.fill_plain(3))
    assert occurred(result.outcomes) == ({"rejected": 1, "created": 2} if blocks else {"created": 3})
    line = next(one for one in job.lines(sheet="gcbulk review") if one["Key"] == "com.example.a0")
    assert (f"DELETE /v1/gameCenterAchievementReleases/{release.id}" in str(line["Message"])) is blocks
    assert any(release.id in note for note in result.notes) is blocks
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("one", [True, False], ids=["one-unfinished", "several"])
def test_the_submission_that_blocks_another_is_named(
    job: Job, simulate: Callable[..., Simulator], assert_contract: Callable[..., None], one: bool
) -> None:
    """A refused create says which submission is in its way, in which state, and what to do; nothing is put in."""
    simulator = simulate(Switches(one_unfinished_review=one), now=job.clock.time)
    complete(simulator, "a.a")
    review(job, simulator, SEND)
    (sent,) = simulator.store.all("reviewSubmissions")
    complete(simulator, "a.b")
    result = review(job, simulator)
    assert occurred(result.outcomes) == {"unchanged": 1, "not_attempted" if one else "created": 1}
    assert result.exit == (3 if one else 0)
    assert any(f"{sent.id} is WAITING_FOR_REVIEW" in note for note in result.notes) is one
    assert_contract(simulator.exchanges)


def test_what_another_submission_holds_names_that_one(
    job: Job, simulator: Simulator, assert_contract: Callable[..., None]
) -> None:
    """The row says in which submission its version is, and how to get it out; the others go in."""
    simulator.change(one_unfinished_review=False)
    complete(simulator, "a.a")
    review(job, simulator, SEND)
    (sent,) = simulator.store.all("reviewSubmissions")
    simulator.store.update(sent, {"state": "UNRESOLVED_ISSUES"})
    (version,) = simulator.store.all("gameCenterAchievementVersions")
    simulator.store.update(version, {"state": "REJECTED"})
    complete(simulator, "a.b")
    result = review(job, simulator)
    assert occurred(result.outcomes) == {"rejected": 1, "created": 1}
    assert any(f"It is in the review submission {sent.id}" in note for note in result.notes)
    assert_contract(simulator.exchanges)


@pytest.mark.parametrize("missing", [True, False], ids=["no-price", "priced"])
def test_an_app_without_a_price(job: Job, simulate: Callable[..., Simulator], missing: bool) -> None:
    """It is said plainly, with where to set it."""
    simulator = simulate(Switches(pricing_missing=missing), now=job.clock.time)
    complete(simulator, "a.a")
    result = review(job, simulator)
    assert (result.exit, items(simulator)) == ((3, 0) if missing else (0, 1))
    assert any("Pricing and Availability" in note for note in result.notes) is missing


def test_a_refusal_is_told_though_nothing_more_can_be_found_out(job: Job, simulate: Callable[..., Simulator]) -> None:
    """Where the look for the reason fails, the service's own words stay, and the run goes on."""
    faults = (
        Fault("status", "POST", ITEMS, nth=(1,), status=409, code="STATE_ERROR.X"),
        Fault("status", "GET", "achievementReleases$", status=403),
    )
    simulator = simulate(Switches(faults=faults), now=job.clock.time)
    for key in ("a.a", "a.b"):
        complete(simulator, key)
    assert occurred(review(job, simulator).outcomes) == {"rejected": 1, "created": 1}
