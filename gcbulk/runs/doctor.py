"""Examine everything that a run needs, before there is one.

Nothing is changed at the service. On this machine, other users lose access to the journal file, as in any run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from gcbulk import reporting
from gcbulk.appstore import apps
from gcbulk.appstore.calls import NoReply, Reply
from gcbulk.appstore.limits import limits_of
from gcbulk.appstore.replies import problems
from gcbulk.appstore.things import list_things
from gcbulk.environment import state_dir
from gcbulk.errors import JournalError, LockedError, SettingsError
from gcbulk.kinds import CONTENT
from gcbulk.options import path as path_of
from gcbulk.options import word
from gcbulk.records import Api, Json, Target
from gcbulk.reporting.doctor import Finding, Level
from gcbulk.runs.shared.connection import make_settings
from gcbulk.service.clock import Clock, SystemClock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.lock import all_held
from gcbulk.service.own_files import is_there
from gcbulk.service.probing import Probe
from gcbulk.service.unconfirmed import unconfirmed
from gcbulk.settings import PROCESS, Environment, Settings

_GROUP_AND_OTHERS = 0o077
_OTHERS_WRITE = 0o022


def examine(
    *,
    api: str = "v2",
    clock: Clock | None = None,
    environ: Mapping[str, str] = PROCESS,
    **given: Json,
) -> list[Finding]:
    """Look at the key, the service, the app, the folder, the journal and its locks.

    Args:
        api: which form of the achievements API is spoken.
        clock: whose time counts.
        environ: the environment.
        **given: the arguments of `make_settings`.
    """
    environ, chosen = Environment(environ), word(Api, api, "api")
    given_journal = given.get("journal")
    journal = path_of(given_journal, "journal") if given_journal is not None else state_dir(environ) / "journal.sqlite3"
    try:
        settings = make_settings(environ=environ, **given)
    except SettingsError as error:
        unasked = Finding("service", Level.WARNING, "It was not asked: the settings have to be right first.")
        findings = [Finding("settings", Level.PROBLEM, str(error)), unasked]
    else:
        key = settings.credentials
        findings = [reporting.key_finding(key.key_id, key.issuer_id)]
        with closing(Probe(settings, clock or SystemClock())) as probe:
            findings += _service_findings(probe, settings, chosen)
    return [*findings, *_on_this_machine(journal, is_own=journal.parent == state_dir(environ))]


def _service_findings(probe: Probe, settings: Settings, api: Api) -> Iterator[Finding]:
    by_detail = settings.detail_id is not None
    call = apps.detail(settings.detail_id or "") if by_detail else apps.find_app(settings.bundle_id or "")
    reply = probe.ask(call)
    if isinstance(reply, NoReply):
        yield reporting.reach_finding(settings.base_url, reply.reason)
        return
    yield reporting.reach_finding(settings.base_url, None)
    yield reporting.clock_finding(probe.ahead_s)
    limits = limits_of(reply.headers)
    is_refused = reply.status == 429
    yield reporting.limits_finding(limits.hour_limit, limits.hour_remaining, refused=is_refused)
    if reply.status == 200 or (by_detail and reply.status == 404):
        yield from (_detail_findings if by_detail else _app_findings)(probe, reply, settings, api)
    elif not is_refused:
        yield reporting.refusal_finding(reply.status, _error_text(reply))


def _app_findings(probe: Probe, reply: Reply, settings: Settings, api: Api) -> Iterator[Finding]:
    app = apps.app_of(reply, settings.bundle_id or "")
    yield reporting.app_finding(app[1] if app else None, settings.bundle_id)
    if app is not None:
        detail = probe.ask(apps.detail_of_app(app[0]))
        if isinstance(detail, Reply) and detail.status in (200, 404):
            yield from _place_findings(probe, detail, api)
        else:
            yield _unanswered(detail)


def _detail_findings(probe: Probe, reply: Reply, settings: Settings, api: Api) -> Iterator[Finding]:
    if reply.status == 404:
        yield reporting.no_detail_finding(settings.detail_id or "")
        return
    app = apps.included_app(reply)
    yield reporting.app_finding(str(app.get("name")), str(app.get("bundleId")))
    yield from _place_findings(probe, reply, api)


def _place_findings(probe: Probe, reply: Reply, api: Api) -> Iterator[Finding]:
    detail_id, group_id = apps.detail_ids(reply) if reply.status == 200 else (None, None)
    yield reporting.game_center_finding(detail_id)
    if detail_id is None:
        return
    yield reporting.group_finding(f"the group {apps.group_name(reply) or group_id}" if group_id else None)
    target = Target(bundle_id="", app_name="", detail_id=detail_id, group_id=group_id)
    # One kind will do: a key may read all of them or none.
    kind = next(kind.resource for kind in CONTENT.values() if api in kind.resource.forms)
    listed = probe.ask(list_things(kind, api, target))
    if isinstance(listed, Reply) and listed.status in (200, 403):
        yield reporting.role_finding(_error_text(listed) if listed.status == 403 else None)
    else:
        yield _unanswered(listed)


def _unanswered(result: Reply | NoReply) -> Finding:
    if isinstance(result, NoReply):
        return reporting.refusal_finding(0, result.reason)
    if result.status == 429:
        return reporting.limits_finding(None, None, refused=True)
    return reporting.refusal_finding(result.status, _error_text(result))


def _error_text(reply: Reply) -> str:
    return " ".join(problem.text for problem in problems(reply)) or f"status {reply.status}"


def _on_this_machine(journal: Path, *, is_own: bool) -> list[Finding]:
    try:
        is_there(journal)
    except JournalError as error:
        return [Finding("journal", Level.PROBLEM, str(error))]
    return [_folder(journal, is_own=is_own), *_journal(journal)]


def _folder(journal: Path, *, is_own: bool) -> Finding:
    folder = journal.parent
    if not folder.is_dir():
        return reporting.folder_finding(str(folder), exists=False, writable=True, open_to=())
    mask = _GROUP_AND_OTHERS if is_own else _OTHERS_WRITE
    inside = sorted(folder.rglob("*") if is_own else folder.glob(f"{journal.name}*"))
    loose = [*_open(folder, mask), *(path for one in inside for path in _open(one, _GROUP_AND_OTHERS))]
    writable = os.access(folder, os.W_OK | os.X_OK)
    return reporting.folder_finding(str(folder), exists=True, writable=writable, open_to=[str(path) for path in loose])


def _open(path: Path, mask: int) -> Iterable[Path]:
    """The path, if others have those rights on it; not checked on systems without such rights."""
    try:
        return [path] if os.name == "posix" and path.lstat().st_mode & mask and not path.is_symlink() else []
    except (FileNotFoundError, PermissionError):  # a run that is under way puts files there and takes them away
        return []


def _journal(journal: Path) -> Iterator[Finding]:
    if not is_there(journal):
        yield reporting.journal_finding(str(journal), runs=None)
        return
    lock = _lock(journal)
    try:
        with closing(JournalFile(journal)) as file:
            yield reporting.journal_finding(str(journal), runs=len(file.runs()))
            yield reporting.requests_under_way_finding() if lock.level is Level.WARNING else _requests(file)
    except JournalError as error:
        yield Finding("journal", Level.PROBLEM, str(error))
    yield lock


def _requests(file: JournalFile) -> Finding:
    return reporting.requests_finding(
        [
            reporting.LeftOpen(left.run.verb, left.run.source, left.run.started_at, left.requests)
            for left in unconfirmed(file)
        ]
    )


def _lock(journal: Path) -> Finding:
    try:
        with all_held(journal):
            return reporting.lock_finding(held=False)
    except LockedError:
        return reporting.lock_finding(held=True)
    except JournalError as error:
        return Finding("lock", Level.PROBLEM, str(error))
