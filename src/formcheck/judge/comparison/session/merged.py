"""One number from the numbers of several clips of a run, with its error in parts."""

from collections.abc import Sequence

import numpy as np

from formcheck.judge.comparison.pooled import error_of, settled
from formcheck.judge.measures.intervals import Z95, unknown
from formcheck.records.report import Confidence, ErrorParts, Measured
from formcheck.words.reasons import reason

CONFIDENCE: tuple[Confidence, ...] = ("low", "medium", "high")
"""From least to most."""


def is_known(number: Measured | None) -> bool:
    """Whether a number was measured, with its interval."""
    return (
        number is not None and number.withheld is None and bool(np.isfinite([number.value, *number.interval95]).all())
    )


def mean_of(numbers: Sequence[Measured], *, alike: bool = False) -> Measured:
    """The mean of those that are known, weighted by what is new in each clip, or all ``alike``.

    What is new in each clip and what its steps leave open shrink; what is the same in all clips of a runner does not.
    Clips further apart than they are off by, for a runner never runs twice the same, make the mean as unsure as they
    scatter.
    """
    known = [number for number in numbers if is_known(number)]
    if len(known) <= 1:
        return (*known, *(number for number in numbers if number.withheld), *numbers, unknown(reason("not_seen")))[0]
    runner, clip, steps = np.array([_parts(number) for number in known]).T
    values, own = np.array([number.value for number in known]), clip**2 + steps**2
    weights = np.full(len(known), 1 / len(known))
    variance = float(weights**2 @ own)
    if not alike:
        weights, variance, _ = settled(values, own, own)
    of_steps = float(np.linalg.norm(weights * steps))
    of_clip = float(np.sqrt(max(variance - of_steps**2, 0.0)))
    spread = float(np.sqrt(weights @ np.square([number.spread for number in known])))
    found = Measured(float(weights @ values), spread, (np.nan, np.nan), sum(one.steps for one in known), surest(known))
    return with_interval(found, ErrorParts(float(weights @ runner), of_clip, of_steps))


def _parts(number: Measured) -> tuple[float, float, float]:
    error = error_of(number)
    return error.of_runner, error.of_clip, error.of_steps


def with_interval(number: Measured, parts: ErrorParts) -> Measured:
    """A number with its error and the interval that follows."""
    half = Z95 * float(np.linalg.norm([parts.of_runner, parts.of_clip, parts.of_steps]))
    interval = number.value - half, number.value + half
    return Measured(number.value, number.spread, interval, number.steps, number.confidence, error=parts)


def surest(numbers: Sequence[Measured]) -> Confidence:
    """The highest confidence among numbers of one thing."""
    return max((number.confidence for number in numbers), key=CONFIDENCE.index)


def least_sure(numbers: Sequence[Measured]) -> Confidence:
    """The lowest confidence among numbers that a result needs all of."""
    return min((number.confidence for number in numbers), key=CONFIDENCE.index)
