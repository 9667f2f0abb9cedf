"""Run the stand-in on a loopback port: in a thread for tests and notebooks, in the foreground for the command line."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import uvicorn

from gcbulk.simulator.app import Application
from gcbulk.simulator.delivery import OpenProtocol
from gcbulk.simulator.families import Family
from gcbulk.simulator.handle import Simulator, build
from gcbulk.simulator.kinds import FAMILIES
from gcbulk.simulator.switches import Switches

HOST = "127.0.0.1"
_TURNS_TO_ACCEPT = 5


class _Server(uvicorn.Server):
    """uvicorn's server, stopped by an event at once and by nobody's signals but ours."""

    def __init__(self, application: Application) -> None:
        config = uvicorn.Config(
            application,
            http=OpenProtocol,
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            ws="none",
            timeout_keep_alive=120,
            backlog=2048,
        )
        super().__init__(config)
        self.ready = threading.Event()
        self._stop = asyncio.Event()

    async def main_loop(self) -> None:
        """Run until `stop` is called."""
        self._loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self.ready.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drop every connection at once: a client that still waits is part of the rehearsal."""
        for listener in self.servers:
            for bound in listener.sockets:
                with contextlib.suppress(NotImplementedError):  # Windows' loop has no readers
                    self._loop.remove_reader(bound.fileno())
        # A connection accepted a moment ago is in the list only after its task and its connection_made have run, and
        # one that is aborted learns of it in the next turn of the loop, before its task is cancelled. The listeners
        # are closed after that: asyncio drops, unclosed, the socket of a connection that its server no longer takes.
        for _ in range(_TURNS_TO_ACCEPT):
            for connection in list(self.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
        for listener in self.servers:
            listener.close()
        for task in self.server_state.tasks:
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever started us."""
        yield

    def stop(self) -> None:
        """End the server, from any thread."""
        self._loop.call_soon_threadsafe(self._stop.set)


def _listening(port: int) -> socket.socket:
    # asyncio turns Nagle's delay off only where the protocol is named; without this each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener


@contextlib.contextmanager
def running(
    switches: Switches | None = None,
    *,
    key_dir: Path,
    state: Path | None = None,
    port: int = 0,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    families: Sequence[Family] = FAMILIES,
) -> Iterator[Simulator]:
    """Run a stand-in App Store Connect in a thread, on loopback, for as long as the block lasts.

    Args:
        switches: how it behaves; the likeliest behaviour when left out.
        key_dir: the folder that the throw-away key is put into.
        state: the folder that keeps its state over restarts; None for memory alone.
        port: where to listen; 0 for any free port.
        now: its clock, in seconds since 1970.
        sleep: how it waits before a delayed answer.
        families: the families of content that it knows.

    Yields:
        The handle.
    """
    listener = _listening(port)
    base_url = f"http://{HOST}:{listener.getsockname()[1]}"
    simulator = build(
        switches or Switches(), base_url=base_url, key_dir=key_dir, state=state, clock=now, families=families
    )
    service, uploads = simulator.service, _listening(0)
    service.world.upload_port = uploads.getsockname()[1]
    try:
        with (
            _in_thread(Application(service, service.answer, sleep=sleep), listener),
            _in_thread(Application(service, service.upload, sleep=sleep), uploads),
        ):
            yield simulator
    finally:
        simulator.store.close()


@contextlib.contextmanager
def _in_thread(application: Application, listener: socket.socket) -> Iterator[None]:
    server = _Server(application)
    serving = server.serve(sockets=[listener])
    thread = threading.Thread(target=asyncio.run, args=(serving,), name="gcbulk-simulator", daemon=True)
    thread.start()
    server.ready.wait()
    try:
        yield
    finally:
        server.stop()
        thread.join()


def serve(
    *,
    key_dir: Path,
    switches: Switches | None = None,
    state: Path | None = None,
    port: int = 0,
    on_ready: Callable[[Simulator], None] = lambda _: None,
) -> None:
    """Run a stand-in App Store Connect until SIGINT, SIGTERM or SIGHUP; only from the main thread.

    Args:
        key_dir: the folder that the throw-away key is put into.
        switches: how it behaves; the likeliest behaviour when left out.
        state: the folder that keeps its state over restarts; None for memory alone.
        port: where to listen; 0 for any free port.
        on_ready: is called once with the handle, as soon as requests are answered.
    """
    ended = threading.Event()
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # What whoever started it ignores (nohup, the background of a script) stays ignored.
    heeded = [number for number in numbers if number == signal.SIGTERM or signal.getsignal(number) != signal.SIG_IGN]
    kept = {number: signal.signal(number, lambda *_: ended.set()) for number in heeded}
    try:
        with running(switches, key_dir=key_dir, state=state, port=port) as simulator:
            on_ready(simulator)
            while not ended.wait(timeout=0.5):
                continue
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
