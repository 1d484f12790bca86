"""Steps per minute from straight lines through the strikes, and how sure they are of a tempo that wanders."""

import numpy as np
from scipy.special import stdtrit

from formcheck.gait.rhythm.apart import numbered
from formcheck.gait.settings import IntervalSettings
from formcheck.judge.measures.intervals import Z95, ErrorModel, summarise
from formcheck.records.gait import StepValues
from formcheck.records.report import Confidence, Measured
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats

FEWEST_STRIKES = 4
"""Of lines with two strikes each; fewer leave the error unknown."""


def cadence_of(steps: tuple[StepValues, ...], stride_s: float, settings: IntervalSettings) -> Measured:
    """Steps per minute from straight lines through the strikes of each foot over their stride number.

    In every piece of the clip the lines start anew, all rise alike. Strides are counted by the beat's ``stride_s``: by
    its own strikes, a foot that misses every other counts double.
    """
    at_s = np.array([step.contact.strike_s for step in steps])
    line_of = 2 * numbered(at_s) + [step.contact.side is Side.RIGHT for step in steps]
    lines, count = np.unique(line_of, return_counts=True)
    kept = np.isin(line_of, lines[count >= 2])
    at_s, line_of, lines = at_s[kept], line_of[kept], lines[count >= 2]
    if len(at_s) < FEWEST_STRIKES:
        return summarise(np.empty(0), ErrorModel(0.0), near=True, settings=settings)
    first = np.argmax(line_of[:, None] == lines, axis=0)[np.searchsorted(lines, line_of)]
    since_s = at_s - at_s[first]
    unit_s = stride_s if np.isfinite(stride_s) else _usual_s(since_s, line_of)
    number = np.round(since_s / unit_s)
    design = np.column_stack((number, line_of[:, None] == lines))
    solution = np.linalg.lstsq(design, since_s, rcond=None)[0]
    off_s = since_s - design @ solution
    freedom = max(len(at_s) - design.shape[1], 1)
    found_s, piece = float(solution[0]), numbered(at_s)
    wander_s2 = _wander_s2(at_s, off_s, piece, found_s / 2)
    error_s = np.sqrt(_slope_s2(number, piece, float(off_s @ off_s) / freedom, wander_s2))
    value = 120 / found_s
    error = ErrorModel(settings.spread("cadence"), of_clip=settings.clip_spread("cadence"))
    of_steps = stdtrit(freedom, 0.975) * value * error_s / found_s
    half = float(np.hypot(of_steps, Z95 * error.calibration))
    good, least = 2 * settings.good_steps, 2 * settings.min_steps
    confidence: Confidence = "high" if len(at_s) >= good else "medium" if len(at_s) >= least else "low"
    spread = float(value * np.std(off_s) / found_s)
    interval, parts = (value - half, value + half), error.parts(float(of_steps) / Z95)
    return Measured(value, spread, interval, len(at_s), confidence, error=parts)


def _usual_s(since_s: Floats, line_of: np.ndarray) -> float:
    return float(np.median(np.concatenate([np.diff(since_s[line_of == line]) for line in np.unique(line_of)])))


def _wander_s2(at_s: Floats, off_s: Floats, piece: np.ndarray, step_s: float) -> float:
    """By how much the tempo wanders: the variance that each step adds to all strikes behind it.

    A strike that alone is off moves one step to and the next one fro, which cancels. What remains is a runner's uneven
    tempo, a random walk, and a cut too small to be found.
    """
    steps = np.maximum(np.round(np.diff(at_s) / step_s), 1)
    moved_s = np.where(np.diff(piece) == 0, np.diff(off_s) / np.sqrt(steps), np.nan)
    both = moved_s[1:] * moved_s[:-1]
    if not np.isfinite(both).any():
        return 0.0
    return max(0.0, float(np.nanmean(moved_s**2) + 2 * np.nanmean(both)))


def _slope_s2(number: Floats, piece: np.ndarray, alone_s2: float, wander_s2: float) -> float:
    """Variance of the slope common to all pieces, by each strike's own scatter and by the wandering tempo.

    A line fitted to a random walk of n steps has a slope of variance 6/5 n times that of a step; a stride is two.
    """
    own = [number[piece == one] for one in np.unique(piece)]
    levers = np.array([np.sum((strides - strides.mean()) ** 2) for strides in own])
    wandering = [2 * wander_s2 * 6 / 5 / (np.ptp(strides) + 1) for strides in own]
    return float(alone_s2 / levers.sum() + np.sum((levers / levers.sum()) ** 2 * wandering))
