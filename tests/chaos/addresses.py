"""Trials of tricks with addresses: no answer of the service leads the token, or a run, anywhere else (T3)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from unittest.mock import patch

from PIL import Image

from chaos.judging import judge_created
from chaos.trap import Trap, trapped
from chaos.trials import Ground, Tally, Trial, total, wrong_if
from chaos.tricks import TRICKS, Place, Trick
from gcbulk.cli import main
from gcbulk.simulator import Fault, Simulator, Switches
from gcbulk.simulator.pictures import state_of
from jobs import Job, TurnedClock
from shell import service_options

IMAGES = "gameCenterAchievementImages"
_LISTS = r"/gameCenterAchievements(V2)?$"
_CALLS = 20
_STATUSES = (301, 302, 303, 307, 308, 300, 305, 304)


@dataclass(frozen=True, slots=True)
class Stage:
    """One trick on one ground: an app of its own with one achievement, in one language, with a picture."""

    job: Job
    simulator: Simulator
    trap: Trap
    name: str

    @property
    def own(self) -> int:
        """The service's port."""
        return int(self.simulator.base_url.rpartition(":")[2])

    def run(self, *arguments: object) -> tuple[int, str]:
        """Run a command; the exit code, and what stood on standard error."""
        options = service_options(self.simulator, "--journal", self.job.journal, "--bundle-id", self.name)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            code = main([str(one) for one in (*arguments, *options)])
        return code, said.getvalue()

    def push(self) -> tuple[int, str]:
        """Push the workbook."""
        return self.run("push", self.job.workbook, "--yes")

    def finished(self) -> Tally:
        """Let nothing go wrong any more, push again, and judge what there is then."""
        self.simulator.clear_faults()
        code, said = self.push()
        found = wrong_if(code, f"not finished by the next push, {said[-300:]}", cases=0)
        achievement, text = f"{self.name}.a", f"{self.name}.a / en-US"
        lines = {(str(line["Step"]), str(line["Key"])): str(line["Id"] or "") for line in self.job.lines()}
        told = {key: made for (step, key), made in lines.items() if step != "image"}
        made = [one for one in self.simulator.ledger.created if one.key.startswith(achievement) and one.type != IMAGES]
        made = [one for one in made if one.type.startswith(("gameCenterAchievements", "gameCenterAchievementLocal"))]
        pictures = self._pictures(lines.get(("image", text)))
        return found + replace(judge_created(made, told, [achievement, text]), cases=0) + pictures

    def _pictures(self, told: str | None) -> Tally:
        store = self.simulator.store
        ours = [one for one in store.all(IMAGES) if one.attributes["fileName"] == f"{self.name}.png"]
        states = [(one.id, state_of(self.simulator.service.world, one)) for one in ours]
        return wrong_if(states != [(told, "COMPLETE")] and states, f"pictures, of which {told} is told", cases=0)


Act = Callable[[Stage, str, int], tuple[int, str]]


def _stage(job: Job, simulator: Simulator, trap: Trap, number: int) -> Stage:
    name = f"com.example.t{number}"
    simulator.add_app(bundle_id=name)
    Image.new("RGB", (512, 512), (number, 0, 0)).save(job.folder / f"{name}.png", "PNG")
    job.fill(
        [("A", f"{name}.a", 5, "No", "Yes", f"{name}.png")], [(f"{name}.a", "en-US", "N", "B", "A")], more=["Image"]
    )
    return Stage(job, simulator, trap, name)


def _batch(ground: Ground, act: Act, codes: Sequence[int], *, carries: bool) -> Tally:
    """Play some tricks; ``carries`` where something without a token may go to where a trick leads."""
    clock = TurnedClock()
    simulator = ground.simulator(Switches(hour_limit=None), now=clock.time)
    own = int(simulator.base_url.rpartition(":")[2])
    trap = ground.stack.enter_context(trapped(own, simulator.service.world.upload_port))
    ground.stack.enter_context(patch("gcbulk.runs.shared.connection.SystemClock", lambda: clock))
    job, tallies = Job(ground.folder, clock, ground.stack), []
    for number in range(ground.number, len(TRICKS), _CALLS):
        trick, stage = TRICKS[number], _stage(job, simulator, trap, number)
        trap.forget()
        code, said = act(stage, trick.at(own, trap.port), number)
        place = trick.parts and (trick.parts[0], trick.parts[1] or trap.port)
        tallies += [
            _judged(trick, code, said, trap, codes, allowed=place if carries else None),
            stage.finished(),
        ]
    return total(tallies) + wrong_if(simulator.leaks, "a token at the upload address", cases=0)


def _judged(trick: Trick, code: int, said: str, trap: Trap, codes: Sequence[int], *, allowed: Place | None) -> Tally:
    """Nobody else saw a token, or was even visited, and the run ended in an orderly way."""
    about = ascii(trick.address[:60])
    visited = [place for place in trap.asked if place != allowed] + trap.reached
    missed = allowed is not None and not trap.asked
    return total(
        (
            wrong_if(trap.tokens(), f"{about} got a token"),
            wrong_if(visited, f"{about} led there", cases=0),
            wrong_if(missed, f"{about} led nowhere, so that nothing was tried", cases=0),
            wrong_if(code not in codes and (code, said[-300:]), f"{about} ended otherwise", cases=0),
            wrong_if("Traceback" in said or not said.strip(), f"{about} was told badly, {said[-300:]}", cases=0),
        )
    )


def _next_link(stage: Stage, address: str, number: int) -> tuple[int, str]:
    stage.simulator.add_fault(Fault("edit", "GET", _LISTS, pointer="/links/next", value=address))
    return stage.push()


def _redirect(stage: Stage, address: str, number: int) -> tuple[int, str]:
    """Redirect a read, a create and a part once each, or every one of them; some with two places to go to."""
    home = f"{stage.simulator.base_url}/v1/apps"
    address = "".join(char for char in address if char.isprintable()).strip()  # a header can hold nothing else
    places = ((address,), (home, address), (address, home))[number % 3]
    headers = tuple(("Location", place) for place in places)
    nth = () if number % 2 else (1,)
    for turn, (method, path) in enumerate((("GET", _LISTS), ("POST", _LISTS), ("PUT", "/uploads/"))):
        status = _STATUSES[(number + turn) % len(_STATUSES)]
        stage.simulator.add_fault(Fault("status", method, path, nth, status=status, headers=headers))
    return stage.push()


def _upload(stage: Stage, address: str, number: int) -> tuple[int, str]:
    pointer = "/data/attributes/uploadOperations/0/url"
    stage.simulator.add_fault(Fault("edit", "POST", f"/{IMAGES}$", pointer=pointer, value=address))
    return stage.push()


def _picture(stage: Stage, address: str, number: int) -> tuple[int, str]:
    stage.push()
    stage.trap.forget()
    pointer = "/included/0/attributes/imageAsset/templateUrl"
    stage.simulator.add_fault(Fault("edit", "GET", pointer=pointer, value=address))
    return stage.run("pull", stage.job.folder / f"{stage.name}.xlsx", "--images", stage.job.folder / stage.name)


_PLACES = (
    ("next", "a list's next link leads astray", _next_link, (0, 7), False),
    ("redirect", "a read, a create and a part of a picture are redirected", _redirect, (0, 4, 7), False),
    ("upload", "a picture's parts are to be sent astray", _upload, (0, 3, 4), True),
    ("picture", "a picture's own address leads astray, in a pull", _picture, (3,), True),
)

TRIALS: tuple[Trial, ...] = tuple(
    Trial(f"T3/{name}", title, partial(_batch, act=act, codes=codes, carries=carries), _CALLS, 1)
    for name, title, act, codes, carries in _PLACES
)
