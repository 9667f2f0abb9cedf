"""An option that is there and says nothing is a mistake, never "not given"."""

from __future__ import annotations

import argparse

import pytest

from gcbulk.cli.arguments import parser

PARSER = parser()
VERBS: dict[str, argparse.ArgumentParser] = next(
    dict(one.choices) for one in PARSER._actions if isinstance(one, argparse._SubParsersAction)
)
VALUED = [
    (name, action)
    for name, verb in VERBS.items()
    for action in verb._actions
    if action.nargs != 0 and not isinstance(action, argparse._HelpAction)
]
"""Every option and every file of every verb."""


def command(verb: str, action: argparse.Action, value: str) -> list[str]:
    """A command with that value, and with whatever else the verb needs."""
    needed = [one for one in VERBS[verb]._actions if not one.option_strings and one.required]
    given = [f"{action.option_strings[0]}={value}"] if action.option_strings else [value]
    return [verb, *("game.xlsx" for one in needed if one.dest != action.dest), *given]


@pytest.mark.parametrize(("verb", "action"), VALUED, ids=lambda one: getattr(one, "dest", one))
def test_an_empty_value_is_exit_2_and_names_the_option(
    verb: str, action: argparse.Action, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--base-url "$SIM"` with SIM not set must not be Apple's live service; the same for every other option."""
    for value in ("", " ") if action.dest != "delimiter" else ("",):
        with pytest.raises(SystemExit) as left:
            PARSER.parse_args(command(verb, action, value))
        assert left.value.code == 2
        said = capsys.readouterr().err
        assert (action.option_strings or [str(action.metavar)])[0] in said.splitlines()[-1]


def test_there_are_options_to_try() -> None:
    """The list is made from the parser; it holds those that the issue was about."""
    names = {name for _, action in VALUED for name in action.option_strings}
    assert {"--base-url", "--key-path", "--journal", "--bundle-id", "--detail-id", "--report", "--stop-at"} <= names
    assert len(VALUED) > 100
