"""Foot strike from the shoe itself: when its slowest part has nearly taken up the belt's speed.

Shoes are followed in the picture around each strike (`ShoePath`). Lying flat they ride the belt, which gives the belt's
velocity in the picture, overground about none. Against the belt all landings of one foot are laid over each other
(`mean_step`), each shifted to fit, so that even 30 frames/s sample one landing densely. The speed of the sole's slowest
point, a heel striker's heel or a forefoot striker's ball, falls in a ramp; the cue is where it has come down to about
a quarter of the belt's speed, the share at which markers on the shoes of nine runners agree best with the force (3.7 ms
between runners, 54 legs, 2 to 5 m/s, whatever speed and strike pattern; Fukuchi et al. 2017, Hamner & Delp 2013).

No paper: ours. The lag is the least certain of it. It is that of rendered clips through this very program, measured
people weighing twice what prescribed gaits do. `tools.accuracy timing` now finds 6.5 ms on the near leg and 11.9 on the
far one (a runner left out is off by 5.8 and 6.7): people 4 and 12, prescribed gaits 12 and 10. With these in place of 7
and 13.5 strikes become better by 0.2 ms and the far foot's angle worse, so they stay. By the markers the lag is 0, by
how the foot slaps down in a real clip 7 to 10 ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from formcheck.gait.events.detectors import Sighting
from formcheck.gait.events.mean_step import SAMPLE_S, MeanCurve, fit_mean_curve
from formcheck.gait.settings import ShoeSettings
from formcheck.records.filmed import ShoePath
from formcheck.records.track import Floats


@dataclass(frozen=True, slots=True)
class ShoeEvents:
    """Strikes or toe-offs (K,) of one foot by its shoe, real seconds.

    ``foot_deg`` (K,): the shoe's angle at its strike against lying flat, + = toes up; NaN where its frames are lost.
    ``spread_s`` is the standard error of all together, ``step_spread_s`` that of one about the others.
    """

    times_s: Floats
    foot_deg: Floats
    spread_s: float
    step_spread_s: float


@dataclass(frozen=True, slots=True)
class _Landings:
    """Every frame of every landing of one foot against the belt.

    ``step`` (N,) which landing, ``since_s`` (N,) seconds since the strike it was asked for, ``moved`` (N, 4) of heel
    and toe from where they lie flat: along the belt and across it, leg lengths. ``foot`` (2,): from heel to toe, flat.
    """

    asked_s: Floats
    step: np.ndarray
    since_s: Floats
    moved: Floats
    foot: Floats


def find_shoe_strikes(
    paths: Sequence[ShoePath], *, leg_px: float, slowed: float, belt_ll_s: float, near: bool, settings: ShoeSettings
) -> ShoeEvents | None:
    """Strikes of those steps whose shoe was followed; None where these are too few, or show no landing.

    ``slowed``: by how much the paths' clock is slowed down; ``belt_ll_s`` the speed of the run; ``near``:
    whether this is the leg nearer the camera.
    """
    landings = _against_belt(paths, leg_px, slowed, settings)
    if landings is None:
        return None
    shifts, kept = _align(landings, settings)
    everything = np.ones(len(shifts), dtype=bool)
    halves = (np.arange(len(shifts)) % 2 == parity for parity in (0, 1))
    at_s, *by_half = (
        _rides_at(landings, shifts, kept & steps[landings.step], belt_ll_s, settings) for steps in (everything, *halves)
    )
    if not np.isfinite(at_s):
        return None
    apart = abs(by_half[0] - by_half[1]) / 2
    wander = apart if np.isfinite(apart) else settings.unsure_s
    strike_s = at_s - settings.late_s[0 if near else 1]
    foot_deg = _feet_deg(landings, shifts, kept, strike_s, settings)
    spread_s, step_spread_s = np.hypot((settings.spread_s, settings.step_spread_s), wander)
    return ShoeEvents(landings.asked_s + shifts + strike_s, foot_deg, float(spread_s), float(step_spread_s))


def _against_belt(paths: Sequence[ShoePath], leg_px: float, slowed: float, settings: ShoeSettings) -> _Landings | None:
    rides = [path.time_s >= path.asked_s + settings.rides_after_s * slowed for path in paths]
    seen = [
        (path, flat)
        for path, flat in zip(paths, rides, strict=True)
        if flat.any() and (~flat).sum() >= settings.min_landing
    ]
    riding = [(path.time_s[flat], path.foot_px[flat].mean(axis=1)) for path, flat in seen if flat.sum() > 1]
    if len(riding) < settings.min_steps:
        return None
    by_step = [np.polyfit(time_s, foot_px, 1)[0] for time_s, foot_px in riding]
    belt_px_s = np.median(by_step, axis=0)
    foot_px = np.median(
        [np.median(path.foot_px[flat, 1] - path.foot_px[flat, 0], axis=0) for path, flat in seen], axis=0
    )
    axes = _axes(foot_px)
    moved = []
    for path, flat in seen:
        on_belt = path.foot_px - (belt_px_s * path.time_s[:, None])[:, None]
        moved.append(((on_belt - on_belt[flat].mean(axis=0)) @ axes / leg_px).reshape(len(flat), 4))
    return _Landings(
        asked_s=np.array([path.asked_s for path, _ in seen]) / slowed,
        step=np.concatenate([np.full(len(flat), number) for number, (_, flat) in enumerate(seen)]),
        since_s=np.concatenate([path.time_s - path.asked_s for path, _ in seen]) / slowed,
        moved=np.concatenate(moved),
        foot=foot_px @ axes / leg_px,
    )


def _axes(foot_px: Floats) -> Floats:
    """Columns: forward along a flat foot, and down square to it."""
    forward = foot_px / np.hypot(*foot_px)
    down = np.array([-forward[1], forward[0]])
    return np.stack((forward, down if down[1] > 0 else -down), axis=1)


def _mean(landings: _Landings, shifts: Floats, used: np.ndarray, settings: ShoeSettings) -> MeanCurve | None:
    begin_s, end_s = settings.window_s
    since_s = (landings.since_s - shifts[landings.step])[used]
    return fit_mean_curve(since_s, landings.moved[used], start_s=begin_s, end_s=end_s)


def _align(landings: _Landings, settings: ShoeSettings) -> tuple[Floats, np.ndarray]:
    """How much later than asked for each landing is (K,), and which frames show one: others lie far off the mean."""
    shifts, kept = np.zeros(len(landings.asked_s)), np.ones(len(landings.step), dtype=bool)
    for trust in settings.largest_deviations:
        curve = _mean(landings, shifts, kept, settings)
        if curve is None:
            break
        since_s = landings.since_s - shifts[landings.step]
        error = landings.moved - curve.at(since_s)
        inside = (since_s >= settings.window_s[0]) & (since_s <= settings.window_s[1])
        noise = np.maximum(1.4826 * np.median(np.abs(error[inside]), axis=0), settings.least_noise_ll)
        error, slope = error / noise, -curve.at(since_s, 1) / noise
        kept = np.abs(error).max(axis=1) <= trust
        lands = kept & (since_s >= settings.align_s[0]) & (since_s <= settings.align_s[1])
        moves = [
            _shift(error[lands & (landings.step == one)], slope[lands & (landings.step == one)], settings)
            for one in range(len(shifts))
        ]
        shifts = shifts + moves - np.median(moves)
    return shifts, kept


def _shift(error: Floats, slope: Floats, settings: ShoeSettings) -> float:
    """How much later still than the mean one landing is: a Gauss-Newton step, held back by what steps scatter."""
    weight = 1 / np.maximum(1.0, np.abs(error) / 2)  # Huber
    shift = np.sum(weight * slope * error) / (np.sum(weight * slope**2) + settings.prior_shift_s**-2)
    return float(np.clip(shift, -settings.largest_shift_s, settings.largest_shift_s))


def _rides_at(landings: _Landings, shifts: Floats, used: np.ndarray, belt_ll_s: float, settings: ShoeSettings) -> float:
    """When the mean landing's slowest point has come down to the shares of the belt's speed, on the mean."""
    curve = _mean(landings, shifts, used, settings)
    if curve is None:
        return np.nan
    at_s = np.arange(curve.start_s, curve.end_s, SAMPLE_S)
    falling = isotonic_regression(_slowest(curve, at_s, landings.foot, settings), increasing=False).x
    shares = np.linspace(*settings.belt_shares, settings.belt_share_count)
    last = np.searchsorted(-falling, -shares * belt_ll_s) - 1  # the last sample above each
    is_seen = (last >= 0) & (last < len(at_s) - 1)
    return float(np.mean(at_s[last])) + SAMPLE_S / 2 if is_seen.all() else np.nan


def _feet_deg(landings: _Landings, shifts: Floats, used: np.ndarray, strike_s: float, settings: ShoeSettings) -> Floats:
    """Angle of each landing's shoe (K,) at the strike: the mean landing's, and what this one's frames lie off it."""
    curve = _mean(landings, shifts, used, settings)
    if curve is None:
        return np.full(len(shifts), np.nan)
    since_s = landings.since_s - shifts[landings.step]
    off_deg = _toes_up_deg(landings.moved, landings.foot) - _toes_up_deg(curve.at(since_s), landings.foot)
    near = used & (np.abs(since_s - strike_s) <= settings.foot_window_s)
    mean_deg = float(_toes_up_deg(curve.at(np.array([strike_s])), landings.foot)[0])
    own = [off_deg[near & (landings.step == number)] for number in range(len(shifts))]
    return np.array([mean_deg + float(np.mean(each)) if len(each) else np.nan for each in own])


def _toes_up_deg(moved: Floats, flat_foot: Floats) -> Floats:
    """Angle (N,) of shoes whose heel and toe moved (N, 4) from where they lie flat."""
    foot = flat_foot + moved[:, 2:] - moved[:, :2]
    return np.asarray(np.degrees(np.arctan2(-foot[:, 1], foot[:, 0]) - np.arctan2(-flat_foot[1], flat_foot[0])))


def _slowest(curve: MeanCurve, at_s: Floats, flat_foot: Floats, settings: ShoeSettings) -> Floats:
    """Speed (N,) of the sole's slowest point against the belt, leg lengths per second; the shoe is rigid."""
    place, rate = curve.at(at_s), curve.at(at_s, 1)
    heel, between = rate[:, :2], rate[:, 2:] - rate[:, :2]
    foot = flat_foot + place[:, 2:] - place[:, :2]
    length = np.hypot(foot[:, 0], foot[:, 1])
    spin = (foot[:, 0] * between[:, 1] - foot[:, 1] * between[:, 0]) / length**2
    below = settings.sole_below_ll * np.stack((-foot[:, 1], foot[:, 0]), axis=1) / length[:, None]
    speeds = []
    for share in np.linspace(*settings.sole_shares, settings.sole_points):
        arm = share * foot + below
        speeds.append(np.hypot(heel[:, 0] - spin * arm[:, 1], heel[:, 1] + spin * arm[:, 0]))
    return np.asarray(np.min(speeds, axis=0))


def feet_at(shoe: ShoeEvents, strikes_s: Floats, *, settings: ShoeSettings) -> Floats:
    """The shoe's angle (K,) at these strikes; NaN where that step's shoe was not followed."""
    nearest = np.abs(shoe.times_s - np.nan_to_num(strikes_s, nan=np.inf)[:, None])
    return np.where(nearest.min(axis=1) <= settings.same_strike_s, shoe.foot_deg[nearest.argmin(axis=1)], np.nan)


def place_by_shoe(
    shoe: ShoeEvents, times_s: Floats, spreads_s: Floats, *, settings: ShoeSettings
) -> tuple[Floats, Floats, Sighting]:
    """Steps near their events, ``times_s`` (K,), put apart as landmarks and shoes together say, with their spreads.

    And where the shoes see all events, from those times. A step whose shoe was lost, or is further than
    ``same_strike_s`` off the foot's other steps, stays where it is.
    """
    apart = shoe.times_s - np.nan_to_num(times_s, nan=np.inf)[:, None]
    late = apart[np.arange(len(times_s)), np.abs(apart).argmin(axis=1)]
    is_same = np.abs(late) <= settings.same_step_s
    if is_same.sum() < 2:
        return times_s, spreads_s, Sighting(np.nan, np.nan)
    offset_s = float(np.median(late[is_same]))
    agrees = is_same & (np.abs(late - offset_s) <= settings.same_strike_s)
    by_landmarks_s = np.maximum(spreads_s, settings.landmarks_step_spread_s)
    share = by_landmarks_s**2 / (by_landmarks_s**2 + shoe.step_spread_s**2)
    placed = times_s + np.where(agrees, share * np.where(agrees, late - offset_s, 0.0), 0.0)
    spreads = np.where(agrees, (by_landmarks_s**-2.0 + shoe.step_spread_s**-2.0) ** -0.5, spreads_s)
    contradiction_s = float(np.std(late[is_same])) / np.sqrt(is_same.sum())
    return placed, spreads, Sighting(offset_s, float(np.hypot(shoe.spread_s, contradiction_s)))
