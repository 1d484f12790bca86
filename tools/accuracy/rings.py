"""Which cases there are, and every row of them: made and judged by several processes."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, TypeVar

from formcheck.gait.settings import Settings, settings_for
from tools.accuracy.again.other_side import other_side_shots
from tools.accuracy.again.plan import refilmed_shots
from tools.accuracy.cases import Case
from tools.accuracy.levels import Level, level_of
from tools.accuracy.noise import ErrorStrides
from tools.accuracy.overstriding import overstriding_shots
from tools.accuracy.pictured import clip_of, is_looked_at, look, pictured_case
from tools.accuracy.score import Row, judge
from tools.accuracy.shoe_timing import shoe_sights_of
from tools.accuracy.shots import Group, Shot, extra_shots, group_of, reference_shots
from tools.accuracy.timing import Sight, sights_of
from tools.accuracy.verdicts import Verdict, verdict_of
from tools.accuracy.virtual import Filming, error_bank, lends_errors, virtual_case

Ring = Literal["tables", "again", "overstriding"]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Task:
    """One case in a few words, for any process to make: a shot by its name, or a filming of a measured runner."""

    model: str
    subject: str | Filming


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured with: where clips and landmarks are kept, and processes at once.

    ``quick``: the committed clips alone; ``at_hand``: no clip that would have to be rendered first. ``instead`` of the
    program's own settings: fields of `formcheck.gait.settings.Settings`. ``shoes``: whether they are followed.
    ``ring``: the clips that the tables are made of, or others alone: of runners filmed again, or made to overstride.
    """

    folder: Path
    jobs: int = os.cpu_count() or 1
    quick: bool = False
    at_hand: bool = False
    instead: Mapping[str, Any] = field(default_factory=dict)
    shoes: bool = True
    ring: Ring = "tables"

    def settings(self, model: str) -> Settings:
        """What cases of a model are judged with."""
        return replace(settings_for(model), **self.instead)

    @property
    def clips(self) -> Path:
        """Where rendered clips lie."""
        return self.folder / "clips"

    def shots(self) -> tuple[Shot, ...]:
        """Every shot."""
        every = _shots(self.ring, self.quick)
        return tuple(shot for shot in every if clip_of(shot, self.clips).exists()) if self.at_hand else every


@cache
def _shots(ring: Ring, quick: bool) -> tuple[Shot, ...]:
    if ring == "again":
        return (*refilmed_shots(), *other_side_shots())
    if ring == "overstriding":
        return () if quick else tuple(overstriding_shots())
    return (*reference_shots(), *(() if quick else extra_shots()))


def pictured_tasks(models: Sequence[str], bench: Bench) -> list[Task]:
    """Every shot with every model."""
    return [Task(model, shot.name) for model in models for shot in bench.shots()]


def prepare(models: Sequence[str], bench: Bench) -> None:
    """Render the clips and find the landmarks that are not there yet."""
    bench.clips.mkdir(parents=True, exist_ok=True)
    missing = [
        Task(model, shot.name)
        for model in models
        for shot in bench.shots()
        if not is_looked_at(shot, model, bench.clips)
    ]
    for _ in work(partial(_look, bench=bench), missing, bench.jobs, "clips looked at"):
        pass


def rows_of(tasks: Sequence[Task], bench: Bench) -> list[Row]:
    """Every number of every case against its truth."""
    judged = work(partial(_judge, bench=bench), sorted(tasks, key=repr), bench.jobs, "cases")
    return [row for rows in judged for row in rows]


def sights_of_all(tasks: Sequence[Task], bench: Bench) -> list[Sight]:
    """When every detector saw its events in every case."""
    seen = work(partial(_sights, bench=bench), sorted(tasks, key=repr), bench.jobs, "cases")
    return [sight for sights in seen for sight in sights]


def shoe_sights_of_all(tasks: Sequence[Task], bench: Bench) -> list[Sight]:
    """When every shoe that was followed showed its events in every case."""
    seen = work(partial(_shoe_sights, bench=bench), sorted(tasks, key=repr), bench.jobs, "cases")
    return [sight for sights in seen for sight in sights]


def judged_with(asked: Sequence[tuple[Task, Settings]], bench: Bench) -> list[tuple[list[Row], Verdict | None]]:
    """Rows and finding of every case, each judged with its own settings."""
    return list(work(partial(_judge_with, bench=bench), asked, bench.jobs, "cases"))


def levels_of_all(tasks: Sequence[Task], bench: Bench) -> list[Level]:
    """By how much the reach of every case is found too large without levels."""
    seen = work(partial(_level, bench=bench), sorted(tasks, key=repr), bench.jobs, "cases")
    return [level for level in seen if level is not None]


def case_of(task: Task, bench: Bench) -> Case:
    """A task's case."""
    if isinstance(task.subject, str):
        case = pictured_case(shot_of(task.subject, bench), task.model, bench.clips)
        return case if bench.shoes else replace(case, shoes=None)
    return virtual_case(task.subject, bank_of(task.model, task.subject.trial, bench), task.model)


def bank_of(model: str, trial: str, bench: Bench) -> list[ErrorStrides]:
    """Errors of the clips of the trial's own group: what is held out has never been fitted to, errors included."""
    return _bank(model, group_of(trial), bench.clips, bench.quick)


def shot_of(name: str, bench: Bench) -> Shot:
    """A shot by its name."""
    return next(shot for shot in bench.shots() if shot.name == name)


@cache
def _bank(model: str, group: Group, clips: Path, quick: bool) -> list[ErrorStrides]:
    lending = [shot for shot in _shots("tables", quick) if lends_errors(shot)]
    return error_bank([shot for shot in lending if shot.group == group] or lending, model, clips)


def _judge(task: Task, bench: Bench) -> list[Row]:
    return judge(case_of(task, bench), bench.settings(task.model))[1]


def _judge_with(one: tuple[Task, Settings], bench: Bench) -> tuple[list[Row], Verdict | None]:
    task, settings = one
    case = case_of(task, bench)
    report, rows = judge(case, settings)
    return rows, verdict_of(case, report)


def _sights(task: Task, bench: Bench) -> list[Sight]:
    return sights_of(case_of(task, bench), bench.settings(task.model))


def _shoe_sights(task: Task, bench: Bench) -> list[Sight]:
    return shoe_sights_of(case_of(task, bench), bench.settings(task.model))


def _level(task: Task, bench: Bench) -> Level | None:
    return level_of(case_of(task, bench), bench.settings(task.model))


def _look(task: Task, bench: Bench) -> None:
    look(shot_of(str(task.subject), bench), task.model, bench.clips)


def work(do: Callable[[Item], Result], items: Sequence[Item], jobs: int, what: str) -> Iterator[Result]:
    """Results in order, counted on standard error."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
        for done, result in enumerate(workers.map(do, items, chunksize=4), 1):
            print(f"\r{done} of {len(items)} {what}", end="", file=sys.stderr, flush=True)
            yield result
    if items:
        print(file=sys.stderr)
