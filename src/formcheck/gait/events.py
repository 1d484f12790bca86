"""Foot strike and toe-off, between frames.

Peers take the lowest heel (22 to 25 ms late) or the lowest ankle (mid-stance). Here the height of the ankle above its
stance level decides for the strike and the height of the ball of the foot for toe-off, both read from the mean step of
each side (``mean_curve``), which needs no delaying filter and resolves a few milliseconds even at 30 frames/s. Each
single step is then placed by the time shift that fits it best to the mean step.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from formcheck.config import EventSettings
from formcheck.gait.geometry import flexion_deg
from formcheck.gait.mean_curve import MeanCurve, fit_mean_curve
from formcheck.gait.phase import Beat
from formcheck.landmarks import Side
from formcheck.records import Floats, RunnerTrack

FORWARD, UP = [0, 2, 4], [1, 3, 5]
ANKLE_UP, BALL_UP, KNEE = 1, 5, 6
"""Columns of a foot's channels: forward and up of ankle, heel and ball, then knee flexion in 100 degrees."""

STEP_S = 0.001

EDGE_TURNS = 0.25


@dataclass(frozen=True, slots=True)
class Contact:
    """One ground contact in real seconds; ``off_s`` is NaN where toe-off was not seen; ``confidence`` 0..1."""

    side: Side
    strike_s: float
    off_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SideContacts:
    """All contacts of one side and its mean foot path around the strike (offsets from foot strike, seconds)."""

    contacts: tuple[Contact, ...]
    foot: MeanCurve
    contact_time_s: float


def find_contacts(runner: RunnerTrack, beat: Beat, side: Side, *, settings: EventSettings) -> SideContacts | None:
    """Every ground contact of one side; None when its foot was not seen well enough for a mean step."""
    foot = _channels(runner, side, settings)
    middles = _mid_stances(runner.time_s, beat, side)
    reach_s = settings.window_strides * beat.period_s
    curve = _mean_step(runner.time_s, foot, middles, reach_s)
    if curve is None:
        return None
    strike = _strike_offset(curve, settings)
    first, last = (share * beat.period_s for share in settings.off_after_middle)
    off = _off_offset(curve, settings, (first + last) / 2, (last - first) / 2)
    if not np.isfinite(strike):
        return None
    strikes, fit = _place(runner.time_s, foot, middles + strike, _strike_offset, settings)
    offs, _ = _place(runner.time_s, foot, middles + off, _off_offset, settings)
    contacts = tuple(
        Contact(side, float(strike), float(off), float(sure))
        for strike, off, sure in zip(strikes, offs, fit, strict=True)
        if np.isfinite(strike)
    )
    around = _mean_step(runner.time_s, foot, strikes[np.isfinite(strikes)], 2 * reach_s)
    if len(contacts) < 2 or around is None:
        return None
    return SideContacts(contacts, around, float(np.nanmedian(offs - strikes)) if np.isfinite(offs).any() else np.nan)


def _channels(runner: RunnerTrack, side: Side, settings: EventSettings) -> Floats:
    """The foot's paths (T, 7); the ball lies between MediaPipe's heel and its toe, which is the tip of the shoe."""
    ankle, heel, tip = (runner.joint_ll(side, joint) for joint in ("ankle", "heel", "foot_index"))
    ball = heel + settings.ball_share * (tip - heel)
    knee = flexion_deg(*(runner.joint_ll(side, joint) for joint in ("hip", "knee", "ankle"))) / 100
    return np.concatenate((ankle, heel, ball, knee[:, None]), axis=1)


def _mid_stances(time_s: Floats, beat: Beat, side: Side) -> Floats:
    """When this side's ankle, going backward, passes the other: a quarter turn after it was furthest ahead.

    Reaches beyond the clip's ends by ``EDGE_TURNS``: a foot that lands just before the clip ends counts.
    """
    quarter = 0.25 if side is Side.LEFT else 0.75
    first, last = beat.phase[0] - EDGE_TURNS, beat.phase[-1] + EDGE_TURNS
    turns = np.arange(np.ceil(first - quarter), np.floor(last - quarter) + 1) + quarter
    before, after = np.minimum(turns - beat.phase[0], 0), np.maximum(turns - beat.phase[-1], 0)
    return np.asarray(np.interp(turns, beat.phase, time_s) + (before + after) * beat.period_s)


def _mean_step(time_s: Floats, foot: Floats, anchors_s: Floats, reach_s: float) -> MeanCurve | None:
    anchors_s = anchors_s[np.isfinite(anchors_s)]
    if len(anchors_s) == 0:
        return None
    offset = (time_s[None, :] - anchors_s[:, None]).ravel()
    near = np.abs(offset) <= reach_s
    pooled = np.broadcast_to(foot, (len(anchors_s), *foot.shape)).reshape(-1, foot.shape[1])
    return fit_mean_curve(offset[near], pooled[near], start_s=-reach_s, end_s=reach_s)


def _strike_offset(curve: MeanCurve, settings: EventSettings) -> float:
    """Where on the mean step the foot strikes: two witnesses, each weighted by how sharply it tells the instant.

    Both are looked for behind the instant the foot is furthest ahead: the ankle come down to ``strike_ankle_drop_ll``
    above its stance height, and the foot's backward speed come up to ``strike_speed_share`` of the belt's.
    """
    grid, path = _fine(curve)
    furthest = int(np.argmax(path[:, 0]))
    since = grid - grid[furthest]
    settled = (since >= settings.settled_after_s[0]) & (since <= settings.settled_after_s[1])
    if not settled.any():
        return np.nan
    speed = -curve.at(grid, 1)[:, FORWARD].mean(axis=1)
    height = path[:, ANKLE_UP]
    landing = slice(furthest, int(np.flatnonzero(settled)[-1]) + 1)
    low = height[landing] <= height[settled].min() + settings.strike_ankle_drop_ll
    fast = speed[landing] >= settings.strike_speed_share * np.median(speed[settled])
    by_height, by_speed = (float(grid[landing][np.argmax(reached)]) for reached in (low, fast))
    fall = max(-float(curve.at(np.array([by_height]), 1)[0, ANKLE_UP]), 0.1)
    spreads = np.hypot(settings.height_spread_s, settings.level_spread_ll / fall), settings.speed_spread_s
    return float(np.average((by_height, by_speed), weights=np.array(spreads) ** -2.0)) - STEP_S / 2


def _off_offset(
    curve: MeanCurve, settings: EventSettings, expected_s: float = 0.0, search_s: float | None = None
) -> float:
    """Where on the mean step the foot leaves: the mean of the peak of knee extension and the ball's rise.

    Peak knee extension as in Fellin et al. (2010), less the 12 ms it comes late by force-plate truth; looked for within
    ``search_s`` of ``expected_s``. The ball's rise counts if it is near that: a far foot is often misplaced.
    """
    grid, path = _fine(curve)
    search_s = settings.off_search_s if search_s is None else search_s
    near = np.flatnonzero(np.abs(grid - expected_s) <= search_s)
    by_knee = float(grid[near[np.argmin(path[near, KNEE])]]) - settings.off_knee_delay_s
    around = np.flatnonzero(np.abs(grid - by_knee) <= settings.off_search_s)
    height = path[around, BALL_UP]
    lowest = int(np.argmin(height))
    risen = np.flatnonzero(height[lowest:] > height[lowest] + settings.off_ball_rise_ll)
    if not len(risen):
        return by_knee
    return (float(grid[around[lowest + risen[0]]]) - STEP_S / 2 + by_knee) / 2


def _fine(curve: MeanCurve) -> tuple[Floats, Floats]:
    grid = np.arange(curve.start_s, curve.end_s, STEP_S)
    return grid, curve.at(grid)


def _place(
    time_s: Floats,
    foot: Floats,
    guesses_s: Floats,
    find_offset: Callable[[MeanCurve, EventSettings], float],
    settings: EventSettings,
) -> tuple[Floats, Floats]:
    """Instant (K,) of an event in every step, NaN where not seen, and how well each step fits the mean (0..1)."""
    times, fit = guesses_s, np.ones(len(guesses_s))
    reach_s = 2 * settings.align_window_s
    for _ in range(2):
        curve = _mean_step(time_s, foot, times, reach_s)
        if curve is None:
            return np.full(len(guesses_s), np.nan), np.zeros(len(guesses_s))
        aligned = [_shift(time_s, foot, anchor, curve, settings) for anchor in times]
        shifts, fit = (np.array(column) for column in zip(*aligned, strict=True))
        times = times + shifts
    curve = _mean_step(time_s, foot, times, reach_s)
    offset = find_offset(curve, settings) if curve is not None else np.nan
    return times + (offset if np.isfinite(offset) else 0.0), fit


def _shift(
    time_s: Floats, foot: Floats, anchor_s: float, curve: MeanCurve, settings: EventSettings
) -> tuple[float, float]:
    """How much later than the mean this step is, by its heights; and how well it fits. NaN, 0 when hardly seen."""
    if not np.isfinite(anchor_s):
        return np.nan, 0.0
    near = np.abs(time_s - anchor_s) <= settings.align_window_s
    heights = foot[near][:, UP]
    seen = np.isfinite(heights).all(axis=1)
    expected = 2 * settings.align_window_s / float(np.median(np.diff(time_s)))
    if seen.sum() < max(2.0, settings.min_seen_frac * expected):
        return np.nan, 0.0
    offset, heights = time_s[near][seen] - anchor_s, heights[seen]
    noise = np.maximum(curve.noise[UP], 1e-4)
    shift = 0.0
    for _ in range(3):
        error = (heights - curve.at(offset - shift)[:, UP]) / noise
        slope = curve.at(offset - shift, 1)[:, UP] / noise
        step = (np.sum(-slope * error) - shift / settings.prior_shift_s**2) / (
            np.sum(slope**2) + 1 / settings.prior_shift_s**2
        )
        shift = float(np.clip(shift + step, -settings.largest_shift_s, settings.largest_shift_s))
    misfit = float(np.sqrt(np.mean(error**2)))
    return shift, float(np.clip(1.5 - 0.5 * misfit, 0.0, 1.0))
