"""Measured runners made to land further ahead than experienced runners do: overstriders with a known reach.

Of the measured runners nobody lands beyond 9 in 10 experienced ones, so that verdicts on them say nothing about runners
who overstride. Clips of this ring are judged, and never calibrated with.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from formcheck.records.skeleton import Side
from tools.accuracy.again.changed import Change, changed
from tools.accuracy.again.plan import SECONDS, TRIALS, Refilmed, dressed_anew, part_of, place, placed_again
from tools.accuracy.measured import read_trial
from tools.accuracy.shots import group_of
from tools.rendered_runner import ways
from tools.rendered_runner.preset import Preset

FURTHER_LL: Final = (
    (0.04, 0.07, 0.10, 0.05, 0.08, 0.11, 0.06, 0.09, 0.12),
    (0.08, 0.03, 0.06, 0.09, 0.11, 0.05, 0.04, 0.05, 0.03),
)
"""By how much each of `TRIALS` lands further ahead, in one clip and in another: within 9 in 10 runners, and beyond."""


def overstriding_shots() -> list[Refilmed]:
    """Two clips of each runner."""
    return [_shot(turn, index) for turn in range(len(FURTHER_LL)) for index in range(len(TRIALS))]


def _shot(turn: int, index: int) -> Refilmed:
    trial, further_ll = TRIALS[index], FURTHER_LL[turn][index]
    rng = np.random.default_rng([8, turn, index])
    change, fps = Change(reach_ll=further_ll), (60.0, 30.0)[(turn + index) % 2]
    start_s, seconds = part_of(changed(read_trial(trial), change), turn, SECONDS[fps], rng)
    lean_deg = float(np.random.default_rng([6, index]).uniform(3.0, 11.0))
    preset = Preset(
        "a measured runner who lands further ahead",
        replace(ways.TYPICAL_REACH, trunk_lean_deg=lean_deg),
        placed_again(rng, (Side.LEFT, Side.RIGHT)[(turn + index // 2) % 2]),
        look=dressed_anew(rng, index),
        place=place(rng),
        fps=fps,
        duration_s=seconds,
        seed=800 + 10 * index + turn,
    )
    name = f"far_{100 * further_ll:02.0f}_{trial}_{fps:.0f}"
    return Refilmed(name, group_of(trial), preset, trial, start_s, change)
