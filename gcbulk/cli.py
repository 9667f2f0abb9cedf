"""The command line: arguments in, one pipeline call per verb, text and an exit code out.

This is the only place that prints, asks questions, and catches gcbulk's exceptions. Text for people goes to standard
error; standard output gets one object with ``--json`` and nothing else. The exit codes are `arguments.EXIT_CODES`.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from tqdm import tqdm

import gcbulk
from gcbulk.arguments import parse
from gcbulk.errors import GcbulkError, SettingsError
from gcbulk.interrupts import Sending
from gcbulk.progress import Meter, wait_text
from gcbulk.streams import is_somebody_there, lossy_streams
from gcbulk.wording import counted

Arguments = argparse.Namespace
_SERVICE = ("bundle_id", "detail_id", "key_id", "issuer_id", "key_path", "api_key_json", "base_url", "journal")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code."""
    with lossy_streams():
        return _run(argv)


def _run(argv: Sequence[str] | None) -> int:
    arguments = parse(sys.argv[1:] if argv is None else argv)
    verb: Callable[[Arguments], int] = _VERBS[arguments.verb]
    try:
        gcbulk.pipeline.require_targets(arguments.verb, vars(arguments))
        return verb(arguments)
    except GcbulkError as error:
        _say(f"gcbulk: {error}")
        if getattr(arguments, "json", False):
            _print_json(gcbulk.pipeline.failure(error, error.exit_code))
        return error.exit_code
    except KeyboardInterrupt:
        _say("gcbulk: interrupted before anything was sent")
        return 128 + signal.SIGINT


def _check(arguments: Arguments) -> int:
    checked = _read(arguments)
    return _told(arguments, gcbulk.pipeline.check_any_file(arguments.file, checked, _place(arguments)))


def _preview(arguments: Arguments) -> int:
    checked = gcbulk.pipeline.check_achievements(arguments.file, _reading(arguments))
    _say(f"Written: {gcbulk.pipeline.preview_file(arguments.file, checked, arguments.page)}")
    return 0


def _plan(arguments: Arguments) -> int:
    checked = _read(arguments)
    options, more = _options(arguments), _plan_options(arguments)
    if arguments.offline:
        return _told(arguments, gcbulk.pipeline.plan_any_file(checked, None, options, more=more))
    with _service(arguments, Event(), checked) as service:
        with _counted(service):
            result = gcbulk.pipeline.plan_any_file(checked, service, options, more=more)
        return _told(arguments, result)


def _push(arguments: Arguments) -> int:
    checked = gcbulk.pipeline.check_achievements(arguments.file, _reading(arguments))
    saved = gcbulk.pipeline.load_plan(arguments.plan) if arguments.plan else None
    with Sending() as sending:
        with _service(arguments, sending.stop) as service, _counted(service) as meter:

            def confirm(plan: gcbulk.pipeline.Plan) -> bool:
                """Ask whether to send the plan; catch signals from a yes on, unless deletions are asked about next."""
                meter.restart()  # the question needs the line
                lines, question = gcbulk.pipeline.plan_text(plan), f"Send {counted(plan.requests, 'request')}?"
                agreed = arguments.yes or _agreed(lines, question)
                if agreed and not plan.deletions:
                    sending.begin()
                return agreed

            def confirm_deletions(plan: gcbulk.pipeline.Plan) -> int:
                """How many deletions were agreed to, by option or by typing; catch signals from then on."""
                confirmed: int = arguments.delete_missing or _typed(plan.deletions)
                sending.begin()
                return confirmed

            result = gcbulk.pipeline.push_file(
                arguments.file,
                checked,
                service,
                _place(arguments),
                confirm=confirm,
                strict=arguments.strict,
                wishes=_wishes(arguments),
                confirm_deletions=confirm_deletions,
                saved=saved,
                watch=gcbulk.pipeline.outcomes_shown(meter, service),
            )
        return _told(arguments, result, exit_code=sending.exit_code)


def _submit(arguments: Arguments) -> int:
    checked = gcbulk.pipeline.read_submissions(arguments.file, kind=arguments.kind, reading=_reading(arguments))
    with Sending() as sending:
        with _service(arguments, sending.stop, checked) as service, _meter() as meter:
            result = gcbulk.pipeline.submit_file(
                arguments.file,
                checked,
                service,
                _place(arguments),
                options=_options(arguments),
                confirm=sending.after(lambda lines: arguments.yes or _agreed(lines, "Send them?")),
                watch=meter,
            )
        return _told(arguments, result, exit_code=sending.exit_code)


def _pull(arguments: Arguments) -> int:
    with _service(arguments, Event()) as service, _counted(service):
        result = gcbulk.pipeline.pull_file(arguments.path, service, images=arguments.images, force=arguments.force)
    return _told(arguments, result)


def _review(arguments: Arguments) -> int:
    if (arguments.file is None) != arguments.all:
        raise SettingsError("Say what to hand to review: a FILE, or --all for everything that is live.")
    checked = None if arguments.all else gcbulk.pipeline.check_achievements(arguments.file, _reading(arguments))
    with Sending() as sending:
        with _service(arguments, sending.stop) as service, _counted(service) as meter:

            def confirm(lines: Sequence[str]) -> bool:
                """Show what would be done and ask whether to do it."""
                meter.restart()  # the question needs the line
                return arguments.yes or _agreed(lines, "Do that?")

            result = gcbulk.pipeline.review_file(
                arguments.file,
                checked,
                service,
                _place(arguments),
                options=gcbulk.pipeline.ReviewOptions(arguments.platform, arguments.submit),
                confirm=sending.after(confirm),
                watch=gcbulk.pipeline.outcomes_shown(meter, service),
            )
        return _told(arguments, result, exit_code=sending.exit_code)


def _report(arguments: Arguments) -> int:
    checked = _read(arguments)
    result = gcbulk.pipeline.report_any_file(
        arguments.file, checked, _journal(arguments), _place(arguments), _options(arguments), verb=arguments.last
    )
    return _told(arguments, result)


def _doctor(arguments: Arguments) -> int:
    given = {name: getattr(arguments, name) for name in (*_SERVICE, "force_base_url")}
    findings = gcbulk.pipeline.examine(api=arguments.api, **given)
    for line in gcbulk.pipeline.doctor_lines(findings):
        _say(line)
    if arguments.json:
        print(json.dumps(gcbulk.pipeline.doctor_json(findings), ensure_ascii=True))
    return gcbulk.pipeline.doctor_exit(findings)


def _purge(arguments: Arguments) -> int:
    notes = gcbulk.pipeline.purge(
        _journal(arguments),
        rescue_dir=gcbulk.pipeline.state_dir() / "rescued",
        confirm=lambda lines: arguments.yes or _agreed(lines, "Remove them?", done="removed"),
        older_than_days=arguments.older_than,
    )
    for note in notes:
        _say(note)
    return 0


def _template(arguments: Arguments) -> int:
    path: Path = arguments.path
    with _faults_said(f"{path} cannot be written"):
        if path.exists() and not arguments.force:
            raise SettingsError(f"{path} is there already; it is replaced only with --force.")
        _say(f"Written: {gcbulk.pipeline.write_template(path)}")
    return 0


def _notebooks(arguments: Arguments) -> int:
    for path in gcbulk.pipeline.write_notebooks(arguments.folder, force=arguments.force):
        _say(f"Written: {path}")
    return 0


def _simulator(arguments: Arguments) -> int:
    given = {"hour_limit": arguments.hour_limit, "minute_limit": arguments.minute_limit}
    limits = {name: limit for name, limit in given.items() if limit is not None or arguments.no_limit}
    with _faults_said("The simulator cannot run like this"):
        gcbulk.pipeline.run_simulator(
            port=arguments.port, state=arguments.state, faults=arguments.faults, limits=limits, say=_say
        )
    return 0


def _demo(arguments: Arguments) -> int:
    with _faults_said(f"The folder {arguments.dir} cannot be used"):
        gcbulk.pipeline.run_demo(arguments.dir, say=_say)
    return 0


_VERBS: dict[str, Callable[[Arguments], int]] = {
    "check": _check,
    "preview": _preview,
    "plan": _plan,
    "push": _push,
    "submit": _submit,
    "pull": _pull,
    "review": _review,
    "report": _report,
    "doctor": _doctor,
    "purge": _purge,
    "template": _template,
    "notebooks": _notebooks,
    "simulator": _simulator,
    "demo": _demo,
}


def _read(arguments: Arguments) -> gcbulk.Checked | gcbulk.pipeline.CheckedSubmissions:
    return gcbulk.pipeline.check_any(arguments.file, arguments.kind, _reading(arguments))


def _reading(arguments: Arguments) -> gcbulk.pipeline.Reading:
    return gcbulk.pipeline.Reading(
        sheet=_each_once("--sheet", arguments.sheet),
        column=_each_once("--column", arguments.column),
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        bundle_id=getattr(arguments, "bundle_id", None),
        percent_as=getattr(arguments, "percent_as", None),
        timezone=getattr(arguments, "timezone", None),
        locale=getattr(arguments, "locale", None),
    )


def _each_once(option: str, pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What an option that may be given several times says of each name."""
    for name, value in pairs:
        others = {other for same, other in pairs if same == name} - {value}
        if others:
            raise SettingsError(
                f"{option} says two things of {name}: {value} and {others.pop()}. Leave one of them out."
            )
    return dict(pairs)


def _options(arguments: Arguments) -> gcbulk.pipeline.SubmitOptions:
    return gcbulk.pipeline.SubmitOptions(
        on_duplicate=arguments.on_duplicate,
        allow_lowering=arguments.allow_lowering,
        send_zero=arguments.send_zero,
        in_flight=getattr(arguments, "max_in_flight", 6),
        max_requests=getattr(arguments, "max_requests", None),
        stop_at=getattr(arguments, "stop_at", None),
    )


def _wishes(arguments: Arguments) -> gcbulk.pipeline.Wishes:
    delete_missing = arguments.delete_missing is not None
    return gcbulk.pipeline.Wishes(reorder=arguments.reorder, delete_missing=delete_missing)


def _plan_options(arguments: Arguments) -> gcbulk.pipeline.PlanOptions:
    rescue_dir = gcbulk.pipeline.state_dir() / "rescued"
    sheet = gcbulk.pipeline.Place(rescue_dir, journal=arguments.journal) if arguments.plan_sheet else None
    return gcbulk.pipeline.PlanOptions(_wishes(arguments), arguments.out, sheet)


def _service(arguments: Arguments, stop: Event, checked: object = None) -> gcbulk.Service:
    given = {name: getattr(arguments, name) for name in _SERVICE}
    if isinstance(checked, gcbulk.CheckedSubmissions) and not arguments.detail_id:
        # Where the command names no app the rows do.
        given["bundle_id"] = arguments.bundle_id or next(iter(gcbulk.pipeline.apps_of(checked)), None)
    settings = gcbulk.pipeline.make_settings(
        **given,
        force_base_url=arguments.force_base_url,
        settle_wait_s=getattr(arguments, "settle_wait", 60.0),
        requests_per_hour=getattr(arguments, "requests_per_hour", None),
        requests_per_minute=getattr(arguments, "requests_per_minute", None),
    )
    if arguments.verb in _SENDING and not is_somebody_there() and not gcbulk.pipeline.is_there(settings.journal):
        _say(_NEW_JOURNAL.format(path=settings.journal))
    service = gcbulk.Service(settings, api=gcbulk.pipeline.Api(arguments.api), stop=stop)
    service.on_wait = lambda wait: _say(wait_text(wait))
    return service


def _meter() -> Meter:
    return Meter(_say, is_terminal=sys.stderr.isatty())


@contextmanager
def _counted(service: gcbulk.Service) -> Iterator[Meter]:
    """Show how many requests were sent, until there is something else to show."""
    with _meter() as meter:
        service.on_request = meter.count
        yield meter


_SENDING = ("push", "submit", "review")
_NEW_JOURNAL = (
    "The journal {path} is new, so nothing is known of what earlier runs sent. If this machine is thrown away after "
    "the run, as in CI or a container, keep the journal on a volume and name it with --journal."
)


def _journal(arguments: Arguments) -> Path:
    return arguments.journal or gcbulk.pipeline.state_dir() / "journal.sqlite3"


def _place(arguments: Arguments) -> gcbulk.pipeline.Place:
    rescue_dir: Path = gcbulk.pipeline.state_dir() / "rescued"
    return gcbulk.pipeline.Place(
        rescue_dir,
        report=arguments.report,
        write=not arguments.no_report,
        journal=getattr(arguments, "journal", None),
    )


def _agreed(lines: Sequence[str], question: str, *, done: str = "sent") -> bool:
    for line in lines:
        _say(line)
    if not is_somebody_there():
        raise SettingsError(f"Nothing was {done}: nobody is there to say yes. Add --yes to go on without asking.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _typed(deletions: int) -> int:
    """How many deletions somebody confirms, by typing their number."""
    if not is_somebody_there():
        raise SettingsError(
            f"Nothing was sent: {deletions} achievements would be deleted, and nobody is there to confirm it. Look at "
            f"the plan, then add --delete-missing={deletions}."
        )
    sys.stderr.write(f"This deletes {deletions} achievements for good. Type {deletions} to go on: ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    return int(answer) if re.fullmatch(r"[0-9]{1,9}", answer) else 0


def _told(arguments: Arguments, result: gcbulk.pipeline.Result, *, exit_code: int | None = None) -> int:
    for note in result.notes:
        _say(note)
    if arguments.json:
        _print_json(result, exit_code)
    return result.exit if exit_code is None else exit_code


def _print_json(result: gcbulk.pipeline.Result, exit_code: int | None = None) -> None:
    found = gcbulk.pipeline.as_json(result)
    if exit_code is not None:
        found["exit"] = exit_code
    print(json.dumps(found, ensure_ascii=True))


def _say(line: str) -> None:
    """Print a line for people; what could steer a terminal is shown as an escape."""
    shown = "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in line)
    tqdm.write(shown, file=sys.stderr)


@contextmanager
def _faults_said(what: str) -> Iterator[None]:
    """A folder that is not there, a port that is taken: the user's to fix, in a sentence."""
    try:
        yield
    except OSError as error:
        raise SettingsError(f"{what}: {error.strerror or error}.") from error
