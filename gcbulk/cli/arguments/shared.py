"""Options shared by several verbs, in the groups in which ``--help`` shows them."""

from __future__ import annotations

import argparse

from gcbulk.cli.arguments.values import filled, pair, path, positive, seconds, sign, words
from gcbulk.options import SETTLE_WAIT_S, Kind, OnDuplicate, PercentAs


def plan_options(verb: argparse.ArgumentParser) -> None:
    """What a plan or a push does beyond the rows of the sheet."""
    more = verb.add_argument_group("beyond the rows of the sheet")
    more.add_argument("--reorder", action="store_true", help="make the sheet's order the display order")
    more.add_argument(
        "--delete-missing",
        nargs="?",
        type=positive,
        const=0,
        metavar="COUNT",
        help="delete drafts that the sheet does not have; to send it without a question name their number: "
        "--delete-missing=3 deletes three or nothing, and --yes does not stand in for it",
    )


def kind_option(verb: argparse.ArgumentParser) -> None:
    """What the file holds."""
    verb.add_argument("--kind", choices=words(Kind), help="what the file holds, where its headers do not tell")


def row_options(verb: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """How cells of players' progress are read."""
    rows = verb.add_argument_group("player submissions")
    rows.add_argument("--percent-as", choices=words(PercentAs), help="what 0.3 in a bare column means")
    rows.add_argument(
        "--timezone", type=filled, metavar="ZONE", help="of dates without one: Europe/Berlin, UTC, +02:00"
    )
    return rows


def submission_options(verb: argparse.ArgumentParser) -> None:
    """How players' progress is read, and which rows of it are sent."""
    rows = row_options(verb)
    rows.add_argument(
        "--on-duplicate",
        choices=words(OnDuplicate),
        default=str(OnDuplicate.HIGHEST),
        help="several rows for the same player and achievement (highest)",
    )
    rows.add_argument("--allow-lowering", action="store_true", help="send what is lower than what was sent before")
    rows.add_argument("--send-zero", action="store_true", help="send 0 %%, which reveals a hidden achievement")


def pace_options(verb: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """How fast requests are sent."""
    pace = verb.add_argument_group("pace")
    pace.add_argument("--requests-per-hour", type=positive, metavar="N", help="never more in a rolling hour")
    pace.add_argument("--requests-per-minute", type=positive, metavar="N", help="never more in a minute (300)")
    return pace


def settle_option(pace: argparse._ArgumentGroup) -> None:
    """How long what got no answer is waited for."""
    pace.add_argument(
        "--settle-wait",
        type=seconds,
        default=SETTLE_WAIT_S,
        metavar="S",
        help=f"seconds after a request without an answer until a look-up is believed ({SETTLE_WAIT_S:g})",
    )


def file_options(verb: argparse.ArgumentParser, *, nargs: str | None = None, texts: bool = True) -> None:
    """The file, and how it is read; ``texts`` where it may hold texts in languages."""
    what = "workbook (.xlsx, .xlsm), .csv, .tsv, .jsonl (also .gz, .zst, .bz2, .xz, .lz4) or .parquet"
    verb.add_argument("file", type=path, nargs=nargs, metavar="FILE", help=what)
    reading = verb.add_argument_group("reading, where a file is not clear by itself")
    reading.add_argument(
        "--sheet",
        action="append",
        type=pair,
        default=[],
        metavar="KIND=NAME",
        help='which sheet holds achievements, localizations, submissions or scores: achievements="Sheet 3"',
    )
    reading.add_argument(
        "--column",
        action="append",
        type=pair,
        default=[],
        metavar="NAME=HEADER",
        help='which header means which column: points="Pts"; one header may serve several columns',
    )
    if texts:
        reading.add_argument(
            "--locale",
            type=filled,
            metavar="CODE",
            help="language of the texts where neither row nor header names one: en-US",
        )
    reading.add_argument(
        "--encoding", type=filled, metavar="NAME", help="of a text file that is not UTF-8, e.g. cp1252"
    )
    reading.add_argument(
        "--delimiter", type=sign, metavar="CHAR", help="between columns of a text file: comma, semicolon, tab"
    )


def output_options(verb: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Where the result goes; give the group of what standard output gets."""
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    where = verb.add_mutually_exclusive_group()
    where.add_argument("--report", type=path, metavar="PATH", help="write the report there, not into FILE")
    where.add_argument("--no-report", action="store_true", help="write no report")
    return form


def profile_option(verb: argparse._ActionsContainer) -> None:
    """Which profile of the files of settings counts."""
    verb.add_argument("--profile", type=filled, metavar="NAME", help="the profile of gcbulk.toml that counts")


def service_options(verb: argparse.ArgumentParser) -> None:
    """Which app, at which service, with which key."""
    app = verb.add_argument_group("app and service")
    app.add_argument("--bundle-id", type=filled, metavar="ID", help="the app's bundle id")
    app.add_argument(
        "--detail-id", type=filled, metavar="ID", help="the Game Center detail's id, in place of looking it up"
    )
    app.add_argument("--api", choices=("v2", "v1"), default="v2", help="form of the achievements API (v2)")
    app.add_argument(
        "--base-url", type=filled, metavar="URL", help="another service on this machine, e.g. the simulator"
    )
    app.add_argument("--read-only", action="store_true", help="refuse everything that would change something there")
    profile_option(app)
    app.add_argument("--force-base-url", action="store_true", help="allow a base URL elsewhere (https)")
    app.add_argument("--journal", type=path, metavar="PATH", help="the journal (~/.gcbulk/journal.sqlite3)")
    key = verb.add_argument_group("API key, else from ASC_KEY_ID, ASC_ISSUER_ID, ASC_PRIVATE_KEY_PATH and the like")
    key.add_argument("--key-id", type=filled, metavar="ID", help="the key's id")
    key.add_argument("--issuer-id", type=filled, metavar="ID", help="the team's issuer id; none for an individual key")
    key.add_argument("--key-path", type=path, metavar="PATH", help="the .p8 file")
    key.add_argument("--api-key-json", type=path, metavar="PATH", help="fastlane's JSON file in place of the three")
