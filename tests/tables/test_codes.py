from __future__ import annotations

import re
from pathlib import Path

import pytest

from gcbulk.files.file_codes import FILE_CODES
from gcbulk.kinds import families
from gcbulk.planning.codes import RUN_CODES
from gcbulk.tables import codes
from gcbulk.tables.code import error, warning
from gcbulk.tables.codes import CODES, ROW_CODES, as_markdown
from gcbulk.tables.codes_cells import CELLS, IMAGES
from gcbulk.tables.codes_tables import ROWS, SHEETS

ROOT = Path(__file__).parents[2]


def sources() -> str:
    """The source of whatever judges sheets, without the lists of codes."""
    rooms = [ROOT / "gcbulk" / name for name in ("sheets", "tables", "kinds")]
    modules = [path for room in rooms for path in room.glob("*.py") if not path.name.startswith("codes")]
    return "\n".join(path.read_text("utf-8") for path in modules)


def test_the_page_of_codes_is_current() -> None:
    """docs/codes.md says what the registry says."""
    committed = (ROOT / "docs" / "codes.md").read_text("utf-8")
    assert committed == as_markdown(FILE_CODES, RUN_CODES), "docs/codes.md is not current: run `make generated`"


def test_a_kind_declares_the_codes_of_its_own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """They join the list and the section that they name, or a section of their own, which stands before pictures."""
    monkeypatch.setattr(codes, "CODES", {**CODES})
    monkeypatch.setattr(codes, "_SECTIONS", {title: {**own} for title, own in codes._SECTIONS.items()})
    torn, lost = error("The toy is torn.", "Sew it."), warning("The toy is lost.", "Look for it.")
    codes.declare({ROW_CODES: {"toy-torn": torn}, "Toys": {"toy-lost": lost}})
    assert (codes.CODES["toy-torn"], codes.CODES["toy-lost"]) == (torn, lost)
    page = as_markdown({}, {})
    titles = ["## Rows", "| `toy-torn` | error |", "## Cells", "## Toys", "| `toy-lost` | warning |", "## Pictures"]
    assert sorted(titles, key=page.index) == titles


def test_no_code_is_declared_twice() -> None:
    """What a kind declares is the meaning of its code wherever it is looked up."""
    declared = [own for family in families().values() for own in family.codes.values()]
    assert all(CODES[name] is code for own in declared for name, code in own.items())
    assert not {name for own in declared for name in own} & {*SHEETS, *ROWS, *CELLS, *IMAGES}


@pytest.mark.parametrize("name", CODES)
def test_a_code_is_kebab_case_and_says_what_to_do(name: str) -> None:
    """Every code is kebab-case and has a sentence for what it means and one for what to do."""
    code = CODES[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert code.meaning.endswith(".")
    assert code.advice.endswith(".")


def test_every_code_is_used() -> None:
    """The registry holds no code that a check never gives."""
    source = sources()
    by_length = {f"{name}-{end}" for name in ("name", "description") for end in ("long", "too-long")}
    idle = {name for name in CODES if f'"{name}"' not in source} - by_length
    assert not idle, f"no rule gives {idle}: write the rule, or take the code out of the list"


def test_every_code_of_a_rule_is_listed() -> None:
    """A cell or a row that breaks a rule finds its code in the registry."""
    given = {*re.findall(r'\b(?:Rule|RowFilter)\(\s*"([a-z-]+)"', sources())}
    assert len(given) > 50
    missing = given - set(CODES)
    assert not missing, f"declare {missing} in gcbulk/tables/codes_*.py, or in `codes` of the kind's Family"
