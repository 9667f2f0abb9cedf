"""A workbook whose achievements all have pictures, and what the simulator has of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
from PIL import Image

from gcbulk.simulator import Simulator
from gcbulk.simulator.store import Resource
from jobs import ACHIEVEMENT_HEADERS, LOCALIZATION_HEADERS

KIND = "gameCenterAchievementImages"
OWN = "ja"
"""The language that has a picture of its own; the others have the achievement's."""


def fill_pictures(path: Path, count: int, locales: Sequence[str], *, prefix: str) -> int:
    """Write a workbook whose achievements all have a picture for every language, and one of them its own.

    Returns:
        The size of the larger picture in bytes; they differ by little.
    """
    sizes = []
    for name in ("all", "own"):
        out = io.BytesIO()
        Image.new("RGB", (512, 512), (len(name), 0, ord(name[0]))).save(out, "PNG")
        (path.parent / f"{name}.png").write_bytes(out.getvalue())
        sizes.append(len(out.getvalue()))
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Achievements"
    first.append([*ACHIEVEMENT_HEADERS, "Image"])
    second = book.create_sheet("Localizations")
    second.append([*LOCALIZATION_HEADERS, "Image"])
    for n in range(count):
        first.append([f"A {n}", f"{prefix}.a{n}", 5, "No", "Yes", "all.png"])
        for locale in locales:
            second.append([f"{prefix}.a{n}", locale, f"N {n}", "B", "A", "own.png" if locale == OWN else None])
    book.save(path)
    return max(sizes)


def pictures_by_text(simulator: Simulator, prefix: str) -> Iterator[tuple[str, list[Resource]]]:
    """The images under each localization of an app: "identifier / locale" and what there is."""
    store = simulator.store
    for text in store.all("gameCenterAchievementLocalizations"):
        version = store.get("gameCenterAchievementVersions", text.parents["gameCenterAchievementVersions"])
        assert version is not None
        achievement = store.get("gameCenterAchievements", version.parents["gameCenterAchievements"])
        assert achievement is not None
        identifier = str(achievement.attributes["vendorIdentifier"])
        if identifier.startswith(f"{prefix}."):
            yield f"{identifier} / {text.attributes['locale']}", store.children(text.id, KIND)
