"""Keep a pull from right before a push, so that nothing that was live is lost."""

from __future__ import annotations

import re
from pathlib import Path

from gcbulk import files, reporting
from gcbulk.errors import SettingsError
from gcbulk.files.pulled import write_pulled
from gcbulk.kinds import CONTENT
from gcbulk.records import Resource, Snapshot
from gcbulk.runs.shared.connection import Service

BACKUPS = 20
"""How many pulls from before a push are kept for each app; older ones go."""


def own_files_of(service: Service) -> files.OwnFiles:
    """Which files beside the service's journal are ours to replace."""
    return files.own_files(service.settings.journal.parent)


def keep_backup(service: Service, seen: Snapshot) -> Path | None:
    """Keep a pull from just before a push, beside the journal.

    Args:
        service: where from.
        seen: what the plan was made from; whatever it did not read is read now.

    Returns:
        The workbook; None where nothing is live yet and there is nothing to lose.

    Raises:
        SettingsError: it cannot be written, so nothing may be changed.
        ServiceError: the service cannot be reached.
    """
    if not any(seen.things.values()):
        return None
    folder = service.settings.journal.parent / "backups"
    name = "".join(char if char.isalnum() or char in ".-" else "_" for char in service.target.bundle_id or "app")
    wanted = folder / f"{name}.{service.clock.now():%Y%m%dT%H%M%S.%fZ}.xlsx"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = files.free_name(folder, wanted.stem, wanted.suffix)
        path.touch(mode=0o600)
        write_pulled(path, reporting.pulled(_completed(service, seen), {}, {}))
        _keep_newest(path, name, service)
    except OSError as error:
        raise SettingsError(
            f"Nothing was sent: what is live could not be kept first, because {wanted} cannot be written "
            f"({error.strerror or error}). Make room or fix the folder, then run it again."
        ) from error
    return path


def _keep_newest(path: Path, name: str, service: Service) -> None:
    """Remove older backups of the app at this service; edited ones and the newest stay."""
    own = own_files_of(service)
    own.note(path, service.scope)
    # The name as a whole: com.example.game also begins the names of com.example.game.lite.
    form = re.compile(re.escape(name) + r"\.[0-9]{8}T[0-9]{6}\.[0-9]{6}Z(-[0-9]+)?\.xlsx")
    others = sorted(file for file in path.parent.iterdir() if form.fullmatch(file.name) and file != path)
    same = [file for file in others if own.source_of(file) in (service.scope, None) and not own.is_changed(file)]
    for old in same[: 1 - BACKUPS]:
        own.remove(old)


def _completed(service: Service, seen: Snapshot) -> Snapshot:
    """The snapshot with the localizations that the plan did not need."""
    read = (CONTENT[name].resource for name in seen.things)
    unread = {kind: keys for kind in read if (keys := _unread(seen, kind))}
    rest = service.snapshot(unread) if unread else seen
    for kind, keys in unread.items():
        things, completed = seen.of(kind), rest.of(kind)
        seen = seen.changed(kind, {key: completed.get(key, things[key]) for key in things if key in keys})
    return seen


def _unread(seen: Snapshot, kind: Resource) -> set[str]:
    return {key for key, same in seen.of(kind).items() if any(thing.localizations is None for thing in same)}
