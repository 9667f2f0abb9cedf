"""Live records of a kind of thing and its localizations, read from listings.

In v1 the listing of things includes their localizations; in v2 it includes their versions, and each version's
localizations have a listing of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from gcbulk.appstore.calls import Reply
from gcbulk.appstore.live_images import included_image
from gcbulk.appstore.replies import document, has_id, identity, joined, members, references, resources, snake
from gcbulk.appstore.versions import are_drafts, is_editable, linked_versions
from gcbulk.records import Api, Form, Json, LiveLocalization, LiveThing, Resource, Role

Included: TypeAlias = Mapping[tuple[str, str], Mapping[str, Json]]
"""What came along with a listing, by type and id."""


def makes_sense(kind: Resource, role: Role, page: Reply) -> bool:
    """Whether each resource of a listing has its key, and what is known of it in the type that it has to have.

    One without would pass for another one, or for absent, and be created a second time.

    Args:
        kind: the kind of thing.
        role: what is listed: things or texts.
        page: a page of the listing.
    """
    included = document(page).get("included") or []
    if not isinstance(included, list) or not all(has_id(item) for item in included):
        return False
    texts = [item for item in included if item.get("type") == kind.text.type]
    listed = all(_is_whole(kind, role, item) for item in resources(page))
    return listed and all(_is_whole(kind, Role.TEXT, item) for item in texts)


def _is_whole(kind: Resource, role: Role, item: Mapping[str, Json]) -> bool:
    attributes, types = _attributes(item), {attribute.name: attribute.type for attribute in kind.attributes_of(role)}
    typed = (value is None or type(value) is types.get(name, type(value)) for name, value in attributes.items())
    return bool(attributes.get(kind.key_of(role))) and all(typed)


def live_things(kind: Resource, api: Api, pages: Sequence[Reply]) -> dict[str, tuple[LiveThing, ...]]:
    """What the pages of a listing hold, by identifier; several where the live game has duplicates."""
    form, included = kind.forms[api], _included(pages)
    read = _with_texts if form.version_parent is None else _with_versions
    things: dict[str, tuple[LiveThing, ...]] = {}
    for item in joined(pages):
        live = read(kind, form, item, included)
        key = str(live.attributes.get(kind.key, ""))
        things[key] = (*things.get(key, ()), live)
    return things


def live_texts(kind: Resource, api: Api, pages: Iterable[Reply]) -> dict[str, LiveLocalization]:
    """The texts that the pages of a listing hold, by locale, with their images where those came along."""
    read = list(pages)
    return _by_locale(kind, kind.forms[api], joined(read), _included(read))


def _with_texts(kind: Resource, form: Form, item: Mapping[str, Json], included: Included) -> LiveThing:
    linked = references(item, "localizations")
    texts = [included[identity] for identity in linked if identity in included]
    paging = members(members(members(members(item, "relationships"), "localizations"), "meta"), "paging")
    total = paging.get("total")
    is_whole = len(texts) == len(linked) and (not isinstance(total, int) or len(texts) >= total)
    return LiveThing(
        id=item["id"],
        attributes=_attributes(item),
        parent_id=item["id"],
        localizations=_by_locale(kind, form, texts, included) if is_whole else None,  # the rest has a list of its own
        at_once=_is_released(item, included),
    )


def _is_released(item: Mapping[str, Json], included: Included) -> bool | None:
    """Whether a thing has a release that is live (v1); None where nothing tells whether it is live.

    One without a release may have gone live by a version, which this form of the API does not show.
    """
    linked = references(item, "releases")
    said = [members(included[identity], "attributes").get("live") for identity in linked if identity in included]
    if True in said:
        return True
    return False if said and len(said) == len(linked) else None


def _with_versions(kind: Resource, form: Form, item: Mapping[str, Json], included: Included) -> LiveThing:
    versions = linked_versions(item, included)
    newest = versions[-1] if versions else None
    return LiveThing(
        id=item["id"],
        attributes=_attributes(item),
        parent_id=newest.id if newest else None,
        version_state=newest.state if newest else None,
        versions=versions,
        editable=is_editable(versions),
        deletable=are_drafts(versions),
    )


def _included(pages: Sequence[Reply]) -> Included:
    return {identity(item): item for page in pages for item in resources(page, "included")}


def _by_locale(
    kind: Resource, form: Form, items: Iterable[Mapping[str, Json]], included: Included
) -> dict[str, LiveLocalization]:
    texts = (
        LiveLocalization(item["id"], _attributes(item), included_image(item, form.image, included)) for item in items
    )
    return {str(live.attributes.get(kind.text.key, "")): live for live in texts}


def _attributes(item: Mapping[str, Json]) -> dict[str, Json]:
    return {snake(name): value for name, value in members(item, "attributes").items()}
