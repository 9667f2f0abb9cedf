"""What columns a sheet can have: each declares its name, its headers, what its cells hold and whether it must be there.

What comes in: nothing. What goes out: `KINDS`, the kinds of table that gcbulk reads. A further kind is a further
entry; finding sheets and headers goes by these declarations alone.

Source: https://developer.apple.com/help/app-store-connect/reference/achievements (the words of the website)
Source: https://developer.apple.com/documentation/appstoreconnectapi/gamecenterachievementcreaterequest (the API's)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gcbulk.sheets.vocabulary import words


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind of table.

    Args:
        name: what it is called in frames.
        title: what it is called in messages and in the template.
        aliases: every header that means it, only letters and digits, in lower case.
        localized: whether it may stand once per language, ``Title (es-ES)``.
        instead: the column that may stand in its place (Hidden for Show Before Earned).
        required: whether a table without it cannot be sent.
        text: whether it holds words, so that a row with it is more than a prepared line.
        weak: headers that mean it only where no other header does, because they are used for other things as well.
    """

    name: str
    title: str
    aliases: frozenset[str]
    localized: bool = False
    instead: str | None = None
    required: bool = True
    text: bool = True
    weak: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table.

    Args:
        name: "achievements" or "localizations": the name of its frame and of its ``--sheet`` option.
        sheet_names: sheet names that say what it is, only letters and digits, in lower case.
        columns: its columns, in the order of messages.
        telling: columns of which one must be there for a sheet to be taken for it by its headers.
        enough: how many required columns must be there for that.
        not_telling: columns that speak against it.
    """

    name: str
    sheet_names: frozenset[str]
    columns: tuple[Column, ...]
    telling: frozenset[str]
    enough: int
    not_telling: frozenset[str] = frozenset()


VENDOR_IDENTIFIER = Column(
    "vendor_identifier",
    "Achievement ID",
    words("vendoridentifier vendorid achievementid achievementidentifier identifier id"),
)
REFERENCE_NAME = Column("reference_name", "Reference Name", words("referencename refname achievementreferencename"))
POINTS = Column("points", "Points", words("points point pointvalue pointsvalue achievementpoints"), text=False)
SHOW_BEFORE_EARNED = Column(
    "show_before_earned",
    "Show Before Earned",
    words("showbeforeearned shownbeforeearned visiblebeforeearned"),
    instead="hidden",
    text=False,
)
HIDDEN = Column("hidden", "Hidden", words("hidden ishidden hiddenachievement"), required=False, text=False)
REPEATABLE = Column(
    "repeatable",
    "Achievable More Than Once",
    words(
        "repeatable isrepeatable achievablemorethanonce achievemorethanonce canbeachievedmorethanonce isrecyclable "
        "recyclable"
    ),
    text=False,
)
ARCHIVED = Column("archived", "Archived", words("archived isarchived archive"), required=False, text=False)
PROPERTIES = Column(
    "activity_properties",
    "Properties",
    words("properties activityproperties achievementproperties"),
    required=False,
    text=False,
)
LOCALE = Column("locale", "Locale", words("locale language lang localecode languagecode"))
NAME = Column(
    "name",
    "Display Name",
    words("name displayname title achievementtitle achievementname localizedname localizedtitle"),
    localized=True,
)
BEFORE = Column(
    "before_earned_description",
    "Pre-earned Description",
    words("beforeearneddescription preearneddescription preearned beforeearned descriptionbeforeearned"),
    localized=True,
)
AFTER = Column(
    "after_earned_description",
    "Earned Description",
    words("afterearneddescription earneddescription earned postearneddescription afterearned descriptionafterearned"),
    localized=True,
)
IMAGE = Column(
    "image",
    "Image",
    words("image images imagefile imagepath picture picturefile artwork icon"),
    localized=True,
    required=False,
    text=False,
)
TEXTS = ("name", "before_earned_description", "after_earned_description")
"""The columns of a localization that players read."""

_STRONG = frozenset({"points", "show_before_earned", "hidden", "repeatable"})
ACHIEVEMENTS = Kind(
    "achievements",
    words("achievements achievement gamecenterachievements"),
    (VENDOR_IDENTIFIER, REFERENCE_NAME, POINTS, SHOW_BEFORE_EARNED, HIDDEN, REPEATABLE, ARCHIVED, PROPERTIES, IMAGE),
    telling=_STRONG,
    enough=3,
)
LOCALIZATIONS = Kind(
    "localizations",
    words("localizations localisations localization localisation translations achievementlocalizations"),
    (VENDOR_IDENTIFIER, LOCALE, NAME, BEFORE, AFTER, IMAGE),
    telling=frozenset(TEXTS),
    enough=3,
    not_telling=_STRONG,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (ACHIEVEMENTS, LOCALIZATIONS)}
"""The kinds of table that a check reads, by name."""

COLUMNS: Mapping[str, Column] = {column.name: column for kind in KINDS.values() for column in kind.columns}
"""Every column, by name."""

FROM_THE_SERVICE = words("gamecenterid state imagestate downloadedimage downloadproblem")
"""Headers, only letters and digits, that a pull writes for people to read; nothing is made of them."""

_NOT_DATA = words("starthere playersubmissions submissions")
_OURS = re.compile("gcbulk(report|submit|scores|check|review|plan)[0-9]*")


def is_not_data(name: str) -> bool:
    """Whether a sheet of this name never holds achievements: gcbulk's own, and those of other kinds of rows.

    Args:
        name: the sheet's name, only its letters and digits.
    """
    return name in _NOT_DATA or _OURS.fullmatch(name) is not None


CATALOG_REPORT = words("appappleid appname displayorder group achievementstatus localizations")
"""Further headers of Apple's catalog report of achievements; the languages are named there, without their texts.

Source: https://developer.apple.com/help/app-store-connect/reference/game-center-achievement-catalog-report
"""

NOT_AN_ID = words(
    "index row rowid rownumber no nr num number count id total totals sum average mean rank ranking level value values "
    "points point unnamed0 date time timestamp name email country platform version"
)
"""Headers, only letters and digits, that are no achievement's id in a matrix of players and achievements."""

PLAYER = Column(
    "scoped_player_id",
    "Player ID",
    words("scopedplayerid playerid gameplayerid gkplayerid gamecenterplayerid playerscopedid playeridentifier player"),
    weak=words("userid"),
)
EARNED_ACHIEVEMENT = Column(
    "vendor_identifier",
    VENDOR_IDENTIFIER.title,
    words("vendoridentifier vendorid achievementid achievementidentifier achievementvendoridentifier achievement"),
    weak=words("identifier"),
)
LEADERBOARD = Column(
    "vendor_identifier",
    "Leaderboard ID",
    words(
        "vendoridentifier vendorid leaderboardid leaderboardidentifier leaderboardvendoridentifier leaderboard "
        "baseleaderboardid"
    ),
    weak=words("identifier"),
)
PERCENTAGE = Column(
    "percentage_achieved",
    "Percent",
    words(
        "percentageachieved percentage percent percentachieved percentcomplete percentagecomplete percentcompleted "
        "percentagecompleted progress progresspercent progresspercentage achievedpercentage completion"
    ),
    text=False,
)
# GKScore calls it "value"; its "formattedValue" and "formattedScore" are for people, in their language.
SCORE = Column("score", "Score", words("score scorevalue playerscore"), text=False, weak=words("value"))
CONTEXT = Column("context", "Context", words("context scorecontext"), required=False, text=False)
_BESIDE = (
    Column("bundle_id", "Bundle ID", words("bundleid bundleidentifier appbundleid bundle"), required=False),
    Column(
        "submitted_date",
        "Submitted Date",
        words("submitteddate submissiondate submittedat achieveddate achievedat earneddate earnedat date timestamp"),
        required=False,
        text=False,
        weak=words("lastreporteddate unlockedat completedat"),
    ),
    Column("challenge_ids", "Challenge IDs", words("challengeids challengeid challenges"), required=False, text=False),
    Column("pre_released", "Pre-released", words("prereleased isprereleased prerelease"), required=False, text=False),
)
SUBMISSIONS = Kind(
    "submissions",
    words("playersubmissions submissions achievementsubmissions playerprogress progress"),
    (PLAYER, EARNED_ACHIEVEMENT, PERCENTAGE, *_BESIDE),
    telling=frozenset({"scoped_player_id"}),
    enough=1,
)
SCORES = Kind(
    "scores",
    words("scores playerscores scoresubmissions leaderboardscores leaderboardentries"),
    (PLAYER, LEADERBOARD, SCORE, CONTEXT, *_BESIDE),
    telling=frozenset({"scoped_player_id"}),
    enough=1,
)
SUBMISSION_KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (SUBMISSIONS, SCORES)}
"""The kinds of table of what players did, by name; `check` does not look for them, `check_submissions` for one."""
