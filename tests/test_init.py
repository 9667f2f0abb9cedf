"""The package itself: its public names, and that they cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import gcbulk
import gcbulk.files
from shell import clean_environment

PUBLIC = sorted(dir(gcbulk))
LAZY = """
import sys, gcbulk
assert not {"pandas", "httpx", "openpyxl"} & sys.modules.keys()
assert set(gcbulk.__all__) == set(dir(gcbulk))
gcbulk.check
assert "pandas" in sys.modules
"""


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_there(name: str) -> None:
    """Every name of ``__all__`` can be had."""
    assert getattr(gcbulk, name) is not None


@pytest.mark.parametrize("module", [gcbulk, gcbulk.files], ids=lambda module: module.__name__)
def test_an_unknown_name_is_an_attribute_error(module: ModuleType) -> None:
    """A name that is not there fails as any module's would."""
    with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'pul'"):
        _ = module.pul


def test_a_name_of_the_first_notebooks_is_still_there() -> None:
    """``gcbulk.pipeline.Progress``, which the documentation named, is what it was."""
    assert gcbulk.pipeline.Progress is gcbulk.Progress


def test_errors_are_one_tree() -> None:
    """Everything that gcbulk raises on purpose can be caught at once."""
    errors = [getattr(gcbulk, name) for name in PUBLIC if name.endswith("Error")]
    assert len(errors) == 10
    assert all(issubclass(error, gcbulk.GcbulkError) for error in errors)


def test_import_loads_nothing_heavy(tmp_path: Path) -> None:
    """Pandas and the rest are loaded when a name is first used."""
    ran = subprocess.run(
        [sys.executable, "-c", LAZY], env=clean_environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
