"""Pairs of clips of one runner from one side: what the comparison says of them, and what is so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from formcheck.gait.settings import Settings
from formcheck.judge.comparison.alike import refusal
from formcheck.judge.comparison.compare import differences_at
from formcheck.judge.comparison.records import SpeedChange
from formcheck.records.report import ErrorParts, Report
from tools.accuracy.again.parts import clip_spreads_of
from tools.accuracy.cases import Label
from tools.accuracy.rings import Bench, Task, case_of, pictured_tasks, shot_of, work
from tools.accuracy.score import Row, judge
from tools.rendered_runner.settings import GaitSettings

AS_IF: Final = SpeedChange(1.0, (1.0, 1.0), "measured")
"""Both clips of a pair are compared as if at one speed: what the speed changes is in the true difference as well."""


@dataclass(frozen=True, slots=True)
class Filmed:
    """A clip as it was judged: its report, its truth by measure, its runner's true speed and prescribed gait."""

    case: Label
    runner: str
    gait: GaitSettings
    report: Report
    truth: Mapping[str, float]
    belt_ll_s: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure's difference between two clips as found, with its interval, and the true one."""

    measure: str
    first: Label
    last: Label
    runner: str
    found: float
    half: float
    true: float

    @property
    def error(self) -> float:
        """Found minus true."""
        return self.found - self.true

    def is_called(self, added: float = 0.0) -> bool:
        """Whether a change is found when the true one is larger by so much."""
        return abs(self.found + added) > self.half


def filmed_left_out(tasks: Sequence[tuple[Task, Bench]], rows: Sequence[Row], bench: Bench) -> list[Filmed]:
    """Every clip judged with the spreads that all other runners' clips show."""
    asked = []
    for task, its in tasks:
        way = shot_of(str(task.subject), its).way
        now = its.settings(task.model)
        spreads = clip_spreads_of(row for row in rows if row.case.way != way) or now.intervals.clip_spreads
        asked.append((task, its, replace(now, intervals=replace(now.intervals, clip_spreads=spreads))))
    return list(work(_film, asked, bench.jobs, "clips"))


def filmed_at_hand(model: str, bench: Bench) -> list[Filmed]:
    """Every clip that is rendered already, judged as it is calibrated."""
    benches = (replace(bench, at_hand=True), replace(bench, at_hand=True, ring="again"))
    tasks = [(task, its) for its in benches for task in pictured_tasks([model], its)]
    return list(work(_film, [(task, its, its.settings(task.model)) for task, its in tasks], bench.jobs, "clips"))


def _film(one: tuple[Task, Bench, Settings]) -> Filmed:
    task, bench, settings = one
    case = case_of(task, bench)
    report, rows = judge(case, settings)
    report = replace(report, evidence=None)
    shot = shot_of(str(task.subject), bench)
    runner = shot.way if case.is_person else repr(shot.preset.body)
    truth = {
        row.measure: report.measures[row.measure].headline.value - row.error
        for row in rows
        if row.leg != "far" and row.is_told and row.measure in report.measures
    }
    return Filmed(case.label(), runner, shot.preset.gait, report, truth, case.belt_ll_s)


def pairs_of(filmed: Sequence[Filmed]) -> list[Pair]:
    """Every pair of clips of one runner from one side, measure by measure."""
    return [
        pair
        for first, last in combinations(filmed, 2)
        if first.runner == last.runner and first.case.near is last.case.near
        for pair in _pairs(first, last)
    ]


def _pairs(first: Filmed, last: Filmed) -> Iterator[Pair]:
    before, after = [first.report], [last.report]
    if refusal(before, after, AS_IF):
        return
    for row in differences_at(AS_IF, before, after):
        if np.isfinite(row.value) and row.measure in first.truth and row.measure in last.truth:
            yield Pair(
                row.measure,
                first.case,
                last.case,
                first.runner,
                found=row.value,
                half=(row.interval95[1] - row.interval95[0]) / 2,
                true=last.truth[row.measure] - first.truth[row.measure],
            )


def smallest_change(error: ErrorParts, z: float, clips: int = 1) -> float:
    """The smallest true difference that is found in half of all comparisons of so many clips a side."""
    return float(z * np.sqrt(2 / clips) * np.hypot(error.of_clip, error.of_steps))


def in_longer_clips(report: Report, measure: str, seconds: float) -> ErrorParts | None:
    """A number's error in a clip that shows the same for longer: its steps leave less open."""
    error = report.measures[measure].headline.error
    start_s, end_s = report.clip.used_s
    if error is None or not end_s > start_s:
        return None
    shorter = (end_s - start_s) / report.clip.time_scale.factor / seconds
    return replace(error, of_steps=error.of_steps * float(np.sqrt(shorter)))
