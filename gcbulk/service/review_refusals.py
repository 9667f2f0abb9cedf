"""Why the service refused a hand-off to review, and what to do about it.

The codes of these refusals are known from single reports at best. So besides reading the service's own words, we look
at what is there: the submission that blocks another one, or the release of version 1 that is not live.
"""

from __future__ import annotations

from gcbulk.appstore import reviews
from gcbulk.appstore.calls import Reply
from gcbulk.appstore.replies import Problem, Verdict, problems
from gcbulk.errors import ServiceError
from gcbulk.records import Resource, Step, Target
from gcbulk.service.client import Answer, Client, reason

_NO_PRICE = "APP_PRICING_REQUIRED"


class Refusals:
    """Explains refusals; looks at what is there only when something was refused.

    Args:
        client: how to reach the service.
        target: where the things live.
        app_id: the app.
        platform: the platform whose submission is used.
    """

    def __init__(self, client: Client, target: Target, app_id: str, platform: str) -> None:
        self._client = client
        self._target = target
        self._app_id = app_id
        self._platform = platform
        self._left_over: dict[Resource, dict[str, str]] = {}

    def of_submission(self, answer: Answer) -> str:
        """Why no submission could be created, with the ones that may prevent it."""
        named = _problems(answer)
        if any(_NO_PRICE in problem.code for problem in named):
            return (
                f"{_sentence(answer)} The app has no price yet, and Apple takes no submission without one. Set it in "
                "App Store Connect under Pricing and Availability (Free is a price too), then run it again."
            )
        blocking = "; ".join(f"{key} is {state or 'in an unknown state'}" for key, state in self._unfinished())
        if not blocking:
            return said(answer)
        return (
            f"{_sentence(answer)} Users report that a submission for {self._platform} that is not complete keeps "
            f"another one from being made: {blocking}. Wait until it is complete, or finish or cancel it in App Store "
            "Connect, then run it again."
        )

    def of_item(self, step: Step, answer: Answer) -> str:
        """Why an item was not added to the submission, and what to do about it."""
        other = reviews.other_submission(_problems(answer))
        if other is not None:
            return (
                f"{_sentence(answer)} It is in the review submission {other}, and stays there until that one is "
                "complete or it is taken out of it in App Store Connect. Then run it again."
            )
        release = self._release_of(step)
        if release is not None:
            return (
                f"{_sentence(answer)} It has a release of version 1 that is not live ({release}), and users report "
                "that such a release has to go first: delete it in App Store Connect, or by the API with DELETE "
                f"{reviews.release_path(step.resource, release)}, then run it again."
            )
        return said(answer)

    def _unfinished(self) -> list[tuple[str, str | None]]:
        try:
            return reviews.unfinished(self._client.pages(reviews.all_submissions(self._app_id, self._platform)))
        except ServiceError:
            return []  # what was refused is told all the same

    def _release_of(self, step: Step) -> str | None:
        kind = step.resource
        if kind.release is None:
            return None
        if kind not in self._left_over:
            try:
                listed = self._client.pages(reviews.releases_of(kind, self._target.detail_id))
                self._left_over[kind] = reviews.left_over(kind, listed)
            except ServiceError:
                self._left_over[kind] = {}
        return self._left_over[kind].get(step.parent_id or "")


def said(answer: Answer) -> str:
    """How a request ended, in words."""
    named = _problems(answer)
    if not named:
        return f"sent, but no usable answer came ({reason(answer.result)})."
    return " ".join(problem.text for problem in named)


def _sentence(answer: Answer) -> str:
    """The same, ending in a full stop, so that advice can follow."""
    return f"{said(answer).rstrip('.')}."


def _problems(answer: Answer) -> tuple[Problem, ...]:
    """What the service said is wrong; nothing where it gave no usable answer."""
    if answer.verdict is Verdict.UNKNOWN or not isinstance(answer.result, Reply):
        return ()
    return problems(answer.result)
