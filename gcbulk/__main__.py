"""``python -m gcbulk`` is ``gcbulk``."""

import sys

from gcbulk.cli import main

if __name__ == "__main__":
    sys.exit(main())
