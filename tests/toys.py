"""A kind of thing that Game Center does not have, declared for the tests alone: what holds for it holds for any kind.

Whatever the package does with kinds, it has to do with this one too, without a module that knows it.
"""

from __future__ import annotations

import dataclasses

import pytest

from gcbulk.kinds import CONTENT, achievement_resource
from gcbulk.kinds.content import ContentKind
from gcbulk.records import Attribute, Noun, Role, TextResource
from gcbulk.tables import types
from gcbulk.tables.between_rows import agree, orphans, unique_text, without_text
from gcbulk.tables.code import Code, error, warning
from gcbulk.tables.codes import CODES
from gcbulk.tables.spec import Column, Family, Table
from gcbulk.tables.vocabulary import words

_ID = Column("vendor_identifier", "Toy ID", words("vendoridentifier toyid identifier id"), types.IDENTIFIER)
_ORPHAN = "toy-localization-without-toy"
_BARE = "toy-without-localization"
TOY_TEXTS = Table(
    name="toy_localizations",
    record="toy localization",
    key=_ID.name,
    sheet_names=words("toylocalizations"),
    columns=(
        _ID,
        Column("locale", "Locale", words("locale language"), types.LOCALE),
        Column("name", "Name", words("name displayname title"), types.NAME, localized=True),
    ),
    signature=frozenset({"name"}),
    min_required=3,
    excluded_by=frozenset({"reference_name"}),
    order=("vendor_identifier", "locale", "name", "sheet"),
    language="locale",
    reads_unused=True,
)
TOYS = Table(
    name="toys",
    record="toy",
    key=_ID.name,
    sheet_names=words("toys"),
    columns=(
        _ID,
        Column("reference_name", "Reference Name", words("referencename"), types.REFERENCE_NAME, agree=True),
    ),
    signature=frozenset({"reference_name"}),
    min_required=2,
    order=("reference_name", "vendor_identifier", "sheet"),
    embeds=TOY_TEXTS,
    continues_without=("vendor_identifier", "reference_name"),
    across=(agree,),
    reads_unused=True,
)
TOY = ContentKind(
    family=Family(
        name="toys",
        label="toys",
        tables=(TOYS, TOY_TEXTS),
        read_with="toys (gcbulk push)",
        needed_with="toys (gcbulk push)",
        example='--column reference_name="Ref"',
        orphan=_ORPHAN,
        across=(unique_text, orphans(_ORPHAN), without_text(_BARE)),
    ),
    resource=dataclasses.replace(
        achievement_resource.RESOURCE,
        kind="toy",
        noun=Noun("toy", "toys", key="Toy ID"),
        words={role: "toy" if role is Role.THING else f"toy {role}" for role in Role} | {Role.TEXT: "toy localization"},
        type="gameCenterToys",
        version_type="gameCenterToyVersions",
        attributes=(Attribute(name="reference_name"), Attribute(name="vendor_identifier")),
        text=TextResource(
            type="gameCenterToyLocalizations", attributes=(Attribute(name="locale"), Attribute(name="name"))
        ),
        image=None,
        limits=(),
    ),
)
_CODES: dict[str, Code] = {
    _ORPHAN: error("A text names a Toy ID that no row has.", "Correct the id."),
    _BARE: warning("A toy has no text.", "Add one."),
}


def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package know the kind until the test ends."""
    monkeypatch.setitem(CONTENT, TOY.name, TOY)
    for name, code in _CODES.items():
        monkeypatch.setitem(CODES, name, code)
