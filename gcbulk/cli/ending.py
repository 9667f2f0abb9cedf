"""How a verb ends on the command line: its notes, its JSON object, its exit code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from gcbulk.cli.arguments import Arguments
from gcbulk.cli.console import print_json, say
from gcbulk.cli.given import configuration
from gcbulk.errors import GcbulkError
from gcbulk.runs.shared.results import Result, as_json, failure
from gcbulk.runs.shared.targets import require_targets

Verb = Callable[[Arguments], int]


def guarded(verb: Verb) -> Verb:
    """A verb whose targets are looked at before it runs, and whose errors become a sentence and an exit code."""

    @wraps(verb)
    def run(arguments: Arguments) -> int:
        """Run the verb."""
        try:
            if hasattr(arguments, "profile"):
                _configure(arguments)
            require_targets(arguments.verb, vars(arguments))
            return verb(arguments)
        except GcbulkError as error:
            say(f"gcbulk: {error}")
            if getattr(arguments, "json", False):
                print_json(as_json(failure(error, error.exit_code)))
            return error.exit_code

    return run


def _configure(arguments: Arguments) -> None:
    """Let what is set elsewhere stand for the options that were not given and that files of rows are read with."""
    found = arguments.configuration = configuration(arguments)
    for name in ("bundle_id", "journal"):
        if hasattr(arguments, name) and name in found:
            setattr(arguments, name, found[name].value)


def end(arguments: Arguments, result: Result, *, exit_code: int | None = None) -> int:
    """Print a result, and give the exit code.

    Args:
        arguments: the arguments.
        result: how the verb ended.
        exit_code: another code than the result's own, such as that of the signal that ended the run; None for that.
    """
    for note in result.notes:
        say(note)
    code = result.exit if exit_code is None else exit_code
    if arguments.json:
        print_json(as_json(result) | {"exit": code})
    return code
