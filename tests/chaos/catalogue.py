"""Every trial there is, in the order of the list of faults."""

from __future__ import annotations

import re

from chaos import addresses, answers, control, disk, kills, limits, rows, signals, workbooks
from chaos.trials import Trial

_ROOMS = (kills, control, answers, limits, disk, signals, rows, workbooks, addresses)


def _place(trial: Trial) -> tuple[bool, str, int, str]:
    letter, number = re.fullmatch(r"([A-Z])([0-9]+)", trial.fault).groups()  # type: ignore[union-attr]
    return trial.control, letter, int(number), trial.key


TRIALS: tuple[Trial, ...] = tuple(sorted((trial for room in _ROOMS for trial in room.TRIALS), key=_place))
