"""The codes of everything that can be wrong with a file as a whole.

`FILE_CODES` explains in one line each `WorkbookError.code` that reading a file can raise; docs/codes.md lists them.
"""

from __future__ import annotations

FILE_CODES: dict[str, str] = {
    # where the file is
    "file-not-found": "There is no file at that path.",
    "not-a-file": "The path leads to a folder or a device, not to a file.",
    "no-permission": "The file may not be read by this user.",
    "unreadable-file": "The disk or the network drive failed while the file was read.",
    "lock-file": "The small lock file that an office program keeps beside an open workbook, not the workbook.",
    # what the file is
    "empty-file": "The file holds nothing at all, or no row.",
    "old-excel-format": "An Excel 97-2003 workbook (.xls).",
    "encrypted-workbook": "A workbook protected by a password to open it.",
    "binary-excel-format": "An Excel binary workbook (.xlsb).",
    "opendocument-format": "An OpenDocument spreadsheet (.ods).",
    "numbers-format": "An Apple Numbers document.",
    "strict-open-xml": "A workbook saved as Strict Open XML.",
    "xml-spreadsheet": "An XML file, such as an XML Spreadsheet 2003, whatever its name says.",
    "html-file": "A web page, whatever its name says.",
    "json-file": "A JSON file, whatever its name says.",
    "steam-vdf": "A file of Steam (VDF).",
    "gamekit-bundle": "Xcode's Game Center resources (.gamekit): a folder, a zip of it, or the JSON file in it.",
    "wrong-name": "Plain text under the name of a workbook.",
    "not-a-spreadsheet": "A file of another kind: PDF, picture, archive, document.",
    # what keeps it from being opened safely
    "file-too-large": "The file is larger than what is read.",
    "unpacks-too-large": "What is packed in the file is larger than what is read.",
    "compressed-too-much": "A part is packed so tightly that only a trap looks like it.",
    "too-many-parts": "The package has more parts than any workbook.",
    "too-many-sheets": "The workbook has more sheets than are read.",
    "unsafe-part-name": "A part's name leads out of the package, or occurs in it twice.",
    "document-type-declaration": "A part declares a document type or entities, which no workbook needs.",
    "damaged-workbook": "The package or one of its parts is cut short or contradicts itself.",
    "used-range-too-large": "The used range is larger than what can be read into memory.",
    "no-worksheet": "The workbook has no worksheet.",
    # text files
    "unknown-encoding": "The encoding asked for does not exist.",
    "undecodable-text": "The text is not in the encoding that it was read with.",
    "nul-bytes": "A text file holds NUL bytes.",
    "ambiguous-delimiter": "More than one character could be what separates the columns.",
    "unknown-delimiter": "The delimiter asked for is not one of those that can be read.",
    "unclosed-quote": "A quotation mark opens a cell and is never closed.",
    "misplaced-quote": "A quotation mark stands where it can be read in more than one way.",
    "record-too-long": "A row is longer than that of any table, as where line ends are missing.",
    "malformed-csv": "The text cannot be taken apart into cells.",
    "damaged-compressed-file": "A compressed text file is cut short or contradicts itself.",
    "json-line": "A line of a JSON Lines file is not one JSON object.",
    # parquet
    "damaged-parquet": "The Parquet file is cut short or contradicts itself.",
    "unsupported-column-type": (
        "A column of a Parquet or JSON Lines file holds what no cell can: structures, bytes, dates of no calendar."
    ),
}
