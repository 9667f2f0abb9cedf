"""Tokens over hours and with wrong clocks; and who gets to see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Thread
from typing import Protocol

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from gcbulk.service.clock import Clock
from gcbulk.service.signing import Bearer, Signer, same_origin
from gcbulk.settings import Credentials


class Time(Clock, Protocol):
    """The virtual clock of conftest.py."""

    def advance(self, seconds: float) -> None: ...


KEY = ec.generate_private_key(ec.SECP256R1())
TEAM = Credentials("KEY1234567", "issuer-1", KEY)


def is_valid(token: str, at: datetime) -> bool:
    """Whether a service whose clock says so takes the token."""
    claims = jwt.decode(
        token,
        KEY.public_key(),
        algorithms=["ES256"],
        audience="appstoreconnect-v1",
        options={"verify_exp": False, "verify_iat": False},
    )
    return bool(claims["iat"] <= at.timestamp() < claims["exp"])


def test_eight_hours_take_few_tokens_and_each_is_valid(clock: Time) -> None:
    """F10: through a run of hours every token shown is valid, for two minutes at least, and few are made."""
    signer = Signer(TEAM, clock)
    tokens = []
    for _ in range(8 * 3600 // 10):
        token = signer.token()
        assert is_valid(token, clock.now())
        assert is_valid(token, clock.now() + timedelta(seconds=110))
        tokens.append(token)
        clock.advance(10)
    assert len(set(tokens)) <= 8 * 3600 // (9 * 60) + 1


def test_a_token_is_used_again(clock: Time) -> None:
    """One token serves until it is nearly over."""
    signer = Signer(TEAM, clock)
    first = signer.token()
    clock.advance(9 * 60)
    assert signer.token() == first
    clock.advance(60)
    assert signer.token() != first


def test_header_of_the_token(clock: Time) -> None:
    """A token is ES256, names the key, and carries no scope."""
    token = Signer(TEAM, clock).token()
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "KEY1234567", "typ": "JWT"}


SKEWS = [-86400, -3600, -300, 0, 300, 3600, 86400]


@pytest.mark.parametrize("skew_s", SKEWS)
def test_a_wrong_clock_costs_one_refusal(clock: Time, skew_s: int) -> None:
    """F9: with a clock wrong by up to a day one 401 teaches the service's time, for the hours that follow."""
    signer = Signer(TEAM, clock)
    refusals = 0
    for _ in range(200):
        theirs = clock.now() - timedelta(seconds=skew_s)
        if not is_valid(signer.token(), theirs):
            refusals += 1
            signer.renew(signer.token(), format_datetime(theirs, usegmt=True))
            assert is_valid(signer.token(), theirs)
        clock.advance(120)
    assert refusals == (0 if skew_s == 0 else 1)


@pytest.mark.parametrize(
    "date",
    [
        None,
        "",
        "soon",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Sun, 04 May 2025 10:00:33 -0000",
        "Sun, 04 May 2025 10:00:33 +9999",
        "99999999999999",
    ],
)
def test_any_date_is_survived(clock: Time, date: str | None) -> None:
    """A Date that is none, or absurd, changes nothing: the next token is dated by our clock."""
    signer = Signer(TEAM, clock)
    signer.renew(signer.token(), date)
    assert is_valid(signer.token(), clock.now())


def test_a_right_clock_is_not_corrected_by_seconds(clock: Time) -> None:
    """A Date a few seconds off, as any answer is when it arrives, corrects nothing."""
    signer = Signer(TEAM, clock)
    signer.renew(signer.token(), format_datetime(clock.now() - timedelta(seconds=15)))
    assert is_valid(signer.token(), clock.now() - timedelta(seconds=25))


def test_a_token_refused_twice_is_renewed_once(clock: Time) -> None:
    """When several workers are refused with one token, the first renewal serves them all."""
    signer = Signer(TEAM, clock)
    refused = signer.token()
    clock.advance(1)
    signer.renew(refused, None)
    renewed = signer.token()
    clock.advance(1)
    signer.renew(refused, None)
    assert signer.token() == renewed != refused


def test_workers_share_one_token(clock: Time) -> None:
    """Threads that ask at once get the same token."""
    signer = Signer(TEAM, clock)
    seen: list[str] = []
    workers = [Thread(target=lambda: seen.append(signer.token())) for _ in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(seen) == 16
    assert len(set(seen)) == 1


ORIGIN = httpx.URL("https://api.example.com")


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://api.example.com/v1/apps", True),
        ("https://api.example.com:443/v1/apps", True),
        ("https://API.EXAMPLE.COM/v1/apps", True),
        ("http://api.example.com/v1/apps", False),
        ("https://api.example.com:444/v1/apps", False),
        ("https://api.example.com.evil.example/v1/apps", False),
        ("https://evil.example/api.example.com", False),
        ("https://api.example.com@evil.example/", False),
        ("https://evil.example#https://api.example.com/", False),
        ("https://sub.api.example.com/", False),
    ],
)
def test_the_token_meets_the_service_alone(clock: Time, url: str, signed: bool) -> None:
    """T3: a request is signed when scheme, host and port are the service's, and never else."""
    request = httpx.Request("GET", url)
    Bearer(Signer(TEAM, clock), ORIGIN).sign(request)
    assert ("authorization" in request.headers) is signed
    assert same_origin(httpx.URL(url), ORIGIN) is signed


def test_nothing_secret_shows(clock: Time) -> None:
    """T1: neither key nor token is in a repr of what holds them."""
    signer = Signer(TEAM, clock)
    bearer = Bearer(signer, ORIGIN)
    shown = f"{signer!r} {bearer!r} {TEAM!r} {datetime.now(UTC)!r}"
    assert signer.token() not in shown
    assert "EllipticCurve" not in shown
