"""Where the parts of an image are uploaded: read from the service's answer, refused where it asks for something odd.

A part never carries the bearer token, its address is https (or on this machine, like the service itself), and all parts
together are the whole image.

Source: https://developer.apple.com/documentation/appstoreconnectapi/uploading-assets-to-app-store-connect
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from gcbulk.records import Json

MOST_PARTS = 1000
LOCAL_HOSTS = ("127.0.0.1", "::1", "localhost")
"""What this machine is called."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the picture to be sent to an address that the service gave; may be sent again.

    Args:
        method: the HTTP method.
        url: where to: https, or on this machine.
        headers: just as they were asked for.
        offset: where in the picture it begins.
        length: its bytes.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    offset: int
    length: int


def parts_of(operations: Json, size_bytes: int, *, local: bool) -> tuple[Part, ...] | str:
    """The parts that a reservation asks for; in words why it is not followed where it asks for something odd.

    Args:
        operations: the reservation's ``uploadOperations``, whatever they hold.
        size_bytes: the picture's size.
        local: whether the service is on this machine, so that the parts may go there without https.
    """
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST_PARTS:
        return "The service did not say where the picture is to be sent. Push again; tell Apple if it stays so."
    parts = [_part(operation) for operation in operations]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts) or not _cover(whole, size_bytes):
        return "The service asks for other parts than the picture has. Push again; tell Apple if it stays so."
    strange = next((part.url for part in whole if not is_safe(part.url, local=local)), None)
    if strange is not None:
        return (
            f"The service asks to send the picture to an address that is not safe ({strange[:80]!a}); it was not sent."
        )
    return tuple(whole)


def _part(operation: Json) -> Part | None:
    if not isinstance(operation, dict):
        return None
    method, url = operation.get("method"), operation.get("url")
    offset, length = operation.get("offset"), operation.get("length")
    headers = _headers(operation.get("requestHeaders"))
    if headers is None or not (isinstance(method, str) and method.isalpha() and isinstance(url, str)):
        return None
    if type(offset) is not int or type(length) is not int:
        return None
    return Part(method, url, headers, offset, length)


def _headers(given: Json) -> tuple[tuple[str, str], ...] | None:
    headers = []
    for header in given if isinstance(given, list) else []:
        name, value = (header.get("name"), header.get("value")) if isinstance(header, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(value, str) or not f"{name}{value}".isprintable():
            return None
        headers.append((name, value))
    return tuple(headers)


def _cover(parts: list[Part], size_bytes: int) -> bool:
    """Whether the parts are the whole picture, each byte once."""
    end = 0
    for part in sorted(parts, key=lambda part: part.offset):
        if part.offset != end or part.length < 1:
            return False
        end += part.length
    return end == size_bytes


def is_safe(url: str, *, local: bool) -> bool:
    """Whether an address that the service gave is encrypted, or on this machine like the service itself.

    Args:
        url: the address.
        local: whether the service is on this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or not url.isprintable():
        return False
    return parts.scheme == "https" or (local and parts.scheme == "http" and host in LOCAL_HOSTS)
