"""A key and its tokens are nowhere but in the key file: not in what is printed, nor in what is written (T1)."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcbulk.service.signing import Signer
from gcbulk.simulator import Fault, Simulator, Switches
from jobs import Job
from shell import Shell, push

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


@pytest.mark.parametrize("world", WORLDS)
def test_no_key_and_no_token_is_told_or_kept(
    shell: Shell, job: Job, simulate: Callable[..., Simulator], tokens: list[str], world: str
) -> None:
    """However a push ends, neither streams nor report, journal or any other file hold the key or a token."""
    simulator = simulate(Switches(faults=WORLDS[world]), now=job.clock.time)
    job.fill_plain(2)
    ran = push(shell, job, simulator, "--json", "--settle-wait", "1")
    assert tokens
    pem = simulator.key_path.read_bytes()
    secret = b"".join(pem.split(b"\n")[1:-2])
    canaries = [secret, secret[:48], base64.b64decode(secret), pem, *{token.encode() for token in tokens}]
    texts = [("stdout", ran.out.encode()), ("stderr", ran.err.encode())]
    searched = [*texts, *everything(job.folder, simulator.key_path)]
    assert any("journal" in str(place) for place, _ in searched)
    for place, content in searched:
        assert not [canary for canary in canaries if canary in content], place
        assert not TOKEN.search(content), place


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
