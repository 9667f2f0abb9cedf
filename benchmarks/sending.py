"""Sending: a sender with a durable journal against bare httpx, and the cost of a token.

What comes in: a folder for journals. What goes out: lines. Both send the same bodies to the same server with the same
requests in flight; bare httpx keeps no journal, no pace and no evidence, and looks at the answer's status and JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread

import httpx
import jwt
import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.inputs import BUNDLE_ID, book_of, submissions
from benchmarks.measuring import Line, Spent, in_turns, once, spread
from benchmarks.server import serving
from gcbulk import sheets
from gcbulk.appstore.submissions import bodies
from gcbulk.kinds import progress
from gcbulk.options import IN_FLIGHT
from gcbulk.service.client import Session
from gcbulk.service.clock import SystemClock
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.sender import Sender, Submission
from gcbulk.service.signing import Signer
from gcbulk.service.submission_journal import Intent, State, SubmissionJournal
from gcbulk.settings import Credentials, Settings

_ROWS = 20_000
_CHUNK = 500
_LEAST = 0.7
_UNLIMITED = 10**9
_SIGNATURES = 500


def sending(folder: Path) -> Iterator[Line]:
    """Send 20,000 rows."""
    rows = sheets.check_submissions(book_of(submissions(_ROWS)), bundle_id=BUNDLE_ID).rows
    made = bodies(progress.RESOURCE, rows, np.arange(len(rows)))
    with serving() as base_url:
        turns = in_turns(
            partial(_send, made, base_url, folder), partial(_send_bare, made, base_url), rounds=3, warm=False
        )
    ratios = [bare.wall_s / own.wall_s for own, bare in zip(turns.ours, turns.reference, strict=True)]
    cpu = median(own.cpu_s / bare.cpu_s for own, bare in zip(turns.ours, turns.reference, strict=True))
    detail = (
        f"{_rate(turns.ours)} requests/s against {_rate(turns.reference)} of bare httpx, {IN_FLIGHT} in flight; "
        f"CPU time {cpu:.2f} x"
    )
    middle = median(ratios)
    yield Line(
        f"send {_ROWS:,} rows, journal durable",
        f"{middle:.0%}",
        spread(ratios, "{:.0%}"),
        f"at least {_LEAST:.0%}",
        middle >= _LEAST,
        detail,
    )


def tokens(_: Path) -> Iterator[Line]:
    """Sign and keep tokens."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = Signer(Credentials("KEY", "issuer", key), SystemClock())
    signer.token()
    kept = [once(lambda: _repeat(signer.token)).wall_s / _SIGNATURES for _ in range(9)]
    signed = [
        once(lambda: _repeat(lambda: jwt.encode({}, key, algorithm="ES256"))).wall_s / _SIGNATURES for _ in range(9)
    ]
    yield _micro("take the token in use", kept, "every request does this")
    yield _micro("sign a token", signed, "done every few minutes")


def _send(made: Sequence[bytes], base_url: str, folder: Path) -> None:
    """Send everything through a sender, from the first intent to the last result on the disk."""
    credentials = Credentials("KEY", "issuer", ec.generate_private_key(ec.SECP256R1()))
    with TemporaryDirectory(dir=folder) as own:
        settings = Settings(
            credentials,
            bundle_id=BUNDLE_ID,
            base_url=base_url,
            journal=Path(own) / "journal.sqlite3",
            requests_per_minute=_UNLIMITED,
            requests_per_hour=_UNLIMITED,
        )
        file = JournalFile(settings.journal)
        run = file.begin(scope=base_url, verb="submissions", source=None, at=datetime.now(UTC))
        journal = SubmissionJournal(file, run)
        sender = Sender(Session(settings, SystemClock(), Event()), journal, path=progress.RESOURCE.path)
        sender.run(_chunks(made), watch=lambda counts: None)
        journal.close()
        file.close()
    if sender.counts[State.DONE] != len(made):
        raise AssertionError(f"not everything was sent: {sender.counts}, {sender.stopped}")


def _chunks(made: Sequence[bytes]) -> Iterator[list[Submission]]:
    for begin in range(0, len(made), _CHUNK):
        chunk = enumerate(made[begin : begin + _CHUNK], start=begin)
        yield [
            Submission(Intent(seq, seq.to_bytes(16, "big"), seq.to_bytes(8, "big"), 100), body) for seq, body in chunk
        ]


def _send_bare(made: Sequence[bytes], base_url: str) -> None:
    """Send everything with as many threads as requests in flight, each with its own client."""
    left = iter(made)  # next() of a list's iterator is one step for all threads
    failed: list[int] = []

    def work() -> None:
        headers = {"Authorization": f"Bearer {'x' * 250}", "Content-Type": "application/json"}
        with httpx.Client(base_url=base_url, headers=headers, trust_env=False) as client:
            for body in left:
                answer = client.post(progress.RESOURCE.path, content=body)
                if answer.status_code != 201 or "data" not in answer.json():
                    failed.append(answer.status_code)

    threads = [Thread(target=work) for _ in range(IN_FLIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise AssertionError(f"the server refused: {failed[:5]}")


def _rate(turns: Sequence[Spent]) -> str:
    return f"{_ROWS / median(turn.wall_s for turn in turns):,.0f}"


def _repeat(work: Callable[[], str]) -> None:
    for _ in range(_SIGNATURES):
        work()


def _micro(stage: str, took_s: Sequence[float], detail: str) -> Line:
    micro = [value * 1e6 for value in took_s]
    return Line(stage, f"{median(micro):.1f} µs", spread(micro, "{:.1f}"), "", None, detail)
