"""T7: files made to harm whoever opens them end in exit code 2 and a sentence, with nothing sent, in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import FILES

from gcbulk.simulator import Simulator
from shell import Shell, clean_environment, service_options

MOST_MEMORY_MB = 700
"""The most that all of them may take together, the libraries' own 150 MB among it."""
LONG_S = 300
"""How long to wait for what takes seconds, before the test fails."""
ALL = """
import contextlib, io, json, sys
from benchmarks.child import peak_bytes
from gcbulk.cli import main

for path in sys.argv[1:]:
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = main(["check", path, "--no-report"])
    print(json.dumps({"code": code, "said": said.getvalue()}), flush=True)
print(peak_bytes() // 2**20)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one file in a folder for each case."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, (name, make) in enumerate(FILES.values()):
        (folder / str(number)).mkdir()
        (folder / str(number) / name).write_bytes(make())
    return folder


def path_of(folder: Path, case: str) -> Path:
    """Give the file of a case."""
    return folder / str(list(FILES).index(case)) / FILES[case][0]


@pytest.mark.parametrize("verb", ["push", "submit"])
@pytest.mark.parametrize("case", FILES)
def test_nothing_is_sent(shell: Shell, folder: Path, simulate: Callable[..., Simulator], verb: str, case: str) -> None:
    """The file is refused before the service is asked anything, with its name, what is wrong, and no traceback."""
    simulator = simulate()
    path = path_of(folder, case)
    before = path.read_bytes()
    ran = shell.run(verb, path, *service_options(simulator, "--yes", "--journal", folder / "journal.sqlite3"))
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert path.stem in ran.err
    assert simulator.exchanges == []
    assert path.read_bytes() == before, "the file was changed"
    assert [one.name for one in path.parent.iterdir()] == [path.name], "something was left beside it"
    assert not (folder / "evil.xml").exists()


def test_all_of_them_together_take_little(folder: Path, tmp_path: Path) -> None:
    """One process that looks at one after the other lives, needs no more memory than for a workbook, and ends."""
    paths = [str(path_of(folder, case)) for case in FILES]
    ran = subprocess.run(
        [sys.executable, "-c", ALL, *paths],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=True,
    )
    *told, memory_mb = map(json.loads, ran.stdout.splitlines())
    assert {case: one["code"] for case, one in zip(FILES, told, strict=True)} == dict.fromkeys(FILES, 2)
    assert memory_mb < MOST_MEMORY_MB
    assert ran.stderr == ""
