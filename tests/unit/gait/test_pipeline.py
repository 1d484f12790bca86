"""Ring 1, the whole pipeline: how a runner is filmed must not change what is measured of the run."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.events.contacts import ByShoe, find_both_contacts
from formcheck.gait.events.shoe import ShoeEvents
from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import Settings
from formcheck.records.filmed import ShoePath, ShoePaths, ShoesAsked
from formcheck.records.gait import EndOn, Gait, Given, Nobody, SideGait, slow_motion_factor, time_scale
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import PoseTrack, Uprights
from found_gait import side_gait
from stick_runner import WALKER, Camera, Runner, exchanged, film, hidden, near_ms

RUNNER = Runner(reach={Side.LEFT: 0.22, Side.RIGHT: 0.25}, lean_deg=8.0)
EVERYTHING = list(range(33))


def level(roll_deg: float = 0.0, incline_deg: float = 0.0) -> Given:
    return Given(incline_deg=incline_deg, uprights=Uprights(roll_deg, 0.2, 0.0, 8.0))


def found(track: PoseTrack) -> Gait:
    return find_gait(track, level(), settings=Settings())


def seen(track: PoseTrack, given: Given | None = None) -> SideGait:
    return side_gait(track, given or level())


def agrees(gait: SideGait, runner: Runner, *, seconds: float = 8.0, strike_ms: float = 12.0) -> None:
    """Heading aside, everything a report is built from is the figure's own."""
    assert gait.run is not None
    for side in Side:
        own = [step for step in gait.run.steps if step.contact.side is side]
        reach = np.nanmedian([step.values["foot_ahead_of_hip"] for step in own])
        assert reach == pytest.approx(runner.reach[side], abs=0.02), side
        strikes_s = runner.strikes_s(side, seconds - 0.25)
        found_s = np.array([step.contact.strike_s for step in own])
        assert np.abs(near_ms(found_s, strikes_s[strikes_s > 0.2])).max() < strike_ms
    lean_deg = np.nanmedian([step.values["trunk_lean"] for step in gait.run.steps])
    assert lean_deg == pytest.approx(runner.mean_lean_deg(), abs=0.5)


@pytest.mark.parametrize("azimuth_deg", [0, 180])
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_reach_lean_and_every_strike_come_back_at_any_frame_rate(fps: float, azimuth_deg: float) -> None:
    gait = seen(film(RUNNER, Camera(fps=fps, azimuth_deg=azimuth_deg)))
    assert gait.person.view.heading == ("right" if azimuth_deg == 0 else "left")
    assert gait.pace is not None
    assert gait.pace.running
    agrees(gait, RUNNER)


@pytest.mark.parametrize("azimuth_deg", [0, 180])
@pytest.mark.parametrize("roll_deg", [-5.0, 5.0])
def test_a_rolled_camera_is_levelled_by_the_upright_edges_of_the_room(roll_deg: float, azimuth_deg: float) -> None:
    gait = seen(film(RUNNER, Camera(roll_deg=roll_deg, azimuth_deg=azimuth_deg)), level(roll_deg))
    assert gait.roll is not None
    assert gait.roll.deg == pytest.approx(roll_deg, abs=0.2)
    agrees(gait, RUNNER)


def test_without_upright_edges_the_feet_level_a_part_and_the_rest_is_owned_up_to() -> None:
    gait = seen(film(RUNNER, Camera(roll_deg=4.0)), Given())
    assert gait.roll is not None
    left_deg = 4.0 - gait.roll.deg
    assert 0 < left_deg < 4.0
    assert left_deg < 3 * gait.roll.spread_deg


@pytest.mark.parametrize("azimuth_deg", [0, 180])
@pytest.mark.parametrize("incline_deg", [3.0, 8.0])
def test_on_an_incline_lean_is_against_gravity_and_reach_along_the_belt(azimuth_deg: float, incline_deg: float) -> None:
    runner = replace(RUNNER, incline_deg=incline_deg)
    gait = seen(film(runner, Camera(azimuth_deg=azimuth_deg)), level(incline_deg=incline_deg))
    agrees(gait, runner)


@pytest.mark.parametrize(("slow", "fps"), [(2, 60), (4, 30), (8, 30)])
def test_slow_motion_is_inferred_and_all_is_measured_in_real_seconds(slow: float, fps: float) -> None:
    gait = seen(film(RUNNER, Camera(slow=slow, fps=fps), 6.0))
    assert slow_motion_factor(gait) == slow
    agrees(gait, RUNNER, seconds=6.0)
    assert gait.run is not None
    contact_s = [step.values["contact_time"] for step in gait.run.steps]
    assert np.nanmedian(contact_s) == pytest.approx(RUNNER.contact_s, abs=0.025)
    assert gait.run.belt_speed_ll_s == pytest.approx(RUNNER.belt_speed, rel=0.03)


def test_a_declared_slow_motion_is_taken_at_its_word() -> None:
    gait = seen(film(RUNNER, Camera(slow=4, fps=30), 5.0), replace(level(), declared_fps=120.0))
    assert time_scale(gait).source == "declared"
    agrees(gait, RUNNER, seconds=5.0)


def test_a_hand_that_drifts_changes_nothing() -> None:
    agrees(seen(film(RUNNER, Camera(sway_px=15.0))), RUNNER, strike_ms=14)


def test_a_runner_who_crosses_the_picture_is_measured() -> None:
    runner = replace(RUNNER, travel=RUNNER.belt_speed)
    track = film(runner, Camera(width_px=1920, height_px=1080, leg_px=170, noise=0.006))
    gait = seen(track)
    assert gait.run is not None
    assert gait.run.surface == "overground"
    first, end = gait.person.part
    assert 0 < first < end < len(track)
    for side in Side:
        reach = [s.values["foot_ahead_of_hip"] for s in gait.run.steps if s.contact.side is side]
        assert np.nanmedian(reach) == pytest.approx(runner.reach[side], abs=0.025)


def test_uneven_frame_times_are_no_matter() -> None:
    agrees(seen(film(RUNNER, Camera(timing_jitter=0.8))), RUNNER)


@pytest.mark.parametrize("seed", range(3))
def test_frames_without_anybody_in_them_are_bridged(seed: int) -> None:
    track = film(RUNNER, Camera(azimuth_deg=180), seed=seed)
    away = np.random.default_rng(seed).random(len(track)) < 0.15
    agrees(seen(hidden(track, away, EVERYTHING)), RUNNER, strike_ms=15)


def test_unrepaired_those_exchanges_would_have_ruined_the_numbers() -> None:
    """What the repair is worth: the same track, the legs left as the model named them."""
    track = film(RUNNER, Camera(azimuth_deg=180))
    frames = np.flatnonzero(np.random.default_rng(0).random(len(track)) < 0.3)
    reach = track.joint_px(Side.LEFT, "ankle") - track.joint_px(Side.LEFT, "hip")
    spoilt = exchanged(track, frames)
    spoilt_reach = spoilt.joint_px(Side.LEFT, "ankle") - spoilt.joint_px(Side.LEFT, "hip")
    assert np.abs(spoilt_reach - reach)[frames].mean() > 0.1 * 260
    agrees(seen(spoilt), RUNNER)


def test_a_far_leg_hidden_for_seconds_leaves_those_steps_out_and_the_rest_alone() -> None:
    track = film(RUNNER, Camera(azimuth_deg=180))
    away = (track.time_s > 2) & (track.time_s < 5)
    right = [index_of(Side.RIGHT, joint) for joint in ("knee", "ankle", "heel", "foot_index")]
    gait = seen(hidden(track, away, right))
    assert gait.run is not None
    found_s = np.array([s.contact.strike_s for s in gait.run.steps if s.contact.side is Side.RIGHT])
    assert not ((found_s > 2.1) & (found_s < 4.9)).any()
    near_s = np.array([s.contact.strike_s for s in gait.run.steps if s.contact.side is Side.LEFT])
    assert np.abs(near_ms(near_s, RUNNER.strikes_s(Side.LEFT, 7.7)[1:])).max() < 12


def test_a_walk_is_told_from_a_run_and_not_measured() -> None:
    gait = seen(film(WALKER, Camera()))
    assert gait.pace is not None
    assert not gait.pace.running
    assert gait.run is None


@pytest.mark.parametrize("azimuth_deg", [90, -90])
def test_from_the_front_and_from_behind_the_cadence_is_seen(azimuth_deg: float) -> None:
    gait = found(film(RUNNER, Camera(azimuth_deg=azimuth_deg)))
    assert isinstance(gait, EndOn)
    assert gait.pace is not None
    assert 120 / gait.pace.beat.period_s == pytest.approx(RUNNER.cadence_per_min, abs=1)


def test_from_behind_the_width_of_the_steps_is_seen() -> None:
    gait = found(film(RUNNER, Camera(azimuth_deg=-90)))
    assert isinstance(gait, EndOn)
    assert gait.rear is not None
    assert np.median(gait.rear.step_width) == pytest.approx(0.14, abs=0.03)


@pytest.mark.parametrize("frames", [0, 1, 2, 5, 12, 20, 45])
def test_hardly_any_frames_are_an_empty_answer_and_no_error(frames: int) -> None:
    whole = film(RUNNER, Camera(), 1.0)
    few = replace(whole, time_s=whole.time_s[:frames], xy_px=whole.xy_px[:frames], visibility=whole.visibility[:frames])
    gait = found(few)
    assert not isinstance(gait, SideGait) or gait.run is None


def test_a_track_of_nobody_is_an_empty_answer() -> None:
    track = film(RUNNER, Camera(), 4.0)
    assert found(replace(track, xy_px=np.full_like(track.xy_px, np.nan))) == Nobody()


@pytest.mark.parametrize("landmark", [11, 23, 25, 26, 27, 29, 31, 32])
def test_a_landmark_never_seen_is_no_error(landmark: int) -> None:
    track = film(RUNNER, Camera(fps=30), 5.0)
    found(hidden(track, track.time_s > -1, [landmark]))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_landmarks_missing_at_random_are_no_error(share: float) -> None:
    track = film(RUNNER, Camera(fps=30), 5.0)
    xy_px = np.array(track.xy_px)
    xy_px[np.random.default_rng(1).random(xy_px.shape[:2]) < share] = np.nan
    found(replace(track, xy_px=xy_px))


def test_landmarks_that_are_pure_noise_are_no_run() -> None:
    track = film(RUNNER, Camera(fps=30), 5.0)
    xy_px = np.random.default_rng(1).uniform(50, 600, track.xy_px.shape)
    gait = found(replace(track, xy_px=xy_px))
    assert not isinstance(gait, SideGait) or gait.run is None


def test_where_the_pose_jumps_to_somebody_else_for_a_moment_the_runner_is_unseen_and_not_the_other_measured() -> None:
    track = film(RUNNER, Camera())
    aside = track.xy_px.copy()
    jumped = [frame for start in (100, 200, 300) for frame in range(start, start + 8)]
    aside[jumped] += [-0.25 * track.width_px, 0.0]
    gait = seen(replace(track, xy_px=aside))
    assert gait.run is not None
    assert gait.person.strangers == tuple(jumped)
    shift_px = np.abs(gait.person.pose.xy_px - track.xy_px)[..., 0]
    assert np.nanmax(shift_px) < 0.2 * np.nanmax(np.ptp(track.xy_px[..., 0], axis=1))
    assert np.isnan(gait.person.pose.xy_px[104]).all()
    for side in Side:  # a strike that nobody saw is missing, none is wrong
        own = [step for step in gait.run.steps if step.contact.side is side]
        assert np.nanmedian([step.values["foot_ahead_of_hip"] for step in own]) == pytest.approx(
            RUNNER.reach[side], abs=0.02
        )
        assert near_ms(RUNNER.strikes_s(side, 7.75), np.array([step.contact.strike_s for step in own])).max() < 12


@pytest.mark.slow
def test_shoes_that_are_lost_leave_every_step_as_landmarks_show_it() -> None:
    track = film(RUNNER, Camera(fps=60))
    asked: list[ShoesAsked] = []

    def lost(shoes: ShoesAsked) -> ShoePaths:
        asked.append(shoes)
        return {
            event: {side: tuple(map(ShoePath.lost, shoes.instants(event, side))) for side in Side}
            for event in shoes.looks
        }

    without, with_lost = seen(track), seen(track, replace(level(), shoes=lost))
    assert len(asked) == 1
    assert all(len(asked[0].instants(event, side)) > 8 for event in asked[0].looks for side in Side)
    assert without.run is not None
    assert with_lost.run is not None
    assert [repr(step.contact) for step in with_lost.run.steps] == [repr(step.contact) for step in without.run.steps]
    assert with_lost.run.shoe_px == {}


def test_a_shoe_is_shown_in_the_frames_in_which_it_was_followed_around_the_steps_it_placed() -> None:
    track = film(RUNNER, Camera(fps=60))
    paths: list[ShoePath] = []

    def follow(asked: ShoesAsked) -> ShoePaths:
        """The left shoe, in all steps but the third."""
        for number, at_s in enumerate(asked.instants("strike", Side.LEFT)):
            near = np.flatnonzero(np.abs(track.time_s - at_s + 0.02) < (0.0 if number == 2 else 0.13))
            foot_px = np.stack([track.joint_px(Side.LEFT, name)[near] for name in ("heel", "foot_index")], axis=1)
            outline_px = foot_px.mean(axis=1)[:, None] + 10.0 * np.arange(12).reshape(6, 2)
            paths.append(ShoePath(at_s, track.time_s[near], foot_px, outline_px, np.ones(len(near))))
        return {"strike": {Side.LEFT: tuple(paths)}}

    gait = seen(track, replace(level(), shoes=follow))
    assert gait.run is not None
    assert set(gait.run.shoe_px) == {Side.LEFT}
    shown = gait.run.shoe_px[Side.LEFT]
    placed = paths[:-1]  # the clip ends while the last shoe lands
    followed = np.isin(gait.person.clip_s, np.concatenate([path.time_s for path in placed]))
    assert np.array_equal(np.isfinite(shown).all(axis=(1, 2)), followed)
    assert np.array_equal(shown[followed], np.concatenate([path.outline_px for path in placed]))


def test_toe_offs_go_where_the_shoe_shows_them_and_leave_strikes_and_the_other_foot_alone() -> None:
    run = seen(film(RUNNER, Camera(fps=60))).run
    assert run is not None
    _, before = find_both_contacts(run.runner, settings=Settings())
    offs_s = {side: np.array([one.off_s for one in found.contacts]) for side, found in before.items()}
    was_s = offs_s[Side.LEFT][np.isfinite(offs_s[Side.LEFT])]
    shoe = ShoeEvents(was_s + 0.01, np.full(len(was_s), np.nan), 0.001, np.inf)
    _, after = find_both_contacts(run.runner, {Side.LEFT: ByShoe(offs=shoe)}, settings=Settings())
    late_s = np.array([one.off_s for one in after[Side.LEFT].contacts]) - offs_s[Side.LEFT]
    assert late_s[np.isfinite(late_s)] == pytest.approx(0.01, abs=0.002)
    assert [one.strike_s for one in after[Side.LEFT].contacts] == [one.strike_s for one in before[Side.LEFT].contacts]
    assert repr(after[Side.RIGHT].contacts) == repr(before[Side.RIGHT].contacts)
