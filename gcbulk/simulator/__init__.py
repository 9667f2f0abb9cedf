"""A stand-in App Store Connect on loopback, for tests, demos and rehearsals.

It answers HTTP requests signed as for the real service, in the format of Apple's specification, and a `Simulator`
shows what was truly applied::

    with running(Switches(unique_identifiers=False), key_dir=folder) as simulator:
        ...  # a client at simulator.base_url, with simulator.key_path, .key_id and .issuer_id
        assert simulator.ledger.duplicates("gameCenterAchievements") == {}
        assert simulator.unhandled == []

It shares no rule with the rest of gcbulk and imports nothing from it. The app ``com.example.game`` exists from the
start. Nothing here has ever been compared with the live service.

Source: https://developer.apple.com/documentation/appstoreconnectapi
"""

from gcbulk.simulator.fault_file import parse_storm, read_storm
from gcbulk.simulator.faults import Fault
from gcbulk.simulator.handle import AppIds, Simulator
from gcbulk.simulator.server import running, serve
from gcbulk.simulator.switches import Switches

__all__ = ["AppIds", "Fault", "Simulator", "Switches", "parse_storm", "read_storm", "running", "serve"]
