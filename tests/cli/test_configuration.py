"""Profiles in gcbulk.toml, what gcbulk config shows of them, and runs that may only read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import gcbulk
from gcbulk.errors import SettingsError
from gcbulk.settings import READ_ONLY
from gcbulk.simulator import Simulator
from jobs import Job
from shell import BUNDLE_ID, Shell, service_options

Simulate = Callable[..., Simulator]


def own_file(shell: Shell, simulator: Simulator) -> Path:
    """Write the user's own file, with a profile that leads to a simulator."""
    path = shell.folder / "home" / ".gcbulk" / "gcbulk.toml"
    path.parent.mkdir(parents=True, mode=0o700)
    path.write_text(
        f'''
        requests_per_hour = 3000
        [profile.rehearsal]
        bundle_id = "{BUNDLE_ID}"
        base_url = "{simulator.base_url}"
        key_id = "{simulator.key_id}"
        issuer_id = "{simulator.issuer_id}"
        key_path = "{simulator.key_path}"
        [profile.empty]
        '''
    )
    path.chmod(0o600)
    return path


def progress(folder: Path) -> Path:
    """Write a file of a player's progress, without an app."""
    path = folder / "progress.csv"
    path.write_text(f"Player ID,Achievement ID,Percent\nA:_{1:032x},com.example.a0,50\n")
    return path


def test_a_profile_is_all_that_a_command_needs(shell: Shell, job: Job, simulate: Simulate) -> None:
    """App, address and key come from the file, for every verb that talks to the service, and in Python."""
    simulator = simulate(now=job.clock.time)
    own_file(shell, simulator)
    job.fill_plain(1)
    pushed = shell.run("push", job.workbook, "--profile", "rehearsal", "--yes", "--json")
    assert (pushed.code, pushed.found["outcomes"]["created"]) == (0, 2), pushed.err
    for words in (
        ("plan", job.workbook),
        ("doctor",),
        ("pull", shell.folder / "live.xlsx"),
        ("review", "--all", "--yes"),
        ("check", progress(shell.folder)),
        ("submit", progress(shell.folder), "--yes"),
        ("report", progress(shell.folder)),
    ):
        ran = shell.run(*words, "--profile", "rehearsal")
        assert ran.code == (3 if words[0] == "review" else 0), (words, ran.err)
    with gcbulk.connect(profile="rehearsal") as service:
        assert (service.settings.bundle_id, service.settings.requests_per_hour) == (BUNDLE_ID, 3000)


def test_the_variable_names_a_profile_too(
    shell: Shell, job: Job, simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GCBULK_PROFILE stands for the option, and the option wins."""
    simulator = simulate(now=job.clock.time)
    own_file(shell, simulator)
    job.fill_plain(1)
    monkeypatch.setenv("GCBULK_PROFILE", "rehearsal")
    assert shell.run("plan", job.workbook).code == 0
    ran = shell.run("plan", job.workbook, "--profile", "empty")
    assert (ran.code, "No API key is named" in ran.err) == (2, True)


def test_config_shows_where_each_is_set_and_nothing_of_the_key(
    shell: Shell, simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files, then each option with its value and its source; what the environment holds of a key is not shown."""
    simulator = simulate()
    own = own_file(shell, simulator)
    work = shell.folder / "work"
    work.mkdir()
    (work / "gcbulk.toml").write_text('bundle_id = "com.example.near"\nrequests_per_minute = 30\n')
    monkeypatch.setenv("GCBULK_READ_ONLY", "1")
    ran = shell.run("config", work / "a.xlsx", "--profile", "rehearsal", "--requests-per-hour", "5", "--json")
    shown = {name: (one["value"], one["source"]) for name, one in ran.found["options"].items()}
    profile = f"{own}, profile rehearsal"
    assert shown == {
        "bundle_id": (BUNDLE_ID, profile),
        "base_url": (simulator.base_url, profile),
        "key_id": (simulator.key_id, profile),
        "issuer_id": (simulator.issuer_id, profile),
        "key_path": (str(simulator.key_path), profile),
        "journal": (str(own.parent / "journal.sqlite3"), "usual"),
        "requests_per_hour": (5, "argument"),
        "requests_per_minute": (30, str(work / "gcbulk.toml")),
        "read_only": (True, "GCBULK_READ_ONLY"),
    }
    assert ran.found["files"] == [str(work / "gcbulk.toml"), str(own)]
    assert f"Read: {own}" in ran.err
    secret = simulator.key_path.read_text()
    monkeypatch.setenv("ASC_PRIVATE_KEY", secret)
    hidden = shell.run("config", "--json")
    assert hidden.found["options"]["key_id"] == {"value": None, "source": "ASC_PRIVATE_KEY"}
    assert secret.splitlines()[1] not in hidden.out + hidden.err
    assert "(there)" in hidden.err


def test_a_file_that_came_with_a_workbook_leads_nowhere_else(shell: Shell, job: Job, simulate: Simulate) -> None:
    """Beside a workbook it may not say where tokens go: refused before anything is read or sent, whatever the verb."""
    simulator = simulate(now=job.clock.time)
    own_file(shell, simulator)
    job.fill_plain(1)
    (job.workbook.parent / "gcbulk.toml").write_text('[profile.rehearsal]\nbase_url = "http://127.0.0.1:9"\n')
    for verb in ("check", "plan", "push", "submit", "review", "report"):
        sure = ("--yes",) if verb in ("push", "submit", "review") else ()
        ran = shell.run(verb, job.workbook, *sure, "--profile", "rehearsal")
        assert (ran.code, "base_url may not stand beside a workbook" in ran.err) == (2, True), verb
    assert simulator.exchanges == []


@pytest.mark.parametrize("how", ["option", "variable", "profile"])
def test_what_may_only_read_writes_nothing(
    shell: Shell, job: Job, simulate: Simulate, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Every verb that changes something there is refused with 2; those that only look do their work."""
    simulator = simulate(now=job.clock.time)
    simulator.add_achievement("com.example.a0", referenceName="Old", points=1)
    job.fill_plain(1)
    options = service_options(simulator, *(("--read-only",) if how == "option" else ()))
    if how == "variable":
        monkeypatch.setenv("GCBULK_READ_ONLY", "yes")
    if how == "profile":
        (job.workbook.parent / "gcbulk.toml").write_text("read_only = true\n")
    file = progress(job.workbook.parent)
    for words in (("push", job.workbook), ("submit", file), ("review", job.workbook)):
        ran = shell.run(*words, *options, "--yes")
        assert (ran.code, ran.err.endswith(f"gcbulk: {READ_ONLY}\n")) == (2, True), (words, ran.err)
    for words in (("plan", job.workbook), ("plan", file)):
        assert shell.run(*words, *options).code == 0
    assert simulator.ledger.writes() == 0


def test_python_may_only_read_as_well(job: Job, simulate: Simulate) -> None:
    """A plan can be made and a pull be taken; a push and a submission are refused, and so is any write beneath them."""
    simulator = simulate(now=job.clock.time)
    job.fill_plain(1)
    service = job.service(simulator, read_only=True)
    plan = gcbulk.plan(job.checked(), service)
    assert plan.requests > 0
    with pytest.raises(SettingsError, match="only reading is allowed"):
        gcbulk.push(plan, service)
    rows = pd.DataFrame({"Player ID": [f"A:_{1:032x}"], "Achievement ID": ["com.example.a0"], "Percent": [50]})
    simulator.add_achievement("com.example.a0")
    with pytest.raises(SettingsError, match="only reading is allowed"):
        gcbulk.submit(rows, service)
    assert simulator.ledger.writes() == 0
    allowed = job.service(simulator)
    assert "created" in set(gcbulk.push(gcbulk.plan(job.checked(), allowed), allowed)["outcome"])


def test_the_demo_goes_by_nothing_that_is_set(shell: Shell) -> None:
    """It leads to its own simulator, whatever the user's file says."""
    own = shell.folder / "home" / ".gcbulk" / "gcbulk.toml"
    own.parent.mkdir(parents=True, mode=0o700)
    own.write_text('read_only = true\ndetail_id = "5"\nbase_url = "http://127.0.0.1:9"\n')
    own.chmod(0o600)
    assert shell.run("demo", "--dir", shell.folder / "demo").code == 0
