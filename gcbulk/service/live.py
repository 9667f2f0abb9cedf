"""Read the live side: where an app's content is, and what is there.

It takes as few requests as the API allows: one paged listing of each kind that matters and, in v2, one more for each
version whose localizations do.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import TypeAlias

from gcbulk.appstore import apps, live_things, things, versions
from gcbulk.appstore.calls import Call, Reply
from gcbulk.appstore.replies import joined
from gcbulk.errors import ApiError, PlanError, SettingsError
from gcbulk.records import Api, Json, LiveLocalization, LiveThing, LiveVersion, Resource, Role, Snapshot, Target
from gcbulk.service.client import Client, senseless
from gcbulk.service.clock import Clock
from gcbulk.settings import Settings

Wanted: TypeAlias = Mapping[Resource, Collection[str] | None]
"""The kinds to read, each with the identifiers of the things whose texts are wanted; None for those of all things."""
LISTINGS = 3
"""How often what is live is listed at most, until two lists agree on what is there twice."""


def find_target(client: Client, settings: Settings) -> Target:
    """Where the app's content lives: its Game Center detail, or the group that the detail is in.

    Raises:
        SettingsError: the key sees no such app.
        PlanError: the app has no Game Center detail.
    """
    if settings.detail_id:
        return _target_by_detail(client, settings.detail_id, settings.bundle_id)
    bundle_id = settings.bundle_id or ""
    app = _app(client, bundle_id)
    if app is None:
        raise SettingsError(
            f"The key sees no app with the bundle id {bundle_id!r}. Check the spelling (capitals count), and that "
            "the key belongs to the app's team."
        )
    app_id, name = app
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
    wanted: Wanted,
    *,
    api: Api,
    target: Target,
    with_images: bool = False,
    with_order: bool = False,
) -> Snapshot:
    """What the service has in the target now, archived things too.

    Args:
        client: how to reach it.
        clock: what dates the snapshot.
        wanted: what to read.
        api: which form of the API is spoken.
        target: where the things live.
        with_images: whether images are wanted in v1 too, where they cost a request a thing; in v2 they come
            along with the localizations.
        with_order: whether the display order is wanted.
    """
    taken_at = clock.now()
    things, order = {}, {}
    for kind, named in wanted.items():
        things[kind.kind] = listed = _things(client, kind, api, target)
        for key in sorted(listed.keys() if named is None else listed.keys() & set(named)):
            listed[key] = tuple(_with_texts(client, kind, api, live, with_images) for live in listed[key])
        if with_order:
            order[kind.kind] = _order(client, kind, api, target)
    return Snapshot(taken_at, things, order)


def opened(client: Client, kind: Resource, api: Api, live: LiveThing, version_id: str) -> LiveThing:
    """A thing whose next version was opened just now, with what the service put into that version.

    Args:
        client: how to reach the service.
        kind: the kind of thing.
        api: which form of the API is spoken; one that has versions.
        live: the thing as it was before.
        version_id: the new version.
    """
    number = max((version.number for version in live.versions), default=0) + 1
    new = LiveVersion(version_id, number, versions.DRAFT)
    return dataclasses.replace(
        live,
        parent_id=version_id,
        version_state=versions.DRAFT,
        localizations=_texts(client, kind, api, version_id),
        versions=(*live.versions, new),
        editable=True,
        deletable=False,
        earlier=live.localizations or {},
    )


def version_id(client: Client, kind: Resource, api: Api, thing_id: str) -> str | None:
    """The id of a thing's newest version, in a form of the API that has versions."""
    return versions.newest_version(*client.pages(versions.versions_of(kind, api, thing_id)))


def _things(client: Client, kind: Resource, api: Api, target: Target) -> dict[str, tuple[LiveThing, ...]]:
    """What is live; no single list is believed about duplicates, because the advice is to delete one of them."""
    doubted: set[str] = set()
    for _ in range(LISTINGS):
        pages = _listed(client, kind, Role.THING, things.list_things(kind, api, target))
        listing = live_things.live_things(kind, api, pages)
        twice = {key for key, live in listing.items() if len(live) > 1}
        if twice <= doubted:
            break
        doubted |= twice
    return listing


def _order(client: Client, kind: Resource, api: Api, target: Target) -> tuple[str, ...]:
    pages = client.pages(things.display_order(kind, api, target))
    return tuple(item["id"] for item in joined(pages))


def _with_texts(client: Client, kind: Resource, api: Api, live: LiveThing, with_images: bool) -> LiveThing:
    if kind.forms[api].version_parent is None:
        if live.localizations is not None and not (with_images and live.localizations):
            return live
        return dataclasses.replace(live, localizations=_texts(client, kind, api, live.id))
    parent_id = live.parent_id or version_id(client, kind, api, live.id)
    texts = _texts(client, kind, api, parent_id) if parent_id is not None else {}
    return dataclasses.replace(live, parent_id=parent_id, localizations=texts)


def _texts(client: Client, kind: Resource, api: Api, parent_id: str) -> dict[str, LiveLocalization]:
    pages = _listed(client, kind, Role.TEXT, things.list_texts(kind, api, parent_id))
    return live_things.live_texts(kind, api, pages)


def _listed(client: Client, kind: Resource, role: Role, call: Call) -> list[Reply]:
    pages = list(client.pages(call))
    if not all(live_things.makes_sense(kind, role, page) for page in pages):
        raise senseless(call.path)
    return pages


def _app(client: Client, bundle_id: str) -> tuple[str, str] | None:
    for reply in client.pages(apps.find_app(bundle_id)):
        if (app := apps.app_of(reply, bundle_id)) is not None:
            return app
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


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
