"""JSON:API documents: resources with their links, included resources, and pages.

Links follow the Host header, and ``links.next`` is left out at the end of a list.

Source: https://jsonapi.org/format/1.0/
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gcbulk.simulator.exchange import Answer, Json, Request, json_answer
from gcbulk.simulator.model import READ, Relation, World
from gcbulk.simulator.queries import LARGEST_INCLUDE, Query, next_page
from gcbulk.simulator.store import Resource


class Writer:
    """Writes resources as one request wants them; a view is named by its path.

    Args:
        world: the service's inner side.
        request: what is answered.
        query: what it asked for.
    """

    def __init__(self, world: World, request: Request, query: Query | None = None) -> None:
        self._world = world
        self._request = request
        self._query = query or Query()

    def one(self, path: str, resource: Resource, *, status: int = 200, named: tuple[str, ...] = ()) -> Answer:
        """Answer with a single resource.

        Args:
            path: its view.
            resource: the resource.
            status: 200, or 201 for one that was just made.
            named: relationships whose data is written although they were not asked for.

        Returns:
            The answer.
        """
        document: Json = {"data": self._resource(path, resource, named=named), **self._included(path, [resource])}
        document["links"] = self._self_link()
        answer = json_answer(status, document)
        if status != 201 or READ not in self._world.views[path].verbs:
            return answer
        return replace(answer, headers=(("Location", f"{self._request.base}{path}/{resource.id}"),))

    def page(self, path: str, resources: Sequence[Resource]) -> Answer:
        """Answer with one page of a list of resources."""
        included = self._included(path, self._slice(resources))
        return self._paged(resources, lambda each: self._resource(path, each), included)

    def linkages(self, resources: Sequence[Resource]) -> Answer:
        """Answer with one page of the identifiers of everything that a relationship leads to."""
        return self._paged(resources, _identifier, {})

    def linkage(self, resources: Sequence[Resource]) -> Answer:
        """Answer with the one identifier that a relationship leads to, null where it leads nowhere."""
        return self.data(_identifier(resources[0]) if resources else None)

    def data(self, data: Json) -> Answer:
        """Answer with data that is not a resource."""
        return json_answer(200, {"data": data, "links": self._self_link()})

    def _resource(self, path: str, resource: Resource, *, named: tuple[str, ...] = ()) -> Json:
        view = self._world.views[path]
        address = f"{self._request.base}{path}/{resource.id}"
        relationships = {
            key: self._relationship(address, key, relation, resource, named) for key, relation in view.relations.items()
        }
        for key in (*view.neighbours.lists, *view.neighbours.singles):
            relationships[key] = {"links": _links(address, key)}
        has = resource.attributes if view.show is None else view.show(self._world, self._request.base, resource)
        written: Json = {
            "type": view.type,
            "id": resource.id,
            "attributes": {name: has[name] for name in view.shown if name in has},
            "links": {"self": address},
        }
        if relationships:
            written["relationships"] = {key: value for key, value in relationships.items() if value}
        return self._chosen(view.type, written)

    def _self_link(self) -> dict[str, str]:
        return {"self": f"{self._request.base}{self._request.target}"}

    def _slice(self, resources: Sequence[Resource]) -> Sequence[Resource]:
        return resources[self._query.offset : self._query.offset + self._query.limit]

    def _paged(self, resources: Sequence[Resource], write: Callable[[Resource], Json], included: Json) -> Answer:
        limit, end = self._query.limit, self._query.offset + self._query.limit
        links = self._self_link()
        paging: Json = {"total": len(resources), "limit": limit}
        if end < len(resources):
            links["next"] = next_page(self._request, end)
            paging["nextCursor"] = str(end)
        document: Json = {"data": [write(each) for each in self._slice(resources)], **included}
        return json_answer(200, document | {"links": links, "meta": {"paging": paging}})

    def _relationship(
        self, address: str, key: str, relation: Relation, resource: Resource, named: tuple[str, ...]
    ) -> Json:
        member: Json = {}
        if key in self._query.include or key in named:
            everything = self._world.visible(relation.find(self._world.store, resource))
            linkage = [_identifier(each) for each in everything[: self._limit(key)]]
            if relation.many:
                member["data"] = linkage
                member["meta"] = {"paging": {"total": len(everything), "limit": self._limit(key)}}
            elif linkage:
                member["data"] = linkage[0]
        if relation.links:
            member["links"] = _links(address, key)
        return member

    def _limit(self, key: str) -> int:
        return (self._query.limits or {}).get(key, LARGEST_INCLUDE)

    def _included(self, path: str, resources: Sequence[Resource]) -> Json:
        """Write what was asked to come along, each resource once; no member where nothing was asked for."""
        if not self._query.include:
            return {}
        bare = Writer(self._world, self._request, Query(fields=self._query.fields))
        included: dict[str, Json] = {}
        for key, relation in self._world.views[path].relations.items():
            for resource in resources if key in self._query.include else ():
                for each in self._world.visible(relation.find(self._world.store, resource))[: self._limit(key)]:
                    included[each.id] = bare._resource(relation.view, each)
        return {"included": list(included.values())}

    def _chosen(self, kind: str, written: Json) -> Json:
        """Leave out the members that ``fields[...]`` does not name."""
        wanted = (self._query.fields or {}).get(kind)
        if wanted is not None:
            for part in {"attributes", "relationships"} & written.keys():
                written[part] = {key: value for key, value in written[part].items() if key in wanted}
        return written


def _identifier(resource: Resource) -> Json:
    return {"type": resource.type, "id": resource.id}


def _links(address: str, key: str) -> Json:
    """Give the addresses of a relationship and of what it leads to."""
    return {"self": f"{address}/relationships/{key}", "related": f"{address}/{key}"}
