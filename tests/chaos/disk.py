"""Trials of disks, damaged journals and files in use."""

from __future__ import annotations

from chaos.trials import Trial

TRIALS: tuple[Trial, ...] = ()
