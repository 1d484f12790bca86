"""Clips of one runner as they are filmed twice: the camera placed again, other light, clothes and part of the run."""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from formcheck.records.skeleton import Side
from tools.accuracy.again.changed import Change, changed
from tools.accuracy.measured import Trial, read_trial
from tools.accuracy.shots import EDGE_S, Shot, group_of, random_look
from tools.rendered_runner import ways
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.look import Look
from tools.rendered_runner.place import LIGHTS, Clutter, Light, Place
from tools.rendered_runner.preset import Preset

TRIALS: Final = (
    "RBDS001_T35",
    "H01_3",
    "H03_4",
    "RBDS041_T25",
    "H08_3",
    "H11_3",
    "RBDS002_T25",
    "H17_4",
    "RBDS008_T35",
)
"""One of every measured runner."""
FASTER_M_S: Final = 0.3 / 3.6
"""What a treadmill set anew is off by."""
SECONDS: Final = {30.0: 4.0, 60.0: 3.6}
"""Of a clip, by its frame rate."""
TURNED_DEG, ROLLED_DEG = 8.0, 3.0
"""How far a phone that is placed again is off square, at most."""
LONG_TRIAL_S: Final = 20.0
LEEWAY_S: Final = 0.3
"""By which clips of a short trial may begin apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Refilmed(Shot):
    """A measured runner filmed again, perhaps running a little differently."""

    change: Change = field(default_factory=Change)

    def measured(self) -> Trial:
        """Who runs, as they run here."""
        return changed(Shot.measured(self), self.change)


def refilmed_shots() -> list[Refilmed]:
    """Five clips of each runner, all from one side: two alike, two with other reach and lean, one with other rhythm."""
    return [_shot(turn, index, trial) for turn in range(5) for index, trial in enumerate(TRIALS)]


def _change(turn: int, index: int, speed_m_s: float) -> Change:
    """Reach and lean differ by 1 and 2, or by 2 and 1; with both signs, so that pairs differ by 4 as well."""
    more, less = (0.02, 1.0) if index % 2 == 0 else (0.01, 2.0)
    if turn in (2, 3):
        sign = 1 if turn == 2 else -1
        return Change(reach_ll=sign * more, lean_deg=-sign * less)
    if turn == 4:
        faster, quicker = Change(speed=1 + FASTER_M_S / speed_m_s), Change(cadence=1.05 if index % 4 == 1 else 1.02)
        return quicker if index % 2 else faster
    return Change()


def _fps(turn: int, index: int) -> float:
    """The usual rate of a runner's phone; now and then the other one."""
    usual, other = (30.0, 60.0) if index % 3 else (60.0, 30.0)
    return other if turn == 3 else usual


def _shot(turn: int, index: int, trial: str) -> Refilmed:
    rng = np.random.default_rng([5, turn, index])
    speed_m_s = read_trial(trial).track.ground_speed_m_s
    change, fps = _change(turn, index, speed_m_s), _fps(turn, index)
    start_s, seconds = part_of(changed(read_trial(trial), change), turn, SECONDS[fps], rng)
    lean_deg = float(np.random.default_rng([6, index]).uniform(3.0, 11.0)) + change.lean_deg
    preset = Preset(
        "a measured runner, filmed again",
        replace(ways.TYPICAL_REACH, trunk_lean_deg=lean_deg),
        placed_again(rng, Side.LEFT if index % 2 else Side.RIGHT),
        look=dressed_anew(rng, index),
        place=place(rng),
        fps=fps,
        duration_s=seconds,
        seed=500 + 10 * index + turn,
    )
    name = f"again_{'abcde'[turn]}_{trial}_{fps:.0f}"
    return Refilmed(name, group_of(trial), preset, trial, start_s, change)


def part_of(trial: Trial, turn: int, wanted_s: float, rng: np.random.Generator) -> tuple[float, float]:
    """Where the clip begins and how long it is; short trials show nearly the same part, other instants of it."""
    time_s = trial.track.time_s
    first_s, last_s = float(time_s[0]) + EDGE_S[0], float(time_s[-1]) - EDGE_S[1]
    seconds = min(wanted_s, last_s - first_s - LEEWAY_S)
    if last_s - first_s > LONG_TRIAL_S:
        first_s += turn * wanted_s
        last_s = first_s + seconds + LEEWAY_S
    return float(rng.uniform(first_s, last_s - seconds)), seconds


def dressed_anew(rng: np.random.Generator, index: int) -> Look:
    """A runner's own build, skin and hair in other clothes."""
    own, now = random_look(np.random.default_rng([7, index])), random_look(rng)
    palette = replace(now.palette, skin=own.palette.skin, hair=own.palette.hair)
    return replace(now, girth=own.girth, hair=own.hair, palette=palette)


def place(rng: np.random.Generator) -> Place:
    """A room with its light."""
    clutter: tuple[Clutter, ...] = ("bare", "usual", "busy")
    usual = LIGHTS["gym"]
    x, y, z = usual.sun
    sun = (x + float(rng.uniform(-0.5, 0.5)), y, z)
    strength = float(rng.uniform(0.6, 1.1))
    light = Light(
        sun=sun,
        sun_colour=tuple(strength * one for one in usual.sun_colour),  # type: ignore[arg-type]  # three of three
        sky=usual.sky * float(rng.uniform(0.6, 1.1)),
    )
    return Place(clutter=clutter[rng.integers(3)], light=light)


def placed_again(rng: np.random.Generator, side: Side) -> Camera:
    """A phone put up by hand: at another distance and height, a little turned and rolled."""
    height_m, distance_m = float(rng.uniform(0.65, 1.25)), float(rng.uniform(3.1, 4.2))
    return Camera(
        side=side,
        distance_m=distance_m,
        ahead_m=float(rng.uniform(-0.1, 0.2)),
        height_m=height_m,
        around_deg=float(rng.uniform(-TURNED_DEG, TURNED_DEG)),
        pitch_deg=float(np.degrees(np.arctan2(0.93 - height_m, distance_m))),
        roll_deg=float(rng.uniform(-ROLLED_DEG, ROLLED_DEG)),
        width_px=960,
        height_px=540,
        focal_px=810.0,
    )
