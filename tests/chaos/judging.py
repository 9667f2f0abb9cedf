"""Holds a report against the ledger: what is lost, what is there twice, what has another's id.

What comes in: what the simulator truly applied, and what the report says. What goes out: a `Tally`. Nothing here knows
how the client decides; it only compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from chaos.trials import Tally
from gcbulk.simulator.ledger import Created, Submitted

Pair = tuple[str, str]
"""A player and an achievement, or a leaderboard."""


def judge_created(
    created: Iterable[Created], told: Mapping[str, str], wanted: Collection[str], *, all_named: bool = False
) -> Tally:
    """Judge objects with natural keys: achievements and localizations.

    Args:
        created: what came to be, of the kinds that are wanted.
        told: the report's id of each key; empty where it tells none.
        wanted: the keys that have to be there.
        all_named: whether the report has to tell an id of each, as one that says that all is done has to.
    """
    made: dict[str, list[str]] = defaultdict(list)
    for one in created:
        made[one.key].append(one.id)
    lost = [key for key in wanted if key not in made or key not in told]
    twice = [key for key, ids in made.items() if len(ids) > 1]
    named = [key for key in wanted if told.get(key) or (all_named and key in told)]
    wrong = [key for key in named if told[key] not in made[key]]
    strange = [key for key in made if key not in wanted]
    notes = [
        *(f"lost {key}" for key in lost),
        *(f"twice {key}" for key in twice),
        *(f"wrong id {key}" for key in wrong),
    ]
    return Tally(
        lost=len(lost),
        duplicated=sum(len(made[key]) - 1 for key in twice),
        wrong=len(wrong) + len(strange),
        notes=(*notes, *(f"not asked for {key}" for key in strange)),
    )


def judge_submitted(
    submitted: Iterable[Submitted],
    told: Mapping[Pair, str],
    wanted: Mapping[Pair, int | str],
    *,
    all_named: bool = False,
) -> Tally:
    """Judge submissions: each pair ends at its value, and what was sent again was sent with the same date.

    Args:
        submitted: what took effect, in order.
        told: the report's id of each pair; empty where it tells none.
        wanted: each pair's value, the last that is to take effect.
        all_named: whether the report has to tell an id of each, as one that says that all is done has to.
    """
    took: dict[Pair, list[Submitted]] = defaultdict(list)
    for one in submitted:
        took[one.player, one.vendor_identifier].append(one)
    lost = [pair for pair in wanted if pair not in took or pair not in told]
    twice = {pair: len({(one.value, one.submitted_at) for one in all_of}) - 1 for pair, all_of in took.items()}
    astray = [pair for pair, value in wanted.items() if pair in took and took[pair][-1].value != value]
    named = [pair for pair in wanted if told.get(pair) or (all_named and pair in told)]
    misnamed = [pair for pair in named if told[pair] not in {one.id for one in took[pair]}]
    notes = [f"lost {pair}" for pair in lost] + [f"sent anew {pair}" for pair, count in twice.items() if count]
    return Tally(
        lost=len(lost),
        duplicated=sum(twice.values()),
        wrong=len(astray) + len(misnamed) + len(took.keys() - wanted.keys()),
        notes=(*notes, *(f"wrong value {pair}" for pair in astray), *(f"wrong id {pair}" for pair in misnamed)),
    )
