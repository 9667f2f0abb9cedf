"""Achievements and their localizations: the tables that they stand in.

Source: https://developer.apple.com/help/app-store-connect/reference/achievements (the words of the website)
Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementcreaterequest (the API's)
"""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.records import ACHIEVEMENT_COLUMNS, LOCALIZATION_COLUMNS
from gcbulk.tables import types
from gcbulk.tables.spec import Column, Family, Table
from gcbulk.tables.vocabulary import words

VENDOR_IDENTIFIER = Column(
    "vendor_identifier",
    "Achievement ID",
    words("vendoridentifier vendorid achievementid achievementidentifier identifier id"),
    types.IDENTIFIER,
)
REFERENCE_NAME = Column(
    "reference_name", "Reference Name", words("referencename refname achievementreferencename"), types.REFERENCE_NAME
)
POINTS = Column(
    "points", "Points", words("points point pointvalue pointsvalue achievementpoints"), types.POINTS, content=False
)
SHOW_BEFORE_EARNED = Column(
    "show_before_earned",
    "Show Before Earned",
    words("showbeforeearned shownbeforeearned visiblebeforeearned"),
    types.YES_OR_NO,
    alternative="hidden",
    content=False,
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
)
ARCHIVED = Column(
    "archived", "Archived", words("archived isarchived archive"), types.YES_OR_NO, required=False, content=False
)
PROPERTIES = Column(
    "activity_properties",
    "Properties",
    words("properties activityproperties achievementproperties"),
    types.PROPERTIES,
    required=False,
    content=False,
)
LOCALE = Column("locale", "Locale", words("locale language lang localecode languagecode"), types.LOCALE)
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
IMAGE = Column(
    "image",
    "Image",
    words("image images imagefile imagepath picture picturefile artwork icon"),
    types.FILE,
    localized=True,
    required=False,
    content=False,
)
TEXTS = ("name", "before_earned_description", "after_earned_description")
"""The columns of a localization that players read."""

_STRONG = frozenset({"points", "show_before_earned", "hidden", "repeatable"})
ACHIEVEMENTS = Table(
    name="achievements",
    record="achievement",
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
)
LOCALIZATIONS = Table(
    name="localizations",
    record="localization",
    sheet_names=words("localizations localisations localization localisation translations achievementlocalizations"),
    columns=(VENDOR_IDENTIFIER, LOCALE, NAME, BEFORE, AFTER, IMAGE),
    signature=frozenset(TEXTS),
    min_required=3,
    excluded_by=_STRONG,
    order=LOCALIZATION_COLUMNS,
    language="locale",
)
FAMILY = Family(
    name="achievements",
    label="achievements",
    tables=(ACHIEVEMENTS, LOCALIZATIONS),
    read_with="achievements or localizations (gcbulk push)",
    needed_with="achievements (gcbulk push)",
)
KINDS: Mapping[str, Table] = {table.name: table for table in FAMILY.tables}
"""The tables of the family, by name."""

COLUMNS: Mapping[str, Column] = {column.name: column for column in FAMILY.columns}
"""Every column, by name."""

FROM_THE_SERVICE = words("gamecenterid state imagestate downloadedimage downloadproblem")
"""Headers, only letters and digits, that a pull writes for people to read; nothing is made of them."""

CATALOG_REPORT = words("appappleid appname displayorder group achievementstatus localizations")
"""Further headers of Apple's catalog report of achievements; the languages are named there, without their texts.

Source: https://developer.apple.com/help/app-store-connect/reference/game-center-achievement-catalog-report
"""
