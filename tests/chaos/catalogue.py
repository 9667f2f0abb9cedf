"""Every trial there is, in the order of the list of faults."""

from __future__ import annotations

import faulthandler
import re

from chaos import (
    addresses,
    answers,
    control,
    disk,
    doors,
    edits,
    excel,
    ids,
    journals,
    kills,
    limits,
    mistaken,
    outages,
    overtaking,
    pictures,
    reports,
    revived,
    rows,
    saving,
    signals,
    standing,
    texts,
    workbooks,
)
from chaos.trials import Tally, Trial

HANGS_AFTER_S = 300
_ROOMS = (
    kills,
    pictures,
    control,
    answers,
    limits,
    mistaken,
    outages,
    overtaking,
    disk,
    saving,
    excel,
    journals,
    signals,
    standing,
    rows,
    edits,
    texts,
    ids,
    workbooks,
    addresses,
    revived,
    reports,
    doors,
)


def _place(trial: Trial) -> tuple[bool, str, int, str]:
    letter, number = re.fullmatch(r"([A-Z])([0-9]+)", trial.fault).groups()  # type: ignore[union-attr]
    return trial.control, letter, int(number), trial.key


TRIALS: tuple[Trial, ...] = tuple(sorted((trial for room in _ROOMS for trial in room.TRIALS), key=_place))


def run_case(key: str, number: int, seed: int) -> Tally:
    """Run one case in this process; one that hangs ends the process, and shows where it stood."""
    faulthandler.dump_traceback_later(HANGS_AFTER_S, exit=True)
    try:
        return next(trial for trial in TRIALS if trial.key == key).run(number, seed)
    finally:
        faulthandler.cancel_dump_traceback_later()
