"""Trials of mutated files."""

from __future__ import annotations

from chaos.trials import Trial

TRIALS: tuple[Trial, ...] = ()
