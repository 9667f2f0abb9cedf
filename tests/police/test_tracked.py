"""Nothing that is committed holds a secret, or names a folder of somebody's machine."""

from __future__ import annotations

import re

from tracked_files import ROOT, tracked

SECRETS = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}"
    rb"|\beyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\."
    rb"|\bgh[pousr]_[A-Za-z0-9]{30}|\bgithub_pat_\w{20}|\bAKIA[A-Z0-9]{16}\b|\bxox[abp]-[\w-]{10}"
)
# A folder below one of these is somebody's own; /tmp, /usr and the like are everybody's.
MACHINES = re.compile(rb"(?<![\w.~/])/(?:home|Users|root|work|mnt|media|workspace|workspaces)/[\w.-]+/?[\w.-]*")
EXAMPLES = re.compile(rb"/(?:home|Users)/(?:me|you|somebody|user|name)\b")

INDEXES = re.compile(
    rb"(?i)\bpy" + rb"pi\b|python" + rb"hosted|--(?:default-|extra-)?index(?:-url)?[ =]\S*/|index_?url *= *\S*/"
)


def found(pattern: re.Pattern[bytes]) -> dict[str, list[bytes]]:
    """What a pattern finds in the tracked files, by file."""
    hits = {str(path.relative_to(ROOT)): pattern.findall(path.read_bytes()) for path in tracked()}
    return {name: hit for name, hit in hits.items() if hit}


def test_no_secret_is_tracked() -> None:
    """No key, no token, not even a throw-away one."""
    assert found(SECRETS) == {}


def test_no_folder_of_a_machine_is_tracked() -> None:
    """Whatever is committed works on every machine."""
    hits = {name: [hit for hit in hits if not EXAMPLES.match(hit)] for name, hits in found(MACHINES).items()}
    assert {name: hit for name, hit in hits.items() if hit} == {}


def test_no_index_is_named() -> None:
    """Packages come from the index that a machine is set up with, so that a mirror serves as well."""
    assert found(INDEXES) == {}


def test_the_search_would_find_them() -> None:
    """The patterns do find a key, a token, a folder and an index."""
    key = b"-----BEGIN PRIVATE" + b" KEY-----\nMIGHAgEAMBMGByqGSM49"
    token = b"ey" + b"JhbGciOiJFUzI1NiIsImtpZCI.eyJhdWQiOiJhcHBzdG9yZWNv.c2lnbmF0dXJl"
    assert SECRETS.search(key)
    assert SECRETS.search(token)
    assert MACHINES.search(b"see /ho" + b"me/anna/game.xlsx")
    assert INDEXES.search(b"https://py" + b"pi.org/simple")
    assert INDEXES.search(b"--default-index" + b" https://mirror.example.com/simple")


def test_what_make_makes_is_not_tracked() -> None:
    """Environments, caches, keys and journals stay out of the repository."""
    names = [str(path.relative_to(ROOT)) for path in tracked()]
    ending = (".p8", ".sqlite3", ".pyc", ".pem", ".log", ".tmp")
    assert not [name for name in names if name.endswith(ending) or name.startswith((".venv/", "demo/", "build/"))]
