"""`make clients`: published clients of other authors against the simulator, in an environment of their own.

The simulator shares no code with gcbulk, but it has the same authors; clients that were written for the real service
by others tell whether it is like that.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from gcbulk.simulator import Switches, running

APPS = 120


def main() -> int:
    """Run them; 0 if each of them could do what it does with the real service."""
    (python,) = sys.argv[1:]
    with TemporaryDirectory() as folder, running(Switches(part_size_bytes=500), key_dir=Path(folder)) as simulator:
        for number in range(APPS):
            simulator.add_app(bundle_id=f"com.example.a{number:03}")
        text = simulator.add_localization(simulator.add_achievement("quest.first"), "en-US")
        key = [simulator.key_id, simulator.issuer_id, str(simulator.key_path)]
        command = [python, str(Path(__file__).with_name("others.py")), simulator.base_url, *key, text.id]
        code = subprocess.run(command, check=False).returncode
        if simulator.unhandled:
            print(f"FAILED  calls that the simulator does not know: {simulator.unhandled}")
        return 1 if simulator.unhandled else code


if __name__ == "__main__":
    sys.exit(main())
