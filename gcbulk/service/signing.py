"""Tokens: signed when needed, used until shortly before they expire, shared by all workers.

Tokens are kept hidden. Only `Bearer` puts one on a request, and only for the service's own origin.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

import httpx
import jwt

from gcbulk.appstore import tokens
from gcbulk.service.clock import Clock
from gcbulk.settings import Credentials, HiddenText

WITHIN = timedelta(seconds=20)
"""A difference between the service's clock and ours that may be the answer's way here."""
BELIEVED = timedelta(days=3650)
"""A difference that no machine's clock has: the ``Date`` is wrong, not ours."""


class Signer:
    """Signs tokens with the key, and keeps the current one.

    Args:
        credentials: the API key.
        clock: the clock that tokens are dated by, corrected by what `renew` learns about the service's.
    """

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials = credentials
        self._clock = clock
        self._lock = Lock()
        self._ahead = timedelta(0)
        self._token = HiddenText()
        self._renew_at: datetime | None = None

    def token(self) -> HiddenText:
        """The current token, signed anew when it is nearly over."""
        with self._lock:
            now = self._clock.now() + self._ahead
            if self._renew_at is None or now >= self._renew_at:
                key = self._credentials
                self._token = HiddenText(
                    jwt.encode(
                        tokens.claims(key.issuer_id, now),
                        key.private_key,
                        algorithm="ES256",
                        headers=tokens.header(key.key_id),
                    )
                )
                self._renew_at = now - tokens.BACKDATED + tokens.LIFE - tokens.RENEW_BEFORE
            return self._token

    def renew(self, refused: str, service_date: str | None) -> None:
        """Sign anew after a refusal, by the service's clock when its ``Date`` is far from ours.

        Args:
            refused: the token that was refused; when another worker has renewed it already, that one is kept.
            service_date: the ``Date`` header of the refusal.
        """
        with self._lock:
            if refused != self._token:
                return
            self._renew_at = None
            try:
                difference = parsedate_to_datetime(service_date or "") - self._clock.now()
            except (ValueError, TypeError, OverflowError):
                return
            self._ahead = difference if WITHIN < abs(difference) < BELIEVED else timedelta(0)


class Bearer:
    """Puts the current token on a request; nothing else does."""

    def __init__(self, signer: Signer, origin: httpx.URL) -> None:
        self._signer = signer
        self._origin = origin
        self.token = HiddenText()  # the one shown last: another worker may have renewed it meanwhile

    def sign(self, request: httpx.Request) -> None:
        """Sign the request when it goes to the service's own origin, and only then."""
        if same_origin(request.url, self._origin):
            self.token = self._signer.token()
            request.headers["Authorization"] = f"Bearer {self.token:secret}"


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether scheme, host and port are the same."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
