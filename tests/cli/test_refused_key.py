"""A key or a role that is refused is a matter of settings: exit 2, and what to compare."""

from __future__ import annotations

from dataclasses import replace

import pytest
from submit_jobs import FIRST, player

import gcbulk
from gcbulk.simulator import Fault, Simulator
from jobs import Job, occurred
from shell import Ran, Shell, service_options

VERBS = ("plan", "push", "submit", "pull", "review", "doctor")
STRANGE = "11111111-2222-3333-4444-555555555555"


def command(verb: str, job: Job) -> list[object]:
    """A command that would reach the service."""
    job.fill_plain(2)
    progress = job.folder / "progress.csv"
    progress.write_text(f"Player ID,Achievement ID,Percent\n{player(1)},{FIRST},50\n")
    files: dict[str, list[object]] = {"submit": [progress], "pull": [job.folder / "live.xlsx"], "doctor": []}
    sure = ["--yes"] if verb in ("push", "submit", "review") else []
    return [verb, *files.get(verb, [job.workbook]), *sure]


def ran(shell: Shell, job: Job, simulator: Simulator, verb: str, *more: object) -> Ran:
    """Run a verb with the simulator's key, and other options behind it, which win."""
    return shell.run(*command(verb, job), *service_options(simulator, "--bundle-id", "com.example.game", *more))


@pytest.mark.parametrize("verb", VERBS)
def test_a_refused_key_is_2_with_what_to_compare(shell: Shell, job: Job, simulator: Simulator, verb: str) -> None:
    """401 twice at the first call: nothing was sent, and what tries again on 7 does not try for ever."""
    for issuer, form in ((STRANGE, "of the usual form"), ("acme", "not of the usual form")):
        found = ran(shell, job, simulator, verb, "--issuer-id", issuer)
        assert found.code == 2
        assert "Traceback" not in found.err
        if verb != "doctor":
            assert simulator.key_id in found.err
            assert form in found.err
            assert "Users and Access" in found.err
    assert all(method == "GET" for method, _, _ in simulator.ledger.requests)


@pytest.mark.parametrize("verb", VERBS)
def test_a_refused_role_is_2(shell: Shell, job: Job, simulator: Simulator, verb: str) -> None:
    """403 at the first call: the key may nothing here."""
    simulator.add_fault(Fault("status", status=403, path="/v1/apps"))
    found = ran(shell, job, simulator, verb)
    assert found.code == 2
    assert verb == "doctor" or simulator.key_id in found.err


@pytest.mark.parametrize(("verb", "rows"), [("push", 4), ("submit", 1)])
def test_a_key_that_is_refused_before_the_first_row_is_2_with_a_report(
    shell: Shell, job: Job, simulator: Simulator, verb: str, rows: int
) -> None:
    """The key may read and is refused at the first row: the report says so of each, nothing went through, exit 2."""
    simulator.add_achievement(FIRST)
    simulator.add_fault(Fault("status", status=401, method="POST"))
    found = ran(shell, job, simulator, verb, "--json")
    assert found.code == found.found["exit"] == 2
    assert occurred(found.found["outcomes"]) == {"not_attempted": rows}
    assert found.found["report"]


def test_a_key_that_is_revoked_on_the_way_is_7_and_then_2(shell: Shell, job: Job, simulator: Simulator) -> None:
    """Rows were sent, and 2 would deny it; the same command again is 2, and with a good key it finishes."""
    simulator.add_fault(Fault("status", status=401, method="POST", after=2))
    first = ran(shell, job, simulator, "push", "--json")
    assert first.code == 7
    assert occurred(first.found["outcomes"]) == {"created": 2, "not_attempted": 2}
    simulator.clear_faults()
    simulator.add_fault(Fault("status", status=401))
    assert ran(shell, job, simulator, "push").code == 2
    simulator.clear_faults()
    assert ran(shell, job, simulator, "push").code == 0


def test_python_says_the_same(job: Job, simulator: Simulator) -> None:
    """The exception has the exit code, the status, and no secret."""
    settings = job.service(simulator).settings
    service = gcbulk.Service(replace(settings, credentials=replace(settings.credentials, issuer_id="acme")))
    with service, pytest.raises(gcbulk.ApiError, match="not of the usual form") as caught:
        gcbulk.plan(gcbulk.check(job.fill_plain(1)), service)
    assert (caught.value.exit_code, caught.value.status) == (2, 401)
