"""The verb simulator: a stand-in for App Store Connect on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gcbulk import files
from gcbulk.errors import SettingsError
from gcbulk.simulator import Simulator, Switches, read_storm, serve
from gcbulk.simulator.handle import DEFAULT_BUNDLE_ID

Say = Callable[[str], None]


def run_simulator(
    *, port: int, state: Path | None, faults: Path | None, limits: Mapping[str, int | None], say: Say
) -> None:
    """Run the simulator in the foreground until it is interrupted.

    Args:
        port: where to listen on loopback; 0 for any free port.
        state: the folder that keeps its state and its throw-away key over restarts; None for a folder that goes
            when it ends.
        faults: a TOML file that says what goes wrong and when; None for nothing.
        limits: ``hour_limit`` and ``minute_limit`` where they are to differ from the file's, None for no limit.
        say: told where it listens and how to use it.

    Raises:
        SettingsError: the file of faults cannot be read or is wrong, or the state cannot be kept there.
        OSError: the port is taken, or the state that was kept cannot be used.
    """

    def ready(simulator: Simulator) -> None:
        """Say how to use the stand-in, once it is running."""
        say(f"A stand-in for App Store Connect runs at {simulator.base_url}; Ctrl-C ends it. Use it like this:\n")
        say(
            f"gcbulk push achievements.xlsx --bundle-id {DEFAULT_BUNDLE_ID} --base-url {simulator.base_url} "
            f"--key-id {simulator.key_id} --issuer-id {simulator.issuer_id} --key-path {simulator.key_path}"
        )
        say(f"\nWhat was truly applied: {simulator.control_url}/ledger")
        say(f"What goes wrong, as TOML: PUT or DELETE {simulator.control_url}/faults")

    if state is not None:
        files.require_folder(state, "--state")
    storm = _storm(faults)
    switches = replace(
        storm,
        record=False,
        hour_limit=limits.get("hour_limit", storm.hour_limit),
        minute_limit=limits.get("minute_limit", storm.minute_limit),
    )
    with TemporaryDirectory(prefix="gcbulk-") as passing:
        key_dir = (state or Path(passing)) / "private_keys"
        serve(port=port, state=state, key_dir=key_dir, switches=switches, on_ready=ready)


def _storm(faults: Path | None) -> Switches:
    if faults is None:
        return Switches()
    files.require_no_other(faults, "--faults")
    try:
        return read_storm(faults)
    except (OSError, ValueError) as error:
        raise SettingsError(f"The faults in {faults} cannot be used: {error}") from error
