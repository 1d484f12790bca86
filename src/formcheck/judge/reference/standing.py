"""Where a runner stands among experienced ones, and how likely it is that they are beyond most of them.

The true value is taken as normal about the reported one, with the reported interval's own standard deviation, whatever
the runners are like: no prior draws it towards their mean. The runners at one speed are taken as normal, with mean and
SD known from few: the mean is uncertain by what the band says, and the variance follows chi-squared with the band's
degrees of freedom (the posterior under Jeffreys' prior; Gelman et al. 2013, section 3.2). Both are integrated over.
"""

from typing import Final

import numpy as np
from scipy.special import chdtri, ndtr, ndtri, stdtr, stdtrit

from formcheck.judge.measures.intervals import Z95
from formcheck.records.report import Measured, ReferenceBand, Standing

BEYOND_MOST: Final = 0.90
BEYOND_USUAL: Final = 0.975
"""Quantiles of experienced runners: one in ten lies beyond the first, one in forty beyond the second."""

LINE_TERMS: Final = 2
"""Of the reference's line over speed; so many degrees of freedom it takes."""

_STEPS: Final = (np.arange(200) + 0.5) / 200
"""Quantiles of the unknown variance that are averaged over; twice as many change a chance by less than 0.001."""


def chance_above(measured: Measured, limit: float) -> float:
    """How likely the true value of a number with an interval lies above a fixed limit."""
    return float(ndtr((measured.value - limit) / max(_sd(measured), 1e-9)))


def _sd(measured: Measured) -> float:
    low, high = measured.interval95
    return (high - low) / 2 / Z95


UNLIKELY: Final = 0.2
LIKELY: Final = 0.8
"""Chances below the first are called unlikely, above the second likely, between them possible."""


def most(band: ReferenceBand) -> float:
    """The value beyond which one runner in ten lies: what "most" means in a finding."""
    return float(band.mean + ndtri(BEYOND_MOST) * band.sd)


def same_standing(measured: Measured, band: ReferenceBand, other: ReferenceBand) -> bool:
    """Whether a number stands alike among runners at two speeds, so that it need not be known which one is true."""

    def words(one: ReferenceBand) -> tuple[int, int]:
        standing = find_standing(measured, one)
        above, below = (
            sum(chance > edge for edge in (UNLIKELY, LIKELY)) for chance in (standing.above_most, standing.below_most)
        )
        return above, below

    return words(band) == words(other)


def find_standing(measured: Measured, band: ReferenceBand) -> Standing:
    """Of a number with an interval, on the band at the runner's speed."""
    freedom = band.runners - LINE_TERMS
    half = (band.high - band.low) / 2
    one_runner_sd = half / float(stdtrit(freedom, (1 + 0.95) / 2))
    mean_sd = np.sqrt(max(one_runner_sd**2 - band.sd**2, 0.0))
    off = float(np.hypot(_sd(measured), mean_sd))
    sds = band.sd * np.sqrt(freedom / chdtri(freedom, _STEPS))

    def beyond(quantile: float, sign: int) -> float:
        edge = sign * (measured.value - band.mean) - ndtri(quantile) * sds
        return float(np.mean(ndtr(edge / off)))

    return Standing(
        share_below=float(stdtr(freedom, (measured.value - band.mean) / one_runner_sd)),
        above_most=beyond(BEYOND_MOST, 1),
        above_usual=beyond(BEYOND_USUAL, 1),
        below_most=beyond(BEYOND_MOST, -1),
        below_usual=beyond(BEYOND_USUAL, -1),
    )
