"""Fill and mend Apple's Game Center in bulk from a spreadsheet."""

__version__ = "0.1.0"
