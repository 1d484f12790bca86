"""Toe-off from the shoe itself: when the ball of the foot, about which it turned, has left the belt.

Shoes are followed in the picture around each toe-off that landmarks show (`ShoePath`), and all push-offs of one foot
are laid over each other (`mean_step`). While the heel rises the foot turns about its ball, which rides the belt. Where
on the shoe that is, landmarks say badly, but the motion says it: it is the point that moves least against the belt. The
cue is that this point has risen by 15 mm, at which markers on the ball of nine runners agree best with the force (4.5
ms between runners, 54 legs, 2 to 5 m/s; Fukuchi et al. 2017, Hamner & Delp 2013).

No paper: ours. Lag and spread are those of rendered clips, measured people weighing twice what prescribed gaits do.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from formcheck.gait.events.mean_step import SAMPLE_S, MeanCurve, fit_mean_curve
from formcheck.gait.events.shoe import ShoeEvents
from formcheck.gait.settings import Settings, ShoeSettings
from formcheck.records.filmed import ShoePath
from formcheck.records.track import Floats


@dataclass(frozen=True, slots=True)
class _Pushes:
    """Every frame of every push-off of one foot against the belt.

    ``step`` (N,) which one, ``since_s`` (N,) seconds since the toe-off it was asked for, ``moved`` (N, 4) of heel and
    toe from where the ball stood: along the belt and down, leg lengths.
    """

    asked_s: Floats
    step: np.ndarray
    since_s: Floats
    moved: Floats


def find_shoe_offs(paths: Sequence[ShoePath], *, leg_px: float, slowed: float, settings: Settings) -> ShoeEvents | None:
    """Toe-offs of those steps whose shoe was followed; None where these are too few, or show no push-off.

    How steps differ, landmarks say better: shoes say only how late all are. Arguments as of `find_shoe_strikes`.
    """
    pushes = _against_belt(paths, leg_px, slowed, settings)
    if pushes is None:
        return None
    shoe, ball_share = settings.shoe, settings.events.ball_share
    everything = np.ones(len(pushes.asked_s), dtype=bool)
    halves = (np.arange(len(pushes.asked_s)) % 2 == parity for parity in (0, 1))
    at_s, *by_half = (_leaves_at(pushes, steps[pushes.step], ball_share, shoe) for steps in (everything, *halves))
    if not np.isfinite(at_s):
        return None
    apart = abs(by_half[0] - by_half[1]) / 2
    spread_s = np.hypot(shoe.off_spread_s, apart if np.isfinite(apart) else shoe.unsure_s)
    times_s = pushes.asked_s + at_s - shoe.off_late_s
    return ShoeEvents(times_s, np.full(len(times_s), np.nan), float(spread_s), np.inf)


def _against_belt(paths: Sequence[ShoePath], leg_px: float, slowed: float, settings: Settings) -> _Pushes | None:
    shoe, ball_share = settings.shoe, settings.events.ball_share
    stands = [_within((path.time_s - path.asked_s) / slowed, shoe.off_stands_s) for path in paths]
    seen = [(path, standing) for path, standing in zip(paths, stands, strict=True) if standing.sum() > 1]
    if len(seen) < shoe.min_steps:
        return None
    balls = [path.foot_px[:, 0] + ball_share * (path.foot_px[:, 1] - path.foot_px[:, 0]) for path, _ in seen]
    by_step = [
        np.polyfit(path.time_s[standing], ball[standing], 1)[0]
        for (path, standing), ball in zip(seen, balls, strict=True)
    ]
    belt_px_s = np.median(by_step, axis=0)
    axes = _axes(belt_px_s, slow_px_s=shoe.slowest_belt_ll_s * leg_px / slowed)
    moved = []
    for (path, standing), ball in zip(seen, balls, strict=True):
        ridden_px = belt_px_s * (path.time_s - path.asked_s)[:, None]
        stood_px = (ball - ridden_px)[standing].mean(axis=0)
        moved.append(((path.foot_px - ridden_px[:, None] - stood_px) @ axes / leg_px).reshape(-1, 4))
    return _Pushes(
        asked_s=np.array([path.asked_s for path, _ in seen]) / slowed,
        step=np.concatenate([np.full(len(path.time_s), number) for number, (path, _) in enumerate(seen)]),
        since_s=np.concatenate([path.time_s - path.asked_s for path, _ in seen]) / slowed,
        moved=np.concatenate(moved),
    )


def _axes(belt_px_s: Floats, *, slow_px_s: float) -> Floats:
    """Columns: along the belt, and down; the picture's own where the belt hardly moves in it."""
    speed_px_s = np.hypot(*belt_px_s)
    along = -belt_px_s / speed_px_s if speed_px_s > slow_px_s else np.array([1.0, 0.0])
    down = np.array([-along[1], along[0]])
    return np.stack((along, down if down[1] > 0 else -down), axis=1)


def _within(since_s: Floats, span_s: tuple[float, float]) -> np.ndarray:
    return np.asarray((since_s >= span_s[0]) & (since_s <= span_s[1]))


def _leaves_at(pushes: _Pushes, used: np.ndarray, ball_share: float, settings: ShoeSettings) -> float:
    """When the ball has risen, seconds after the toe-offs asked for; NaN where it does not."""
    curve = _mean(pushes, used, settings)
    if curve is None:
        return np.nan
    at_s = np.arange(curve.start_s, curve.end_s, SAMPLE_S)
    turns = _within(at_s, settings.off_turns_s)
    down = _ball(curve, at_s, turns, ball_share, settings)[:, 1]
    later = at_s >= settings.off_turns_s[1]
    risen = isotonic_regression(np.median(down[turns]) - down[later]).x
    first = int(np.searchsorted(risen, settings.off_rise_ll))
    return float(at_s[later][first]) - SAMPLE_S / 2 if 0 < first < len(risen) else np.nan


def _mean(pushes: _Pushes, used: np.ndarray, settings: ShoeSettings) -> MeanCurve | None:
    """The mean push-off, without frames that lie far off it: they show something else."""
    begin_s, end_s = settings.off_window_s
    kept = used & _within(pushes.since_s, settings.off_window_s)
    curve = fit_mean_curve(pushes.since_s[kept], pushes.moved[kept], start_s=begin_s, end_s=end_s)
    for trust in settings.largest_deviations[1:]:
        if curve is None:
            return None
        error = np.abs(pushes.moved - curve.at(pushes.since_s))
        noise = np.maximum(1.4826 * np.median(error[kept], axis=0), settings.least_noise_ll)
        near = kept & ((error / noise).max(axis=1) <= trust)
        curve = fit_mean_curve(pushes.since_s[near], pushes.moved[near], start_s=begin_s, end_s=end_s)
    return curve


def _ball(curve: MeanCurve, at_s: Floats, turns: np.ndarray, share: float, settings: ShoeSettings) -> Floats:
    """Path (N, 2) of the shoe's point that moves least against the belt while ``turns``: least squares.

    A point is so far along the foot and so far below it; it is held where the foot's ball usually is (Tikhonov).
    """
    place, rate = curve.at(at_s), curve.at(at_s, 1)
    foot, between = place[:, 2:] - place[:, :2], rate[:, 2:] - rate[:, :2]
    length = np.hypot(foot[:, 0], foot[:, 1])
    spin = (foot[:, 0] * between[:, 1] - foot[:, 1] * between[:, 0]) / length**2
    along = foot / length[:, None]
    below = np.stack((-along[:, 1], along[:, 0]), axis=1)
    below = below * np.sign(below[0, 1])
    moves = spin[:, None, None] * np.stack(
        (np.stack((-along[:, 1], along[:, 0]), axis=1), np.stack((-below[:, 1], below[:, 0]), axis=1)), axis=2
    )
    usual = np.array([share * np.median(length), settings.sole_below_ll])
    design = np.vstack((moves[turns].reshape(-1, 2) / settings.still_ll_s, np.eye(2) / settings.ball_spread_ll))
    wanted = np.concatenate((-rate[turns, :2].reshape(-1) / settings.still_ll_s, usual / settings.ball_spread_ll))
    forward, deep = np.linalg.lstsq(design, wanted, rcond=None)[0]
    return np.asarray(place[:, :2] + forward * along + deep * below)
