"""The notebooks run as they are, hold no results when they are committed, and never a key or a token."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import nbclient
import nbformat
import pytest

from shell import clean_environment

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST_S = 120
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
    found = {}
    for path in NOTEBOOKS:
        notebook = _notebook(path)
        client = nbclient.NotebookClient(
            notebook, timeout=LONGEST_S, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        client.execute(env=environ)
        found[path.stem] = json.dumps(notebook)
    return found


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
