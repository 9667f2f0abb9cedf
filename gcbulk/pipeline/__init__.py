"""The rooms put together: each step for notebooks, each verb for the command line.

What comes in: files, frames, settings. What goes out: checked rows, plans, outcomes and reports. Nothing is decided
here that a room could decide.
"""

from gcbulk.appstore.achievements import Api
from gcbulk.files import write_template
from gcbulk.pipeline.connection import Service, connect, make_settings
from gcbulk.pipeline.demo import run_demo, run_simulator
from gcbulk.pipeline.notebook import plan, push, write_report
from gcbulk.pipeline.reading import check
from gcbulk.pipeline.reports import Place
from gcbulk.pipeline.verbs import (
    Result,
    as_json,
    check_file,
    failure,
    plan_file,
    push_file,
    report_file,
)
from gcbulk.planning import Plan
from gcbulk.reporting import plan_text
from gcbulk.settings import state_dir
from gcbulk.sheets import Checked

__all__ = [
    "Api",
    "Checked",
    "Place",
    "Plan",
    "Result",
    "Service",
    "as_json",
    "check",
    "check_file",
    "connect",
    "failure",
    "make_settings",
    "plan",
    "plan_file",
    "plan_text",
    "push",
    "push_file",
    "report_file",
    "run_demo",
    "run_simulator",
    "state_dir",
    "write_report",
    "write_template",
]
