"""Files of every kind with something in them damaged, decided by chance alone.

What comes in: chance. What goes out: the bytes of a file and the end of its name.
"""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache

import openpyxl
import pyarrow as pa
import pyarrow.parquet
from hostile import changed
from submit_jobs import HEADERS, player

from jobs import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS

ROWS: Sequence[Sequence[object]] = [(f"Name {n}", f"com.example.a{n}", 5, "No", "Yes") for n in range(3)]
TEXTS: Sequence[Sequence[object]] = [(f"com.example.a{n}", "en-US", f"Name {n}", "Before", "Ä 名") for n in range(3)]
PROGRESS: Sequence[Sequence[object]] = [(player(n), "com.example.a1", 30 + n) for n in range(3)]
SUFFIXES = {"workbook": ".xlsx", "text": ".csv", "parquet": ".parquet"}
_STUMBLES = (b"<", b">", b'"', b"&", b"\0", b"\xff\xfe", b"99999999999999999999", b"-1", b"]]>", b"<!--", b"PK\3\4")
_VALUES = ("", "-1", "0", "1e999", "NaN", "9" * 20, "A", "XFD1048576", "s", "rId999", "../x", "\u00e9", "&#0;")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_TAG = re.compile(r"<[^<>]*>")
_TEXT = re.compile(r">([^<>]+)<")


@cache
def _workbook(kind: int) -> bytes:
    """A small workbook: with achievements, with submissions, or with everything that a cell can be."""
    book = openpyxl.Workbook()
    sheet = book.active
    tables = [(("Achievements", ACHIEVEMENT_HEADERS, ROWS), ("Localizations", LOCALIZATION_HEADERS, TEXTS))]
    tables += [(("Progress", HEADERS, PROGRESS),)]  # type: ignore[list-item]
    for number, (name, headers, rows) in enumerate(tables[kind % 2]):
        sheet = sheet if not number else book.create_sheet(name)
        sheet.title = name
        for row in (headers, *rows):
            sheet.append(row)
    if kind > 1:
        sheet.append([datetime(2026, 1, 1), True, "=1+1", 1.5, "#N/A"])  # noqa: DTZ001 - as a sheet has it
        sheet["A2"].number_format = "0 %"
        sheet.merge_cells("A7:B8")
        sheet.row_dimensions[3].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@cache
def _text(kind: int) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=",;\t"[kind % 3], quoting=csv.QUOTE_ALL if kind > 2 else csv.QUOTE_MINIMAL)
    writer.writerows([ACHIEVEMENT_HEADERS, *ROWS, ('a "b", c', "d\ne", 5, "No", "Yes")])
    return stream.getvalue().encode(("utf-8", "utf-8-sig", "utf-16")[kind % 3])


@cache
def _parquet() -> bytes:
    stream = io.BytesIO()
    columns = dict(zip(HEADERS, map(list, zip(*PROGRESS, strict=True)), strict=True))
    pyarrow.parquet.write_table(pa.table(columns), stream)
    return stream.getvalue()


def damaged(chance: random.Random) -> tuple[str, bytes]:
    """A damaged file.

    Args:
        chance: decides everything.

    Returns:
        The end of its name, and its bytes.
    """
    kind = chance.choices(["part", "workbook", "text", "parquet"], [55, 25, 12, 8])[0]
    if kind == "part":
        return ".xlsx", _with_damaged_part(_workbook(chance.randrange(4)), chance)
    if kind == "workbook":
        return ".xlsx", _bytes(_workbook(chance.randrange(4)), chance)
    if kind == "text":
        return chance.choice([".csv", ".tsv", ".txt"]), _bytes(_text(chance.randrange(6)), chance)
    return ".parquet", _bytes(_parquet(), chance)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    """Flip, cut, take out, double or overwrite bytes, one to four times."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(found) + 1), chance.choice([0, 1, 4, 40, 400])
        harm = chance.randrange(6)
        if harm == 0 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        elif harm == 1:
            del found[at : at + length]
        elif harm == 2:
            found[at:at] = found[at : at + length]
        elif harm == 3:
            found[at : at + length] = chance.choice(_STUMBLES)
        elif harm == 4:
            found[at : at + length] = chance.randbytes(length)
        elif chance.random() < 0.3:
            del found[at:]
    return bytes(found)


def _with_damaged_part(data: bytes, chance: random.Random) -> bytes:
    """Damage one or two parts of a sound package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # What holds cells and what leads to them is damaged most often.
    names = [name for name in parts if "theme" not in name and "docProps" not in name]
    edited: dict[str, str | bytes] = {}
    for name in chance.sample(names, chance.randint(1, 2)):
        edited[name] = chance.choice(_HARMS)(parts[name], chance) or b" "
    return changed(edited, data=data)


def _each(pattern: re.Pattern[str], edit: Callable[[re.Match[str], random.Random], str]) -> Callable[..., bytes]:
    """What edits one to three places of a part that match a pattern."""

    def harm(part: bytes, chance: random.Random) -> bytes:
        text = part.decode("utf-8")
        for _ in range(chance.randint(1, 3)):
            places = list(pattern.finditer(text))
            if places:
                place = chance.choice(places)
                text = text[: place.start()] + edit(place, chance) + text[place.end() :]
        return text.encode("utf-8")

    return harm


_HARMS: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _bytes,
    _each(_TAG, lambda place, chance: ""),
    _each(_TAG, lambda place, chance: place[0] * chance.choice([2, 2, 500])),
    _each(_TAG, lambda place, chance: place[0].upper()),
    _each(_ATTRIBUTE, lambda place, chance: ""),
    _each(_ATTRIBUTE, lambda place, chance: f'{place[1]}="{chance.choice(_VALUES)}"'),
    _each(_ATTRIBUTE, lambda place, chance: f'{place[1]}="{place[2]}" {place[0]}'),
    _each(_TEXT, lambda place, chance: f">{chance.choice(_VALUES)}<"),
    _each(_TEXT, lambda place, chance: f">{place[1] * 300}<"),
)
