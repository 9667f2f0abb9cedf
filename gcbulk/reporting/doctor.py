"""What the doctor finds in somebody's set-up; every finding that is not fine says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gcbulk.kinds import CONTENT
from gcbulk.kinds.content import nouns
from gcbulk.options import SubmissionKind
from gcbulk.records import Json
from gcbulk.wording import counted

CLOCK_S = 20.0
"""A difference between two clocks that may be an answer's way here."""
FEW_REQUESTS = 100
"""So few left of an hour's are worth a warning."""
_NAMED = 3  # runs that left requests open behind them


class Level(StrEnum):
    """How good or bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Args:
        about: what it is: "key", "clock".
        level: whether it is fine, may matter, or keeps gcbulk from its work.
        text: what was found.
        todo: what to do, None where there is nothing to do.
    """

    about: str
    level: Level
    text: str
    todo: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Requests of an earlier run whose outcome nobody knows.

    Args:
        verb: what the run did: "push", "review", "submissions", "scores".
        source: its file; None where there was none, or where it is not known any more.
        began_at: when it began (UTC).
        requests: how many.
    """

    verb: str
    source: str | None
    began_at: datetime
    requests: int

    @property
    def command(self) -> str:
        """The command that it was, as far as that is known; a review of no file is one of everything that is live."""
        if self.verb == "review" and self.source is None:
            return "gcbulk review --all"
        verb = {"submissions": "submit", "scores": "submit --kind scores"}.get(self.verb, self.verb)
        return f"gcbulk {verb} {_quoted(self.source) if self.source else '(file not known)'}"


def doctor_exit(findings: Iterable[Finding]) -> int:
    """The exit code: 2 where something keeps gcbulk from its work."""
    return 2 if any(finding.level is Level.PROBLEM for finding in findings) else 0


def doctor_lines(findings: Sequence[Finding]) -> list[str]:
    """A line for each finding, and how many of them are not fine."""
    wide = max((len(finding.about) for finding in findings), default=0)
    lines = [
        f"{finding.level:<7}  {finding.about:<{wide}}  {finding.text}{f' {finding.todo}' if finding.todo else ''}"
        for finding in findings
    ]
    return [*lines, f"{_counted(findings, Level.PROBLEM)}, {_counted(findings, Level.WARNING)}."]


def _counted(findings: Sequence[Finding], level: Level) -> str:
    count = sum(finding.level is level for finding in findings)
    return counted(count, level.lower())


def doctor_json(findings: Sequence[Finding]) -> dict[str, Json]:
    """The object that ``--json`` prints."""
    entries = [{"about": f.about, "level": str(f.level), "text": f.text, "todo": f.todo} for f in findings]
    return {"findings": entries, "exit": doctor_exit(findings)}


def key_finding(key_id: str, issuer_id: str | None) -> Finding:
    """A key that can be used, and whose file nobody else can read."""
    kind = f"of the team {issuer_id}" if issuer_id else "an individual key"
    return Finding("key", Level.OK, f"{key_id}, {kind}: it can be used, and read by you alone.")


def clock_finding(ahead_s: float | None) -> Finding:
    """How far the service's clock is ahead of this machine's; None where the service told no time."""
    if ahead_s is None:
        return Finding("clock", Level.WARNING, "The service named no time.", "Make sure that this machine's is right.")
    if abs(ahead_s) <= CLOCK_S:
        return Finding("clock", Level.OK, "This machine's time is the service's.")
    where = "behind" if ahead_s > 0 else "ahead of"
    return Finding(
        "clock",
        Level.WARNING,
        f"This machine's clock is {_duration(abs(ahead_s))} {where} the service's. gcbulk corrects its tokens by "
        "that, but the times in reports are this machine's.",
        "Let the system set its clock by the network.",
    )


def limits_finding(limit: int | None, remaining: int | None, *, refused: bool) -> Finding:
    """What is left of the rolling hour's requests, as the last answer said; None for what it left out."""
    if refused:
        todo = "Wait an hour, or find out who else uses this key."
        return Finding("limits", Level.WARNING, "The service refuses requests for their rate (429).", todo)
    if remaining is None:
        return Finding("limits", Level.OK, "The service does not say; gcbulk keeps below what users report.")
    message = f"{max(remaining, 0):,} requests are left of {f'{limit:,}' if limit else 'those'} in an hour."
    if remaining < FEW_REQUESTS:
        return Finding(
            "limits", Level.WARNING, message, "A run now would wait most of the time; others may use this key."
        )
    return Finding("limits", Level.OK, message)


def app_finding(name: str | None, bundle_id: str | None) -> Finding:
    """The app, by its name, or that the key sees none of this bundle id."""
    if name is not None:
        return Finding("app", Level.OK, f"{name} ({bundle_id}).")
    return Finding(
        "app",
        Level.PROBLEM,
        f"The key sees no app with the bundle id {bundle_id!r}.",
        "Check the spelling (capitals count), and that the key belongs to the app's team.",
    )


def game_center_finding(detail_id: str | None) -> Finding:
    """Whether Game Center is on for the app."""
    if detail_id is not None:
        return Finding("game center", Level.OK, f"It is on (detail {detail_id}).")
    return Finding(
        "game center",
        Level.PROBLEM,
        "It is not on for this app.",
        "Turn it on in App Store Connect under the app's Growth & Marketing, Game Center.",
    )


def no_detail_finding(detail_id: str) -> Finding:
    """A Game Center detail that was named, and that the key does not see."""
    return Finding(
        "game center",
        Level.PROBLEM,
        f"The key sees no Game Center detail {detail_id!r}.",
        "Check the id, or name the app by its bundle id.",
    )


def group_finding(group: str | None) -> Finding:
    """Which group the app shares its content with."""
    things = nouns(CONTENT.values())
    if group is None:
        return Finding("group", Level.OK, f"The app is in none; its {things} are its own.")
    return Finding("group", Level.OK, f"The app is in {group}: its {things} are those of every app in it.")


def role_finding(refused: str | None) -> Finding:
    """What can be seen of the key's role: whether it may read what there is; no request tells what it may write."""
    things = nouns(CONTENT.values())
    if refused is not None:
        return Finding(
            "role",
            Level.PROBLEM,
            f"The key may not read the app's {things}: {refused}",
            "An Admin or App Manager key is needed, and the account's agreements have to be signed.",
        )
    return Finding(
        "role",
        Level.OK,
        f"The key may read {things}. Whether it may write them as well (Admin and App Manager keys may) shows with "
        "the first push; nothing was written to find out.",
    )


def refusal_finding(status: int, error_text: str) -> Finding:
    """An answer to the first question that was no answer."""
    if status == 401:
        return Finding(
            "access",
            Level.PROBLEM,
            f"The service refuses the key: {error_text}",
            "See in App Store Connect under Users and Access, Integrations, whether it was revoked, and whether key "
            "id, issuer id and file belong together.",
        )
    if status == 403:
        return role_finding(error_text)
    return Finding(
        "service", Level.PROBLEM, f"It gives no usable answer: {error_text}", "Try again later; nothing is wrong here."
    )


def reach_finding(base_url: str, reason: str | None) -> Finding:
    """Whether the service can be reached; the reason where it cannot."""
    if reason is None:
        return Finding("service", Level.OK, f"{base_url} answers.")
    return Finding(
        "service",
        Level.PROBLEM,
        f"{base_url} cannot be reached: {reason}.",
        "Check the network; gcbulk uses no proxy.",
    )


def folder_finding(folder: str, *, exists: bool, writable: bool, open_to: Sequence[str]) -> Finding:
    """The folder of the journal.

    Args:
        folder: where it is.
        exists: whether it is there.
        writable: whether files can be made in it.
        open_to: what in it others have rights on, itself among them.
    """
    if not exists:
        return Finding("folder", Level.OK, f"{folder} is not there yet; it is made for you alone.")
    if not writable:
        return Finding("folder", Level.PROBLEM, f"{folder} cannot be written.", "Nothing is sent without a journal.")
    if open_to:
        todo = f"Make them yours alone: chmod go= {' '.join(_quoted(path) for path in open_to[:5])}"
        return Finding(
            "folder", Level.WARNING, f"Others have rights on {counted(len(open_to), 'thing')} in {folder}.", todo
        )
    return Finding("folder", Level.OK, f"{folder} is yours alone.")


def journal_finding(path: str, *, runs: int | None) -> Finding:
    """A journal that is whole; None for the runs of one that is not there yet."""
    if runs is None:
        return Finding("journal", Level.OK, f"{path} is not there yet; the first run makes it.")
    return Finding("journal", Level.OK, f"{path} is whole; it knows of {counted(runs, 'run')}.")


def requests_finding(left: Sequence[LeftOpen]) -> Finding:
    """Requests whose outcome nobody knows, and how to find it out."""
    if not left:
        return Finding("requests", Level.OK, "What became of every request that was sent is known.")
    runs = [f"{run.requests:,} of {run.command} (begun {run.began_at:%Y-%m-%d %H:%M} UTC)" for run in left[-_NAMED:]]
    earlier = [f"{sum(run.requests for run in left[:-_NAMED]):,} of earlier runs"] if len(left) > _NAMED else []
    todo = (
        "Run the same command again, with the same options: it looks at what is there, or sends the very same bytes "
        "again where that changes nothing, and creates only what is missing."
    )
    if any(run.verb in tuple(SubmissionKind) for run in left):
        todo += " A row that was taken out of its file stays listed here until gcbulk purge removes it."
    if any(run.verb == SubmissionKind.SCORES for run in left):
        todo += " A score whose fate is not known stays so and is not sent again, because it could count twice."
    return Finding(
        "requests",
        Level.WARNING,
        f"What became of {counted(sum(run.requests for run in left), 'request')} is not known: "
        f"{', '.join([*earlier, *runs])}. They may have taken effect.",
        todo,
    )


def requests_under_way_finding() -> Finding:
    """While a run is on, its own requests are on their way."""
    return Finding("requests", Level.OK, "A run is on; what is open shows when it has ended.")


def lock_finding(*, held: bool) -> Finding:
    """Whether a run is on that uses the journal."""
    if held:
        todo = "Wait until it has ended before you begin another for the same app."
        return Finding("lock", Level.WARNING, "A run is on right now.", todo)
    return Finding("lock", Level.OK, "No run is on.")


def _duration(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\\''") + "'"
