"""Trials of answers that cannot be used: late, broken off, stalled, or no answers at all."""

from __future__ import annotations

from chaos import broken, garbage, late, stalls
from chaos.trials import Trial

TRIALS: tuple[Trial, ...] = (*late.TRIALS, *stalls.TRIALS, *broken.TRIALS, *garbage.TRIALS)
