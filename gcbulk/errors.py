"""The exceptions that stop a run: one tree, so that callers can catch as much of it as they can fix.

    GcbulkError
    ├── WorkbookError         the file cannot be read or written as asked (what, where, what to do)
    ├── SettingsError         an argument, an environment variable or a key file is wrong or missing
    ├── CheckError            the rows have problems that keep anything from being sent
    ├── PlanError             the plan does not fit the live service any more
    ├── JournalError          the journal is damaged, foreign, newer than this version, or cannot be written
    ├── LockedError           another run is working on the same app
    └── ServiceError          the service could not do its part
        ├── UnreachableError  no answer: network, DNS, TLS, an outage that outlasted the retries
        └── ApiError          an answer that stops the run (401 twice, 403 about the account, ...)

A problem with one cell is never an exception: it is an issue. What becomes of one row is never an exception: it is
an outcome. Every message says what, where, and what to do, and never contains a secret.
"""

from __future__ import annotations

_KEY_REFUSED = (401, 403)


class GcbulkError(Exception):
    """The base of everything that gcbulk raises on purpose."""

    exit_code = 2


class WorkbookError(GcbulkError):
    """A file that cannot be read or written as asked.

    Args:
        message: what is wrong and what to do about it, in one or two sentences.
        code: the kebab-case code of the problem, as listed in docs/codes.md.
    """

    def __init__(self, message: str, *, code: str = "workbook") -> None:
        super().__init__(message)
        self.code = code


class SettingsError(GcbulkError):
    """A setting, an environment variable or a key file that is wrong or missing."""


class CheckError(GcbulkError):
    """Rows with problems that keep anything from being sent."""


class PlanError(GcbulkError):
    """A plan that does not fit the live service, or that cannot be made."""


class JournalError(GcbulkError):
    """A journal that is damaged, foreign or newer, or that cannot be written: nothing more is sent."""


class LockedError(GcbulkError):
    """Another run holds the lock of the same app."""

    exit_code = 6


class ServiceError(GcbulkError):
    """The service could not do its part; the run can be started again and goes on where it stopped."""

    exit_code = 7


class UnreachableError(ServiceError):
    """No usable answer came: network, DNS, TLS, or an outage that outlasted the retries."""


class ApiError(ServiceError):
    """An answer of the service that stops the run.

    A refused key or role (401, 403) is a matter of settings, exit code 2: to run the same again would end the same.

    Args:
        message: what the service said and what to do about it.
        status: the HTTP status.
        code: the service's own code, e.g. ``NOT_AUTHORIZED``.
    """

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.exit_code = 2 if status in _KEY_REFUSED else ServiceError.exit_code
