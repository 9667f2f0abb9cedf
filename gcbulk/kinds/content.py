"""What binds the two sides of a kind together: the sheets that it is read from, and the resource that it becomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcbulk.records import Resource, Role
from gcbulk.tables.spec import Family, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Which columns a preview shows of a thing, as players see it; "" for what the things of a kind do not have.

    Args:
        title: the title of a text.
        before: what players read in a text, of what can be earned only before it is.
        after: what they read once it is earned; "" of things that nobody earns.
        points: what a thing is worth.
        shown: whether players see a thing before they earn it.
        again: whether a thing can be earned again.
    """

    title: str = "name"
    before: str = ""
    after: str = ""
    points: str = ""
    shown: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentKind:
    """A kind of thing that gcbulk creates in Game Center.

    Args:
        family: how it stands in a file: the table of the things, then that of what players read of them.
        resource: what it is to plans, requests, the journal and reports.
        card: what a preview shows of it.
    """

    family: Family
    resource: Resource
    card: Card = Card()

    @property
    def name(self) -> str:
        """What one of them is called: the resource's kind, by which everything about it is found."""
        return self.resource.kind

    @property
    def things(self) -> Table:
        """The table of the things."""
        return self.family.tables[0]

    @property
    def texts(self) -> Table:
        """The table of what players read of them, one language in a row."""
        return self.family.tables[1]

    def table_of(self, role: Role) -> Table:
        """The table whose records become things, or the one whose records become their texts."""
        return self.things if role is Role.THING else self.texts


def nouns(kinds: Iterable[ContentKind]) -> str:
    """What the things of several kinds are called: "achievements", or "achievements, toys and trophies"."""
    *others, last = (kind.resource.noun.many for kind in kinds)
    return f"{', '.join(others)} and {last}" if others else last
