"""The list of every issue code that a check can report: those of the engine, and those that kinds have declared.

docs/codes.md is generated from it by `as_markdown`.
"""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.tables.code import Code
from gcbulk.tables.codes_cells import CELLS, IMAGES
from gcbulk.tables.codes_tables import ROWS, SHEETS
from gcbulk.tables.flags import NO, YES

ROW_CODES = "Rows"
"""The section of codes that rules between rows give."""
CELL_CODES = "Cells"
"""The section of codes that the rules of cell types give."""

_SECTIONS: dict[str, dict[str, Code]] = {
    "File, sheets and columns": {**SHEETS},
    ROW_CODES: {**ROWS},
    CELL_CODES: {**CELLS},
}
_PICTURES = "Pictures"
CODES: dict[str, Code] = {**SHEETS, **ROWS, **CELLS, **IMAGES}
"""Every code of a check."""


def declare(codes: Mapping[str, Mapping[str, Code]]) -> None:
    """Let the codes of a kind's own rules be known.

    Args:
        codes: the section of docs/codes.md, `ROW_CODES`, `CELL_CODES` or one of the kind's own -> its codes.
    """
    for section, own in codes.items():
        _SECTIONS.setdefault(section, {}).update(own)
        CODES.update(own)


_INTRODUCTION = """\
# Codes of a check

Made from `gcbulk/*/codes*.py`; a test keeps it current. An **error** keeps its row from being sent, or the whole
file where it belongs to no row; a **warning** keeps nothing from being sent.
"""


def as_markdown(files: Mapping[str, str], runs: Mapping[str, str]) -> str:
    """The content of docs/codes.md: every code with its severity, meaning and remedy, and the words for yes and no.

    Args:
        files: code -> meaning, of what keeps a file from being read at all; the files room lists them.
        runs: code -> meaning, of what a plan or a run says of a row; the planning room lists them.

    Returns:
        The page, ending in a line break.
    """
    parts = {**_SECTIONS, _PICTURES: IMAGES}
    return "\n".join(
        [_INTRODUCTION, *(_section(title, codes) for title, codes in parts.items()), *_others(files, runs), _words()]
    )


def _section(title: str, codes: Mapping[str, Code]) -> str:
    """One table of codes under its title."""
    head = [f"## {title}", "", "| code | severity | what it means | what to do |", "|---|---|---|---|"]
    lines = [f"| `{name}` | {code.severity} | {code.meaning} | {code.advice} |" for name, code in codes.items()]
    return "\n".join([*head, *lines, ""])


def _others(files: Mapping[str, str], runs: Mapping[str, str]) -> list[str]:
    """The tables of what does not come from a rule: the message says what to do."""
    return [
        _plain("Plans and runs", "A code in capital letters is the service's own.", runs),
        _plain("Files that cannot be read", "The message says what to do.", files),
    ]


def _plain(title: str, note: str, codes: Mapping[str, str]) -> str:
    """One table of codes without severities."""
    head = [f"## {title}", "", note, "", "| code | what it means |", "|---|---|"]
    return "\n".join([*head, *(f"| `{name}` | {meaning} |" for name, meaning in codes.items()), ""])


def _words() -> str:
    """The words for yes and no, as a section of the page."""
    yes, no = (" ".join(f"`{word}`" for word in sorted(words)) for words in (YES, NO))
    case = "In any case, and as a spreadsheet's own TRUE and FALSE."
    return f"## Words for yes and no\n\n{case}\n\n- Yes: {yes}\n- No: {no}\n"
