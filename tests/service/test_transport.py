"""One attempt over a real socket: what each accident leaves as evidence. The servers are threads on loopback."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import httpcore
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from loopback import Act, Server, answer, read_request, reset, serving, tls

from gcbulk.appstore.calls import Call, NoReply, Reply
from gcbulk.errors import ServiceError
from gcbulk.service import transport
from gcbulk.service.clock import SystemClock
from gcbulk.service.signing import Signer
from gcbulk.service.transport import ATTEMPT_S, Connection, PlainConnection
from gcbulk.settings import Credentials

KEY = ec.generate_private_key(ec.SECP256R1())
MADE = b'{"data":{"id":"a"}}'
CREATE = Call("POST", "/v2/gameCenterAchievements", body=b'{"data":{}}', repeatable=False)
READ = Call("GET", "/v1/apps", params=(("filter[bundleId]", "com.example.a b&c"), ("limit", "200")))


@pytest.fixture
def signer() -> Signer:
    """Give a signer with a throw-away key."""
    return Signer(Credentials("KEY1234567", "issuer", KEY), SystemClock())


Serve: TypeAlias = Callable[..., Server]
Connect: TypeAlias = Callable[..., Connection]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Give the maker of servers, all ended with the test."""
    with contextlib.ExitStack() as stack:

        def start(act: Act, context: ssl.SSLContext | None = None) -> Server:
            server = Server(act, context)
            stack.callback(server.close)
            return server

        yield start


@pytest.fixture
def connect(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Give the maker of connections, all closed with the test."""
    with contextlib.ExitStack() as stack:

        def make(url: str, attempt_s: float = 5.0) -> Connection:
            connection = Connection(url, signer, attempt_s=attempt_s)
            stack.callback(connection.close)
            return connection

        yield make


def test_a_request_is_exactly_what_it_should_be(serve: Serve, connect: Connect) -> None:
    """Method, path, headers and body go out as promised: Content-Type is application/json and nothing more."""
    requests: list[bytes] = []

    def act(peer: socket.socket, _: int) -> None:
        requests.append(read_request(peer))
        peer.sendall(answer(MADE, b"200 OK"))
        requests.append(read_request(peer))
        peer.sendall(answer(b"{}", b"200 OK"))

    server = serve(act)
    connection = connect(server.url)
    connection.exchange(CREATE)
    connection.exchange(READ)
    head, _, body = requests[0].partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines)
    assert first == b"POST /v2/gameCenterAchievements HTTP/1.1"
    assert body == b'{"data":{}}'
    assert headers[b"content-type"] == b"application/json"
    assert headers[b"authorization"].startswith(b"bearer ey")
    assert headers[b"accept-encoding"] == b"identity"
    assert requests[1].startswith(b"GET /v1/apps?filter%5BbundleId%5D=com.example.a+b%26c&limit=200 HTTP/1.1\r\n")
    assert b"content-type" not in requests[1].lower()
    assert server.connections == 1


def test_a_reply_is_kept_whole(serve: Serve, connect: Connect) -> None:
    """Status, headers by small names with repeats joined, and the body come back as they were."""
    headers = (b"X-Rate-Limit: user-hour-lim:3600;", b"x-rate-limit: user-minute-lim:5;", b"X-Odd: \xff\xfe")
    server = serve(serving(answer(b'{"data":{"id":"1"}}', b"201 Created", *headers)))
    found = connect(server.url).exchange(CREATE)
    assert isinstance(found, Reply)
    assert (found.status, found.body) == (201, b'{"data":{"id":"1"}}')
    assert found.headers["x-rate-limit"] == "user-hour-lim:3600;, user-minute-lim:5;"


def test_a_refused_connection_means_that_nothing_was_sent(connect: Connect) -> None:
    """Nobody listens: not one byte left, so the request may be sent again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = connect(f"http://127.0.0.1:{port}").exchange(CREATE)
    assert isinstance(found, NoReply)
    assert not found.sent
    assert not found.final


def test_a_name_that_does_not_resolve_means_that_nothing_was_sent(connect: Connect) -> None:
    """A host that is not found: not one byte left."""
    found = connect("http://nowhere.invalid").exchange(CREATE)
    assert isinstance(found, NoReply)
    assert not found.sent


WHOLE = answer(
    b'{"data":{"type":"gameCenterAchievements","id":"%s"}}' % (b"1" * 500), b"201 Created", b"Connection: close"
)
assert 600 <= len(WHOLE) <= 700


@pytest.mark.parametrize("end", [socket.socket.close, reset], ids=["closed", "reset"])
def test_an_answer_cut_off_anywhere_is_no_answer(
    serve: Serve, connect: Connect, end: Callable[[socket.socket], None]
) -> None:
    """F7: cut off at any byte, an answer never becomes a Reply, and the request counts as sent."""

    def act(peer: socket.socket, count: int) -> None:
        read_request(peer)
        peer.sendall(WHOLE[: count - 1])
        end(peer)

    connection = connect(serve(act).url)
    for offset in range(len(WHOLE)):
        found = connection.exchange(CREATE)
        assert isinstance(found, NoReply), offset
        assert found.sent, offset
        assert not found.final


def test_the_whole_answer_is_an_answer(serve: Serve, connect: Connect) -> None:
    """The answer of the test above is a Reply when its last byte is there."""
    found = connect(serve(serving(WHOLE)).url).exchange(CREATE)
    assert isinstance(found, Reply)


DRIPS = [
    pytest.param(b"HTTP/1.1 201 Created\r\nX: " + b"y" * 500, id="headers"),
    pytest.param(b"HTTP/1.1 201 Created\r\nContent-Length: 5000\r\n\r\n" + b"y" * 500, id="body"),
    pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 50, id="interim answers"),
    pytest.param(b"", id="nothing"),
]


@pytest.mark.parametrize("data", DRIPS)
def test_an_attempt_has_one_deadline_however_the_bytes_drip(serve: Serve, connect: Connect, data: bytes) -> None:
    """F6: each byte comes well within any time-out of a read, yet the attempt ends at its deadline."""

    def act(peer: socket.socket, _: int) -> None:
        read_request(peer)
        for place in range(len(data)):
            peer.sendall(data[place : place + 1])
            time.sleep(0.01)
        peer.recv(1)

    connection = connect(serve(act).url, attempt_s=0.3)
    began = time.monotonic()
    found = connection.exchange(CREATE)
    assert isinstance(found, NoReply)
    assert found.sent
    assert time.monotonic() - began < 1.5


def test_the_next_attempt_has_its_own_deadline_and_connection(serve: Serve, connect: Connect) -> None:
    """After an attempt that was cut off the connection is not used again, and the next one succeeds."""

    def act(peer: socket.socket, count: int) -> None:
        read_request(peer)
        if count == 1:
            peer.sendall(WHOLE[:300])
            peer.recv(1)
        peer.sendall(WHOLE)

    connection = connect(serve(act).url, attempt_s=0.3)
    assert isinstance(connection.exchange(CREATE), NoReply)
    assert isinstance(connection.exchange(CREATE), Reply)


def bomb(layers: int) -> bytes:
    """Give a body of 64 MiB of blanks, packed so many times over."""
    data = b" " * (64 * 1024 * 1024)
    for _ in range(layers):
        data = gzip.compress(data, 9)
    return data


BIG: dict[str, Callable[[], bytes]] = {
    "plain": lambda: answer(b"x" * 20_001),
    "chunked": lambda: (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 30
    ),
    "gzip": lambda: answer(bomb(1), b"200 OK", b"Content-Encoding: gzip"),
    "gzip twice": lambda: answer(bomb(2), b"200 OK", b"Content-Encoding: gzip, gzip"),
}
"""Each is made in its test: packing takes longer than the other tests of this file together."""


@pytest.mark.parametrize("kind", BIG)
def test_a_body_has_a_cap(serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """F8: a body larger than anything the service sends is no answer, and is not held in memory."""
    monkeypatch.setattr(transport, "MAX_BODY_BYTES", 20_000)
    found = connect(serve(serving(BIG[kind]())).url).exchange(CREATE)
    assert isinstance(found, NoReply)
    assert found.sent


PACKED = gzip.compress(b'{"data":{"id":"1"}}')


@pytest.mark.parametrize(
    ("encoding", "body", "reads"),
    [
        pytest.param(b"gzip", PACKED, b'{"data":{"id":"1"}}', id="gzip"),
        pytest.param(b"GZIP", PACKED, b'{"data":{"id":"1"}}', id="capitals"),
        pytest.param(b"identity", b"{}", b"{}", id="identity"),
        pytest.param(b"", b"{}", b"{}", id="empty"),
        pytest.param(b"gzip", PACKED[:-3], None, id="gzip cut off"),
        pytest.param(b"gzip", PACKED + b"more", None, id="more behind"),
        pytest.param(b"gzip", b"{}", None, id="no gzip"),
        pytest.param(b"br", b"{}", None, id="not asked for"),
    ],
)
def test_packed_bodies(serve: Serve, connect: Connect, encoding: bytes, body: bytes, reads: bytes | None) -> None:
    """Packed bodies are not asked for; gzip is read where it is whole, and anything else is no answer."""
    server = serve(serving(answer(body, b"200 OK", b"Content-Encoding: " + encoding)))
    found = connect(server.url).exchange(CREATE)
    assert (found.body if isinstance(found, Reply) else None) == reads


GARBAGE = [
    b"hello\r\n\r\n",
    b"HTTP/1.1 abc\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: soon\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 500_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
    b"\x00" * 500 + b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01",
]


@pytest.mark.parametrize("data", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_not_http_is_no_answer(serve: Serve, connect: Connect, data: bytes) -> None:
    """F8: anything but HTTP is no answer, and no exception."""

    def act(peer: socket.socket, _: int) -> None:
        read_request(peer)
        peer.sendall(data)

    found = connect(serve(act).url).exchange(CREATE)
    assert isinstance(found, NoReply)
    assert found.sent


def test_a_server_that_sends_the_request_back_learns_nothing_into_the_report(
    serve: Serve, connect: Connect, signer: Signer
) -> None:
    """T1: an echo of the request, which is no HTTP answer, does not put the token into the reason."""

    def act(peer: socket.socket, _: int) -> None:
        request = read_request(peer)
        token = request.lower().partition(b"bearer ")[2].partition(b"\r\n")[0]
        start = request.lower().index(token)
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + request[start : start + len(token)] + b"\r\n\r\n")

    found = connect(serve(act).url).exchange(CREATE)
    assert isinstance(found, NoReply)
    assert signer.token()[:20] not in found.reason


def test_redirects_are_not_followed(serve: Serve, connect: Connect) -> None:
    """T3: a redirect is an answer like any other; nobody is visited because of it."""
    trap = serve(serving(answer(b"{}")))
    location = b"Location: " + trap.url.encode() + b"/v1/apps"
    server = serve(serving(answer(b"", b"307 Temporary Redirect", location)))
    found = connect(server.url).exchange(READ)
    assert isinstance(found, Reply)
    assert found.status == 307
    assert trap.connections == 0


@pytest.mark.parametrize("location", [b"https:evil.invalid", b"////evil.invalid", b"\xff" * 70_000])
def test_where_a_redirect_leads_does_not_matter(serve: Serve, connect: Connect, location: bytes) -> None:
    """T3: nobody looks at the address of a redirect, so one that is none is an answer like any other."""
    found = connect(serve(serving(answer(b"", b"307 Temporary Redirect", b"Location: " + location))).url).exchange(READ)
    assert isinstance(found, Reply)
    assert found.status == 307


@pytest.mark.parametrize("host", ["a" * 64, "evil..invalid", "." * 5], ids=["long", "empty", "dots"])
def test_a_name_that_cannot_be_one_means_that_nothing_was_sent(connect: Connect, host: str) -> None:
    """A host whose name no system can look up is not reached, like any other that is not there."""
    with contextlib.closing(PlainConnection()) as plain:
        for found in (connect(f"http://{host}").exchange(CREATE), plain.send("PUT", f"https://{host}/", (), b"data")):
            assert isinstance(found, NoReply)
            assert not found.sent


TRICKS = [
    "http://127.0.0.1:{trap}/v1/apps",
    "http://127.0.0.1:{trap}",
    "//127.0.0.1:{trap}/v1/apps",
    "https://127.0.0.1:{own}/v1/apps",
    "HTTPS://127.0.0.1:{own}/v1/apps",
    "http://localhost:{own}/v1/apps",
    "http://127.0.0.1.evil.invalid:{own}/",
    "http://127.0.0.1:{own}@evil.invalid/",
    "http://127.0.0.1:{own}@127.0.0.1:{trap}/",
    "http://evil.invalid#@127.0.0.1:{own}/",
    "http://evil.invalid?@127.0.0.1:{own}/",
    "http://evil.invalid\\@127.0.0.1:{own}/",
    "\\\\127.0.0.1:{trap}/v1",
    "http:\\\\127.0.0.1:{trap}/v1",
    "/\\127.0.0.1:{trap}/v1",
    "http:///127.0.0.1:{trap}/",
    "http://127.1:{own}/",
    "http://2130706433:{own}/",
    "http://0x7f.0.0.1:{own}/",
    "http://[::1]:{own}/",
    "http://[::ffff:127.0.0.1]:{own}/",
    "http://１２７.0.0.1:{trap}/",
    "http://127。0。0。1:{trap}/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:soon/",
    "http://[::1/",
    "http://",
    "http://\x00/",
    "http://127.0.0.1:{trap}\r\nX: y/",
    "ftp://127.0.0.1:{own}/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,x",
    "ws://127.0.0.1:{own}/",
    "\x00",
    " http://127.0.0.1:{trap}/",
    "http://evil.invalid",
    "x" * 70_000,
    "http://" + "a" * 300 + ".invalid/",
]


@pytest.mark.parametrize("trick", TRICKS, ids=[ascii(trick)[:45] for trick in TRICKS])
def test_no_link_leads_the_token_elsewhere(serve: Serve, connect: Connect, trick: str) -> None:
    """T3: a link of an answer is followed at the service's own origin, or refused before anything is sent."""
    trap, own = serve(serving(answer(b"{}", b"200 OK"))), serve(serving(answer(b"{}", b"200 OK")))
    url = trick.replace("{trap}", str(trap.port)).replace("{own}", str(own.port))
    is_refused = False
    try:
        connect(own.url).exchange(Call("GET", url))
    except ServiceError:
        is_refused = True
    assert is_refused is (own.connections == 0)
    assert trap.connections == 0


def test_links_to_the_service_itself_are_followed(serve: Serve, connect: Connect) -> None:
    """An absolute link to the same scheme, host and port is followed with its query as it stands."""
    requests: list[bytes] = []

    def act(peer: socket.socket, _: int) -> None:
        requests.append(read_request(peer))
        peer.sendall(answer(b"{}", b"200 OK"))

    server = serve(act)
    connect(server.url).exchange(Call("GET", f"{server.url}/v1/apps?cursor=a%2Bb&limit=200"))
    assert requests[0].startswith(b"GET /v1/apps?cursor=a%2Bb&limit=200 HTTP/1.1\r\n")


def test_user_and_password_in_a_link_are_not_used(serve: Serve, connect: Connect) -> None:
    """A link with a user and password to the service itself still goes with the token and nothing else."""
    requests: list[bytes] = []

    def act(peer: socket.socket, _: int) -> None:
        requests.append(read_request(peer))
        peer.sendall(answer(b"{}", b"200 OK"))

    server = serve(act)
    connect(server.url).exchange(Call("GET", f"http://user:secret@127.0.0.1:{server.port}/v1/apps"))
    assert b"Bearer" in requests[0]
    assert b"Basic" not in requests[0]


def test_a_certificate_nobody_vouches_for_is_final(serve: Serve, connect: Connect, tmp_path: Path) -> None:
    """T4: a certificate that does not verify ends it: nothing was sent, and trying again is pointless."""
    seen: list[bytes] = []
    server = serve(lambda peer, _: seen.append(read_request(peer)), tls(tmp_path))
    found = connect(server.url).exchange(CREATE)
    assert isinstance(found, NoReply)
    assert (found.sent, found.final) == (False, True)
    assert "certificate" in found.reason
    assert seen == []


def test_the_environment_cannot_vouch_for_it(
    serve: Serve, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T4: no environment name makes a stranger's certificate good."""
    context = tls(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with contextlib.closing(Connection(serve(lambda peer, _: None, context).url, signer)) as connection:
        found = connection.exchange(CREATE)
    assert isinstance(found, NoReply)
    assert found.final


def test_tls_that_breaks_off_means_that_nothing_was_sent(serve: Serve, connect: Connect) -> None:
    """A handshake that fails for another reason is no answer either, and not a byte of the request left."""
    server = serve(lambda peer, _: peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    found = connect(server.url.replace("http", "https")).exchange(CREATE)
    assert isinstance(found, NoReply)
    assert (found.sent, found.final) == (False, False)


def test_over_tls_what_was_sent_counts_as_sent(
    serve: Serve, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over TLS the evidence is the same: an answer is read whole, and a break after the request is 'sent'."""
    made = tls(tmp_path)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    monkeypatch.setattr("gcbulk.service.transport.certificates", lambda: trusting)

    def act(peer: socket.socket, count: int) -> None:
        if count == 2:
            read_request(peer)
            return
        read_request(peer)
        peer.sendall(WHOLE)

    with contextlib.closing(Connection(serve(act, made).url, signer, attempt_s=5)) as connection:
        assert isinstance(connection.exchange(CREATE), Reply)
        found = connection.exchange(CREATE)
    assert isinstance(found, NoReply)
    assert found.sent


def test_neither_netrc_nor_proxy_is_honoured(
    serve: Serve, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T3: what stands in .netrc or names a proxy in the environment changes nothing."""
    trap = serve(serving(answer(b"{}", b"200 OK")))
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login user password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, trap.url)
    requests: list[bytes] = []

    def act(peer: socket.socket, _: int) -> None:
        requests.append(read_request(peer))
        peer.sendall(answer(b"{}", b"200 OK"))

    found = connect(serve(act).url).exchange(CREATE)
    assert isinstance(found, Reply)
    assert b"Basic" not in requests[0]
    assert trap.connections == 0


def test_a_connection_closed_while_idle_is_replaced_unnoticed(serve: Serve, connect: Connect) -> None:
    """A server that closes an idle connection costs a create nothing: it is seen before anything is sent."""

    def act(peer: socket.socket, _: int) -> None:
        read_request(peer)
        peer.sendall(answer(b"{}", b"200 OK"))

    server = serve(act)
    connection = connect(server.url)
    for count in range(1, 30):
        assert isinstance(connection.exchange(CREATE), Reply)
        until = time.monotonic() + 2
        while server.connections < count and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(0.005)  # the close has to arrive


def test_a_close_that_crosses_the_request_counts_as_sent(serve: Serve, connect: Connect) -> None:
    """A server that closes as the next request arrives: written is written, and it is never called not sent."""

    def act(peer: socket.socket, _: int) -> None:
        read_request(peer)
        peer.sendall(answer(MADE, b"200 OK"))
        read_request(peer)

    connection = connect(serve(act).url)
    assert isinstance(connection.exchange(CREATE), Reply)
    found = connection.exchange(CREATE)
    assert isinstance(found, NoReply)
    assert found.sent


THEIRS = answer(b'{"data":{"type":"theirs","id":"t"}}')
UNUSABLE = {
    "504": answer(b"<html>", b"504 Gateway Timeout"),
    "500, chunked": b"HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "408": answer(b"", b"408 Request Timeout"),
    "HTML": answer(b"<html>", b"200 OK"),
    "no id": answer(b"{}"),
    "redirect": answer(b"", b"302 Found", b"Location: /v1/apps"),
    "about something else": answer(b'{"data":{"type":"theirs","id":"t"}}'),
}


@pytest.mark.parametrize("name", UNUSABLE)
@pytest.mark.parametrize("late_s", [0.0, 0.05], ids=["at-once", "later"])
def test_what_follows_an_answer_that_cannot_be_used_is_not_read(
    serve: Serve, connect: Connect, name: str, late_s: float
) -> None:
    """F25: a late answer on the same connection is never taken for the one to the next request."""

    def act(peer: socket.socket, count: int) -> None:
        read_request(peer)
        if count > 1:
            peer.sendall(answer(MADE))
            return
        if late_s:
            peer.sendall(UNUSABLE[name])
            time.sleep(late_s)
            peer.sendall(THEIRS)
        else:
            peer.sendall(UNUSABLE[name] + THEIRS)
        peer.recv(1)

    create = Call("POST", "/v1/x", body=b'{"data":{"type":"ours"}}', repeatable=False)
    connection = connect(serve(act).url)
    connection.exchange(create)
    found = connection.exchange(Call("GET", "/v1/apps"))
    assert isinstance(found, Reply)
    assert found.body == MADE


@pytest.mark.parametrize("status", [b"201 Created", b"409 Conflict", b"429 Too Many Requests"])
def test_bytes_that_are_left_over_end_a_connection(serve: Serve, connect: Connect, status: bytes) -> None:
    """F25: after an answer that is followed by another one, a part of one at that, the connection is not used again."""

    def act(peer: socket.socket, count: int) -> None:
        read_request(peer)
        peer.sendall(answer(MADE, status) + THEIRS[:40] if count == 1 else answer(MADE))
        if count == 1:
            peer.recv(1)

    server = serve(act)
    connection = connect(server.url)
    assert isinstance(connection.exchange(READ), Reply)
    found = connection.exchange(READ)
    assert isinstance(found, Reply)
    assert (found.body, server.connections) == (MADE, 2)


def test_a_good_answer_keeps_the_connection(serve: Serve, connect: Connect) -> None:
    """Answers that can be used, refusals among them, cost no new connection, whatever form they have."""
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(MADE), MADE)
    good = [answer(MADE), chunked, answer(b"{}", b"404 Not Found"), answer(MADE)]

    def act(peer: socket.socket, _: int) -> None:
        for each in good:
            read_request(peer)
            peer.sendall(each)

    server = serve(act)
    connection = connect(server.url)
    assert all(isinstance(connection.exchange(CREATE), Reply) for _ in good)
    assert server.connections == 1


class _Timed(httpcore.MockStream):
    """A connection that notes how long each of its operations may take."""

    def __init__(self, answers: list[bytes], allowed_s: list[float | None]) -> None:
        super().__init__(answers)
        self._allowed_s = allowed_s

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._allowed_s.append(timeout)
        return super().read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._allowed_s.append(timeout)
        super().write(buffer, timeout)


def test_nothing_but_the_deadline_ends_an_attempt(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    """F26: each read and write may take what is left of the attempt's 60 s; httpx's own five seconds count nowhere."""
    allowed_s: list[float | None] = []
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", lambda *given, **more: _Timed([answer(MADE)], allowed_s))
    for attempt_s in (ATTEMPT_S, 20.0):
        allowed_s.clear()
        with contextlib.closing(Connection("http://127.0.0.1:1", signer, attempt_s=attempt_s)) as connection:
            assert isinstance(connection.exchange(CREATE), Reply)
        with contextlib.closing(PlainConnection(attempt_s=attempt_s)) as plain:
            assert isinstance(plain.send("PUT", "http://127.0.0.1:1/part", [], b"part"), Reply)
        assert len(allowed_s) >= 6
        assert all(seconds is not None and attempt_s - 5 < seconds <= attempt_s for seconds in allowed_s)
    assert ATTEMPT_S == 60.0
