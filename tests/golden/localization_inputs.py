"""Inputs of texts: repeated rows, columns for each language, a sheet of their own, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping

from golden.source import (
    HEADERS,
    LONG_HEADERS,
    TEXT_HEADERS,
    Input,
    achievements,
    localizations,
    rows_of,
    texts_of,
    wide_headers,
)
from golden.writing import Sheet, frames, parquet_rows, png, workbook

WIN = ("First Win", "com.example.win", 10, "No", "No")
GEM = ("Gem", "com.example.gem", 20, "Yes", "No")
NONE = (None,) * 5
WIDE = wide_headers("es-ES", "ja")
ABC, DEF = ("a", "b", "c"), ("d", "e", "f")

_LONG: Mapping[str, Input] = {
    "long": Input(
        workbook(
            achievements(
                (*WIN, "en-US", *ABC),
                (*WIN, "ja", *DEF),
                (*GEM, "en-US", *ABC),
                (*GEM, "de-DE", *DEF),
                headers=LONG_HEADERS,
            )
        ),
        command=True,
    ),
    "long-continued": Input(
        workbook(
            achievements(
                (*WIN, "en-US", *ABC),
                (*NONE, "de-DE", *DEF),
                (None, "com.example.win", None, None, None, "ko", *ABC),
                (*GEM, "en-US", *DEF),
                (None, "com.example.win", None, None, None, "it", *ABC),
                (*NONE, "it", *DEF),
                headers=LONG_HEADERS,
            )
        ),
        command=True,
    ),
    "long-continued-parquet": Input(
        parquet_rows([LONG_HEADERS, (*WIN, "en-US", *ABC), (*NONE, "de-DE", *DEF), (*GEM, "ja", *ABC)])
    ),
    "long-contradicting": Input(
        workbook(
            achievements(
                (*WIN, "en-US", *ABC),
                (None, "com.example.win", 20, None, None, "ja", *DEF),
                (*GEM, "ja", *DEF),
                headers=LONG_HEADERS,
            )
        )
    ),
    "long-faulty": Input(
        workbook(
            achievements(
                (*WIN, "en-US", *ABC),
                (None, "com.example.win", "x", None, None, "ja", *DEF),
                (*NONE, "xx", *DEF),
                (*NONE, None, *DEF),
                (*GEM, "en-US", "a", None, "c"),
                headers=LONG_HEADERS,
            )
        )
    ),
    "long-without-id": Input(
        workbook(
            achievements(
                (*NONE, "ja", *ABC),
                (*WIN, "en-US", *ABC),
                ("Gem", None, 20, "Yes", "No", "en-US", *DEF),
                (*NONE, "ja", *DEF),
                ("Odd", "odd-id", 20, "Yes", "No", "en-US", *DEF),
                (*NONE, "ko", *DEF),
                headers=LONG_HEADERS,
            )
        )
    ),
    "long-without-language": Input(
        workbook(
            achievements(
                (*WIN, "en-US", *ABC),
                (*GEM, None, None, None, None),
                (*GEM, None, None, None, None),
                headers=LONG_HEADERS,
            )
        )
    ),
    "long-totals-and-headers": Input(
        workbook(
            achievements(
                (*WIN, "en-US", *ABC),
                LONG_HEADERS,
                (*GEM, "ja", *DEF),
                ("Total", None, 30, None, None, 2, 2, 2, 2),
                headers=LONG_HEADERS,
            )
        )
    ),
}
_WIDE: Mapping[str, Input] = {
    "wide": Input(
        workbook(achievements((*WIN, *ABC, *DEF), (*GEM, None, None, None, *DEF), headers=WIDE)), command=True
    ),
    "wide-other-brackets": Input(
        workbook(
            achievements(
                (*WIN, *ABC, *DEF),
                headers=(
                    *HEADERS,
                    "Title - ja",
                    "Pre-earned - ja",
                    "Earned - ja",
                    "Title [de-DE]",
                    "Pre-earned_de-DE",
                    "Earned: de-DE",
                ),
            )
        )
    ),
    "wide-partly-empty": Input(
        workbook(achievements((*WIN, "a", None, "c", *DEF), (*GEM, *ABC, None, None, "f"), headers=WIDE))
    ),
    "wide-bad-id": Input(workbook(achievements(("a", "a-b", 10, "No", "No", *ABC, *DEF), headers=WIDE))),
    "wide-language-unknown": Input(
        workbook(achievements((*WIN, *ABC, *DEF), (*GEM, *ABC, *DEF), headers=wide_headers("es-es", "ja")))
    ),
    "wide-language-untested": Input(
        workbook(achievements((*WIN, *ABC, *DEF), (*GEM, *ABC, *DEF), headers=wide_headers("gu-IN", "ja")))
    ),
    "wide-lacks-a-column": Input(
        workbook(
            achievements((*WIN, "a", "c", *DEF), headers=(*HEADERS, "Title (es-ES)", "Earned (es-ES)", *WIDE[-3:]))
        )
    ),
    "wide-two-headers": Input(
        workbook(achievements((*WIN, "a", "b", "c", "d"), headers=(*HEADERS, *WIDE[-3:], "Name (ja)")))
    ),
    "wide-empty-language": Input(
        workbook(achievements((*WIN, None, None, None, *DEF), headers=wide_headers("xx-XX", "ja")))
    ),
    "wide-images": Input(
        workbook(
            achievements(
                (*WIN, *ABC, "a.png", *DEF, None),
                (*GEM, *ABC, None, *DEF, "b.png"),
                headers=(*WIDE[:8], "Image (es-ES)", *WIDE[8:], "Image (ja)"),
            ),
            pictures={"a.png": png(), "b.png": png(1024, 1024)},
        )
    ),
    "wide-frames": Input(frames(achievements=[WIDE, (*WIN, *ABC, *DEF), (*GEM, *ABC, None, None, None)])),
    "texts-of-no-language": Input(
        workbook(achievements((*WIN, *ABC), headers=(*HEADERS, "Title", "Pre-earned", "Earned"))), command=True
    ),
    "texts-of-a-given-language": Input(
        workbook(achievements((*WIN, *ABC), headers=(*HEADERS, "Title", "Pre-earned", "Earned"))),
        options={"locale": "en-US"},
    ),
    "texts-of-a-language-that-is-none": Input(
        workbook(achievements((*WIN, *ABC), headers=(*HEADERS, "Title", "Pre-earned", "Earned"))),
        options={"locale": "english"},
    ),
    "name-alone": Input(workbook(achievements(WIN, headers=("Name", *HEADERS[1:])))),
    "language-without-texts": Input(workbook(achievements((*WIN, "en-US"), headers=(*HEADERS, "Language")))),
}
_OWN: Mapping[str, Input] = {
    "own-sheet": Input(
        workbook(achievements(*rows_of(3)), localizations(*texts_of(3, "en-US", "fr-FR", "zh-Hans"))), command=True
    ),
    "own-sheet-alone": Input(workbook(localizations(*texts_of(2, "en-US"))), command=True),
    "own-sheet-of-another-name": Input(
        workbook(achievements(*rows_of(2)), Sheet("Words", [TEXT_HEADERS, *texts_of(2, "en-US")]))
    ),
    "own-sheets-two": Input(
        workbook(
            achievements(*rows_of(2)),
            Sheet("English", [TEXT_HEADERS, *texts_of(2, "en-US")]),
            Sheet("Japanese", [TEXT_HEADERS, *texts_of(2, "ja")]),
        )
    ),
    "own-sheet-lacks-a-column": Input(
        workbook(
            achievements(*rows_of(1)),
            localizations(("com.example.a0", "ja", "N", "B"), headers=TEXT_HEADERS[:4]),
        )
    ),
    "own-sheet-without-languages": Input(
        workbook(
            achievements(*rows_of(1)),
            localizations(("com.example.a0", "N", "B", "A"), headers=(TEXT_HEADERS[0], *TEXT_HEADERS[2:])),
        ),
        options={"locale": "fr-FR"},
    ),
    "own-sheet-orphans": Input(
        workbook(
            achievements(WIN, GEM),
            localizations(
                ("COM.EXAMPLE.WIN", "ja", *ABC),
                ("nope", "ja", *ABC),
                ("com.example.gem", "ja", *ABC),
                ("com.example.gem", "ja", *ABC),
                ("com.example.gem", "en-US", *ABC),
                ("com.example.gem", "en-US", *DEF),
                (None, "ko", *DEF),
            ),
        ),
        command=True,
    ),
    "own-sheet-locales": Input(
        workbook(
            achievements(WIN),
            localizations(
                *(
                    ("com.example.win", locale, *ABC)
                    for locale in ("en-US", "en", "english", "JA", "zh-hans", "pt_BR", "gu-IN", "xx-XX", "de", None)
                )
            ),
        )
    ),
    "all-forms": Input(
        workbook(
            achievements(
                (*WIN, "en-US", *ABC, *DEF),
                (*NONE, "de-DE", *ABC, None, None, None),
                (*GEM, "en-US", *ABC, *DEF),
                headers=(*LONG_HEADERS, "Title (ja)", "Pre-earned (ja)", "Earned (ja)"),
            ),
            localizations(("com.example.win", "it", *DEF), ("com.example.gem", "it", *DEF)),
        ),
        command=True,
    ),
    "all-forms-contradict": Input(
        workbook(
            achievements((*WIN, *ABC, None, None, None), headers=WIDE),
            localizations(("com.example.win", "es-ES", *DEF), ("com.example.win", "ja", *DEF)),
        )
    ),
}
INPUTS: Mapping[str, Input] = {**_LONG, **_WIDE, **_OWN}
