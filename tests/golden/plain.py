"""Frames and values as JSON, the same whichever pandas keeps them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

import numpy as np
import pandas as pd

from gcbulk.simulator.exchange import Json
from golden.layout import abridged


def frame(found: pd.DataFrame, *, most: int = 24) -> Json:
    """A frame: the type of each column, and a list for each line, its index first."""
    lines = [[plain(index), *map(plain, line)] for index, *line in found.itertuples(name=None)]
    types = [f"{name}:{_type(found.iloc[:, place])}" for place, name in enumerate(found.columns)]
    return {"columns": " ".join([f"({found.index.name or 'index'})", *types]), "lines": abridged(lines, most)}


def records(found: pd.DataFrame, *, most: int = 24, without: Sequence[str] = ()) -> Json:
    """The lines of a frame as objects that hold what is not empty."""
    names = [str(name) for name in found.columns]
    lines = [
        {name: plain(value) for name, value in zip(names, line, strict=True) if name not in without}
        for line in found.itertuples(index=False, name=None)
    ]
    return abridged([{name: value for name, value in line.items() if value is not None} for line in lines], most)


def plain(value: Json) -> Json:
    """A value as JSON has it; None for whatever pandas has for nothing."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and math.isinf(value):
        return str(value)
    return _composed(value)


def _composed(value: Json) -> Json:
    """A value that is made of others."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(one) for one in value)
    return str(value) if isinstance(value, Path) else value


def _type(column: pd.Series) -> str:
    """The type of a column; pandas 2 and 3 have different names for text."""
    if isinstance(column.dtype, pd.StringDtype):
        return "text"
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "category"
    return str(column.dtype)
