"""What the stance foot and the room tell of the belt and the camera."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.camera.belt import find_roll, find_yaw, room_roll
from formcheck.gait.camera.scene import find_view
from formcheck.gait.settings import EventSettings, SceneSettings
from formcheck.records.gait import Given, Turn
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import Uprights
from found_gait import run_of, side_gait
from stick_runner import Camera, Runner, film

SETTINGS = SceneSettings()
RUNNER = Runner()
TO_THE_RIGHT, TO_THE_LEFT = (film(RUNNER, Camera(azimuth_deg=azimuth_deg), 2.0) for azimuth_deg in (0, 180))


def uprights(roll_deg: float, spread_deg: float = 0.3, converging_deg: float = 0.0) -> Uprights:
    return Uprights(roll_deg, spread_deg, converging_deg, upright_places=8.0)


def roll(slopes_deg: list[float], seen: Uprights | None = None, *, track=TO_THE_RIGHT) -> Turn:
    view = find_view(track, settings=SETTINGS)
    return find_roll(room_roll(seen, incline_deg=0.0, settings=SETTINGS), slopes_deg, view, settings=SETTINGS)


def test_the_rooms_edges_outweigh_the_feet() -> None:
    found = roll([-7.0, -7.0], uprights(4.0))
    assert found.deg == pytest.approx(4.0, abs=0.2)
    assert found.spread_deg < 0.4
    assert "room edges" in found.cues


def test_feet_alone_are_believed_a_little_and_the_rest_is_in_the_error() -> None:
    found = roll([5.0, 5.0])
    assert 0 < found.deg < 3
    assert found.spread_deg > 1


@pytest.mark.parametrize("slope_deg", [-11.0, -8.0, 8.0, 11.0])
def test_a_belt_far_from_level_is_not_taken_for_a_level_phones(slope_deg: float) -> None:
    found = roll([slope_deg, slope_deg])
    assert found.spread_deg > 2.5
    assert abs(found.deg - slope_deg) < 2 * found.spread_deg


@pytest.mark.parametrize("slope_deg", [-3.0, 0.0, 3.0])
def test_a_belt_nearly_level_leaves_the_phone_level(slope_deg: float) -> None:
    found = roll([slope_deg, slope_deg])
    assert abs(found.deg) < 1
    assert found.spread_deg < 1.7


@pytest.mark.parametrize("roll_deg", [-11.0, -8.0, 8.0, 11.0])
def test_edges_turned_far_are_the_rooms_where_the_belt_agrees(roll_deg: float) -> None:
    found = roll([-1.5, 2.0], uprights(roll_deg))
    assert found.deg == pytest.approx(roll_deg, abs=0.5)
    assert found.spread_deg < 1.3


def test_edges_turned_far_settle_nothing_where_the_belt_is_of_two_minds() -> None:
    assert roll([-6.0, -6.0], uprights(8.0)).spread_deg > 3


def test_edges_turned_far_are_posts_where_the_belt_is_level() -> None:
    found = roll([-9.0, -9.0], uprights(8.0))
    assert found.deg == pytest.approx(0, abs=1)
    assert 1.5 < found.spread_deg < 2.5


def test_one_foot_drawn_beyond_the_largest_roll_still_counts() -> None:
    """MediaPipe draws near and far foot 9 deg apart: without the further one the rest would look level."""
    assert roll([-4.0, -18.0]).deg < -6


def test_of_a_roll_beyond_the_largest_it_is_only_known_that_it_is_large() -> None:
    assert roll([18.0, 20.0]).spread_deg >= 12


def test_a_belt_that_rises_forward_means_opposite_rolls_for_opposite_headings() -> None:
    assert roll([4.0]).deg == pytest.approx(-roll([4.0], track=TO_THE_LEFT).deg)


@pytest.mark.parametrize("azimuth_deg", [0, 180])
def test_a_given_incline_is_no_roll(azimuth_deg: float) -> None:
    uphill, camera = replace(RUNNER, incline_deg=6.0), Camera(azimuth_deg=azimuth_deg)
    given_deg, unknown = (side_gait(film(uphill, camera), given).roll for given in (Given(incline_deg=6.0), None))
    assert given_deg is not None
    assert unknown is not None
    assert given_deg.deg == pytest.approx(0, abs=0.4)
    assert abs(unknown.deg) > 0.8


def test_level_edges_alone_may_be_those_of_an_inclined_treadmill() -> None:
    deck = replace(uprights(-3.4), upright_places=1.0)
    level, inclined = (room_roll(deck, incline_deg=incline_deg, settings=SETTINGS) for incline_deg in (0.0, 3.4))
    checked = room_roll(uprights(-3.4), incline_deg=3.4, settings=SETTINGS)
    assert [roll.deg for _, roll in (*level, *checked)] == pytest.approx([-3.4, -3.4])
    assert inclined == room_roll(None, incline_deg=0.0, settings=SETTINGS)


def test_slopes_nobody_props_a_phone_at_and_feet_never_seen_say_nothing() -> None:
    assert roll([40.0, np.nan]) == roll([])
    assert roll([]).cues == ("propped level",)
    assert roll([]).deg == 0


def yaw(body_deg: float, seen: Uprights | None = None) -> Turn:
    view = replace(find_view(TO_THE_RIGHT, settings=SETTINGS), yaw_deg=body_deg)
    return find_yaw(view, seen, settings=SETTINGS)


def test_level_edges_sharpen_the_yaw_that_the_body_shows() -> None:
    alone, both = yaw(8.0), yaw(8.0, replace(uprights(0.0), yaw_deg=12.0, yaw_spread_deg=1.0))
    assert alone.deg == pytest.approx(8.0)
    assert 11 < both.deg < 12
    assert both.spread_deg < 1.5 < alone.spread_deg


def test_a_wall_that_does_not_run_along_the_belt_says_nothing_of_its_yaw() -> None:
    assert yaw(0.0, replace(uprights(0.0), yaw_deg=-16.0, yaw_spread_deg=1.5)).deg == pytest.approx(0.0)


def test_edges_that_tell_no_yaw_leave_it_to_the_body() -> None:
    assert yaw(5.0, uprights(0.0)).deg == pytest.approx(5.0)


@pytest.mark.parametrize("speed", [2.6, 3.2, 3.8])
@pytest.mark.parametrize("azimuth_deg", [0, 180])
@pytest.mark.slow
def test_the_belt_runs_as_fast_as_it_runs(speed: float, azimuth_deg: float) -> None:
    runner = replace(RUNNER, belt_speed=speed, contact_s=0.8 / speed, knee_at_strike_deg=20.0)
    assert run_of(film(runner, Camera(azimuth_deg=azimuth_deg))).belt_speed_ll_s == pytest.approx(speed, rel=0.03)


def test_a_far_leg_pictured_smaller_makes_no_slower_belt() -> None:
    track = film(RUNNER, Camera())
    xy_px = np.array(track.xy_px)
    hip = xy_px[:, [index_of(Side.LEFT, "hip")]]
    leg = [index_of(Side.LEFT, joint) for joint in ("knee", "ankle", "heel", "foot_index")]
    xy_px[:, leg] = hip + 0.92 * (xy_px[:, leg] - hip)
    found = run_of(replace(track, xy_px=xy_px))
    assert found.belt_speed_ll_s == pytest.approx(RUNNER.belt_speed, rel=0.02)


@pytest.mark.parametrize(("azimuth_deg", "slow"), [(0, 1.0), (180, 1.0), (0, 4.0)])
def test_each_foot_rides_the_line_that_is_drawn_for_it(azimuth_deg: float, slow: float) -> None:
    level = Given(uprights=uprights(3.0))
    found = side_gait(film(RUNNER, Camera(azimuth_deg=azimuth_deg, roll_deg=3.0, slow=slow, leg_px=200)), level)
    assert found.run is not None
    for side in Side:
        x, y, dx, dy = found.run.belt_line[side]
        assert np.degrees(np.arctan2(-dy, dx)) == pytest.approx(3.0, abs=0.3)
        heel, tip, ankle = (found.person.pose.joint_px(side, joint) for joint in ("heel", "foot_index", "ankle"))
        ball = heel + EventSettings().ball_share * (tip - heel)  # the stiff foot's tip dips below the belt at toe-off
        below = (ball[:, 1] - y) * dx - (ball[:, 0] - x) * dy
        assert np.percentile(below, 90) == pytest.approx(0, abs=0.04 * 200)
        assert np.nanmedian(ankle[:, 1]) < y


def test_a_runner_who_stays_is_on_a_treadmill_and_one_who_crosses_the_picture_is_not() -> None:
    wide = Camera(width_px=1920, height_px=1080, leg_px=150)
    assert run_of(film(RUNNER, Camera())).surface == "treadmill"
    assert run_of(film(replace(RUNNER, travel=RUNNER.belt_speed), wide)).surface == "overground"


@pytest.mark.parametrize(("azimuth_deg", "roll_deg"), [(0, 9.0), (180, 9.0), (0, -9.0)])
def test_a_runner_filmed_by_a_tilted_phone_is_measured_or_the_error_says_so(
    azimuth_deg: float, roll_deg: float
) -> None:
    track = film(RUNNER, Camera(azimuth_deg=azimuth_deg, roll_deg=roll_deg))
    by_room, by_belt = (side_gait(track, given).roll for given in (Given(uprights=uprights(roll_deg)), None))
    assert by_room is not None
    assert by_belt is not None
    assert by_room.deg == pytest.approx(roll_deg, abs=0.5)
    assert abs(by_belt.deg - roll_deg) < 2 * by_belt.spread_deg
    assert by_belt.spread_deg > 2.5
