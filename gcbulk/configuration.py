"""What counts of each option that says where, as whom and how fast: arguments over the environment over files.

``gcbulk.toml`` in the state folder is the user's own and may say everything. One that lies beside a workbook may have
come with the workbook: it names the app and the pace, and may not say where tokens of the key go, which key that is,
or what was sent before. What belongs together, such as the parts of a key, is taken from one place.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

from gcbulk.environment import KEY_VARIABLES, is_set, is_yes, journal_path, state_dir
from gcbulk.errors import SettingsError
from gcbulk.hidden import PROCESS
from gcbulk.options import flag, identifier, path, text, whole

FILE = "gcbulk.toml"
_PROFILES = "profile"
_MOST_BYTES = 1024 * 1024
_Table: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Configured:
    """What counts of an option.

    Args:
        value: what it is; None where the environment holds it and it is nobody's business.
        source: where that stands, in words.
    """

    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class _Option:
    """An option that can be configured.

    Args:
        of: what it is a part of: all of that is taken from one place.
        read: makes a value of what a file holds, or raises a `SettingsError` with the option's name.
        anywhere: whether a file beside a workbook may set it.
        variable: the environment variable that sets it, None for none of its own.
    """

    of: str
    read: Callable[[object, str], object]
    anywhere: bool = False
    variable: str | None = None


OPTIONS: Mapping[str, _Option] = {
    "bundle_id": _Option("app", identifier, anywhere=True, variable="GCBULK_BUNDLE_ID"),
    "detail_id": _Option("app", identifier, anywhere=True),
    "base_url": _Option("service", text, variable="GCBULK_BASE_URL"),
    "force_base_url": _Option("service", flag),
    "key_id": _Option("key", identifier),
    "issuer_id": _Option("key", identifier),
    "key_path": _Option("key", path),
    "api_key_json": _Option("key", path),
    "journal": _Option("journal", lambda value, _: journal_path(value)),
    "requests_per_hour": _Option("requests_per_hour", whole, anywhere=True),
    "requests_per_minute": _Option("requests_per_minute", whole, anywhere=True),
    "read_only": _Option("read_only", flag, anywhere=True, variable="GCBULK_READ_ONLY"),
}
"""The options by their names in Python, in files, and with dashes on the command line."""

_UNSET = (("force_base_url", False), ("read_only", False))
"""Flags of the command line and of Python that were not given."""
_Layer: TypeAlias = dict[str, Configured]


def configured(
    given: Mapping[str, object],
    *,
    profile: str | None = None,
    beside: Path | None = None,
    environ: Mapping[str, str] = PROCESS,
) -> dict[str, Configured]:
    """What counts of each option that somebody or something sets.

    Args:
        given: what the arguments say; None and False say nothing.
        profile: the profile of the files that counts; else ``GCBULK_PROFILE``; without one what stands outside of
            profiles counts alone.
        beside: the folder of the workbook; None where there is none.
        environ: the environment.

    Returns:
        Value and source by the option's name; what nothing sets is not there.

    Raises:
        SettingsError: a file cannot be read, or says what it may not, or no file has the profile.
    """
    said = {name: value for name, value in given.items() if value is not None and (name, value) not in _UNSET}
    layers = [
        {name: Configured(value, "argument") for name, value in said.items()},
        _environment(environ),
        *_files(profile, beside, environ),
    ]
    found: _Layer = {}
    for part in dict.fromkeys(option.of for option in OPTIONS.values()):
        names = [name for name, option in OPTIONS.items() if option.of == part]
        first = next((layer for layer in layers if any(name in layer for name in names)), {})
        found.update({name: first[name] for name in names if name in first})
    refusing = [layer["read_only"] for layer in layers if "read_only" in layer and layer["read_only"].value]
    return {**found, "read_only": refusing[0]} if refusing else found


def files(beside: Path | None = None, environ: Mapping[str, str] = PROCESS) -> list[Path]:
    """Where files are looked for, the nearest first.

    Args:
        beside: the folder of the workbook; None where there is none.
        environ: the environment, which says where the state folder is.
    """
    own = state_dir(environ) / FILE
    near = [beside / FILE] if beside is not None and (beside / FILE).resolve() != own.resolve() else []
    return [*near, own]


def _environment(environ: Mapping[str, str]) -> _Layer:
    found = {
        name: Configured(option.read(environ[option.variable], option.variable), option.variable)
        for name, option in OPTIONS.items()
        if option.variable is not None and name != "read_only" and is_set(environ, option.variable)
    }
    if is_yes(environ, "GCBULK_READ_ONLY"):
        found["read_only"] = Configured(True, "GCBULK_READ_ONLY")
    if names := [name for name in KEY_VARIABLES if name in environ]:
        found["key_id"] = Configured(None, ", ".join(names))
    return found


def _files(profile: str | None, beside: Path | None, environ: Mapping[str, str]) -> list[_Layer]:
    """What the files say: the profile of each, the nearest first, then what stands outside of profiles."""
    variable = "GCBULK_PROFILE"
    if profile is None and is_set(environ, variable):
        profile = environ[variable]
    *_, own = found = files(beside, environ)
    read = [(file, _read(file, own)) for file in found]
    chosen = []
    if profile is not None:
        _require_profile(text(profile, "profile"), read)
        named = [(file, there[_PROFILES][profile]) for file, there in read if profile in there[_PROFILES]]
        chosen = [_layer(file, table, profile) for file, table in named]
    return [*chosen, *(_layer(file, {k: v for k, v in there.items() if k != _PROFILES}) for file, there in read)]


def _require_profile(profile: str, read: Sequence[tuple[Path, _Table]]) -> None:
    known = sorted({name for _, there in read for name in there[_PROFILES]})
    if profile not in known:
        there = f"There is {', '.join(known)}." if known else "There is none yet."
        raise SettingsError(
            f"No profile {profile!r} stands in {' or '.join(str(file) for file, _ in read)}. {there} A profile begins "
            f"with the line [profile.{profile}]."
        )


def _layer(file: Path, table: _Table, profile: str | None = None) -> _Layer:
    source = f"{file}, profile {profile}" if profile is not None else str(file)
    return {name: Configured(value, source) for name, value in table.items()}


def _read(file: Path, own: Path) -> _Table:
    """What a file says, each value looked at; of a file that is not there nothing.

    Args:
        file: the file.
        own: the user's own file, which may say everything.

    Raises:
        SettingsError: it cannot be read, is not TOML, or says what it may not.
    """
    try:
        content = _content(file, is_own=file == own)
        document = tomllib.loads(content.decode("utf-8-sig"))
    except FileNotFoundError:
        return {_PROFILES: {}}
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{file} is not TOML: {error}.") from None
    profiles = document.pop(_PROFILES, {})
    if not isinstance(profiles, dict) or not all(isinstance(table, dict) for table in profiles.values()):
        raise SettingsError(f"{file}: a profile is a table of its own, which begins with the line [profile.live].")
    read = {name: dict(_values(file, f"profile {name}: ", table, own)) for name, table in profiles.items()}
    return {**dict(_values(file, "", document, own)), _PROFILES: read}


def _content(file: Path, *, is_own: bool) -> bytes:
    found = file.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
        raise SettingsError(f"{file} is not a file of settings: it is a folder or device, or larger than 1 MiB.")
    if is_own and os.name == "posix" and found.st_mode & 0o022:
        raise SettingsError(
            f"{file} can be written by other people on this machine, and says where tokens of your key go. Make it "
            f"yours alone: chmod go-w '{file}'"
        )
    return file.read_bytes()


def _values(file: Path, where: str, table: _Table, own: Path) -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        option = OPTIONS.get(name)
        if option is None:
            near = get_close_matches(name, OPTIONS, n=1)
            hint = f"Is {near[0]} meant?" if near else f"There are {', '.join(OPTIONS)}."
            raise SettingsError(f"{file}: {where}there is no option {name!r}. {hint}")
        if file != own and not option.anywhere:
            raise SettingsError(
                f"{file}: {where}{name} may not stand beside a workbook, for the file may have come with it. Write it "
                f"into {own}, or give --{name.replace('_', '-')}."
            )
        try:
            read = option.read(value, name)
        except SettingsError as error:
            raise SettingsError(f"{file}: {where}{error}") from None
        yield name, file.parent / read.expanduser() if isinstance(read, Path) else read
