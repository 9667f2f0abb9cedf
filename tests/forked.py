"""Processes that begin with all of gcbulk loaded, so that many of them can be started and killed.

The command line loads a verb when it is chosen. What a process is forked from has to load each of them before.
"""

from __future__ import annotations

import multiprocessing
from importlib import import_module
from multiprocessing.context import ForkServerContext
from pkgutil import iter_modules

import gcbulk
from gcbulk.cli import verbs

LOADED = (
    *(getattr(gcbulk, name) for name in dir(gcbulk)),
    *(import_module(f"{verbs.__name__}.{module.name}") for module in iter_modules(verbs.__path__)),
)


def processes(*more: str) -> ForkServerContext:
    """How processes are made: from one that has everything loaded.

    Args:
        more: modules of the tests that they need as well.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *more])
    return context
