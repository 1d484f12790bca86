"""Foot strike from the shoe itself: when its slowest part has nearly taken up the belt's speed.

Shoes are followed in the picture around each strike (`ShoePath`). A shoe that lies flat rides the belt, which gives the
belt's velocity in the picture, without roll or scale: 0 overground. Against the belt, all steps of one foot are laid
over each other (`mean_step`), so that even 30 frames/s sample one landing densely, and each step is shifted to fit.
The speed of the sole's slowest point, a heel striker's heel or a forefoot striker's ball, then falls like a ramp. On
nine measured runners (Fukuchi et al. 2017, Hamner & Delp 2013; markers on the shoe against force, 54 legs) it passes a
quarter of the belt's speed 4 ms before the strike, whatever runner, speed and strike pattern: 3.7 ms between runners.
No paper: ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from formcheck.gait.events.mean_step import SAMPLE_S, MeanCurve, fit_mean_curve
from formcheck.gait.settings import ShoeSettings
from formcheck.records.shoes import ShoePath
from formcheck.records.track import Floats


@dataclass(frozen=True, slots=True)
class Landing:
    """Heel and toe tip of one shoe against the belt, from where they lie flat: ``moved`` (F, 4) at ``time_s`` (F,).

    Leg lengths: heel and toe along the belt (the way it runs +) and across it (down +).
    """

    asked_s: float
    time_s: Floats
    moved: Floats


@dataclass(frozen=True, slots=True)
class Landings:
    """All landings of one foot; ``belt_ll_s`` how fast the flat shoe rides, ``foot`` from heel to toe tip (2,)."""

    steps: tuple[Landing, ...]
    belt_ll_s: float
    foot: Floats


def find_landings(
    paths: Sequence[ShoePath], *, leg_px: float, slowed: float, settings: ShoeSettings
) -> Landings | None:
    """Shoes in leg lengths and real seconds against the belt; None where too few were followed."""
    flat = [path.time_s >= path.asked_s + settings.rides_after_s * slowed for path in paths]
    seen = [
        (path, rides)
        for path, rides in zip(paths, flat, strict=True)
        if rides.sum() >= 2 and (~rides).sum() >= settings.min_frames
    ]
    if len(seen) < settings.min_steps:
        return None
    speeds = [np.polyfit(path.time_s[rides] / slowed, path.foot_px[rides].mean(axis=1), 1)[0] for path, rides in seen]
    velocity = np.median(speeds, axis=0) / leg_px
    feet = [np.median(path.foot_px[rides, 1] - path.foot_px[rides, 0], axis=0) / leg_px for path, rides in seen]
    foot = np.median(feet, axis=0)
    belt = float(np.hypot(*velocity))
    along = velocity / belt if belt > settings.slowest_belt_ll_s else -foot / np.hypot(*foot)
    across = np.array([-along[1], along[0]]) * (1 if along[0] > 0 else -1)
    axes = np.stack((along, across), axis=1)
    steps = []
    for path, rides in seen:
        time_s = path.time_s / slowed
        on_belt = path.foot_px / leg_px - (velocity * time_s[:, None])[:, None]
        moved = (on_belt - on_belt[rides].mean(axis=0)) @ axes
        steps.append(Landing(path.asked_s / slowed, time_s, moved.reshape(len(time_s), 4)))
    return Landings(tuple(steps), belt, foot @ axes)


def align(landings: Landings, settings: ShoeSettings) -> tuple[Floats, MeanCurve | None]:
    """How much later than asked for each landing is (K,), and the mean of all.

    Frames in which something else was followed lie far off the mean of the others, and are left out.
    """
    count = len(landings.steps)
    which = np.concatenate([np.full(len(one.time_s), step) for step, one in enumerate(landings.steps)])
    since = np.concatenate([one.time_s - one.asked_s for one in landings.steps])
    moved = np.concatenate([one.moved for one in landings.steps])
    shifts, kept = np.zeros(count), np.ones(len(since), dtype=bool)
    begin_s, end_s = settings.window_s
    curve = None
    for round_ in range(settings.rounds + 1):
        offset = since - shifts[which]
        curve = fit_mean_curve(offset[kept], moved[kept], start_s=begin_s, end_s=end_s)
        if curve is None or round_ == settings.rounds:
            break
        error = moved - curve.at(offset)
        inside = (offset >= begin_s) & (offset <= end_s)
        noise = np.maximum(1.4826 * np.median(np.abs(error[inside]), axis=0), settings.least_noise_ll)
        error, slope = error / noise, -curve.at(offset, 1) / noise
        kept = np.abs(error).max(axis=1) <= settings.largest_deviations * (3 if round_ == 0 else 1)
        used = kept & (offset >= settings.align_s[0]) & (offset <= settings.align_s[1])
        moves = np.array([_shift(error[used & (which == step)], slope[used & (which == step)], settings) for step in range(count)])
        shifts = shifts + moves - np.median(moves)
    return shifts, curve


def _shift(error: Floats, slope: Floats, settings: ShoeSettings) -> float:
    """How much later still one landing is than the mean: one Gauss-Newton step, held back by what steps scatter."""
    weight = 1 / np.maximum(1.0, np.abs(error) / 2)
    step = np.sum(weight * slope * error) / (np.sum(weight * slope**2) + settings.prior_shift_s**-2)
    return float(np.clip(step, -0.01, 0.01))


def slowest_speed(curve: MeanCurve, landings: Landings, settings: ShoeSettings) -> tuple[Floats, Floats]:
    """Offsets (N,) and the speed (N,) of the sole's slowest point against the belt, leg lengths per second."""
    at_s = np.arange(curve.start_s, curve.end_s, SAMPLE_S)
    place, rate = curve.at(at_s), curve.at(at_s, 1)
    heel, toe = rate[:, :2], rate[:, 2:]
    foot = landings.foot + place[:, 2:] - place[:, :2]
    square = np.sum(foot**2, axis=1)
    spin = (foot[:, 0] * (toe - heel)[:, 1] - foot[:, 1] * (toe - heel)[:, 0]) / square
    down = np.stack((foot[:, 1], -foot[:, 0]), axis=1) / np.sqrt(square)[:, None]
    down *= np.sign(down[:, 1])[:, None]
    speeds = []
    for share in np.linspace(*settings.sole_shares, settings.sole_points):
        for depth in settings.sole_depths_ll:
            arm = share * foot + depth * down
            speeds.append(np.hypot(heel[:, 0] - spin * arm[:, 1], heel[:, 1] + spin * arm[:, 0]))
    return at_s, np.min(speeds, axis=0)


def rides_at(at_s: Floats, speed: Floats, belt_ll_s: float, settings: ShoeSettings) -> float:
    """When the slowest point has come down to a share of the belt's speed: the mean over a few shares."""
    falling = isotonic_regression(speed, increasing=False).x
    levels = np.linspace(*settings.belt_shares, 9) * belt_ll_s
    found = []
    for level in levels:
        above = np.flatnonzero(falling > level)
        if not len(above) or above[-1] + 1 >= len(at_s):
            return np.nan
        found.append(at_s[above[-1]] + SAMPLE_S / 2)
    return float(np.mean(found))
