"""One run in the journal, from its beginning to its end: what it means to do, its share of the budget, why it stopped.

A run whose end is not in the journal is reported as cut off when its report is made again, so it must not end as done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gcbulk.errors import GcbulkError, JournalError
from gcbulk.records import Json
from gcbulk.runs.shared.connection import Service
from gcbulk.runs.shared.results import is_refused_key
from gcbulk.service.journal import Journal
from gcbulk.service.run_record import Stage

_BY_AN_ERROR = "The run was ended by an error. Run it again to go on."


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Args:
        stopped: why it ended early, None when it came to its end.
        is_noted: whether the journal has its end, and what was reported.
        unstored: whether it was the journal that failed.
        refused: whether it was the key that was refused, and the journal has that.
    """

    stopped: str | None
    is_noted: bool
    unstored: bool
    refused: bool


@dataclass(slots=True)
class RunContext:
    """A run that has begun; made by `begun`.

    Args:
        journal: the journal that it has begun in.
        id: its number there.
        is_over: whether its end has been noted, or noting it was tried.
    """

    journal: Journal
    id: int
    is_over: bool = False

    def end(
        self, why: GcbulkError | None, *, stopped: str | None = None, reported: Mapping[str, Json] | None = None
    ) -> Ended:
        """Keep what the run reports, and note that it has ended; a failure of the journal is returned, not raised.

        Args:
            why: the error that ended it early, None for none.
            stopped: why it ended early without an error.
            reported: what it reports; None where the journal has all of that already.
        """
        stopped, failure = str(why) if why else stopped, None
        self.is_over = True
        try:
            if reported is not None:
                self.journal.keep(Stage.REPORTED, reported)
            self.journal.end(stopped)
        except JournalError as error:
            failure = error
        return Ended(
            stopped or (str(failure) if failure else None),
            is_noted=failure is None,
            unstored=isinstance(why or failure, JournalError),
            refused=is_refused_key(why) and failure is None,
        )


@contextmanager
def begun(
    service: Service,
    journal: Journal,
    *,
    scope: str,
    verb: str,
    source: Path | None,
    meant: Mapping[str, Json],
    ahead_s: float | None = None,
) -> Iterator[RunContext]:
    """Begin a run, and share the budget with the other runs on this machine until it is over.

    Args:
        service: where to.
        journal: the journal, open until the run is over.
        scope: what the journal keeps apart.
        verb: what the journal calls the run.
        source: the file, None where there is none.
        meant: what the run means to do, kept before anything is sent.
        ahead_s: how far the service's clock is ahead of the run's, where that is known and counts.

    Raises:
        JournalError: it could not be begun, so that nothing may be sent.
    """
    path = str(source.resolve()) if source is not None else None
    run = RunContext(
        journal, journal.begin(scope=scope, verb=verb, source=path, at=service.clock.now(), ahead_s=ahead_s)
    )
    try:
        journal.keep(Stage.MEANT, meant)
        service.share_budget(run.id)
        yield run
    except BaseException:
        if not run.is_over:
            with suppress(JournalError):
                journal.end(_BY_AN_ERROR)
        raise
    finally:
        service.session.share(None)
