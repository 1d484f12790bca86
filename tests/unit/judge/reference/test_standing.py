"""How likely a runner lies beyond most experienced ones: against draws of runners and errors."""

import numpy as np
import pytest

from formcheck.judge.reference.bands import find_reference
from formcheck.judge.reference.standing import find_standing
from formcheck.records.report import Measured, ReferenceBand


def band(measure: str = "foot_ahead_of_hip", speed_m_s: float = 3.0) -> ReferenceBand:
    return next(band for band in find_reference(speed_m_s) if band.measure == measure)


def measured(value: float, half: float) -> Measured:
    return Measured(value, 0.01, (value - half, value + half), 9, "high")


@pytest.mark.parametrize(("value", "half"), [(0.18, 0.04), (0.24, 0.05), (0.27, 0.02), (0.30, 0.05)])
def test_chances_are_those_of_drawn_runners(value: float, half: float) -> None:
    """A sample as small as the reference's is drawn over and over, and what could have made it is counted."""
    here, rng, draws = band(), np.random.default_rng(3), 200_000
    freedom = here.runners - 2
    sd = here.sd * np.sqrt(freedom / rng.chisquare(freedom, draws))
    mean = rng.normal(here.mean, here.sd / np.sqrt(here.runners), draws)
    true = rng.normal(value, half / 1.96, draws)
    found = find_standing(measured(value, half), here)
    assert found.above_most == pytest.approx(np.mean(true > mean + 1.2816 * sd), abs=0.02)
    assert found.below_usual == pytest.approx(np.mean(true < mean - 1.96 * sd), abs=0.02)


def test_half_of_the_runners_lie_below_their_mean_and_few_above_the_band() -> None:
    assert find_standing(measured(band().mean, 0.03), band()).share_below == pytest.approx(0.5)
    assert find_standing(measured(band().high, 0.03), band()).share_below == pytest.approx(0.975)


def test_a_wider_interval_is_less_sure_both_ways() -> None:
    near, far = (
        [find_standing(measured(value, half), band()).above_most for half in (0.02, 0.08)] for value in (0.24, 0.31)
    )
    assert near[0] < near[1] < 0.5 < far[1] < far[0]
