"""The words of the command line: verbs, options, and an example for each.

What comes in: nothing. What goes out: the parser. It knows no rule of a sheet or of the service.
"""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from gcbulk import __version__

EXIT_CODES = """exit codes:
  0 all done            1 a bug                      2 invalid input or usage, nothing sent
  3 some rows rejected  4 some rows unknown          5 report saved in another place
  6 another run is on   7 stopped early: run again   130, 143 interrupted, report written"""

_LAST_PORT = 65_535
_LONGEST_S = 86_400


def parser() -> argparse.ArgumentParser:
    """The parser; every verb leaves its name in ``verb``."""
    top = argparse.ArgumentParser(
        prog="gcbulk",
        description="Fill and mend Apple's Game Center in bulk from a spreadsheet.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"gcbulk {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    _template(verbs)
    _check(verbs)
    _plan(verbs)
    _push(verbs)
    _submit(verbs)
    _pull(verbs)
    _review(verbs)
    _report(verbs)
    _doctor(verbs)
    _purge(verbs)
    _simulator(verbs)
    _demo(verbs)
    return top


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str, example: str
) -> argparse.ArgumentParser:
    return verbs.add_parser(
        name,
        help=what,
        description=what,
        epilog=f"example:\n  {example}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _template(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(verbs, "template", "Write an empty workbook to fill in.", "gcbulk template achievements.xlsx")
    verb.add_argument("path", type=Path, metavar="PATH", help="the workbook to write")
    verb.add_argument("--force", action="store_true", help="replace the file when it is there already")


def _check(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "check",
        "Find every problem in a workbook, each with its cell; nothing is sent.",
        "gcbulk check achievements.xlsx",
    )
    _file(verb)
    _kind(verb)
    _rows(verb)
    verb.add_argument("--bundle-id", metavar="ID", help="the app of submissions that name none")
    _output(verb)


def _plan(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "plan",
        "Show what a push would send, how many requests, and how long; nothing is changed.",
        "gcbulk plan achievements.xlsx --bundle-id com.example.game",
    )
    _file(verb)
    _kind(verb)
    _submission(verb)
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    verb.add_argument("--offline", action="store_true", help="plan as if nothing were live, without the service")
    verb.add_argument("--out", type=Path, metavar="PLAN", help="save the plan, for gcbulk push FILE --plan PLAN")
    verb.add_argument("--plan-sheet", action="store_true", help='write it into FILE as the sheet "gcbulk plan"')
    _wishes(verb)
    _service(verb)


def _push(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "push",
        "Create what is not in Game Center yet, change what differs, and write a report sheet into the workbook.",
        "gcbulk push achievements.xlsx --bundle-id com.example.game --key-id 2X9R4HXF34 "
        "--issuer-id 57246542-96fe-1a63-e053-0824d011072a",
    )
    _file(verb)
    verb.add_argument("--yes", action="store_true", help="do not ask before sending")
    verb.add_argument("--strict", action="store_true", help="send nothing while any row has an error")
    verb.add_argument("--plan", type=Path, metavar="PLAN", help="send exactly this saved plan, or nothing (exit 2)")
    _wishes(verb)
    _output(verb)
    _service(verb)
    _pace(verb).add_argument(
        "--settle-wait",
        type=_seconds,
        default=60.0,
        metavar="S",
        help="seconds after a request without an answer until a look-up is believed (60)",
    )


def _wishes(verb: argparse.ArgumentParser) -> None:
    more = verb.add_argument_group("beyond the rows of the sheet")
    more.add_argument("--reorder", action="store_true", help="make the sheet's order the display order")
    more.add_argument(
        "--delete-missing",
        nargs="?",
        type=_positive,
        const=0,
        metavar="COUNT",
        help="delete drafts that the sheet does not have; to send it without a question name their number: "
        "--delete-missing=3 deletes three or nothing, and --yes does not stand in for it",
    )


def _submit(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "submit",
        "Send players' progress (or scores) in bulk; what was sent before is not sent again.",
        "gcbulk submit progress.csv --bundle-id com.example.game --timezone Europe/Berlin --stop-at 06:00",
    )
    _file(verb)
    verb.add_argument("--kind", choices=("submissions", "scores"), default="submissions", help="progress, or scores")
    verb.add_argument("--yes", action="store_true", help="do not ask before sending")
    _submission(verb)
    _output(verb)
    _service(verb)
    pace = _pace(verb)
    pace.add_argument("--max-in-flight", type=_positive, default=6, metavar="N", help="requests at the same time (6)")
    pace.add_argument("--max-requests", type=_positive, metavar="N", help="stop after so many, exit 7")
    pace.add_argument("--stop-at", type=_moment, metavar="TIME", help="stop then, exit 7: 06:00 or 2026-01-31T06:00Z")


def _kind(verb: argparse.ArgumentParser) -> None:
    kinds = ("achievements", "submissions", "scores")
    verb.add_argument("--kind", choices=kinds, help="what the file holds, where its headers do not tell")


def _rows(verb: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    rows = verb.add_argument_group("player submissions")
    rows.add_argument("--percent-as", choices=("fraction", "whole"), help="what 0.3 in a bare column means")
    rows.add_argument("--timezone", metavar="ZONE", help="of dates without one: Europe/Berlin, UTC, +02:00")
    return rows


def _submission(verb: argparse.ArgumentParser) -> None:
    rows = _rows(verb)
    rows.add_argument(
        "--on-duplicate",
        choices=("highest", "last", "error"),
        default="highest",
        help="several rows for the same player and achievement (highest)",
    )
    rows.add_argument("--allow-lowering", action="store_true", help="send what is lower than what was sent before")
    rows.add_argument("--send-zero", action="store_true", help="send 0 %%, which reveals a hidden achievement")


def _pace(verb: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    pace = verb.add_argument_group("pace")
    pace.add_argument("--requests-per-hour", type=_positive, metavar="N", help="never more in a rolling hour")
    pace.add_argument("--requests-per-minute", type=_positive, metavar="N", help="never more in a minute (300)")
    return pace


def _pull(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "pull",
        "Write everything that is in Game Center into a workbook; nothing is changed there.",
        "gcbulk pull live.xlsx --bundle-id com.example.game",
    )
    verb.add_argument("path", type=Path, metavar="PATH", help="the workbook to write (.xlsx)")
    verb.add_argument("--force", action="store_true", help="replace the file when it is there already")
    verb.add_argument("--images", type=Path, metavar="DIR", help="save the pictures there, as the service shows them")
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    _service(verb)


def _review(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "review",
        "Show which achievements are ready, put them into a review submission, and send it when asked to.",
        "gcbulk review achievements.xlsx --bundle-id com.example.game --submit",
    )
    _file(verb, nargs="?")
    verb.add_argument("--all", action="store_true", help="everything that is live, in place of a FILE")
    verb.add_argument("--platform", choices=("IOS", "MAC_OS", "TV_OS", "VISION_OS"), default="IOS", help="(IOS)")
    verb.add_argument("--submit", action="store_true", help="send the submission to review; else it is left open")
    verb.add_argument("--yes", action="store_true", help="do not ask before anything is changed")
    _output(verb)
    _service(verb)


def _report(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "report",
        "Write the report of the last push of a file again, from the journal alone.",
        "gcbulk report achievements.xlsx",
    )
    _file(verb)
    _kind(verb)
    _submission(verb)
    _output(verb)
    verb.add_argument("--bundle-id", metavar="ID", help="the app of submissions that name none")
    verb.add_argument("--journal", type=Path, metavar="PATH", help="the journal (~/.gcbulk/journal.sqlite3)")


def _doctor(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "doctor",
        "Look at the key, the service, the app, the clock and the journal, and say what to do; nothing is sent to "
        "change anything.",
        "gcbulk doctor --bundle-id com.example.game",
    )
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    _service(verb)


def _purge(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "purge",
        "Remove from the journal what it keeps of the players of old runs.",
        "gcbulk purge --older-than 30",
    )
    verb.add_argument(
        "--older-than", type=_days, default=30.0, metavar="DAYS", help="runs that began longer ago than that (30)"
    )
    verb.add_argument("--journal", type=Path, metavar="PATH", help="the journal (~/.gcbulk/journal.sqlite3)")
    verb.add_argument("--yes", action="store_true", help="do not ask before it is removed")


def _simulator(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "simulator",
        "Run a stand-in for App Store Connect on this machine, to rehearse against.",
        "gcbulk simulator --port 8400 --state rehearsal",
    )
    verb.add_argument("--port", type=_port, default=0, metavar="N", help="the port on loopback (any free one)")
    verb.add_argument("--state", type=Path, metavar="DIR", help="keep what is created in this folder")
    verb.add_argument("--hour-limit", type=_positive, metavar="N", help="requests per rolling hour (3600)")
    verb.add_argument("--minute-limit", type=_positive, metavar="N", help="requests per clock minute (no limit)")
    verb.add_argument("--no-limit", action="store_true", help="no rate limit at all")
    verb.add_argument("--faults", type=Path, metavar="TOML", help="what goes wrong and when, from a file")


def _demo(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "demo",
        "Do the whole job on this machine with a sample workbook, without an Apple account.",
        "gcbulk demo --dir demo",
    )
    verb.add_argument(
        "--dir", type=Path, default=Path("gcbulk-demo"), metavar="DIR", help="where its files go (gcbulk-demo)"
    )


def _file(verb: argparse.ArgumentParser, *, nargs: str | None = None) -> None:
    what = "workbook (.xlsx, .xlsm), .csv, .tsv or .parquet"
    verb.add_argument("file", type=Path, nargs=nargs, metavar="FILE", help=what)
    reading = verb.add_argument_group("reading, where a file is not clear by itself")
    reading.add_argument(
        "--sheet",
        action="append",
        type=_pair,
        default=[],
        metavar="KIND=NAME",
        help='which sheet holds "achievements" or "localizations"',
    )
    reading.add_argument(
        "--column", action="append", type=_pair, default=[], metavar="NAME=HEADER", help='e.g. points="Pts"'
    )
    reading.add_argument("--encoding", metavar="NAME", help="of a text file that is not UTF-8, e.g. cp1252")
    reading.add_argument("--delimiter", metavar="CHAR", help="between columns of a text file: comma, semicolon, tab")


def _output(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    where = verb.add_mutually_exclusive_group()
    where.add_argument("--report", type=Path, metavar="PATH", help="write the report there, not into FILE")
    where.add_argument("--no-report", action="store_true", help="write no report")


def _service(verb: argparse.ArgumentParser) -> None:
    app = verb.add_argument_group("app and service")
    app.add_argument("--bundle-id", metavar="ID", help="the app's bundle id")
    app.add_argument("--detail-id", metavar="ID", help="the Game Center detail's id, in place of looking it up")
    app.add_argument("--api", choices=("v2", "v1"), default="v2", help="form of the achievements API (v2)")
    app.add_argument("--base-url", metavar="URL", help="another service on this machine, e.g. the simulator")
    app.add_argument("--force-base-url", action="store_true", help="allow a base URL elsewhere (https)")
    app.add_argument("--journal", type=Path, metavar="PATH", help="the journal (~/.gcbulk/journal.sqlite3)")
    key = verb.add_argument_group("API key, else from ASC_KEY_ID, ASC_ISSUER_ID, ASC_PRIVATE_KEY_PATH and the like")
    key.add_argument("--key-id", metavar="ID", help="the key's id")
    key.add_argument("--issuer-id", metavar="ID", help="the team's issuer id; none for an individual key")
    key.add_argument("--key-path", type=Path, metavar="PATH", help="the .p8 file")
    key.add_argument("--api-key-json", type=Path, metavar="PATH", help="fastlane's JSON file in place of the three")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _moment(text: str) -> datetime:
    """A time of day, the next one to come, or a whole ISO date and time; without a zone it is this machine's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return moment.astimezone(UTC)
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 06:00 or 2026-01-31T06:00Z") from None
    now = datetime.now().astimezone()
    today = (
        datetime.combine(now.date(), clock).astimezone()
        if clock.tzinfo is None
        else datetime.combine(now.date(), clock)
    )
    return (today if today > now else today + timedelta(days=1)).astimezone(UTC)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to {_LONGEST_S}")
    return seconds


def _days(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,6})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days, such as 30 or 0.5")
    return float(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a whole number from 0 to {_LAST_PORT}")
    return int(text)
