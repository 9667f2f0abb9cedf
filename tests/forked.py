"""Processes that begin with all of gcbulk loaded, so that many of them can be started and killed.

The command line loads a verb when it is chosen. What a process is forked from has to load each of them before.
"""

from __future__ import annotations

import multiprocessing
import os
from importlib import import_module
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from pkgutil import iter_modules
from unittest.mock import patch

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
    # The server looks for what it is to load beside Python and in PYTHONPATH alone, and says nothing of what it did not
    # find there: each process would load everything by itself, which takes twice as long as what it is made for.
    beside = str(Path(__file__).parent)
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, (beside, os.environ.get("PYTHONPATH"))))):
        forkserver.ensure_running()
    return context
