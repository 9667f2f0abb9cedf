"""API keys, and whether a request's token holds: signature, key, audience, issuer, times.

Tokens that published clients send and Apple accepts are accepted: without ``iat``, with ``aud`` as a list, and with
``sub: user`` in place of ``iss``.

Source: https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gcbulk.simulator.errors import RefusedError, SpoiledStateError, method_not_allowed, not_authorized
from gcbulk.simulator.exchange import Json

KEY_ID = "SIMULATED1"
ISSUER_ID = "5117a7ed-0000-4000-8000-000000000001"
AUDIENCE = "appstoreconnect-v1"
LONGEST_LIFE_S = 20 * 60
CACHED_TOKENS = 1000


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
    """Make a throw-away key in a folder, as App Store Connect hands them out, or take that of an earlier start.

    It is ``AuthKey_<KEYID>.p8``: PKCS#8 PEM, P-256, readable by its owner only. The service keeps the public half.

    Raises:
        SpoiledStateError: what is there is not such a key.
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


class TokenVerifier:
    """The keys that the service knows, and the tokens that it has verified.

    Args:
        tolerance_s: seconds of clock difference that a token is forgiven.
    """

    def __init__(self, *, tolerance_s: float) -> None:
        self.keys: dict[str, ApiKey] = {}
        self._tolerance_s = tolerance_s
        self._claims: dict[str, Mapping[str, Json]] = {}

    def revoke(self, key_id: str) -> None:
        """Forget a key and every token that was signed with it."""
        del self.keys[key_id]
        self._claims.clear()

    def verify(self, header: str, method: str, *, now: float) -> None:
        """Let a request with that Authorization header pass, or refuse it.

        Raises:
            RefusedError: 401 for a token that does not hold, 405 for a write with a scoped one.
        """
        scheme, _, token = header.partition(" ")
        claims = self._verified(token) if scheme == "Bearer" else None
        if claims is None or not _is_timely(claims, now=now, tolerance_s=self._tolerance_s):
            raise RefusedError(not_authorized())
        if "scope" in claims and method != "GET":
            raise RefusedError(method_not_allowed())

    def _verified(self, token: str) -> Mapping[str, Json] | None:
        if token not in self._claims:
            claims = self._decoded(token)
            if claims is None:
                return None
            if len(self._claims) >= CACHED_TOKENS:
                self._claims.clear()
            self._claims[token] = claims
        return self._claims[token]

    def _decoded(self, token: str) -> Mapping[str, Json] | None:
        """Give the claims of a token that was signed by a known key for us; time is looked at elsewhere."""
        try:
            key = self.keys[jwt.get_unverified_header(token)["kid"]]
            options: Json = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
            claims: Mapping[str, Json] = jwt.decode(
                token, key.public, algorithms=["ES256"], audience=AUDIENCE, options=options
            )
        except (jwt.InvalidTokenError, KeyError, TypeError):
            return None
        return claims if _is_from(claims, key) else None


def sign(key: ApiKey, *, now: float, life_s: float = 600) -> str:
    """Sign a token as a well-behaved client would."""
    claims = {"iss": key.issuer_id, "iat": int(now - 30), "exp": int(now + life_s), "aud": AUDIENCE}
    return jwt.encode(claims, key.path.read_bytes(), algorithm="ES256", headers={"kid": key.key_id})


def _is_from(claims: Mapping[str, Json], key: ApiKey) -> bool:
    if "iss" in claims:
        return bool(claims["iss"] == key.issuer_id)
    return claims.get("sub") == "user"


def _is_timely(claims: Mapping[str, Json], *, now: float, tolerance_s: float) -> bool:
    expires, issued = _time(claims.get("exp")), _time(claims.get("iat", now))
    if expires is None or issued is None:
        return False
    lives = now < expires and issued <= now + tolerance_s
    return lives and max(expires - issued, expires - now) <= LONGEST_LIFE_S + tolerance_s


def _time(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
