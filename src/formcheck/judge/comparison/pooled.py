"""From numbers of two groups of clips to their difference and its standard error.

The part of an error that is the same in all clips of a runner cancels as far as the same setups stand on both sides:
with each setup its part is added once, by the weight that is left of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.gait.measures.registry import definition
from formcheck.gait.settings import IntervalSettings
from formcheck.judge.comparison.common import Setup
from formcheck.judge.measures.intervals import Z95
from formcheck.judge.measures.summary import widest_of
from formcheck.records.report import ErrorParts, Measured, Reason
from formcheck.records.track import Floats
from formcheck.words.reasons import reason

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Number:
    """A clip's number with its error in parts and the setup it was measured in."""

    value: float
    error: ErrorParts
    setup: Setup


@dataclass(frozen=True, slots=True)
class Pooled:
    """The means of two groups, and the standard error of the second less the first.

    ``is_scattered``: clips of one group are further apart than they are off by, and the error has grown by that.
    """

    before: float
    after: float
    sd: float
    is_scattered: bool


def error_of(measured: Measured) -> ErrorParts:
    """A number's error in parts; of an older report, which has none, all of it may be new in each clip."""
    if measured.error is not None:
        return measured.error
    low, high = measured.interval95
    return ErrorParts(0.0, (high - low) / 2 / Z95, 0.0)


def pool(before: Sequence[Number], after: Sequence[Number]) -> Pooled:
    """Weighted means of both groups, and the error of their difference."""
    means, variance, is_scattered = [], 0.0, False
    kept: dict[Setup, float] = defaultdict(float)
    for sign, group in ((-1, before), (1, after)):
        values = np.array([number.value for number in group])
        own = np.array([number.error.of_clip**2 + number.error.of_steps**2 for number in group])
        several = len({number.setup for number in group}) > 1  # what is new with each setup sets them apart as well
        of_setups = np.array([number.error.of_runner**2 for number in group]) if several else 0.0
        weights, of_mean, scatters = settled(values, own, own + of_setups)
        means.append(float(weights @ values))
        variance += of_mean
        is_scattered |= scatters
        for number, weight in zip(group, weights, strict=True):
            kept[number.setup] += sign * weight * number.error.of_runner
    variance += sum(left**2 for left in kept.values())
    return Pooled(means[0], means[1], float(np.sqrt(variance)), is_scattered)


def settled(values: Floats, own: Floats, apart: Floats) -> tuple[Floats, float, bool]:
    """The weights of a mean, its variance, and whether clips scatter: by more than they are off by.

    ``own`` is what is new in each clip, as a variance; ``apart``, what may set clips of one runner apart. Nobody runs
    twice the same: clips that scatter weigh alike, and their mean is as unsure as they scatter.
    """
    weights = 1 / (own + TINY)
    weights /= weights.sum()
    if len(values) > 1:
        scatter = float(weights @ (values - weights @ values) ** 2) / (len(values) - 1)
        if scatter > Z95**2 * float(weights**2 @ apart):
            alike = np.full(len(values), 1 / len(values))
            return alike, float(np.var(values, ddof=1)) / len(values), True
    return weights, float(weights**2 @ own), False


def mean(group: Sequence[Number]) -> tuple[float, float]:
    """The weighted mean of a group of clips, and its standard error."""
    alone = pool((), group)
    return alone.after, alone.sd


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an interval says of a difference: it is real, larger ones than ``limit`` are ruled out, or why neither."""

    interval95: tuple[float, float]
    is_real: bool
    limit: float
    reasons: tuple[Reason, ...]


def ruling(measure: str, value: float, half: float) -> Ruling:
    """Of a difference that is known to within ``half`` on either side."""
    low, high = interval = value - half, value + half
    if low > 0 or high < 0:
        return Ruling(interval, is_real=True, limit=np.nan, reasons=())
    if half > widest_of(definition(measure), IntervalSettings()):
        return Ruling(interval, is_real=False, limit=np.nan, reasons=(reason("change_too_uncertain"),))
    return Ruling(interval, is_real=False, limit=max(-low, high), reasons=())
