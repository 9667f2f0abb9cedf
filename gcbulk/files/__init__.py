"""Disk access: read the files people have, and write reports into them or beside them.

Every file is written whole or not at all. The writers that need openpyxl are not re-exported here and are imported
from their own modules: loading openpyxl takes as long as checking a small file.
"""

from importlib import import_module as _import_module

from gcbulk.files.cell_text import fits
from gcbulk.files.file_codes import FILE_CODES
from gcbulk.files.notebooks import write_notebooks
from gcbulk.files.own_files import OwnFiles, names_for
from gcbulk.files.reading import read
from gcbulk.files.saving import Saved, free_name, own_files, report_path, require_report, save_report
from gcbulk.files.targets import require_file, require_folder, require_no_other

__all__ = [
    "FILE_CODES",
    "OwnFiles",
    "Saved",
    "fits",
    "free_name",
    "names_for",
    "own_files",
    "read",
    "report_path",
    "require_file",
    "require_folder",
    "require_no_other",
    "require_report",
    "save_report",
    "write_notebooks",
]


def __getattr__(name: str) -> object:
    """Load what makes the sample when it is asked for: notebooks of earlier releases import it from here."""
    if name == "write_sample":
        return _import_module("gcbulk.files.sample").write_sample
    raise AttributeError(f"module 'gcbulk.files' has no attribute {name!r}")
