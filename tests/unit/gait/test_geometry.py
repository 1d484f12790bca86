"""Angles mean what the report says they mean: signs, zero, and no dependence on how large the runner is pictured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.gait.geometry import (
    above_horizontal_deg,
    ahead_of_vertical_deg,
    flexion_deg,
    forward_of_vertical_deg,
    length,
    rotate,
)

MIRROR = np.array([-1.0, 1.0])

parts = st.floats(-10, 10).filter(lambda value: abs(value) > 1e-3)
vectors = st.tuples(parts, parts).map(np.array)
scales = st.floats(0.01, 1000)
angles = st.floats(-170, 170)


def test_a_trunk_bent_towards_the_running_direction_leans_forward() -> None:
    assert forward_of_vertical_deg(np.array([1.0, 1.0])) == pytest.approx(45)
    assert forward_of_vertical_deg(np.array([0.0, 1.0])) == 0


def test_a_shank_whose_ankle_is_ahead_of_the_knee_is_positive() -> None:
    assert ahead_of_vertical_deg(np.array([0.5, -np.sqrt(0.75)])) == pytest.approx(30)
    assert ahead_of_vertical_deg(np.array([0.0, -1.0])) == 0


def test_a_foot_with_its_toes_up_is_positive() -> None:
    assert above_horizontal_deg(np.array([1.0, 0.1])) > 0
    assert above_horizontal_deg(np.array([1.0, 0.0])) == 0


def test_a_straight_knee_is_zero_and_a_bent_one_positive() -> None:
    hip, knee = np.array([0.0, 1.0]), np.array([0.0, 0.5])
    assert flexion_deg(hip, knee, np.array([0.0, 0.0])) == 0
    assert flexion_deg(hip, knee, np.array([-0.5, 0.5])) == pytest.approx(90)
    assert flexion_deg(hip, knee, np.array([0.1, 0.0])) < 0  # bent the wrong way


@given(vectors, scales)
def test_angles_do_not_depend_on_how_large_the_runner_is_pictured(vector: np.ndarray, scale: float) -> None:
    for angle in (forward_of_vertical_deg, ahead_of_vertical_deg, above_horizontal_deg):
        assert angle(vector * scale) == pytest.approx(angle(vector), abs=1e-6)
    assert length(vector * scale) == pytest.approx(scale * length(vector))


@given(vectors)
def test_lean_and_shank_change_their_sign_in_the_mirror(vector: np.ndarray) -> None:
    for angle in (forward_of_vertical_deg, ahead_of_vertical_deg):
        assert angle(vector * MIRROR) == pytest.approx(-angle(vector), abs=1e-6)


@given(vectors, vectors, scales, angles)
def test_the_knee_bends_alike_at_any_size_and_tilt_and_the_other_way_in_the_mirror(
    upper: np.ndarray, lower: np.ndarray, scale: float, tilt_deg: float
) -> None:
    chain = np.array([[0.0, 0.0], upper, upper + lower])
    bend = flexion_deg(*chain)
    if abs(bend) > 179:  # folded flat: its sign is chance
        return
    assert flexion_deg(*(chain * scale)) == pytest.approx(bend, abs=1e-6)
    assert flexion_deg(*rotate(chain, tilt_deg)) == pytest.approx(bend, abs=1e-6)
    assert flexion_deg(*(chain * MIRROR)) == pytest.approx(-bend, abs=1e-6)


@given(vectors, angles)
def test_turning_there_and_back_changes_nothing(vector: np.ndarray, angle_deg: float) -> None:
    turned = rotate(vector, angle_deg)
    assert length(turned) == pytest.approx(length(vector))
    assert rotate(turned, -angle_deg) == pytest.approx(vector)


def test_turning_is_counter_clockwise() -> None:
    assert rotate(np.array([1.0, 0.0]), 90.0) == pytest.approx([0.0, 1.0])


def test_what_was_not_seen_has_no_angle() -> None:
    unseen = np.array([[np.nan, np.nan], [0.0, 1.0]])
    assert np.isnan(forward_of_vertical_deg(unseen)).tolist() == [True, False]
    assert np.isnan(flexion_deg(unseen, unseen, unseen)[0])
