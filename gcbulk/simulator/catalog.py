"""Everything that the stand-in knows, assembled from the parts that each kind contributes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from starlette.routing import Match, Route

from gcbulk.simulator import handlers
from gcbulk.simulator.model import CREATE, DELETE, READ, UPDATE, Handler, Part, View
from gcbulk.simulator.queries import parameters

Calls = dict[tuple[str, str], Handler]


@dataclass(frozen=True, slots=True)
class Call:
    """Who answers a request.

    Args:
        handler: answers it; None for a call that is not known.
        template: the path, with names in place of ids.
        key: the id in the path; empty where there is none.
    """

    handler: Handler | None
    template: str
    key: str = ""


class Catalog:
    """The views and the calls of all kinds of things.

    Args:
        parts: what each kind of thing brings along.
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        parts = list(parts)
        self.views = _merged(parts)
        self.images = tuple(kind for part in parts for kind in part.images)
        self.calls: Calls = {}
        for path, view in self.views.items():
            self.calls |= self._own_calls(path, view) | self._calls_of_relations(path, view)
        by_path: dict[str, dict[str, Handler]] = {}
        for (method, path), handler in self.calls.items():
            by_path.setdefault(path, {})[method] = handler
        # The endpoint of a path is asked for the handler of a method. It is not started by starlette, whose endpoints
        # are coroutines: a request is applied under one lock, and some are applied after everybody has gone.
        self._routes = [Route(path, by_method.get) for path, by_method in by_path.items()]
        self.find = lru_cache(maxsize=1024)(self._find)  # hundreds of patterns, and the same few paths all the time

    def _find(self, method: str, path: str) -> Call:
        """Find who answers a call."""
        for route in self._routes:
            match, scope = route.matches({"type": "http", "method": method, "path": path})
            if match is Match.FULL:
                return Call(scope["endpoint"](method), route.path, scope["path_params"].get("id", ""))
        return Call(None, path)

    def _own_calls(self, path: str, view: View) -> Calls:
        """Give the calls on the resources of a view themselves."""
        one = f"{path}/{{id}}"
        calls: Calls = {}
        if CREATE in view.verbs:
            calls["POST", path] = handlers.create(path, view)
        if READ in view.verbs:
            calls["GET", one] = handlers.read(path, view, parameters(view, self.views))
        if UPDATE in view.verbs:
            calls["PATCH", one] = handlers.update(path, view)
        if DELETE in view.verbs:
            calls["DELETE", one] = handlers.delete(view)
        if view.listing is not None:
            calls["GET", path] = handlers.list_all(path, view, parameters(view, self.views, view.listing))
        return calls

    def _calls_of_relations(self, path: str, view: View) -> Calls:
        """Give the calls on every address that the links of a resource hold."""
        calls: Calls = {}
        for name, relation in view.relations.items():
            related, linkage = f"{path}/{{id}}/{name}", f"{path}/{{id}}/relationships/{name}"
            if relation.links:
                calls["GET", related] = handlers.read_related(view, relation, self.views)
                calls["GET", linkage] = handlers.read_linkage(view, relation)
            if relation.ordered:
                calls["PATCH", linkage] = handlers.replace_order(view, self.views[relation.view].type)
        for many, names in ((True, view.neighbours.lists), (False, view.neighbours.singles)):
            for name in names:
                calls["GET", f"{path}/{{id}}/{name}"] = handlers.read_neighbours(view, many=many)
                calls["GET", f"{path}/{{id}}/relationships/{name}"] = handlers.read_neighbours(view, many=many)
        return calls


def _merged(parts: list[Part]) -> dict[str, View]:
    """Give the views by path, each with the relationships that other parts add to it."""
    views = {path: view for part in parts for path, view in part.views.items()}
    for part in parts:
        for path, relations in part.relations.items():
            view = views[path]
            views[path] = replace(
                view,
                relations={**view.relations, **relations},
                one_of={**view.one_of, **part.one_of.get(path, {})},
                neighbours=view.neighbours.without(relations),
            )
    return views
