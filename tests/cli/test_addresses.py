"""T3, T4, T5, T9: where a run goes to, and that nothing but its options decides that."""

from __future__ import annotations

import argparse
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from loopback import Server, answer, read_request, tls
from PIL import Image
from submit_jobs import FIRST, player

import gcbulk
from gcbulk.cli.arguments import parser
from gcbulk.simulator import Simulator
from jobs import Job, occurred
from shell import Shell, push, service_options

VERBS = ("push", "plan", "submit", "pull", "review", "doctor")


def command(verb: str, job: Job, *options: object) -> tuple[object, ...]:
    """A command that would reach the service."""
    job.fill_plain(1)
    progress = job.folder / "progress.csv"
    progress.write_text(f"Player ID,Achievement ID,Percent\n{player(1)},{FIRST},50\n")
    files = {"submit": [progress], "pull": [job.folder / "live.xlsx"], "doctor": []}
    sure = ["--yes"] if verb in ("push", "submit", "review") else []
    return (verb, *files.get(verb, [job.workbook]), *options, *sure)


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Server]:
    """A server whose certificate nobody but itself vouches for, and what it was sent."""
    with closing(Server(lambda peer, _: pytest.fail(f"it was sent {read_request(peer)!r}"), tls(tmp_path))) as server:
        yield server


@pytest.mark.parametrize("verb", VERBS)
def test_a_certificate_nobody_vouches_for_stops_every_verb(
    shell: Shell, job: Job, simulator: Simulator, stranger: Server, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """T4: it is said to be the certificate, nothing is sent, and no name in the environment changes that."""
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(job.folder / "cert.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(job.folder))
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    ran = shell.run(*command(verb, job, *service_options(simulator, "--base-url", stranger.url)))
    assert ran.code == (2 if verb == "doctor" else 7)
    assert "certificate" in ran.err
    assert "Traceback" not in ran.err
    assert stranger.connections == 1


def options() -> list[str]:
    """Every option of every verb."""
    verbs = next(one for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    return sorted({name for verb in verbs.choices.values() for one in verb._actions for name in one.option_strings})


def test_no_switch_turns_the_proof_off() -> None:
    """T4: neither an option nor a word of the code does."""
    assert "--base-url" in options()
    assert [name for name in options() if re.search(r"verif|insecure|cert|tls|ssl|trust|proxy", name)] == []
    for path in Path(gcbulk.__file__).parent.rglob("*.py"):
        words = r"verify\s*=\s*False|CERT_NONE|check_hostname|trust_env\s*=\s*True|_create_unverified"
        assert not re.search(words, path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("url", ["https://evil.invalid", "http://10.0.0.1", "http://localhost@evil.invalid"])
@pytest.mark.parametrize("verb", VERBS)
def test_another_service_is_refused_before_anything_is_asked(
    shell: Shell, job: Job, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, verb: str, url: str
) -> None:
    """T5: exit 2 with the address, and no name is even looked up."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **_: pytest.fail(f"{asked} was looked up"))
    ran = shell.run(*command(verb, job, *service_options(simulator, "--base-url", url)))
    assert ran.code == 2
    assert "base URL" in ran.err
    assert simulator.exchanges == []


def test_no_cell_fetches_or_sends_anything_else(shell: Shell, job: Job, simulator: Simulator) -> None:
    """T9: what leads out of the workbook's folder is its row's error, however it is written; the texts go."""
    inside = job.folder / "game"
    inside.mkdir()
    Image.new("RGB", (512, 512)).save(job.folder / "secret.png")
    (inside / "link.png").symlink_to(job.folder / "secret.png")
    (inside / "away").symlink_to(job.folder)
    job.workbook = inside / "game.xlsx"
    with closing(Server(lambda peer, _: peer.sendall(answer(b"")))) as server:
        cells = [
            "link.png",
            "away/secret.png",
            "../secret.png",
            "..\\secret.png",
            str(job.folder / "secret.png"),
            f"file://{job.folder}/secret.png",
            "~/../secret.png",
            f"{server.url}/a.png",
            f"//127.0.0.1:{server.port}/a.png",
            f"\\\\127.0.0.1@{server.port}\\a.png",
        ]
        count = len(cells)
        job.fill(
            [(f"A {n}", f"com.example.a{n}", 5, "No", "Yes", cell) for n, cell in enumerate(cells)],
            [(f"com.example.a{n}", "en-US", "N", "B", "A") for n in range(count)],
            more=["Image"],
        )
        ran = push(shell, job, simulator, "--json")
        assert server.connections == 0
    assert ran.code == 3
    assert occurred(ran.found["outcomes"]) == {"created": 2 * count, "rejected": count}
    assert simulator.uploads == []
