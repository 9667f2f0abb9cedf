"""What is live in the states that a plan is made against: nothing, drafts that differ, and what players see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from gcbulk.simulator.exchange import Json

MOST = 12
"""How many achievements of a large sheet are live."""
DRAFT, LIVE = "PREPARE_FOR_SUBMISSION", "LIVE"


@dataclass(frozen=True, slots=True)
class Text:
    """A localization that is live, its attributes as the service names them."""

    id: str
    attributes: Mapping[str, Json]
    image: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """An achievement that is live, its attributes as the service names them."""

    id: str
    attributes: Mapping[str, Json]
    texts: tuple[Text, ...]
    versions: tuple[tuple[str, int, str], ...]
    is_released: bool = False

    @property
    def newest(self) -> str:
        """The id of its newest version."""
        return self.versions[-1][0]


def own_state(achievements: pd.DataFrame, localizations: pd.DataFrame) -> list[Thing]:
    """What would be live if the good rows of a sheet had been sent."""
    good = achievements[(achievements["vendor_identifier"] != "") & achievements["points"].notna()]
    rows = good.drop_duplicates("vendor_identifier").head(MOST).to_dict("records")
    texts = localizations.drop_duplicates(["vendor_identifier", "locale"])
    return [
        _thing(number, row, texts[texts["vendor_identifier"] == row["vendor_identifier"]])
        for number, row in enumerate(rows)
    ]


def _thing(number: int, row: Mapping[str, Json], texts: pd.DataFrame) -> Thing:
    key = f"thing-{number}"
    names = {"showBeforeEarned": "show_before_earned", "repeatable": "repeatable", "archived": "archived"}
    return Thing(
        key,
        {
            "vendorIdentifier": row["vendor_identifier"],
            "referenceName": row["reference_name"],
            "points": int(row["points"]),
            **{name: None if pd.isna(row[own]) else bool(row[own]) for name, own in names.items()},
        },
        tuple(_text(key, text) for text in texts.to_dict("records") if text["locale"]),
        ((f"version-of-{key}", 1, DRAFT),),
    )


def _text(key: str, row: Mapping[str, Json]) -> Text:
    return Text(
        f"text-{key}-{row['locale']}",
        {
            "locale": row["locale"],
            "name": row["name"],
            "beforeEarnedDescription": row["before_earned_description"],
            "afterEarnedDescription": row["after_earned_description"],
        },
    )


def changed(things: Sequence[Thing]) -> list[Thing]:
    """Drafts some of which differ from the sheet, lack a text or have one more; some are not live, one is besides."""
    found = [thing for number, one in enumerate(things) for thing in _changed(number, one)]
    extra = {"vendorIdentifier": "com.example.extra", "referenceName": "Extra", "points": 5, "archived": False}
    words = {"locale": "en-US", "name": "Extra", "beforeEarnedDescription": "B", "afterEarnedDescription": "A"}
    return [*found, Thing("extra", extra, (Text("text-extra", words),), (("version-extra", 1, DRAFT),))]


def _changed(number: int, thing: Thing) -> Iterator[Thing]:
    """An achievement as it is live, or as it is there twice, or not at all."""
    attributes = dict(thing.attributes)
    if number % 3 == 1:
        attributes |= {
            "points": (attributes["points"] + 5) % 100,
            "referenceName": f"{attributes['referenceName']} (old)",
        }
    if number % 5 == 4:
        attributes["archived"] = True
    if number == 6:
        attributes["vendorIdentifier"] = attributes["vendorIdentifier"].upper()
    texts = tuple(_changed_texts(number, thing))
    if number % 5 == 3:
        return
    yield replace(thing, attributes=attributes, texts=texts)
    if number == 7:
        yield replace(thing, id="twice", versions=(("version-twice", 1, DRAFT),))


def _changed_texts(number: int, thing: Thing) -> Iterator[Text]:
    for place, text in enumerate(thing.texts, number):
        if place % 4 == 3:
            continue
        image = {"fileName": "win.png", "fileSize": 5, "assetDeliveryState": {"state": "COMPLETE"}}
        other = {"name": "Old name"} if place % 3 == 1 else {}
        yield replace(text, attributes={**text.attributes, **other}, image=image if place % 2 else None)
    if number == 0:
        words = {"locale": "pt-BR", "name": "N", "beforeEarnedDescription": "B", "afterEarnedDescription": "A"}
        yield Text("text-extra-language", words)


def released(things: Sequence[Thing]) -> list[Thing]:
    """What players see, in review or with a draft besides; every other text differs from the sheet."""
    return [_released(number, thing) for number, thing in enumerate(things)]


def _released(number: int, thing: Thing) -> Thing:
    states = ((LIVE,), ("WAITING_FOR_REVIEW",), ("REPLACED_WITH_NEW_VERSION", LIVE), (LIVE, DRAFT))[number % 4]
    texts = (
        replace(text, attributes={**text.attributes, "afterEarnedDescription": "As before."}) if place % 2 else text
        for place, text in enumerate(thing.texts, number)
    )
    versions = tuple((f"version-{place}-of-{thing.id}", place, state) for place, state in enumerate(states, 1))
    return replace(thing, texts=tuple(texts), versions=versions, is_released=number % 4 != 1)
