"""Copy the notebooks that come with gcbulk into a folder of the user's own."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from gcbulk.errors import SettingsError
from gcbulk.files.atomic import write_whole


def write_notebooks(folder: Path, *, force: bool = False) -> list[Path]:
    """Write every notebook that comes with gcbulk.

    Args:
        folder: where they go; it is made when it is not there.
        force: replace those that are there already.

    Returns:
        Their paths.

    Raises:
        SettingsError: one is there already; nothing was written.
        OSError: the folder cannot be written into.
    """
    ours = {folder / notebook.name: notebook for notebook in _notebooks()}
    taken = [path for path in ours if path.exists()]
    if taken and not force:
        raise SettingsError(f"{taken[0]} is there already; it is replaced only with --force.")
    folder.mkdir(parents=True, exist_ok=True)
    for path, notebook in ours.items():
        content = notebook.read_bytes()
        write_whole(path, lambda out, content=content: out.write(content))  # type: ignore[misc]
    return list(ours)


def _notebooks() -> list[Traversable]:
    """The notebooks as they lie in the package; a checkout has them beside it."""
    package = files("gcbulk")
    inside = package / "notebooks"
    folder = inside if inside.is_dir() else Path(str(package)).parent / "notebooks"
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".ipynb")), key=lambda entry: entry.name)
