"""What a token says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcbulk.appstore import tokens

NOW = datetime(2025, 5, 4, 10, 0, 13, 999_999, tzinfo=UTC)


def test_header_names_the_key() -> None:
    """The header is alg, kid and typ, and nothing else."""
    assert tokens.header("ABC123DEFG") == {"alg": "ES256", "kid": "ABC123DEFG", "typ": "JWT"}


@pytest.mark.parametrize(
    ("issuer_id", "who"),
    [
        pytest.param(
            "57246542-96fe-1a63-e053-0824d011072a", {"iss": "57246542-96fe-1a63-e053-0824d011072a"}, id="team"
        ),
        pytest.param(None, {"sub": "user"}, id="individual"),
        pytest.param("", {"sub": "user"}, id="empty issuer"),
    ],
)
def test_claims_say_who(issuer_id: str | None, who: dict[str, str]) -> None:
    """A team key names its issuer, an individual key the subject; a scope is never set."""
    claims = tokens.claims(issuer_id, NOW)
    assert {name: value for name, value in claims.items() if name not in ("iat", "exp", "aud")} == who
    assert claims["aud"] == "appstoreconnect-v1"


@given(st.floats(9e8, 4e9).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_life_is_below_what_apple_allows(now: datetime) -> None:
    """A token lives 10 to 15 whole minutes, was issued a moment ago, and is valid long enough to be used."""
    claims = tokens.claims(None, now)
    assert 600 <= claims["exp"] - claims["iat"] <= 900
    assert 30 <= now.timestamp() - claims["iat"] <= 31
    assert claims["exp"] - now.timestamp() > tokens.RENEW_BEFORE.total_seconds()
