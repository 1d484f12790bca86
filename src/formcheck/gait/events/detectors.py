"""What tells foot strike and toe-off on the mean step of one foot, and what all of it together says.

No single sign is good. Heights of the ankle agree between runners but the pose model wanders in them; speeds are seen
sharply, but one runner's foot takes the belt's speed 30 ms before the force plate feels it and another's 20 ms after.
So several witnesses are heard. Each comes early or late by a known time and weighs by the inverse square of its spread
(config.EventSettings); the spread of their mean is larger where they contradict each other (Birge 1932).
"""

from dataclasses import dataclass

import numpy as np

from formcheck.gait.events.mean_step import MeanCurve
from formcheck.gait.settings import EventSettings, Witness
from formcheck.records.track import Floats

FORWARD, UP = [0, 2, 4], [1, 3, 5]
ANKLE_FORWARD, ANKLE_UP, HEEL_FORWARD = 0, 1, 2
KNEE, TIP_UP, HIPS_UP, REACH = 6, 7, 8, 9
"""Columns of a foot's channels: forward and up of ankle, heel and ball, knee flexion in 100 degrees, height of the
toes' tip and of the hips' middle, distance from hip to toes' tip."""

STEP_S = 0.001

TRUSTED_SPREADS = 2.0
"""A witness within so many of its own spreads of the others has its full weight."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An event's offset from the curve's anchor and its spread (standard error), seconds; NaN where nobody tells."""

    offset_s: float
    spread_s: float


NOBODY = Verdict(np.nan, np.nan)


def tell_strike(curve: MeanCurve, settings: EventSettings) -> Verdict:
    """Where on the mean step the foot strikes. All witnesses are looked for around the foot's foremost point.

    The ankle come down to ``strike_ankle_drop_ll`` above its height in early stance; the heel's backward speed come up
    to ``strike_speed_share`` of the belt's; the toes falling fastest (the slap of a heel striker, the landing of
    others); and the hips falling fastest, after which the leg bears.
    """
    grid, path, rate = _fine(curve)
    foremost_s = float(grid[np.argmax(path[:, ANKLE_FORWARD])])
    since = grid - foremost_s
    rides, early = (_within(since, span) for span in (settings.settled_after_s, settings.early_stance_s))
    if not early.any():
        return NOBODY
    fall = _slice(since, settings.strike_search_s)
    low_ll = np.median(path[early, ANKLE_UP]) + settings.strike_ankle_drop_ll
    fast_ll_s = -settings.strike_speed_share * np.median(-rate[rides, HEEL_FORWARD])
    by_height = _last(grid[fall], path[fall, ANKLE_UP] > low_ll)
    landing = _slice(since, (0.0, settings.strike_search_s[1]))
    by_speed = _first(grid[landing], rate[landing, HEEL_FORWARD] <= fast_ll_s)
    by_toes = float(grid[fall][np.argmin(rate[fall, TIP_UP])])
    by_hips = float(grid[fall][np.argmin(rate[fall, HIPS_UP])])
    sinks_ll_s = max(-float(np.interp(by_height, grid, rate[:, ANKLE_UP])), settings.slowest_fall_ll_s)
    wander_s = settings.level_spread_ll / sinks_ll_s
    return _weigh(
        [
            (by_height, settings.strike_by_height, wander_s),
            (by_speed, settings.strike_by_speed, 0.0),
            (by_toes, settings.strike_by_toes, 0.0),
            (by_hips, settings.strike_by_hips, 0.0),
        ]
    )


def tell_off(curve: MeanCurve, settings: EventSettings) -> Verdict:
    """Where on the mean step the foot leaves, by the leg alone: MediaPipe sees the toes badly.

    Around the knee's straightest point in push-off (peak knee extension as in Fellin et al. 2010): the knee still bent
    by ``off_straightening_deg`` more before it, bent again by ``off_bend_deg`` more after it, and the hip furthest from
    the toes' tip. Straightest alone scatters by 12 ms between runners, for the curve is flat there.
    """
    grid, path, _ = _fine(curve)
    near = _slice(grid, (-settings.off_search_s, settings.off_search_s))
    straightest = near.start + int(np.argmin(path[near, KNEE]))
    bend_deg = 100 * (path[:, KNEE] - path[straightest, KNEE])
    by_straightening = _last(grid[: straightest + 1], bend_deg[: straightest + 1] > settings.off_straightening_deg)
    by_bend = _first(grid[straightest:], bend_deg[straightest:] > settings.off_bend_deg)
    far = _slice(grid, (-settings.off_search_s, settings.off_reach_until_s))
    by_reach = float(grid[far][np.argmax(path[far, REACH])])
    return _weigh(
        [
            (by_straightening, settings.off_by_straightening, 0.0),
            (by_bend, settings.off_by_bend, 0.0),
            (by_reach, settings.off_by_reach, 0.0),
        ]
    )


def straightest_s(curve: MeanCurve, first_s: float, last_s: float) -> float:
    """Where the knee is straightest between two offsets: a first guess of toe-off."""
    grid, path, _ = _fine(curve)
    within = _slice(grid, (first_s, last_s))
    return float(grid[within][np.argmin(path[within, KNEE])])


def foremost_s(curve: MeanCurve) -> float:
    """Where the ankle is furthest ahead: a first guess of foot strike."""
    grid, path, _ = _fine(curve)
    return float(grid[np.argmax(path[:, ANKLE_FORWARD])])


def _weigh(told: list[tuple[float, Witness, float]]) -> Verdict:
    """The mean of (instant, witness, spread of this one instant besides the witness's own).

    A witness far off the others counts less (Huber 1964): a mean curve from few frames has wiggles that deceive one.
    """
    heard = [(at_s - witness.late_s, np.hypot(witness.spread_s, more_s)) for at_s, witness, more_s in told]
    instants, spreads = np.array([one for one in heard if np.isfinite(one[0])]).reshape(-1, 2).T
    if not len(instants):
        return NOBODY
    weights = spreads**-2.0
    mean = np.average(instants, weights=weights)
    for _ in range(10):
        off = np.abs(instants - mean) / spreads
        trusted = weights * np.minimum(1.0, TRUSTED_SPREADS / np.maximum(off, TRUSTED_SPREADS))
        mean = np.average(instants, weights=trusted)
    contradiction = np.sum(weights * (instants - mean) ** 2) / max(len(instants) - 1, 1)
    return Verdict(float(mean), float(np.sqrt(max(contradiction, 1.0) / weights.sum())))


def _fine(curve: MeanCurve) -> tuple[Floats, Floats, Floats]:
    """Instants (N,), values and rates (N, C) of a curve, finely enough to read crossings from."""
    grid = np.arange(curve.start_s, curve.end_s, STEP_S)
    return grid, curve.at(grid), curve.at(grid, 1)


def _within(since: Floats, span: tuple[float, float]) -> np.ndarray:
    return np.asarray((since >= span[0]) & (since <= span[1]))


def _slice(since: Floats, span: tuple[float, float]) -> slice:
    first, last = np.searchsorted(since, span)
    return slice(int(min(first, len(since) - 1)), int(max(last, first + 1)))


def _first(grid: Floats, is_past: np.ndarray) -> float:
    """Between the last instant before and the first past; NaN when it was past from the start or never is."""
    return float(grid[np.argmax(is_past)]) - STEP_S / 2 if is_past.any() and not is_past[0] else np.nan


def _last(grid: Floats, is_before: np.ndarray) -> float:
    """After the last instant before; NaN when it never was or still is."""
    is_told = is_before.any() and not is_before[-1]
    return float(grid[np.flatnonzero(is_before)[-1]]) + STEP_S / 2 if is_told else np.nan
