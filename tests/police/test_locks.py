"""What is installed is locked: all that pyproject.toml asks for, by version and hash, from nowhere special."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PYPROJECT["dependency-groups"]
RUN = PYPROJECT["project"]["dependencies"]
ASKED = {
    "run": [*RUN, *GROUPS["build"]],
    "test": [*RUN, *GROUPS["build"], *GROUPS["test"], *GROUPS["check"]],
    "bench": [*RUN, *GROUPS["build"], *GROUPS["bench"]],
    "clients": GROUPS["clients"],
    "pandas2": GROUPS["pandas2"],
    "tools": GROUPS["tools"],
}
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)( ; [^\\]+)?(?P<hashes>( \\\n    --hash=sha256:[0-9a-f]{64})+)\n"
)


def pins(path: Path) -> list[re.Match[str]]:
    """Give every locked version of a file; a package may have several, for several systems."""
    return list(PIN.finditer(path.read_text(encoding="utf-8")))


def test_there_is_a_lock_for_each_purpose() -> None:
    """Running, testing, measuring, the oldest pandas and the tools each have theirs."""
    assert [path.stem for path in LOCKS] == sorted(ASKED)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_everything_in_it_is_pinned_by_hash(path: Path) -> None:
    """Besides pins and comments there is nothing in a lock: no address, no path, no option."""
    rest = PIN.sub("", path.read_text(encoding="utf-8"))
    assert len(pins(path)) > len(ASKED[path.stem])
    assert [line for line in rest.splitlines() if not line.strip().startswith("#")] == []
    assert not re.search(r"://|file:|--(?!hash)|(^|\s)/", rest)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_it_holds_what_is_asked_for(path: Path) -> None:
    """Every requirement of pyproject.toml is in the lock, in a version that it allows."""
    versions: dict[str, list[str]] = {}
    for pin in pins(path):
        versions.setdefault(pin["name"], []).append(pin["version"])
    for asked in map(Requirement, ASKED[path.stem]):
        found = versions.get(canonicalize_name(asked.name), [])
        assert found, f"{asked} is not locked: make lock"
        assert all(asked.specifier.contains(version) for version in found), f"{asked} is locked as {found}: make lock"


def test_what_is_tested_is_what_runs() -> None:
    """The packages that gcbulk runs with are locked to the same versions wherever they are locked."""
    run = {(pin["name"], pin["version"]) for pin in pins(ROOT / "requirements" / "run.txt")}
    for name in ("test", "bench"):
        assert run <= {(pin["name"], pin["version"]) for pin in pins(ROOT / "requirements" / f"{name}.txt")}


def test_the_oldest_pandas_changes_nothing_else() -> None:
    """What `make pandas2` puts over what is tested is the oldest pandas allowed, and pytz, which only that needs."""
    tested, oldest = (
        {(pin["name"], pin["version"]) for pin in pins(ROOT / "requirements" / f"{name}.txt")}
        for name in ("test", "pandas2")
    )
    other = dict(oldest - tested)
    assert other.keys() == {"pandas", "pytz"}
    (asked,) = (one for one in map(Requirement, RUN) if one.name == "pandas")
    assert f">={'.'.join(other['pandas'].split('.')[:2])}" in {str(one) for one in asked.specifier}
