"""The command line: arguments in, one verb of `gcbulk.runs`, text and an exit code out.

This is the only place that prints, asks questions, and catches gcbulk's exceptions. Text for people goes to standard
error; standard output gets one object with ``--json`` and nothing else. The exit codes are `arguments.EXIT_CODES`.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from gcbulk.cli.arguments import Arguments, parse
from gcbulk.cli.console import say
from gcbulk.cli.streams import lossy_streams


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    with lossy_streams():
        arguments = parse(sys.argv[1:] if argv is None else argv)
        try:
            return _verb(arguments.verb, own_process=argv is None)(arguments)
        except KeyboardInterrupt:
            say("gcbulk: interrupted before anything was sent")
            return 128 + signal.SIGINT


def _verb(name: str, *, own_process: bool) -> Callable[[Arguments], int]:
    """The function that runs a verb.

    Its module is loaded when it is chosen: ``gcbulk --help`` needs no pandas, and ``gcbulk check`` nothing that sends.

    Args:
        name: The verb.
        own_process: Nothing but this verb runs in the process. Loading makes a lot and leaves no garbage, and looking
            for it would take a tenth of the time; but what a caller has made, and whether it wants to be looked at,
            is the caller's.
    """
    if not own_process:
        return _load(name)
    gc.disable()
    run = _load(name)
    gc.freeze()
    gc.enable()
    return run


def _load(name: str) -> Callable[[Arguments], int]:
    run: Callable[[Arguments], int] = import_module(f"gcbulk.cli.verbs.{name}").run
    return run
