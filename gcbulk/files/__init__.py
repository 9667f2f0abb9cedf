"""The room that acts on disk: reads the files people have, and writes reports into them or beside them.

What comes in: paths, reports, checked rows. What goes out: `records.Book`, and files that are whole or not there.
"""

from gcbulk.files.cell_text import fits
from gcbulk.files.failed import save_failed
from gcbulk.files.file_codes import FILE_CODES
from gcbulk.files.notebooks import write_notebooks
from gcbulk.files.own_files import OwnFiles, names_for
from gcbulk.files.pulled import write_picture, write_pulled
from gcbulk.files.reading import read
from gcbulk.files.sample import write_sample
from gcbulk.files.saving import Saved, free_name, own_files, report_path, require_report, save_report
from gcbulk.files.targets import require_file, require_folder, require_no_other
from gcbulk.files.template import write_template

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
    "save_failed",
    "save_report",
    "write_notebooks",
    "write_picture",
    "write_pulled",
    "write_sample",
    "write_template",
]
