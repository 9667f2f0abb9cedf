"""The commands and the code of README and docs run as they are written."""

from __future__ import annotations

import ast
import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from gcbulk.cli.arguments import parser
from gcbulk.files.sample import write_sample
from gcbulk.simulator import Simulator
from shell import STRANGERS, Shell

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Yes:
    """Somebody at a keyboard who says yes."""

    def isatty(self) -> bool:
        """Say that somebody sits there."""
        return True

    def readline(self) -> str:
        """Say yes."""
        return "y\n"


def blocks(path: Path, kind: str) -> list[str]:
    """The fenced blocks of one kind of a page."""
    return [code for found, code in FENCE.findall(path.read_text(encoding="utf-8")) if found == kind]


def commands() -> list[str]:
    """Every line of every shell block of every page."""
    return [line for page in PAGES for code in blocks(page, "sh") for line in code.splitlines() if line.strip()]


@pytest.fixture
def real_key(simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Simulator:
    """A machine with a key and a workbook, on which Apple's address leads to the simulator."""
    for name in [name for name in os.environ if name.startswith(STRANGERS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ASC_KEY_ID", simulator.key_id)
    monkeypatch.setenv("ASC_ISSUER_ID", simulator.issuer_id)
    monkeypatch.setenv("ASC_PRIVATE_KEY_PATH", str(simulator.key_path))
    monkeypatch.setattr("gcbulk.runs.shared.connection.APPLE", simulator.base_url)
    monkeypatch.setattr(sys, "stdin", Yes())
    monkeypatch.chdir(tmp_path)
    return simulator


def test_every_command_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line of a shell block is a command that there is, with options that there are."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(commands()) > 10
    for line in commands():
        words = shlex.split(line.partition(" > ")[0])
        if words[0] == "gcbulk":
            assert parser().parse_args(words[1:]).verb == words[1]
        elif words[0] == "make":
            assert words[1] in targets
        else:
            assert words[0] in ("export", "pip", "python"), line


def test_the_commands_of_the_readme_run(
    real_key: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the template to the push, every gcbulk command runs in the order of the page."""
    shell = Shell(tmp_path, capsys)
    lines = [line for code in blocks(ROOT / "README.md", "sh") for line in code.splitlines()]
    ran = []
    for line in lines:
        verb, *rest = shlex.split(line)[1:] if line.startswith("gcbulk ") else ["", ""]
        if verb in ("check", "plan", "push", "template"):
            if verb == "plan":
                write_sample(tmp_path / "achievements.xlsx")  # as if the template had been filled in
            assert shell.run(verb, *rest).code in ((3,) if verb == "push" else (0, 2)), line
            ran.append(verb)
    assert {"template", "check", "plan", "push"} <= set(ran)
    assert len(real_key.ledger.ids("gameCenterAchievements")) == 25


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_python_of_a_page_runs(
    page: Path, real_key: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every block of Python runs as it is, in the order of the page."""
    write_sample(tmp_path / "achievements.xlsx")
    for code in blocks(page, "python"):
        exec(compile(ast.parse(code), page.name, "exec"), {})  # the project's own documents
    assert "Traceback" not in capsys.readouterr().err
