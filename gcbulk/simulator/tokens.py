"""Whether a request's token holds: signature, key, audience, issuer, times.

What comes in: the Authorization header and the time. What goes out: nothing, or the refusal that the service gives.
Tokens that published clients send and Apple takes are taken: without ``iat``, with ``aud`` as a list, and with
``sub: user`` in place of ``iss``.

Source: https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from __future__ import annotations

from collections.abc import Mapping

import jwt

from gcbulk.simulator.errors import RefusedError, method_not_allowed, not_authorized
from gcbulk.simulator.exchange import Json
from gcbulk.simulator.keys import ApiKey

AUDIENCE = "appstoreconnect-v1"
LONGEST_LIFE_S = 20 * 60
CACHED_TOKENS = 1000


class Gate:
    """The keys the service knows, and the tokens that it has verified.

    Args:
        tolerance_s: seconds of clock difference that a token is forgiven.
    """

    def __init__(self, *, tolerance_s: float) -> None:
        self.keys: dict[str, ApiKey] = {}
        self._tolerance_s = tolerance_s
        self._claims: dict[str, Mapping[str, Json]] = {}

    def revoke(self, key_id: str) -> None:
        """Forget a key and every token that was signed with it.

        Args:
            key_id: the key's id.
        """
        del self.keys[key_id]
        self._claims.clear()

    def admit(self, header: str, method: str, *, now: float) -> None:
        """Let a request pass, or refuse it.

        Args:
            header: the value of the Authorization header; empty when there is none.
            method: the HTTP method.
            now: the service's time, in seconds since 1970.

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
    """Sign a token as a well-behaved client would.

    Args:
        key: the key.
        now: the time, in seconds since 1970.
        life_s: how long it holds.

    Returns:
        The token.
    """
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
