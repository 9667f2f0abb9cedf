"""JSON:API documents: resources with their links, what is included, and pages.

What comes in: resources and the query. What goes out: the answer. Links follow the Host header, and ``links.next``
is left out at the end of a list.

Source: https://jsonapi.org/format/1.0/
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gcbulk.simulator.exchange import Answer, Json, Request, json_answer
from gcbulk.simulator.queries import LARGEST_INCLUDE, Query, next_page
from gcbulk.simulator.store import Resource
from gcbulk.simulator.views import VIEWS, Relation, shown_attributes
from gcbulk.simulator.world import World


class Writer:
    """Writes resources as one request wants them.

    Args:
        world: the service's inner side.
        request: what is answered.
        query: what it asked for.
    """

    def __init__(self, world: World, request: Request, query: Query | None = None) -> None:
        self._world = world
        self._request = request
        self._query = query or Query()

    def one(self, name: str, resource: Resource, *, status: int = 200) -> Answer:
        """Answer with a single resource.

        Args:
            name: its view's name.
            resource: the resource.
            status: 200, or 201 for one that was just made.

        Returns:
            The answer.
        """
        base = self._request.base
        document: Json = {"data": self.resource(name, resource)}
        document |= self._included(name, [resource])
        document["links"] = {"self": f"{base}{self._request.target}"}
        headers = (("Location", f"{base}{VIEWS[name].path}/{resource.id}"),) if status == 201 else ()
        answer = json_answer(status, document)
        return Answer(status, answer.body, answer.content_type, headers)

    def page(self, name: str, resources: Sequence[Resource]) -> Answer:
        """Answer with one page of a list.

        Args:
            name: the view's name.
            resources: the whole list.

        Returns:
            The answer.
        """
        included = self._included(name, self._slice(resources))
        return self._paged(resources, lambda each: self.resource(name, each), included)

    def linkages(self, resources: Sequence[Resource]) -> Answer:
        """Answer with one page of a relationship's identifiers.

        Args:
            resources: all that it leads to.

        Returns:
            The answer.
        """
        return self._paged(resources, lambda each: {"type": each.type, "id": each.id}, {})

    def linkage(self, resources: Sequence[Resource]) -> Answer:
        """Answer with the identifier that a relationship to one resource leads to, null where it leads nowhere.

        Args:
            resources: what it leads to, one at most.

        Returns:
            The answer.
        """
        data = {"type": resources[0].type, "id": resources[0].id} if resources else None
        return json_answer(200, {"data": data, "links": {"self": f"{self._request.base}{self._request.target}"}})

    def resource(self, name: str, resource: Resource, *, naming: tuple[str, ...] = ()) -> Json:
        """Write one resource.

        Args:
            name: its view's name.
            resource: the resource.
            naming: relationships whose data is written although they were not asked for.

        Returns:
            The resource object.
        """
        view = VIEWS[name]
        address = f"{self._request.base}{view.path}/{resource.id}"
        relationships = {
            key: self._relationship(address, key, relation, resource, naming)
            for key, relation in view.relations.items()
        }
        for key in (*view.neighbours.lists, *view.neighbours.singles):
            relationships[key] = {"links": _links(address, key)}
        attributes = shown_attributes(view, self._world, self._request.base, resource)
        written: Json = {"type": view.type, "id": resource.id, "attributes": attributes}
        written["relationships"] = {key: value for key, value in relationships.items() if value}
        written["links"] = {"self": address}
        return self._chosen(view.type, written)

    def _slice(self, resources: Sequence[Resource]) -> Sequence[Resource]:
        return resources[self._query.offset : self._query.offset + self._query.limit]

    def _paged(self, resources: Sequence[Resource], write: Callable[[Resource], Json], included: Json) -> Answer:
        limit, end = self._query.limit, self._query.offset + self._query.limit
        links = {"self": f"{self._request.base}{self._request.target}"}
        paging: Json = {"total": len(resources), "limit": limit}
        if end < len(resources):
            links["next"] = next_page(self._request, end)
            paging["nextCursor"] = str(end)
        document: Json = {"data": [write(each) for each in self._slice(resources)], **included}
        return json_answer(200, document | {"links": links, "meta": {"paging": paging}})

    def _relationship(
        self, address: str, key: str, relation: Relation, resource: Resource, naming: tuple[str, ...]
    ) -> Json:
        member: Json = {}
        if key in self._query.include or key in naming:
            found = self._found(key, relation, resource)
            linkage = [{"type": each.type, "id": each.id} for each in found]
            if relation.many:
                total = len(self._world.shown(relation.find(self._world.store, resource)))
                member["data"] = linkage
                member["meta"] = {"paging": {"total": total, "limit": self._limit(key)}}
            elif linkage:
                member["data"] = linkage[0]
        if relation.links:
            member["links"] = _links(address, key)
        return member

    def _found(self, key: str, relation: Relation, resource: Resource) -> list[Resource]:
        found = self._world.shown(relation.find(self._world.store, resource))
        return found[: self._limit(key)]

    def _limit(self, key: str) -> int:
        return (self._query.limits or {}).get(key, LARGEST_INCLUDE)

    def _included(self, name: str, resources: Sequence[Resource]) -> Json:
        """Write what was asked to come along, each resource once; no member where nothing was asked for."""
        if not self._query.include:
            return {}
        bare = Writer(self._world, self._request, Query(fields=self._query.fields))
        found: dict[str, Json] = {}
        for key, relation in VIEWS[name].relations.items():
            for resource in resources if key in self._query.include else ():
                for each in self._found(key, relation, resource):
                    found[each.id] = bare.resource(relation.view, each)
        return {"included": list(found.values())}

    def _chosen(self, kind: str, written: Json) -> Json:
        """Leave out the members that ``fields[...]`` does not name."""
        wanted = (self._query.fields or {}).get(kind)
        if wanted is not None:
            for part in ("attributes", "relationships"):
                written[part] = {key: value for key, value in written[part].items() if key in wanted}
        return written


def _links(address: str, key: str) -> Json:
    """Give the addresses of a relationship and of what it leads to."""
    return {"self": f"{address}/relationships/{key}", "related": f"{address}/{key}"}
