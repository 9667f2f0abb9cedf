from __future__ import annotations

import re
from pathlib import Path

import pytest

from gcbulk.files.file_codes import FILE_CODES
from gcbulk.planning.codes import RUN_CODES
from gcbulk.tables.codes import CODES, as_markdown

ROOT = Path(__file__).parents[2]


def test_the_page_of_codes_is_current() -> None:
    """docs/codes.md says what the registry says."""
    committed = (ROOT / "docs" / "codes.md").read_text("utf-8")
    assert committed == as_markdown(FILE_CODES, RUN_CODES), "make generated"


@pytest.mark.parametrize("name", CODES)
def test_a_code_is_kebab_case_and_says_what_to_do(name: str) -> None:
    """Every code is kebab-case and has a sentence for what it means and one for what to do."""
    code = CODES[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert code.meaning.endswith(".")
    assert code.advice.endswith(".")


def test_every_code_is_used_and_every_used_code_is_listed() -> None:
    """The registry holds exactly the codes that a check can give."""
    rooms = [ROOT / "gcbulk" / name for name in ("sheets", "tables", "kinds")]
    modules = [path for room in rooms for path in room.glob("*.py") if not path.name.startswith("codes")]
    source = "\n".join(path.read_text("utf-8") for path in modules)
    by_length = {f"{name}-{end}" for name in ("name", "description") for end in ("long", "too-long")}
    used = {name for name in CODES if f'"{name}"' in source} | by_length
    assert used == set(CODES)
