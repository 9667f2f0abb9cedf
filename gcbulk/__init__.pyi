from gcbulk import pipeline as pipeline
from gcbulk.errors import ApiError as ApiError
from gcbulk.errors import CheckError as CheckError
from gcbulk.errors import GcbulkError as GcbulkError
from gcbulk.errors import JournalError as JournalError
from gcbulk.errors import LockedError as LockedError
from gcbulk.errors import PlanError as PlanError
from gcbulk.errors import ServiceError as ServiceError
from gcbulk.errors import SettingsError as SettingsError
from gcbulk.errors import UnreachableError as UnreachableError
from gcbulk.errors import WorkbookError as WorkbookError
from gcbulk.pipeline import Checked as Checked
from gcbulk.pipeline import CheckedSubmissions as CheckedSubmissions
from gcbulk.pipeline import Plan as Plan
from gcbulk.pipeline import Service as Service
from gcbulk.pipeline import SubmissionPlan as SubmissionPlan
from gcbulk.pipeline import check as check
from gcbulk.pipeline import check_submissions as check_submissions
from gcbulk.pipeline import connect as connect
from gcbulk.pipeline import plan as plan
from gcbulk.pipeline import plan_submissions as plan_submissions
from gcbulk.pipeline import pull as pull
from gcbulk.pipeline import push as push
from gcbulk.pipeline import submit as submit
from gcbulk.pipeline import write_report as write_report
from gcbulk.pipeline import write_template as write_template

__version__: str
