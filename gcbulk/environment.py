"""Read the environment, and decide where gcbulk keeps its journal and the reports it rescues."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gcbulk.errors import SettingsError
from gcbulk.hidden import PROCESS
from gcbulk.options import path

KEY_VARIABLES = (
    "ASC_KEY_ID",
    "ASC_ISSUER_ID",
    "ASC_PRIVATE_KEY_PATH",
    "ASC_PRIVATE_KEY",
    "ASC_PRIVATE_KEY_B64",
    "APP_STORE_CONNECT_API_KEY_PATH",
    "APP_STORE_CONNECT_API_KEY_KEY_ID",
    "APP_STORE_CONNECT_API_KEY_ISSUER_ID",
    "APP_STORE_CONNECT_API_KEY_KEY_FILEPATH",
    "APP_STORE_CONNECT_API_KEY_KEY",
)
"""The environment variables that name a key, or are one."""
_YES, _NO = ("1", "true", "yes"), ("0", "false", "no")


def is_set(environ: Mapping[str, str], name: str) -> bool:
    """Whether a variable is set; its value is kept in no variable here, for it may be the key.

    Raises:
        SettingsError: it is set and empty, as a secret is that a CI system does not have: without it gcbulk would go
            on as somebody else.
    """
    if name in environ and not environ[name].strip():
        individual = " For an individual key, which has no issuer id, unset it." if "ISSUER" in name else ""
        raise SettingsError(
            f"The environment variable {name} is set and empty. Give it a value, or unset it.{individual}"
        )
    return name in environ


def is_yes(environ: Mapping[str, str], name: str) -> bool:
    """Whether a variable says yes.

    Raises:
        SettingsError: it says neither yes nor no.
    """
    if not is_set(environ, name):
        return False
    said = environ[name].strip().lower()
    if said not in (*_YES, *_NO):
        raise SettingsError(f"The environment variable {name} has to be one of {', '.join((*_YES, *_NO))}.")
    return said in _YES


def journal_path(value: object) -> Path:
    """The path of a journal.

    Raises:
        SettingsError: it can be no file's.
    """
    chosen = path(value, "journal")
    if not chosen.name:
        raise SettingsError(f"journal is {chosen}, a folder. Name the file in it: journal.sqlite3.")
    return chosen


def state_dir(environ: Mapping[str, str] = PROCESS) -> Path:
    """The folder for journals and rescued reports: ``$GCBULK_HOME``, else ``~/.gcbulk``.

    Raises:
        SettingsError: ``$GCBULK_HOME`` is set and empty, or can be no path.
    """
    name = "GCBULK_HOME"
    return path(environ[name], name) if is_set(environ, name) else Path.home() / ".gcbulk"
