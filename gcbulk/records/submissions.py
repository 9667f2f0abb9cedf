"""What players did, as requests, the journal and reports have it; the kinds themselves declare it."""

from __future__ import annotations

from dataclasses import dataclass

from gcbulk.records.frames import ReportSheet

SUBMISSION_KEY = ("bundle_id", "scoped_player_id", "vendor_identifier")
"""The columns that say whose value a record is, and of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionResource:
    """One kind of submission.

    Args:
        type: its type in the API.
        subject: what its ids name: "achievement".
        ids_of: the kind of content whose live ids they have to be; None where nobody looks.
        not_live: the code of a record whose id is not one of them; "" likewise.
        value: the column that says how far the player is.
        optional: the columns that may be left out of a request, in the order in which the journal's digests have them.
        repeatable: whether sending the same again changes nothing. Where it is not, each request may count by itself:
            its whole content is what it is known by, and one without an answer is not sent again.
        report: the sheet of its report.
    """

    type: str
    subject: str
    ids_of: str | None = None
    not_live: str = ""
    value: str
    optional: tuple[str, ...]
    repeatable: bool
    report: ReportSheet

    @property
    def path(self) -> str:
        """The endpoint that takes it."""
        return f"/v1/{self.type}"

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that every request has."""
        return (*SUBMISSION_KEY, self.value)

    @property
    def body(self) -> tuple[str, ...]:
        """The columns that say what is sent."""
        return (*self.required, *self.optional)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that a record is known by between runs."""
        return SUBMISSION_KEY if self.repeatable else self.body
