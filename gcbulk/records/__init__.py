"""The records that cross from one room to another: frozen, slotted values, and the column lists of the frames.

Nothing here does anything; every room may import it, and it imports no other room.

Frames that cross borders, each with its columns in a constant here:

* ``achievements`` (`ACHIEVEMENT_COLUMNS`) and ``localizations`` (`LOCALIZATION_COLUMNS`): checked rows, one record
  each. Index ``row``: the spreadsheet's own row number (not unique where one row holds several languages).
* ``images`` (`IMAGE_COLUMNS`): one line per cell that names an image.
* ``submissions`` (`SUBMISSION_COLUMNS`, or `SCORE_COLUMNS` for scores): checked rows of players' progress.
* ``issues`` (`ISSUE_COLUMNS`): one line per problem.
* ``outcomes`` (`OUTCOME_COLUMNS`): one line per row of the sheet and step.
"""

from gcbulk.records.frames import (
    ACHIEVEMENT_COLUMNS,
    IMAGE_COLUMNS,
    ISSUE_COLUMNS,
    LOCALIZATION_COLUMNS,
    OUTCOME_COLUMNS,
    SCORE_COLUMNS,
    SUBMISSION_COLUMNS,
    Book,
    CellNotes,
    CellProblem,
    Issue,
    Json,
    RawSheet,
    Report,
    ReportSheet,
    Severity,
    TextForm,
)
from gcbulk.records.live import (
    History,
    LiveImage,
    LiveLocalization,
    LiveThing,
    LiveVersion,
    Sent,
    Snapshot,
    Target,
)
from gcbulk.records.resources import (
    ARCHIVED,
    Api,
    Attribute,
    Form,
    Guard,
    Identity,
    ImageResource,
    Key,
    Limit,
    Noun,
    ReleaseResource,
    Resource,
    Role,
    TextResource,
    joined,
)
from gcbulk.records.steps import (
    Action,
    Change,
    CheckState,
    Outcome,
    OutcomeKind,
    PlanOptions,
    Step,
)
from gcbulk.records.submissions import SUBMISSION_KEY, SubmissionResource
from gcbulk.records.text_type import TEXT_TYPE

__all__ = [
    "ACHIEVEMENT_COLUMNS",
    "ARCHIVED",
    "IMAGE_COLUMNS",
    "ISSUE_COLUMNS",
    "LOCALIZATION_COLUMNS",
    "OUTCOME_COLUMNS",
    "SCORE_COLUMNS",
    "SUBMISSION_COLUMNS",
    "SUBMISSION_KEY",
    "TEXT_TYPE",
    "Action",
    "Api",
    "Attribute",
    "Book",
    "CellNotes",
    "CellProblem",
    "Change",
    "CheckState",
    "Form",
    "Guard",
    "History",
    "Identity",
    "ImageResource",
    "Issue",
    "Json",
    "Key",
    "Limit",
    "LiveImage",
    "LiveLocalization",
    "LiveThing",
    "LiveVersion",
    "Noun",
    "Outcome",
    "OutcomeKind",
    "PlanOptions",
    "RawSheet",
    "ReleaseResource",
    "Report",
    "ReportSheet",
    "Resource",
    "Role",
    "Sent",
    "Severity",
    "Snapshot",
    "Step",
    "SubmissionResource",
    "Target",
    "TextForm",
    "TextResource",
    "joined",
]
