"""Read back everything that is live, as frames or as a workbook.

Nothing is changed at the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path

import pandas as pd

from gcbulk import files, reporting
from gcbulk.appstore.replies import camel
from gcbulk.errors import SettingsError
from gcbulk.files.data_sheets import sheet_title
from gcbulk.files.pulled import of_live_kinds, write_pulled
from gcbulk.kinds import CONTENT, content_tables
from gcbulk.kinds.content import ContentKind
from gcbulk.options import made_by
from gcbulk.options import path as path_of
from gcbulk.planning.kinds import all_resources
from gcbulk.records import Api, joined
from gcbulk.runs.shared.backups import own_files_of
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.downloads import Downloads, download
from gcbulk.runs.shared.results import Result
from gcbulk.runs.shared.showing import showing
from gcbulk.tables.issues import printable
from gcbulk.wording import counted

_NAMED = 10  # pictures that were not saved; the workbook has all of them
_NOT_CARRIED = "not_carried"
FIRST_ROW = 2  # of what is written: the headers stand in row 1


def pull(service: Service, *, images: str | PathLike[str] | None = None) -> dict[str, pd.DataFrame]:
    """Everything that is live, as frames that `check` takes.

    Args:
        service: what `connect` gave.
        images: a folder for the pictures; none are fetched without it.

    Returns:
        Of each kind its things and their texts, such as "achievements" and "localizations", one line each.

        Columns: those that `check` reads, and beside them ``game_center_id``, ``state``, ``image_state``,
        ``downloaded_image`` and ``download_problem`` (why a picture could not be had), which it leaves alone.
        Index: 0, 1, ... ``attrs["not_carried"]``: the names of what the service has beside all that.

    Raises:
        ServiceError: the service cannot be reached.
    """
    made_by("connect", Service, service, "service")
    folder = path_of(images, "images") if images is not None else None
    if folder is not None:
        files.require_folder(folder, "images")
    with showing(service):
        return _pulled(service, folder)[0]


def _pulled(service: Service, images: Path | None) -> tuple[dict[str, pd.DataFrame], Downloads]:
    kinds = [kind for kind in all_resources() if service.api in kind.forms]
    snapshot = service.snapshot(
        dict.fromkeys(kinds), with_images=images is not None or service.api is Api.V2, with_order=True
    )
    downloads = download(service, snapshot, images, own_files_of(service)) if images is not None else Downloads()
    frames = reporting.pulled(snapshot, downloads.saved, downloads.problems)
    for kind, names in reporting.not_carried(snapshot).items():
        frames[kind].attrs[_NOT_CARRIED] = [printable(camel(name)) for name in names]
    return frames, downloads


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
    files.require_file(path, "PATH", (".xlsx",))
    if images is not None:
        files.require_folder(images, "--images")
    if path.exists() and not force:
        raise SettingsError(f"{path} is there already; it is replaced only with --force.")
    try:
        frames, downloads = _pulled(service, images)
        write_pulled(path, frames)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}.") from error
    tables = content_tables()
    live = ", ".join(counted(len(frame), tables[name].record) for name, frame in of_live_kinds(frames).items())
    notes = [
        reporting.describe_target(service.target, service.settings.base_url),
        f"Live: {live}. Written: {path}",
    ]
    notes += [*_left_behind(frames), *_too_long(frames)]
    if images is not None:
        notes += _picture_notes(frames, downloads, images)
    return Result(
        rows=sum(map(len, frames.values())),
        outcomes={},
        issues=reporting.no_issues(),
        requests=service.requests,
        exit=3 if downloads.problems else 0,
        notes=tuple(notes),
    )


def _left_behind(frames: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """What the service has but no column holds, so that nobody takes the workbook for complete."""
    named = {kind: frame.attrs[_NOT_CARRIED] for kind, frame in frames.items() if frame.attrs[_NOT_CARRIED]}
    if named:
        listed = "; ".join(f"{', '.join(names)} (of {kind})" for kind, names in named.items())
        yield f"Game Center also has: {listed}. A pull does not carry it, and a push leaves it as it is."


def _kinds_in(frames: Mapping[str, pd.DataFrame]) -> Iterator[ContentKind]:
    """The kinds that were pulled; a form of the API may lack some."""
    return (kind for kind in CONTENT.values() if kind.things.name in frames)


def _too_long(frames: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """The properties that are too long for a cell; their cells are left empty, which changes nothing."""
    for kind in _kinds_in(frames):
        maps = [attribute.name for attribute in kind.resource.attributes if attribute.type is dict]
        for texts in (frames[kind.things.name][name] for name in maps):
            rows = [number for number, text in enumerate(texts.fillna(""), FIRST_ROW) if not files.fits(text)]
            if rows:
                where = f"{sheet_title(kind.things)}, row {', '.join(map(str, rows))}"
                yield f"{where}: the properties are longer than a cell of Excel can hold; the cell is empty."


def _picture_notes(frames: Mapping[str, pd.DataFrame], downloads: Downloads, folder: Path) -> Iterator[str]:
    """What became of the pictures: how many are saved, and which are not, with their rows in the workbook."""
    asked = len(downloads.saved) + len(downloads.problems)
    yield f"{len(downloads.saved):,} of {counted(asked, 'picture')} saved in {folder}"
    if downloads.waiting:
        states = ", ".join(sorted(set(downloads.waiting.values())))
        yield f"Not shown by the service ({states}), so not asked for: {counted(len(downloads.waiting), 'picture')}."
    missed = [line for kind in _kinds_in(frames) for line in _missed(kind, frames[kind.texts.name])]
    yield from missed[:_NAMED]
    if len(missed) > _NAMED:
        yield f"{len(missed) - _NAMED:,} more were not saved; see the column Download Problem."


def _missed(kind: ContentKind, texts: pd.DataFrame) -> Iterator[str]:
    """The pictures of a kind that were not saved, each with its row in the workbook."""
    if kind.resource.image is None:
        return
    lines = texts[texts["download_problem"].notna()]
    columns = (lines[name] for name in (kind.resource.key, kind.resource.text.key, "download_problem"))
    for row, key, locale, problem in zip(lines.index, *columns, strict=True):
        where = f"{sheet_title(kind.texts)}, row {int(row) + FIRST_ROW}: {joined((key, locale))}"
        yield f"{where}: the picture was not saved, {problem}."
