"""The named steps that a client of ours may die at.

What comes in: nothing. What goes out: tables. A step names what it wraps by module and name; where that is not there
any more, or is never called, the process lives on, and the trial that wanted it dead finds that wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from chaos import counting
from chaos.counting import Count


@dataclass(frozen=True, slots=True)
class Step:
    """A moment in a run.

    Args:
        words: what has just happened, or is about to.
        place: what is wrapped: module and name.
        when: "before" or "after" the call; "inside" or "leaving" what is entered by ``with``.
        counts: how many rows a call is about.
        once: whether it comes once in a run, not for each row.
        lost: whether an answer has to be lost for a run to come there.
    """

    words: str
    place: str
    when: str
    counts: Count = counting.each
    once: bool = False
    lost: bool = False

    def rows(self, count: int) -> tuple[int, ...]:
        """The rows to die at: the first, the middle and the last of so many."""
        return (1,) if self.once else (1, count // 2, count)


_LOCK = "gcbulk.service.lock:RunLock.exclusive"
STREAM = "gcbulk.service.transport:_Stream"
EXCHANGE = "gcbulk.service.transport:Connection.exchange"
SUBMISSIONS = "gcbulk.service.submission_journal:SubmissionJournal"
_FILE = "gcbulk.service.journal_file:JournalFile"
_TRANSACTION = f"{_FILE}.transaction"
_REPLACE = "gcbulk.files.atomic:replace"

_AT_THE_START = (
    Step("the lock is taken", _LOCK, "inside", once=True),
    Step("the app is known", "gcbulk.runs.shared.connection:find_target", "after", once=True),
    Step("the journal's tables are made, not for good", f"{_FILE}._recognise", "after", once=True),
    Step("the run is noted in the journal", f"{_FILE}.begin", "after", once=True),
    Step("the budget is shared", "gcbulk.service.budget:SharedBudget.sync", "after", once=True),
)
_ON_THE_WIRE = (
    Step("before the first byte", f"{STREAM}.write", "before", counting.first_write),
    Step("a part of the request is out", f"{STREAM}.write", "after", counting.first_write),
    Step("the request is out", f"{STREAM}.read", "before", counting.first_read),
    Step("the answer has begun to come", f"{STREAM}.read", "after", counting.first_read),
    Step("the answer is there", EXCHANGE, "after", counting.write),
)
_AT_THE_END = (
    Step("before the end is noted", f"{_FILE}.end", "before", once=True),
    Step("the end is noted", f"{_FILE}.end", "after", once=True),
    Step("the report is written beside its place", _REPLACE, "before", once=True),
    Step("the report is in its place", _REPLACE, "after", once=True),
)

PUSH_STEPS = (
    *_AT_THE_START,
    Step("what is live is read", "gcbulk.runs.shared.connection:Service.snapshot", "after", once=True),
    Step("the plan is made", "gcbulk.runs.push:make_plan", "after", once=True),
    Step("before the intent is written", "gcbulk.service.journal:Journal.intend", "before"),
    Step("the intent is durable", "gcbulk.service.journal:Journal.intend", "after"),
    *_ON_THE_WIRE,
    Step("the answer is understood", "gcbulk.service.runner:Runner._judged", "after"),
    Step("before the result is written", "gcbulk.service.journal:Journal.record", "before"),
    Step("the result is written, not for good", _TRANSACTION, "leaving"),
    Step("the result is durable", "gcbulk.service.journal:Journal.record", "after"),
    Step(
        "before what was lost is looked for",
        "gcbulk.runs.shared.execution:_Rounds._replan_open",
        "before",
        lost=True,
        once=True,
    ),
    Step(
        "what was lost is looked for",
        "gcbulk.runs.shared.execution:_Rounds._replan_open",
        "after",
        lost=True,
        once=True,
    ),
    *_AT_THE_END,
    Step("before the report is made", "gcbulk.runs.shared.step_reports:write_report", "before", once=True),
    Step("the report is in a file, not on the disk", "gcbulk.files.saving:add_report_sheet", "after", once=True),
    Step("before the rows left are written", "gcbulk.runs.shared.step_reports:write_failed", "before", once=True),
)

SUBMIT_STEPS = (
    *_AT_THE_START,
    Step("the achievements are known", "gcbulk.runs.shared.submission_run:_live", "after", once=True),
    Step("the plan is made", "gcbulk.runs.submit:make_submission_plan", "after", once=True),
    Step("before intents are written", f"{SUBMISSIONS}.intend", "before", counting.intents),
    Step("intents are durable", f"{SUBMISSIONS}.intend", "after", counting.intents),
    Step("a row is taken up", "gcbulk.service.sender:Sender._guarded", "before"),
    *_ON_THE_WIRE,
    Step("the answer is understood", "gcbulk.service.sender:Sender._judged", "after"),
    Step("before the result is handed over", f"{SUBMISSIONS}.record", "before"),
    Step("the result is handed over", f"{SUBMISSIONS}.record", "after"),
    Step("before results are written", f"{SUBMISSIONS}._commit", "before", counting.results),
    Step("results are written, not for good", _TRANSACTION, "leaving", counting.results_under_way),
    Step("results are durable", f"{SUBMISSIONS}._commit", "after", counting.results),
    *_AT_THE_END,
    Step("the report's lines are made", "gcbulk.runs.submit:lines_after", "after", once=True),
    Step("the report is in a file, not on the disk", "gcbulk.files.saving:write_report_csv", "after", once=True),
)

PARTS = 5
"""Parts that a picture goes in."""
_PART = "gcbulk.service.transport:PlainConnection.send"
_INTEND, _RECORD = "gcbulk.service.journal:Journal.intend", "gcbulk.service.journal:Journal.record"


def _around(words: str, place: str, counts: Count) -> tuple[Step, ...]:
    return (
        Step(f"before {words}", place, "before", counts),
        Step(f"after {words}", place, "after", counts),
    )


PICTURE_STEPS: dict[str, tuple[Step, ...]] = {
    "intent": _around("the intent", _INTEND, counting.picture_step),
    "reservation": _around("the reservation", EXCHANGE, partial(counting.picture_call, "POST")),
    "first-part": _around("the first part", _PART, partial(counting.part, 0)),
    "middle-part": _around("a part in the middle", _PART, partial(counting.part, PARTS // 2)),
    "last-part": _around("the last part", _PART, partial(counting.part, PARTS - 1)),
    "commit": _around("the commit", EXCHANGE, partial(counting.picture_call, "PATCH")),
    "verdict": _around("the look at the verdict", EXCHANGE, partial(counting.picture_call, "GET")),
    "result": _around("the result", _RECORD, counting.picture_outcome),
}
"""The steps of an upload."""
LEFTOVER_STEPS: dict[str, tuple[Step, ...]] = {
    "look": _around("the look for what an earlier run left", EXCHANGE, counting.look),
    "removal": _around("the removal of what an earlier run left", EXCHANGE, partial(counting.picture_call, "DELETE")),
}
"""Further steps of a run that goes on where one died with a reservation open."""
