"""Which part of a clip is steady running: ramps of slow motion, walks and stops before and after are left out."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from formcheck.gait.select.cleaning import hide_unseen
from formcheck.gait.select.presence import find_presence
from formcheck.gait.select.steady import find_steady
from formcheck.gait.settings import CleaningSettings, PresenceSettings, Settings
from formcheck.records.gait import slow_motion_factor
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import PoseTrack
from found_gait import side_gait
from stick_runner import Camera, Runner, exchanged, film

SETTINGS = Settings()
RUN = film(Runner(), Camera(), 6.0)


def steady_s(track: PoseTrack) -> tuple[float, float]:
    start, end = find_steady(track, settings=SETTINGS.steady)
    return float(track.time_s[start]), float(track.time_s[end - 1])


def joined(*tracks: PoseTrack) -> PoseTrack:
    """One after the other on one clock, 1/60 s apart."""
    times, start_s = [], 0.0
    for track in tracks:
        times.append(track.time_s - track.time_s[0] + start_s)
        start_s = times[-1][-1] + 1 / 60
    return PoseTrack(
        np.concatenate(times),
        np.concatenate([track.xy_px for track in tracks]),
        np.concatenate([track.visibility for track in tracks]),
        RUN.width_px,
        RUN.height_px,
    )


def still(seconds: float) -> PoseTrack:
    """Somebody who stands there."""
    frames = [0] * round(60 * seconds)
    return PoseTrack(
        np.arange(len(frames)) / 60, RUN.xy_px[frames], RUN.visibility[frames], RUN.width_px, RUN.height_px
    )


def walked(seconds: float) -> PoseTrack:
    """The same legs in a walk's rhythm, the feet lifted a third as high."""
    track = film(Runner(cadence_per_min=115), Camera(), seconds)
    ankles = [index_of(side, "ankle") for side in Side]
    xy_px = track.xy_px.copy()
    ground_px = xy_px[:, ankles, 1].max()
    xy_px[:, ankles, 1] = ground_px - (ground_px - xy_px[:, ankles, 1]) / 3
    return replace(track, xy_px=xy_px)


@pytest.mark.parametrize("fps", [30.0, 60.0, 240.0])
@pytest.mark.parametrize("cadence", [140, 166, 190])
def test_a_clip_of_nothing_but_running_is_used_whole(fps: float, cadence: float) -> None:
    track = film(Runner(cadence_per_min=cadence), Camera(fps=fps), 5.0)
    assert find_steady(track, settings=SETTINGS.steady) == (0, len(track))


def test_legs_that_the_pose_model_exchanges_change_nothing() -> None:
    track = exchanged(RUN, (np.arange(len(RUN)) // 7) % 3 == 0)
    assert find_steady(track, settings=SETTINGS.steady) == (0, len(RUN))


@pytest.mark.parametrize("slow", [2.0, 8.0])
def test_of_a_ramp_the_longer_part_of_one_speed_is_used(slow: float) -> None:
    life, slowed = film(Runner(), Camera(), 2.4), film(Runner(), Camera(slow=slow), 4.0 * slow)
    start_s, end_s = steady_s(joined(life, slowed, life))
    life_s, slowed_s = (float(track.time_s[-1] - track.time_s[0]) for track in (life, slowed))
    usual = (life_s, life_s + slowed_s)
    step_s = 60 / 166 * slow
    assert usual[0] - 0.5 * step_s <= start_s <= usual[0] + 2 * step_s
    assert usual[1] - 2 * step_s <= end_s <= usual[1] + 0.5 * step_s


def test_standing_before_and_after_the_run_is_left_out() -> None:
    start_s, end_s = steady_s(joined(still(3.0), RUN, still(2.0)))
    assert start_s == pytest.approx(3.0, abs=0.6)
    assert end_s == pytest.approx(9.0, abs=0.6)


def test_of_a_walk_and_a_shorter_run_the_run_is_used() -> None:
    start_s, end_s = steady_s(joined(walked(15.0), RUN))
    assert start_s == pytest.approx(15.0, abs=1.1)
    assert end_s == pytest.approx(21.0, abs=0.1)


def test_too_few_steps_to_know_a_rhythm_are_used_whole() -> None:
    track = film(Runner(), Camera(), 1.5)
    assert find_steady(track, settings=SETTINGS.steady) == (0, len(track))


def test_nobody_in_view_is_no_error() -> None:
    unseen = replace(RUN, xy_px=np.full_like(RUN.xy_px, np.nan))
    assert find_steady(unseen, settings=SETTINGS.steady) == (0, len(RUN))


@pytest.mark.slow
def test_a_ramped_clip_is_measured_at_the_speed_of_its_steady_part() -> None:
    life, slowed = film(Runner(), Camera(), 1.2), film(Runner(), Camera(slow=8.0), 36.0)
    seen = side_gait(joined(life, slowed), settings=SETTINGS)
    assert slow_motion_factor(seen) == 8
    assert seen.person.part[0] > len(life) - 60


def shifted(track: PoseTrack, x_px: float, scale: float = 1.0) -> PoseTrack:
    return replace(track, xy_px=track.xy_px * scale + np.array([x_px, 0.0]))


def presence(track: PoseTrack) -> tuple[int, int] | None:
    return find_presence(hide_unseen(track, settings=CleaningSettings()), settings=PresenceSettings())


def test_a_cut_to_another_shot_ends_the_stretch() -> None:
    short = film(Runner(), Camera(), 3.0)
    for other in (shifted(short, 260.0), shifted(short, 0.0, scale=0.55)):
        assert presence(joined(RUN, other)) == (0, len(RUN))
        assert presence(joined(other, RUN)) == (len(other), len(other) + len(RUN))


def test_somebody_who_watches_for_longer_is_not_taken_for_the_runner() -> None:
    coach, run = shifted(still(9.0), 280.0), film(Runner(), Camera(), 4.0)
    assert presence(joined(coach, run)) == (len(coach), len(coach) + len(run))
    assert presence(joined(run, coach)) == (0, len(run))


def test_a_pose_that_jumps_to_somebody_else_and_back_interrupts_nobody() -> None:
    xy_px = RUN.xy_px.copy()
    xy_px[100:108] += np.array([300.0, 0.0])
    assert presence(replace(RUN, xy_px=xy_px)) == (0, len(RUN))


def test_single_frames_that_jump_to_many_places_interrupt_nobody() -> None:
    xy_px = RUN.xy_px.copy()
    for number, (away_px, scale) in enumerate(product((-400.0, -200.0, 0.0, 200.0, 400.0), (0.55, 0.3, 0.16))):
        frame = 40 + 12 * number
        xy_px[frame] = shifted(RUN, away_px, scale=scale).xy_px[frame]
    assert presence(replace(RUN, xy_px=xy_px)) == (0, len(RUN))


def test_only_the_part_asked_for_is_used() -> None:
    start, end = find_presence(RUN, within_s=(1.0, 4.0), settings=PresenceSettings()) or (0, 0)
    assert (RUN.time_s[start], RUN.time_s[end - 1]) == (pytest.approx(1.0, abs=0.02), pytest.approx(4.0, abs=0.02))
