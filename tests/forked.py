"""Processes that begin with all of gcbulk loaded, so that many of them can be started and killed.

`gcbulk.pipeline` loads a verb when it is first used. What a process is forked from has to ask for each name instead.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerContext

import gcbulk.cli
from gcbulk import pipeline

LOADED = (gcbulk.cli, *(getattr(pipeline, name) for name in dir(pipeline)))


def processes(*more: str) -> ForkServerContext:
    """How processes are made: from one that has everything loaded.

    Args:
        more: modules of the tests that they need as well.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *more])
    return context
