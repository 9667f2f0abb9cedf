"""Ids in paths: each is one segment, whatever it holds, and none is ever empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.appstore import apps, reviews, things, versions
from gcbulk.appstore.calls import Call, at
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, Role, Target

APPSTORE = Path(things.__file__).parent


def target(detail_id: str, group_id: str | None = None) -> Target:
    """Give where achievements live."""
    return Target(bundle_id="com.example.game", app_name="Game", detail_id=detail_id, group_id=group_id)


CALLS: dict[str, Callable[[str], Call]] = {
    "detail of an app": apps.detail_of_app,
    "detail": apps.detail,
    "update": lambda key: things.update(RESOURCE, Api.V2, Role.TEXT, key, {}),
    "delete": lambda key: things.remove(RESOURCE, Api.V1, key),
    "list v1": lambda key: things.list_things(RESOURCE, Api.V1, target(key)),
    "list v2 of a group": lambda key: things.list_things(RESOURCE, Api.V2, target("d", key)),
    "order": lambda key: things.display_order(RESOURCE, Api.V2, target(key)),
    "new order": lambda key: things.set_order(RESOURCE, Api.V1, target(key), ["1"]),
    "localizations of a version": lambda key: things.list_texts(RESOURCE, Api.V2, key),
    "localizations v1": lambda key: things.list_texts(RESOURCE, Api.V1, key),
    "versions": lambda key: versions.versions_of(RESOURCE, Api.V2, key),
    "review": reviews.submission,
    "submit": reviews.submit,
    "items": lambda key: reviews.items_of((RESOURCE,), key),
    "releases": lambda key: reviews.releases_of(RESOURCE, key),
    "release": lambda key: Call("DELETE", reviews.release_path(RESOURCE, key)),
}


@pytest.mark.parametrize("name", CALLS)
@given(key=st.text(min_size=1).filter(str.strip) | st.sampled_from(["..", ".", "a/b", "?x=1", "%2F", "#", "ü"]))
def test_an_id_is_one_segment(name: str, key: str) -> None:
    """Whatever an id holds, the path has as many segments as with a plain one, and the id stands in one of them."""
    plain, path = CALLS[name]("1").path.split("/"), CALLS[name](key).path.split("/")
    assert len(path) == len(plain)
    assert unquote(path[plain.index("1")]) == key
    assert not {".", ".."} & set(path)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("key", ["", " ", "\t"])
def test_no_path_has_an_empty_segment(name: str, key: str) -> None:
    """A call with an id that is none is never made; it would ask for something else."""
    with pytest.raises(ValueError, match="No id"):
        CALLS[name](key)


def test_ids_come_into_paths_in_one_way_only() -> None:
    """No other module of the room writes an id into a path by itself."""
    by_itself = re.compile(r'f"[^"]*/[^"]*(_id|\.id|key)}')
    lines = {
        f"{path.name}: {line.strip()}"
        for path in APPSTORE.glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if by_itself.search(line)
    }
    assert lines == set()


def test_several_ids_in_one_path() -> None:
    """Each goes to its own place."""
    assert at("/v1/{}/b/{}", "a b", "c/d") == "/v1/a%20b/b/c%2Fd"
