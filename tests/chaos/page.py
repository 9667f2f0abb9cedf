"""How the campaign's figures are shown: on a terminal, and as a page of the documentation.

What comes in: trials and their tallies. What goes out: text.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chaos.trials import Tally, Trial

_WIDTHS = (72, 8, 6, 12, 7)
_PAGE = """# What it survives

Measured by `make chaos` on {at:%Y-%m-%d}, seed {seed}: {machine}.

`make chaos WRITE=docs/reliability.md` makes this page anew, and `make chaos ONLY=F7/texts:31` runs some of its cases
again.

Every case runs the tool against the simulator, with a fault, and holds what the report says against the simulator's
ledger of what it truly applied. *Lost*: the service does not have a row, or the report does not tell of it.
*Duplicated*: something was made once too often, or a submission was sent again as a new one. *Wrong*: anything else
that is not as it must be, such as a wrong id, a wrong exit code, an exception or an altered text.

| | what is done | cases | lost | duplicated | wrong |
|---|---|---|---|---|---|
{rows}

A control is a client that is known to be wrong, under the same harness: it repeats whatever was not answered. If
it made nothing twice, the harness would prove nothing.

The rules behind them:

- **F23** A run that died may have had a request under way until then. For such a request a list is believed only when
  the settle wait has passed since the next run opened the journal, as nothing tells when the run died. For one that
  had ended without an answer that may be sooner, as far as the service's own `Date`, seen by both runs, proves.
- **F24** Within a run time goes by a clock that nobody can set. Between runs no clock of the machine is trusted, what
  lies in the future counts as now, and no wait is longer than the settle wait. Whether another run has worked on the
  app since a plan was made is told by the journal.
- **F25** An answer counts only when its type, id, links and what it echoes of the request are those of the request;
  else what became of the request is unknown. After a 5xx, a 408, an answer that cannot be used, or one that is followed
  by more bytes, the connection is closed.
- **F26** Only the deadline of an attempt, 60 seconds, ends it.
- **F27** A submission that something of an earlier run may be applied after, because that got no answer, or one at a
  later attempt only, is sent last and not before the settle wait has passed since the run holds the lock.
- **F28** A list is believed when it holds as many items as its `meta.paging.total` says, each counted once by its id;
  else it is read again, twice at most, and then nothing is sent. That something is there twice, or that a taken id is
  nowhere, is said only when a second list shows it too.
- **F29** A run holds a lock beside its journal and one that every run of the user on this machine finds, by service
  and app. Runs of other users, of other machines and of containers with another home are not seen.
- **F30** Before each request and at the end journal, log and locks have to be the files that were opened, by device and
  inode; else the run stops with 7, and its report is made from what is open.
- **F31** Nothing that interrupts a run ends it before its workers: what is in flight ends and is recorded, what nobody
  took is noted as not sent, then the error is raised.
- **F32** A write that fails with any exception was not durable: nothing more is sent, and the run does not end in 0.
- **F33** A report is what was recorded. Made again it equals the report of the run, whatever has become of the file; a
  run that was killed is told as cut off, exit 7: what had ended, what was under way, and nothing of an older run.
- **F34** Only a file that gcbulk wrote and nobody has changed since is replaced or removed, whatever its name. A
  workbook that was changed after its rows were read does not get the report. A destination that cannot be is known
  before anything is sent.
- **F35** What was asked for with `--requests-per-hour` holds in any hour, over all runs of the key on this machine;
  what the service announces is another window. An estimate includes the wait for an hour that is used up.
- **F36** What is printed is decoration: a stream that is closed, full or not read changes neither what is done nor the
  exit code.
- **F37** A journal of an older form is looked through, copied, and brought forward in one transaction.
- **T12** Parts of a package may not share bytes, are stored or deflated and nothing else, and their elements lie in
  each other no deeper than 256; what is copied is held against the directory. Only the parsers of PNG, JPEG and TIFF
  are let near a picture.
- **T13** A CSV report holds no formula, by whatever separator a program reads it.
- **T14** The simulator's ledger and faults answer to loopback hosts only, below an address with a secret in it.
- **T15** A state folder or journal that others can write, and a link or a device in the journal's place, is refused
  before anything of it is read.
- **T16** An option that is empty is an error, never "not given".

What these figures do not say:

- The service here is the simulator, not Apple's: where nobody knows how Apple's behaves both ways are run, and what is
  assumed is listed in [assumptions.md](assumptions.md).
- *Listed too late, duplicates accepted*: where a service that takes duplicates lists an achievement later than the
  settle wait (60 seconds), a second one is made, because nothing could tell of the first. What is asked of gcbulk there
  is that the next run names both; a longer `--settle-wait` is what helps.
- A submission that got no answer is sent again with the same bytes and date, as the service offers no look-up. That
  does not count as duplicated; a second one with another date would.
- Limits and hours pass on a virtual clock, and F3 asks the pacing alone. Stalls have a deadline of one second in place
  of sixty. Kills, signals and disks are real.
"""


def holds(trial: Trial, tally: Tally) -> bool:
    """Whether a trial came out as it has to: clean; for a control, with something that was made twice."""
    return tally.duplicated > 0 if trial.control else tally.clean


def _line(*cells: object) -> str:
    first, *others = (str(cell) for cell in cells)
    return first.ljust(_WIDTHS[0]) + "".join(cell.rjust(width) for cell, width in zip(others, _WIDTHS[1:], strict=True))


HEAD = _line("fault", "cases", "lost", "duplicated", "wrong")


def row(trial: Trial, tally: Tally) -> str:
    """A trial's line for a terminal."""
    counts = (f"{count:,}" for count in (tally.cases, tally.lost, tally.duplicated, tally.wrong))
    told = _line(f"{trial.fault} {trial.title}", *counts)
    if holds(trial, tally):
        return told
    return f"{told}  <- {'the control made nothing twice' if trial.control else 'not as required'}"


def page(lines: Mapping[Trial, Tally], *, seed: int, machine: str, at: datetime) -> str:
    """The page of the documentation.

    Args:
        lines: what each trial came to.
        seed: what chance went by.
        machine: what it ran on.
        at: when.

    Returns:
        Markdown.
    """
    rows = "\n".join(
        f"| {'control' if trial.control else trial.fault} | {trial.title} | {tally.cases:,} | {tally.lost:,} |"
        f" {tally.duplicated:,} | {tally.wrong:,} |"
        for trial, tally in lines.items()
    )
    return _PAGE.format(at=at, seed=seed, machine=machine, rows=rows)
