"""One connection to the service, with exact evidence of what happened on it.

A `NoReply` says whether a byte of the request may have left this machine. One deadline covers a whole attempt, however
slowly the bytes trickle in, and the size of a body is capped.
"""

from __future__ import annotations

import re
import ssl
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import cast

import httpcore
import httpx

from gcbulk import __version__
from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.appstore.replies import Verdict, judge
from gcbulk.errors import ServiceError
from gcbulk.records import Json
from gcbulk.service.addresses import addresses_of
from gcbulk.service.framing import has_leftover
from gcbulk.service.signing import Bearer, Signer, same_origin
from gcbulk.settings import HiddenText

ATTEMPT_S = 60.0
"""The longest that one attempt may take, from connecting to the last byte."""
CONNECT_S = 10.0
"""The longest that connecting may take, over all addresses of the host's name, its look-up among it."""
MAX_BODY_BYTES = 8 * 1024 * 1024
USER_AGENT = f"gcbulk/{__version__}"


class Connection:
    """One keep-alive connection for one worker; not to be shared between threads.

    Args:
        base_url: the service's origin.
        signer: where tokens come from.
        attempt_s: the deadline of an attempt, in seconds.
    """

    def __init__(self, base_url: str, signer: Signer, *, attempt_s: float = ATTEMPT_S) -> None:
        self._origin = httpx.URL(base_url)
        self._attempt_s = attempt_s
        self._wire = _Wire()
        self._urls: dict[str, httpx.URL] = {}  # parsing one costs as much as a fifth of a request
        self._bearer = Bearer(signer, self._origin)
        self._transport = _Transport(self._wire)

    @property
    def token(self) -> HiddenText:
        """The token that the last request showed."""
        return self._bearer.token

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def exchange(self, call: Call) -> Reply | NoReply:
        """Send a call once and read its answer; after one that cannot be used the connection is not used again.

        Raises:
            ServiceError: the call's URL, taken from an answer, leads to another host or is none.
        """
        request = self._request(call)
        self._wire.begin(self._attempt_s)
        result = _exchanged(self._transport, request, self._wire)
        if judge(call, result) is Verdict.UNKNOWN:
            self._wire.drop()  # what comes next on it may be the answer that this one should have been
        return result

    def _request(self, call: Call) -> httpx.Request:
        url = self._urls.get(call.path) or self._url(call.path)
        headers = _HEADERS if call.body is None else _HEADERS_WITH_BODY
        request = httpx.Request(call.method, url, params=call.params or None, headers=headers, content=call.body)
        self._bearer.sign(request)
        return request

    def _url(self, path: str) -> httpx.URL:
        try:
            url = self._origin.join(path)
        except (httpx.InvalidURL, ValueError):
            raise _misled("an address that is none") from None
        if not same_origin(url, self._origin):
            raise _misled(f"another host ({url.host})")
        self._urls[path] = url
        return url


class PlainConnection:
    """A connection to the addresses that parts of pictures go to, which knows no token; not to be shared.

    Args:
        attempt_s: the deadline of an attempt, in seconds.
    """

    def __init__(self, *, attempt_s: float = ATTEMPT_S) -> None:
        self._attempt_s = attempt_s
        self._wire = _Wire()
        self._transport = _Transport(self._wire)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def send(self, method: str, url: str, headers: Sequence[tuple[str, str]], content: bytes) -> Reply | NoReply:
        """Send bytes once, with just these headers and their length, and read the answer."""
        try:
            request = httpx.Request(method, url, headers=list(headers), content=content)
        except (httpx.InvalidURL, ValueError) as error:
            return NoReply(sent=False, reason=f"the address cannot be used: {type(error).__name__}", final=True)
        self._wire.begin(self._attempt_s)
        return _exchanged(self._transport, request, self._wire)


_HEADERS = httpx.Headers({"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": USER_AGENT})
_HEADERS_WITH_BODY = httpx.Headers([*_HEADERS.items(), ("Content-Type", "application/json")])
_FAILURES = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)
"""What httpcore raises when an attempt fails."""


class _UnusableError(Exception):
    """The body of an answer is larger than anything the service sends, or is packed in a way that is not read."""


def _exchanged(transport: _Transport, request: httpx.Request, wire: _Wire) -> Reply | NoReply:
    try:
        response = transport.handle_request(request)
        try:
            reply = _reply(response)
        finally:
            response.close()
        if reply.status >= 500 or reply.status == 408 or has_leftover(wire.received):
            wire.drop()
        return reply
    except (*_FAILURES, _UnusableError) as error:
        return _no_reply(error, wire)
    except BaseException as error:
        # A mistake of ours, or Ctrl-C. The libraries' frames hold the header with the token, so they are not kept.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        raise


def _no_reply(error: Exception, wire: _Wire) -> NoReply:
    certificate = _cause(error, ssl.SSLCertVerificationError)
    if certificate is not None:
        return NoReply(sent=False, reason=f"the certificate does not verify: {certificate}", final=True)
    # What the parser quotes of an answer stays out: it may be an echo of the request, token and all.
    words = re.split(r":? *\bbytearray\(", str(error))[0]
    return NoReply(sent=wire.written, reason=f"{type(error).__name__}: {words}".rstrip(": "))


def _misled(where: str) -> ServiceError:
    return ServiceError(
        f"The service's answer points to {where}; that is not followed, because the token would go there. Nothing "
        "more was sent."
    )


def _reply(response: httpx.Response) -> Reply:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _UnusableError(_TOO_LARGE)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, _unpacked(bytes(body), headers.get("content-encoding", "")))


def _unpacked(body: bytes, encoding: str) -> bytes:
    # httpx unpacks a whole chunk at once, however much it becomes, and takes a packed body that is cut off for whole.
    if not body or encoding.strip().lower() in ("", "identity"):
        return body
    if encoding.strip().lower() != "gzip":
        raise _UnusableError("the answer is packed in a way that was not asked for")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise _UnusableError("the answer is packed, and broken") from None
    if len(plain) > MAX_BODY_BYTES:
        raise _UnusableError(_TOO_LARGE)
    if not unpacker.eof or unpacker.unused_data:
        raise _UnusableError("the answer is packed, and cut off")
    return plain


_TOO_LARGE = "the answer is larger than anything the service sends"


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


class _Wire:
    """What the attempt under way may do and has done: its deadline, whether a byte was written, what came back."""

    def __init__(self) -> None:
        self.written = False
        self.received = bytearray()
        self.stream: _Stream | None = None
        self._deadline = 0.0

    def begin(self, seconds: float) -> None:
        """Start an attempt with a deadline of so many seconds, and forget the one before."""
        self.written = False
        self.received.clear()
        self._deadline = time.monotonic() + seconds

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """The seconds that one operation may take: its own timeout, or less if the attempt's deadline is closer."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise late("the attempt's deadline has passed")
        return left if timeout is None else min(left, timeout)

    def drop(self) -> None:
        """Close the connection that the attempt went over; the next one opens another."""
        if self.stream is not None:
            self.stream.drop()


@cache
def certificates() -> ssl.SSLContext:
    """Whom to trust, read once: it costs as much as ten requests, and each worker has a connection of its own.

    It is httpx's own list, and as strict as a context of `ssl.create_default_context`. That itself would obey
    SSLKEYLOGFILE, and write down what every connection can be read with.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.version_info >= (3, 13):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cadata=files("certifi").joinpath("cacert.pem").read_text("ascii"))
    return context


class _Transport(httpx.BaseTransport):
    """Carries httpx's requests over a connection of httpcore that keeps to the wire's deadline.

    It is used without a client: httpx's own would add time-outs of five seconds, cookies, redirects and settings of the
    environment, none of which is wanted here, and takes a fifth of the time that a request costs. httpcore's errors are
    not turned into httpx's, which have the same names and say nothing more.
    """

    def __init__(self, wire: _Wire) -> None:
        self._connections = httpcore.ConnectionPool(
            ssl_context=certificates(), max_connections=1, keepalive_expiry=20.0, network_backend=_Backend(wire)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return the answer with its body still to be read."""
        url = request.url
        sent = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=cast(httpx.SyncByteStream, request.stream),
            extensions=request.extensions,
        )
        received = self._connections.handle_request(sent)
        return httpx.Response(
            received.status, headers=received.headers, stream=_Body(received), extensions=received.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


class _Body(httpx.SyncByteStream):
    """The body of an answer, as it comes in."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        """Release the answer's connection."""
        self._response.close()


class _Backend(httpcore.NetworkBackend):
    """Opens connections whose every read and write counts against the wire's deadline."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Json] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to one of the host's addresses; all of them together have `CONNECT_S`, or what the wire has left."""
        until = time.monotonic() + min(self._wire.left(timeout, httpcore.ConnectTimeout), CONNECT_S)
        try:
            addresses = addresses_of(host, port, within_s=until - time.monotonic())
        except UnicodeError:
            raise httpcore.ConnectError("the host's name cannot be one") from None
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        failure: Exception = httpcore.ConnectTimeout("no address was tried in time")
        for number, address in enumerate(addresses):
            # Each gets its share of what is left: one that never answers must not take the others' time.
            share_s = (until - time.monotonic()) / (len(addresses) - number)
            if share_s <= 0:
                break
            try:
                stream = self._backend.connect_tcp(address, port, share_s, local_address, socket_options)
                return _Stream(stream, self._wire)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to the wire's deadline and notes the first byte written."""

    def __init__(self, stream: httpcore.NetworkStream, wire: _Wire) -> None:
        self._stream = stream
        self._wire = wire
        self._is_dropped = False
        wire.stream = self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within the deadline, keeping what was received."""
        data = self._stream.read(max_bytes, self._wire.left(timeout, httpcore.ReadTimeout))
        self._wire.received += data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within the deadline, noting first that a byte may leave."""
        left = self._wire.left(timeout, httpcore.WriteTimeout)
        self._wire.written = True
        self._stream.write(buffer, left)

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def drop(self) -> None:
        """Close the connection in a way that makes httpcore replace it."""
        self._is_dropped = True
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Start TLS within the deadline, and keep watching the connection."""
        left = self._wire.left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._wire)

    def get_extra_info(self, info: str) -> Json:
        """Tell httpcore about the connection; a dropped one counts as ended."""
        if info == "is_readable" and self._is_dropped:
            return True  # an idle connection that can be read has ended, for httpcore, and is replaced
        return self._stream.get_extra_info(info)
