"""A throw-away API key, made the way App Store Connect hands one out.

What comes in: a folder. What goes out: `AuthKey_<KEYID>.p8` in it (PKCS#8 PEM, P-256, readable by its owner only)
and the public half, which is all that the service keeps.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gcbulk.simulator.errors import SpoiledStateError

KEY_ID = "SIMULATED1"
ISSUER_ID = "5117a7ed-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that the service accepts.

    Args:
        key_id: the ``kid`` of its tokens.
        issuer_id: the ``iss`` of its tokens, unless they are an individual's.
        path: the private half's file.
        public: the public half.
    """

    key_id: str
    issuer_id: str
    path: Path
    public: ec.EllipticCurvePublicKey


def make_key(folder: Path, *, key_id: str = KEY_ID, issuer_id: str = ISSUER_ID) -> ApiKey:
    """Make a key in a folder, or take the one that is there already from an earlier start.

    Args:
        folder: where the key file goes; made when it is not there.
        key_id: the key's id.
        issuer_id: the team's issuer id.

    Returns:
        The key.

    Raises:
        SpoiledStateError: what is there is no such key.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"AuthKey_{key_id}.p8"
    if not path.exists():
        _write_private(path, ec.generate_private_key(ec.SECP256R1()))
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise SpoiledStateError(f"{path} is no P-256 key; delete it and a new one is made")
    return ApiKey(key_id, issuer_id, path, private.public_key())


def _write_private(path: Path, private: ec.EllipticCurvePrivateKey) -> None:
    """Write the file with its final mode from the first byte on."""
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
