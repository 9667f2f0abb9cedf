"""Reading the service's side: where an app's achievements live, and what is there.

What comes in: a client and settings. What goes out: a `Target` and a `Snapshot`, in as few requests as the API
allows: one paged listing, and in v2 one request for each version whose localizations matter.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import assert_never

from gcbulk.appstore import achievements, apps, versions
from gcbulk.appstore.achievements import Api
from gcbulk.appstore.calls import Call, Reply
from gcbulk.appstore.replies import joined
from gcbulk.errors import ApiError, PlanError, SettingsError
from gcbulk.records import Json, LiveAchievement, LiveLocalization, LiveVersion, Snapshot, Target
from gcbulk.service.client import Client, senseless
from gcbulk.service.clock import Clock
from gcbulk.settings import Settings

LISTINGS = 3
"""How often what is live is listed at most, until two lists agree on what is there twice."""


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
    group = apps.group_name(reply)
    return Target(bundle_id=bundle_id, app_name=name, detail_id=detail_id, group_id=group_id, group_name=group)


def read_snapshot(
    client: Client,
    clock: Clock,
    *,
    api: Api,
    target: Target,
    with_localizations: Collection[str] | None,
    with_images: bool = False,
    with_order: bool = False,
) -> Snapshot:
    """What the service has in the target now, archived achievements too.

    Args:
        client: how to reach it.
        clock: what dates the snapshot.
        api: which form of the API is spoken.
        target: where the achievements live.
        with_localizations: the vendor identifiers whose localizations are wanted; None for all of them.
        with_images: whether images are wanted in v1 too, where they cost a request an achievement; in v2 they come
            along with the localizations.
        with_order: whether the display order is wanted.
    """
    taken_at = clock.now()
    found = _achievements(client, api, target)
    wanted = found.keys() if with_localizations is None else found.keys() & set(with_localizations)
    for key in sorted(wanted):
        found[key] = tuple(_with_localizations(client, api, live, with_images) for live in found[key])
    return Snapshot(taken_at, found, _order(client, api, target) if with_order else ())


def opened(client: Client, live: LiveAchievement, version_id: str) -> LiveAchievement:
    """An achievement whose next version was opened just now, with what the service put into that version (v2).

    Args:
        client: how to reach the service.
        live: the achievement as it was before.
        version_id: the new version.
    """
    number = max((version.number for version in live.versions), default=0) + 1
    new = LiveVersion(version_id, number, versions.DRAFT)
    return dataclasses.replace(
        live,
        parent_id=version_id,
        version_state=versions.DRAFT,
        localizations=_of_version(client, version_id),
        versions=(*live.versions, new),
        editable=True,
        deletable=False,
        earlier=live.localizations or {},
    )


def version_id(client: Client, achievement_id: str) -> str | None:
    """The id of an achievement's newest version (v2)."""
    return versions.newest_version(*client.pages(versions.versions_of(achievement_id)))


def _achievements(client: Client, api: Api, target: Target) -> dict[str, tuple[LiveAchievement, ...]]:
    """What is live; that something is there twice is believed of no single list, for it is advised to delete one."""
    doubted: set[str] = set()
    for _ in range(LISTINGS):
        pages = _listed(client, achievements.list_achievements(api, target), "vendor_identifier")
        found = achievements.live_achievements(api, pages)
        twice = {key for key, live in found.items() if len(live) > 1}
        if twice <= doubted:
            break
        doubted |= twice
    return found


def _order(client: Client, api: Api, target: Target) -> tuple[str, ...]:
    pages = client.pages(achievements.display_order(api, target))
    return tuple(item["id"] for item in joined(pages))


def _with_localizations(client: Client, api: Api, live: LiveAchievement, with_images: bool) -> LiveAchievement:
    match api:
        case Api.V1:
            if live.localizations is not None and not (with_images and live.localizations):
                return live
            pages = _listed(client, achievements.list_localizations_v1(live.id), "locale")
            return dataclasses.replace(live, localizations=achievements.live_localizations(pages))
        case Api.V2:
            parent_id = live.parent_id or version_id(client, live.id)
            found = _of_version(client, parent_id) if parent_id is not None else {}
            return dataclasses.replace(live, parent_id=parent_id, localizations=found)
        case _:
            assert_never(api)


def _of_version(client: Client, version_id: str) -> dict[str, LiveLocalization]:
    return achievements.live_localizations(_listed(client, achievements.list_localizations(version_id), "locale"))


def _listed(client: Client, call: Call, key: str) -> list[Reply]:
    pages = list(client.pages(call))
    if not all(achievements.makes_sense(page, key) for page in pages):
        raise senseless(call.path)
    return pages


def _app(client: Client, bundle_id: str) -> tuple[str, str] | None:
    for reply in client.pages(apps.find_app(bundle_id)):
        if (found := apps.app_of(reply, bundle_id)) is not None:
            return found
    return None


def _target_by_detail(client: Client, detail_id: str, bundle_id: str | None) -> Target:
    try:
        reply = client.read(apps.detail(detail_id))
    except ApiError as error:
        if error.status != 404:
            raise
        raise SettingsError(
            f"The key sees no Game Center detail {detail_id!r}. Check --detail-id, or name the app with --bundle-id."
        ) from error
    _, group_id = apps.detail_ids(reply)
    app = apps.included_app(reply)
    live_bundle, name = _text(app.get("bundleId")), _text(app.get("name"))
    if bundle_id and live_bundle and live_bundle != bundle_id:
        raise SettingsError(
            f"The Game Center detail {detail_id} belongs to {live_bundle}, not to {bundle_id}. Leave out one of "
            "--detail-id and --bundle-id."
        )
    return Target(
        bundle_id=bundle_id or live_bundle,
        app_name=name,
        detail_id=detail_id,
        group_id=group_id,
        group_name=apps.group_name(reply),
    )


def _text(found: Json) -> str | None:
    return found if isinstance(found, str) and found else None
