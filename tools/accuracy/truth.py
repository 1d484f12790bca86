"""True numbers of every step: the definitions of the report, taken from the joints at the true events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.gait.geometry import above_horizontal_deg, ahead_of_vertical_deg, flexion_deg, forward_of_vertical_deg
from formcheck.records.skeleton import INDEX, Side, index_of
from tools.accuracy.paths import JointPaths

Floats = NDArray[np.float64]

SAMPLES = 60
"""Taken over a stance or a stride for means and extremes."""

FLAT_SHARE = 0.4
"""Of contact: where the foot is flat, and its angle is called zero."""


@dataclass(frozen=True, slots=True)
class TrueStep:
    """One contact and its numbers by measure name, NaN where its neighbours are not there."""

    side: Side
    strike_s: float
    off_s: float
    values: Mapping[str, float]


def true_steps(
    paths: JointPaths,
    strikes_s: Mapping[Side, Floats],
    offs_s: Mapping[Side, Floats],
    within_s: tuple[float, float],
    incline_deg: float = 0.0,
) -> tuple[TrueStep, ...]:
    """Every contact that lies whole within a stretch of time, in order."""
    pairs = sorted(
        (float(strike), float(offs_s[side][offs_s[side] > strike][0]), side)
        for side in Side
        for strike in strikes_s[side]
        if (offs_s[side] > strike).any()
    )
    flat_deg = {side: _flat_deg(paths, side, [p for p in pairs if p[2] is side]) for side in Side}
    steps = []
    for index, (strike, off, side) in enumerate(pairs):
        if not within_s[0] <= strike < off <= within_s[1]:
            continue
        values = _at_strike(paths, side, strike, incline_deg)
        values["foot_angle"] -= flat_deg[side]
        values |= _over_step(paths, pairs, index, incline_deg)
        steps.append(TrueStep(side, strike, off, values))
    return tuple(steps)


def medians(steps: Sequence[TrueStep], side: Side | None = None) -> dict[str, float]:
    """Median of each measure over one side's steps; without one, the mean of both sides' medians."""
    if side is None:
        both = [medians(steps, one) for one in Side]
        return {name: float(np.mean([one[name] for one in both if name in one])) for name in both[0] | both[1]}
    chosen = [step.values for step in steps if step.side is side]
    names = chosen[0] if chosen else {}
    columns = {name: np.array([values[name] for values in chosen]) for name in names}
    return {name: float(np.nanmedian(c)) for name, c in columns.items() if np.isfinite(c).any()}


def _points(paths: JointPaths, side: Side, time_s: Floats) -> dict[str, Floats]:
    """Hip, knee, ankle, heel and toe (T, 2), forward and up."""
    joints = paths.at(time_s)[..., [0, 2]]
    return {name: joints[:, index_of(side, name)] for name in ("hip", "knee", "ankle", "heel", "foot_index")}


def _at_strike(paths: JointPaths, side: Side, strike_s: float, incline_deg: float) -> dict[str, float]:
    at = {name: path[0] for name, path in _points(paths, side, np.array([strike_s])).items()}
    leg = paths.leg_m
    return {
        "foot_ahead_of_hip": float(at["ankle"][0] - at["hip"][0]) / leg,
        "heel_ahead_of_hip": float(at["heel"][0] - at["hip"][0]) / leg,
        "foot_ahead_of_knee": float(at["ankle"][0] - at["knee"][0]) / leg,
        "leg_angle": float(ahead_of_vertical_deg(at["ankle"] - at["hip"])),
        "shank_angle": float(ahead_of_vertical_deg(at["ankle"] - at["knee"])),
        "knee_flexion": float(flexion_deg(at["hip"], at["knee"], at["ankle"])),
        "foot_angle": float(above_horizontal_deg(at["foot_index"] - at["heel"])),
        "trunk_lean_at_strike": float(_lean_deg(paths, np.array([strike_s]), incline_deg)[0]),
    }


def _over_step(
    paths: JointPaths, pairs: Sequence[tuple[float, float, Side]], index: int, incline_deg: float
) -> dict[str, float]:
    strike, off, side = pairs[index]
    following = [pair[0] for pair in pairs[index + 1 : index + 3]] + [np.nan, np.nan]
    other, same = following[0], following[1]
    stance = np.linspace(strike, off, SAMPLES)
    leaving = _points(paths, side, np.array([off]))
    return {
        "thigh_extension": -float(ahead_of_vertical_deg(leaving["knee"] - leaving["hip"])[0]),
        "trunk_lean": float(np.mean(_lean_deg(paths, stance, incline_deg))),
        "trunk_lean_range": float(np.ptp(_lean_deg(paths, _over(paths, strike, same), incline_deg))),
        "elbow_angle": _elbow_deg(paths, side, strike, same),
        "peak_knee_flexion_stance": _peak_knee_deg(paths, side, strike, off),
        "peak_knee_flexion_swing": _peak_knee_deg(paths, side, off, same),
        "vertical_oscillation": _bounce(paths, strike, other),
        "contact_time": off - strike,
        "flight_time": other - off,
        "step_time": other - strike,
        "duty_factor": (off - strike) / (same - strike),
    }


def _over(paths: JointPaths, start_s: float, end_s: float) -> Floats:
    """Instants of a stretch, NaN where it does not end within what is known."""
    return np.linspace(start_s, end_s, SAMPLES) if end_s <= paths.end_s else np.full(SAMPLES, np.nan)


def _peak_knee_deg(paths: JointPaths, side: Side, start_s: float, end_s: float) -> float:
    at = _points(paths, side, _over(paths, start_s, end_s))
    return float(flexion_deg(at["hip"], at["knee"], at["ankle"]).max())


def _elbow_deg(paths: JointPaths, side: Side, start_s: float, end_s: float) -> float:
    """Mean of the elbow's inner angle in the sagittal plane."""
    joints = paths.at(_over(paths, start_s, end_s))[..., [0, 2]]
    shoulder, elbow, wrist = (joints[:, index_of(side, name)] for name in ("shoulder", "elbow", "wrist"))
    return float(np.mean(180 - np.abs(flexion_deg(shoulder, elbow, wrist))))


def _bounce(paths: JointPaths, start_s: float, end_s: float) -> float:
    joints = paths.at(_over(paths, start_s, end_s))[..., 2]
    return float(np.ptp(joints[:, [INDEX["left_hip"], INDEX["right_hip"]]].mean(axis=1))) / paths.leg_m


def _lean_deg(paths: JointPaths, time_s: Floats, incline_deg: float) -> Floats:
    joints = paths.at(time_s)[..., [0, 2]]
    hip, shoulder = (
        joints[:, [INDEX[f"left_{name}"], INDEX[f"right_{name}"]]].mean(axis=1) for name in ("hip", "shoulder")
    )
    return np.asarray(forward_of_vertical_deg(shoulder - hip) - incline_deg)


def _flat_deg(paths: JointPaths, side: Side, pairs: Sequence[tuple[float, float, Side]]) -> float:
    times_s = np.array([strike + FLAT_SHARE * (off - strike) for strike, off, _ in pairs])
    times_s = times_s[(times_s > paths.start_s) & (times_s < paths.end_s)]
    at = _points(paths, side, times_s)
    return float(np.median(above_horizontal_deg(at["foot_index"] - at["heel"])))
