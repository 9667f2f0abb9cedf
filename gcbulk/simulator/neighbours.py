"""What Apple's resources have besides what is simulated here: names that typed clients ask for and must find.

A list of these is always empty here, and a single one never exists. Once a kind adds something to a resource, it is no
longer a neighbour of it.

Source: https://developer.apple.com/documentation/appstoreconnectapi
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The members of a resource type that lead nowhere here.

    Args:
        lists: relationships to several resources, with links.
        singles: relationships to one resource, with links.
        unlinked: relationships to one resource, without links.
        unlinked_lists: relationships to several resources, without links.
        unset: names that ``fields[...]`` may hold and that never have a value here.
    """

    lists: tuple[str, ...] = ()
    singles: tuple[str, ...] = ()
    unlinked: tuple[str, ...] = ()
    unlinked_lists: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()

    def includes(self) -> tuple[str, ...]:
        """Give every name that ``include`` may hold."""
        return (*self.lists, *self.singles, *self.unlinked, *self.unlinked_lists)

    def without(self, names: Collection[str]) -> Neighbours:
        """Leave out what has come to be simulated."""
        members = (self.lists, self.singles, self.unlinked, self.unlinked_lists, self.unset)
        return Neighbours(*(tuple(name for name in member if name not in names) for member in members))


NOTHING = Neighbours()


def neighbours(
    *, lists: str = "", singles: str = "", unlinked: str = "", unlinked_lists: str = "", unset: str = ""
) -> Neighbours:
    """Make the record out of names between blanks."""
    return Neighbours(*(tuple(names.split()) for names in (lists, singles, unlinked, unlinked_lists, unset)))


_TYPES = """
    actors androidToIosAppMappingDetails appClips appCustomProductPageVersions appCustomProductPages
    appEncryptionDeclarations appEvents appInfos appStoreVersionExperiments appStoreVersions backgroundAssetVersions
    betaAppLocalizations betaAppReviewDetails betaGroups betaLicenseAgreements buildIcons builds ciProducts
    endUserLicenseAgreements gameCenterActivities gameCenterActivityVersionReleases gameCenterActivityVersions
    gameCenterAppVersions gameCenterChallengeVersionReleases gameCenterChallengeVersions gameCenterChallenges
    gameCenterEnabledVersions gameCenterLeaderboardReleases gameCenterLeaderboardSetReleases
    gameCenterLeaderboardSetVersions gameCenterLeaderboardSets gameCenterLeaderboardVersions gameCenterLeaderboards
    inAppPurchaseVersions inAppPurchases preReleaseVersions promotedPurchases subscriptionGracePeriods
    subscriptionGroupVersions subscriptionGroups subscriptionVersions
"""
TYPES = frozenset(_TYPES.split())
"""Types that ``fields[...]`` may name although no resource here has them; their field names are not looked at."""
