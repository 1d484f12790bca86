"""Which part of a clip shows the runner."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.select.cleaning import hide_unseen
from formcheck.gait.select.presence import feet_outside_frac, find_presence
from formcheck.gait.settings import CleaningSettings, PresenceSettings
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import PoseTrack
from stick_runner import Camera, Runner, film, hidden

SETTINGS = PresenceSettings()
TRACK = film(Runner(), Camera(), 4.0)
EVERYTHING = list(range(33))


def without(away: np.ndarray, landmarks: list[int] = EVERYTHING) -> PoseTrack:
    return hide_unseen(hidden(TRACK, away, landmarks), settings=CleaningSettings())


def test_a_runner_always_in_view_is_used_from_the_first_frame_to_the_last() -> None:
    assert find_presence(TRACK, settings=SETTINGS) == (0, len(TRACK))


def test_a_short_absence_is_bridged_and_a_long_one_splits_the_clip() -> None:
    at = TRACK.time_s
    assert find_presence(without((at > 2) & (at < 2.2)), settings=SETTINGS) == (0, len(TRACK))
    start, end = find_presence(without((at > 1.0) & (at < 1.6)), settings=SETTINGS) or (0, 0)
    assert at[start] == pytest.approx(1.6, abs=0.02)
    assert end == len(TRACK)


def test_entering_and_leaving_the_picture_is_cut_off() -> None:
    at = TRACK.time_s
    start, end = find_presence(without((at < 0.1) | (at > 3.9)), settings=SETTINGS) or (0, 0)
    part = TRACK.cut(start, end)
    assert (part.time_s[0], part.time_s[-1]) == (pytest.approx(0.1, abs=0.02), pytest.approx(3.9, abs=0.02))
    assert len(part) == end - start


def test_one_leg_in_view_is_enough_to_be_present() -> None:
    left = [index_of(Side.LEFT, joint) for joint in ("knee", "ankle")]
    assert find_presence(without(TRACK.time_s > -1, left), settings=SETTINGS) == (0, len(TRACK))


def test_nobody_and_a_glimpse_of_somebody_are_not_worth_a_measurement() -> None:
    at = TRACK.time_s
    assert find_presence(without(at > -1), settings=SETTINGS) is None
    assert find_presence(without(at > 0.2), settings=SETTINGS) is None
    assert find_presence(without(np.arange(len(TRACK)) % 3 > 0), settings=SETTINGS) is None


def test_a_cut_to_the_runners_other_side_begins_a_new_stretch() -> None:
    other = film(Runner(), Camera(azimuth_deg=180), 3.0)
    later_s = TRACK.time_s[-1] + 1 / 60 + other.time_s
    both = PoseTrack(
        np.concatenate((TRACK.time_s, later_s)),
        np.concatenate((TRACK.xy_px, other.xy_px)),
        np.concatenate((TRACK.visibility, other.visibility)),
        TRACK.width_px,
        TRACK.height_px,
    )
    start, end = find_presence(both, settings=SETTINGS) or (0, 0)
    assert (start, end) == (0, pytest.approx(len(TRACK), abs=2))
    slip = TRACK.xy_px.copy()
    slip[60:70, :, 0] = TRACK.width_px - slip[60:70, :, 0]  # the pose model's, for a moment
    assert find_presence(replace(TRACK, xy_px=slip), settings=SETTINGS) == (0, len(TRACK))


def test_feet_cut_off_by_the_picture_are_counted_before_they_are_hidden() -> None:
    assert feet_outside_frac(TRACK) == 0
    low = PoseTrack(
        TRACK.time_s, TRACK.xy_px + np.array([0.0, 130.0]), TRACK.visibility, TRACK.width_px, TRACK.height_px
    )
    assert feet_outside_frac(low) > 0.5
    unseen = replace(TRACK, xy_px=np.full_like(TRACK.xy_px, np.nan))
    assert feet_outside_frac(unseen) == 0
