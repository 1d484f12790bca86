"""From numbers of two groups of clips to their difference and its standard error.

The part of an error that is the same in all clips of a runner cancels as far as the same setups stand on both sides:
with each setup its part is added once, by the weight that is left of it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.judge.comparison.common import Setup
from formcheck.judge.measures.intervals import Z95
from formcheck.records.report import ErrorParts, Measured

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Number:
    """A clip's number with its error in parts and the setup it was measured in."""

    value: float
    error: ErrorParts
    setup: Setup


@dataclass(frozen=True, slots=True)
class Pooled:
    """The means of two groups, and the standard error of the second less the first."""

    before: float
    after: float
    sd: float


def error_of(measured: Measured) -> ErrorParts:
    """A number's error in parts; of an older report, which has none, all of it may be new in each clip."""
    if measured.error is not None:
        return measured.error
    low, high = measured.interval95
    return ErrorParts(0.0, (high - low) / 2 / Z95, 0.0)


def pool(before: Sequence[Number], after: Sequence[Number]) -> Pooled:
    """Weighted means of both groups, and the error of their difference."""
    means, variance = [], 0.0
    kept: dict[Setup, float] = defaultdict(float)
    for sign, group in ((-1, before), (1, after)):
        own = np.array([number.error.of_clip**2 + number.error.of_steps**2 for number in group]) + TINY
        weights = 1 / own / np.sum(1 / own)
        means.append(float(weights @ [number.value for number in group]))
        variance += float(weights**2 @ own)
        for number, weight in zip(group, weights, strict=True):
            kept[number.setup] += sign * weight * number.error.of_runner
    of_setups = sum(left**2 for left in kept.values())
    return Pooled(means[0], means[1], float(np.sqrt(variance + of_setups)))


def mean(group: Sequence[Number]) -> tuple[float, float]:
    """The weighted mean of a group of clips, and its standard error."""
    alone = pool((), group)
    return alone.after, alone.sd
