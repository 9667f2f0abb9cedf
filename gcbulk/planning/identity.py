"""The fingerprint by which the content of a step is recognised in later runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from gcbulk.records import Json, Resource, Role


def fingerprint(resource: Resource, role: Role, attributes: Mapping[str, Json]) -> str:
    """The hash of what is sent: the same content has the same fingerprint, in v1 and in v2 and in every run."""
    return digest([resource.words[role], attributes])


def digest(content: Json) -> str:
    """The hash of anything that JSON can hold, whatever the order of its members."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]
