"""A key and its tokens are nowhere but in the key file: not in what is printed, logged or written (T1, T8)."""

from __future__ import annotations

import base64
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from submit_jobs import FIRST, player

from gcbulk.service.signing import Signer
from gcbulk.simulator import Fault, Simulator, Switches
from jobs import Job
from shell import Ran, Shell, push, service_options

LOGGED = "receive_response_headers.complete"  # what httpcore says of an answer
TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.")
CREATES = r"/v2/gameCenterAchievements$"
WORLDS = {
    "well": (),
    "refused-key": (Fault("status", status=401, method="POST"),),
    "refused-rows": (Fault("status", status=409, method="POST", path=CREATES, code="ENTITY_ERROR"),),
    "outage": (Fault("reset", method="POST"),),
}


def everything(folder: Path, key: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file below a folder but the key, workbooks unpacked."""
    for path in folder.rglob("*"):
        if path.is_file() and path != key:
            yield path, path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as package:
                    yield from ((path / name, package.read(name)) for name in package.namelist())


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect every token that is signed."""
    seen: list[str] = []
    sign = Signer.token

    def spy(self: Signer) -> str:
        seen.append(sign(self))
        return seen[-1]

    monkeypatch.setattr(Signer, "token", spy)
    return seen


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Collect what everybody logs, at its most talkative, the libraries too."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("world", WORLDS)
def test_no_key_and_no_token_is_told_or_kept(
    shell: Shell,
    job: Job,
    simulate: Callable[..., Simulator],
    tokens: list[str],
    logs: pytest.LogCaptureFixture,
    world: str,
) -> None:
    """However a push ends, neither streams nor logs, report, journal or any other file hold the key or a token."""
    simulator = simulate(Switches(faults=WORLDS[world]), now=job.clock.time)
    job.fill_plain(2)
    ran = push(shell, job, simulator, "--json", "--settle-wait", "1")
    assert tokens
    assert any("journal" in str(place) for place, _ in everything(job.folder, simulator.key_path))
    searched(job, simulator, tokens, ran, logs)


def test_no_other_verb_tells_or_keeps_them(
    shell: Shell, job: Job, simulate: Callable[..., Simulator], tokens: list[str], logs: pytest.LogCaptureFixture
) -> None:
    """Pictures, plans, pulls, reviews, reports and a look at the set-up: none shows the key or a token."""
    simulator = simulate(now=job.clock.time)
    Image.new("RGB", (512, 512)).save(job.folder / "a.png")
    job.fill([("A", "a.b", 5, "No", "Yes", "a.png")], [("a.b", "en-US", "N", "B", "A")], more=["Image"])
    options = service_options(simulator, "--json")
    for arguments in (
        ("push", job.workbook, *options, "--yes"),
        ("plan", job.workbook, *options, "--plan-sheet", "--out", job.folder / "plan.json"),
        ("pull", job.folder / "live.xlsx", *options, "--images", job.folder / "images"),
        ("review", job.workbook, *options, "--yes"),
        ("review", "--all", *options, "--yes"),
        ("doctor", *options),
        ("report", job.workbook, "--json"),
        ("report", "--all", "--report", job.folder / "review.csv", "--json"),
    ):
        ran = shell.run(*arguments)
        assert ran.code == 0, ran.err
        searched(job, simulator, tokens, ran, logs)
    assert len(simulator.uploads) == 1
    assert LOGGED in logs.text


@pytest.mark.parametrize("status", [201, 409, 500])
def test_no_player_is_in_a_log(
    shell: Shell, job: Job, simulate: Callable[..., Simulator], logs: pytest.LogCaptureFixture, status: int
) -> None:
    """T8: what is logged at its most talkative names no player, whatever became of their progress."""
    simulator = simulate(now=job.clock.time)
    simulator.add_achievement(FIRST)
    if status != 201:
        simulator.add_fault(Fault("status", method="POST", status=status, times=2))
    path = job.folder / "progress.csv"
    path.write_text("Player ID,Achievement ID,Percent\n" + "".join(f"{player(n)},{FIRST},50\n" for n in (7, 8, 9)))
    ran = shell.run("submit", path, *service_options(simulator, "--yes", "--json", "--journal", job.journal))
    assert len(simulator.ledger.submitted) > 0
    assert LOGGED in logs.text
    kept = [content.decode("latin-1") for _, content in everything(job.folder / "state", simulator.key_path)]
    for n in (7, 8, 9):
        assert not [text for text in (logs.text, ran.out, ran.err, *kept) if player(n)[3:] in text]


def searched(job: Job, simulator: Simulator, tokens: list[str], ran: Ran, logs: pytest.LogCaptureFixture) -> None:
    """Look for the key and the tokens in everything that a run left behind."""
    pem = simulator.key_path.read_bytes()
    secret = b"".join(pem.split(b"\n")[1:-2])
    canaries = [secret, secret[:48], base64.b64decode(secret), pem, *{token.encode() for token in tokens}]
    texts = [("stdout", ran.out.encode()), ("stderr", ran.err.encode()), ("logs", logs.text.encode())]
    for place, content in [*texts, *everything(job.folder, simulator.key_path)]:
        assert not [canary for canary in canaries if canary in content], place
        assert not TOKEN.search(content), place
    assert not simulator.exchanges or LOGGED in logs.text


def test_the_canary_would_sing(tmp_path: Path, simulator: Simulator) -> None:
    """The search finds a token and a key where there is one: inside a workbook's parts too."""
    with zipfile.ZipFile(tmp_path / "leak.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sheet.xml", simulator.token())
    found = [place for place, content in everything(tmp_path, simulator.key_path) if TOKEN.search(content)]
    assert found == [tmp_path / "leak.xlsx" / "xl/sheet.xml"]


@pytest.mark.parametrize("how", ["path", "text", "json"])
def test_a_broken_key_is_not_shown(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """A key that cannot be used is named, never quoted, wherever it came from."""
    job.fill_plain(1)
    broken = simulator.key_path.read_text().replace("PRIVATE KEY", "PRIVAT KEY")
    inside = broken.splitlines()[1]
    options: list[object] = ["--bundle-id", "com.example.game", "--key-id", "ABC", "--yes"]
    if how == "text":
        monkeypatch.setenv("ASC_PRIVATE_KEY", broken)
    else:
        path = job.folder / "broken"
        path.touch(0o600)
        path.write_text(broken)
        options += ["--key-path" if how == "path" else "--api-key-json", path]
    ran = shell.run("push", job.workbook, *options)
    assert ran.code == 2
    assert inside not in ran.err + ran.out


def test_options_take_the_path_of_a_key_never_the_key(shell: Shell) -> None:
    """No option takes a key itself: command lines are seen by everybody on the machine."""
    told = shell.run("push", "--help").out
    assert "--key-path PATH" in told
    assert not re.search(r"--(private-)?key[ =]", told)
