"""What is to be done: checked rows joined with what is live and with what was sent before.

`sheets.Checked`, a `Snapshot` and a `History` make a `Plan` of steps; `sheets.CheckedSubmissions` and a
`SubmissionHistory` make a `SubmissionPlan`. They are joined here and nowhere else, and everything is pure: the same
input gives the same plan.
"""

from gcbulk.planning.kinds import keys_in
from gcbulk.planning.pictures import picture_steps
from gcbulk.planning.plan import Plan
from gcbulk.planning.steps import plan_steps
from gcbulk.planning.submissions import SubmissionPlan, fold

__all__ = ["Plan", "SubmissionPlan", "fold", "keys_in", "picture_steps", "plan_steps"]
