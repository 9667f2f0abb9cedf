"""Images being uploaded: the parts they arrive in, what is wrong with them, and the state that their records show.

The bytes are kept in memory, up to a limit. Anybody can fetch a picture at the address that its record gives; one that
is not kept, because the simulator was restarted or the limit was reached, is replaced by a plain one of the requested
size, in a colour derived from the image's id.

Source: https://developer.apple.com/documentation/appstoreconnectapi/uploading-assets-to-app-store-connect
"""

from __future__ import annotations

import hashlib
import io
import mimetypes
import re
import struct
from urllib.parse import urlsplit

from PIL import Image, UnidentifiedImageError

from gcbulk.simulator.exchange import Answer, Json, Request
from gcbulk.simulator.model import World
from gcbulk.simulator.store import Resource

UPLOADS = "/uploads"
PICTURES = "/pictures/"
LARGEST_SIDE_PX = 4096
FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
ADDRESS = re.compile(r"/pictures/([^/]+)/([0-9]{1,4})x([0-9]{1,4})(?:bb)?\.([a-z]+)")
SIDES_PX = (512, 1024)
MOST_KEPT_BYTES = 256 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
TIFF = (b"II*\x00", b"MM\x00*")
PNG_COLOUR_TYPES_WITH_ALPHA = (4, 6)
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def shown(world: World, base: str, image: Resource) -> Json:
    """Give the attributes that the record of an image shows now; addresses begin with the client's base."""
    attributes = image.attributes
    given: Json = {"fileName": attributes["fileName"], "fileSize": attributes["fileSize"]}
    state = state_of(world, image)
    given["assetDeliveryState"] = {"state": state, "errors": [], "warnings": []}
    if state == "AWAITING_UPLOAD":
        given["uploadOperations"] = _operations(world, base, image)
    elif state == "FAILED":
        given["assetDeliveryState"]["errors"] = attributes["verdict"]
    elif state == "COMPLETE":
        address = f"{base}/pictures/{image.id}/{{w}}x{{h}}.{{f}}"
        given["imageAsset"] = {"templateUrl": address, "width": attributes["width"], "height": attributes["height"]}
    return given


def state_of(world: World, image: Resource) -> str:
    """Give the delivery state: what was committed is judged only after some time, and for good."""
    attributes = image.attributes
    if "judgedAt" not in attributes:
        return "AWAITING_UPLOAD"
    if world.now() < attributes["judgedAt"]:
        return "UPLOAD_COMPLETE"
    return "FAILED" if attributes["verdict"] else "COMPLETE"


def parts(world: World, image: Resource) -> list[tuple[int, int]]:
    """Give the offset and the length of each part that an image is to be sent in."""
    size, step = image.attributes["fileSize"], world.switches.part_size_bytes
    return [(offset, min(step, size - offset)) for offset in range(0, size, step)]


def media_type(image: Resource) -> str:
    """Give the Content-Type that the parts must be sent with."""
    return mimetypes.guess_type(image.attributes["fileName"])[0] or "application/octet-stream"


def _operations(world: World, base: str, image: Resource) -> Json:
    origin = base
    if world.switches.uploads_elsewhere:
        origin = f"http://{urlsplit(base).hostname}:{world.upload_port}"
    headers = [{"name": "Content-Type", "value": media_type(image)}]
    return [
        {
            "method": "PUT",
            "url": f"{origin}{UPLOADS}/{image.id}/{number}?signature={image.attributes['signature']}",
            "length": length,
            "offset": offset,
            "requestHeaders": headers,
        }
        for number, (offset, length) in enumerate(parts(world, image))
    ]


def judge(world: World, image: Resource) -> Json:
    """Judge the bytes that arrived for an image, and forget them.

    Returns:
        Attributes of the record: the verdict, a list of errors that is empty for a good picture, and its size.
    """
    sent = world.uploaded.pop(image.id, {})
    if len(sent) < len(parts(world, image)):
        return {"verdict": [_error("UPLOAD_INCOMPLETE", "Not every part of the file has arrived.")]}
    data = b"".join(sent[number] for number in sorted(sent))
    width, height, alpha = _facts(data)
    verdict = _errors(world, width, height, alpha=alpha)
    return {"verdict": verdict, "width": width, "height": height, "digest": _kept(world, data)}


def _kept(world: World, data: bytes) -> str:
    """Keep a picture to be shown, as long as all of them are not too much; give its digest."""
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    if sum(map(len, world.gallery.values())) + len(data) <= MOST_KEPT_BYTES:
        world.gallery[digest] = data
    return digest


def _errors(world: World, width: int, height: int, *, alpha: bool) -> Json:
    if not width:
        return [_error("IMAGE_TYPE_NOT_SUPPORTED", "The file is no PNG, JPEG or TIFF image.")]
    errors = []
    if width != height:
        errors.append(_error("IMAGE_BAD_ASPECT_RATIO", "The image must be square."))
    elif width not in SIDES_PX:
        errors.append(_error("IMAGE_INCORRECT_DIMENSIONS", f"The image is {width} x {height} pixels."))
    if alpha and world.switches.alpha_refused:
        errors.append(_error("IMAGE_ALPHA_NOT_ALLOWED", "The image must not have an alpha channel."))
    return errors


def _error(code: str, description: str) -> Json:
    return {"code": code, "description": description}


def _facts(data: bytes) -> tuple[int, int, bool]:
    """Give width, height and whether there is an alpha channel; 0 by 0 for what is not a picture."""
    if data.startswith(PNG) and len(data) > 25:
        width, height, _, colour = struct.unpack(">IIBB", data[16:26])
        return width, height, colour in PNG_COLOUR_TYPES_WITH_ALPHA or b"tRNS" in data
    if data.startswith(JPEG):
        return _jpeg_facts(data)
    if data.startswith(TIFF):
        return SIDES_PX[-1], SIDES_PX[-1], False  # its size is not read: nothing here depends on it
    return 0, 0, False


def _jpeg_facts(data: bytes) -> tuple[int, int, bool]:
    """Walk the segments of a JPEG to its frame header."""
    offset = 2
    while offset + 9 <= len(data) and data[offset] == 0xFF:
        marker, length = struct.unpack(">BH", data[offset + 1 : offset + 4])
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[offset + 5 : offset + 9])
            return width, height, False
        offset += 2 + length
    return 0, 0, False


def upload(world: World, request: Request) -> Answer:
    """Take one part at the upload address: no token, the headers that were asked for, and just so many bytes.

    The answer has no JSON: this is another host with other manners.
    """
    _, _, key, number = [*request.path.split("/"), "", ""][:4]
    image = world.image(key)
    if image is None or request.query != f"signature={image.attributes['signature']}":
        return _plain(403, "SignatureDoesNotMatch")
    wrong = _upload_problem(world, request, image, number)
    if wrong is not None:
        return wrong
    world.uploaded.setdefault(image.id, {})[int(number)] = request.body
    return Answer(200)


def _upload_problem(world: World, request: Request, image: Resource, number: str) -> Answer | None:
    expected = parts(world, image)
    if request.method != "PUT" or not number.isdecimal() or int(number) >= len(expected):
        return _plain(405, "MethodNotAllowed")
    if "authorization" in request.headers:
        return _plain(400, "InvalidArgument: only one auth mechanism allowed")
    if world.now() > image.created_at + world.switches.upload_expiry_s or "judgedAt" in image.attributes:
        return _plain(403, "AccessDenied: request has expired")
    if len(request.body) != expected[int(number)][1]:
        return _plain(400, "IncompleteBody")
    if request.headers.get("content-type", media_type(image)) != media_type(image):  # some clients send none
        return _plain(403, "SignatureDoesNotMatch: Content-Type")
    return None


def _plain(status: int, text: str) -> Answer:
    return Answer(status, text.encode(), "text/plain")


def show_picture(world: World, request: Request) -> Answer:
    """Answer a request for a picture with its bytes, without JSON: this is another host with other manners."""
    match = ADDRESS.fullmatch(request.path)
    if request.method != "GET" or match is None or match[4] not in FORMATS:
        return _plain(400, "Bad Request")
    size = int(match[2]), int(match[3])
    image = world.image(match[1])
    if image is None:
        return _plain(404, "Not Found")
    if not all(1 <= side <= LARGEST_SIDE_PX for side in size):
        return _plain(400, "Bad Request")
    out = io.BytesIO()
    _picture(world, image, size).save(out, FORMATS[match[4]])
    return Answer(200, out.getvalue(), f"image/{FORMATS[match[4]].lower()}")


def _picture(world: World, image: Resource, size: tuple[int, int]) -> Image.Image:
    data = world.gallery.get(image.attributes.get("digest", ""))
    try:
        if data is not None:
            return Image.open(io.BytesIO(data)).convert("RGB").resize(size)
    except (UnidentifiedImageError, OSError):
        pass  # tests send the mere beginnings of pictures
    red, green, blue = hashlib.blake2b(image.id.encode(), digest_size=3).digest()
    return Image.new("RGB", size, (red, green, blue))
