"""Steps and outcomes: what is to be done, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gcbulk.records.frames import Json
from gcbulk.records.resources import Identity, Key, Resource, Role, joined


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
    BLOCKED = "blocked"  # what it belongs to cannot be there
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
    """What is to be done for one row: at most one resource of the service.

    Args:
        sheet: the sheet of the row; "" where no row asks for it.
        row: the spreadsheet's row number; 0 where no row asks for it.
        resource: the kind of thing that it is about.
        role: what of that kind it is about.
        key: the natural key: the vendor identifier, then what of it: a locale, a version.
        action: what is to be done.
        attributes: what the row asks for, by snake_case names; of an update only `changes` are sent.
        fingerprint: the hash of `attributes`, the journal's second key.
        parent: the key of what must be there first, None for a thing.
        resource_id: the service's id where it is known already.
        parent_id: the id that children are created under where it is known already (for a thing), or that this step
            is to be created under (for a text whose thing is live).
        duplicates: (sheet, row) of identical rows that share this step and its id.
        code: why, for CONFLICT, BLOCKED and REJECT.
        column: the sheet's header that `code` is about.
        message: the same in words, with what to do.
        sent_at: for SETTLE, and for a picture that has to wait, from when on what the service does late with an earlier
            request is waited for (UTC).
        changes: for UPDATE, what differs.
        version: the key of the version that has to be opened before this text can be sent.
        loss: for UPDATE, what players have and it deletes for good; it is sent only when that was confirmed.
    """

    sheet: str
    row: int
    resource: Resource
    role: Role
    key: Key
    action: Action
    attributes: Mapping[str, Json]
    fingerprint: str
    parent: Key | None = None
    resource_id: str | None = None
    parent_id: str | None = None
    duplicates: tuple[tuple[str, int], ...] = ()
    code: str | None = None
    column: str | None = None
    message: str | None = None
    sent_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    version: Key | None = None
    loss: str | None = None

    @property
    def word(self) -> str:
        """What the journal and reports call the role of this kind."""
        return self.resource.words[self.role]

    @property
    def name(self) -> str:
        """The key as the journal, a saved plan and people read it."""
        return joined(self.key)

    @property
    def identity(self) -> Identity:
        """What this step is about, whatever it does."""
        return self.resource.kind, self.role, self.key

    @property
    def row_identity(self) -> object:
        """What this step is about and for which row, which tells apart rows that name the same."""
        return *self.identity, self.sheet, self.row

    @property
    def above(self) -> Identity | None:
        """What must be there first: the text of an image, the thing of anything else; None for a thing."""
        if self.parent is None:
            return None
        return self.resource.kind, Role.TEXT if self.role is Role.IMAGE else Role.THING, self.parent


@dataclass(frozen=True, slots=True)
class PlanOptions:
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
        sent_at: when its last attempt ended (UTC), None where none was sent. What the service does late with it is
            waited for from there.
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
