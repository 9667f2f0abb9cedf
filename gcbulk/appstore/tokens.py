"""The header and claims of a JSON Web Token; it is signed in the service room, where the key is.

Source: https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gcbulk.records import Json

AUDIENCE = "appstoreconnect-v1"
LIFE = timedelta(minutes=12)
"""How long a token lives. Apple allows 20 minutes; exactly 20 fails when clocks differ, so stay well below."""
BACKDATED = timedelta(seconds=30)
"""How far back the token says it was issued, for a service whose clock is behind ours."""
RENEW_BEFORE = timedelta(minutes=2)
"""How long before its end a token is renewed."""


def header(key_id: str) -> dict[str, str]:
    """The token's header."""
    return {"alg": "ES256", "kid": key_id, "typ": "JWT"}


def claims(issuer_id: str | None, now: datetime) -> dict[str, Json]:
    """The token's claims: a team key names its issuer, an individual key (no issuer) the subject ``user``."""
    issued = int((now - BACKDATED).timestamp())
    times = {"iat": issued, "exp": issued + int(LIFE.total_seconds()), "aud": AUDIENCE}
    return {"iss": issuer_id, **times} if issuer_id else {"sub": "user", **times}
