"""The records that cross from one room to another.

What comes in and goes out: frozen, slotted values and the column lists of the frames that go with them. Nothing
here does anything; every room may import it and it imports no other room.

Frames that cross borders, each with its columns in a constant here:

* ``achievements`` (`ACHIEVEMENT_COLUMNS`) and ``localizations`` (`LOCALIZATION_COLUMNS`): checked rows, one record
  each. Index ``row``: the spreadsheet's own row number (not unique where one row holds several languages).
* ``images`` (`IMAGE_COLUMNS`): one line per cell that names a picture.
* ``submissions`` (`SUBMISSION_COLUMNS`, or `SCORE_COLUMNS` for scores): checked rows of players' progress.
* ``issues`` (`ISSUE_COLUMNS`): one line per problem.
* ``outcomes`` (`OUTCOME_COLUMNS`): one line per row of the sheet and step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

Json: TypeAlias = Any
"""A value as the JSON parser gives it; the only ``Any`` of the package."""

ACHIEVEMENT_COLUMNS = (
    "reference_name",  # str, never empty in a row without an error
    "vendor_identifier",  # str; the spreadsheet's text, only the white space around it taken off
    "points",  # Int64, 0-100; <NA> where the cell could not be understood
    "show_before_earned",  # boolean; <NA> where the cell could not be understood
    "repeatable",  # boolean; <NA> where the cell could not be understood
    "archived",  # boolean; <NA> where the sheet does not say, so that it is left as it is
    "sheet",  # str: the sheet the row stands on
)
LOCALIZATION_COLUMNS = (
    "vendor_identifier",  # str: the achievement it belongs to
    "locale",  # str: one of App Store Connect's locales
    "name",  # str
    "before_earned_description",  # str
    "after_earned_description",  # str
    "sheet",  # str: the sheet the row stands on
)
IMAGE_COLUMNS = (
    "vendor_identifier",  # str: the achievement it belongs to
    "locale",  # str: the language it is for, "" for every language of the achievement
    "path",  # str: the file as the sheet has it, relative to the workbook
    "file_name",  # str or None: without its folder; None while the file was not looked at or is unfit
    "size_bytes",  # Int64; <NA> likewise
    "digest",  # str or None: SHA-256 of the bytes, likewise
    "sheet",  # str: the sheet the row stands on
)
SUBMISSION_COLUMNS = (
    "bundle_id",  # str, never empty in a row without an error
    "scoped_player_id",  # str: the player's gamePlayerID
    "vendor_identifier",  # str: the achievement
    "percentage_achieved",  # Int64, 0-100; <NA> where the cell could not be understood
    "submitted_date",  # str: UTC, as in 2026-01-31T12:00:00Z; missing where none is to be sent
    "challenge_ids",  # str: a JSON list of texts, written in one way only; missing where none is to be sent
    "pre_released",  # boolean; <NA> where it is not to be sent
    "sheet",  # category: the sheet the row stands on
)
SCORE_COLUMNS = (
    "bundle_id",  # str, never empty in a row without an error
    "scoped_player_id",  # str: the player's gamePlayerID
    "vendor_identifier",  # str: the leaderboard
    "score",  # str: a number in digits, written in one way only
    "context",  # str: a number like the score; missing where none is to be sent
    "submitted_date",  # str: UTC, as in 2026-01-31T12:00:00Z; missing where none is to be sent
    "challenge_ids",  # str: a JSON list of texts, written in one way only; missing where none is to be sent
    "pre_released",  # boolean; <NA> where it is not to be sent
    "sheet",  # category: the sheet the row stands on
)
ISSUE_COLUMNS = (
    "sheet",  # str or None: the sheet, None where the whole file is meant
    "row",  # Int64: the spreadsheet's row number; <NA> where the whole sheet or file is meant
    "column",  # str or None: the header as the sheet has it
    "code",  # str: kebab-case, listed in docs/codes.md
    "severity",  # str: "error" or "warning"
    "message",  # str: what, where, and what to do
    "value",  # str or None: the cell's content as text, shortened
    # What follows tells the records of one row apart and is not for people (not in --json):
    "kind",  # str or None: "achievement", "localization", "submission" or "score"; None where every record is meant
    "locale",  # str or None: the language, or in a matrix of submissions the achievement, where a row holds several
)
OUTCOME_COLUMNS = (
    "sheet",  # str: the sheet the row stands on
    "row",  # Int64: the spreadsheet's row number
    "key",  # str: vendor identifier, or "vendor identifier / locale"
    "step",  # str: "achievement", "localization", ...
    "outcome",  # str: one of OutcomeKind, or of CheckState in a report of a check
    "id",  # str or None: the service's id of the resource
    "code",  # str or None: our code of a problem, or the service's
    "column",  # str or None: the sheet's header that the problem is about
    "message",  # str or None: what happened and what to do
    "attempts",  # Int64: requests sent for this step, 0 where none was needed
    "request_id",  # str or None: the service's id of the last request, for its support
    "finished_at",  # datetime64[us, UTC] or NaT
)


class Severity(StrEnum):
    """How bad an issue is: an error keeps its row from being sent, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Issue:
    """One problem with one cell, row, sheet or file: a line of the ``issues`` frame (`ISSUE_COLUMNS`)."""

    sheet: str | None
    row: int | None
    column: str | None
    code: str
    severity: Severity
    message: str
    value: str | None = None
    kind: str | None = None
    locale: str | None = None


class CellProblem(StrEnum):
    """What stands in a raw frame where a spreadsheet cell holds no value that could be taken as it is."""

    ERROR_VALUE = "error-value"  # #N/A, #REF!, ...
    NO_CACHED_VALUE = "no-cached-value"  # a formula that was never calculated
    UNREADABLE_DATE = "unreadable-date"  # a date-formatted number outside the calendar


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as it stands in the file, nothing interpreted.

    Args:
        name: the sheet's name; for a CSV the file's stem.
        cells: one frame row per spreadsheet row, header rows included. Index: the spreadsheet's row numbers,
            from 1. Columns: the spreadsheet's column numbers, from 1 (A is 1). Values: str, int, float, bool,
            datetime, date, time, timedelta, None, or a `CellProblem`; text formats hold text only.
        hidden: whether the sheet is hidden.
        hidden_rows: the row numbers that are hidden or filtered out.
        typed: whether cells keep the file's types (workbook, parquet) or are all text (csv, tsv).
        percent: column number -> which of its cells, row by row, hold a number that is shown as percent (0.3 as
            30 %); only columns that have such a cell.
    """

    name: str
    cells: pd.DataFrame
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    typed: bool = True
    percent: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """A file as it was read: its sheets, in order.

    Args:
        path: where it was read from, or None for frames of a notebook.
        format: "xlsx", "xlsm", "csv", "tsv", "parquet" or "frames".
        sheets: every sheet, hidden ones too.
    """

    path: Path | None
    format: str
    sheets: tuple[RawSheet, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """The place that achievements are created in.

    Args:
        bundle_id: the app's bundle id, or None when only a detail id was given.
        app_name: the app's name in App Store Connect, None when it was not looked up.
        detail_id: the id of the Game Center detail.
        group_id: the id of the Game Center group that holds the achievements, when the app is in one.
        group_name: the group's reference name, None where the service did not say.
    """

    bundle_id: str | None
    app_name: str | None
    detail_id: str
    group_id: str | None = None
    group_name: str | None = None


@dataclass(frozen=True, slots=True)
class LiveImage:
    """An image of a localization as the service has it.

    Args:
        id: the image's id.
        file_name: the name it was reserved under.
        file_size: its bytes as they were reserved.
        state: its delivery state, e.g. ``COMPLETE``; None where the service did not say.
    """

    id: str
    file_name: str | None = None
    file_size: int | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class LiveLocalization:
    """A localization as the service has it; attributes by their snake_case names.

    Args:
        id: the localization's id.
        attributes: by their snake_case names.
        image: its image; None where it has none, or where images were not read.
    """

    id: str
    attributes: Mapping[str, Json]
    image: LiveImage | None = None


@dataclass(frozen=True, slots=True)
class LiveVersion:
    """A version of an achievement (v2).

    Args:
        id: the version's id.
        number: its number, from 1; 0 where the service did not say.
        state: its state, e.g. ``LIVE``; None where the service did not say.
    """

    id: str
    number: int = 0
    state: str | None = None


@dataclass(frozen=True, slots=True)
class LiveAchievement:
    """An achievement as the service has it.

    Args:
        id: the achievement's id.
        attributes: by their snake_case names, ``archived`` among them.
        parent_id: the id that localizations are created under: the newest version's in v2, its own in v1;
            None when the listing did not say.
        version_state: the newest version's state in v2, else None.
        localizations: the newest version's, by locale; None when they were not read.
        versions: every version in v2, oldest first.
        editable: whether localizations can be changed as things stand; if not a new version has to be opened.
        deletable: whether it is still a draft, as far as is known, so that it can be deleted.
        earlier: the localizations of the version before, by locale, when a run has just opened the newest.
    """

    id: str
    attributes: Mapping[str, Json]
    parent_id: str | None
    version_state: str | None = None
    localizations: Mapping[str, LiveLocalization] | None = None
    versions: tuple[LiveVersion, ...] = ()
    editable: bool = True
    deletable: bool = True
    earlier: Mapping[str, LiveLocalization] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The service's side at one moment.

    Args:
        taken_at: when the listing was asked for (UTC), or None for the empty snapshot of an offline plan.
        achievements: by vendor identifier; more than one where the live game has a duplicate.
        order: the ids of all achievements in their display order; empty where it was not read.
    """

    taken_at: datetime | None = None
    achievements: Mapping[str, tuple[LiveAchievement, ...]] = field(default_factory=dict)
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What the journal knows of one natural key and body.

    Args:
        fingerprint: the hash of the canonical body that was sent.
        resource_id: the id that came back; None when no usable answer came.
        sent_at: when its last request was begun (UTC).
        settled: whether an answer said what became of it.
    """

    fingerprint: str
    resource_id: str | None
    sent_at: datetime
    settled: bool


@dataclass(frozen=True, slots=True)
class History:
    """What earlier runs sent, read from the journal once; by (step, key)."""

    sent: Mapping[tuple[str, str], tuple[Sent, ...]] = field(default_factory=dict)


class Action(StrEnum):
    """What a step of the plan means to do."""

    CREATE = "create"
    UPDATE = "update"  # it is there, and differs in the fields named
    DELETE = "delete"  # it is there, the sheet does not have it, and deleting was asked for
    UNCHANGED = "unchanged"  # the service has it exactly so
    EXISTED = "existed"  # the service has it exactly so, and refused ours for it
    ADOPT = "adopt"  # it is there, and an unanswered request of ours explains it
    SETTLE = "settle"  # sent before without an answer, too fresh to tell: wait, look, then decide
    CONFLICT = "conflict"  # what is there keeps it from being done
    BLOCKED = "blocked"  # its achievement cannot be there
    REJECT = "reject"  # the check found an error
    GONE = "gone"  # it is not there any more, and an unanswered delete of ours explains it
    MISSING = "missing"  # it is there, and the sheet does not have it: left alone


@dataclass(frozen=True, slots=True)
class Change:
    """One field that an update changes.

    Args:
        field: the attribute, by its snake_case name.
        before: what is live.
        after: what the sheet says.
    """

    field: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done for one row: at most one resource of the service.

    Args:
        sheet: the sheet of the row; "" where no row asks for it.
        row: the spreadsheet's row number; 0 where no row asks for it.
        kind: "achievement", "localization", "version" (one that has to be opened) or "order" (the display order).
        key: the natural key: the vendor identifier, "vendor identifier / locale", ...
        action: what is to be done.
        attributes: what the row asks for, by snake_case names; of an update only `changes` are sent.
        fingerprint: the hash of `attributes`, the journal's second key.
        parent: the key of the achievement that must be there first, None for an achievement.
        resource_id: the service's id where it is known already.
        parent_id: the id that children are created under where it is known already (for an achievement), or
            that this step is to be created under (for a localization whose achievement is live).
        twins: (sheet, row) of identical rows that share this step and its id.
        code: why, for CONFLICT, BLOCKED and REJECT.
        column: the sheet's header that `code` is about.
        message: the same in words, with what to do.
        sent_at: for SETTLE, when the request without an answer was sent (UTC).
        changes: for UPDATE, what differs.
        version: the key of the version that has to be opened before this localization can be sent.
    """

    sheet: str
    row: int
    kind: str
    key: str
    action: Action
    attributes: Mapping[str, Json]
    fingerprint: str
    parent: str | None = None
    resource_id: str | None = None
    parent_id: str | None = None
    twins: tuple[tuple[str, int], ...] = ()
    code: str | None = None
    column: str | None = None
    message: str | None = None
    sent_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a plan does beyond bringing the sheet's own rows into Game Center; only when it is asked for.

    Args:
        reorder: whether the sheet's order becomes the display order.
        delete_missing: whether drafts that the sheet does not have are deleted.
    """

    reorder: bool = False
    delete_missing: bool = False


class OutcomeKind(StrEnum):
    """How a step ended. Together they count every row of the report exactly once."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    ADOPTED = "adopted"
    EXISTED = "existed"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    NOT_ATTEMPTED = "not_attempted"


class CheckState(StrEnum):
    """What the report of a check says of a row, in the outcome column."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step ended.

    Args:
        step: the step.
        kind: how it ended.
        resource_id: the service's id.
        parent_id: the id that its children are created under.
        code: the service's or our code of a problem.
        pointer: the attribute the service pointed at, in snake_case.
        message: what happened and what to do.
        attempts: requests sent for it.
        request_id: the service's id of the last request.
        sent_at: when its last request was begun (UTC), None where none was sent.
        finished_at: when it ended (UTC).
    """

    step: Step
    kind: OutcomeKind
    resource_id: str | None = None
    parent_id: str | None = None
    code: str | None = None
    pointer: str | None = None
    message: str | None = None
    attempts: int = 0
    request_id: str | None = None
    sent_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a run or a check has to say, ready to be written for people.

    Args:
        summary: label and value of each line of the block on top.
        lines: one line per row and step (`OUTCOME_COLUMNS`).
        sheet: the name of the sheet that it becomes in a workbook.
    """

    summary: tuple[tuple[str, str], ...]
    lines: pd.DataFrame
    sheet: str = "gcbulk report"
