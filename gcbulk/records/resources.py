"""What a kind of thing in Game Center is to plans, requests, the journal and reports; the kinds themselves declare it.

A step's key has parts, and is joined only for readers: the journal, a saved plan, a report, ``--json``. It is never
parsed back, because an identifier may contain whatever separates the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from gcbulk.records.frames import Json

ARCHIVED = "archived"
"""The attribute of a thing that can be put away."""
Key: TypeAlias = tuple[str, ...]
"""What a thing is known by, and what hangs on it: ("com.x.a",), ("com.x.a", "ja"), ("com.x.a", "version 2")."""


Identity: TypeAlias = "tuple[str, Role, Key]"
"""What a step is about, whatever it does: the kind, what of it, and its key."""


class Role(StrEnum):
    """What a step is about, whatever the kind: it decides how the step is planned, sent and told."""

    THING = "thing"
    TEXT = "text"  # what players read, in one language
    IMAGE = "image"
    VERSION = "version"  # one that has to be opened
    ORDER = "order"  # the order in which players see the things
    REVIEW = "review"  # the hand-off to Apple's reviewers


class Api(StrEnum):
    """Which form of Apple's API is spoken; v1 is deprecated since API 4.3 and still works."""

    V1 = "v1"
    V2 = "v2"


@dataclass(frozen=True, slots=True)
class Noun:
    """What people call the things of a kind.

    Args:
        one: one of them, such as "achievement".
        many: several of them, such as "achievements".
        key: what tells them apart, such as "Achievement ID".
    """

    one: str
    many: str
    key: str

    @property
    def a_key(self) -> str:
        """The key with its article, to begin a sentence with."""
        return f"{'An' if self.key[0] in 'AEIOU' else 'A'} {self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A change of an attribute that deletes for good what players have, so that its number has to be confirmed.

    Args:
        applies: whether a change from one value to another is such a one.
        loss: what it deletes, as "players' scores outside the new range".
    """

    applies: Callable[[Json, Json], bool]
    loss: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute of a thing or a text.

    Args:
        name: its snake_case name, which is the frame's column; the service has it in camelCase.
        type: the type that the service has to give it in.
        on_create: whether a create takes it; else an update alone does.
        optional: whether a row may say nothing of it, which leaves what is live as it is.
        absent: what a live one has that says nothing of it.
        immutable: whether it stays as it was created, so that another value is a conflict.
        meaning: gives the same for values that the service may write in different ways and that mean the same; None
            for what any sheet does to a text.
        guard: which changes of it delete what players have; None where none does.
        title: what a change of it is called; "" for the header, which in a sheet may be that of the opposite.
    """

    name: str
    type: type = str
    on_create: bool = True
    optional: bool = False
    absent: Json = None
    immutable: bool = False
    meaning: Callable[[Json], Json] | None = None
    guard: Guard | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most that the service allows an app; archived things do not count.

    Args:
        most: how much.
        of: the attribute that is added up; None where the things are counted.
        unless: what makes room for more, as the end of a sentence; "" where nothing does.
    """

    most: int
    of: str | None = None
    unless: str = ""


def never(before: Mapping[str, Json], after: Mapping[str, Json]) -> bool:
    """Whether an update leaves room for others: it does not, whatever it changes."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one form of the API speaks of a kind.

    Args:
        root: what every path of the kind begins with, such as "/v2"; a kind that is new in v2 may still have "/v1".
        listed: the relationship of a detail or a group that lists the things, in their order.
        parent: the relationship of a text to what it hangs on: the thing, or a version of it.
        version_parent: the relationship of a version to its thing; None where this form has no versions.
        image: the relationship of a text to its image; None of a kind without images.
        image_parent: the relationship of an image to its text; None likewise.
    """

    root: str
    listed: str
    parent: str
    version_parent: str | None = None
    image: str | None = None
    image_parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextResource:
    """What players read of a thing, in one language.

    Args:
        type: its type at the service.
        attributes: its attributes.
        key: the attribute that tells the texts of a thing apart.
    """

    type: str
    attributes: tuple[Attribute, ...]
    key: str = "locale"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageResource:
    """The image that hangs on a text.

    Args:
        type: its type at the service.
        optional: whether a thing goes through review without one.
    """

    type: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseResource:
    """The release that makes a thing live with the app's next version (v1).

    Args:
        type: its type at the service.
        listed: the relationship of a detail that lists the releases.
        parent: the relationship of a release to its thing.
    """

    type: str
    listed: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resource:
    """A kind of thing; each is declared once, and equals none but itself.

    Args:
        kind: its name.
        noun: what people call it.
        words: what the journal, fingerprints and reports call each role. They never change: with another word an old
            journal would not know again what it sent. No two kinds share one.
        type: its type at the service.
        version_type: the type of its versions.
        attributes: its attributes.
        text: its texts.
        image: the image of each text; None of a kind without images.
        release: its releases; None of a kind without them, which is handed to review by its versions alone.
        review_item: the relationship of a review submission's item to a version of it; None of a kind that is not
            reviewed by its versions.
        forms: how each form of the API that knows the kind speaks of it.
        key: the attribute that tells the things of an app apart.
        limits: what an app may have of it.
        after: the kinds that have to be there before it.
        gives_back: whether an update from some values to others leaves room for other things, so that it goes first.
    """

    kind: str
    noun: Noun
    words: Mapping[Role, str]
    type: str
    version_type: str
    attributes: tuple[Attribute, ...]
    text: TextResource
    forms: Mapping[Api, Form]
    image: ImageResource | None = None
    release: ReleaseResource | None = None
    review_item: str | None = None
    key: str = "vendor_identifier"
    limits: tuple[Limit, ...] = ()
    after: tuple[str, ...] = ()
    gives_back: Callable[[Mapping[str, Json], Mapping[str, Json]], bool] = never

    @property
    def failed(self) -> str:
        """The code of what was not sent because its thing is not there."""
        return f"{self.kind}-failed"

    @property
    def unknown(self) -> str:
        """The code of what was not sent because nobody knows yet whether its thing is there."""
        return f"{self.kind}-unknown"

    def most(self, of: str | None = None) -> int:
        """The most that the service allows an app: of the things, or of an attribute of theirs added up.

        Args:
            of: the attribute; None for the things.
        """
        return next(limit.most for limit in self.limits if limit.of == of)

    @property
    def needs_image(self) -> bool:
        """Whether a thing needs a text with an image before it goes live."""
        return self.image is not None and not self.image.optional

    @property
    def is_archivable(self) -> bool:
        """Whether a thing can be put away without being deleted."""
        return any(attribute.name == ARCHIVED for attribute in self.attributes)

    def is_reviewed(self, api: Api) -> bool:
        """Whether things of the kind are handed to review in a form of the API."""
        form = self.forms.get(api)
        if form is None:
            return False
        return self.release is not None if form.version_parent is None else self.review_item is not None

    def attributes_of(self, role: Role) -> tuple[Attribute, ...]:
        """The attributes of a thing or of a text."""
        return self.attributes if role is Role.THING else self.text.attributes

    def type_of(self, role: Role) -> str:
        """The type of a thing or of a text."""
        return self.type if role is Role.THING else self.text.type

    def key_of(self, role: Role) -> str:
        """The attribute that tells things, or the texts of a thing, apart."""
        return self.key if role is Role.THING else self.text.key


def joined(key: Key) -> str:
    """A key as people and the journal read it; the only place that knows what stands between its parts.

    Example:
        >>> joined(("com.x.a", "ja"))
        'com.x.a / ja'
    """
    return " / ".join(key)
