"""The words of the command line: verbs, options, and an example for each.

The parser knows no rule of a sheet or of the service.
"""

from __future__ import annotations

import argparse
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from gcbulk import __version__
from gcbulk.cli.arguments.shared import (
    file_options,
    kind_option,
    output_options,
    pace_options,
    plan_options,
    profile_option,
    row_options,
    service_options,
    settle_option,
    submission_options,
)
from gcbulk.cli.arguments.values import days, filled, in_flight, moment, path, port, positive, words
from gcbulk.options import IN_FLIGHT, OLDER_THAN_DAYS, CheckFormat, Platform, SubmissionKind

Arguments = argparse.Namespace
EXIT_CODES = """exit codes:
  0 all done            1 a bug                      2 invalid input, usage or key: nothing sent
  3 some rows rejected  4 some rows unknown          5 report saved in another place
  6 another run is on   7 stopped early: run again   8 changes are pending (plan --exit-code)
  129, 130, 143 interrupted, report written"""


def parse(arguments: Sequence[str]) -> Arguments:
    """The command line as it was given; wrong usage ends the program with 2.

    Args:
        arguments: the words behind the program's name.
    """
    top, verbs = _parsers()
    for argument in itertools.takewhile(lambda word: word != "--", arguments):
        # argparse takes the "--" behind the "=" for the end of the options and gives the option an empty list.
        if re.fullmatch(r"--[a-z-]+=--", argument):
            top.error(f"argument {argument.removesuffix('=--')}: '--' is not a value")
    if arguments and not arguments[0].startswith("-") and arguments[0] not in verbs:
        top.error(f"there is no verb {arguments[0]}.{_nearest(arguments[:1], verbs)} gcbulk --help names them all.")
    given, unknown = top.parse_known_args(arguments)
    if unknown:
        verb = verbs[given.verb]
        named = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        nearest = _nearest(named, re.findall(r"--[a-z-]+", verb.format_usage()))
        verb.error(f"unrecognized arguments: {' '.join(unknown)}.{nearest}")
    return given


def _nearest(words: Iterable[str], known: Iterable[str]) -> str:
    """A question after what is likeliest meant by words that are none, "" where nothing is like them."""
    known = list(known)
    near = list(dict.fromkeys(match for word in words for match in get_close_matches(word, known, n=1)))
    return f" {'Is' if len(near) == 1 else 'Are'} {' and '.join(near)} meant?" if near else ""


def parser() -> argparse.ArgumentParser:
    """The parser; every verb leaves its name in ``verb``."""
    return _parsers()[0]


def _parsers() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """The parser, and that of each verb by its name."""
    top = argparse.ArgumentParser(
        prog="gcbulk",
        description="Fill and update Apple's Game Center in bulk from a spreadsheet.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"gcbulk {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    _template(verbs)
    _notebooks(verbs)
    _check(verbs)
    _explain(verbs)
    _preview(verbs)
    _plan(verbs)
    _push(verbs)
    _submit(verbs)
    _pull(verbs)
    _review(verbs)
    _report(verbs)
    _config(verbs)
    _doctor(verbs)
    _purge(verbs)
    _simulator(verbs)
    _demo(verbs)
    return top, verbs.choices


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
    verb.add_argument("path", type=path, metavar="PATH", help="the workbook to write")
    verb.add_argument("--force", action="store_true", help="replace the file when it is there already")


def _notebooks(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(verbs, "notebooks", "Write the notebooks that come with gcbulk.", "gcbulk notebooks my-notebooks")
    verb.add_argument("folder", type=path, metavar="DIR", help="where they go; made when it is not there")
    verb.add_argument("--force", action="store_true", help="replace those that are there already")


def _check(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "check",
        "Find every problem in a workbook, each with its cell; nothing is sent.",
        "gcbulk check achievements.xlsx",
    )
    file_options(verb)
    kind_option(verb)
    row_options(verb)
    verb.add_argument("--bundle-id", type=filled, metavar="ID", help="the app of submissions that name none")
    profile_option(verb)
    output_options(verb).add_argument(
        "--format", choices=[str(form) for form in CheckFormat], help="print the problems as a build server reads them"
    )


def _explain(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "explain",
        "Say what a code means, of a check, a file, a run or Apple, and what to do about it.",
        "gcbulk explain duplicate-locale",
    )
    verb.add_argument("code", type=filled, metavar="CODE", help="as a report or a message shows it")


def _preview(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "preview",
        "Write a page that shows the achievements as players see them, and what is ready; nothing is sent.",
        "gcbulk preview achievements.xlsx",
    )
    file_options(verb)
    where = "write the page there (FILE's name with .preview.html)"
    verb.add_argument("--out", type=path, dest="page", metavar="PAGE", help=where)


def _plan(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "plan",
        "Show what a push would send, how many requests, and how long; nothing is changed.",
        "gcbulk plan achievements.xlsx --bundle-id com.example.game",
    )
    file_options(verb)
    kind_option(verb)
    submission_options(verb)
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    verb.add_argument("--exit-code", action="store_true", help="exit 8 where there is something to send, 0 where not")
    verb.add_argument("--offline", action="store_true", help="plan as if nothing were live, without the service")
    verb.add_argument("--out", type=path, metavar="PLAN", help="save the plan, for gcbulk push FILE --plan PLAN")
    verb.add_argument("--plan-sheet", action="store_true", help='write it into FILE as the sheet "gcbulk plan"')
    plan_options(verb)
    service_options(verb)
    pace_options(verb)


def _push(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "push",
        "Create what is not in Game Center yet, change what differs, and write a report sheet into the workbook.",
        "gcbulk push achievements.xlsx --bundle-id com.example.game --key-id 2X9R4HXF34 "
        "--issuer-id 57246542-96fe-1a63-e053-0824d011072a",
    )
    file_options(verb)
    verb.add_argument("--yes", action="store_true", help="do not ask before sending")
    verb.add_argument("--strict", action="store_true", help="send nothing while any row has an error")
    verb.add_argument("--plan", type=path, metavar="PLAN", help="send exactly this saved plan, or nothing (exit 2)")
    verb.add_argument(
        "--confirm-losses",
        type=positive,
        metavar="COUNT",
        help="how many changes may delete for good what players have, as the plan says it; without this you are asked "
        "to type the number, and --yes does not stand in for it",
    )
    plan_options(verb)
    output_options(verb)
    service_options(verb)
    settle_option(pace_options(verb))


def _submit(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "submit",
        "Send players' progress (or scores) in bulk; what was sent before is not sent again.",
        "gcbulk submit progress.csv --bundle-id com.example.game --timezone Europe/Berlin --stop-at 06:00",
    )
    file_options(verb, texts=False)
    verb.add_argument("--kind", choices=words(SubmissionKind), help="progress or scores, where headers do not tell")
    verb.add_argument("--yes", action="store_true", help="do not ask before sending")
    submission_options(verb)
    output_options(verb)
    service_options(verb)
    pace = pace_options(verb)
    settle_option(pace)
    at_once = f"requests at the same time ({IN_FLIGHT})"
    pace.add_argument("--max-in-flight", type=in_flight, default=IN_FLIGHT, metavar="N", help=at_once)
    pace.add_argument("--max-requests", type=positive, metavar="N", help="stop after so many, exit 7")
    pace.add_argument("--stop-at", type=moment, metavar="TIME", help="stop then, exit 7: 06:00 or 2026-01-31T06:00Z")


def _pull(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "pull",
        "Write everything that is in Game Center into a workbook; nothing is changed there.",
        "gcbulk pull live.xlsx --bundle-id com.example.game",
    )
    verb.add_argument("path", type=path, metavar="PATH", help="the workbook to write (.xlsx)")
    verb.add_argument("--force", action="store_true", help="replace the file when it is there already")
    verb.add_argument("--images", type=path, metavar="DIR", help="save the pictures there, as the service shows them")
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    service_options(verb)
    pace_options(verb)


def _review(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "review",
        "Show which achievements are ready, put them into a review submission, and send it when asked to.",
        "gcbulk review achievements.xlsx --bundle-id com.example.game --submit",
    )
    file_options(verb, nargs="?")
    verb.add_argument("--all", action="store_true", help="everything that is live, in place of a FILE")
    verb.add_argument("--platform", choices=words(Platform), default="IOS", help="(IOS)")
    verb.add_argument("--submit", action="store_true", help="send the submission to review; else it is left open")
    verb.add_argument("--yes", action="store_true", help="do not ask before anything is changed")
    output_options(verb)
    service_options(verb)
    settle_option(pace_options(verb))


def _report(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "report",
        "Write the report of the last run of a file again, from the journal alone.",
        "gcbulk report achievements.xlsx",
    )
    file_options(verb, nargs="?")
    verb.add_argument("--all", action="store_true", help="of the last review --all, in place of a FILE")
    kind_option(verb)
    verb.add_argument("--last", choices=("push", "review"), help="of the last such run, whatever ran after it")
    submission_options(verb)
    output_options(verb)
    of_app = "the app of submissions that name none; with --all, the app that was reviewed"
    verb.add_argument("--bundle-id", type=filled, metavar="ID", help=of_app)
    profile_option(verb)
    verb.add_argument("--journal", type=path, metavar="PATH", help="the journal (~/.gcbulk/journal.sqlite3)")


def _config(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "config",
        "Show which app, service, key, journal and pace count, and where each is set; nothing of a key is shown.",
        "gcbulk config --profile live",
    )
    verb.add_argument("file", type=path, nargs="?", metavar="FILE", help="a workbook, for the gcbulk.toml beside it")
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    service_options(verb)
    pace_options(verb)


def _doctor(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "doctor",
        "Look at the key, the service, the app, the clock and the journal, and say what to do; nothing is sent to "
        "change anything.",
        "gcbulk doctor --bundle-id com.example.game",
    )
    verb.add_argument("--json", action="store_true", help="print one JSON object on standard output")
    service_options(verb)


def _purge(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "purge",
        "Remove from the journal what it keeps of the players of old runs.",
        "gcbulk purge --older-than 30",
    )
    older = f"runs that began longer ago than that ({OLDER_THAN_DAYS:g})"
    profile_option(verb)
    verb.add_argument("--older-than", type=days, default=OLDER_THAN_DAYS, metavar="DAYS", help=older)
    verb.add_argument("--journal", type=path, metavar="PATH", help="the journal (~/.gcbulk/journal.sqlite3)")
    verb.add_argument("--yes", action="store_true", help="do not ask before it is removed")


def _simulator(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "simulator",
        "Run a stand-in for App Store Connect on this machine, to rehearse against.",
        "gcbulk simulator --port 8400 --state rehearsal",
    )
    verb.add_argument("--port", type=port, default=0, metavar="N", help="the port on loopback (any free one)")
    verb.add_argument("--state", type=path, metavar="DIR", help="keep what is created in this folder")
    verb.add_argument("--hour-limit", type=positive, metavar="N", help="requests per rolling hour (3600)")
    verb.add_argument("--minute-limit", type=positive, metavar="N", help="requests per clock minute (no limit)")
    verb.add_argument("--no-limit", action="store_true", help="no rate limit at all")
    verb.add_argument("--faults", type=path, metavar="TOML", help="what goes wrong and when, from a file")


def _demo(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = _verb(
        verbs,
        "demo",
        "Do the whole job on this machine with a sample workbook, without an Apple account.",
        "gcbulk demo --dir demo",
    )
    verb.add_argument(
        "--dir", type=path, default=Path("gcbulk-demo"), metavar="DIR", help="where its files go (gcbulk-demo)"
    )
