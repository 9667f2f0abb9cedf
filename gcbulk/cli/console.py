"""Print for people and for scripts, and ask: nothing else in gcbulk does."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from gcbulk.cli.streams import is_somebody_there
from gcbulk.errors import SettingsError
from gcbulk.wording import counted


def _plainly(line: str) -> None:
    sys.stderr.write(f"{line}\n")


_around_bars: list[Callable[[str], None]] = [_plainly]


@contextmanager
def printing(write: Callable[[str], None]) -> Iterator[None]:
    """Print lines in another way as long as the block lasts, so that they do not break through a bar of progress."""
    _around_bars.append(write)
    try:
        yield
    finally:
        _around_bars.pop()


def say(line: str) -> None:
    """Print a line for people; what could steer a terminal is shown as an escape."""
    shown = "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in line)
    _around_bars[-1](shown)


def print_json(content: object) -> None:
    """Print the one object that a script reads."""
    print(json.dumps(content, ensure_ascii=True))


def print_text(text: str) -> None:
    """Print what another program reads, in its own form."""
    print(text, end="")


def agreed(lines: Sequence[str], question: str, *, done: str = "sent") -> bool:
    """Show what would be done, and ask whether to do it.

    Args:
        lines: what would be done.
        question: what is asked below them.
        done: what does not happen without a yes, in a word.

    Raises:
        SettingsError: nobody is there to answer.
    """
    for line in lines:
        say(line)
    if not is_somebody_there():
        raise SettingsError(f"Nothing was {done}: there is nobody to say yes. Add --yes to go on without asking.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def typed_deletions(deletions: int, noun: str) -> int:
    """How many deletions somebody confirms, by typing their number.

    Args:
        deletions: how many there would be.
        noun: what would be deleted, in the plural.

    Raises:
        SettingsError: nobody is there to type it.
    """
    would = f"{deletions} {noun} would be deleted"
    return _typed(deletions, would, f"This deletes {deletions} {noun} for good.", "--delete-missing")


def typed_losses(losses: int) -> int:
    """How many changes that delete what players have somebody confirms, by typing their number.

    Args:
        losses: how many there would be.

    Raises:
        SettingsError: nobody is there to type it.
    """
    changes = counted(losses, "change")
    would = f"{changes} would delete for good what players have"
    done = f"{changes} {'deletes' if losses == 1 else 'delete'} for good what players have, as said above."
    return _typed(losses, would, done, "--confirm-losses")


def _typed(count: int, would: str, done: str, option: str) -> int:
    """The number that somebody types to confirm what cannot be taken back; 0 for anything that is no number."""
    if not is_somebody_there():
        raise SettingsError(
            f"Nothing was sent: {would}, and there is nobody to confirm it. Look at the plan, then add "
            f"{option}={count}."
        )
    sys.stderr.write(f"{done} Type {count} to go on: ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    return int(answer) if re.fullmatch(r"[0-9]{1,9}", answer) else 0


@contextmanager
def os_errors_explained(what: str) -> Iterator[None]:
    """A folder that is not there, a port that is taken: the user's to fix, in a sentence."""
    try:
        yield
    except OSError as error:
        raise SettingsError(f"{what}: {error.strerror or error}.") from error
