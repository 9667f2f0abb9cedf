"""Secrets that nothing writes out by accident, and that error reporters do not find among a frame's local variables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import SupportsIndex

HIDDEN = "<hidden>"


class HiddenText(str):
    """Text that nothing shows but who asks for it by ``f"{text:secret}"``: a token, a password.

    For everything that writes text down by itself (a repr, JSON, pickle, a copy, a log) it is the word in its place:
    the word is what the text itself consists of, for JSON looks at nothing else. It is compared as the secret.
    """

    __slots__ = ("__secret",)
    __secret: str

    def __new__(cls, secret: str = "") -> HiddenText:
        """Hide a text."""
        made = super().__new__(cls, HIDDEN)
        made.__secret = secret
        return made

    def __format__(self, form: str) -> str:
        """The secret for the form "secret", else the word in its place."""
        return self.__secret if form == "secret" else HIDDEN

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        return bool(self.__secret == (other.__secret if isinstance(other, HiddenText) else other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.__secret)

    def __bool__(self) -> bool:
        return bool(self.__secret)

    def __len__(self) -> int:
        return len(self.__secret)

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> HiddenBytes:
        """The secret as bytes, hidden."""
        return HiddenBytes(self.__secret.encode(encoding, errors))

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        """The parts of the secret, as they are."""
        return self.__secret.split(sep, maxsplit)

    def __copy__(self) -> HiddenText:
        return self

    def __deepcopy__(self, memo: object) -> HiddenText:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type[str], tuple[str]]:
        return str, (HIDDEN,)


class HiddenBytes(bytes):
    """Bytes that nothing writes down by itself: a private key, as long as it is no key object yet."""

    __slots__ = ()

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, form: str) -> str:
        return HIDDEN

    def __copy__(self) -> HiddenBytes:
        return self

    def __deepcopy__(self, memo: object) -> HiddenBytes:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type[str], tuple[str]]:
        return str, (HIDDEN,)


class Environment(Mapping[str, str]):
    """An environment that shows nothing by itself: that of the process, if no other is given, holds all its secrets."""

    __slots__ = ("__names",)

    def __init__(self, names: Mapping[str, str] = os.environ) -> None:
        self.__names = names

    def __getitem__(self, name: str) -> str:
        return self.__names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__names)

    def __len__(self) -> int:
        return len(self.__names)

    def __repr__(self) -> str:
        return "<environment>"

    def __deepcopy__(self, memo: object) -> Environment:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type[str], tuple[str]]:
        return str, (repr(self),)


PROCESS = Environment()
"""The environment of this process, as it is whenever it is asked."""
