"""Whatever is wrong with an option of a public call is said before anything is sent or written."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from submit_jobs import BUNDLE_ID, FIRST, HEADERS, player

import gcbulk
from gcbulk import options
from gcbulk.records import OUTCOME_COLUMNS, Api, PlanOptions
from gcbulk.runs.plan import PlanOutput
from gcbulk.runs.review import ReviewOptions
from gcbulk.runs.shared.execution import make_plan
from gcbulk.runs.shared.reading import ReadOptions
from gcbulk.runs.shared.reports import ReportTarget
from gcbulk.runs.shared.submission_run import SubmitOptions
from gcbulk.settings import Settings
from gcbulk.simulator import Simulator
from jobs import ACHIEVEMENT_HEADERS, Job, TurnedClock

NOT_TEXT: tuple[object, ...] = (0, 1, 1.5, True, b"x", ["x"], object(), math.nan)
EMPTY: tuple[object, ...] = ("", " ", "\t", "\n")
NOT_COUNTS: tuple[object, ...] = (
    0, -1, 1.0, 2.5, math.nan, math.inf, -math.inf, True, False, "1", "", b"1", [1], 10**30, np.float64(3), np.True_,
)  # fmt: skip
NOT_SECONDS: tuple[object, ...] = (-1, -0.1, math.nan, math.inf, True, "60", "", timedelta(seconds=1), 10**9, 10**400)
NOT_FLAGS: tuple[object, ...] = ("no", "False", "true", "", 0, 1, None, [])
NOT_MOMENTS: tuple[object, ...] = (
    datetime(2026, 1, 31, 6),  # noqa: DTZ001 - that is what is wrong with it
    pd.Timestamp("2026-01-31 06:00"), pd.NaT, date(2026, 1, 31), "2026-01-31T06:00Z", "06:00", 0, True,
)  # fmt: skip
NOT_PATHS: tuple[object, ...] = (*EMPTY, 0, 1.5, True, b"x", ["x"], "a\0b", "n" * 300, "\ud800", "x/" * 3_000)
NOT_MAPPINGS: tuple[object, ...] = ("x", "", 1, ["a"], {"points": ""}, {"": "x"}, {"points": 1}, {1: "x"})


def not_words(words: type[StrEnum]) -> tuple[object, ...]:
    """Near misses of every word of a set, and what is no word."""
    known = [str(word) for word in words]
    near = [
        miss for word in known for miss in (word.swapcase(), word.capitalize() + " ", word[:-1], word + "s", f" {word}")
    ]
    return (*(miss for miss in near if miss not in known), *EMPTY, *NOT_TEXT, "standard", "default", "true")


WORD = {
    "kind": not_words(options.SubmissionKind),
    "percent_as": not_words(options.PercentAs),
    "on_duplicate": not_words(options.OnDuplicate),
    "platform": not_words(options.Platform),
    "api": not_words(Api),
}
WRONG: Mapping[str, tuple[object, ...]] = {
    **WORD,
    "source": (*NOT_PATHS, None, {"achievements": "x"}),
    "sheet": NOT_MAPPINGS,
    "column": NOT_MAPPINGS,
    "encoding": (*EMPTY, *NOT_TEXT, "no such", "utf-9"),
    "delimiter": ("", *NOT_TEXT, "no such"),
    "timezone": (*EMPTY, *NOT_TEXT),
    "locale": (*EMPTY, *NOT_TEXT),
    "bundle_id": (*EMPTY, *NOT_TEXT),
    "detail_id": (*EMPTY, *NOT_TEXT, "a/b", "a b", "a?b"),
    "key_id": (*EMPTY, *NOT_TEXT, "../x", "a b"),
    "issuer_id": (*EMPTY, *NOT_TEXT, "a b", "x\n"),
    "key_path": NOT_PATHS,
    "api_key_json": NOT_PATHS,
    "base_url": (*EMPTY, *NOT_TEXT, "localhost", "http://10.0.0.1", "https://evil.invalid"),
    "force_base_url": NOT_FLAGS,
    "journal": (*NOT_PATHS, ".", "/"),
    "settle_wait_s": NOT_SECONDS,
    "requests_per_hour": NOT_COUNTS,
    "requests_per_minute": NOT_COUNTS,
    "read_only": NOT_FLAGS,
    "profile": (*EMPTY, *NOT_TEXT, "none of this name"),
    "environ": (
        None,
        1,
        "x",
        {"ASC_KEY_ID": ""},
        {"GCBULK_HOME": " "},
        {"GCBULK_PROFILE": ""},
        {"ASC_KEY_ID": 1},
        {1: "x"},
    ),
    "checked": (None, 1, "x", {}, "a.xlsx"),
    "plan": (None, 1, "x", {}),
    "service": (1, "x", {}, object()),
    "settings": (None, 1, "x", {}),
    "credentials": (None, 1, "x", {}),
    "reorder": NOT_FLAGS,
    "delete_missing": NOT_FLAGS,
    "deletions": (-1, 1.0, True, "1", None, math.nan, 10**30),
    "losses": (-1, 1.0, True, "1", None, math.nan, 10**30),
    "watch": (1, "x"),
    "outcomes": (None, 1, "x", [], pd.DataFrame(), pd.DataFrame({"sheet": ["x"]})),
    "destination": (*NOT_PATHS, "out.txt", "out", "out.xls"),
    "images": NOT_PATHS,
    "path": NOT_PATHS,
    "allow_lowering": NOT_FLAGS,
    "send_zero": NOT_FLAGS,
    "max_in_flight": (*NOT_COUNTS, 101),
    "in_flight": (*NOT_COUNTS, 101),
    "max_requests": NOT_COUNTS,
    "stop_at": NOT_MOMENTS,
    "report": NOT_PATHS,
    "rescue_dir": NOT_PATHS,
    "write": NOT_FLAGS,
    "out": NOT_PATHS,
    "submit": NOT_FLAGS,
    "stop": (1, "x", False),
}
"""Wrong values of every parameter of every public call, by the parameter's name."""

CALLS = (
    "check", "check_submissions", "connect", "plan", "plan_submissions", "preview", "pull", "push", "submit",
    "write_report", "write_template",
)  # fmt: skip
RECORDS = (
    ReadOptions,
    SubmitOptions,
    ReviewOptions,
    ReportTarget,
    PlanOutput,
    Settings,
)
OUR_OWN = {
    ("PlanOutput", "options"), ("PlanOutput", "sheet"), ("ReadOptions", "encoding"), ("ReadOptions", "delimiter"),
}  # fmt: skip
"""Parts that only our own code gives, or that are looked at when the file is read."""


@pytest.fixture
def world(tmp_path: Path, simulate: Callable[..., Simulator]) -> Iterator[SimpleNamespace]:
    """Give what the public calls need, and the simulator that must not hear of wrong ones."""
    clock = TurnedClock()
    simulator = simulate(now=clock.time)
    with ExitStack() as stack:
        job = Job(tmp_path, clock, stack)
        job.fill_plain(1)
        service = job.service(simulator)
        checked = gcbulk.check(job.workbook)
        frame = pd.DataFrame([(player(1), FIRST, 50)], columns=list(HEADERS))
        frame.to_csv(tmp_path / "progress.csv", index=False)
        (tmp_path / "game.csv").write_text(",".join(ACHIEVEMENT_HEADERS) + "\nA,com.example.a,5,No,Yes\n")
        yield SimpleNamespace(
            job=job,
            simulator=simulator,
            service=service,
            checked=checked,
            plan=gcbulk.plan(checked, service),
            submissions=gcbulk.check_submissions(frame, bundle_id=BUNDLE_ID),
            outcomes=pd.DataFrame(columns=list(OUTCOME_COLUMNS)),
        )


def right(world: SimpleNamespace, call: str) -> dict[str, object]:
    """Arguments with which a call would do its work."""
    simulator, job = world.simulator, world.job
    connection = {
        "key_id": simulator.key_id,
        "issuer_id": simulator.issuer_id,
        "key_path": simulator.key_path,
        "base_url": simulator.base_url,
        "journal": job.journal,
        "environ": {},
    }
    progress = job.folder / "progress.csv"
    given: dict[str, dict[str, object]] = {
        "check": {"source": job.folder / "game.csv"},
        "check_submissions": {"source": progress, "bundle_id": BUNDLE_ID},
        "connect": {"bundle_id": BUNDLE_ID, **connection},
        "plan": {"checked": world.checked, "service": world.service},
        "plan_submissions": {"checked": world.submissions, "service": world.service},
        "preview": {"checked": world.checked, "path": job.folder / "page.html"},
        "pull": {"service": world.service},
        "push": {"plan": world.plan, "service": world.service},
        "submit": {"source": progress, "service": world.service},
        "write_report": {"path": job.workbook, "outcomes": world.outcomes},
        "write_template": {"path": job.folder / "template.xlsx"},
    }
    return given[call]


def files_of(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder, but for the journal and its locks, which looking at a plan may open."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "state" not in path.parts}


def wrong_values(call: str, name: str) -> tuple[object, ...]:
    """The wrong values of a parameter, less those that this very call allows."""
    values = WRONG[name]
    if (call, name) in {("check_submissions", "sheet"), ("submit", "sheet")}:
        values = (*EMPTY, *NOT_TEXT, {"submissions": "x"})
    if call == "check_submissions" and name == "source":
        values = tuple(value for value in values if not isinstance(value, dict))
    if call in ("pull", "submit", "push") and name == "service":
        values = (*values, None)
    if call == "connect" and name == "environ":
        values = tuple(value for value in values if value != {"ASC_KEY_ID": ""})
    if call in ("preview", "write_template") and name == "path":
        values = (*values, "template.csv", "template")
    return values


def cases() -> Iterator[tuple[str, str]]:
    """Every parameter of every public call."""
    for call in CALLS:
        for name in inspect.signature(getattr(gcbulk, call)).parameters:
            yield call, name


def ending(call: Callable[..., object], given: Mapping[str, object]) -> Exception | None:
    """How a call ended: the error that it raised, None where it did its work."""
    try:
        call(**given)
    except Exception as error:  # noqa: BLE001 - that is what is looked at
        return error
    return None


def test_every_public_call_is_tried() -> None:
    """A new public function, or a new parameter, has its wrong values here."""
    functions = {name for name in dir(gcbulk) if inspect.isfunction(getattr(gcbulk, name))}
    assert functions == set(CALLS)
    assert {name for _, name in cases()} <= set(WRONG)


def test_a_wrong_value_is_refused_before_anything_happens(world: SimpleNamespace) -> None:
    """Any wrong value of any parameter of any public call: one of our errors, no request, no file."""
    requests, before = len(world.simulator.exchanges), files_of(world.job.folder)
    wrong = [(call, name, value) for call, name in cases() for value in wrong_values(call, name)]
    accepted = []
    for call, name, value in wrong:
        ended = ending(getattr(gcbulk, call), {**right(world, call), name: value})
        if not isinstance(ended, gcbulk.GcbulkError) or ended.exit_code != 2:
            accepted.append((call, name, value, repr(ended)))
        elif name in WORD and "one of" not in str(ended):
            accepted.append((call, name, value, f"which words there are is not said: {ended}"))
        assert len(world.simulator.exchanges) == requests, (call, name, value)
    assert accepted == [], "\n".join(map(str, accepted))
    assert files_of(world.job.folder) == before


def test_a_wrong_value_makes_no_record_of_options(world: SimpleNamespace) -> None:
    """The records that the calls hand on are as strict: nothing wrong gets past them from another way in."""
    whole: Mapping[object, dict[str, object]] = {
        Settings: {"bundle_id": BUNDLE_ID, "credentials": world.service.settings.credentials},
        ReportTarget: {"rescue_dir": world.job.folder},
    }
    accepted: list[object] = []
    for record in RECORDS:
        assert is_dataclass(record)
        wrong = [(field.name, value) for field in fields(record) for value in wrong_parts(record.__name__, field.name)]
        ended = [(name, value, ending(record, {**whole.get(record, {}), name: value})) for name, value in wrong]
        accepted += [one for one in ended if not isinstance(one[2], gcbulk.SettingsError)]
    assert accepted == []


def wrong_parts(record: str, name: str) -> tuple[object, ...]:
    """The wrong values of a part of a record."""
    if (record, name) in OUR_OWN:
        return ()
    may_be_forced = ("http://10.0.0.1", "https://evil.invalid") if name == "base_url" else ()
    return tuple(value for value in WRONG[name] if value not in may_be_forced) if may_be_forced else WRONG[name]


def test_a_plan_is_made_of_plan_options(world: SimpleNamespace) -> None:
    """Who calls what the command line calls gets no further with a "no" that would count as yes, and delete."""
    requests = len(world.simulator.exchanges)
    wrong: list[object] = [None, {}, "x", True]
    made: Callable[..., object] = PlanOptions
    wrong += [made(**{name: value}) for name in ("reorder", "delete_missing") for value in NOT_FLAGS]
    for wrong_options in wrong:
        ended = ending(make_plan, {"checked": world.checked, "service": world.service, "options": wrong_options})
        assert isinstance(ended, gcbulk.SettingsError), wrong_options
    assert len(world.simulator.exchanges) == requests


def test_a_service_is_made_of_settings_and_words(world: SimpleNamespace) -> None:
    """`Service` itself takes no other settings and no unknown form of the API."""
    for value in WRONG["settings"]:
        with pytest.raises(gcbulk.SettingsError):
            gcbulk.Service(value)  # type: ignore[arg-type]
    for value in WRONG["api"]:
        with pytest.raises(gcbulk.SettingsError):
            gcbulk.Service(world.service.settings, api=value)  # type: ignore[arg-type]


CONVERTERS = (options.whole, options.number, options.moment, options.flag)
ANYTHING = st.one_of(
    st.integers(), st.floats(), st.text(), st.none(), st.booleans(), st.datetimes(), st.decimals(), st.binary()
)


@pytest.mark.parametrize("convert", CONVERTERS, ids=lambda one: one.__name__)
@given(ANYTHING)
def test_a_value_is_in_range_or_refused(convert: Callable[[object, str], object], value: object) -> None:
    """What comes out is of the type and in the range that the inside counts on; there is no third way."""
    try:
        found = convert(value, "it")
    except gcbulk.SettingsError:
        return
    if isinstance(found, datetime):
        assert found.tzinfo is UTC
    elif not isinstance(found, bool):
        assert isinstance(found, int | float)
        assert 0 <= found <= options.MOST_REQUESTS
