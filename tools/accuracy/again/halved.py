"""What the frame rate alone does to a number: clips at 60 frames per second with every other frame left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from formcheck.records.report import Report
from tools.accuracy.cases import Case
from tools.accuracy.rings import Bench, Task, case_of, pictured_tasks, shot_of, work
from tools.accuracy.score import judge

FULL_FPS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Moved:
    """By how much each number of a clip moves with every other frame left out."""

    by: dict[str, float]


def halved_clips(model: str, bench: Bench) -> list[Moved]:
    """Every clip of a measured runner at 60 frames per second; landmarks alone, for shoes are followed in frames."""
    tasks = [
        task
        for task in pictured_tasks([model], bench)
        if (shot := shot_of(str(task.subject), bench)).trial and shot.preset.fps == FULL_FPS
    ]
    return list(work(partial(_moved, bench=bench), tasks, bench.jobs, "clips halved"))


def _moved(task: Task, bench: Bench) -> Moved:
    case = replace(case_of(task, bench), shoes=None)
    full, half = judge(case)[0], judge(_halved(case))[0]
    return Moved({name: _value(half, name) - _value(full, name) for name in full.measures if name in half.measures})


def _halved(case: Case) -> Case:
    track, clip = case.seen.track, case.seen.clip
    rest = replace(track, time_s=track.time_s[::2], xy_px=track.xy_px[::2], visibility=track.visibility[::2])
    fewer = replace(clip, mean_fps=clip.mean_fps / 2, frame_count=len(rest))
    return replace(case, seen=replace(case.seen, track=rest, clip=fewer))


def _value(report: Report, name: str) -> float:
    """NaN where it is withheld."""
    return report.measures[name].headline.value


def mean_and_sd(clips: Sequence[Moved], measure: str) -> tuple[float, float]:
    """Of a measure over the clips that have it at both rates; NaN without any."""
    moved = np.array([clip.by[measure] for clip in clips if np.isfinite(clip.by.get(measure, np.nan))])
    return (float(moved.mean()), float(moved.std(ddof=1))) if len(moved) > 1 else (np.nan, np.nan)
