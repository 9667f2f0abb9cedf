"""What an achievement is to plans, requests, the journal and reports."""

from __future__ import annotations

from gcbulk.records import Resource, Role

RESOURCE = Resource(
    kind="achievement",
    words={
        Role.THING: "achievement",
        Role.TEXT: "localization",
        Role.IMAGE: "image",
        Role.VERSION: "version",
        Role.ORDER: "order",
        Role.REVIEW: "review",
    },
)
