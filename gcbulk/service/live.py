"""Reading the service's side: where an app's achievements live, and what is there.

What comes in: a client and settings. What goes out: a `Target` and a `Snapshot`, in as few requests as the API
allows: one paged listing, and in v2 one request for each version whose localizations matter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from gcbulk.appstore import achievements, apps
from gcbulk.appstore.achievements import Api
from gcbulk.appstore.calls import Reply
from gcbulk.errors import ApiError, PlanError, SettingsError
from gcbulk.records import Json, LiveAchievement, Snapshot, Target
from gcbulk.service.client import Client
from gcbulk.service.clock import Clock
from gcbulk.settings import Settings


def find_target(client: Client, settings: Settings) -> Target:
    """Where the app's achievements live: its Game Center detail, or the group that the detail is in.

    Raises:
        SettingsError: the key sees no such app.
        PlanError: the app has no Game Center detail.
    """
    if settings.detail_id:
        return _target_by_detail(client, settings.detail_id, settings.bundle_id)
    bundle_id = settings.bundle_id or ""
    found = _app(client, bundle_id)
    if found is None:
        raise SettingsError(
            f"The key sees no app with the bundle id {bundle_id!r}. Check the spelling (capitals count), and that "
            "the key belongs to the app's team."
        )
    app_id, name = found
    try:
        reply = client.read(apps.detail_of_app(app_id))
    except ApiError as error:
        if error.status != 404:
            raise
        reply = Reply(404)
    detail_id, group_id = apps.detail_ids(reply)
    if detail_id is None:
        raise PlanError(
            f"Game Center is not on for {name} ({bundle_id}). Turn it on in App Store Connect under the app's "
            "Growth & Marketing, Game Center, then run this again."
        )
    return Target(bundle_id=bundle_id, app_name=name, detail_id=detail_id, group_id=group_id)


def read_snapshot(
    client: Client, clock: Clock, *, api: Api, target: Target, with_localizations: Collection[str]
) -> Snapshot:
    """What the service has in the target now.

    Args:
        client: how to reach it.
        clock: what dates the snapshot.
        api: which form of the API is spoken.
        target: where the achievements live.
        with_localizations: the vendor identifiers whose localizations are wanted.
    """
    taken_at = clock.now()
    pages = list(client.pages(achievements.list_achievements(api, target)))
    found = achievements.live_achievements(api, pages)
    wanted = found.keys() & set(with_localizations)
    for key in sorted(wanted):
        found[key] = tuple(_with_localizations(client, live) for live in found[key])
    return Snapshot(taken_at=taken_at, achievements=found)


def version_id(client: Client, achievement_id: str) -> str | None:
    """The id of an achievement's newest version (v2)."""
    return achievements.newest_version(client.read(achievements.versions_of(achievement_id)))


def _with_localizations(client: Client, live: LiveAchievement) -> LiveAchievement:
    if live.localizations is not None:
        return live
    parent_id = live.parent_id or version_id(client, live.id)
    if parent_id is None:
        return dataclasses.replace(live, localizations={})
    pages = list(client.pages(achievements.list_localizations(parent_id)))
    return dataclasses.replace(live, parent_id=parent_id, localizations=achievements.live_localizations(pages))


def _app(client: Client, bundle_id: str) -> tuple[str, str] | None:
    for reply in client.pages(apps.find_app(bundle_id)):
        if (found := apps.app_of(reply, bundle_id)) is not None:
            return found
    return None


def _target_by_detail(client: Client, detail_id: str, bundle_id: str | None) -> Target:
    reply = client.read(apps.detail(detail_id))
    _, group_id = apps.detail_ids(reply)
    app = apps.included_app(reply)
    live_bundle, name = _text(app.get("bundleId")), _text(app.get("name"))
    if bundle_id and live_bundle and live_bundle != bundle_id:
        raise SettingsError(
            f"The Game Center detail {detail_id} belongs to {live_bundle}, not to {bundle_id}. Leave out one of "
            "--detail-id and --bundle-id."
        )
    return Target(bundle_id=bundle_id or live_bundle, app_name=name, detail_id=detail_id, group_id=group_id)


def _text(found: Json) -> str | None:
    return found if isinstance(found, str) and found else None
