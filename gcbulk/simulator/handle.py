"""The handle of a running stand-in, by which tests and demos see what it truly did and interfere with it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import orjson

from gcbulk.simulator.catalog import Catalog
from gcbulk.simulator.control import CONTROL
from gcbulk.simulator.exchange import Exchange, Json, Request, exchange
from gcbulk.simulator.families import Family
from gcbulk.simulator.faults import Fault, FaultSchedule
from gcbulk.simulator.kinds import FAMILIES, apps, parts_of, reviews
from gcbulk.simulator.kinds.achievements import ACHIEVEMENTS
from gcbulk.simulator.ledger import Ledger
from gcbulk.simulator.model import APPS, DETAILS, GROUPS, World
from gcbulk.simulator.service import Service
from gcbulk.simulator.store import Resource, Store
from gcbulk.simulator.switches import Switches
from gcbulk.simulator.tokens import ApiKey, TokenVerifier, make_key, sign

DEFAULT_BUNDLE_ID = "com.example.game"
DEFAULT_NAME = "Example Quest"


@dataclass(frozen=True, slots=True)
class AppIds:
    """The ids of an app that was put into the account.

    Args:
        app: the app's.
        detail: its Game Center detail's; None while Game Center is off.
        group: its Game Center group's; None when it is in none.
    """

    app: str
    detail: str | None
    group: str | None


@dataclass(slots=True)
class Simulator:
    """The handle of a stand-in that runs: where it is, how to get in, and what it truly did.

    Args:
        base_url: where it listens.
        key: the API key that it accepts.
        service: the service itself.
        app: the ids of the app that is there from the start.
        families: the families of content that it knows, by the type of their objects.
    """

    base_url: str
    key: ApiKey
    service: Service
    app: AppIds = field(default=AppIds("", None, None))
    families: Mapping[str, Family] = field(default_factory=dict)

    @property
    def control_url(self) -> str:
        """Where ``faults`` are set and the ``ledger`` is read from another process; the secret is part of it."""
        return f"{self.base_url}{CONTROL}{self.service.secret}"

    @property
    def key_id(self) -> str:
        """The id of the API key."""
        return self.key.key_id

    @property
    def issuer_id(self) -> str:
        """The issuer id of the API key."""
        return self.key.issuer_id

    @property
    def key_path(self) -> Path:
        """The file of the API key."""
        return self.key.path

    @property
    def store(self) -> Store:
        """Everything that the service holds, late requests applied as far as their time has come."""
        self.service.apply_due()
        return self.service.world.store

    @property
    def ledger(self) -> Ledger:
        """Everything that was truly applied, and the count of requests by method, path template and status."""
        return self.store.ledger

    @property
    def exchanges(self) -> list[Exchange]:
        """Every exchange since the start, for validation against Apple's schema."""
        return self.service.exchanges

    @property
    def unhandled(self) -> list[tuple[str, str]]:
        """Calls that the stand-in does not know; a test asserts that there were none."""
        return self.service.unhandled

    @property
    def uploads(self) -> list[Exchange]:
        """Every request at the address that images are sent to."""
        return self.service.uploads

    @property
    def leaks(self) -> list[str]:
        """Paths at the upload address that were given a token; there must be none."""
        return self.service.leaks

    @property
    def switches(self) -> Switches:
        """How it behaves now."""
        return self.service.world.switches

    def change(self, **changes: Json) -> None:
        """Turn switches while it runs; the seed, the tolerance and the first faults are as they were at the start.

        Args:
            **changes: fields of `Switches`.
        """
        self.service.world.switches = replace(self.switches, **changes)

    def add_fault(self, fault: Fault) -> None:
        """Let one more thing go wrong from now on; it comes after the others."""
        self.service.schedule.faults.append(fault)

    def clear_faults(self) -> None:
        """Let nothing go wrong from now on."""
        self.service.schedule.faults.clear()

    def token(self) -> str:
        """Sign a bearer token that holds for ten minutes."""
        return sign(self.key, now=self.service.world.now())

    def ask(self, method: str, target: str, document: Json = None) -> Exchange:
        """Ask the service directly, without a network and its faults, as a well-behaved client would.

        Args:
            method: the HTTP method.
            target: the path, with the query if there is one.
            document: the JSON of the body, if there is one.

        Returns:
            The exchange, which is recorded as any other.
        """
        path, _, query = target.partition("?")
        headers = {"host": self.base_url.partition("//")[2], "authorization": f"Bearer {self.token()}"}
        if document is not None:
            headers["content-type"] = "application/json"
        body = b"" if document is None else orjson.dumps(document)
        request = Request(method, path, query, headers, body)
        answer = self.service.answer(request)
        self.service.record(request, answer)
        return exchange(request, answer)

    def revoke_key(self) -> None:
        """Refuse the API key from now on."""
        self.service.verifier.revoke(self.key_id)

    def add_app(
        self, *, bundle_id: str, name: str = "Another Quest", game_center: bool = True, group: str | None = None
    ) -> AppIds:
        """Put an app into the account, where every list has long shown it.

        Args:
            bundle_id: its bundle id.
            name: its name.
            game_center: whether Game Center is on.
            group: the reference name of the Game Center group that it is in, if it is in one.

        Returns:
            The ids.
        """
        with self._changing() as world:
            world.moment = 0.0
            try:
                app = apps.add_app(world, bundle_id=bundle_id, name=name)
                home = apps.find_group(world, group) if group is not None else None
                detail = apps.enable(world, app, group=home) if game_center else None
            finally:
                world.moment = None
        return AppIds(app.id, detail.id if detail else None, home.id if home else None)

    def add_achievement(self, vendor_identifier: str, *, owner: str | None = None, **attributes: Json) -> Resource:
        """Put an achievement there; see `add_thing`."""
        return self.add_thing(ACHIEVEMENTS.type, vendor_identifier, owner=owner, **attributes)

    def add_thing(self, kind: str, vendor_identifier: str, *, owner: str | None = None, **attributes: Json) -> Resource:
        """Put an object of a family there, as if somebody had typed it into the web page.

        Args:
            kind: the type of the object.
            vendor_identifier: its identifier.
            owner: the id of the detail or group; the default app's when left out.
            **attributes: others than the usual ones, by their names on the wire.

        Returns:
            The object.
        """
        key, family = owner or self.app.group or self.app.detail or "", self.families[kind]
        named = {"referenceName": vendor_identifier, "vendorIdentifier": vendor_identifier}
        with self._changing() as world:
            home = world.store.get(DETAILS, key) or world.find(GROUPS, key)
            return family.make(world, home, {**family.usual, **named, **attributes})

    def move_version(self, thing: Resource, state: str) -> Resource:
        """Move the newest version of an object on, as a reviewer or the store would.

        Args:
            thing: the object.
            state: the version's next state, e.g. ``LIVE``.

        Returns:
            The version.
        """
        with self._changing() as world:
            version = self.families[thing.type].newest_version(world.store, thing)
            reviews.move_version(world, version, state)
            return version

    def add_localization(self, thing: Resource, locale: str, **attributes: Json) -> Resource:
        """Put a text of an object there, under its newest version.

        Args:
            thing: the object.
            locale: its locale.
            **attributes: others than the usual ones, by their names on the wire.

        Returns:
            The localization.
        """
        family = self.families[thing.type]
        with self._changing() as world:
            version = family.newest_version(world.store, thing)
            return family.localize(world, version, {"locale": locale, **family.usual_text, **attributes})

    @contextlib.contextmanager
    def _changing(self) -> Iterator[World]:
        """Change what the service holds, whole and kept, as a request does."""
        with self.service.lock:
            yield self.service.world
            self.service.world.store.save()


def build(
    switches: Switches,
    *,
    base_url: str,
    key_dir: Path,
    state: Path | None,
    clock: Callable[[], float],
    families: Sequence[Family] = FAMILIES,
) -> Simulator:
    """Build a service and its handle, with the default app in it when it is new.

    Args:
        switches: how it behaves.
        base_url: where it will listen.
        key_dir: the folder that the throw-away key is put into.
        state: the folder that keeps its state; None for memory alone.
        clock: gives the time, in seconds since 1970.
        families: the families of content that it knows.

    Returns:
        The handle.
    """
    catalog = Catalog(parts_of(families))
    store = Store(seed=switches.seed, folder=state)
    world = World(store, switches, clock, catalog.views, catalog.images)
    verifier = TokenVerifier(tolerance_s=switches.clock_tolerance_s)
    key = make_key(key_dir)
    verifier.keys[key.key_id] = key
    service = Service(world, catalog, verifier, FaultSchedule(switches.faults, seed=switches.seed, clock=clock))
    simulator = Simulator(base_url, key, service, families={family.type: family for family in families})
    simulator.app = _default_app(simulator)
    return simulator


def _default_app(simulator: Simulator) -> AppIds:
    store = simulator.store
    for app in store.all(APPS):
        if app.attributes["bundleId"] == DEFAULT_BUNDLE_ID:
            return AppIds(app.id, store.children(app.id, DETAILS)[0].id, None)
    return simulator.add_app(bundle_id=DEFAULT_BUNDLE_ID, name=DEFAULT_NAME)
