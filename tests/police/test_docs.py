"""The documents say what the package does: names, codes, exit codes, headers, dependencies, and links that lead on."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

import gcbulk
from gcbulk.cli.arguments import EXIT_CODES, parser
from gcbulk.files import FILE_CODES
from gcbulk.kinds.achievements import FAMILY, KINDS
from gcbulk.records import OutcomeKind
from gcbulk.simulator import Switches
from gcbulk.tables.codes import CODES
from gcbulk.tables.headers import HeaderWords, read_headings

ROOT = Path(__file__).parents[2]
README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
DOCS = sorted(ROOT.glob("docs/*.md"))
PAGES = [README, CONTRIBUTING, ROOT / "CHANGELOG.md", *DOCS]
MOST_DEPENDENCIES = 14
PUBLIC = sorted(dir(gcbulk))


def text(path: Path) -> str:
    """What a page says."""
    return path.read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def declared() -> list[str]:
    """The names of the run-time dependencies."""
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    return [re.split(r"[<>=\[ ;]", requirement)[0].lower() for requirement in project["dependencies"]]


def stub(package: str) -> set[str]:
    """The names that type checkers see in a package."""
    tree = ast.parse(text(ROOT / package / "__init__.pyi"))
    return {alias.asname or "" for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_public_names_are_those_of_the_stub() -> None:
    """What type checkers see is what there is."""
    astray = (stub("gcbulk") - {"pipeline"} | {"__version__"}) ^ set(PUBLIC)
    assert not astray, f"only one of _HOMES in gcbulk/__init__.py and gcbulk/__init__.pyi has {astray}"


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_documented(name: str) -> None:
    """Every public name is in docs/python.md, and has a docstring."""
    assert re.search(rf"`gcbulk\.{name}\b", text(ROOT / "docs" / "python.md")), f"docs/python.md lacks `gcbulk.{name}`"
    assert name == "__version__" or getattr(gcbulk, name).__doc__


def test_exit_codes_in_the_readme_are_those_of_the_help() -> None:
    """README has the help's text on exit codes word for word."""
    assert EXIT_CODES in text(README)


def test_every_verb_is_in_the_readme() -> None:
    """README's table of verbs has each of them, and no other."""
    listed = re.findall(r"^\| `gcbulk ([a-z]+)[^`]*` \|", text(README), re.MULTILINE)
    verbs = re.findall(r"^    ([a-z]+)\b", parser().format_help(), re.MULTILINE)
    assert sorted(listed) == sorted(verbs), (
        "README's table of verbs needs a line `| `gcbulk VERB ...` | ... |` for each"
    )


@pytest.mark.parametrize("outcome", list(OutcomeKind), ids=str)
def test_every_outcome_is_explained(outcome: OutcomeKind) -> None:
    """README's table of outcomes has each of them."""
    assert f"| `{outcome}` |" in text(README)


@pytest.mark.parametrize("code", [*CODES, *FILE_CODES])
def test_every_code_is_documented(code: str) -> None:
    """docs/codes.md has a line for every complaint of a check and for every file that is refused."""
    is_documented = f"| `{code}` |" in text(ROOT / "docs" / "codes.md")
    assert is_documented, "docs/codes.md is not current: run `make generated`"


@pytest.mark.parametrize("title", sorted({column.title for kind in KINDS.values() for column in kind.columns}))
def test_every_column_is_documented(title: str) -> None:
    """docs/sheets.md has a line for every column that a check reads."""
    is_documented = f"| {title} |" in text(ROOT / "docs" / "sheets.md")
    assert is_documented, f'docs/sheets.md, "Headers", needs a line that begins with "| {title} |"'


def test_documented_headers_are_understood() -> None:
    """Every header that docs/sheets.md names for a column means that column."""
    section = text(ROOT / "docs" / "sheets.md").split("## Headers")[1].split("A header of your own")[0]
    lines = re.findall(r"^\| ([A-Z][\w -]+) \| [^|]+ \| (`.+`) \|$", section, re.MULTILINE)
    assert len(lines) >= 10
    for title, aliases in lines:
        meanings = {
            read_headings([header], {}, HeaderWords(FAMILY.columns))[0].column
            for header in [title, *re.findall(r"`([^`]+)`", aliases)]
        }
        assert len(meanings) == 1, f"the headers that docs/sheets.md names for {title} mean {meanings}"
        assert None not in meanings, f"no column's aliases have one of the headers of {title} in docs/sheets.md"


def test_assumptions_name_switches_that_there_are() -> None:
    """Whatever docs/assumptions.md calls a switch is one, and every switch of something not known is there."""
    page = text(ROOT / "docs" / "assumptions.md")
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page))
    assert named <= {*Switches.__dataclass_fields__}
    doc = Switches.__doc__ or ""
    unknown = re.findall(r"^\s+(\w+): [^:]*?\[(?:not known|reports differ)\]", doc, re.MULTILINE)
    assert len(unknown) > 8
    assert set(unknown) <= named


def test_dependencies_have_their_reason() -> None:
    """CONTRIBUTING gives a reason for each run-time dependency, and for nothing else; there are at most fourteen."""
    listed = re.findall(r"^\| ([a-z][\w-]+) \| .+ \|$", text(CONTRIBUTING), re.MULTILINE)
    assert sorted(set(listed) - {"package"}) == sorted(declared())
    assert len(declared()) <= MOST_DEPENDENCIES


def test_contributing_fits_on_two_pages() -> None:
    """CONTRIBUTING is short enough to be read: a page on the house, and one of recipes."""
    lines = text(CONTRIBUTING).count("\n")
    assert lines <= 200, f"{lines} lines: take something out for what you put in"


def test_the_changelog_keeps_its_form() -> None:
    """The newest section is on top, and the sections are those of Keep a Changelog."""
    page = text(ROOT / "CHANGELOG.md")
    assert re.search(r"^## \[(Unreleased|\d+\.\d+\.\d+)\]", page, re.MULTILINE)
    kinds = set(re.findall(r"^### (.+)$", page, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file or a heading of the project has something at its end."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text(page)):
        path, _, anchor = target.partition("#")
        place = page.parent / path if path else page
        assert place.exists(), target
        assert not anchor or anchor in anchors(text(place)), target
