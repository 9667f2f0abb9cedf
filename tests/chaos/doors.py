"""Trials of what comes in by other doors: traps in packages and pictures, other readers of reports, empty options."""

from __future__ import annotations

import csv
import io
import random
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from threading import Event

import pandas as pd
from hostile import BOOK, SHEET, changed, directory, good, many_sheets, nested, overlapping, packed
from payloads import PAYLOADS
from PIL import Image
from virtual_server import VirtualClock

from chaos.commands import run
from chaos.trials import Ground, Tally, Trial, total, wrong_if
from chaos.workbooks import read_apart
from gcbulk.files.images import look_at
from gcbulk.files.report_csv import write_report_csv
from gcbulk.records import OUTCOME_COLUMNS, Report
from gcbulk.service.budget import SharedBudget
from gcbulk.service.journal_file import JournalFile
from gcbulk.service.pacing import Pacer
from shell import service_options

_FILES = 50
_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SEPARATORS = (";", "\t", "|", "\n")

Maker = Callable[[random.Random], bytes]
_PLACES = (
    (BOOK, "<sheets>"),
    ("xl/styles.xml", "<cellXfs"),
    ("_rels/.rels", "</Relationships>"),
    (SHEET, "<sheetData>"),
)
_TRAPS: Mapping[str, Maker] = {
    "nested": lambda chance: nested(*chance.choice(_PLACES), "<a>", chance.randint(300, 300_000)),
    "named": lambda chance: nested(BOOK, "<sheets>", '<a xmlns:b="u" b:c="">', chance.randint(300, 100_000)),
    "sheets": lambda chance: many_sheets(chance.randint(1_001, 20_000), one_part=True),
    "overlap": lambda _: overlapping(),
    "packed": lambda chance: packed(chance.choice((12, 14))),
    "method": lambda chance: directory(good(), SHEET, 10, "<H", chance.choice((1, 9, 12, 14, 93, 95, 98))),
    "packed size": lambda chance: directory(good(), SHEET, 20, "<I", chance.randint(1 << 20, 0x7FFFFFFF)),
    "size": lambda chance: directory(good(), SHEET, 24, "<I", chance.randint(1 << 20, 0x7FFFFFFF)),
    "offset": lambda chance: directory(good(), SHEET, 42, "<I", chance.randint(1, 4_000)),
    "bomb": lambda chance: changed({"xl/media/a.png": bytes(chance.randint(20_000_000, 60_000_000))}),
}


def _traps(ground: Ground) -> Tally:
    """Read a batch of packages that are made to cost their reader dearly."""
    paths = []
    for number in range(_FILES):
        name = ground.chance.choice(list(_TRAPS))
        path = ground.folder / f"{number}-{name.replace(' ', '-')}.xlsx"
        path.write_bytes(_TRAPS[name](ground.chance))
        paths.append(path)
    found = list(read_apart(paths))
    return wrong_if(found[:3], f"{len(found)} files", cases=_FILES)


def _pictures(ground: Ground) -> Tally:
    """Look at pictures that are cut off, or of formats that nobody asked for, whatever their names say."""
    chance, found = ground.chance, []
    for number in range(_FILES):
        out = io.BytesIO()
        form = chance.choice(("PNG", "JPEG", "GIF", "BMP", "WEBP"))
        Image.new("RGB", (64, 64), (chance.randrange(256), 0, 0)).save(out, form)
        data = chance.choice((out.getvalue()[: chance.randrange(len(out.getvalue()) - 2)], b"%!PS-Adobe\n" * 100_000))
        (ground.folder / f"{number}.png").write_bytes(data)
    for path, facts in look_at(ground.folder, [f"{number}.png" for number in range(_FILES)]).items():
        if not facts.problem and facts.format in ("PNG", "JPEG"):
            found.append(path)
    return wrong_if(found, "taken for a good picture", cases=_FILES)


def _formulas(ground: Ground) -> Tally:
    """Read a report with payloads behind every separator as programs of other languages do."""
    separator, payload = ground.chance.choice(_SEPARATORS), PAYLOADS[ground.number % len(PAYLOADS)]
    texts = [f"x{separator}{payload}", f'"{separator} "{payload}', payload]
    usual = {name: [None] * len(texts) for name in OUTCOME_COLUMNS}
    out = io.BytesIO()
    lines = pd.DataFrame(usual | {"key": texts, "message": texts}, columns=list(OUTCOME_COLUMNS))
    write_report_csv(out, Report((), lines))
    text = out.getvalue().decode("utf-8-sig")
    found = [cell for reader in (",", ";", "\t", "|") for cell in _cells(text, reader)]
    return wrong_if([cell for cell in found if cell.lstrip(" \u200b\t").startswith(_SIGNS)], repr(payload))


def _cells(text: str, reader: str) -> Iterator[str]:
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=reader):
        yield from line


_HOSTS = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "2130706433", "[::ffff:1.2.3.4]")


def _simulators_door(ground: Ground) -> Tally:
    """Ask for the simulator's ledger by another host's name, and without its secret."""
    simulator = ground.simulator()
    wrong = f"{simulator.base_url}/simulator/{ground.chance.getrandbits(128):032x}/ledger"
    asked = [(f"{simulator.control_url}/ledger", host) for host in _HOSTS] + [(wrong, None)]
    return total(wrong_if(_status(address, host) != 403, f"{host!r} got in") for address, host in asked)


def _status(address: str, host: str | None) -> int:
    request = urllib.request.Request(address, headers={} if host is None else {"Host": host})
    try:
        with urllib.request.urlopen(request) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code


_OPTIONS = (
    "--base-url",
    "--key-path",
    "--key-id",
    "--bundle-id",
    "--journal",
    "--detail-id",
    "--api-key-json",
    "--report",
)


def _empty_options(ground: Ground) -> Tally:
    """Give an option that a script left empty; it must not mean Apple's live service, or anything else."""
    simulator = ground.simulator()
    path = ground.folder / "a.xlsx"
    path.write_bytes(good())
    option = _OPTIONS[ground.number % len(_OPTIONS)]
    given = service_options(simulator, "--yes", "--journal", ground.folder / "state" / "journal.sqlite3")
    code, said = run(["push", path, *given, f"{option}={ground.chance.choice(('', ' ', '  '))}"])
    named = option in said
    return wrong_if((code, said[-200:]) if code != 2 or not named or simulator.exchanges else None, f"{option} empty")


def _asked_hours(ground: Ground) -> Tally:
    """Send over several runs under an hour that was asked for, whatever the service announces."""
    clock, chance, sent = VirtualClock(), ground.chance, list[float]()
    most = chance.randint(5, 80)
    runs = chance.randint(2, 4)
    for number in range(runs):
        from_file = JournalFile(ground.folder / "journal.sqlite3")
        run_number = from_file.begin(scope="a", verb="push", source=None, at=clock.now())
        pacer = Pacer(clock, Event(), per_hour=most)
        budget = SharedBudget(from_file, key_id="K", runs=[run_number], pacer=pacer, clock=clock)
        pacer.refresh = budget.sync
        for _ in range(chance.randint(1, 2 * most)):
            pacer.acquire()
            sent.append(clock.monotonic())
        budget.close()
        clock.wait(chance.choice((0, 10, 1_800)) * number, Event())
    worst = max(sum(at <= one < at + 3_600 for one in sent) for at in sent)
    return wrong_if(worst if worst > most else 0, f"{most} an hour, in {runs} runs", cases=runs)


TRIALS: tuple[Trial, ...] = (
    *(
        (Trial("T12/traps", "a package made to cost its reader dearly", _traps, calls=10, short=1),)
        if sys.platform != "win32"
        else ()
    ),
    Trial("T12/pictures", "a picture that is cut off, or of another format", _pictures, calls=4, short=1),
    Trial("T13/readers", "formulas behind separators, read by four readers", _formulas, calls=120, short=4),
    Trial("T14/door", "the simulator's ledger, asked for from elsewhere", _simulators_door, calls=5, short=1),
    Trial("T16/empty", "an option left empty", _empty_options, calls=24, short=2),
    Trial("F35/hour", "an hour that was asked for, over several runs", _asked_hours, calls=40, short=2),
)
