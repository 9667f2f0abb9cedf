"""Trials of uploads that die at every step: the next run goes on there, and no reservation is left over.

What comes in: a step of the upload. What goes out: what the service has of each picture after runs that died there one
after the other, and a last one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from picture_jobs import OWN, fill_pictures, pictures_by_text

from chaos.runs import KILLED, ended, finished
from chaos.steps import LEFTOVER_STEPS, PARTS, PICTURE_STEPS
from chaos.trials import NONE, Ground, Tally, Trial, wrong_if
from chaos.works import Client, Kind, Orders, judge_texts, orders, told_by_sheet, workbook
from gcbulk.records import Api
from gcbulk.simulator import Simulator, Switches
from gcbulk.simulator.pictures import state_of
from jobs import push_and_exit, report_lines

ACHIEVEMENTS = 4
LOCALES = ("en-US", OWN)
KILLS = 2
"""Runs of one call that die, one after the other; there are more pictures than they can finish."""
CALLS = 25
PROCESSING_S = 0.4
"""How long the service looks at a picture: longer than it takes to run the command again."""
SAMPLE = 5
"""One call of so many looks whether a further run sends nothing."""
PICTURE = "picture "
"""What is put before a localization's key to make it its picture's."""


def _texts(bundle_id: str) -> list[str]:
    return [f"{bundle_id}.a{number} / {locale}" for number in range(ACHIEVEMENTS) for locale in LOCALES]


def _fill(simulator: Simulator, given: Orders) -> None:
    size = fill_pictures(workbook(given), ACHIEVEMENTS, LOCALES, prefix=given.bundle_id)
    simulator.change(part_size_bytes=-(-size // PARTS))


def _run(api: Api, given: Orders) -> None:
    path = workbook(given)
    push_and_exit(path, given.journal, given.base_url, given.key_path, given.issuer_id, given.bundle_id, api)


def _told(given: Orders) -> dict[str, str]:
    lines = [line for line in report_lines(workbook(given)) if line["Step"] == "image"]
    return told_by_sheet(given) | {f"{PICTURE}{line['Key']}": str(line["Id"] or "") for line in lines}


def _judge(simulator: Simulator, given: Orders, told: Mapping[str, str]) -> Tally:
    tally = judge_texts(simulator, given, told, _texts(given.bundle_id))
    found = dict(pictures_by_text(simulator, given.bundle_id))
    for key in _texts(given.bundle_id):
        name = "own.png" if key.endswith(OWN) else "all.png"
        good = [
            image.id
            for image in found.get(key, ())
            if state_of(simulator.service.world, image) == "COMPLETE" and image.attributes["fileName"] == name
        ]
        left_over = len(found.get(key, ())) - len(good)
        lost = int(not good or f"{PICTURE}{key}" not in told)
        wrong = left_over + (told.get(f"{PICTURE}{key}") not in good)
        notes = (f"{key}: {len(good)} pictures, {left_over} left over",) if lost or wrong or len(good) > 1 else ()
        tally += Tally(0, lost, max(len(good) - 1, 0), wrong, notes)
    return tally + wrong_if(simulator.leaks, "a token at the upload host", cases=0)


_KIND = Kind(0, 0, _fill, _judge)
CLIENTS = {api: Client(_KIND, partial(_run, api), _told) for api in Api}


def _committed(simulator: Simulator, given: Orders) -> set[str]:
    """The pictures that have arrived whole."""
    every = pictures_by_text(simulator, given.bundle_id)
    return {image.id for _, images in every for image in images if "judgedAt" in image.attributes}


def at_upload(names: tuple[str, ...], ground: Ground) -> Tally:
    """Die at a step of the upload again and again, then come to the end; what had arrived is not sent anew."""
    name = names[ground.number % len(names)]
    steps = (PICTURE_STEPS | LEFTOVER_STEPS)[name]
    chance, is_leftover = ground.chance, name in LEFTOVER_STEPS
    client = CLIENTS[chance.choice(list(Api))]
    processing_s = PROCESSING_S if name == "verdict" else chance.choice([0.0, PROCESSING_S])
    simulator = ground.simulator(
        Switches(
            hour_limit=None, record=False, image_processing_s=processing_s, second_commit_refused=chance.random() < 0.5
        )
    )
    given = orders(simulator, ground.folder, 0)
    client.kind.prepare(simulator, given)
    tally = NONE
    for number in range(KILLS):
        if is_leftover:
            ended(client, given, PICTURE_STEPS["middle-part"][1], 1)
        step, row = chance.choice(steps), 1 if is_leftover or name == "verdict" else chance.randint(1, 2)
        before = _committed(simulator, given)
        code = ended(client, given, step, row)
        where = f"kill {number}, picture {row}, {step.words}"
        again = len(before - _committed(simulator, given))
        tally += Tally(1, duplicated=again, notes=(f"{where}: {again} sent anew",) if again else ())
        tally += wrong_if(code if code != KILLED else None, f"{where}: not reached, the exit code is", cases=0)
    before = _committed(simulator, given)
    last = finished(client, simulator, given, step.words, sample=ground.number % SAMPLE == 0)
    again = len(before - _committed(simulator, given))
    return tally + Tally(0, last.lost, last.duplicated + again, last.wrong, last.notes)


_LINES = {
    "intent": ("its intent", ("intent",)),
    "reservation": ("the reservation", ("reservation",)),
    "part": ("the first part, one in the middle, or the last", ("first-part", "middle-part", "last-part")),
    "commit": ("the commit", ("commit",)),
    "verdict": ("the look at the verdict", ("verdict",)),
    "result": ("its result", ("result",)),
    "leftover": ("the look for what was left, or its removal", ("look", "removal")),
}
TRIALS: tuple[Trial, ...] = tuple(
    Trial(f"F21/{key}", f"an upload dies at {title}", partial(at_upload, names), CALLS * len(names), 1)
    for key, (title, names) in _LINES.items()
)
