"""How lines are shown: on a terminal, and as a page of the documentation.

What comes in: lines. What goes out: text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from benchmarks.measuring import Line

_PAGE = """# How fast it is

Measured by `make bench` on {at:%Y-%m-%d}: {machine}; load average {load}.
`make bench WRITE=docs/performance.md` makes this page anew.

What counts is the ratio, not the seconds: each stage takes turns with the leanest way of doing the same, in the same
run, and the figure is the median of the rounds. The spread is the lowest and the highest round; where it is wide the
machine was busy with something else, and a single round proves nothing. CPU time is that of the whole process, threads
included, and suffers less from that.

| stage | figure | spread | limit | | held against |
|---|---|---|---|---|---|
{rows}

On a busy machine `send` flatters us, because we run one thread more, and more threads get a larger share of the
processors: one divided by the CPU time is nearer to what an idle machine shows.

Against Apple's service none of this is what takes the time: 3,600 requests an hour make a million submissions eleven
and a half days. What is not sent at all is the fastest: a row that was sent before costs no request.

`make bench ONLY=read,send` measures some stages alone. The programme is in `benchmarks/`; it is not part of the
package, and it never fails for a figure that misses its limit.
"""


def plainly(line: Line) -> str:
    """A line for a terminal."""
    limit = f"  {line.limit}: {line.verdict}" if line.limit else ""
    return f"{line.stage}\n    {line.figure} ({line.spread}){limit}\n    {line.detail}"


def page(lines: Sequence[Line], *, machine: str, load: str, at: datetime) -> str:
    """The page of the documentation.

    Args:
        lines: what was measured.
        machine: what it was measured on.
        load: how busy that was, in words.
        at: when.

    Returns:
        Markdown.
    """
    rows = "\n".join(
        f"| {one.stage} | {one.figure} | {one.spread} | {one.limit} | {one.verdict} | {one.detail} |" for one in lines
    )
    return _PAGE.format(at=at, machine=machine, load=load, rows=rows)
