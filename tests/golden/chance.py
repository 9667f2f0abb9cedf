"""Chance that is the same for a seed on every Python: nothing but what `random.Random` promises not to change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


class Chance:
    """Chance of a seed.

    Args:
        seed: two of the same give the same.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def is_so(self, share: float) -> bool:
        """Yes, in this share of all times."""
        return self._random.random() < share

    def below(self, end: int) -> int:
        """A number from 0 to one below the end."""
        return self._random.randrange(end)

    def one_of(self, found: Sequence[_T]) -> _T:
        """One of several."""
        return found[self._random.randrange(len(found))]
