"""The inputs of the corpus by name; a name is a folder and a file's stem below answers/."""

from __future__ import annotations

from collections.abc import Mapping

from golden import achievement_inputs, cell_inputs, file_inputs, localization_inputs, progress_inputs, score_inputs
from golden.source import Input

INPUTS: Mapping[str, Input] = {
    f"{group}/{name}": source
    for group, sources in (
        ("achievements", achievement_inputs.INPUTS),
        ("localizations", localization_inputs.INPUTS),
        ("cells", cell_inputs.INPUTS),
        ("files", file_inputs.INPUTS),
        ("progress", progress_inputs.INPUTS),
        ("scores", score_inputs.INPUTS),
    )
    for name, source in sources.items()
}
