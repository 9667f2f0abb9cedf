"""Trials of processes that die at every step."""

from __future__ import annotations

from chaos.trials import Trial

TRIALS: tuple[Trial, ...] = ()
