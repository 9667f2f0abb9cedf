"""The whole job on this machine: a simulator, a throwaway key, the sample workbook, and a push.

Nothing leaves the machine, and no Apple credentials are needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from gcbulk import files
from gcbulk.files.sample import write_sample
from gcbulk.runs.check import check, check_file
from gcbulk.runs.plan import plan_file
from gcbulk.runs.push import push_file
from gcbulk.runs.shared.connection import Service, make_settings
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.results import Result
from gcbulk.runs.shared.watching import Watch, no_progress
from gcbulk.simulator import running
from gcbulk.simulator.handle import DEFAULT_BUNDLE_ID

Say = Callable[[str], None]
_DEMO = "the demo"


def run_demo(folder: Path, *, say: Say, watch: Watch = no_progress) -> Result:
    """Check, plan and push the sample workbook against a simulator.

    Args:
        folder: where the workbook, the key and the journal go.
        say: told what happens, line by line.
        watch: what shows the progress.

    Returns:
        The result of the push, with exit code 0: that some rows of the sample are refused is the point of it.
    """
    files.require_folder(folder, "--dir")
    folder.mkdir(parents=True, exist_ok=True)
    target = ReportTarget(rescue_dir=folder / "state" / "rescued")
    own = target.own
    workbook = write_sample(_free(folder / "achievements.xlsx", own.is_untouched))
    own.note(workbook, _DEMO)
    journal = _free(folder / "state" / "journal.sqlite3", lambda path: own.source_of(path) == _DEMO)
    for ending in ("", "-wal", "-shm", "-journal"):  # the simulator begins empty, so must the journal
        journal.with_name(f"{journal.name}{ending}").unlink(missing_ok=True)
    with running(key_dir=folder / "private_keys") as simulator:
        say(f"A stand-in for App Store Connect runs at {simulator.base_url}, with a throw-away key.\n")
        say(f"$ gcbulk check {workbook}")
        checked = check(workbook)
        _say_all(say, check_file(workbook, checked, target))
        settings = make_settings(
            bundle_id=DEFAULT_BUNDLE_ID,
            key_id=simulator.key_id,
            issuer_id=simulator.issuer_id,
            key_path=simulator.key_path,
            base_url=simulator.base_url,
            journal=journal,
            environ={"GCBULK_HOME": str(journal.parent)},  # what the user has set stays out of it
        )
        with Service(settings) as service:
            say(f"$ gcbulk plan {workbook} --bundle-id {DEFAULT_BUNDLE_ID}")
            _say_all(say, plan_file(checked, service))
            say(f"$ gcbulk push {workbook} --bundle-id {DEFAULT_BUNDLE_ID} --yes")
            result = push_file(workbook, checked, service, target, confirm=lambda plan: True, watch=watch)
            _say_all(say, result)
    own.note(journal, _DEMO)
    say(f'Now open {workbook} and look at its sheet "gcbulk report": how each row ended, and why.')
    return result


def _free(path: Path, is_ours: Callable[[Path], bool]) -> Path:
    """The first name that is free, or that an earlier demo used: the folder may hold work of the user's."""
    return next(name for name in files.names_for(path) if not os.path.lexists(name) or is_ours(name))


def _say_all(say: Say, result: Result) -> None:
    for note in result.notes:
        say(f"  {note}")
    say("")
