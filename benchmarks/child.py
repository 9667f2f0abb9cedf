"""One command line in a process of its own, and the most memory that it held.

What comes in: ``python -m benchmarks.child ARGUMENT ...``, the arguments of ``gcbulk``. What goes out: the last line on
standard output, the peak in bytes.
"""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

from gcbulk.cli import main

_STATUS = Path("/proc/self/status")


def peak_bytes() -> int:
    """The most memory that this process has held at a time.

    On Linux the kernel's high-water mark: ``ru_maxrss`` would count what the parent held when it started us.
    """
    if _STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
        return int(found[1]) * 1024 if found else 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.write(f"\n{peak_bytes()}\n")
    sys.exit(code)
