"""Make ``python -m gcbulk`` the same as ``gcbulk``."""

import sys

from gcbulk.cli import main

if __name__ == "__main__":
    sys.exit(main())
