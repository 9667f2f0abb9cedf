"""Servers on loopback that do with each connection what they are told, bytes alone: no HTTP library is in between."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import ssl
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Act: TypeAlias = Callable[[socket.socket, int], None]
"""What a server does with a connection, the count of connections so far given."""


class Server:
    """A server that does with each connection what it is told, and keeps what it was sent."""

    def __init__(self, act: Act, context: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self._act = act
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            peer.settimeout(5)
            with contextlib.suppress(OSError), peer, self._secured(peer) as secured:
                self._act(secured, self.connections)

    def _secured(self, peer: socket.socket) -> socket.socket:
        return self._context.wrap_socket(peer, server_side=True) if self._context else peer

    def close(self) -> None:
        """End the server."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def answer(body: bytes, status: bytes = b"201 Created", *headers: bytes) -> bytes:
    """Give an answer's bytes."""
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def reset(peer: socket.socket) -> None:
    """Close with a reset."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def serving(data: bytes) -> Act:
    """Give the act that answers every request of a connection with the same bytes."""

    def act(peer: socket.socket, _: int) -> None:
        while read_request(peer):
            peer.sendall(data)

    return act


def read_request(peer: socket.socket) -> bytes:
    """Read one request with its body; nothing at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < _length(data):
        if not (chunk := peer.recv(65536)):
            return b""
        data += chunk
    return data


def _length(data: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length: (\d+)", data)
    return int(found[1]) if found else 0


def certificate(*, days: int = 1) -> tuple[bytes, bytes]:
    """Give a certificate for 127.0.0.1 that nobody but itself has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(pem), secret


def tls(folder: Path) -> ssl.SSLContext:
    """Give a server's TLS with a certificate that nobody vouches for."""
    made, secret = certificate()
    (folder / "cert.pem").write_bytes(made)
    (folder / "key.pem").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
