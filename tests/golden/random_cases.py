"""What gcbulk makes of books and plans of chance; their digests are recorded, a line for each seed.

``python -m golden book:17 --print`` and ``plan:17`` show the whole answer, so that two checkouts can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from gcbulk import sheets
from gcbulk.errors import GcbulkError
from gcbulk.planning import plan_steps
from gcbulk.records import TEXT_TYPE, Api, Book, History, PlanOptions, RawSheet, Sent, Step
from gcbulk.sheets import Checked, CheckedSubmissions, Choices
from gcbulk.simulator.exchange import Json
from golden.answers import of_achievements, of_submissions
from golden.layout import digest
from golden.plain import frame, plain
from golden.plans import ALONE, FRESH, GROUPED, LONG_AGO, State, planned
from golden.random_books import Draft, random_book
from golden.random_plans import PlanDraft, random_plan
from golden.writing import Sheet

SEEDS = 300
RECORDED = Path(__file__).parent / "random.txt"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def book_answer(seed: int) -> Json:
    """Everything that a check says of the book of a seed."""
    return _of_checked(_checked(random_book(seed)))


def plan_answer(seed: int) -> Json:
    """The steps of the plan of a seed, and its requests in both forms of the API."""
    draft = random_plan(seed)
    checked = sheets.check(_book("achievements", draft.sheets))
    options = PlanOptions(reorder=draft.reorder, delete_missing=draft.delete_missing)
    sent = _sent_before(draft, plan_steps(checked))
    state = State(draft.things, GROUPED if draft.is_grouped else ALONE, options, sent, draft.refuses)
    try:
        return {str(api): planned(checked, state, api, most=10_000) for api in Api}
    except GcbulkError as error:
        return {"error": str(error)}


ANSWERS: Mapping[str, Callable[[int], Json]] = {"book": book_answer, "plan": plan_answer}


NAMES = tuple(f"{kind}:{seed}" for kind in ANSWERS for seed in range(SEEDS))
"""Every seed of every kind, as it is called."""


def answer(name: str) -> Json:
    """The whole answer of a seed, such as book:17."""
    kind, _, seed = name.partition(":")
    return ANSWERS[kind](int(seed))


def line(name: str) -> str:
    """What is recorded of a seed: its digest, and something for people."""
    found = answer(name)
    return f"{name} {digest(found)} {_summary(found)}"


def recorded() -> dict[str, str]:
    """The recorded lines, by the name of the case."""
    found = RECORDED.read_text(encoding="ascii").splitlines() if RECORDED.exists() else []
    return {one.partition(" ")[0]: one for one in found}


def record(lines: Mapping[str, str]) -> None:
    """Record the lines of some seeds."""
    every = recorded() | dict(lines)
    text = "".join(f"{every[name]}\n" for name in NAMES if name in every)
    RECORDED.write_text(text, encoding="ascii", newline="\n")


def _summary(answer: Json) -> str:
    if "issues" in answer:
        rows = [len(found["lines"]) for found in answer["frames"].values()]
        return f"{answer['kind']}, {' and '.join(map(str, rows))} records, {len(answer['issues']['lines'])} issues"
    if "error" in answer:
        return "refused"
    newer = answer["v2"]
    return f"{sum(newer['counts'].values())} rows, {len(newer['requests'])} requests"


def _of_checked(checked: Checked | CheckedSubmissions) -> Json:
    """The answer, its lists whole."""
    if isinstance(checked, CheckedSubmissions):
        found = of_submissions(checked, with_plans=False)
        return found | {"frames": {str(checked.kind): frame(checked.rows, most=10_000)}}
    frames = {"achievements": checked.achievements, "localizations": checked.localizations}
    found = of_achievements(checked)
    return found | {"frames": {name: frame(one, most=10_000) for name, one in frames.items()}}


def _checked(draft: Draft) -> Checked | CheckedSubmissions:
    book = _book(draft.kind, draft.sheets, is_text=draft.is_text)
    if draft.kind == "achievements":
        return sheets.check(book, Choices(locale=draft.options.get("locale")))
    return sheets.check_submissions(book, kind=draft.kind, now=NOW, **draft.options)


def _book(kind: str, drafts: tuple[Sheet, ...], *, is_text: bool = False) -> Book:
    """The book of some sheets, as the files room would hand it over."""
    raw = tuple(_raw(one, is_text=is_text) for one in drafts)
    return Book(None, "csv" if is_text else "xlsx", raw)


def _raw(sheet: Sheet, *, is_text: bool) -> RawSheet:
    width = max((len(row) for row in sheet.rows), default=0)
    rows = [[*[None] * (sheet.left - 1), *row, *[None] * (width - len(row))] for row in sheet.rows]
    if is_text:
        rows = [[None if cell in (None, "") else str(cell) for cell in row] for row in rows]
    numbers = range(sheet.top, sheet.top + len(rows))
    cells = pd.DataFrame(rows, dtype=object, columns=range(1, width + sheet.left), index=numbers)
    percent = {}
    if sheet.formats:
        shown = np.array([f"C{number}" in sheet.formats for number in numbers])
        percent = {3: shown & cells[3].map(lambda cell: type(cell) in (int, float)).to_numpy(dtype=bool)}
    hidden_rows = frozenset(sheet.hidden_rows)
    found = cells.astype(TEXT_TYPE) if is_text else cells
    return RawSheet(sheet.name, found, sheet.hidden, hidden_rows, typed=not is_text, percent=percent)


def _sent_before(draft: PlanDraft, steps: tuple[Step, ...]) -> History:
    """What earlier runs sent of the sheet."""
    moments = {"same late": (LONG_AGO, False), "same just now": (FRESH, False), "other just now": (FRESH, False)}
    found = {}
    for step, form in zip(steps, draft.sent, strict=False):
        if form == "none":
            continue
        at, confirmed = moments.get(form, (FRESH, True))
        content = "0" * 32 if form.startswith("other") else step.fingerprint
        made = f"made-{plain(step.row)}" if form.startswith("done") else None
        found[step.word, step.name] = (Sent(content, made, at, confirmed),)
    return History(found)
