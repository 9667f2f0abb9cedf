"""The campaign in short: a few cases of each trial but of those that need hundreds, and a control that must fail."""

from __future__ import annotations

import pytest

from chaos.catalogue import TRIALS
from chaos.page import holds
from chaos.trials import Trial, total

IN_SHORT = [trial for trial in TRIALS if trial.short]


@pytest.mark.parametrize("trial", IN_SHORT, ids=[trial.key for trial in IN_SHORT])
def test_a_trial_comes_out_as_required(trial: Trial) -> None:
    """Nothing lost, nothing twice, nothing wrong; with a control, the harness finds that it is not so."""
    tally = total(trial.run(number) for number in trial.numbers(short=True))
    assert tally.cases > 0
    assert holds(trial, tally), tally
