"""What kind of formula a cell holds, as far as it matters: sums and counts over other cells, and pictures.

Nothing is calculated; results are the ones stored in the file. A shared formula is written out only in the first of
its cells, and the others refer to it by number (ECMA-376 part 1, 18.3.1.40).
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SUMS, PICTURE, STRUCK = 1, 2, 4  # marks of a cell, added up
SharedMarks = dict[str, int]
"""The marks of shared formulas, by their numbers."""

# A function that takes many cells together, with a range or a table's column in its brackets.
_SUMS = (
    r"(?i)(^|[^A-Z0-9_.])(SUBTOTAL|AGGREGATE|SUM|SUMIFS?|SUMPRODUCT|COUNT|COUNTA|COUNTBLANK|COUNTIFS?|AVERAGE|AVERAGEA"
    r"|AVERAGEIFS?|MIN|MAX|MEDIAN|ROWS|DSUM|DCOUNTA?)\([^()]*[:\[]"
)
_PICTURE = r"(?i)^(_xlfn\.)?IMAGE\("
_SHARED = re.compile(r"""\ssi\s*=\s*["']([0-9]+)["']""")


def marks_of(formulas: pa.Array, attributes: pa.Array, shared: SharedMarks) -> npt.NDArray[np.int8]:
    """The marks of formulas: `SUMS`, `PICTURE` or 0.

    Args:
        formulas: as they are written, without the equals sign; empty where one refers to a shared formula.
        attributes: what their tags say beside.
        shared: the marks of shared formulas so far; those that are found here are added.
    """
    marks = np.zeros(len(formulas), np.int8)
    for pattern, mark in ((_SUMS, SUMS), (_PICTURE, PICTURE)):
        matches = pc.match_substring_regex(formulas, pattern).to_numpy(zero_copy_only=False)
        marks[np.asarray(matches, bool)] |= mark
    is_shared = np.asarray(pc.match_substring(attributes, "si=").to_numpy(zero_copy_only=False), bool)
    if is_shared.any():
        _share(marks, formulas, attributes, np.flatnonzero(is_shared), shared)
    return marks


def _share(
    marks: npt.NDArray[np.int8],
    formulas: pa.Array,
    attributes: pa.Array,
    positions: npt.NDArray[np.int64],
    shared: SharedMarks,
) -> None:
    """Give the marks of shared formulas to the cells that refer to them."""
    encoded = attributes.take(pa.array(positions)).dictionary_encode()
    numbers = [_number(text) for text in encoded.dictionary.to_pylist()]
    written = np.asarray(pc.greater(pc.binary_length(formulas.take(pa.array(positions))), 0))
    codes = np.asarray(encoded.indices)
    for code, mark in zip(codes[written], marks[positions[written]], strict=True):
        shared[numbers[code]] = int(mark)
    of_code = np.array([shared.get(number, 0) for number in numbers], np.int8)
    marks[positions[~written]] = of_code[codes[~written]]


def _number(attributes: str) -> str:
    """The number of a shared formula."""
    shared = _SHARED.search(f" {attributes}")
    return shared[1] if shared else ""
