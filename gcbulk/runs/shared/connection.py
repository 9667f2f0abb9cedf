"""The connected service: its settings, one connection, and where the app's content is.

Every later step takes this `Service`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Any, Literal, TypeAlias

from gcbulk.appstore.limits import duration_s
from gcbulk.configuration import OPTIONS, configured
from gcbulk.environment import state_dir
from gcbulk.errors import SettingsError
from gcbulk.options import SETTLE_WAIT_S, environment, flag, made_by, word
from gcbulk.records import Api, History, LiveThing, Resource, Snapshot, Target
from gcbulk.service.budget import SharedBudget, spent_by_others
from gcbulk.service.client import Client, Session
from gcbulk.service.clock import Clock, SystemClock, Wait
from gcbulk.service.journal import Journal
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.live import Wanted, find_target, opened, read_snapshot
from gcbulk.service.lock import RunLock
from gcbulk.service.own_files import is_there
from gcbulk.service.transport import Connection
from gcbulk.service.visibility import Opening
from gcbulk.settings import (
    APPLE,
    PROCESS,
    READ_ONLY,
    Environment,
    Settings,
    check_base_url,
    find_credentials,
    normal_scope,
)

ApiWord: TypeAlias = Api | Literal["v2", "v1"]


class Service:
    """App Store Connect for one app and one key; made by `connect`, closed by ``with`` or `close`.

    Args:
        settings: where, as whom, how.
        api: which form of the API is spoken.
        clock: whose time counts.
        stop: set to stop: what is in flight ends, nothing new is sent.
    """

    def __init__(
        self, settings: Settings, *, api: Api = Api.V2, clock: Clock | None = None, stop: Event | None = None
    ) -> None:
        self.settings = made_by("runs.shared.connection.make_settings", Settings, settings, "settings")
        self.api = word(Api, api, "api")
        self._wall = clock or SystemClock()
        self.session = Session(settings, self._wall, stop or Event())
        self.clock = self.session.clock
        self.lock = RunLock(settings.journal, settings.scope)
        self._connection = Connection(settings.base_url, self.session.signer)
        self.client = Client(self.session, self._connection)
        self._is_examined = False
        self._runs: list[int] = []  # those begun over this session, whose pacer has counted what they sent
        self._held: list[RunLock] = []

    @cached_property
    def target(self) -> Target:
        """Where the app's content lives; looked up once."""
        return find_target(self.client, self.settings)

    @property
    def scope(self) -> str:
        """What the journal keeps apart: where the app's content lives, however the app was named."""
        return f"{normal_scope(self.settings.base_url)} {self.target.group_id or self.target.detail_id}"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the only run on this machine that changes the app; may be entered again.

        The app is locked by the name it was given before the first request, then by where its content lives: a
        bundle id and a detail id, or two apps of one group, may lead to the same content.

        Raises:
            LockedError: another run holds one of them.
        """
        with self.holding(self.lock), self.holding(self._place_lock):
            yield

    @contextmanager
    def holding(self, lock: RunLock) -> Iterator[None]:
        """Hold a lock, and check before every request that it is still in its place.

        Raises:
            LockedError: another run holds it.
            SettingsError: the service was closed, or made in another process, or nothing may be changed there.
        """
        self.session.require_usable()
        self.require_writable()
        with lock.exclusive():
            self._held.append(lock)
            try:
                yield
            finally:
                self._held.remove(lock)

    def require_writable(self) -> None:
        """Make sure that something may be changed there, before anybody is asked or anything is read for it.

        Raises:
            SettingsError: nothing may be.
        """
        if self.settings.read_only:
            raise SettingsError(READ_ONLY)

    def require_locks(self) -> None:
        """Make sure that the locks that are held are still those that another run would find.

        Raises:
            JournalError: one was removed or replaced.
        """
        for lock in self._held:
            lock.require_in_place()

    @cached_property
    def _place_lock(self) -> RunLock:
        # One and the same file where the app was named by its detail: it must not be locked a second time.
        return self.lock if self.scope == self.settings.scope else RunLock(self.settings.journal, self.scope)

    @property
    def on_wait(self) -> Callable[[Wait], None]:
        """Called before each wait of more than three seconds with its reason and its end, once a minute for each."""
        return self.session.clock.on_wait

    @on_wait.setter
    def on_wait(self, announce: Callable[[Wait], None]) -> None:
        """Call something else before each wait."""
        self.session.clock.on_wait = announce

    @property
    def on_request(self) -> Callable[[int], None]:
        """Called after each attempt with how many there were so far."""
        return self.session.on_request

    @on_request.setter
    def on_request(self, count: Callable[[int], None]) -> None:
        """Call something else after each attempt."""
        self.session.on_request = count

    @property
    def requests(self) -> int:
        """How many requests were sent so far, look-ups among them."""
        return self.session.requests

    def snapshot(self, wanted: Wanted, *, with_images: bool = False, with_order: bool = False) -> Snapshot:
        """What is live now of the kinds that are wanted; see `read_snapshot`."""
        return read_snapshot(
            self.client,
            self.clock,
            wanted,
            api=self.api,
            target=self.target,
            with_images=with_images,
            with_order=with_order,
        )

    def opened(self, kind: Resource, live: LiveThing, version_id: str) -> LiveThing:
        """A thing whose next version was opened just now, with what that version holds."""
        return opened(self.client, kind, self.api, live, version_id)

    @property
    def has_journal(self) -> bool:
        """Whether an earlier run has left its journal there."""
        return is_there(self.settings.journal)

    def examine(self) -> None:
        """Check the journal for damage before the first request: with a damaged one nothing is sent, not even a read.

        For a journal of a million submissions this takes seconds, so later steps do not repeat it.

        Raises:
            JournalError: it is not a journal of gcbulk, is damaged, or was written by another version.
        """
        if is_there(self.settings.journal):
            JournalFile(self.settings.journal).close()
            self._is_examined = True

    def open_journal(self) -> Journal:
        """The journal, checked for damage unless `examine` has done so; whoever opens it closes it.

        Raises:
            JournalError: it is not a journal of gcbulk, is damaged, or was written by another version.
        """
        journal = Journal(self.settings.journal, examined=not self._is_examined)
        journal.guard(self.require_locks)
        return journal

    def history(self) -> History:
        """What earlier runs sent, as far as the journal knows; it may have been sent just now."""
        if not is_there(self.settings.journal):
            return History()
        with closing(self.open_journal()) as journal:
            return journal.history(self.scope, self.opening())

    def mark(self) -> tuple[int, int]:
        """How far the journal of the app has come; see `Journal.mark`."""
        if not is_there(self.settings.journal):
            return 0, 0
        with closing(self.open_journal()) as journal:
            return journal.mark(self.scope)

    def opening(self) -> Opening:
        """The present moment, taken as the one at which the journal is opened."""
        return Opening(self.clock.now(), self.ahead_s)

    @property
    def ahead_s(self) -> float | None:
        """How far the service's clock is ahead of the run's; None until an answer has shown it."""
        return self.session.service_time.ahead_s

    def remaining(self) -> int:
        """What is left of the hour's budget, with what the journal says that other runs have used.

        Raises:
            JournalError: the journal cannot be read.
        """
        others = 0
        if is_there(self.settings.journal):
            with closing(JournalFile(self.settings.journal, examined=False)) as file:
                key, now = self.settings.credentials.key_id, self._wall.now().timestamp()
                others, _ = spent_by_others(file, key_id=key, runs=self._runs, now=now)
        return self.session.pacer.remaining_beside(others)

    def share_budget(self, run: int) -> None:
        """Share the key's rate limit with the other runs on this machine, through the journal."""
        settings = self.settings
        self._runs.append(run)
        self.session.share(
            SharedBudget(
                JournalFile(settings.journal, examined=False),
                key_id=settings.credentials.key_id,
                runs=self._runs,
                pacer=self.session.pacer,
                clock=self._wall,  # other runs on this machine go by it too
            )
        )

    def close(self) -> None:
        """Close the connection; nothing can be sent any more."""
        self.session.close()
        self.session.share(None)
        self._connection.close()

    def __enter__(self) -> Service:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Service {self.settings.scope}, API {self.api}>"


def connect(
    bundle_id: str | None = None,
    *,
    key_id: str | None = None,
    issuer_id: str | None = None,
    key_path: str | Path | None = None,
    api_key_json: str | Path | None = None,
    base_url: str | None = None,
    detail_id: str | None = None,
    journal: str | Path | None = None,
    api: ApiWord = "v2",
    force_base_url: bool = False,
    settle_wait_s: float = SETTLE_WAIT_S,
    requests_per_hour: int | None = None,
    requests_per_minute: int | None = None,
    read_only: bool = False,
    profile: str | None = None,
    environ: Mapping[str, str] = PROCESS,
) -> Service:
    """Reach the service, and find where the app's content lives.

    Args:
        bundle_id: the app's bundle id; may be left out when ``detail_id`` is given.
        key_id: the API key's id; else ``ASC_KEY_ID``.
        issuer_id: the team's issuer id, none for an individual key; else ``ASC_ISSUER_ID``.
        key_path: the ``.p8`` file; else ``ASC_PRIVATE_KEY_PATH``, or where Apple's tools look for it.
        api_key_json: fastlane's JSON file in place of the three.
        base_url: another service than Apple's, on this machine.
        detail_id: the id of the Game Center detail, which saves looking it up.
        journal: the journal's file; else ``~/.gcbulk/journal.sqlite3``.
        api: "v2", or "v1", which Apple has deprecated.
        force_base_url: allow another service elsewhere (https only); tokens of the key go there.
        settle_wait_s: seconds after a request without an answer until a look-up is believed.
        requests_per_hour: never more in a rolling hour; None for what the service allows.
        requests_per_minute: never more in a minute; None for what users report as safe.
        read_only: refuse everything that would change something there.
        profile: the profile of ``gcbulk.toml`` in the state folder that counts for what is left out; else
            ``GCBULK_PROFILE``.
        environ: the environment.

    Raises:
        SettingsError: something is missing or wrong.
        ServiceError: the service cannot be reached or refuses the key.
        PlanError: Game Center is not on for the app.
    """
    chosen = word(Api, api, "api")
    service = Service(
        make_settings(
            bundle_id=bundle_id,
            key_id=key_id,
            issuer_id=issuer_id,
            key_path=key_path,
            api_key_json=api_key_json,
            base_url=base_url,
            detail_id=detail_id,
            journal=journal,
            force_base_url=force_base_url,
            settle_wait_s=settle_wait_s,
            requests_per_hour=requests_per_hour,
            requests_per_minute=requests_per_minute,
            read_only=read_only,
            profile=profile,
            environ=environ,
        ),
        api=chosen,
    )
    try:
        _ = service.target
    except BaseException:
        service.close()
        raise
    return service


def make_settings(
    *,
    settle_wait_s: float = SETTLE_WAIT_S,
    force_base_url: bool = False,
    read_only: bool = False,
    profile: str | None = None,
    beside: Path | None = None,
    environ: Mapping[str, str] = PROCESS,
    **given: Any,
) -> Settings:
    """Settings from arguments, and from the environment and files for what they leave out; see `connect`.

    Args:
        settle_wait_s: seconds after a request without an answer until a look-up is believed.
        force_base_url: allow another service elsewhere.
        read_only: refuse everything that would change something there.
        profile: the profile of the files that counts.
        beside: the folder of the workbook, whose file counts too; None where there is none.
        environ: the environment.
        **given: the other options of `gcbulk.configuration.OPTIONS`.
    """
    environ = Environment(environment(environ))
    forced, refusing = flag(force_base_url, "force_base_url"), flag(read_only, "read_only")
    if unknown := given.keys() - OPTIONS.keys():
        raise TypeError(f"There is no such setting: {', '.join(sorted(unknown))}.")
    said = {**given, "force_base_url": forced, "read_only": refusing}
    found = configured(said, profile=profile, beside=beside, environ=environ)
    chosen = {name: there.value for name, there in found.items() if there.value is not None}
    force = bool(chosen.pop("force_base_url", False))
    address = check_base_url(chosen.pop("base_url", APPLE), force=force)
    key = {name: chosen.pop(name) for name in ("key_id", "issuer_id", "key_path", "api_key_json") if name in chosen}
    credentials = find_credentials(**key, environ=environ)
    chosen.setdefault("journal", state_dir(environ) / "journal.sqlite3")
    return Settings(credentials=credentials, base_url=address, settle_wait_s=settle_wait_s, **chosen)


def eta(requests: int, service: Service | None, *, remaining: int | None = None) -> timedelta:
    """The time that requests take at most, by the limits seen so far.

    Args:
        requests: how many.
        service: whose limits; None for the published ones.
        remaining: what is left of the hour; None for what the run itself knows.
    """
    if service is None:
        return timedelta(seconds=duration_s(requests))
    pacer = service.session.pacer
    left = pacer.remaining if remaining is None else remaining
    seconds = duration_s(requests, per_hour=pacer.per_hour, per_minute=pacer.per_minute, remaining=left)
    return timedelta(seconds=seconds)
