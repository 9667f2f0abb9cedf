"""The command: show what differs from the recorded answers, or record them again.

``python -m golden`` compares every case and every seed, ``python -m golden progress/matrix book:17`` some of them; a
part of a name will do. ``--write`` records them, ``--print`` shows whole answers, so that two checkouts can be
compared. The exit code is 1 where something differs and was not recorded.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from golden import random_cases
from golden.layout import text_of
from golden.recorded import AGAIN, CASES, difference, left_over, now, path_of, record


def main(argv: Sequence[str] | None = None) -> int:
    """Compare, record or show."""
    parser = argparse.ArgumentParser(prog="python -m golden", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a case or a part of its name, book:17, plan (all)")
    parser.add_argument("--write", action="store_true", help="record what differs")
    parser.add_argument("--print", action="store_true", help="show the whole answers instead")
    arguments = parser.parse_args(argv)
    names = arguments.names
    cases = [name for name in CASES if not names or any(part in name for part in names)]
    seeds = [name for name in random_cases.NAMES if not names or name in names or name.partition(":")[0] in names]
    if not cases and not seeds:
        parser.error("there is no such case")
    if arguments.print:
        return _show(cases, seeds)
    found = [_differs(name, write=arguments.write) for name in cases]
    found += [_lost(name, write=arguments.write) for name in left_over() if not names]
    found += _seeds_differ(seeds, write=arguments.write)
    print(f"{len(cases)} cases, {len(seeds)} seeds; {sum(found)} {'recorded' if arguments.write else 'differ'}.")
    if any(found) and not arguments.write:
        print(AGAIN, file=sys.stderr)
    return int(any(found) and not arguments.write)


def _show(cases: Sequence[str], seeds: Sequence[str]) -> int:
    for name in cases:
        print(now(name), end="")
    for name in seeds:
        print(text_of(random_cases.answer(name)), end="")
    return 0


def _differs(name: str, *, write: bool) -> bool:
    """Whether a case differs from what is recorded; what differs is shown."""
    found = now(name)
    shown = difference(name, found)
    if shown:
        print(shown)
        if write:
            record(name, found)
    return bool(shown)


def _lost(name: str, *, write: bool) -> bool:
    print(f"{name}: its case is gone")
    if write:
        path_of(name).unlink()
    return True


def _seeds_differ(names: Sequence[str], *, write: bool) -> list[bool]:
    """Which seeds differ from what is recorded; both lines of each are shown."""
    before, found = random_cases.recorded(), {name: random_cases.line(name) for name in names}
    differing = [name for name in names if before.get(name) != found[name]]
    for name in differing:
        print(f"-{before.get(name, '')}\n+{found[name]}")
    if write:
        random_cases.record(found)
    return [name in differing for name in names]


if __name__ == "__main__":
    sys.exit(main())
