"""The tables of leaderboards and of their localizations.

Source: https://developer.apple.com/help/app-store-connect/reference/leaderboards (the words of the website)
Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterleaderboardv2createrequest (the API's)
"""

from __future__ import annotations

from dataclasses import replace

from gcbulk.kinds import leaderboard_types as own_types
from gcbulk.kinds.codes_leaderboards import LEADERBOARD_CODES
from gcbulk.kinds.content import Card, ContentKind
from gcbulk.kinds.leaderboard_resource import MOST, MOST_WITHOUT_SETS, RESOURCE
from gcbulk.kinds.leaderboard_rules import ACROSS
from gcbulk.kinds.leaderboard_template import LEADERBOARDS_SHEET, LOCALIZATIONS_SHEET
from gcbulk.kinds.recurrence import DURATION, RESTARTS
from gcbulk.kinds.shared_columns import ARCHIVED, FROM_THE_SERVICE, IMAGE, LOCALE, NO_DEFAULT
from gcbulk.tables import types
from gcbulk.tables.between_rows import agree, at_most, by_case, orphans, unique_text, without_text
from gcbulk.tables.cell_type import CellType
from gcbulk.tables.row_filters import EXAMPLES, lonely, repeats_all, without_content
from gcbulk.tables.spec import Catalog, Column, Family, RowFilter, Table
from gcbulk.tables.vocabulary import words

VENDOR_IDENTIFIER = Column(
    "vendor_identifier",
    "Leaderboard ID",
    words("vendoridentifier vendorid leaderboardid leaderboardidentifier identifier id"),
    types.IDENTIFIER,
)
REFERENCE_NAME = Column(
    "reference_name",
    "Reference Name",
    words("referencename refname leaderboardreferencename"),
    types.REFERENCE_NAME,
    agree=True,
    like="name",
)
SCORE_FORMAT = Column(
    "default_formatter",
    "Score Format",
    words("scoreformat scoreformattype defaultformatter"),
    own_types.SCORE_FORMAT,
    content=False,
    agree=True,
    hint=NO_DEFAULT,
)
SUBMISSION_TYPE = Column(
    "submission_type",
    "Score Submission Type",
    words("scoresubmissiontype submissiontype"),
    own_types.SUBMISSION_TYPE,
    content=False,
    agree=True,
    hint=NO_DEFAULT,
)
SORT_ORDER = Column(
    "score_sort_type",
    "Sort Order",
    words("sortorder scoresortorder scoresorttype"),
    own_types.SORT_ORDER,
    content=False,
    agree=True,
    hint=NO_DEFAULT,
)


def _optional(name: str, title: str, aliases: str, cell_type: CellType) -> Column:
    """A column of leaderboards that may stay empty, which leaves what is live as it is."""
    return Column(name, title, words(aliases), cell_type, required=False, content=False, agree=True, shared=True)


RANGE_START = _optional(
    "score_range_start", "Score Range Min", "scorerangemin scorerangestart minscorerange", own_types.RANGE_END
)
RANGE_END = _optional(
    "score_range_end", "Score Range Max", "scorerangemax scorerangeend maxscorerange", own_types.RANGE_END
)
START = _optional(
    "recurrence_start_date",
    "Start (UTC)",
    "startutc startdateandtimeutc startdateandtime startdate recurrencestartdate",
    own_types.START,
)
LASTS = _optional("recurrence_duration", "Duration", "duration recurrenceduration", DURATION)
RESTARTS_EVERY = _optional("recurrence_rule", "Restarts Every", "restartsevery recurrencerule", RESTARTS)
VISIBLE = _optional("visibility", "Visible", "visible isvisible visibility", own_types.VISIBLE)
PROPERTIES = _optional(
    "activity_properties", "Properties", "properties activityproperties leaderboardproperties", types.PROPERTIES
)
NAME = Column(
    "name",
    "Display Name",
    words("name displayname title leaderboardtitle leaderboardname localizedname localizedtitle"),
    own_types.NAME,
    localized=True,
)


def _beside_name(name: str, title: str, aliases: str, cell_type: CellType) -> Column:
    """A column of localizations that may stay empty, likewise."""
    return Column(name, title, words(aliases), cell_type, localized=True, required=False)


DESCRIPTION = _beside_name("description", "Description", "description leaderboarddescription", own_types.DESCRIPTION)
SUFFIX_SINGULAR = _beside_name(
    "formatter_suffix_singular",
    "Suffix Singular",
    "suffixsingular scoreformatsuffixsingular formattersuffixsingular singularsuffix",
    own_types.SUFFIX,
)
SUFFIX_PLURAL = _beside_name(
    "formatter_suffix",
    "Suffix Plural",
    "suffixplural scoreformatsuffixplural scoreformatsuffix formattersuffix pluralsuffix",
    own_types.SUFFIX,
)
OVERRIDE = replace(
    _beside_name(
        "formatter_override",
        "Score Format Override",
        "scoreformatoverride formatteroverride formatoverride",
        own_types.SCORE_FORMAT,
    ),
    content=False,
)

_SIGNATURE = frozenset({"default_formatter", "submission_type", "score_sort_type"})
_FILTERS = (
    RowFilter("repeated-header", repeats_all, "The headers are repeated here; the row was skipped."),
    RowFilter(
        "rows-without-data",
        without_content(),
        'The sheet "{sheet}" has rows without id and text: {rows}. They were left out.',
        once=True,
    ),
    RowFilter(
        "stray-row",
        lonely,
        "This row holds {value} and no Leaderboard ID. If it is a note, move it out of the table; if it is a "
        "leaderboard or a localization, fill in the rest.",
    ),
    EXAMPLES,
)
LEADERBOARD_LOCALIZATIONS = Table(
    name="leaderboard_localizations",
    record="leaderboard localization",
    key=VENDOR_IDENTIFIER.name,
    sheet_names=words("leaderboardlocalizations leaderboardlocalisations leaderboardtranslations"),
    columns=(VENDOR_IDENTIFIER, LOCALE, NAME, DESCRIPTION, SUFFIX_SINGULAR, SUFFIX_PLURAL, OVERRIDE, IMAGE),
    # A name alone is a text of anything.
    signature=frozenset(column.name for column in (DESCRIPTION, SUFFIX_SINGULAR, SUFFIX_PLURAL, OVERRIDE)),
    min_required=3,
    excluded_by=_SIGNATURE,
    order=(
        "vendor_identifier",  # str: the leaderboard it belongs to
        "locale",  # str: one of App Store Connect's locales
        "name",  # str
        "description",  # str; "" where the sheet does not say, so that it is left as it is; so the next three
        "formatter_suffix_singular",  # str: with the blanks around it
        "formatter_suffix",  # str: likewise
        "formatter_override",  # str: one of the API's score formats
        "sheet",  # str: the sheet the row stands on
    ),
    language="locale",
    filters=_FILTERS,
    reads_unused=True,
    template=LOCALIZATIONS_SHEET,
)
LEADERBOARDS = Table(
    name="leaderboards",
    record="leaderboard",
    key=VENDOR_IDENTIFIER.name,
    sheet_names=words("leaderboards leaderboard gamecenterleaderboards"),
    columns=(
        VENDOR_IDENTIFIER,
        REFERENCE_NAME,
        SCORE_FORMAT,
        SUBMISSION_TYPE,
        SORT_ORDER,
        RANGE_START,
        RANGE_END,
        START,
        LASTS,
        RESTARTS_EVERY,
        VISIBLE,
        ARCHIVED,
        PROPERTIES,
        IMAGE,
    ),
    signature=_SIGNATURE,
    min_required=3,
    order=(
        "reference_name",  # str, never empty in a row without an error
        "vendor_identifier",  # str; the spreadsheet's text, only the white space around it taken off
        "default_formatter",  # str: one of the API's score formats; "" where the cell could not be understood
        "submission_type",  # str: BEST_SCORE or MOST_RECENT_SCORE; "" likewise
        "score_sort_type",  # str: ASC or DESC; "" likewise
        "score_range_start",  # str: a whole number in digits; missing where the sheet does not say; so the next five
        "score_range_end",  # str: likewise
        "recurrence_start_date",  # str: UTC, as in 2026-01-31T12:00:00Z
        "recurrence_duration",  # str: as ISO 8601 has it
        "recurrence_rule",  # str: as iCalendar has it
        "visibility",  # str: SHOW_FOR_ALL or HIDE_FOR_ALL
        "archived",  # boolean; <NA> where the sheet does not say, so that it is left as it is
        "activity_properties",  # str: pairs of key and value; "" where the sheet does not say
        "sheet",  # str: the sheet the row stands on
    ),
    embeds=LEADERBOARD_LOCALIZATIONS,
    continues_without=("vendor_identifier", "reference_name"),
    filters=_FILTERS,
    across=(agree, *ACROSS),
    reads_unused=True,
    template=LEADERBOARDS_SHEET,
)
_CATALOG = Catalog(
    "appappleid",
    words(
        "appappleid appname displayorder parentleaderboard leaderboardstatus isdefault group leaderboardtype "
        "localizations"
    ),
)
"""Apple's catalog report of leaderboards; the languages are named there, without their texts.

Source: https://developer.apple.com/help/app-store-connect/reference/game-center-leaderboard-catalog-report
"""
_ORPHAN = "localization-without-leaderboard"
FAMILY = Family(
    name="leaderboards",
    label="leaderboards",
    tables=(LEADERBOARDS, LEADERBOARD_LOCALIZATIONS),
    read_with="leaderboards or their localizations (gcbulk push)",
    needed_with="leaderboards (gcbulk push)",
    example='--column default_formatter="Format"',
    passed_over=FROM_THE_SERVICE,
    catalog=_CATALOG,
    orphan=_ORPHAN,
    codes=LEADERBOARD_CODES,
    across=(
        unique_text,
        orphans(_ORPHAN),
        by_case("id-differs-by-case"),
        at_most(MOST, "too-many-leaderboards"),
        at_most(
            MOST_WITHOUT_SETS,
            "leaderboards-need-sets",
            "The file holds {count:,} {things}; without leaderboard sets an app can have {most}.",
        ),
        without_text("leaderboard-without-localization"),
    ),
)
KIND = ContentKind(family=FAMILY, resource=RESOURCE, card=Card(before=DESCRIPTION.name))
"""The sheets of leaderboards and what they become."""
