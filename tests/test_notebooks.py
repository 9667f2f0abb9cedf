"""Notebooks: the project's run as they are, hold no results when they are committed, and never a key or a token."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbclient
import nbformat
import pytest
from submit_jobs import FIRST, player

from gcbulk.simulator import Simulator
from shell import clean_environment

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST_S = 300
BY_NAME = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.")


def _notebook(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that notebooks run in, and keep their files in."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def executed(folder: Path) -> dict[str, str]:
    """Run every notebook once, in an empty home, and give what each looks like then."""
    environ = {**clean_environment(folder), "TMPDIR": str(folder), "IPYTHONDIR": str(folder / "ipython")}
    return {path.stem: json.dumps(_execute(_notebook(path), folder, environ)) for path in NOTEBOOKS}


def _execute(notebook: nbformat.NotebookNode, folder: Path, environ: Mapping[str, str]) -> nbformat.NotebookNode:
    """Run a notebook's cells; those that are marked so may fail."""
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, timeout=LONGEST_S, kernel_name="python3", resources=resources).execute(
        env=dict(environ)
    )
    return notebook


@BY_NAME
def test_a_notebook_is_committed_without_results(path: Path) -> None:
    """What somebody's run printed is nobody else's: no outputs, no counts."""
    for cell in _notebook(path).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@BY_NAME
def test_a_notebook_runs(path: Path, executed: dict[str, str]) -> None:
    """Every cell runs, and the job is done: rows created, rows rejected, and nothing twice."""
    for said in ("created", "rejected", "unchanged", "id-character"):
        assert said in executed[path.stem]
    assert "Traceback" not in executed[path.stem]
    assert "row/s" in executed[path.stem], "a push shows how far it is by itself"


@BY_NAME
def test_an_executed_notebook_holds_no_secret(path: Path, executed: dict[str, str], folder: Path) -> None:
    """Neither the key nor a token is in what a notebook shows (T1)."""
    keys = list(folder.rglob("*.p8"))
    assert keys
    for key in keys:
        secret = "".join(key.read_text().splitlines()[1:-1])
        assert base64.b64decode(secret)
        assert secret[:40] not in executed[path.stem]
        assert "PRIVATE KEY" not in executed[path.stem]
    assert not TOKEN.search(executed[path.stem])


SHOWN = """
%xmode Verbose
import logging, gcbulk, gcbulk.service.transport
from gcbulk.settings import PROCESS
logging.basicConfig(level=logging.DEBUG)
service = gcbulk.connect("com.example.game", base_url={base_url!r})
display(PROCESS, service, service.settings, service.settings.credentials, service.session.signer, service.client)
---
plan = gcbulk.plan(gcbulk.check("game.csv"), service)
display(plan, gcbulk.push(plan, service))
---
progress = gcbulk.check_submissions("progress.csv", bundle_id="com.example.game")
display(progress, gcbulk.submit(progress, service))
---
%whos
---
def sings(canary):
    raise ValueError
sings("-".join(["canary", "2"]))
---
gcbulk.connect("com.example.none", base_url={base_url!r})
---
gcbulk.service.transport._reply = lambda response: 1 / 0
gcbulk.connect("com.example.game", base_url={base_url!r})
---
gcbulk.settings.load_pem_private_key = lambda *_, **__: 1 / 0
gcbulk.connect("com.example.game", base_url={base_url!r})
"""
FAILING = 4


def _made_of(cells: Sequence[str]) -> nbformat.NotebookNode:
    """A notebook of these cells, the last ones of which may fail."""
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    notebook.cells = [nbformat.v4.new_code_cell(code) for code in cells]  # type: ignore[no-untyped-call]
    for cell in notebook.cells[-FAILING:]:
        cell.metadata["tags"] = ["raises-exception"]
    return notebook


def test_a_notebook_of_somebody_who_looks_at_everything_holds_no_secret(simulator: Simulator, tmp_path: Path) -> None:
    """T1, T8: the key in its environment, everything shown, talkative logs and tracebacks: no key, no token."""
    pem = simulator.key_path.read_text()
    simulator.add_achievement(FIRST)
    (tmp_path / "game.csv").write_text("Reference Name,Achievement ID,Points,Hidden,Repeatable\nA,a.b,5,No,No\n")
    (tmp_path / "progress.csv").write_text(f"Player ID,Achievement ID,Percent\n{player(7)},{FIRST},50\n")
    environ = {
        **clean_environment(tmp_path),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "ASC_KEY_ID": simulator.key_id,
        "ASC_ISSUER_ID": simulator.issuer_id,
        "ASC_PRIVATE_KEY": pem,
    }
    notebook = _execute(_made_of(SHOWN.format(base_url=simulator.base_url).split("\n---\n")), tmp_path, environ)
    cells = notebook.cells
    shown = re.sub(r"\\u001b\[[0-9;]*m", "", json.dumps(notebook))
    errors = [output.ename for cell in cells for output in cell.outputs if output.output_type == "error"]
    assert errors == ["ValueError", "SettingsError", "ZeroDivisionError", "ZeroDivisionError"]
    assert "created" in shown
    assert "canary-2" in shown, "tracebacks do not show variables, so nothing was proved"
    assert pem.splitlines()[1][:40] not in shown
    assert not TOKEN.search(shown)
    logged = "".join(output.text for cell in cells for output in cell.outputs if output.get("name") == "stderr")
    assert "httpcore" in logged
    assert player(7)[3:] not in logged
