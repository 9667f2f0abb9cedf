"""A name of the first notebooks; it is `gcbulk.Progress` now."""

from gcbulk.runs.shared.submission_queue import Progress

__all__ = ["Progress"]
