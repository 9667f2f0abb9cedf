"""Error values that spreadsheets and pandas leave, as text, in place of what was typed.

In a workbook an error has its own cell type; in a CSV saved from that workbook, or in a frame, it is ordinary text.
Every column checks against this one list, whatever kind of file its cells come from.

Source: https://support.microsoft.com/office/hide-error-values-and-error-indicators (Excel's errors; the translated ones
are what Excel saves in those languages)
Source: https://help.libreoffice.org/latest/en-US/text/scalc/05/02140000.html (LibreOffice's)
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gcbulk.tables.cells import SPACE, TEXT, Cells, having
from gcbulk.tables.vocabulary import words

ERRORS = words(
    "#n/a #ref! #value! #name? #div/0! #null! #num! #spill! #calc! #getting_data #field! #blocked! #unknown! #connect! "
    "#external! #busy! #python! #timeout! #circ! #error! #err! #addin? #macro? #unavailable! #fmt! #n/a! "
    # German, French, Spanish, Italian, Portuguese, Dutch, Polish
    "#nv #bezug! #wert! #zahl! #leer! #überlauf! #valeur! #nom? #nombre! #nul! #propagation! "
    "#n/d #¡ref! #¡valor! #¿nombre? #¡div/0! #¡nulo! #¡num! #¡desbordamiento! #rif! #valore! #nome? #nullo! #valor! "
    "#núm! #nulo! #n/b #verw! #waarde! #naam? #deel/0! #leeg! #getal! #adr! #arg! #nazwa? #dziel/0! #zero! #liczba! "
    # Swedish, Danish, Norwegian, Finnish, Turkish, Czech, Hungarian, Russian
    "#saknas! #referens! #värdefel! #namn? #division/0! #ogiltigt! #skärning! #i/t #reference! #værdi! #navn? #verdi! "
    "#puuttuu! #viittaus! #arvo! #nimi? #jako/0! #luku! #tyhjä! #yok #başv! #değer! #ad? #sayı/0! #sayi/0! #sayı! "
    "#sayi! #boş! #odkaz! #hodnota! #název? #dělení_nulou! #číslo! #hiányzik #hiv! #érték! #név? #zéróosztó! #szám! "
    "#н/д #ссылка! #знач! #имя? #дел/0! #число! #пусто!"
)
"""The errors of spreadsheets, in lower case."""
SCIENTIFIC = r"^[+-]?[0-9]([.,][0-9]+)?[eE][+-][0-9]+$"
"""What a spreadsheet makes of a long number, such as 1.23E+05."""
FLOAT = r"^[+-]?[0-9]+\.0+$"
"""What pandas makes of a whole number in a column with gaps, such as 101.0."""
PLACEHOLDERS = words("nan none null <na> nat undefined todo tbd fixme tba lorem loading loading... loading… n/a \\n")
"""Texts that programs and drafts have for nothing, in lower case."""

_MAY_BE_ERROR = r"^#|^[Ee][Rr][Rr]:"
_LIBREOFFICE = r"^[Ee][Rr][Rr]:[0-9]{3}$"
_CUT_OFF = r"^#+$"
# A number below 1 or with zeros in front is no group of thousands; one with a comma is not a number anywhere.
_UNCLEAR = rf"^[+-]?[1-9][0-9]{{0,2}}\.[0-9]{{3}}({SPACE}*[%％])?$"
# {x}, {0}, ${x}, %d, %1$s, %@, %(x)s, &amp;, and a line break or a code point as it stands in source code.
_LEFTOVER = (
    r"\{[A-Za-z0-9_.:]*\}"
    r"|(^|[^0-9%])%([0-9]\$)?(\.[0-9])?[dsif@]($|[^A-Za-z0-9])"
    r"|%\([A-Za-z0-9_]+\)[sd]"
    r"|&(amp|lt|gt|quot|apos|nbsp|#[0-9]+);"
    r"|\\n|\\[rt]($|[^a-z])|\\u[0-9A-Fa-f]{4}"
    r"|[Ll]orem ipsum"
)


def is_error_text(cells: Cells) -> np.ndarray:
    """Which cells hold the error of a spreadsheet as text.

    Args:
        cells: a column.

    Returns:
        A mask.
    """
    matches = _matching(cells, _MAY_BE_ERROR)
    if matches.any():
        texts = cells.text[matches]
        matches[matches] = texts.str.lower().isin(ERRORS).to_numpy() | having(texts, _LIBREOFFICE)
    return matches


def is_cut_off(cells: Cells) -> np.ndarray:
    """Which cells hold nothing but #, as a column that is too narrow shows."""
    return _matching(cells, _CUT_OFF)


def is_unclear_number(cells: Cells) -> np.ndarray:
    """Which texts are numbers whose point may be a decimal point or set thousands apart, such as 1.500."""
    return _matching(cells, _UNCLEAR)


def is_placeholder(texts: pd.Series) -> np.ndarray:
    """Which texts stand for nothing, or hold what a program should have filled in.

    Args:
        texts: the texts of a column.

    Returns:
        A mask.
    """
    short = (texts.str.len() <= max(map(len, PLACEHOLDERS))).to_numpy(dtype=bool)
    matches = having(texts, _LEFTOVER)
    matches[short] |= texts[short].str.lower().isin(PLACEHOLDERS).to_numpy()
    return matches


def _matching(cells: Cells, pattern: str) -> np.ndarray:
    """Which texts of a column a pattern matches."""
    is_text: np.ndarray = cells.cell_type == TEXT
    if not is_text.any():
        return is_text
    return np.asarray(is_text & having(cells.text, pattern))
