"""The environment that make sets up is the one that was asked for, and .ci/run uses none that lies around."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETS_UP = "-m venv --clear"

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment as make leaves it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    (folder / ".installed").touch()
    return folder


def would(*arguments: str, target: str = "demo") -> str:
    """What make would do for the demo, or for another target."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTHON"))}
    command = ["make", "-n", target, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout


def test_an_environment_is_kept_for_the_same_python(environment: Path) -> None:
    """Who names no Python, or the one that it was made with, waits for nothing."""
    assert SETS_UP not in would(f"VENV={environment}")
    assert SETS_UP not in would(f"VENV={environment}", f"PYTHON={sys.executable}")


def test_an_environment_is_made_anew_for_another_python(environment: Path, tmp_path: Path) -> None:
    """Another Python, or one that does not run, is not ignored in silence."""
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho /usr 3.99.0\n")
    other.chmod(0o755)
    for python in (other, tmp_path / "none"):
        assert SETS_UP in would(f"VENV={environment}", f"PYTHON={python}")


def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path) -> None:
    """A Python that was updated or removed under an environment leaves nothing that runs."""
    (tmp_path / ".installed").touch()
    assert SETS_UP in would(f"VENV={tmp_path}")


def test_pandas_2_is_what_is_installed_last(environment: Path) -> None:
    """What brings pandas 3 back, as the locks of tests and benchmarks do, is followed by pandas 2.3 again."""
    for at, name in enumerate((".installed", ".tested", ".benched", ".pandas2")):
        (environment / name).touch()
        os.utime(environment / name, ns=(at, time.time_ns() + at * 10**9))
    given = (f"VENV={environment}", f"PYTHON={sys.executable}")
    replaces = "requirements/pandas2.txt"
    assert replaces not in would(*given, target=f"{environment}/.pandas2")
    for name in (".tested", ".benched"):
        os.utime(environment / name, ns=(0, time.time_ns() + 10**11))
        assert replaces in would(*given, target=f"{environment}/.pandas2")
        os.utime(environment / name, ns=(0, time.time_ns()))


def test_pandas_2_has_an_environment_of_its_own() -> None:
    """Who tries the tests with pandas 2.3 keeps the environment that they work in."""
    done = would(target="pandas2")
    assert "build/environments/pandas2" in done
    assert ".venv" not in done.replace("build/environments", "")


@pytest.mark.skipif(not (ROOT / ".ci" / "run").exists(), reason="this is no clone")
def test_what_decides_makes_its_own_environments() -> None:
    """Each target that .ci/run makes is told which environment to use, below a folder that is made for the run."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "envs=$(mktemp -d)" in script
    assert all("$envs" in line for line in re.findall(r"^.*\bmake --no-print.*$", script, re.MULTILINE))
    assert ".venv" not in script
