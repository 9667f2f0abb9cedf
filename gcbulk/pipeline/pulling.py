"""Everything that is live, brought back as frames or as a workbook; and kept before a push changes it.

What comes in: a `Service`. What goes out: frames, a workbook, pictures. Nothing is changed at the service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from os import PathLike
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from gcbulk import files, reporting
from gcbulk.appstore.achievements import Api
from gcbulk.appstore.calls import Reply
from gcbulk.appstore.image_parts import LOCAL_HOSTS, is_safe
from gcbulk.errors import SettingsError
from gcbulk.options import made_by
from gcbulk.options import path as path_of
from gcbulk.pipeline.connection import Service
from gcbulk.pipeline.results import Result
from gcbulk.records import LiveImage, Snapshot
from gcbulk.service.transport import PlainConnection

BACKUPS = 20
"""How many pulls from before a push are kept for each app; older ones go."""


def pull(service: Service, *, images: str | PathLike[str] | None = None) -> dict[str, pd.DataFrame]:
    """Everything that is live, as frames that `check` takes.

    Args:
        service: what `connect` gave.
        images: a folder for the pictures; none are fetched without it.

    Returns:
        "achievements" and "localizations", one line each.

        Columns: those that `check` reads, and beside them ``game_center_id``, ``state``, ``image_state`` and
        ``downloaded_image``, which it leaves alone. Index: 0, 1, ...

    Raises:
        ServiceError: the service cannot be reached.
    """
    made_by("connect", Service, service, "service")
    folder = path_of(images, "images") if images is not None else None
    snapshot = service.snapshot(None, with_images=images is not None or service.api is Api.V2, with_order=True)
    saved = dict(_downloaded(service, snapshot, folder)) if folder is not None else {}
    return reporting.pulled(snapshot, saved)


def pull_file(path: Path, service: Service, *, images: Path | None = None, force: bool = False) -> Result:
    """Write everything that is live as a workbook.

    Args:
        path: where to.
        service: where from.
        images: a folder for the pictures; none are fetched without it.
        force: whether a file that is there is replaced.

    Raises:
        SettingsError: the file is there already, is no workbook by its name, or cannot be written.
        ServiceError: the service cannot be reached.
    """
    if path.suffix.lower() != ".xlsx":
        raise SettingsError(f"{path}: what is pulled is a workbook. Give it a name that ends in .xlsx.")
    if path.exists() and not force:
        raise SettingsError(f"{path} is there already; it is replaced only with --force.")
    try:
        frames = pull(service, images=images)
        files.write_pulled(path, frames)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}.") from error
    achievements, localizations = len(frames["achievements"]), len(frames["localizations"])
    notes = [f"{achievements:,} achievements and {localizations:,} localizations are live. Written: {path}"]
    if images is not None:
        notes.append(f"{int(frames['localizations']['downloaded_image'].notna().sum()):,} pictures saved in {images}")
    return Result(
        rows=achievements + localizations,
        outcomes={},
        issues=reporting.no_issues(),
        requests=service.requests,
        notes=tuple(notes),
    )


def keep_backup(service: Service, seen: Snapshot) -> Path | None:
    """Keep a pull from just before a push, beside the journal.

    Args:
        service: where from.
        seen: what the plan was made from; what it has not read of the rest is read now.

    Returns:
        The workbook; None where nothing is live yet, so that there is nothing to lose.

    Raises:
        SettingsError: it cannot be written, so nothing may be changed.
        ServiceError: the service cannot be reached.
    """
    if not seen.achievements:
        return None
    folder = service.settings.journal.parent / "backups"
    name = "".join(char if char.isalnum() or char in ".-" else "_" for char in service.target.bundle_id or "app")
    wanted = folder / f"{name}.{service.clock.now():%Y%m%dT%H%M%S.%fZ}.xlsx"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = files.free_name(folder, wanted.stem, wanted.suffix)
        path.touch(mode=0o600)
        files.write_pulled(path, reporting.pulled(_completed(service, seen), {}))
        _keep_newest(path, name, service)
    except OSError as error:
        raise SettingsError(
            f"Nothing was sent: what is live could not be kept first, because {wanted} cannot be written "
            f"({error.strerror or error}). Make room or fix the folder, then run it again."
        ) from error
    return path


def _keep_newest(path: Path, name: str, service: Service) -> None:
    """Remove older backups of the app at this service; what somebody has edited stays, and so does the newest."""
    own = _own_files(service)
    own.note(path, service.scope)
    # The name as a whole: com.example.game also begins the names of com.example.game.lite.
    form = re.compile(re.escape(name) + r"\.[0-9]{8}T[0-9]{6}\.[0-9]{6}Z(-[0-9]+)?\.xlsx")
    others = sorted(one for one in path.parent.iterdir() if form.fullmatch(one.name) and one != path)
    same = [one for one in others if own.source_of(one) in (service.scope, None) and not own.is_changed(one)]
    for old in same[: 1 - BACKUPS]:
        own.remove(old)


def _own_files(service: Service) -> files.OwnFiles:
    return files.own_files(service.settings.journal.parent / "rescued")


def _completed(service: Service, seen: Snapshot) -> Snapshot:
    """The snapshot with the localizations that the plan did not need."""
    unread = {key for key, same in seen.achievements.items() if any(one.localizations is None for one in same)}
    if not unread:
        return seen
    rest = service.snapshot(unread)
    read = {key: rest.achievements.get(key, same) for key, same in seen.achievements.items() if key in unread}
    return Snapshot(seen.taken_at, {**seen.achievements, **read}, seen.order)


def _downloaded(service: Service, snapshot: Snapshot, folder: Path) -> Iterator[tuple[str, str]]:
    """The pictures that can be had, each saved: localization's id and path."""
    local = urlsplit(service.settings.base_url).hostname in LOCAL_HOSTS
    own = _own_files(service)
    with closing(PlainConnection()) as connection:
        for key, locale, text_id, image in _images(snapshot):
            data = _fetched(connection, image, local=local)
            source = f"picture of {text_id} at {service.scope}"
            path = files.write_picture(folder, f"{key}.{locale}", data, own, source=source) if data else None
            if path is not None:
                yield text_id, str(path)


def _images(snapshot: Snapshot) -> Iterator[tuple[str, str, str, LiveImage]]:
    """Achievement, language, localization's id and image of every picture that is there."""
    for key, same in snapshot.achievements.items():
        for live in same:
            for locale, text in (live.localizations or {}).items():
                if text.image is not None and text.image.state == "COMPLETE":
                    yield key, locale, text.id, text.image


def _fetched(connection: PlainConnection, image: LiveImage, *, local: bool) -> bytes | None:
    """A picture's bytes, at most as many as any answer may have; without the token."""
    width, height = image.size_px or (1024, 1024)
    filled: Mapping[str, str] = {"{w}": str(width), "{h}": str(height), "{c}": "bb", "{f}": "png"}
    url = image.url or ""
    for mark, value in filled.items():
        url = url.replace(mark, value)
    if not is_safe(url, local=local):
        return None
    result = connection.send("GET", url, (), b"")
    return result.body if isinstance(result, Reply) and result.status == 200 else None
