"""What a code means and what to do about it: those of a check, of a file, of a run, an outcome, or Apple's own."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from gcbulk.errors import SettingsError
from gcbulk.records import OutcomeKind
from gcbulk.reporting.summary import NEXT
from gcbulk.tables.codes import CODES

_FAULT = "This is a fault of gcbulk: please report it."
SERVICE_CODES: Mapping[str, tuple[str, str]] = {
    "NOT_AUTHORIZED": (
        "The key or its token was refused.",
        "Run gcbulk doctor: it says whether key id, issuer id, file and clock belong together.",
    ),
    "FORBIDDEN_ERROR": (
        "The key may not do this.",
        "Use a key with the role Admin or App Manager; see in App Store Connect under Users and Access, Integrations.",
    ),
    "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED": (
        "An agreement of the account is not signed, or has expired.",
        "The Account Holder signs it in App Store Connect under Business; then run it again.",
    ),
    "NOT_FOUND": (
        "What the request was about is not there.",
        "Look whether it was deleted meanwhile, then run it again.",
    ),
    "PARAMETER_ERROR": ("A part of the request's address was refused.", _FAULT),
    "ENTITY_ERROR.ATTRIBUTE.REQUIRED": ("A value is missing that Apple needs.", "Fill in the cell that is named."),
    "ENTITY_ERROR.ATTRIBUTE.INVALID": ("Apple refuses a value.", "Correct the cell that is named, then run it again."),
    "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG": (
        "A text is longer than Apple takes.",
        "Shorten it.",
    ),
    "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE": (
        "The value is used already: an identifier, or a language of the achievement.",
        "gcbulk looks who has it. If it is not in the app, a deleted one may hold it: give the row another id.",
    ),
    "ENTITY_ERROR.ATTRIBUTE.TYPE": ("A value is of another type, or none of those allowed.", "Correct the cell."),
    "ENTITY_ERROR.ATTRIBUTE.UNKNOWN": (
        "Apple does not know an attribute.",
        "This is a fault of gcbulk: please report it.",
    ),
    "ENTITY_ERROR.INVALID_POINTS_RANGE": (
        "The points are below 0 or above 100.",
        "Write a whole number from 0 to 100.",
    ),
    "ENTITY_ERROR.INVALID_TOTAL_APP_POINTS": (
        "The points of all achievements of the app add up to more than 1000; archived ones do not count.",
        "Lower some of them, or archive what is not used.",
    ),
    "ENTITY_ERROR.LOCALE_INVALID": (
        "Game Center does not take the language under this code.",
        "Write the locale that gcbulk check suggests, such as it for it-IT.",
    ),
    "ENTITY_ERROR": ("Apple refuses what the row says.", "Correct the cell that is named, then run it again."),
    "STATE_ERROR.CANNOT_DELETE_HAS_NON_DRAFT_VERSION": (
        "What was live or in review once cannot be deleted.",
        "Archive it: add its row with Archived: Yes.",
    ),
    "STATE_ERROR.APP_PRICING_REQUIRED": (
        "The app has no price yet, and Apple takes no review submission without one.",
        "Set it in App Store Connect under Pricing and Availability; Free is a price too.",
    ),
    "STATE_ERROR.ALREADY_EXISTS": ("It is there already.", "Run it again: gcbulk looks what is there first."),
    "STATE_ERROR": (
        "In the state that it is in, Apple does not allow this.",
        "Read the row's message, and look at the item in App Store Connect.",
    ),
    "RATE_LIMIT_EXCEEDED": (
        "More requests were sent than the key may send.",
        "gcbulk waits by itself; another program with the same key may be sending too.",
    ),
    "UNEXPECTED_ERROR": ("Something went wrong at Apple.", "Run it again later: what went through is not sent twice."),
}
"""What is known of the service's own codes: meaning, what to do. The longest that a code begins with counts.

Source: Apple's description of its errors, and what users report; a code that is not here is told by its message alone.
"""


def explained(code: str, files: Mapping[str, str], runs: Mapping[str, str]) -> list[str]:
    """What a code means, and what to do.

    Args:
        code: a code as a report, ``--json`` or Apple shows it, in any case.
        files: code -> meaning, of what keeps a file from being read at all.
        runs: code -> meaning, of what a plan or a run says of a row.

    Returns:
        Lines for people: what it is, what it means, what to do.

    Raises:
        SettingsError: nothing has that code; the message names those that are near.
    """
    wanted = code.strip().strip("[]`")
    lower = wanted.lower()
    if (known := CODES.get(lower)) is not None:
        return [f"{lower} ({known.severity} of a check)", known.meaning, f"What to do: {known.advice}"]
    if lower in files:
        return [f"{lower} (the file cannot be read)", files[lower], "What to do: the message beside the code says."]
    if lower in runs:
        return [f"{lower} (of a plan or a run)", runs[lower], "What to do: the row's message says."]
    if lower in _OUTCOMES:
        return [f"{lower} (an outcome)", *_OUTCOMES[lower]]
    if (told := _of_the_service(wanted.upper())) is not None:
        return told
    near = get_close_matches(lower, [*CODES, *files, *runs, *_OUTCOMES, *map(str.lower, SERVICE_CODES)], n=3)
    hint = f" Did you mean {', '.join(near)}?" if near else " docs/codes.md lists all of them."
    raise SettingsError(f"There is no code {wanted!r}.{hint}")


def _of_the_service(code: str) -> list[str] | None:
    parts = code.split(".")
    for length in range(len(parts), 0, -1):
        if (known := SERVICE_CODES.get(".".join(parts[:length]))) is not None:
            return [f"{code} (Apple's own)", known[0], f"What to do: {known[1]}"]
    return None


_OUTCOMES: Mapping[str, tuple[str, ...]] = {
    OutcomeKind.CREATED: ("It is there now, and this run made it.",),
    OutcomeKind.UPDATED: ("It was there with other values; now it is as in the sheet.",),
    OutcomeKind.DELETED: ("A draft that the sheet lacks; you asked for it.",),
    OutcomeKind.ADOPTED: ("An earlier request of yours, without an answer, had made it.",),
    OutcomeKind.UNCHANGED: ("It was there already, exactly so.",),
    OutcomeKind.EXISTED: ("The service has it, exactly so.",),
    OutcomeKind.CONFLICT: ("What is there keeps it from being done.", f"What to do: {NEXT[OutcomeKind.CONFLICT]}"),
    OutcomeKind.REJECTED: ("It was refused, by gcbulk or by Apple.", f"What to do: {NEXT[OutcomeKind.REJECTED]}"),
    OutcomeKind.BLOCKED: ("It waits for another line.", f"What to do: {NEXT[OutcomeKind.BLOCKED]}"),
    OutcomeKind.UNKNOWN: ("It was sent, and no usable answer came.", f"What to do: {NEXT[OutcomeKind.UNKNOWN]}"),
    OutcomeKind.NOT_ATTEMPTED: ("The run ended before it.", f"What to do: {NEXT[OutcomeKind.NOT_ATTEMPTED]}"),
}
