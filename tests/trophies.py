"""A kind that tests alone declare: trophies, without pictures, releases and a review; in v1 without versions, too.

It is declared twice, as every kind is: once for gcbulk, and once for the simulator, which shares nothing with it. What
holds for trophies holds for any kind, for no module of the package knows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

from gcbulk import sheets
from gcbulk.kinds import CONTENT
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Api, Attribute, Form, Json, Limit, Noun, Resource, Role, TextResource
from gcbulk.sheets import Checked
from gcbulk.simulator.families import Family as SimulatedFamily
from gcbulk.simulator.model import FIXED
from gcbulk.simulator.model import Attribute as SimulatedAttribute
from gcbulk.tables import types
from gcbulk.tables.between_rows import agree, orphans, unique_text, without_text
from gcbulk.tables.code import error, warning
from gcbulk.tables.codes import CODES, ROW_CODES
from gcbulk.tables.spec import Column, Family, Table
from gcbulk.tables.vocabulary import words

MOST = 3
ID = Column("vendor_identifier", "Trophy ID", words("vendoridentifier trophyid identifier id"), types.IDENTIFIER)
ORPHAN = "trophy-localization-without-trophy"
BARE = "trophy-without-localization"
TEXTS = Table(
    name="trophy_localizations",
    record="trophy localization",
    key="vendor_identifier",
    sheet_names=words("trophylocalizations"),
    columns=(
        ID,
        Column("locale", "Locale", words("locale language"), types.LOCALE),
        Column("name", "Engraving", words("name engraving"), types.NAME, localized=True),
    ),
    signature=frozenset({"name"}),
    min_required=3,
    excluded_by=frozenset({"reference_name"}),
    order=("vendor_identifier", "locale", "name", "sheet"),
    language="locale",
    reads_unused=True,
)
THINGS = Table(
    name="trophies",
    record="trophy",
    key="vendor_identifier",
    sheet_names=words("trophies"),
    columns=(
        Column("reference_name", "Reference Name", words("referencename"), types.REFERENCE_NAME, agree=True),
        ID,
        Column("metal", "Metal", words("metal"), types.REFERENCE_NAME),
        Column("shine", "Shine", words("shine"), types.POINTS),
    ),
    signature=frozenset({"metal"}),
    min_required=3,
    order=("reference_name", "vendor_identifier", "metal", "shine", "sheet"),
    embeds=TEXTS,
    continues_without=("vendor_identifier", "reference_name"),
    across=(agree,),
    reads_unused=True,
)
TROPHY = Resource(
    kind="trophy",
    noun=Noun("trophy", "trophies", key="Trophy ID"),
    words={role: "trophy" if role is Role.THING else f"trophy {role}" for role in Role} | {Role.TEXT: TEXTS.record},
    type="gameCenterTrophies",
    version_type="gameCenterTrophyVersions",
    attributes=(
        Attribute(name="reference_name"),
        Attribute(name="vendor_identifier", immutable=True),
        Attribute(name="metal", immutable=True),
        Attribute(name="shine", type=int),
    ),
    text=TextResource(
        type="gameCenterTrophyLocalizations",
        attributes=(Attribute(name="locale", immutable=True), Attribute(name="name")),
    ),
    forms={
        Api.V1: Form(root="/v1", listed="gameCenterTrophies", parent="gameCenterTrophy"),
        Api.V2: Form(root="/v2", listed="gameCenterTrophiesV2", parent="version", version_parent="trophy"),
    },
    limits=(Limit(most=MOST),),
    after=("achievement",),
)
KIND = ContentKind(
    family=Family(
        name="trophies",
        label="trophies",
        tables=(THINGS, TEXTS),
        read_with="trophies (gcbulk push)",
        needed_with="trophies (gcbulk push)",
        example='--column reference_name="Ref"',
        orphan=ORPHAN,
        codes={
            ROW_CODES: {
                ORPHAN: error("A text names a Trophy ID that no row has.", "Correct the id."),
                BARE: warning("A trophy has no text.", "Add one."),
            }
        },
        across=(unique_text, orphans(ORPHAN), without_text(BARE)),
    ),
    resource=TROPHY,
)
SIMULATED = SimulatedFamily(
    stem="gameCenterTrophy",
    type="gameCenterTrophies",
    noun="trophy",
    nouns="trophies",
    attributes=(
        SimulatedAttribute("referenceName", required=True),
        SimulatedAttribute("vendorIdentifier", required=True, on=FIXED),
        SimulatedAttribute("metal", required=True, on=FIXED),
        SimulatedAttribute("shine", "integer", required=True),
    ),
    texts=(SimulatedAttribute("name", required=True),),
    max_per_owner=MOST,
    plain="/v1",
)


def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let gcbulk know trophies until the test ends."""
    monkeypatch.setitem(CONTENT, KIND.name, KIND)
    for name, code in KIND.family.codes[ROW_CODES].items():
        monkeypatch.setitem(CODES, name, code)


def trophy(identifier: str = "cup", **more: Json) -> dict[str, Json]:
    """A row of a trophy."""
    return {"reference_name": "Cup", "vendor_identifier": identifier, "metal": "tin", "shine": 5, **more}


def engraving(identifier: str = "cup", locale: str = "ja", name: str = "杯") -> dict[str, Json]:
    """A row of a trophy's text."""
    return {"vendor_identifier": identifier, "locale": locale, "name": name}


def checked(
    trophies: Sequence[Mapping[str, Json]],
    texts: Sequence[Mapping[str, Json]] = (),
    achievements: Sequence[Mapping[str, Json]] = (),
) -> Checked:
    """A check of trophies without a problem, perhaps beside achievements; only while trophies are registered.

    The frames are given as a check would make them, so that this says nothing of how trophies stand in a file.
    """
    found = sheets.check(sheets.book_of({"achievements": pd.DataFrame(list(achievements))} if achievements else {}))
    frames = {
        **found.frames,
        THINGS.name: frame(pd.DataFrame(list(trophies)), THINGS),
        TEXTS.name: frame(pd.DataFrame(list(texts)), TEXTS),
    }
    return Checked(frames, found.issues[:0], found.book, found.tables)


def frame(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Rows as a check has them: the columns of the table, the sheet, and the numbers of the rows."""
    rows = rows.assign(sheet=table.name).reindex(columns=list(table.order))
    return rows.set_axis(pd.RangeIndex(2, len(rows) + 2, name="row"), axis=0)
