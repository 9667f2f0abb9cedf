"""Questions asked of the service just once, so that whatever is wrong with it is reported right away.

A run asks patiently, through `client.Client`. Here nothing waits and nothing is sent again, except with a token signed
anew, once, by the service's clock.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.service.clock import Clock
from gcbulk.service.signing import Signer
from gcbulk.service.transport import Connection
from gcbulk.settings import Settings

ATTEMPT_S = 20.0


class Probe:
    """A connection to ask over; closed by `close`.

    Args:
        settings: where and as whom.
        clock: whose time counts.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self._signer = Signer(settings.credentials, clock)
        self._connection = Connection(settings.base_url, self._signer, attempt_s=ATTEMPT_S)
        self.ahead_s: float | None = None

    def ask(self, call: Call) -> Reply | NoReply:
        """The answer to a call that changes nothing; `ahead_s` then says how far the service's clock is ahead."""
        reply = self._asked(call)
        if isinstance(reply, Reply) and reply.status == 401:
            self._signer.renew(self._connection.token, reply.headers.get("date"))
            reply = self._asked(call)
        return reply

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _asked(self, call: Call) -> Reply | NoReply:
        reply = self._connection.exchange(call)
        if isinstance(reply, Reply):
            try:
                told = parsedate_to_datetime(reply.headers.get("date", ""))
                self.ahead_s = (told.replace(tzinfo=told.tzinfo or UTC) - self._clock.now()).total_seconds()
            except (ValueError, TypeError, OverflowError):
                self.ahead_s = None
        return reply
