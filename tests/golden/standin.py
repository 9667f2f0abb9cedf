"""A service without a network: it lists what is live, answers what is sent, and keeps every request.

It stands where `gcbulk.Service` and its client do, so that a plan and its requests are made as they always
are. What it is sent is echoed with an id; only a version that is opened is listed afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

from gcbulk.appstore.calls import Call, Reply
from gcbulk.appstore.replies import judge
from gcbulk.kinds.achievement_resource import RESOURCE
from gcbulk.records import Api, History, Snapshot, Target
from gcbulk.service.client import Answer
from gcbulk.service.live import Wanted, opened, read_snapshot
from gcbulk.simulator.exchange import Json
from golden.live import Thing

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
THINGS, TEXTS, VERSIONS = (
    "gameCenterAchievements", "gameCenterAchievementLocalizations", "gameCenterAchievementVersions",
)  # fmt: skip
IMAGES, RELEASES = "gameCenterAchievementImages", "gameCenterAchievementReleases"
PER_HOUR = 3_600
REFUSED = {2: (THINGS, "points"), 4: (TEXTS, "name")}
"""Which writes are refused where some are, by their number of the type, and the attribute that is pointed at."""


class StillClock:
    """A clock at which it is always noon."""

    def now(self) -> datetime:
        """The time (UTC)."""
        return NOON


@dataclass(slots=True)
class StandIn:
    """A service and its client.

    Args:
        api: which form of the API is spoken.
        target: where achievements live.
        things: what is live.
        sent: what earlier runs sent.
        refuses: whether some writes are refused.
    """

    api: Api
    target: Target
    things: Sequence[Thing]
    sent: History
    refuses: bool = False
    requests: list[tuple[Call, Json]] = field(default_factory=list)
    versions: dict[str, list[tuple[str, int, str]]] = field(init=False)
    clock: StillClock = field(default_factory=StillClock)
    scope: str = "golden detail-1"

    def __post_init__(self) -> None:
        """Know the versions that there are."""
        self.versions = {thing.id: list(thing.versions) for thing in self.things}

    @property
    def settings(self) -> Json:
        """The settings that a plan goes by."""
        return SimpleNamespace(base_url="http://127.0.0.1:8431", settle_wait_s=60.0)

    @property
    def session(self) -> Json:
        """The limits that a plan goes by."""
        return SimpleNamespace(pacer=SimpleNamespace(per_hour=PER_HOUR, per_minute=300))

    def remaining(self) -> int:
        """What is left of the hour: all of it."""
        return PER_HOUR

    def examine(self) -> None:
        """There is no journal to look through."""

    def mark(self) -> tuple[int, int]:
        """How far the journal has come."""
        return 0, 0

    def history(self) -> History:
        """What earlier runs sent."""
        return self.sent

    def snapshot(self, wanted: Wanted, *, with_images: bool = False, with_order: bool = False) -> Snapshot:
        """What is live, read as it always is."""
        return read_snapshot(
            self,  # type: ignore[arg-type]
            self.clock,  # type: ignore[arg-type]
            wanted,
            api=self.api,
            target=self.target,
            with_images=with_images,
            with_order=with_order,
        )

    def with_opened(self, snapshot: Snapshot, versions: Mapping[str, str]) -> Snapshot:
        """What is live after versions were opened, by the achievement's identifier."""
        for key, version_id in versions.items():
            (live,) = snapshot.live(RESOURCE, (key,))
            new = opened(self, RESOURCE, self.api, live, version_id)  # type: ignore[arg-type]
            snapshot = snapshot.changed(RESOURCE, {key: (new,)})
        return snapshot

    def pages(self, call: Call) -> Iterator[Reply]:
        """The one page of a listing."""
        data, included = self._listed(call.path)
        yield Reply(200, {}, json.dumps({"data": data, "included": included}).encode())

    def perform(self, call: Call, *, before: Callable[[datetime], None]) -> Answer:
        """Keep a request and answer it."""
        before(NOON)
        body = json.loads(call.body) if call.body else None
        self.requests.append((call, body))
        reply = self._answered(call, body)
        return Answer(judge(call, reply), reply, 1, NOON)

    def _answered(self, call: Call, body: Json) -> Reply:
        number = len(self.requests)
        headers = {"x-request-id": f"request-{number}"}
        data: Json = body["data"] if body else None
        if call.method == "DELETE" or isinstance(data, list):
            return Reply(204, headers)
        kind = data["type"]
        count = sum(1 for one, _ in self.requests if f"/{kind}" in one.path)
        if self.refuses and REFUSED.get(count, ("", ""))[0] == kind:
            attribute = REFUSED[count][1]
            return Reply(409, headers, json.dumps({"errors": [_error(attribute)]}).encode())
        made = {**data, "id": data.get("id", f"new-{number}")}
        if kind == VERSIONS:
            self._open(data["relationships"]["achievement"]["data"]["id"], made["id"])
        if kind == THINGS and call.method == "POST" and self.api is Api.V2:
            made["relationships"] = {**made["relationships"], "versions": _refs(VERSIONS, [f"version-{number}"])}
        return Reply(200 if call.method == "PATCH" else 201, headers, json.dumps({"data": made}).encode())

    def _open(self, thing: str, version: str) -> None:
        self.versions[thing].append((version, len(self.versions[thing]) + 1, "PREPARE_FOR_SUBMISSION"))

    def _listed(self, path: str) -> tuple[list[Json], list[Json]]:
        """The data and what comes along with it."""
        if "/relationships/" in path:
            return [{"type": THINGS, "id": thing.id} for thing in reversed(self.things)], []
        if path.endswith("/localizations"):
            key = path.split("/")[-2]
            return self._texts(next((one for one in self.things if key in (one.id, one.newest)), None))
        if self.api is Api.V2:
            included = [
                {"type": VERSIONS, "id": key, "attributes": {"version": number, "state": state}}
                for versions in self.versions.values()
                for key, number, state in versions
            ]
            return [self._thing_v2(thing) for thing in self.things], included
        texts = [text for thing in self.things for text in self._texts(thing)[0]]
        releases = [
            {"type": RELEASES, "id": f"release-{thing.id}", "attributes": {"live": True}}
            for thing in self.things
            if thing.is_released
        ]
        return [self._thing_v1(thing) for thing in self.things], [*texts, *releases]

    def _thing_v2(self, thing: Thing) -> Json:
        linked = {"versions": _refs(VERSIONS, [key for key, *_ in self.versions[thing.id]])}
        return {"type": THINGS, "id": thing.id, "attributes": dict(thing.attributes), "relationships": linked}

    def _thing_v1(self, thing: Thing) -> Json:
        linked = {"localizations": _refs(TEXTS, [text.id for text in thing.texts])}
        if thing.is_released:
            linked["releases"] = _refs(RELEASES, [f"release-{thing.id}"])
        return {"type": THINGS, "id": thing.id, "attributes": dict(thing.attributes), "relationships": linked}

    def _texts(self, thing: Thing | None) -> tuple[list[Json], list[Json]]:
        data: list[Json] = []
        included: list[Json] = []
        name = "image" if self.api is Api.V2 else "gameCenterAchievementImage"
        for text in thing.texts if thing is not None else ():
            item: Json = {"type": TEXTS, "id": text.id, "attributes": dict(text.attributes)}
            if text.image is not None:
                item["relationships"] = {name: {"data": {"type": IMAGES, "id": f"image-{text.id}"}}}
                included.append({"type": IMAGES, "id": f"image-{text.id}", "attributes": dict(text.image)})
            data.append(item)
        return data, included


def _refs(kind: str, ids: Sequence[str]) -> Json:
    return {"data": [{"type": kind, "id": one} for one in ids]}


def _error(attribute: str) -> Json:
    return {
        "id": "error-1",
        "status": "409",
        "code": "ENTITY_ERROR.ATTRIBUTE.INVALID",
        "title": "An attribute value is invalid.",
        "detail": f"The {attribute} is refused.",
        "source": {"pointer": f"/data/attributes/{attribute}"},
    }
