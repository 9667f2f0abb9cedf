"""What steps are called, and by what their content is known again.

What comes in: attributes. What goes out: the kinds of steps, and the fingerprint of what is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from gcbulk.records import Json

ACHIEVEMENT = "achievement"
LOCALIZATION = "localization"
VERSION = "version"
ORDER = "order"
IMAGE = "image"


def fingerprint(kind: str, attributes: Mapping[str, Json]) -> str:
    """The hash of what is sent: the same content has the same fingerprint, in v1 and in v2 and in every run."""
    return digest([kind, attributes])


def digest(content: Json) -> str:
    """The hash of anything that JSON can hold, whatever the order of its members."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]
