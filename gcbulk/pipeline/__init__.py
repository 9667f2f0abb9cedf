"""The rooms put together: each step for notebooks, each verb for the command line.

What comes in: files, frames, settings. What goes out: checked rows, plans, outcomes and reports. Nothing is decided
here that a room could decide.
"""

from gcbulk.pipeline.connection import Service, connect, make_settings
from gcbulk.pipeline.demo import run_demo, run_simulator
from gcbulk.pipeline.doctor import examine
from gcbulk.pipeline.kinds import check_any_file, plan_any_file, report_any_file
from gcbulk.pipeline.notebook import plan, push, write_report
from gcbulk.pipeline.notebook_submissions import check_submissions, plan_submissions, submit
from gcbulk.pipeline.plan_files import PlanOptions, load_plan, plan_file
from gcbulk.pipeline.pulling import pull, pull_file
from gcbulk.pipeline.purging import purge
from gcbulk.pipeline.reading import Reading, check, check_achievements, check_any, read_submissions
from gcbulk.pipeline.reports import Place
from gcbulk.pipeline.results import Result, as_json, failure
from gcbulk.pipeline.reviewing import ReviewOptions, review_file
from gcbulk.pipeline.showing import outcomes_shown
from gcbulk.pipeline.submission_queue import Progress
from gcbulk.pipeline.submission_run import SubmitOptions, apps_of
from gcbulk.pipeline.submitting import submit_file
from gcbulk.pipeline.targets import require_targets
from gcbulk.pipeline.templates import write_notebooks, write_template
from gcbulk.pipeline.verbs import check_file, push_file, report_file
from gcbulk.planning import Plan
from gcbulk.planning.submissions import SubmissionPlan
from gcbulk.records import Api, Wishes
from gcbulk.reporting import doctor_exit, doctor_json, doctor_lines, plan_text
from gcbulk.service.clock import Wait
from gcbulk.service.own_files import is_there
from gcbulk.settings import state_dir
from gcbulk.sheets import Checked, CheckedSubmissions

__all__ = [
    "Api",
    "Checked",
    "CheckedSubmissions",
    "Place",
    "Plan",
    "PlanOptions",
    "Progress",
    "Reading",
    "Result",
    "ReviewOptions",
    "Service",
    "SubmissionPlan",
    "SubmitOptions",
    "Wait",
    "Wishes",
    "apps_of",
    "as_json",
    "check",
    "check_achievements",
    "check_any",
    "check_any_file",
    "check_file",
    "check_submissions",
    "connect",
    "doctor_exit",
    "doctor_json",
    "doctor_lines",
    "examine",
    "failure",
    "is_there",
    "load_plan",
    "make_settings",
    "outcomes_shown",
    "plan",
    "plan_any_file",
    "plan_file",
    "plan_submissions",
    "plan_text",
    "pull",
    "pull_file",
    "purge",
    "push",
    "push_file",
    "read_submissions",
    "report_any_file",
    "report_file",
    "require_targets",
    "review_file",
    "run_demo",
    "run_simulator",
    "state_dir",
    "submit",
    "submit_file",
    "write_notebooks",
    "write_report",
    "write_template",
]
