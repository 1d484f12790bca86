"""A stretched picture shows in shanks that are longer level than upright, or shorter."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.camera.stretch import find_stretch
from formcheck.gait.settings import SceneSettings
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import PoseTrack
from stick_runner import Camera, Runner, film

SETTINGS = SceneSettings()


def stretched(track: PoseTrack, times: float) -> PoseTrack:
    return replace(track, xy_px=track.xy_px * [times, 1.0], width_px=round(track.width_px * times))


def stretch(track: PoseTrack, yaw_deg: float = 0.0) -> float:
    return find_stretch(track, yaw_deg, settings=SETTINGS)


@pytest.mark.parametrize("times", [0.75, 1.0, 4 / 3])
def test_a_stretch_is_measured_from_the_shanks(times: float) -> None:
    assert stretch(stretched(film(Runner(), Camera()), times)) == pytest.approx(times, rel=0.03)


def test_a_runner_who_comes_closer_is_not_stretched() -> None:
    track = film(Runner(), Camera())
    closer = 1 + track.time_s[:, None, None] / 8
    assert stretch(replace(track, xy_px=track.xy_px * closer)) == pytest.approx(1.0, rel=0.03)


def test_what_a_turned_camera_shortens_is_no_stretch_and_what_it_cannot_lengthen_is() -> None:
    turned = film(Runner(), Camera(azimuth_deg=25))
    assert stretch(turned, 25.0) == pytest.approx(1.0, rel=0.03)
    assert stretch(stretched(turned, 4 / 3), 25.0) == pytest.approx(1.21, rel=0.03)


def test_one_leg_alone_tells_nothing() -> None:
    track = stretched(film(Runner(), Camera()), 0.75)
    xy_px = track.xy_px.copy()
    xy_px[:, index_of(Side.LEFT, "ankle")] = np.nan
    assert stretch(replace(track, xy_px=xy_px)) == 1.0
