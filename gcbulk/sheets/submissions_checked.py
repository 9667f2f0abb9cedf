"""`CheckedSubmissions`, the result of a check of submissions, on which planning and reporting work.

In a notebook it shows itself without revealing whose progress it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd

from gcbulk.kinds import SUBMISSION_TABLES
from gcbulk.options import SubmissionKind, word
from gcbulk.records import Book, Issue, Severity
from gcbulk.tables.body import Layout
from gcbulk.tables.issues import issues_of
from gcbulk.wording import counted

ERROR_COLUMNS = ("code", "column", "message")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CheckedSubmissions:
    """A file of players' progress or scores as it was understood, with every problem that was found.

    Args:
        rows: every record, those with problems too; one for each row, or for each filled cell of a matrix. Columns:
            `records.SUBMISSION_COLUMNS`, or `records.SCORE_COLUMNS` for scores. Index: row.
        bad: which records hold an error, by position.
        issues: every problem, by row and column; what many rows share in one column of the app's id is one line.
            Columns: `records.ISSUE_COLUMNS`.
        book: the file as it came in.
        tables: where the records were found; one or none.
        kind: which of the two it is.
        folded: `issues` with those lines too that are folded into another one; None where there are none.
    """

    rows: pd.DataFrame
    bad: npt.NDArray[np.bool_]
    issues: pd.DataFrame
    book: Book
    tables: tuple[Layout, ...]
    kind: SubmissionKind
    folded: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        """Refuse a kind that there is not."""
        object.__setattr__(self, "kind", word(SubmissionKind, self.kind, "kind"))

    @property
    def row_issues(self) -> pd.DataFrame:
        """Every problem of every row: `issues`, and what is folded there. Columns: `records.ISSUE_COLUMNS`."""
        return self.issues if self.folded is None else self.folded

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings may be there."""
        return not self._errors().any()

    @property
    def is_empty(self) -> bool:
        """Whether there is no record at all, as in a file of headers."""
        return not len(self.rows)

    @property
    def file_errors(self) -> tuple[Issue, ...]:
        """The errors that belong to no row: while there is one, nothing of the file may be sent."""
        return tuple(issues_of(self.issues[self._errors() & self.issues["row"].isna().to_numpy()]))

    def header(self, sheet: str, column: str) -> str:
        """The header that a column has in a sheet, to point people at it.

        Args:
            sheet: the sheet of the record.
            column: the column's name, e.g. "percentage_achieved".

        Returns:
            The header as the sheet has it; the column's usual title where the sheet has none.
        """
        headers = (table.columns.get(column) for table in self.tables if table.sheet == sheet)
        usual = {declared.name: declared.title for declared in SUBMISSION_TABLES[self.kind].columns}
        return next((header for header in headers if header), usual.get(column, column))

    def errors_at(self, positions: npt.NDArray[np.int64]) -> pd.DataFrame:
        """The first error of each of some records.

        Args:
            positions: the records, by their positions in `rows`.

        Returns:
            One line for each of them.

            Columns: code, column, message (str or None where the record holds no error). Index: 0, 1, ...
        """
        issues = self.row_issues
        errors = issues[(issues["severity"] == Severity.ERROR.value) & issues["row"].notna()]
        records = pd.DataFrame(
            {"row": self.rows.index[positions], "own": self.rows["vendor_identifier"].iloc[positions].array}
        )
        own = errors["locale"].fillna("")
        shared = errors[own == ""].drop_duplicates("row").set_index("row")[list(ERROR_COLUMNS)]
        problems = shared.reindex(records["row"]).reset_index(drop=True)
        if (own != "").any():
            cells = (
                errors.assign(own=own).drop_duplicates(["row", "own"]).set_index(["row", "own"])[list(ERROR_COLUMNS)]
            )
            beside = cells.reindex(pd.MultiIndex.from_frame(records)).reset_index(drop=True)
            problems = problems.where(problems["code"].notna(), beside)
        return problems.astype(object).where(problems.notna(), None)

    def _errors(self) -> npt.NDArray[np.bool_]:
        """Which issues are errors."""
        return np.asarray((self.issues["severity"] == Severity.ERROR.value).to_numpy(dtype=bool))

    def __repr__(self) -> str:
        return f"<CheckedSubmissions {'; '.join(self._counts())}>"

    def _repr_html_(self) -> str:
        counts = escape(" · ".join(self._counts()))
        if self.issues.empty:
            return f"<p><b>CheckedSubmissions</b>: {counts}</p>"
        people = self.issues.drop(columns=["kind", "locale"])
        table = people.to_html(max_rows=20, escape=True, na_rep="", index=False)
        return f"<p><b>CheckedSubmissions</b>: {counts}</p>{table}"

    def _counts(self) -> list[str]:
        """How many of each there are, in words."""
        errors = int(self._errors().sum())
        figures = {
            self.kind.removesuffix("s"): len(self.rows),
            "error": errors,
            "warning": len(self.issues) - errors,
        }
        return [counted(count, noun) for noun, count in figures.items()]
