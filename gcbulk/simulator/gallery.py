"""Pictures as anybody may fetch them: at the addresses that the records of images hand out, without a token.

What was sent is kept in memory, as much as fits. Of a picture that is not kept, because the simulator was started
anew or because it was too much, a plain one of the wanted size stands in, its colour made of the image's id.
"""

from __future__ import annotations

import hashlib
import io
import re

from PIL import Image, UnidentifiedImageError

from gcbulk.simulator.exchange import Answer, Request
from gcbulk.simulator.model import World
from gcbulk.simulator.store import Resource

PICTURES = "/pictures/"
LARGEST_SIDE_PX = 4096
_FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
_ADDRESS = re.compile(r"/pictures/([^/]+)/([0-9]{1,4})x([0-9]{1,4})(?:bb)?\.([a-z]+)")


def show(world: World, request: Request) -> Answer:
    """Answer a request for a picture with its bytes.

    Args:
        world: the service's inner side.
        request: the request; its path names the image, the size and the format.

    Returns:
        The picture, or an answer without JSON: this is another host with other manners.
    """
    match = _ADDRESS.fullmatch(request.path)
    if request.method != "GET" or match is None or match[4] not in _FORMATS:
        return Answer(400, b"Bad Request", "text/plain")
    size = int(match[2]), int(match[3])
    image = world.image(match[1])
    if image is None:
        return Answer(404, b"Not Found", "text/plain")
    if not all(1 <= side <= LARGEST_SIDE_PX for side in size):
        return Answer(400, b"Bad Request", "text/plain")
    out = io.BytesIO()
    _picture(world, image, size).save(out, _FORMATS[match[4]])
    return Answer(200, out.getvalue(), f"image/{_FORMATS[match[4]].lower()}")


def _picture(world: World, image: Resource, size: tuple[int, int]) -> Image.Image:
    data = world.gallery.get(image.attributes.get("digest", ""))
    try:
        if data is not None:
            return Image.open(io.BytesIO(data)).convert("RGB").resize(size)
    except (UnidentifiedImageError, OSError):
        pass  # tests send the mere beginnings of pictures
    red, green, blue = hashlib.blake2b(image.id.encode(), digest_size=3).digest()
    return Image.new("RGB", size, (red, green, blue))
