"""Addresses that a service could put into an answer, so that somebody who follows it ends up somewhere else."""

from __future__ import annotations

from dataclasses import dataclass

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Trick:
    """An address that leads somewhere else than it seems to, or nowhere.

    Args:
        address: as it is put into an answer; ``{own}`` is the simulator's port, ``{trap}`` the trap's.
        parts: where parts of pictures may go because of it, which know no token: over https, or on this machine;
            port 0 is the trap's. None where nothing may go.
    """

    address: str
    parts: Place | None = None

    def at(self, own: int, trap: int) -> str:
        """The address with its ports."""
        return self.address.replace("{own}", str(own)).replace("{trap}", str(trap))


TRICKS = (
    # another port, scheme or host
    Trick("http://127.0.0.1:{trap}/v1/apps", ("127.0.0.1", 0)),
    Trick("https://127.0.0.1:{trap}/v1/apps", ("127.0.0.1", 0)),
    Trick("https://127.0.0.1:{own}/v1/apps"),
    Trick("http://localhost:{trap}/v1/apps", ("localhost", 0)),
    Trick("https://evil.invalid/v1/apps", ("evil.invalid", 443)),
    Trick("http://evil.invalid/v1/apps"),
    Trick("HTTP://127.0.0.1:{trap}/", ("127.0.0.1", 0)),
    Trick("HTTPS://EVIL.INVALID:{trap}/", ("evil.invalid", 0)),
    # users and passwords
    Trick("http://127.0.0.1:{own}@evil.invalid/"),
    Trick("https://127.0.0.1:{own}@evil.invalid/"),
    Trick("http://127.0.0.1:{own}:secret@127.0.0.1:{trap}/"),
    Trick("https://[::1]@evil.invalid/"),
    # backslashes, blanks, controls
    Trick("http://evil.invalid\\@127.0.0.1:{own}/"),
    Trick("http://127.0.0.1:{own}\\@evil.invalid/"),
    Trick("\\\\evil.invalid/v1"),
    Trick("https:\\\\evil.invalid/v1"),
    Trick("/\\evil.invalid/v1"),
    Trick("ht\ttps://evil.invalid/"),
    Trick("https://evil\n.invalid/"),
    Trick("https://evil.invalid/\r\nAuthorization: x"),
    Trick(" https://evil.invalid/"),
    Trick("https://evil.invalid\x00.127.0.0.1:{own}/"),
    # slashes and dots
    Trick("//evil.invalid/v1/apps"),
    Trick("///evil.invalid/v1/apps"),
    Trick("////evil.invalid/v1/apps"),
    Trick("https:evil.invalid/v1"),
    Trick("https:///evil.invalid/v1"),
    Trick("../../..//evil.invalid/v1"),
    Trick("/v1/../..//evil.invalid/"),
    # names that look alike
    Trick("https://аpi.appstoreconnect.apple.com/", ("xn--pi-6kc.appstoreconnect.apple.com", 443)),
    Trick("https://xn--pi-6kc.appstoreconnect.apple.com/", ("xn--pi-6kc.appstoreconnect.apple.com", 443)),
    Trick("http://127。0。0。1:{trap}/"),
    Trick("http://ⓛocalhost:{trap}/"),
    Trick("https://evil.invalid./", ("evil.invalid.", 443)),
    Trick("http://127.0.0.1.:{trap}/"),
    Trick("http://127.0.0.1.evil.invalid:{own}/"),
    Trick("http://%31%32%37.0.0.1:{trap}/"),
    Trick("http://127.0.0.1%3a{own}@evil.invalid/"),
    # other forms of this machine's number
    Trick("http://[::1]:{trap}/", ("::1", 0)),
    Trick("http://[::ffff:127.0.0.1]:{trap}/"),
    Trick("http://0x7f.1:{trap}/"),
    Trick("http://2130706433:{trap}/"),
    Trick("http://0:{trap}/"),
    # other schemes
    Trick("file:///etc/passwd"),
    Trick("data:application/json,%7B%22data%22%3A%5B%5D%7D"),
    Trick("javascript:alert(1)"),
    Trick("ftp://127.0.0.1:{trap}/"),
    Trick("unix:/var/run/docker.sock"),
    Trick("ws://127.0.0.1:{trap}/"),
    # none at all, too much, or a piece
    Trick(""),
    Trick("http://"),
    Trick("http://[::1"),
    Trick("http://127.0.0.1:99999/"),
    Trick("https://evil..invalid/", ("evil..invalid", 443)),
    Trick("https://" + "a" * 300 + ".invalid/", ("a" * 300 + ".invalid", 443)),
    Trick("https://evil.invalid/" + "x" * 70_000),
    Trick("http://127.0.0.1:{own}#@evil.invalid/"),
    Trick("http://127.0.0.1:{own}?@evil.invalid/"),
    Trick("?cursor=https://evil.invalid/"),
    Trick("v1/apps#//evil.invalid"),
)
assert len({trick.address for trick in TRICKS}) == len(TRICKS) == 60
