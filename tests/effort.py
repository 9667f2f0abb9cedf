"""How much of a property a run of the suite tries: a quarter of its examples, or with GCBULK_FULL=1 all of them.

Two cores have to be done within minutes, and at a desk the examples are others each time; what decides whether a change
lands tries the same ones.
"""

from __future__ import annotations

import os

FULL = bool(os.environ.get("GCBULK_FULL"))


def examples(full: int) -> int:
    """How many examples of a property are tried now.

    Args:
        full: how many with GCBULK_FULL=1.
    """
    return full if FULL else max(10, full // 4)
