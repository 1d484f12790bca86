"""The camera of the rendered films: its lens, the hand that holds it, and where it looks."""

import numpy as np
import pytest
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.lens import Shake, distort, undistort
from tools.rendered_runner.look import Look
from tools.rendered_runner.place import Place

from formcheck.records.skeleton import Side


def test_a_lens_that_bends_can_be_unbent() -> None:
    seen = np.stack(np.meshgrid(np.linspace(-0.8, 0.8, 9), np.linspace(-0.5, 0.5, 7)), -1)
    for k1 in (-0.12, -0.05, 0.08):
        assert distort(undistort(seen, k1), k1) == pytest.approx(seen, abs=1e-12)
    assert np.linalg.norm(undistort(seen, -0.1)[0, 0]) > np.linalg.norm(seen[0, 0])


def test_a_lens_that_cannot_reach_the_corners_is_refused() -> None:
    with pytest.raises(ValueError, match="bend less"):
        Camera(k1=-0.5).without_bends()


def test_a_hand_trembles_as_much_as_asked() -> None:
    shake = Shake(rms_deg=0.5, seed=1)
    yaw_deg = [np.degrees(np.arcsin(shake.turn(t)[2, 0])) for t in np.arange(0.0, 60.0, 0.1)]
    assert np.std(yaw_deg) == pytest.approx(0.5, rel=0.1)
    assert np.abs(np.diff([np.degrees(np.arcsin(shake.turn(t)[2, 0])) for t in np.arange(0, 1, 0.01)])).max() < 0.2


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("around_deg", [-90.0, -30.0, 0.0, 45.0, 90.0, 180.0])
def test_from_wherever_it_stands_the_camera_looks_at_the_runner(side: Side, around_deg: float) -> None:
    camera = Camera(side=side, around_deg=around_deg, ahead_m=0.2)
    looked_at = np.array([0.2, 0.0, camera.height_m])
    assert camera.project(looked_at) == pytest.approx([640.0, 360.0])
    assert camera.see(looked_at)[2] == pytest.approx(camera.distance_m)


@pytest.mark.parametrize("side", list(Side))
def test_the_runners_left_is_left_from_behind_and_right_from_in_front(side: Side) -> None:
    left, right = np.array([0.0, 0.1, 1.0]), np.array([0.0, -0.1, 1.0])
    behind, in_front = Camera(side=side, around_deg=90.0), Camera(side=side, around_deg=-90.0)
    assert behind.project(left)[0] < behind.project(right)[0]
    assert in_front.project(left)[0] > in_front.project(right)[0]


def test_a_body_that_cannot_be_meshed_and_a_path_that_slopes_are_refused() -> None:
    with pytest.raises(ValueError, match="girth"):
        Look(girth=2.0)
    with pytest.raises(ValueError, match="level"):
        Place(ground=Ground(surface="overground", incline_pct=5.0))
