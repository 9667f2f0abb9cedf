"""Files that were damaged at random: a book or a WorkbookError, never anything else."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

import pyarrow as pa
import pytest
from pyarrow import parquet as arrow_parquet

from gcbulk.errors import WorkbookError
from gcbulk.files import FILE_CODES
from gcbulk.records import Book

ROWS = (
    '<row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><f>A1</f><v>x</v></c></row>'
    '<row r="2" hidden="1"><c r="A2" s="1"><v>45000</v></c><c r="B2" t="inlineStr"><is><t>y</t></is></c></row>'
    '<row r="3"><c r="C3" t="e"><v>#N/A</v></c><c r="D3" t="b"><v>1</v></c><c r="E3"><f>1+1</f></c></row>'
)
PIECES = [b"<", b">", b'"', b"&", b"</c>", b"<v>", b"\0", b"\xff", b"99999999", b"XFD1048576", b"<!--", b"<![CDATA["]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes: flipped, taken out, doubled, or replaced by what a parser stumbles over."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        length = chance.randint(0, 12)
        new = chance.choice([bytes([chance.randrange(256)]), b"", bytes(changed[at : at + 40]), chance.choice(PIECES)])
        changed[at : at + length] = new
        changed = changed or bytearray(b"x")
    return bytes(changed)


def survives(read_bytes: Callable[..., Book], data: bytes, name: str) -> str:
    """Read bytes and return the code of the error, or nothing."""
    try:
        read_bytes(data, name)
    except WorkbookError as error:
        return error.code if error.code in FILE_CODES else f"{error.code} is not listed"
    return ""


@pytest.mark.parametrize("seed", range(20))
def test_damaged_packages(make: Callable[..., bytes], read_bytes: Callable[..., Book], seed: int) -> None:
    """A workbook with bytes changed anywhere in the package ends in a book or a WorkbookError."""
    chance = random.Random(seed)
    data = make(ROWS, shared="<si><t>a</t></si>")
    codes = {survives(read_bytes, mutated(data, chance), "book.xlsx") for _ in range(20)}
    assert codes - {""}
    assert codes - {""} <= set(FILE_CODES)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/shared.xml", "xl/styles.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("seed", range(8))
def test_damaged_parts(make: Callable[..., bytes], read_bytes: Callable[..., Book], seed: int, part: str) -> None:
    """A workbook with a damaged part in a sound package ends in a book or a WorkbookError."""
    chance = random.Random(seed)
    with zipfile.ZipFile(BytesIO(make(ROWS, shared="<si><t>a</t></si><si><r><t>b</t></r></si>"))) as archive:
        content = archive.read(part)
    parts: dict[str, bytes] = {}
    codes = set()
    for _ in range(25):
        parts[part] = mutated(content, chance)
        codes.add(survives(read_bytes, make(ROWS, shared="<si><t>a</t></si>", parts=parts), "book.xlsx"))
    assert codes - {""}
    assert codes - {""} <= set(FILE_CODES)


@pytest.mark.parametrize("seed", range(6))
def test_damaged_parquet(read_bytes: Callable[..., Book], seed: int) -> None:
    """A Parquet file with changed bytes ends in a book or a WorkbookError."""
    chance = random.Random(seed)
    stream = BytesIO()
    arrow_parquet.write_table(pa.table({"a": ["x", "y", None] * 5, "b": range(15)}), stream)
    codes = {survives(read_bytes, mutated(stream.getvalue(), chance), "t.parquet") for _ in range(20)}
    assert codes - {""}
    assert codes - {""} <= set(FILE_CODES)


@pytest.mark.parametrize("seed", range(6))
def test_damaged_text(read_bytes: Callable[..., Book], seed: int) -> None:
    """A text file with changed bytes ends in a book or a WorkbookError."""
    chance = random.Random(seed)
    data = b'Name,ID,Points\n"Win ""it""",a.b.c,5\nLose,d,"6\n"\n' * 4
    codes = {survives(read_bytes, mutated(data, chance), "t.csv") for _ in range(25)}
    assert codes - {""} <= set(FILE_CODES)
