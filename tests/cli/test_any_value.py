"""No value of any option is a bug: whatever the parser accepts ends in an exit code that says what happened."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from submit_jobs import FIRST, player

from gcbulk.cli import main
from gcbulk.cli.arguments import parser
from gcbulk.simulator import Simulator, Switches, running
from jobs import Job, TurnedClock
from shell import Shell, service_options

PATHS = (
    "/dev/null", "/dev/full", "/dev/zero", "folder", "file", "file/below", "circle", "dangling", "nowhere/x.csv", ".",
    "..", "/", "~", "~nobody/x.csv", "x\ny.xlsx", "x\ny.csv", "caf\udce9.xlsx", "caf\udce9.csv", "caf\udce9",
    "empty.json", "wrong.toml", "nul\u202e.xlsx", f"{'a' * 240}.xlsx", f"{'a' * 250}.csv", "/proc/self/mem",
    "%s{0}.csv", "-", "CON", "game.xlsx", "progress.csv",
)  # fmt: skip
TEXTS = (
    "\x1b[2J", "x" * 1_000, "ß", "名", "a b", "%s{}%(x)s", "../../etc", "/etc/localtime", "posixrules", "-1", "0",
    "nan", "rot13", "base64", "idna", "punycode", "utf-16", "utf-32", "utf-7", "undefined", "zlib", "mbcs",
    "unicode_escape",
    "hex", "bz2", "quopri", "uu", "cp037", "charmap", "Europe/../Berlin", "UTC+25", "+99:99", "+24:00", "localtime",
    "Factory", "America", "\udce9", "\u0661", "a/b", "?", "..", "None", "en-US", "\ufeff", "\u2028", "'", '"',
    "\t", "\\", "com.example.*", "zone.tab",
)  # fmt: skip
PAIRS = tuple(f"{name}={text}" for name in ("achievements", "points", "submissions", "x") for text in TEXTS)
NUMBERS = (
    "0",
    "1",
    "-1",
    "1e3",
    "nan",
    "１",
    "9" * 20,
    "65535",
    "0.5",
    "24:00",
    "06:00",
    "0001-01-01",
    "9999-12-31T23:59",
)
ADDRESSES = (
    "http://127.0.0.1:1", "http://localhost:0", "http://127.0.0.1:99999", "http://[::1]:1", "https://127.0.0.1:1",
    "http://127.0.0.1:1/x", "http://[", "ftp://x", "//", "http://127.0.0.1:１",
)  # fmt: skip
VALUES = {"path": PATHS, "filled": (*TEXTS, *ADDRESSES), "sign": TEXTS, "pair": PAIRS}
USUAL = {
    "check": ("game.xlsx",), "plan": ("game.xlsx",), "preview": ("game.xlsx",), "push": ("game.xlsx", "--yes"),
    "submit": ("progress.csv", "--yes"), "pull": ("live.xlsx", "--force"), "review": ("game.xlsx", "--yes"),
    "report": ("game.xlsx",), "purge": ("--yes",), "explain": ("cell-empty",),
    "template": ("new.xlsx", "--force"), "notebooks": ("notebooks", "--force"),
}  # fmt: skip
NOT_A_BUG = {0, 2, 3, 5, 7}
"""All done, refused, some rows rejected, report elsewhere, nobody there; nothing here is unknown or interrupted."""


def options() -> Iterator[tuple[str, argparse.Action]]:
    """Every option and operand that takes any value, of every verb."""
    (verbs,) = (one.choices for one in parser()._actions if isinstance(one, argparse._SubParsersAction))
    for verb, known in verbs.items():
        for action in known._actions:
            if action.nargs != 0 and not action.choices and not isinstance(action, argparse._HelpAction):
                yield verb, action


OPTIONS = list(options())


def command(verb: str, action: argparse.Action, value: str, simulator: Simulator) -> list[str]:
    """A command that would do its work, with that value for one of its options."""
    known = {name for each, one in OPTIONS if each == verb for name in one.option_strings}
    usual = list(map(str, service_options(simulator)))
    service = [word for pair in zip(usual[::2], usual[1::2], strict=True) if pair[0] in known for word in pair]
    if action.option_strings:
        return [verb, *USUAL.get(verb, ()), *service, f"{action.option_strings[0]}={value}"]
    return [verb, *USUAL.get(verb, ())[1:], *service, "--", value]


def test_every_verb_with_an_operand_has_its_usual_one() -> None:
    """Without its operand a command is wrong usage, whatever the value that is tried."""
    lacking = {verb for verb, action in OPTIONS if not action.option_strings and action.required} - {*USUAL}
    assert not lacking, f"USUAL needs a line for {lacking}"


@pytest.fixture
def simulator(shell: Shell, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Give a simulator, a folder with all that the values name, and a verb ``simulator`` that ends by itself."""
    monkeypatch.setattr("gcbulk.runs.doctor.SystemClock", lambda: clock)

    def serve(
        *, port: int, state: Path | None, key_dir: Path, switches: Switches, on_ready: Callable[[Simulator], None]
    ) -> None:
        with running(switches, key_dir=key_dir, state=state, port=port) as started:
            on_ready(started)

    monkeypatch.setattr("gcbulk.runs.simulator.serve", serve)
    with ExitStack() as stack:
        Job(shell.folder, clock, stack).fill_plain(1)
        Path("progress.csv").write_text(f"Player ID,Achievement ID,Percentage\n{player(1)},{FIRST},50\n")
        Path("folder").mkdir()
        Path("file").write_bytes(b"mine")
        Path("circle").symlink_to("circle")
        Path("dangling").symlink_to("nowhere")
        Path("empty.json").write_text("{}")
        Path("wrong.toml").write_text("x = [")
        yield stack.enter_context(running(Switches(), key_dir=shell.folder / "keys", now=clock.time))


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), option=st.sampled_from(OPTIONS))
def test_no_value_of_any_option_is_a_bug(
    simulator: Simulator, data: st.DataObject, option: tuple[str, argparse.Action]
) -> None:
    """Every value of every option of every verb, against the simulator: never a traceback, never exit code 1."""
    verb, action = option
    value = data.draw(st.sampled_from(VALUES.get(getattr(action.type, "__name__", ""), NUMBERS)))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code: object = main(command(verb, action, value, simulator))
        except SystemExit as end:
            code = end.code
    assert code in NOT_A_BUG, err.getvalue()
    assert "Traceback" not in err.getvalue()


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_name_that_is_no_text_is_said(shell: Shell, simulator: Simulator) -> None:
    """A name in another encoding, as old archives hold them, is refused with what to do, and nothing is sent."""
    path = Path(os.fsdecode(b"caf\xe9.xlsx"))
    Path("game.xlsx").rename(path)
    for verb in ("check", "push"):
        ran = shell.run(verb, path, *(service_options(simulator, "--yes") if verb == "push" else ()))
        assert ran.code == 2
        assert "Rename it" in ran.err
    assert simulator.exchanges == []


def test_a_name_as_long_as_names_can_be_loses_no_report(shell: Shell, simulator: Simulator) -> None:
    """Where the report's own name would be too long it goes beside the file under a shorter one, with exit code 5."""
    path = Path(f"{'n' * 250}.csv")
    path.write_text("Reference Name,Achievement ID,Points,Hidden,Repeatable\nA,com.example.a,5,No,No\n")
    ran = shell.run("push", path, *service_options(simulator, "--yes", "--json"))
    assert ran.code == 5
    assert Path(str(ran.found["report"])).exists()
