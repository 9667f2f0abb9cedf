"""What people are shown: the report's lines and summary, sentences for a terminal, and HTML.

Pure: nothing is written or printed here. Whatever people's rows contain, texts for a terminal and HTML contain no
control sequence.
"""

from gcbulk.records import Report
from gcbulk.reporting.doctor import (
    LeftOpen,
    app_finding,
    clock_finding,
    doctor_exit,
    doctor_json,
    doctor_lines,
    folder_finding,
    game_center_finding,
    group_finding,
    journal_finding,
    key_finding,
    limits_finding,
    lock_finding,
    no_detail_finding,
    reach_finding,
    refusal_finding,
    requests_finding,
    requests_under_way_finding,
    role_finding,
)
from gcbulk.reporting.html import to_html
from gcbulk.reporting.lines import check_lines, frame_of_lines, no_issues, outcome_lines
from gcbulk.reporting.plans import apps_json, missing_translations, plan_json, plan_report, plan_text
from gcbulk.reporting.pulled import not_carried, pulled, pulled_columns
from gcbulk.reporting.purging import purge_notes, purge_question
from gcbulk.reporting.submissions import Outcomes, submission_check_lines, submission_lines
from gcbulk.reporting.summary import done, summarise, summary_lines
from gcbulk.reporting.text import (
    app_facts,
    check_text,
    describe_target,
    push_text,
    sheets_text,
    submission_plan_text,
    submissions_text,
)

__all__ = [
    "LeftOpen",
    "Outcomes",
    "Report",
    "app_facts",
    "app_finding",
    "apps_json",
    "check_lines",
    "check_text",
    "clock_finding",
    "describe_target",
    "doctor_exit",
    "doctor_json",
    "doctor_lines",
    "done",
    "folder_finding",
    "frame_of_lines",
    "game_center_finding",
    "group_finding",
    "journal_finding",
    "key_finding",
    "limits_finding",
    "lock_finding",
    "missing_translations",
    "no_detail_finding",
    "no_issues",
    "not_carried",
    "outcome_lines",
    "plan_json",
    "plan_report",
    "plan_text",
    "pulled",
    "pulled_columns",
    "purge_notes",
    "purge_question",
    "push_text",
    "reach_finding",
    "refusal_finding",
    "requests_finding",
    "requests_under_way_finding",
    "role_finding",
    "sheets_text",
    "submission_check_lines",
    "submission_lines",
    "submission_plan_text",
    "submissions_text",
    "summarise",
    "summary_lines",
    "to_html",
]
