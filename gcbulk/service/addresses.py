"""Look up the addresses of a host within a deadline.

The system's lookup has no timeout of its own and can take a minute on a flaky network.
"""

from __future__ import annotations

import socket
from queue import Empty, SimpleQueue
from threading import Thread


def addresses_of(host: str, port: int, *, within_s: float) -> list[str]:
    """Look up a host's name.

    Args:
        host: the name; an address is returned as it is.
        port: where on the host.
        within_s: how long to wait for the answer at most, in seconds.

    Returns:
        Its addresses, each once, in the order in which the system prefers them; at least one.

    Raises:
        OSError: the name is not known, or the lookup took too long.
        UnicodeError: this cannot be a host's name.
    """
    answers: SimpleQueue[list[str] | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        """Put the addresses, or the error, where the caller waits for them."""
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(address[0]) for *_, address in addresses)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=look_up, name="gcbulk-look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=max(within_s, 0.0))
    except Empty:
        raise TimeoutError(f"the name {host} was not looked up in {within_s:.0f} s") from None
    if isinstance(answer, Exception):
        raise answer
    if not answer:
        raise OSError(f"the name {host} has no address")
    return answer
