"""The room that acts on disk: reads the files people have, and writes reports beside or into them."""

from __future__ import annotations

from gcbulk.files.file_codes import FILE_CODES
from gcbulk.files.reading import read

__all__ = ["FILE_CODES", "read"]
