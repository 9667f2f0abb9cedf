"""Trials of tricks with addresses."""

from __future__ import annotations

from chaos.trials import Trial

TRIALS: tuple[Trial, ...] = ()
