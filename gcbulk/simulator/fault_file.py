"""A storm in a file: switches and faults for a rehearsal, as TOML.

For example::

    seed = 7
    [switches]
    list_lag_s = 30
    minute_limit = 300
    [[fault]]
    kind = "status"
    status = 503
    applied = true
    probability = 0.05
    path = "gameCenterAchievements$"
    [[fault]]
    kind = "headers"
    headers = { "X-Rate-Limit" = "user-hour-lim:3600;user-hour-rem:-1;" }

The names are the fields of `Switches` and `Fault`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from gcbulk.simulator.exchange import Json
from gcbulk.simulator.faults import Fault
from gcbulk.simulator.switches import Switches

TABLES = ("seed", "switches", "fault")
TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "int | None": (int,),
    "bool": (bool,),
    "str": (str,),
}


def read_storm(path: Path) -> Switches:
    """Read a storm from a file.

    Args:
        path: the file.

    Returns:
        The switches, with the faults.

    Raises:
        ValueError: what is wrong with the file, and where.
    """
    try:
        return parse_storm(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"The storm {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ValueError(f"The storm {path} is not in UTF-8; save it so.") from None


def parse_storm(text: str) -> Switches:
    """Understand the text of a storm.

    Args:
        text: TOML.

    Returns:
        The switches, with the faults.

    Raises:
        ValueError: what is wrong, and where.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"The storm is no TOML: {error}.") from None
    for name in document:
        if name not in TABLES:
            raise ValueError(f"A storm has no {name!r}; it has {', '.join(TABLES)}.")
    given = document.get("fault", [])
    if not isinstance(given, list):
        raise ValueError("In a storm fault is a list of tables, each under [[fault]].")
    switches = _checked("switches", document.get("switches", {}), Switches, without=("faults", "seed"))
    faults = tuple(_fault(number, each) for number, each in enumerate(given, 1))
    seed = _checked("the top", {"seed": document.get("seed", 1)}, Switches, without=())
    try:
        return Switches(faults=faults, **switches, **seed)
    except ValueError as error:
        raise ValueError(f"In a storm switches is wrong: {error}") from None


def _fault(number: int, given: Json) -> Fault:
    """Make one fault; lists and tables become what a fault holds."""
    where = f"fault {number}"
    if not isinstance(given, dict) or "kind" not in given:
        raise ValueError(f"In a storm {where} has no kind.")
    checked = _checked(where, given, Fault, without=())
    checked["headers"] = tuple(_lines(where, checked.get("headers", {})))
    checked["nth"] = tuple(_turns(where, checked.get("nth", [])))
    try:
        return Fault(**checked)
    except ValueError as error:
        raise ValueError(f"In a storm {where} is wrong: {error}") from None
    except re.error as error:
        raise ValueError(f"In a storm the path of {where} is no regular expression: {error}.") from None


def _lines(where: str, headers: Json) -> list[tuple[str, str]]:
    """Give header lines; a list of values makes several lines of one name."""
    if not isinstance(headers, dict):
        raise ValueError(f"In a storm the headers of {where} are a table of names and values.")
    return [
        (name, str(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def _turns(where: str, nth: Json) -> list[int]:
    if not isinstance(nth, list) or not all(isinstance(turn, int) for turn in nth):
        raise ValueError(f"In a storm nth of {where} is a list of whole numbers.")
    return nth


def _checked(where: str, given: Json, kind: type, *, without: tuple[str, ...]) -> dict[str, Json]:
    """Compare names and types with the fields of a record."""
    if not isinstance(given, dict):
        raise ValueError(f"In a storm {where} is a table of names and values.")
    known = {field.name: str(field.type) for field in fields(kind) if field.name not in without}
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"In a storm {where} has no {name!r}; there are {', '.join(known)}.")
        wanted = TYPES.get(known[name])
        if wanted is not None and (not isinstance(value, wanted) or isinstance(value, bool) != (bool in wanted)):
            raise ValueError(f"In a storm {name!r} of {where} must be {known[name]}, not {value!r}.")
    return dict(given)
