"""Trials of rows, edits and what Excel does to ids."""

from __future__ import annotations

from chaos.trials import Trial

TRIALS: tuple[Trial, ...] = ()
