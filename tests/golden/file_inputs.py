"""Inputs by the form of their file: text in many encodings, Parquet, tables of other stores, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from gcbulk.files.sample import write_sample
from golden.source import HEADERS, LONG_HEADERS, Input, rows_of
from golden.writing import delimited, odd, parquet, parquet_rows, text

ROOT = Path(__file__).parents[2]
ROWS = [HEADERS, *rows_of(3)]
ACCENTS = "Reference Name;Achievement ID;Points;Hidden;Repeatable\nÉtoile;com.example.a;5;No;No\n"
PLAY = 'First Lamp,Light one lamp,False,,Revealed,10,1\nThief,"Find the thief, soon",True,500,Hidden,100,3\n'
CATALOG = (
    "App Apple ID,App Name,Achievement ID,Reference Name,Points,Display Order,Group,Achievement Status,Localizations\n"
    "1,Game,com.example.a,A,5,1,,Live,en-US\n"
)
REFUSED = (
    "billion laughs", "an address", "path out", "part that is there twice", "packed by LZMA", "encrypted workbook",
    "wrong checksum", "cut in the middle", "beginning alone", "row of no number", "columns beyond the sheet",
    "elements within elements", "size told as 3.9 GB", "sheet outside of the package",
)  # fmt: skip

_TEXT: Mapping[str, Input] = {
    "csv": Input(delimited(ROWS), command=True),
    "csv-semicolons": Input(delimited(ROWS, delimiter=";")),
    "tsv": Input(delimited(ROWS, "game.tsv", "\t")),
    "csv-mark": Input(text("\ufeff" + ACCENTS)),
    "csv-utf-16": Input(text(ACCENTS, encoding="utf-16")),
    "csv-latin-1-unknown": Input(text(ACCENTS, encoding="latin-1"), command=True),
    "csv-latin-1-given": Input(text(ACCENTS, encoding="latin-1"), options={"encoding": "latin-1"}),
    "csv-delimiter-given": Input(delimited(ROWS, delimiter="^"), options={"delimiter": "^"}),
    "csv-quotes": Input(
        text(
            '"Reference Name","Achievement ID","Points","Hidden","Repeatable"\n'
            '"Say ""hi"", please","com.example.a","5","No","No"\n"two\nlines","com.example.b","5","No","No"\n\n'
        )
    ),
    "csv-hint-of-excel": Input(text("sep=;\r\n" + ACCENTS)),
    "csv-shifted": Input(
        delimited(
            [
                LONG_HEADERS,
                (*rows_of(1)[0], "en-US", "Win", "Do it, now.", "Done."),
                ("B", "com.example.b", 5, "No", "No", "en-US", "Lose", "Do it.", "Done."),
                ("C", "com.example.c", 5, "No", "No", "en-US"),
            ]
        ),
        command=True,
    ),
    "csv-quotation-mark-open": Input(
        text(
            "Reference Name,Achievement ID,Points,Hidden,Repeatable\n"
            'A,com.example.a,5,No,No\nB,"com.example.b,5,No,No\nC,com.example.c",5,No,No\nD,com.example.d,5,No,No\n'
        )
    ),
    "csv-headers-alone": Input(delimited([HEADERS])),
    "csv-empty": Input(text("")),
    "csv-one-column": Input(text("Achievement ID\ncom.example.a\n")),
    "csv-nul": Input(text("Achievement ID,Points\0\ncom.example.a,5\n")),
}
_PARQUET: Mapping[str, Input] = {
    "parquet-text": Input(parquet_rows(ROWS), command=True),
    "parquet-typed": Input(
        parquet(
            pa.table(
                {
                    "Reference Name": pa.array(["A", "B", None]).dictionary_encode(),
                    "Achievement ID": pa.array(["com.example.a", "com.example.b", "com.example.c"], pa.large_string()),
                    "Points": pa.array([Decimal("5.00"), Decimal("7.50"), None]),
                    "Hidden": pa.array([True, False, None]),
                    "Repeatable": pa.array([1, 0, 1], pa.int8()),
                }
            )
        )
    ),
    "parquet-lists": Input(parquet(pa.table({"Achievement ID": ["a"], "Points": pa.array([[1, 2]])}))),
    "parquet-the-same-name": Input(
        parquet(
            pa.Table.from_arrays(
                [pa.array(["a"]), pa.array([5]), pa.array([6])], ["Achievement ID", "Points", "Points"]
            )
        )
    ),
}
_OTHERS: Mapping[str, Input] = {
    "google-play": Input(text(PLAY)),
    "google-play-headers": Input(
        text("Name,Description,Incremental value,Steps Needed,Initial State,Points,List Order\n" + PLAY)
    ),
    "epic": Input(text("name,hidden,statThresholds\nFIRST_LAMP,FALSE,\n")),
    "catalog-of-apple": Input(text(CATALOG)),
    "catalog-of-two-apps": Input(text(CATALOG + "2,Other,com.example.b,B,5,1,,Live,en-US\n")),
    "sample": Input(lambda folder: write_sample(folder / "achievements.xlsx"), command=True),
    "template": Input(lambda _: ROOT / "templates" / "achievements.xlsx"),
}
INPUTS: Mapping[str, Input] = {
    **_TEXT,
    **_PARQUET,
    **_OTHERS,
    **{f"refused-{title.replace(' ', '-').replace('.', '-')}": Input(odd(title)) for title in REFUSED},
}
