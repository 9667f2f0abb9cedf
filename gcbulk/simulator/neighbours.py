"""What Apple's resources have beside what this stand-in simulates: names that typed clients ask for and must find.

A list of these is always empty here, and a single one is never there. Source of the names:
https://developer.apple.com/documentation/appstoreconnectapi
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The members of a resource type that lead nowhere here.

    Args:
        lists: relationships to several resources, with links.
        singles: relationships to one resource, with links.
        unlinked: relationships to one resource, without links.
        unset: names that ``fields[...]`` may hold and that never have a value here.
    """

    lists: tuple[str, ...] = ()
    singles: tuple[str, ...] = ()
    unlinked: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()

    def includes(self) -> tuple[str, ...]:
        """Give every name that ``include`` may hold."""
        return (*self.lists, *self.singles, *self.unlinked)


_LEADERBOARDS = (
    "gameCenterLeaderboards",
    "gameCenterLeaderboardsV2",
    "gameCenterLeaderboardSets",
    "gameCenterLeaderboardSetsV2",
    "gameCenterActivities",
    "gameCenterChallenges",
)

OF_APPS = Neighbours(
    lists=(
        "appClips",
        "appCustomProductPages",
        "appEncryptionDeclarations",
        "appEvents",
        "appInfos",
        "appStoreVersionExperimentsV2",
        "appStoreVersions",
        "androidToIosAppMappingDetails",
        "betaAppLocalizations",
        "betaGroups",
        "builds",
        "gameCenterEnabledVersions",
        "inAppPurchases",
        "inAppPurchasesV2",
        "preReleaseVersions",
        "promotedPurchases",
        "subscriptionGroups",
    ),
    singles=(
        "betaAppReviewDetail",
        "betaLicenseAgreement",
        "ciProduct",
        "endUserLicenseAgreement",
        "subscriptionGracePeriod",
    ),
    unlinked=("appStoreIcon",),
    unset=(
        "accessibilityDeclarations",
        "accessibilityUrl",
        "alternativeDistributionKey",
        "analyticsReportRequests",
        "appAvailabilityV2",
        "appPricePoints",
        "appPriceSchedule",
        "appTags",
        "backgroundAssets",
        "betaFeedbackCrashSubmissions",
        "betaFeedbackScreenshotSubmissions",
        "betaTesters",
        "buildUploads",
        "customerReviewSummarizations",
        "customerReviews",
        "marketplaceSearchDetail",
        "perfPowerMetrics",
        "searchKeywords",
        "streamlinedPurchasingEnabled",
        "subscriptionStatusUrl",
        "subscriptionStatusUrlForSandbox",
        "subscriptionStatusUrlVersion",
        "subscriptionStatusUrlVersionForSandbox",
        "webhooks",
    ),
)
OF_DETAILS = Neighbours(
    lists=(
        *_LEADERBOARDS,
        "gameCenterAppVersions",
        "activityReleases",
        "challengeReleases",
        "leaderboardReleases",
        "leaderboardSetReleases",
        "challengesMinimumPlatformVersions",
    ),
    unlinked=("defaultLeaderboard", "defaultLeaderboardV2", "defaultGroupLeaderboard", "defaultGroupLeaderboardV2"),
)
OF_GROUPS = Neighbours(lists=_LEADERBOARDS)
OF_ACHIEVEMENTS_V1 = Neighbours(singles=("groupAchievement", "activity"), unset=("versions",))
OF_ACHIEVEMENTS_V2 = Neighbours(singles=("activity",))
OF_REVIEWS = Neighbours(unlinked=("appStoreVersionForReview", "submittedByActor", "lastUpdatedByActor"))
OF_REVIEW_ITEMS = Neighbours(
    unlinked=(
        "appCustomProductPageVersion",
        "appEvent",
        "appStoreVersion",
        "appStoreVersionExperiment",
        "appStoreVersionExperimentV2",
        "backgroundAssetVersion",
        "gameCenterActivityVersion",
        "gameCenterChallengeVersion",
        "gameCenterLeaderboardSetVersion",
        "gameCenterLeaderboardVersion",
        "inAppPurchaseVersion",
        "subscriptionGroupVersion",
        "subscriptionVersion",
    )
)
NOTHING = Neighbours()

FILTERS: Mapping[str, tuple[str, ...]] = {
    "apps": (
        "appStoreVersions",
        "appStoreVersions.appStoreState",
        "appStoreVersions.appVersionState",
        "appStoreVersions.platform",
    ),
    "gameCenterDetails": ("gameCenterAppVersions.enabled",),
}
"""By type, filters on neighbours; no resource here has any, so none passes."""

TYPES = frozenset(
    {
        "actors", "androidToIosAppMappingDetails", "appClips", "appCustomProductPageVersions", "appCustomProductPages",
        "appEncryptionDeclarations", "appEvents", "appInfos", "appStoreVersionExperiments", "appStoreVersions",
        "backgroundAssetVersions", "betaAppLocalizations", "betaAppReviewDetails", "betaGroups",
        "betaLicenseAgreements", "buildIcons", "builds", "ciProducts", "endUserLicenseAgreements",
        "gameCenterActivities", "gameCenterActivityVersionReleases", "gameCenterActivityVersions",
        "gameCenterAppVersions", "gameCenterChallengeVersionReleases", "gameCenterChallengeVersions",
        "gameCenterChallenges", "gameCenterEnabledVersions", "gameCenterLeaderboardReleases",
        "gameCenterLeaderboardSetReleases", "gameCenterLeaderboardSetVersions", "gameCenterLeaderboardSets",
        "gameCenterLeaderboardVersions", "gameCenterLeaderboards", "inAppPurchaseVersions", "inAppPurchases",
        "preReleaseVersions", "promotedPurchases", "subscriptionGracePeriods", "subscriptionGroupVersions",
        "subscriptionGroups", "subscriptionVersions",
    }
)  # fmt: skip
"""Types that ``fields[...]`` may name although no resource here has them; their field names are not looked at."""
