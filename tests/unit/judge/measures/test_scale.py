"""Leg lengths to metres."""

from functools import partial

import numpy as np
import pytest

from formcheck.judge.measures.scale import LEG_PER_HEIGHT_SPREAD_FRAC, speed_m_s
from formcheck.judge.measures.scale import find_scale as find

find_scale = partial(find, belt_spread_frac=0.035)
RUNNING = 3.2


def test_the_treadmills_speed_gives_the_leg_its_length() -> None:
    scale, doubt = find_scale(RUNNING, None, 10.0)
    assert scale.m_per_leg_length == pytest.approx(10 / 3.6 / 3.2)
    assert (scale.source, scale.spread_frac) == ("speed", 0.035)
    assert doubt is None


def test_height_is_the_second_best_and_without_either_there_are_no_metres() -> None:
    scale, _ = find_scale(RUNNING, 1.75, None)
    assert (scale.m_per_leg_length, scale.source) == (pytest.approx(0.859, abs=0.002), "height")
    assert scale.spread_frac == LEG_PER_HEIGHT_SPREAD_FRAC
    scale, _ = find_scale(RUNNING, None, None)
    assert np.isnan(scale.m_per_leg_length)
    assert scale.source == "none"


def test_a_speed_that_no_such_leg_runs_is_doubted() -> None:
    agreeing, contradicting = find_scale(RUNNING, 1.75, 10.0)[1], find_scale(RUNNING, 1.75, 14.0)[1]
    assert agreeing is None
    assert contradicting is not None
    assert contradicting.code == "scale_disagreement"


def test_where_height_and_speed_disagree_nothing_is_in_metres() -> None:
    """A clip that plays 1.25 times as fast: 15 cm were reported for 20, with an interval of 12 to 19."""
    scale, _ = find_scale(RUNNING * 1.25, 1.75, 10.0)
    assert (scale.source, np.isnan(scale.m_per_leg_length)) == ("none", True)
    assert speed_m_s(RUNNING * 1.25, scale, 10.0) == pytest.approx(10 / 3.6)  # but the belt's speed was read off it


def test_a_speed_is_of_no_use_where_no_belt_was_seen() -> None:
    assert find_scale(np.nan, None, 10.0)[0].source == "none"
    assert find_scale(np.nan, 1.75, 10.0)[0].source == "height"


def test_without_options_a_runner_is_compared_at_the_speed_of_a_usual_leg() -> None:
    unknown, _ = find_scale(RUNNING, None, None)
    tall, _ = find_scale(RUNNING, 1.95, None)
    assert speed_m_s(3.2, unknown, None) == pytest.approx(2.75, abs=0.01)
    assert speed_m_s(3.2, tall, None) > speed_m_s(3.2, unknown, None)
    assert speed_m_s(3.2, tall, 9.0) == 2.5
