"""From where the runner is seen, which way they run, and the frame their numbers live in."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.camera.scene import find_bounce, find_view
from formcheck.gait.settings import SceneSettings
from formcheck.records.skeleton import INDEX, Side, index_of
from found_gait import run_of
from stick_runner import WALKER, Camera, Runner, film, hidden, near_ms

SETTINGS = SceneSettings()
RUNNER = Runner()


@pytest.mark.parametrize(
    ("azimuth_deg", "view", "heading", "near_side"),
    [
        (0, "side", "right", Side.RIGHT),
        (180, "side", "left", Side.LEFT),
        (90, "front", None, None),
        (-90, "rear", None, None),
    ],
)
def test_view_heading_and_near_side_are_told_from_the_body(azimuth_deg, view, heading, near_side) -> None:
    seen = find_view(film(RUNNER, Camera(azimuth_deg=azimuth_deg), 2.0), settings=SETTINGS)
    assert seen.view == view
    if heading is not None:
        assert (seen.heading, seen.near_side) == (heading, near_side)


@pytest.mark.parametrize("azimuth_deg", [0, 180])
@pytest.mark.parametrize("yaw_deg", [-20, -10, 10, 20])
def test_the_yaw_of_the_camera_is_told_from_the_widths_of_shoulders_and_hips(azimuth_deg, yaw_deg) -> None:
    seen = find_view(film(RUNNER, Camera(azimuth_deg=azimuth_deg + yaw_deg), 2.0), settings=SETTINGS)
    assert abs(seen.yaw_deg) == pytest.approx(abs(yaw_deg), abs=3)


def test_a_camera_turned_one_way_or_the_other_gives_yaws_of_opposite_sign() -> None:
    one, other = (find_view(film(RUNNER, Camera(azimuth_deg=a), 2.0), settings=SETTINGS).yaw_deg for a in (-15, 15))
    assert one * other < 0


def test_heading_comes_from_toes_and_nose_and_not_from_where_the_body_moves() -> None:
    backwards_on_the_belt = replace(RUNNER, travel=-0.3)
    track = film(backwards_on_the_belt, Camera(), 3.0)
    assert find_view(track, settings=SETTINGS).heading == "right"
    faceless = hidden(track, np.ones(len(track), dtype=bool), [INDEX["nose"]])
    assert find_view(faceless, settings=SETTINGS).heading == "right"


def test_a_runner_looking_into_the_camera_on_a_diagonal_is_no_side_view() -> None:
    assert find_view(film(RUNNER, Camera(azimuth_deg=40), 2.0), settings=SETTINGS).view != "side"


def test_the_leg_is_as_long_as_it_is_drawn() -> None:
    assert film(RUNNER, Camera(noise=0.003), 2.0).leg_px(Side.RIGHT) == pytest.approx(260, rel=0.01)


def test_a_leg_never_seen_has_no_length() -> None:
    track = film(RUNNER, Camera(), 1.0)
    xy_px = np.array(track.xy_px)
    xy_px[:, index_of(Side.LEFT, "knee")] = np.nan
    assert np.isnan(replace(track, xy_px=xy_px).leg_px(Side.LEFT))


def test_runners_bounce_and_walkers_hardly_do() -> None:
    assert find_bounce(film(RUNNER, Camera(noise=0.003))) > 0.11
    assert find_bounce(film(WALKER, Camera(noise=0.003))) < 0.11
    assert np.isnan(find_bounce(film(RUNNER, Camera(), 0.2)))


@pytest.mark.parametrize("side", list(Side))
def test_a_shaking_hand_scatters_the_steps_hardly_more_than_a_tripod(side: Side) -> None:
    still = film(RUNNER, Camera(noise=0.004))
    hertz, turns = np.array([[0.8, 1.9, 2.6], [1.1, 1.7, 3.1]]), np.array([[0.1, 0.5, 0.8], [0.3, 0.9, 0.2]])
    waves = np.sin(2 * np.pi * (still.time_s[:, None, None] * hertz + turns)).sum(axis=2)
    shaken = replace(still, xy_px=still.xy_px + 0.012 * 260 * waves[:, None])
    true_s = RUNNER.strikes_s(side, 7.0)[1:]
    late_ms = []
    for track in (still, shaken):
        steps = run_of(track).steps
        found_s = np.array([step.contact.strike_s for step in steps if step.contact.side is side])
        late_ms.append(near_ms(found_s, true_s))
    assert np.std(late_ms[0]) < 4
    assert np.std(late_ms[1]) < 6
