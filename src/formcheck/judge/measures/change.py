"""Whether landing, lean or cadence change within a clip: who tries to lean, who tires, or whose belt speed is changed.

Steps of one clip share most errors of camera and pose model, so their differences are known better than any of them:
the interval of a change holds the steps' own scatter, and what the pose model draws too small of a change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.ndimage import median_filter

from formcheck.gait.measures.registry import definition
from formcheck.judge.measures.intervals import Z95, unknown
from formcheck.judge.measures.summary import unsure
from formcheck.records.report import Change, ChangeKind, Measure, Plateau, SceneSeen, Step
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.words.reasons import reason

SMALLEST: Final = {"foot_ahead_of_hip": 0.08, "trunk_lean": 4.0, "cadence": 8.0}
"""Changes worth a word, in leg lengths, degrees and steps per minute: a third of the usual reach, twice the SD of lean
between runners, and less than a belt changed from 2.8 to 2 m/s does (10). Steady clips of four real runners drift by up
to 0.05, 1.4 and 8.7, the last no more than its strides scatter."""

DEVIATIONS: Final = 4.0
"""Standard errors by which two levels differ at least, for the best of many places to part them is looked for."""

OVERLAP: Final = {"cadence": 2**0.5}
"""By how much more than its scatter suggests a level is off: strides overlap, so half of them are independent."""

FEWEST_STEPS: Final = 5
"""On each level."""

DRAWN_FRAC: Final = {"foot_ahead_of_hip": 0.08, "trunk_lean": 0.08, "cadence": 0.0}
"""Of a change, SD: by so much pose models draw changes too large or too small. Of known changes, 9 degrees of lean and
15.6 % of leg from one rendered clip to the next, 88 and 90 % were found."""


def find_changes(steps: tuple[Step, ...], scene: SceneSeen) -> tuple[Change, ...]:
    """What changes over the steps of a run on a treadmill, as far as they show it.

    Over ground the runner's place in the picture changes, and with it the perspective.
    """
    if scene.surface != "treadmill":
        return ()
    found = (_change_of(name, steps, scene.near_side) for name in SMALLEST)
    return tuple(change for change in found if change is not None)


def is_mixed(name: str, changes: tuple[Change, ...]) -> bool:
    """Whether one number of a measure for the whole clip would hide a change.

    A changed cadence suggests a changed speed, which everything but the trunk follows.
    """
    row, changing = definition(name), {change.measure for change in changes}
    by_cadence = "cadence" in changing and row.sides != "trunk"
    return by_cadence or name in changing or row.difference_of in changing


def as_changing(measures: Mapping[str, Measure], changes: tuple[Change, ...]) -> dict[str, Measure]:
    """The measures, those of several levels never surer than "low", and left against right of them withheld.

    The two feet's medians may lie on different levels.
    """

    def as_mixed(name: str, one: Measure) -> Measure:
        if definition(name).sides != "difference":
            return unsure(one)
        return one if one.headline.withheld else replace(one, headline=unknown(reason("sides_of_changing_clip")))

    return {name: as_mixed(name, one) if is_mixed(name, changes) else one for name, one in measures.items()}


def _change_of(name: str, steps: tuple[Step, ...], near_side: Side | None) -> Change | None:
    time_s, values = path = _path(name, steps, near_side)
    if len(values) < 2 * FEWEST_STEPS:
        return None
    scatter = _scatter(values) * OVERLAP.get(name, 1.0)
    edges = [0, *_partings(values, 0, scatter, SMALLEST[name]), len(values)]
    stairs = np.concatenate([np.full(end - start, np.mean(values[start:end])) for start, end in pairwise(edges)])
    slope, at_zero = np.polyfit(time_s, values, 1)
    line = at_zero + slope * time_s
    drifts = abs(line[-1] - line[0]) >= DEVIATIONS * scatter * np.sqrt(12 / len(values))
    if drifts and np.sum((values - line) ** 2) < np.sum((values - stairs) ** 2):
        third = len(values) // 3
        drift = _change_between(name, "drift", [0, third, len(values) - third, len(values)], path, scatter)
        return drift if abs(drift.value) >= SMALLEST[name] else None
    edges = _apart(values, edges, SMALLEST[name])
    return _change_between(name, "steps", edges, path, scatter) if len(edges) > 2 else None


def _scatter(values: Floats) -> float:
    """SD of the steps around their levels, by neighbours; larger by what levelling two feet takes from few steps."""
    count = len(values)
    return 1.4826 * float(np.median(np.abs(np.diff(values)))) / 2**0.5 * count / (count - 1) + 1e-9


def _apart(values: Floats, edges: list[int], smallest: float) -> list[int]:
    """The edges without those between levels that, as they are reported, by their medians, hardly differ."""
    while len(edges) > 2:
        apart = np.abs(np.diff([np.median(values[start:end]) for start, end in pairwise(edges)]))
        least = int(np.argmin(apart))
        if apart[least] >= smallest:
            break
        edges = [*edges[: least + 1], *edges[least + 2 :]]
    return edges


def _path(name: str, steps: tuple[Step, ...], near_side: Side | None) -> tuple[Floats, Floats]:
    """When (N,) and what (N,) the steps show: the near leg's, each stride's, or both feet's levelled."""
    whose = definition(name).sides
    sides = (near_side,) if whose == "leg" else tuple(Side)
    each = _cadences(steps) if name == "cadence" else [step.values.get(name, np.nan) for step in steps]
    rows = [(step, value) for step, value in zip(steps, each, strict=True) if step.side in sides and np.isfinite(value)]
    time_s, values = np.array([(step.strike_time_s, value) for step, value in rows], dtype=np.float64).reshape(-1, 2).T
    right = np.array([1 if step.side is Side.RIGHT else -1 for step, _ in rows])
    return time_s, _levelled(values, right) if whose == "trunk" else values


def _cadences(steps: tuple[Step, ...]) -> list[float]:
    """Steps per minute over the stride from each strike on: unlike a step, a stride is no longer by one late foot."""
    times_s = [step.values.get("step_time", np.nan) for step in steps]
    return [120 / (one + following) for one, following in pairwise((*times_s, np.nan))]


def _levelled(values: Floats, right: np.ndarray) -> Floats:
    """Both feet's values (N,) halfway between the feet; ``right`` (N,) is 1 at the right foot's and -1 at the left's.

    By the steps that follow each other: the feet's medians over the clip lie on two levels where it changes half way.
    """
    turns = np.diff(right)
    if not turns.any():
        return values
    from_middle = float(np.median(np.diff(values)[turns != 0] / turns[turns != 0]))
    return values - right * from_middle


def _partings(values: Floats, first: int, scatter: float, smallest: float) -> Iterator[int]:
    """Where levels part, by splitting in two for as long as both parts differ enough (binary segmentation)."""
    count = len(values)
    if count < 2 * FEWEST_STEPS:
        return
    total = np.concatenate(([0.0], np.cumsum(median_filter(values, 3, mode="nearest"))))
    at = np.arange(FEWEST_STEPS, count - FEWEST_STEPS + 1)
    apart = np.abs(total[at] / at - (total[-1] - total[at]) / (count - at))
    deviations = apart / (scatter * np.sqrt(1 / at + 1 / (count - at)))
    best = int(np.argmax(deviations))
    if deviations[best] < DEVIATIONS or apart[best] < smallest:
        return
    parting = int(at[best])
    yield from _partings(values[:parting], first, scatter, smallest)
    yield first + parting
    yield from _partings(values[parting:], first + parting, scatter, smallest)


def _change_between(
    name: str, kind: ChangeKind, edges: list[int], path: tuple[Floats, Floats], scatter: float
) -> Change:
    (time_s, values), spans = path, list(pairwise(edges))
    levels = tuple(
        Plateau(float(time_s[start]), float(time_s[end - 1]), float(np.median(values[start:end])))
        for start, end in spans
    )
    middles = np.array([level.value for level in levels])
    first, last = sorted((int(np.argmin(middles)), int(np.argmax(middles))))
    value = float(middles[last] - middles[first])
    by_scatter = scatter * np.sqrt(sum(1 / (spans[each][1] - spans[each][0]) for each in (first, last)))
    half = Z95 * float(np.hypot(by_scatter, DRAWN_FRAC[name] * value))
    return Change(name, definition(name).unit, kind, levels, value, (value - half, value + half))
