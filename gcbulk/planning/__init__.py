"""What is to be done: checked rows joined with what is live and what was sent before.

What comes in: `sheets.Checked`, a `Snapshot`, a `History`. What goes out: a `Plan` of steps. For submissions:
`sheets.CheckedSubmissions` and a `SubmissionHistory` come in, a `SubmissionPlan` goes out. The joining happens here and
nowhere else, and everything here is pure: the same input gives the same plan.
"""

from gcbulk.planning.pictures import picture_steps
from gcbulk.planning.plan import Plan
from gcbulk.planning.steps import plan_steps
from gcbulk.planning.submissions import SubmissionPlan, fold

__all__ = ["Plan", "SubmissionPlan", "fold", "picture_steps", "plan_steps"]
