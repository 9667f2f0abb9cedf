"""Which character separates the columns of a text file, worked out from its first records and never guessed.

If that leaves a doubt, the error names the candidates and the option that settles it.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import PurePath
from statistics import mode

from gcbulk.errors import WorkbookError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
SAMPLE_CHARACTERS = 64 * 1024
_EXCEL_HINT = re.compile(r"sep=([,;|\t])(?:\r\n|\r|\n|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a delimiter fits the sample: the shares of its records that it splits, and splits alike."""

    delimiter: str
    split: float
    alike: float


def excel_hint(sample: str) -> tuple[str, int] | None:
    """Read the line ``sep=;`` that Excel understands at the top of a file and does not show as a row.

    Args:
        sample: the beginning of the text.

    Returns:
        The delimiter and the length of the line; None where there is no such line.
    """
    hint = _EXCEL_HINT.match(sample)
    return (hint[1], hint.end()) if hint else None


def named_delimiter(name: str) -> str:
    """Return the delimiter that the option asks for, by the character itself or by its name.

    Args:
        name: such as ``;`` or ``semicolon``.

    Raises:
        WorkbookError: it is none that can be read.
    """
    names = {word: sign for sign, word in DELIMITERS.items()} | {"\\t": "\t", "bar": "|", "pipe": "|"}
    sign = names.get(name.lower(), name)
    if sign not in DELIMITERS:
        raise WorkbookError(
            f"The delimiter {name!r} cannot be read. Use one of: {', '.join(DELIMITERS.values())}.",
            code="unknown-delimiter",
        )
    return sign


def find_delimiter(sample: str, path: PurePath) -> str:
    """Tell which character separates the columns.

    A character that splits every record into the same number of cells wins, if it is the only one; else one that
    splits nearly every record while no other splits more than a few.

    Args:
        sample: the text from its first line that is not blank on.
        path: the file, for the message.

    Returns:
        The delimiter; a comma where no candidate occurs and each record is one cell.

    Raises:
        WorkbookError: more than one fits.
    """
    fits = [fit for fit in (_fit(sample, sign) for sign in DELIMITERS) if fit.split > 0]
    winners = fits if len(fits) == 1 else _clear_of_others(fits)
    if len(fits) > 1 and len(winners) != 1:
        *names, last = [DELIMITERS[fit.delimiter] for fit in fits]
        raise WorkbookError(
            f"{path.name}: the columns could be separated by {', '.join(names)} or {last}. Say which with"
            f" --delimiter, for example --delimiter {names[0]}.",
            code="ambiguous-delimiter",
        )
    return winners[0].delimiter if winners else ","


def _clear_of_others(fits: list[_Fit]) -> list[_Fit]:
    """Return those that split all records alike; where there is none, those that alone split nearly all."""
    strong = [fit for fit in fits if fit.alike == 1]
    if strong:
        return strong
    usual = [fit for fit in fits if fit.split >= 0.9]
    rare = [fit for fit in fits if fit.split <= 0.1]
    return usual if len(usual) + len(rare) == len(fits) else []


def first_records(sample: str, delimiter: str) -> list[list[str]]:
    """Take the beginning of a text apart, leaving out a last record that may be cut off.

    Args:
        sample: the beginning of the text.
        delimiter: what separates the cells.

    Returns:
        Its complete records; blank lines are empty ones.
    """
    records = list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    return records[:-1] if len(sample) >= SAMPLE_CHARACTERS and len(records) > 1 else records


def _fit(sample: str, delimiter: str) -> _Fit:
    widths = [len(record) for record in first_records(sample, delimiter) if record]
    usual = mode(widths)
    alike = widths.count(usual) / len(widths) if usual > 1 else 0
    return _Fit(delimiter, sum(width > 1 for width in widths) / len(widths), alike)
