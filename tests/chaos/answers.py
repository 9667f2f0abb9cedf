"""Trials of answers that cannot be used."""

from __future__ import annotations

from chaos.trials import Trial

TRIALS: tuple[Trial, ...] = ()
