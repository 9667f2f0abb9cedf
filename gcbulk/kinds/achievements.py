"""The tables of achievements and of their localizations.

Source: https://developer.apple.com/help/app-store-connect/reference/achievements (the words of the website)
Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementcreaterequest (the API's)
"""

from __future__ import annotations

import operator
from collections.abc import Mapping

from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.kinds.achievement_template import ACHIEVEMENTS_SHEET, LOCALIZATIONS_SHEET
from gcbulk.kinds.codes_achievements import ACHIEVEMENT_ROWS
from gcbulk.kinds.content import Card, ContentKind
from gcbulk.kinds.shared_columns import ARCHIVED, FROM_THE_SERVICE, IMAGE, LOCALE, NO_DEFAULT
from gcbulk.records import ACHIEVEMENT_COLUMNS, LOCALIZATION_COLUMNS
from gcbulk.tables import types
from gcbulk.tables.between_rows import agree, at_most, by_case, orphans, sum_at_most, unique_text, without_text
from gcbulk.tables.codes import ROW_CODES
from gcbulk.tables.row_filters import EXAMPLES, lonely, repeats_all, without_content
from gcbulk.tables.spec import Catalog, Column, Either, Family, RowFilter, Table
from gcbulk.tables.totals import Totals
from gcbulk.tables.vocabulary import words

VENDOR_IDENTIFIER = Column(
    "vendor_identifier",
    "Achievement ID",
    words("vendoridentifier vendorid achievementid achievementidentifier identifier id"),
    types.IDENTIFIER,
)
REFERENCE_NAME = Column(
    "reference_name",
    "Reference Name",
    words("referencename refname achievementreferencename"),
    types.REFERENCE_NAME,
    agree=True,
    like="name",
)
POINTS = Column(
    "points",
    "Points",
    words("points point pointvalue pointsvalue achievementpoints"),
    types.POINTS,
    content=False,
    agree=True,
    hint=NO_DEFAULT,
)
SHOW_BEFORE_EARNED = Column(
    "show_before_earned",
    "Show Before Earned",
    words("showbeforeearned shownbeforeearned visiblebeforeearned"),
    types.YES_OR_NO,
    content=False,
    agree=True,
)
HIDDEN = Column(
    "hidden", "Hidden", words("hidden ishidden hiddenachievement"), types.YES_OR_NO, required=False, content=False
)
REPEATABLE = Column(
    "repeatable",
    "Achievable More Than Once",
    words(
        "repeatable isrepeatable achievablemorethanonce achievemorethanonce canbeachievedmorethanonce isrecyclable "
        "recyclable"
    ),
    types.YES_OR_NO,
    content=False,
    agree=True,
    hint=NO_DEFAULT,
)
PROPERTIES = Column(
    "activity_properties",
    "Properties",
    words("properties activityproperties achievementproperties"),
    types.PROPERTIES,
    required=False,
    content=False,
    agree=True,
    shared=True,
)
NAME = Column(
    "name",
    "Display Name",
    words("name displayname title achievementtitle achievementname localizedname localizedtitle"),
    types.NAME,
    localized=True,
)
BEFORE = Column(
    "before_earned_description",
    "Pre-earned Description",
    words("beforeearneddescription preearneddescription preearned beforeearned descriptionbeforeearned"),
    types.DESCRIPTION,
    localized=True,
)
AFTER = Column(
    "after_earned_description",
    "Earned Description",
    words("afterearneddescription earneddescription earned postearneddescription afterearned descriptionafterearned"),
    types.DESCRIPTION,
    localized=True,
)
TEXTS = ("name", "before_earned_description", "after_earned_description")
"""The columns of a localization that players read."""

_TOTALS = Totals("points")
_FILTERS = (
    RowFilter("repeated-header", repeats_all, "The headers are repeated here; the row was skipped."),
    RowFilter("totals-row", _TOTALS.certain, "This looks like a row of totals; it was skipped."),
    RowFilter(
        "totals-unclear",
        _TOTALS.unclear,
        "The id of this last row is a number, and its points are the sum of those above: is it a row of totals? Delete "
        "it if so; if it is an achievement, move it above another row.",
    ),
    RowFilter(
        "rows-without-data",
        without_content("points"),
        'The sheet "{sheet}" has rows without id, text and points: {rows}. They were left out.',
        once=True,
    ),
    RowFilter(
        "stray-row",
        lonely,
        "This row holds {value} and no Achievement ID. If it is a note, move it out of the table; if it is an "
        "achievement or a localization, fill in the rest.",
    ),
    EXAMPLES,
)
_STRONG = frozenset({"points", "show_before_earned", "hidden", "repeatable"})

LOCALIZATIONS = Table(
    name="localizations",
    record="localization",
    key=VENDOR_IDENTIFIER.name,
    sheet_names=words("localizations localisations localization localisation translations achievementlocalizations"),
    columns=(VENDOR_IDENTIFIER, LOCALE, NAME, BEFORE, AFTER, IMAGE),
    signature=frozenset(TEXTS),
    min_required=3,
    excluded_by=_STRONG,
    order=LOCALIZATION_COLUMNS,
    language="locale",
    filters=_FILTERS,
    reads_unused=True,
    template=LOCALIZATIONS_SHEET,
)
ACHIEVEMENTS = Table(
    name="achievements",
    record="achievement",
    key=VENDOR_IDENTIFIER.name,
    sheet_names=words("achievements achievement gamecenterachievements"),
    columns=(
        VENDOR_IDENTIFIER,
        REFERENCE_NAME,
        POINTS,
        SHOW_BEFORE_EARNED,
        HIDDEN,
        REPEATABLE,
        ARCHIVED,
        PROPERTIES,
        IMAGE,
    ),
    signature=_STRONG,
    min_required=3,
    order=ACHIEVEMENT_COLUMNS,
    embeds=LOCALIZATIONS,
    continues_without=("vendor_identifier", "reference_name"),
    either=(
        Either(
            "show_before_earned",
            "hidden",
            operator.invert,
            "hidden-contradiction",
            "{other} and {target} are opposites, and this row says the same in both. Correct one of them.",
        ),
    ),
    filters=_FILTERS,
    across=(agree,),
    reads_unused=True,
    template=ACHIEVEMENTS_SHEET,
)
_CATALOG = Catalog("appappleid", words("appappleid appname displayorder group achievementstatus localizations"))
"""Apple's catalog report of achievements; the languages are named there, without their texts.

Source: https://developer.apple.com/help/app-store-connect/reference/game-center-achievement-catalog-report
"""
_ORPHAN = "localization-without-achievement"
FAMILY = Family(
    name="achievements",
    label="achievements",
    tables=(ACHIEVEMENTS, LOCALIZATIONS),
    read_with="achievements or localizations (gcbulk push)",
    needed_with="achievements (gcbulk push)",
    example='--column points="Pts"',
    passed_over=FROM_THE_SERVICE,
    catalog=_CATALOG,
    orphan=_ORPHAN,
    codes={ROW_CODES: ACHIEVEMENT_ROWS},
    across=(
        unique_text,
        orphans(_ORPHAN),
        by_case("id-differs-by-case"),
        at_most(RESOURCE.most(), "too-many-achievements"),
        sum_at_most(POINTS.name, RESOURCE.most(POINTS.name), "points-total"),
        without_text("achievement-without-localization", with_image=True),
    ),
)
KIND = ContentKind(
    family=FAMILY,
    resource=RESOURCE,
    card=Card(
        title=NAME.name,
        before=BEFORE.name,
        after=AFTER.name,
        points=POINTS.name,
        shown=SHOW_BEFORE_EARNED.name,
        again=REPEATABLE.name,
    ),
)
"""The sheets of achievements and what they become."""

KINDS: Mapping[str, Table] = {table.name: table for table in FAMILY.tables}
"""The tables of the family, by name."""

COLUMNS: Mapping[str, Column] = {column.name: column for column in FAMILY.columns}
"""Every column, by name."""
