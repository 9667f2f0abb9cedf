"""Apps, their Game Center details, and groups. Game Center is off until a detail is created for an app.

Source: https://developer.apple.com/documentation/appstoreconnectapi/game-center-details
"""

from __future__ import annotations

from gcbulk.simulator.errors import RefusedError, relationship_invalid
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.model import (
    APPS,
    CREATE,
    DETAILS,
    FIXED,
    GROUPS,
    READ,
    Attribute,
    Listing,
    On,
    Part,
    Relation,
    Rules,
    View,
    World,
    down,
    refuse_missing,
    up,
)
from gcbulk.simulator.neighbours import neighbours
from gcbulk.simulator.store import Resource

_BOARDS = """
    gameCenterLeaderboards gameCenterLeaderboardsV2 gameCenterLeaderboardSets gameCenterLeaderboardSetsV2
    gameCenterActivities gameCenterChallenges
"""


class DetailRules(Rules):
    """What holds for the Game Center detail of an app."""

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Turn Game Center on for an app, once."""
        app = parents["app"]
        if world.store.children(app.id, DETAILS):
            raise RefusedError(relationship_invalid("app", "Game Center is already enabled for this app"))
        return enable(world, app)


class GroupRules(Rules):
    """What holds for groups."""

    def make(self, world: World, view: View, given: dict[str, Json], parents: dict[str, Resource]) -> Resource:
        """Make a group, for which no name is needed."""
        return make_group(world, given.get("referenceName") or "")


def no_detail(world: World, kind: str, app: str) -> Json:
    """Give the detail of an app without Game Center; nobody knows for sure what the service answers."""
    match world.switches.game_center_off:
        case "empty-id":
            return {"type": kind, "id": ""}
        case "null":
            return None
        case _:
            return refuse_missing(world, kind, app)


def enable(world: World, app: Resource, *, group: Resource | None = None) -> Resource:
    """Turn Game Center on for an app, whose content lives on a group if it is in one; give the detail."""
    parents = {APPS: app.id} | ({GROUPS: group.id} if group else {})
    return world.make(DETAILS, {"arcadeEnabled": False, "challengeEnabled": False}, parents, key=app.id)


def make_group(world: World, reference_name: str) -> Resource:
    """Bring a group into being."""
    return world.make(GROUPS, {"referenceName": reference_name}, {}, key=reference_name)


def find_group(world: World, reference_name: str) -> Resource:
    """Give the group of that name; it is made when it is not there."""
    groups = world.store.all(GROUPS)
    same = (group for group in groups if group.attributes["referenceName"] == reference_name)
    return next(same, None) or make_group(world, reference_name)


def add_app(world: World, *, bundle_id: str, name: str) -> Resource:
    """Put an app into the account, as nobody can through the API."""
    attributes = {
        "name": name,
        "bundleId": bundle_id,
        "sku": bundle_id.upper(),
        "primaryLocale": "en-US",
        "contentRightsDeclaration": "DOES_NOT_USE_THIRD_PARTY_CONTENT",
        "isOrEverWasMadeForKids": False,
    }
    return world.make(APPS, attributes, {}, key=bundle_id)


APP = View(
    APPS,
    tuple(
        Attribute(name, on=On.SHOW)
        for name in ("name", "bundleId", "sku", "primaryLocale", "contentRightsDeclaration", "isOrEverWasMadeForKids")
    ),
    {"gameCenterDetail": Relation("/v1/gameCenterDetails", down(DETAILS), missing=no_detail)},
    neighbours(
        lists="""
            appClips appCustomProductPages appEncryptionDeclarations appEvents appInfos appStoreVersionExperimentsV2
            appStoreVersions androidToIosAppMappingDetails betaAppLocalizations betaGroups builds
            gameCenterEnabledVersions inAppPurchases inAppPurchasesV2 preReleaseVersions promotedPurchases
            subscriptionGroups
        """,
        singles="betaAppReviewDetail betaLicenseAgreement ciProduct endUserLicenseAgreement subscriptionGracePeriod",
        unlinked="appStoreIcon",
        unset="""
            accessibilityDeclarations accessibilityUrl alternativeDistributionKey analyticsReportRequests
            appAvailabilityV2 appPricePoints appPriceSchedule appTags backgroundAssets betaFeedbackCrashSubmissions
            betaFeedbackScreenshotSubmissions betaTesters buildUploads customerReviewSummarizations customerReviews
            marketplaceSearchDetail perfPowerMetrics searchKeywords streamlinedPurchasingEnabled subscriptionStatusUrl
            subscriptionStatusUrlForSandbox subscriptionStatusUrlVersion subscriptionStatusUrlVersionForSandbox webhooks
        """,
    ),
    verbs=(READ,),
    listing=Listing(
        filters=(
            *("bundleId", "name", "sku", "id", "reviewSubmissions.state", "reviewSubmissions.platform"),
            *("appStoreVersions", "appStoreVersions.appStoreState", "appStoreVersions.appVersionState"),
            "appStoreVersions.platform",
        ),
        sorts=("name", "bundleId", "sku"),
        exists=("gameCenterEnabledVersions",),
    ),
)
DETAIL = View(
    DETAILS,
    (Attribute("arcadeEnabled", "boolean", on=On.SHOW), Attribute("challengeEnabled", "boolean", on=FIXED)),
    {
        "app": Relation("/v1/apps", up(APPS), links=False),
        "gameCenterGroup": Relation("/v1/gameCenterGroups", up(GROUPS)),
    },
    neighbours(
        lists=f"""
            {_BOARDS} gameCenterAppVersions activityReleases challengeReleases leaderboardReleases
            leaderboardSetReleases challengesMinimumPlatformVersions
        """,
        unlinked="""
            defaultLeaderboard defaultLeaderboardV2 defaultGroupLeaderboard defaultGroupLeaderboardV2
        """,
    ),
    verbs=(CREATE, READ),
    parents={"app": APPS},
    rules=DetailRules(),
)
GROUP = View(
    GROUPS,
    (Attribute("referenceName", on=FIXED),),
    {
        "gameCenterDetails": Relation(
            "/v1/gameCenterDetails", down(DETAILS), many=True, filters=("gameCenterAppVersions.enabled",)
        )
    },
    neighbours(lists=_BOARDS),
    verbs=(CREATE, READ),
    listing=Listing(filters=("gameCenterDetails",)),
    rules=GroupRules(),
)
PART = Part(views={"/v1/apps": APP, "/v1/gameCenterDetails": DETAIL, "/v1/gameCenterGroups": GROUP})
