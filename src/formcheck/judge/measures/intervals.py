"""From per-step numbers to one number with its error."""

from dataclasses import dataclass

import numpy as np

from formcheck.gait.settings import IntervalSettings
from formcheck.records.report import Confidence, ErrorParts, Measured, Reason
from formcheck.records.track import Floats
from formcheck.words.reasons import reason

Z95 = 1.96
"""Half-width of a 95 % interval in standard deviations of a normal error."""

SURE_WIDTHS = 1.3
"""Half-widths of its interval by which a difference called real is away from zero, the first of them by the verdict.

An interval of 95 % that is 1.3 times as wide is one of 99 % (98.9 of one number, 99.3 of two, more of a larger family).
Nearer to zero, up to one in twenty comparisons without a change would show one: too many to call it real.
"""


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """What the steps' scatter cannot show: ``calibration`` SD, the same in every step; ``sampling`` SD of one step.

    ``of_clip``: the part of the calibration that is new in each clip of a runner; None where all of it may be.
    """

    calibration: float
    sampling: float = 0.0
    of_clip: float | None = None

    def parts(self, of_steps: float, factor: float = 1.0) -> ErrorParts:
        """The error of a number with what its steps leave open; ``factor`` brings the model to the number's unit."""
        of_clip = self.calibration if self.of_clip is None else self.of_clip
        of_runner = np.sqrt(max(self.calibration**2 - of_clip**2, 0.0))
        return ErrorParts(float(factor * of_runner), float(factor * of_clip), of_steps)


def summarise(
    values: Floats, error: ErrorModel, *, near: bool, settings: IntervalSettings, widest: float = np.inf
) -> Measured:
    """Median of per-step values (N,), spread, 95 % interval and confidence.

    The interval adds in squares: the bootstrap of the median (scatter between steps), the sampling term over the
    root of the steps (the phase of the frames differs from step to step), and the calibration error.
    """
    seen = values[np.isfinite(values)]
    count = len(seen)
    if count == 0:
        return unknown(reason("not_seen"))
    middle = float(np.median(seen))
    spread = float(np.std(seen, ddof=1)) if count > 1 else np.nan
    if count < settings.min_steps:
        return Measured(middle, spread, (np.nan, np.nan), count, "low", reason("too_few_steps"))
    low, high = _bootstrap(seen, settings)
    sampled = error.sampling / np.sqrt(count)
    extra = Z95 * np.hypot(error.calibration, sampled)
    interval = middle - float(np.hypot(middle - low, extra)), middle + float(np.hypot(high - middle, extra))
    half = (interval[1] - interval[0]) / 2
    withheld = (
        (reason("interval_too_wide") if near else reason("interval_too_wide", "far_leg")) if half > widest else None
    )
    parts = error.parts(float(np.hypot((high - low) / 2 / Z95, sampled)))
    return Measured(middle, spread, interval, count, _confidence(count, half / widest, near, settings), withheld, parts)


def difference(left: Floats, right: Floats, error: ErrorModel, *, settings: IntervalSettings) -> Measured:
    """(L - R) / mean of two sides' per-step values with its 95 % interval; a fraction."""
    left, right = left[np.isfinite(left)], right[np.isfinite(right)]
    count = min(len(left), len(right))
    if count == 0:
        return unknown(reason("not_seen"))
    mean = (np.median(left) + np.median(right)) / 2
    least = Z95 * error.calibration
    too_wide = _why_far(bool(least > settings.widest_asymmetry_frac * abs(mean)), settings)
    if not abs(mean) > least:  # a fraction of almost zero is meaningless
        return unknown(too_wide)
    value = share_apart(left, right)
    if count < settings.min_steps:
        return Measured(value, np.nan, (np.nan, np.nan), count, "low", reason("too_few_steps"))
    rng = np.random.default_rng(settings.seed)
    draws = [np.median(rng.choice(side, (settings.bootstrap_draws, len(side))), axis=1) for side in (left, right)]
    scatter = float(np.std((draws[0] - draws[1]) / mean, ddof=1))
    half = Z95 * float(np.hypot(scatter, error.calibration / abs(mean)))
    confidence: Confidence = "medium" if count >= settings.good_steps else "low"
    withheld = too_wide if half > settings.widest_asymmetry_frac else None
    parts = error.parts(scatter, 1 / abs(mean))
    return Measured(value, scatter, (value - half, value + half), count, confidence, withheld, parts)


def _why_far(hopeless: bool, settings: IntervalSettings) -> Reason:
    """Why the other leg's number is too unsure; ``hopeless``: with such landmarks it always is."""
    if hopeless and settings.landmark_error_frac is not None:
        return beyond_the_landmarks(settings.landmark_error_frac)
    return reason("interval_too_wide", "far_leg")


def beyond_the_landmarks(error_frac: float) -> Reason:
    """Why landmarks of unknown origin cannot give a number."""
    return reason("interval_too_wide", "landmarks", percent=100 * error_frac)


def share_apart(left: Floats, right: Floats) -> float:
    """(L - R) / mean of two sides' medians, without asking whether it may be relied on; NaN where a side is unseen."""
    left, right = left[np.isfinite(left)], right[np.isfinite(right)]
    if not (len(left) and len(right)):
        return np.nan
    middles = float(np.median(left)), float(np.median(right))
    return 2 * (middles[0] - middles[1]) / sum(middles) if sum(middles) else np.nan


def _bootstrap(values: Floats, settings: IntervalSettings) -> tuple[float, float]:
    rng = np.random.default_rng(settings.seed)
    medians = np.median(rng.choice(values, (settings.bootstrap_draws, len(values))), axis=1)
    low, high = np.percentile(medians, (2.5, 97.5))
    return float(low), float(high)


def _confidence(count: int, share_of_widest: float, near: bool, settings: IntervalSettings) -> Confidence:
    if count < settings.good_steps or share_of_widest > 1:
        return "low"
    return "high" if near and share_of_widest <= 0.5 else "medium"


def unknown(why: Reason) -> Measured:
    """A number that is withheld for a reason."""
    return Measured(np.nan, np.nan, (np.nan, np.nan), 0, "low", why)


def is_sure(value: float, interval95: tuple[float, float]) -> bool:
    """Whether a difference is away from zero by enough to be called real without a word of doubt."""
    return abs(value) > SURE_WIDTHS * (interval95[1] - interval95[0]) / 2
