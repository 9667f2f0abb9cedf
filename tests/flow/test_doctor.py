"""``gcbulk doctor``: whatever is wrong is found, said in a line, with what to do; and nothing is changed by looking."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from submit_jobs import FIRST, SCORE_HEADERS, SubmitJob, player, progress

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Action, Outcome, OutcomeKind, Role, Step
from gcbulk.reporting.doctor import Finding, Level
from gcbulk.runs.doctor import examine
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.lock import RunLock
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.exchange import Json
from jobs import Job, TurnedClock
from shell import BUNDLE_ID, Shell, service_options

Simulate = Callable[..., Simulator]


class Patient:
    """Somebody with a key, an app and a journal.

    Args:
        simulator: the service.
        clock: the time on this machine.
        folder: the state folder.
    """

    def __init__(self, simulator: Simulator, clock: TurnedClock, folder: Path) -> None:
        self.simulator = simulator
        self.clock = clock
        self.folder = folder
        self.journal = folder / "journal.sqlite3"

    def seen(self, **given: Json) -> dict[str, Finding]:
        """Look at everything, by what each finding is about."""
        usual: dict[str, Json] = {
            "bundle_id": BUNDLE_ID,
            "base_url": self.simulator.base_url,
            "key_id": self.simulator.key_id,
            "issuer_id": self.simulator.issuer_id,
            "key_path": self.simulator.key_path,
        }
        found = examine(clock=self.clock, environ={"GCBULK_HOME": str(self.folder)}, **usual | given)
        assert all(finding.todo for finding in found if finding.level is not Level.OK and finding.about in ADVISED)
        about = {finding.about: finding for finding in found}
        assert len(about) == len(found), "two findings about one thing"
        return about


ADVISED = {"clock", "limits", "app", "game center", "role", "access", "folder", "requests"}
"""What is always told with something to do; the others say it in their text."""
EVERYTHING = ["key", "service", "clock", "limits", "app", "game center", "group", "role", "folder", "journal"]
EVERYTHING += ["requests", "lock"]


@pytest.fixture
def patient(simulate: Simulate, clock: TurnedClock, tmp_path: Path) -> Patient:
    """Give somebody with whom everything is right."""
    folder = tmp_path / "state"
    patient = Patient(simulate(now=clock.time), clock, folder)
    JournalFile(patient.journal).close()
    with RunLock(patient.journal, "app").exclusive():
        pass
    return patient


def bad(found: dict[str, Finding]) -> dict[str, Level]:
    """Give what is not fine."""
    return {about: finding.level for about, finding in found.items() if finding.level is not Level.OK}


def test_all_is_well(patient: Patient) -> None:
    """Everything is looked at, and every finding is fine; the service was read and not changed."""
    found = patient.seen()
    assert list(found) == EVERYTHING
    assert bad(found) == {}
    assert "Example Quest (com.example.game)" in found["app"].text
    assert "left of 3,600" in found["limits"].text
    assert "it knows of 0 runs" in found["journal"].text
    assert {method for method, _, _ in patient.simulator.ledger.requests} == {"GET"}
    assert len(patient.simulator.exchanges) == 3


def test_nothing_is_there_yet(patient: Patient, tmp_path: Path) -> None:
    """Before the first run there is neither folder nor journal, and looking makes none."""
    found = patient.seen(journal=tmp_path / "none" / "journal.sqlite3")
    assert bad(found) == {}
    assert "not there yet" in found["folder"].text
    assert "not there yet" in found["journal"].text
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("ahead_s", "words"),
    [
        (7200, "2 hours behind"),
        (-7200, "2 hours ahead of"),
        (90, "90 seconds behind"),
        (86_400 * 3, "3 days behind"),
        (-600, "10 minutes ahead of"),
    ],
    ids=str,
)
def test_a_clock_that_is_wrong(patient: Patient, simulate: Simulate, ahead_s: float, words: str) -> None:
    """The difference is told, and everything else is looked at all the same, with tokens by the service's clock."""
    world = simulate(Switches(clock_offset_s=ahead_s), now=patient.clock.time)
    patient.simulator = world
    found = patient.seen()
    assert bad(found) == {"clock": Level.WARNING}
    assert words in found["clock"].text
    assert list(found) == EVERYTHING


def test_a_key_that_was_revoked(patient: Patient) -> None:
    """A second 401 by the right clock is about the key; nothing further is asked."""
    patient.simulator.revoke_key()
    found = patient.seen()
    assert bad(found) == {"access": Level.PROBLEM}
    assert "revoked" in str(found["access"].todo)
    assert len(patient.simulator.exchanges) == 2


def test_a_key_that_others_can_read(patient: Patient) -> None:
    """A key file that is not its owner's alone is told with the command that fixes it; the service is not asked."""
    patient.simulator.key_path.chmod(0o644)
    found = patient.seen()
    assert bad(found) == {"settings": Level.PROBLEM, "service": Level.WARNING}
    assert "chmod 600" in found["settings"].text
    assert patient.simulator.exchanges == []
    assert {"folder", "journal", "lock"} <= found.keys()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"key_id": None}, "No API key is named"),
        ({"key_path": Path("none.p8")}, "cannot be read"),
        ({"bundle_id": None}, "No app is named"),
        ({"base_url": "https://api.example.com"}, "neither Apple's service"),
    ],
    ids=["no key", "no file", "no app", "another service"],
)
def test_settings_that_are_wrong(patient: Patient, given: dict[str, Json], words: str) -> None:
    """What a run would refuse is told, and the service is not asked."""
    found = patient.seen(**given)
    assert words in found["settings"].text
    assert patient.simulator.exchanges == []


@pytest.mark.parametrize("form", ["not-found", "empty-id", "null"])
def test_game_center_is_off(patient: Patient, form: str) -> None:
    """An app without Game Center is told with where to turn it on, in whatever form the service says it."""
    patient.simulator.change(game_center_off=form)
    patient.simulator.add_app(bundle_id="com.example.other", game_center=False)
    found = patient.seen(bundle_id="com.example.other")
    assert bad(found) == {"game center": Level.PROBLEM}
    assert "Growth & Marketing" in str(found["game center"].todo)


@pytest.mark.parametrize("bundle_id", ["com.example.gam", "com.example.game2", "COM.example.game"])
def test_a_wrong_bundle_id(patient: Patient, bundle_id: str) -> None:
    """A bundle id that the key does not see is told, as it was given."""
    found = patient.seen(bundle_id=bundle_id)
    assert bad(found) == {"app": Level.PROBLEM}
    assert repr(bundle_id) in found["app"].text


def test_a_group(patient: Patient) -> None:
    """An app in a group shares its achievements, and that is said."""
    patient.simulator.add_app(bundle_id="com.example.part", group="The saga")
    found = patient.seen(bundle_id="com.example.part")
    assert bad(found) == {}
    assert "the group The saga" in found["group"].text


def test_by_detail(patient: Patient) -> None:
    """A detail's id is enough, and tells which app it is; one that is none is told."""
    found = patient.seen(bundle_id=None, detail_id=patient.simulator.app.detail)
    assert (bad(found), list(found)) == ({}, EVERYTHING)
    assert "Example Quest" in found["app"].text
    found = patient.seen(bundle_id=None, detail_id="none")
    assert bad(found) == {"game center": Level.PROBLEM}


def test_nobody_answers(patient: Patient) -> None:
    """A service that cannot be reached is told at once, without many tries."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    found = patient.seen(base_url=f"http://127.0.0.1:{port}")
    assert bad(found) == {"service": Level.PROBLEM}
    assert "cannot be reached" in found["service"].text


LISTS = r"gameCenterAchievements(V2)?$"
FAULTS = [
    (Fault("status", status=403, code="FORBIDDEN_ERROR"), "role", Level.PROBLEM, "Admin or App Manager"),
    (Fault("status", status=403, path=LISTS), "role", Level.PROBLEM, "Admin or App Manager"),
    (Fault("status", status=503), "service", Level.PROBLEM, "Try again later"),
    (Fault("status", status=503, path="gameCenterDetail$"), "service", Level.PROBLEM, "Try again later"),
    (Fault("reset", path=LISTS), "service", Level.PROBLEM, "Try again later"),
    (Fault("status", status=429), "limits", Level.WARNING, "Wait an hour"),
    (Fault("status", status=429, path=LISTS), "limits", Level.WARNING, "Wait an hour"),
]


@pytest.mark.parametrize(
    ("fault", "about", "level", "todo"), FAULTS, ids=[f"{one.status}-{one.path}-{about}" for one, about, *_ in FAULTS]
)
def test_an_answer_that_is_none(patient: Patient, fault: Fault, about: str, level: Level, todo: str) -> None:
    """Whichever of its questions is refused, what that means is told, and nothing is guessed beyond it."""
    patient.simulator.add_fault(fault)
    found = {(one.about, one.level): one for one in all_findings(patient)}
    assert todo in str(found[about, level].todo)
    assert {one for one in found if one[1] is not Level.OK} == {(about, level)}


def all_findings(patient: Patient) -> list[Finding]:
    """Look at everything, where one thing may have two findings."""
    simulator = patient.simulator
    return examine(
        clock=patient.clock,
        environ={"GCBULK_HOME": str(patient.folder)},
        bundle_id=BUNDLE_ID,
        base_url=simulator.base_url,
        key_id=simulator.key_id,
        issuer_id=simulator.issuer_id,
        key_path=simulator.key_path,
    )


def test_a_service_that_tells_no_time(patient: Patient) -> None:
    """Without a Date nothing is said of the clock but that."""
    patient.simulator.add_fault(Fault("headers", headers=(("date", "soon"),)))
    assert "named no time" in patient.seen()["clock"].text


def test_few_requests_are_left(patient: Patient, simulate: Simulate) -> None:
    """When the hour is nearly used up that is said, and by whom it may be."""
    patient.simulator = simulate(Switches(hour_limit=50), now=patient.clock.time)
    found = patient.seen()
    assert bad(found) == {"limits": Level.WARNING}
    assert "49 requests are left of 50" in found["limits"].text


def test_a_service_that_tells_no_limits(patient: Patient, simulate: Simulate) -> None:
    """Without a header nothing is made up."""
    patient.simulator = simulate(Switches(hour_limit=None), now=patient.clock.time)
    assert "does not say" in patient.seen()["limits"].text


@pytest.mark.parametrize("mode", [0o755, 0o710, 0o702])
def test_a_folder_that_others_have_rights_on(patient: Patient, mode: int) -> None:
    """T2: what is not its owner's alone is named with the command that fixes it, which it then does."""
    patient.folder.chmod(mode)
    found = patient.seen()
    # Where others can write a run refuses the journal, so that is a problem.
    refused = {"journal": Level.PROBLEM} if mode & 0o022 else {}
    assert bad(found) == {"folder": Level.WARNING} | refused
    assert found["folder"].todo == f"Make them yours alone: chmod go= '{patient.folder}'"
    patient.folder.chmod(0o700)
    (patient.folder / "rescued").mkdir(0o700)
    (patient.folder / "rescued" / "report.csv").touch(0o644)
    assert "report.csv" in str(patient.seen()["folder"].todo)


def test_a_folder_of_ones_own(patient: Patient, tmp_path: Path) -> None:
    """A journal in another folder: that one may be read by others, but not written, and the journal not read."""
    folder = tmp_path / "elsewhere"
    folder.mkdir(0o755)
    journal = folder / "my.sqlite3"
    JournalFile(journal).close()
    (folder / "notes.txt").touch(0o644)
    assert bad(patient.seen(journal=journal)) == {}
    folder.chmod(0o777)
    assert bad(patient.seen(journal=journal)) == {"folder": Level.WARNING, "journal": Level.PROBLEM}
    folder.chmod(0o755)
    journal.chmod(0o640)
    assert str(journal) in str(patient.seen(journal=journal)["folder"].todo)


def test_a_folder_that_cannot_be_written(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a journal nothing is sent, so that is a problem."""
    monkeypatch.setattr("os.access", lambda *_: False)
    assert patient.seen()["folder"].level is Level.PROBLEM


def test_a_journal_that_is_damaged(patient: Patient) -> None:
    """F22: damage is found before a run finds it."""
    with closing(JournalFile(patient.journal)) as file:
        file.begin(scope="a", verb="push", source="/a/strange/place.xlsx", at=patient.clock.now())
    content = patient.journal.read_bytes()
    patient.journal.write_bytes(content.replace(b"strange", b"strangE", 1))
    found = patient.seen()
    assert bad(found) == {"journal": Level.PROBLEM}
    assert "damaged" in found["journal"].text


def doctors(job: Job | SubmitJob, simulator: Simulator, clock: TurnedClock) -> Finding:
    """What is said of the requests of a job's journal."""
    patient = Patient(simulator, clock, job.folder)
    return patient.seen(journal=job.journal)["requests"]


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
def test_requests_whose_fate_is_not_known(
    clock: TurnedClock, simulate: Simulate, tmp_path: Path, applied: bool
) -> None:
    """A create that got no answer is told, with the command that settles it; after that command it is not told."""
    simulator = simulate(now=clock.time)
    with ExitStack() as stack:
        job = Job(tmp_path, clock, stack)
        job.fill_plain(3)
        simulator.add_fault(Fault("reset", method="POST", path="Achievements$", applied=applied))
        simulator.add_fault(Fault("status", method="GET", path=LISTS, status=503, after=1))
        assert job.push(simulator).exit == 7
        simulator.clear_faults()
        found = doctors(job, simulator, clock)
        assert found.level is Level.WARNING
        assert "What became of 3 requests is not known: 3 of gcbulk push" in found.text
        assert f"'{job.workbook}' (begun 2026-01-01 12:00 UTC)" in found.text
        assert "Run the same command again" in str(found.todo)
        assert job.push(simulator).exit == 0
        assert doctors(job, simulator, clock).level is Level.OK


@pytest.mark.parametrize(("kind", "settles"), [("submissions", True), ("scores", False)])
def test_submissions_whose_fate_is_not_known(
    clock: TurnedClock, simulate: Simulate, tmp_path: Path, kind: str, settles: bool
) -> None:
    """Progress is settled by the same command; a score is not, and that is said."""
    simulator = simulate(now=clock.time)
    simulator.add_achievement(FIRST)
    with ExitStack() as stack:
        job = SubmitJob(tmp_path, clock, stack, kind)
        if kind == "scores":
            job.fill([(player(n), "board", n, None) for n in range(4)], SCORE_HEADERS)
        else:
            job.fill(progress(4))
        simulator.add_fault(Fault("status", method="POST", nth=(2, 3), status=500, times=2))
        simulator.add_fault(Fault("reset", method="POST", nth=(3,), after=4))
        job.submit(simulator)
        left = doctors(job, simulator, clock)
        assert (left.level is Level.WARNING) is not settles
        simulator.clear_faults()
        job.submit(simulator)
        found = doctors(job, simulator, clock)
        assert (found.level is Level.OK) is settles
        assert ("could count twice" in str(found.todo)) is not settles


def test_what_a_killed_run_left_behind(patient: Patient) -> None:
    """An intent without a result is open until a later run sees what it was about; each key counts once."""
    journal, at = Journal(patient.journal), patient.clock.now()
    steps = [Step("S", n, RESOURCE, Role.THING, (f"a{n}",), Action.CREATE, {}, f"f{n}") for n in range(3)]
    with closing(journal):
        journal.begin(scope="s", verb="push", source="/a.xlsx", at=at)
        for step in steps:
            journal.intend(step, at)
        journal.record([Outcome(steps[0], OutcomeKind.CREATED, resource_id="i", sent_at=at)])
        assert "2 requests is not known: 2 of gcbulk push '/a.xlsx'" in patient.seen()["requests"].text
        journal.begin(scope="s", verb="push", source="/b.xlsx", at=at)
        journal.record([Outcome(steps[1], OutcomeKind.NOT_ATTEMPTED), Outcome(steps[2], OutcomeKind.BLOCKED)])
        journal.record([Outcome(steps[1], OutcomeKind.NOT_ATTEMPTED, resource_id="i")])
        assert "2 of gcbulk push '/a.xlsx'" in patient.seen()["requests"].text
        journal.intend(steps[2], at)
        assert "1 of gcbulk push '/a.xlsx'" in patient.seen()["requests"].text
        journal.record([Outcome(step, OutcomeKind.EXISTED, resource_id="i") for step in steps[1:]])
    assert bad(patient.seen()) == {}


NEEDLESS = [
    Step("", 0, RESOURCE, Role.VERSION, ("a",), Action.CREATE, {}, "f", parent=("a",)),
    Step("", 0, RESOURCE, Role.ORDER, ("order",), Action.UPDATE, {}, "f"),
    Step("", 0, RESOURCE, Role.THING, ("a",), Action.DELETE, {}, "f", resource_id="i"),
    Step("S", 2, RESOURCE, Role.THING, ("a",), Action.CREATE, {}, "f"),
    Step("S", 2, RESOURCE, Role.IMAGE, ("a", "en-US"), Action.CREATE, {}, "f"),
]


@pytest.mark.parametrize("step", NEEDLESS, ids=["version", "order", "deletion", "row", "picture"])
def test_what_needs_no_doing_any_more(patient: Patient, step: Step) -> None:
    """What the same command has no step for is settled when that has come to its end; nothing else settles it."""

    def run(source: str, stopped: str | None = None, scope: str = "s", *, killed: bool = False) -> Level:
        journal.begin(scope=scope, verb="push", source=source, at=at)
        journal.record([Outcome(other, OutcomeKind.UNCHANGED, resource_id="j")])
        if not killed:
            journal.end(stopped)
        return patient.seen()["requests"].level

    journal, at = Journal(patient.journal), patient.clock.now()
    other = Step("S", 9, RESOURCE, Role.THING, ("other",), Action.UNCHANGED, {}, "f")
    with closing(journal):
        journal.begin(scope="s", verb="push", source="/a.xlsx", at=at)
        journal.intend(step, at)
        assert run("/a.xlsx", killed=True) is Level.WARNING
        assert run("/a.xlsx", "It was interrupted.") is Level.WARNING
        assert run("/b.xlsx") is Level.WARNING
        assert run("/a.xlsx", scope="t") is Level.WARNING
        assert run("/a.xlsx") is Level.OK
        journal.begin(scope="s", verb="push", source="/a.xlsx", at=at)
        journal.intend(step, at)
        journal.begin(scope="s", verb="push", source="/a.xlsx", at=at)
        journal.record([Outcome(step, OutcomeKind.BLOCKED)])
        journal.end(None)
        assert patient.seen()["requests"].level is Level.WARNING, "it was still to be done"
        assert [run.stopped for run in journal.runs()][-1] is None


@contextmanager
def held(journal: Path) -> Iterator[None]:
    """Hold the lock of a run."""
    with RunLock(journal, "app").exclusive():
        yield


def test_a_run_is_on(patient: Patient) -> None:
    """A run that is on is told, and let be."""
    with held(patient.journal):
        found = patient.seen()
        assert bad(found) == {"lock": Level.WARNING}
        assert "A run is on" in found["requests"].text


def test_a_lock_that_cannot_be_taken(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock's file that cannot be used is told."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr("gcbulk.service.lock.FileLock.acquire", refuse)
    assert bad(patient.seen()) == {"lock": Level.PROBLEM}


def test_from_the_command_line(
    patient: Patient, simulate: Simulate, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line each on standard error, one object with --json, and exit code 0 or 2."""
    monkeypatch.setenv("GCBULK_HOME", str(patient.folder))
    simulator = simulate()
    shell = Shell(patient.folder, capsys)
    ran = shell.run("doctor", *service_options(simulator))
    assert (ran.code, ran.out) == (0, "")
    assert "ok       key          " in ran.err
    assert ran.err.endswith("0 problems, 0 warnings.\n")
    simulator.revoke_key()
    ran = shell.run("doctor", *service_options(simulator), "--json")
    assert ran.code == ran.found["exit"] == 2
    problem = next(one for one in ran.found["findings"] if one["level"] == "problem")
    assert (problem["about"], list(problem)) == ("access", ["about", "level", "text", "todo"])
