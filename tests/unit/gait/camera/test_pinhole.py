"""A camera that is turned, near and seen in perspective changes no number once its turns are known."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.camera.pinhole import Aim
from formcheck.records.gait import Given, Run, SideGait
from formcheck.records.skeleton import COUNT, INDEX, Side
from formcheck.records.track import FOCAL_LONG_SIDES, PoseTrack, Uprights
from found_gait import side_gait
from stick_runner import Runner

WIDTH_PX, HEIGHT_PX = 1280, 720
FOCAL_PX = FOCAL_LONG_SIDES * WIDTH_PX
RUNNER = Runner()
DISTANCE_LL = 4.0
SQUARE = Aim(0.0, 0.0, 0.0, FOCAL_PX, (WIDTH_PX / 2, HEIGHT_PX / 2))


def seen_by(aim: Aim, near: Side, *, seconds: float = 8.0) -> PoseTrack:
    """The runner through a pinhole on one side of the belt that looks at their hips from wherever it then stands."""
    time_s = np.arange(0.005, seconds, 1 / 60)
    body = np.full((len(time_s), COUNT, 3), np.nan)
    for name, path in RUNNER.joints(time_s).items():
        body[:, INDEX[name]] = path
    facing = 1.0 if near is Side.RIGHT else -1.0
    looked_at = DISTANCE_LL * aim.on_plane(np.array(aim.centre_px))
    along = np.stack((facing * body[..., 0], body[..., 2] - 1.0), axis=-1) + looked_at
    on_plane = along / (DISTANCE_LL + facing * body[..., 1])[..., None]
    noise_px = np.random.default_rng(1).normal(0, 0.005 * FOCAL_PX / DISTANCE_LL, on_plane.shape)
    visibility = np.full((len(time_s), COUNT), 0.95)
    return PoseTrack(time_s, aim.in_picture(on_plane) + noise_px, visibility, WIDTH_PX, HEIGHT_PX)


def observed(aim: Aim, near: Side) -> SideGait:
    converging_deg = float(np.degrees(np.arctan(np.tan(np.radians(aim.pitch_deg)) / FOCAL_LONG_SIDES)))
    room = Uprights(aim.roll_deg, 0.2, converging_deg, 8.0, aim.yaw_deg, 1.0)
    return side_gait(seen_by(aim, near), Given(uprights=room))


def typical(observation: Run, side: Side, name: str) -> float:
    return float(np.nanmedian([step.values[name] for step in observation.steps if step.contact.side is side]))


@pytest.mark.parametrize("roll_deg", [-4.0, 0.0, 5.0])
@pytest.mark.parametrize("pitch_deg", [-5.0, 6.0])
@pytest.mark.parametrize("yaw_deg", [-14.0, 0.0, 14.0])
def test_what_is_put_on_the_plane_comes_back_into_the_picture(
    roll_deg: float, pitch_deg: float, yaw_deg: float
) -> None:
    aim = replace(SQUARE, roll_deg=roll_deg, pitch_deg=pitch_deg, yaw_deg=yaw_deg)
    corners_px = np.array([[0.0, 0.0], [1280.0, 0.0], [1280.0, 720.0], [0.0, 720.0]])
    assert aim.in_picture(aim.on_plane(corners_px)) == pytest.approx(corners_px, abs=1e-6)


def test_signs_are_those_of_the_words() -> None:
    upright = np.array([[0.0, -0.1], [0.0, 0.1]])
    bottom, top = replace(SQUARE, roll_deg=5.0).in_picture(upright)
    assert top[0] < bottom[0]  # a camera turned clockwise sees upright things lean left
    assert replace(SQUARE, pitch_deg=5.0).in_picture(upright)[:, 1].mean() < HEIGHT_PX / 2  # looking down: things rise
    left, middle, right = replace(SQUARE, yaw_deg=10.0).in_picture(np.array([[-0.2, 0.0], [0.0, 0.0], [0.2, 0.0]]))
    assert right[0] - middle[0] < middle[0] - left[0]  # what runs away to the right gets smaller there


@pytest.mark.parametrize("near", list(Side))
@pytest.mark.parametrize(
    ("roll_deg", "pitch_deg", "yaw_deg"), [(0.0, 0.0, 13.0), (0.0, 0.0, -13.0), (4.0, 6.0, 10.0), (-3.0, -5.0, -10.0)]
)
def test_reach_and_lean_are_those_of_a_square_view(
    near: Side, roll_deg: float, pitch_deg: float, yaw_deg: float
) -> None:
    found = observed(replace(SQUARE, roll_deg=roll_deg, pitch_deg=pitch_deg, yaw_deg=yaw_deg), near).run
    assert found is not None
    for side in Side:
        assert typical(found, side, "foot_ahead_of_hip") == pytest.approx(RUNNER.reach[side], abs=0.012)
        assert typical(found, side, "trunk_lean") == pytest.approx(RUNNER.mean_lean_deg(), abs=0.3)
    assert found.belt_speed_ll_s == pytest.approx(RUNNER.belt_speed, rel=0.02)


def test_a_belt_seen_from_above_and_askew_slopes_without_any_roll() -> None:
    aim = replace(SQUARE, pitch_deg=12.0, yaw_deg=12.0)
    found = observed(aim, Side.RIGHT)
    assert found.roll is not None
    assert found.run is not None
    assert found.roll.deg == pytest.approx(0.0, abs=0.2)
    _, _, dx, dy = found.run.belt_line[Side.RIGHT]
    feet_px = aim.in_picture(aim.on_plane(np.array(aim.centre_px)) + np.array([[-0.05, -0.25], [0.05, -0.25]]))
    rise = (feet_px[1] - feet_px[0]) / np.hypot(*(feet_px[1] - feet_px[0]))
    assert abs(np.degrees(np.arctan2(rise[1], rise[0]))) > 2
    assert np.degrees(np.arctan2(dy, dx)) == pytest.approx(np.degrees(np.arctan2(rise[1], rise[0])), abs=0.5)
