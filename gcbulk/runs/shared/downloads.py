"""Download the pictures of live localizations from where the service says they are, and say what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gcbulk import files
from gcbulk.appstore.calls import Reply
from gcbulk.appstore.image_parts import LOCAL_HOSTS, is_safe
from gcbulk.errors import SettingsError
from gcbulk.files.pulled import write_picture
from gcbulk.records import LiveImage, Snapshot
from gcbulk.runs.shared.connection import Service
from gcbulk.service.transport import PlainConnection

_COMPLETE = "COMPLETE"


@dataclass(frozen=True, slots=True)
class Downloads:
    """What became of the pictures that were asked for.

    Args:
        saved: localization's id -> where its picture is.
        problems: localization's id -> why its picture could not be had.
        waiting: localization's id -> the state of a picture that the service does not show yet, or refused.
    """

    saved: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)


def download(service: Service, snapshot: Snapshot, folder: Path, own: files.OwnFiles) -> Downloads:
    """Fetch every picture of a snapshot, and save it under a name made of its thing and language.

    Args:
        service: where from.
        snapshot: what is live, with images.
        folder: where to.
        own: which files are ours to replace.

    Raises:
        SettingsError: the folder cannot be written.
    """
    downloads = Downloads()
    is_local = urlsplit(service.settings.base_url).hostname in LOCAL_HOSTS
    with closing(PlainConnection()) as connection:
        for stem, text_id, image in _images(snapshot):
            if image.state != _COMPLETE:
                downloads.waiting[text_id] = image.state or "no state"
                continue
            data, problem = _fetched(connection, image, local=is_local)
            source = f"picture of {text_id} at {service.scope}"
            path = _saved(folder, stem, data, own, source) if data is not None else None
            if path is not None:
                downloads.saved[text_id] = str(path)
            else:
                downloads.problems[text_id] = problem or "what came is not a PNG, JPEG or TIFF picture"
    return downloads


def _images(snapshot: Snapshot) -> Iterator[tuple[str, str, LiveImage]]:
    """A name, the localization's id and the image of every picture that is there."""
    for key, same in (pair for things in snapshot.things.values() for pair in things.items()):
        for live in same:
            for locale, text in (live.localizations or {}).items():
                if text.image is not None:
                    yield f"{key}.{locale}", text.id, text.image


def _fetched(connection: PlainConnection, image: LiveImage, *, local: bool) -> tuple[bytes | None, str | None]:
    """A picture's bytes, fetched without the token; or why there are none."""
    if image.url is None:
        return None, "the service gives no address for it"
    width, height = image.size_px or (1024, 1024)
    filled: Mapping[str, str] = {"{w}": str(width), "{h}": str(height), "{c}": "bb", "{f}": "png"}
    url = image.url
    for mark, value in filled.items():
        url = url.replace(mark, value)
    if not is_safe(url, local=local):
        return None, "its address is not safe to fetch from"
    result = connection.send("GET", url, (), b"")
    if not isinstance(result, Reply):
        return None, f"no answer came: {result.reason}"
    return (result.body, None) if result.status == 200 else (None, f"the answer was {result.status}")


def _saved(folder: Path, stem: str, data: bytes, own: files.OwnFiles, source: str) -> Path | None:
    try:
        return write_picture(folder, stem, data, own, source=source)
    except OSError as error:
        raise SettingsError(f"Pictures cannot be saved in {folder}: {error.strerror or error}.") from error
