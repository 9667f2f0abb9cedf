"""Issue codes for single cells of achievements and localizations, and for images."""

from __future__ import annotations

from collections.abc import Mapping

from gcbulk.tables.code import Code, error, warning

CELLS: Mapping[str, Code] = {
    "cell-empty": error("A cell that has to be filled is empty.", "Fill it in."),
    "cell-error": error(
        "The cell holds a spreadsheet error such as #N/A, as an error or, in a text file, as text.",
        "Fix the formula or type the value.",
    ),
    "cell-cut-off": error(
        "The text is nothing but #, which a spreadsheet shows where a column is too narrow.",
        "Get the value from the file's source.",
    ),
    "cell-is-a-picture": error(
        "A picture is inside the cell, where only Excel finds it.",
        "Save the picture as a file beside the workbook, and write its name into the column Image.",
    ),
    "cell-not-calculated": error(
        "The cell holds a formula whose result was never stored in the file.",
        "Open the file in Excel or LibreOffice, save it, and try again; or type the value.",
    ),
    "cell-unreadable-date": error(
        "The cell is formatted as a date, but its number is not one.", "Format it as text and type the value again."
    ),
    "cell-not-understood": error(
        "The cell holds something that is neither text nor number nor yes/no (a list, bytes).", "Enter a plain value."
    ),
    "broken-text": error("The text holds half of a two-part character (a lone surrogate).", "Type the text again."),
    "control-character": error(
        "The text holds a control character, which cannot be seen.", "Type the text again, or delete the character."
    ),
    "line-break": warning(
        "The text holds a line break or a tab; how Game Center shows it is not known.", "Remove it if in doubt."
    ),
    "not-text": error(
        "A date, a yes/no value or a fraction stands where a text belongs: Excel may have changed what was typed.",
        "Format the cell as text and type it again.",
    ),
    "text-from-number": warning(
        "A number stands where a text belongs; its digits were kept.", "Format the cell as text if zeros are missing."
    ),
    "text-looks-damaged": warning(
        "The text reads like 101.0 or 1.23E+05, which is what pandas or a spreadsheet makes of a whole number.",
        "Check the text.",
    ),
    "text-placeholder": warning(
        "The text stands for nothing (`NULL`, `nan`, `TODO`, `Loading...`), or holds what a program should have filled "
        "in or decoded (`{x}`, `%d`, `&amp;`, a backslash and an n).",
        "Write the text that players should read.",
    ),
    "reference-name-long": warning(
        "The reference name is longer than 255 characters; whether the service takes it is not known.", "Shorten it."
    ),
    "id-is-a-date": error(
        "Excel turned the id into a date; what was typed is lost.", "Format the column as text and type the id again."
    ),
    "id-is-a-number": error(
        "The id is a number that has a fraction or more than 15 digits: Excel keeps only 15, the rest is lost.",
        "Format the column as text and type the id again.",
    ),
    "id-is-a-flag": error(
        "Excel turned the id into TRUE or FALSE.", "Format the column as text and type the id again."
    ),
    "id-from-number": warning(
        "The id is stored as a number; its digits were kept. Excel drops leading zeros.",
        "Check the id, and format the column as text.",
    ),
    "id-shown-otherwise": error(
        "The cell shows other digits than it holds, as 007 in a cell that holds the number 7.",
        "Format the column as text, and type the id again as it should be.",
    ),
    "id-looks-damaged": error(
        "The id reads like 1.23457E+18 or 101.0, which is what a spreadsheet or pandas makes of a number.",
        "Get the id from its source, and format the column as text.",
    ),
    "id-invisible-character": error(
        "The id has an invisible character or an unusual space inside.", "Type the id again."
    ),
    "id-character": error(
        "The id holds a character other than the letters A to Z, digits, underscore and period.", "Rename the id."
    ),
    "id-too-long": error("The id is longer than 100 characters.", "Shorten it."),
    "number-unclear": error(
        "A number stored as text has a point and three digits behind it: 1.500 may be 1500 or 1.5.",
        "Write it without the point, or with one more digit behind it.",
    ),
    "points-not-a-number": error("The points are not a number.", "Write a whole number from 0 to 100."),
    "points-not-whole": error("The points have a fraction.", "Write a whole number from 0 to 100."),
    "points-out-of-range": error("The points are below 0 or above 100.", "Write a whole number from 0 to 100."),
    "number-not-whole": error("A number that has to be whole has a fraction.", "Write a whole number."),
    "flag-unclear": error("The cell does not clearly say yes or no.", "Write Yes or No."),
    "properties-malformed": error(
        "The properties are not pairs of a key and a value.",
        "Write `season=winter; tier=gold`; what holds `;`, `=` or a quotation mark stands in quotation marks.",
    ),
    "properties-repeated-key": error("A key occurs twice in the properties.", "Keep one of them."),
    "name-too-long": error("The display name is longer than 50 characters; the service refuses it.", "Shorten it."),
    "name-long": warning(
        "The display name is longer than 30 characters or than 50 if emoji count double.",
        "Shorten it if it is cut off.",
    ),
    "description-too-long": error(
        "The description is longer than 255 characters; the service refuses it.", "Shorten it."
    ),
    "description-long": warning(
        "The description is longer than 120 characters or than 255 if emoji count double.",
        "Shorten it if it is cut off.",
    ),
    "locale-unknown": error(
        "The language is not one of App Store Connect's locales.", "Write the locale that the message suggests."
    ),
    "locale-untested": warning(
        "The language is new in App Store Connect; whether Game Center takes it is not known.",
        "Nothing; if it is refused, the report says so.",
    ),
}
IMAGES: Mapping[str, Code] = {
    "image-is-a-link": error(
        "The picture is named by a web address; nothing is fetched because a cell says so.",
        "Save the picture in the workbook's folder and write its path from there.",
    ),
    "image-outside-folder": error(
        "The path leads out of the workbook's folder, if only through a link.",
        "Put the picture into the workbook's folder or one below it.",
    ),
    "image-not-found": error("There is no such file.", "Correct the path; it begins in the workbook's folder."),
    "image-unreadable": error(
        "The file is not a picture, is damaged, or may not be read.", "Save the picture again as PNG or JPEG."
    ),
    "image-too-large": error(
        "The picture has more bytes or pixels than are read at all.", "Save it with 1024 x 1024 pixels."
    ),
    "image-format": error("The picture is neither PNG nor JPEG nor TIFF.", "Save it as PNG or JPEG."),
    "image-dimensions": error("The picture has neither 1024 x 1024 nor 512 x 512 pixels.", "Resize it to 1024 x 1024."),
    "image-contradiction": error(
        "Two cells name different pictures for the same achievement and language.", "Keep one of them."
    ),
    "image-misnamed": warning(
        "The file's ending is that of another format; the service may go by the ending.", "Rename the file."
    ),
    "image-alpha": warning(
        "The picture has an alpha channel; users report that some were refused for it, others not.",
        "Save it without transparency.",
    ),
    "image-colours": warning(
        "The picture is neither in sRGB nor in Display P3; what the service makes of it is not known.",
        "Save it in sRGB.",
    ),
    "image-animated": warning(
        "The picture is animated; an achievement's picture is a still image.", "Save a single frame of it."
    ),
    "image-deep": warning(
        "The picture has 16 bits for each colour; whether the service takes it is not known.",
        "Save it with 8 bits for each colour.",
    ),
    "image-turned": warning(
        "The picture asks to be shown rotated or mirrored (EXIF); the service may show it without the rotation.",
        "Rotate it in a picture editor and save it.",
    ),
    "image-without-localization": warning(
        "A picture belongs to a localization, and the file has none for it.", "Add the localization."
    ),
}
