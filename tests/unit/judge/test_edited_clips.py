"""Clips as people edit them: halted, cut, paused, played backward. The steps reported are those that were run."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from formcheck.judge.assess import analyze_track
from formcheck.records.report import Report
from formcheck.records.skeleton import Side, index_of
from formcheck.records.track import PoseTrack
from stick_runner import Camera, Runner, exchanged, film

pytestmark = pytest.mark.slow

FPS = 60
RUNNER = Runner(cadence_per_min=166.0, reach={Side.LEFT: 0.22, Side.RIGHT: 0.22}, tempo_wobble_s=0.0)
LOPSIDED = replace(RUNNER, reach={Side.LEFT: 0.28, Side.RIGHT: 0.17})
CAMERA = Camera(azimuth_deg=180, frame_phase=0.0)
FRAMES = 360
ALL = list(range(FRAMES))
HALF_STRIDE = round(FPS * RUNNER.stride_s / 2)


def played(
    order: Sequence[int],
    times_s: Sequence[float] | None = None,
    *,
    runner: Runner = RUNNER,
    filmed: PoseTrack | None = None,
) -> PoseTrack:
    """The runner's frames, or those of what was ``filmed``, in this order; evenly, where no times are given.

    A halted picture is seen alike but for what encoding it again changes.
    """
    track = filmed or film(runner, CAMERA, FRAMES / FPS)
    rows = np.array(order)
    xy_px = track.xy_px[rows] + np.random.default_rng(5).normal(0, 0.3, (len(rows), 33, 2))
    time_s = np.arange(len(rows)) / FPS if times_s is None else np.array(times_s)
    return replace(track, time_s=time_s, xy_px=xy_px, visibility=track.visibility[rows])


def halted(at: int, count: int) -> list[int]:
    return [*ALL[:at], *[at] * count, *ALL[at:]]


def without(at: int, count: int) -> list[int]:
    return [*ALL[:at], *ALL[at + count :]]


def paused(at: int, count: int) -> list[float]:
    return [(frame + (count if frame >= at else 0)) / FPS for frame in ALL]


def strikes_run(order: Sequence[int], time_s: np.ndarray, runner: Runner = RUNNER) -> list[tuple[float, Side]]:
    """When on the clip's clock each strike is shown, playing forward."""
    rows = np.array(order)
    shown = []
    for side in Side:
        for strike_s in runner.strikes_s(side, FRAMES / FPS):
            frame = strike_s * FPS
            at = np.flatnonzero((rows[:-1] <= frame) & (rows[1:] > frame) & (np.diff(rows) == 1))
            shown += [(float(time_s[k] + (frame - rows[k]) / FPS), side) for k in at]
    return sorted(shown)


def holds_the_truth(
    report: Report, order: Sequence[int], track: PoseTrack, *, missed: int, steps_each: int = 4
) -> None:
    """No strike but those that are shown, each with its own side; hardly one missed; cadence, reach and sides right."""
    truth = strikes_run(order, track.time_s)
    found = [(step.strike_time_s, step.side) for step in report.steps]
    for at_s, side in found:
        nearest_s, own = min(truth, key=lambda strike: abs(strike[0] - at_s))
        assert abs(nearest_s - at_s) < 0.03
        assert side is own
    assert len(found) >= len(truth) - missed
    assert report.measures["cadence"].headline.value == pytest.approx(RUNNER.cadence_per_min, abs=0.6)
    for side in Side:
        reach = report.measures["foot_ahead_of_hip"].of(side)
        assert reach is not None
        assert reach.steps >= steps_each
        assert reach.value == pytest.approx(0.22, abs=0.02)
    assert not [finding.code for finding in report.findings if "differ" in finding.code]


def left_out(report: Report) -> list[str | None]:
    return [part.left_out for part in report.clip.parts]


@pytest.mark.parametrize("count", [12, 30, 60, 120, 180])
@pytest.mark.parametrize("at", [150, 180])
def test_no_foot_strikes_while_the_picture_is_halted(at: int, count: int) -> None:
    order = halted(at, count)
    track = played(order)
    report = analyze_track(track)
    holds_the_truth(report, order, track, missed=3)
    assert left_out(report) == [None, "still", None]
    halt = report.clip.parts[1]
    assert (halt.start_s, halt.end_s) == pytest.approx((at / FPS, (at + count) / FPS), abs=0.08)
    assert "interrupted" in {reason.code for reason in report.quality.reasons}


HALTED_FOR_LONG = [*ALL[:180], *[180] * 720, *ALL[180:]]


def test_a_halt_that_lasts_longer_than_the_run_changes_no_number() -> None:
    whole, halts = (analyze_track(played(order)).measures for order in (ALL, HALTED_FOR_LONG))
    for name in ("vertical_oscillation", "trunk_lean", "head_forward"):
        assert halts[name].headline.value == pytest.approx(whole[name].headline.value, rel=0.01), name


def test_a_runner_halted_for_long_is_not_taken_for_one_who_stands() -> None:
    track = film(RUNNER, CAMERA, FRAMES / FPS)
    xy_px = track.xy_px.copy()
    for joint in ("knee", "ankle", "heel", "foot_index"):  # both legs drawn on one: no rhythm shows
        xy_px[:, index_of(Side.RIGHT, joint)] = xy_px[:, index_of(Side.LEFT, joint)]
    report = analyze_track(played(HALTED_FOR_LONG, filmed=replace(track, xy_px=xy_px)))
    assert [reason.code for reason in report.quality.reasons] == ["no_steady_running"]


def test_a_foot_outside_the_picture_only_while_it_is_halted_withholds_nothing() -> None:
    track = film(RUNNER, CAMERA, FRAMES / FPS)
    lowest = track.xy_px[:, [index_of(side, joint) for side in Side for joint in ("heel", "foot_index")], 1].max(axis=1)
    down_px = track.height_px - float(np.percentile(lowest, 95))
    low = replace(track, xy_px=track.xy_px + np.array([0.0, down_px]))
    at = int(np.argmax(lowest[100:260])) + 100
    report = analyze_track(played([*ALL[:at], *[at] * 300, *ALL[at:]], filmed=low))
    assert "feet_out_of_picture" not in {reason.code for reason in report.quality.reasons}
    assert len(report.steps) >= 14


def test_three_halts_leave_four_pieces() -> None:
    order = [*ALL[:100], *[100] * 60, *ALL[100:200], *[200] * 60, *ALL[200:280], *[280] * 60, *ALL[280:]]
    track = played(order)
    report = analyze_track(track)
    holds_the_truth(report, order, track, missed=7)
    assert left_out(report) == [None, "still", None, "still", None, "still", None]


@pytest.mark.parametrize("count", [8, 11, 16, HALF_STRIDE, 30, 65])
@pytest.mark.parametrize("at", [150, 170])
def test_behind_a_cut_the_beat_starts_anew(at: int, count: int) -> None:
    order = without(at, count)
    track = played(order)
    report = analyze_track(track)
    holds_the_truth(report, order, track, missed=2)
    assert len(report.clip.parts) == 2
    assert report.clip.parts[1].start_s == pytest.approx(at / FPS, abs=0.05)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("at", [120, 150, 170, 230])
def test_a_cut_too_small_to_be_found_is_within_the_interval_of_the_cadence(at: int, count: int) -> None:
    cadence = analyze_track(played(without(at, count))).measures["cadence"].headline
    assert cadence.interval95[0] < RUNNER.cadence_per_min < cadence.interval95[1]


def test_a_whole_stride_cut_out_leaves_no_trace_and_does_no_harm() -> None:
    order = without(170, 2 * HALF_STRIDE)
    track = played(order)
    holds_the_truth(analyze_track(track), order, track, missed=2)


def test_an_edit_list_of_two_parts_is_measured_in_both() -> None:
    order = [*ALL[:120], *ALL[240:]]
    track = played(order)
    holds_the_truth(analyze_track(track), order, track, missed=2)


@pytest.mark.parametrize("count", [181, 193, 311])
def test_a_pause_in_which_the_clock_goes_on_holds_no_strike(count: int) -> None:
    track = played(ALL, paused(180, count))
    report = analyze_track(track)
    holds_the_truth(report, ALL, track, missed=2)
    ends_s = [end_s for part in report.clip.parts for end_s in (part.start_s, part.end_s)]
    assert ends_s == pytest.approx([0.0, 179 / FPS, (180 + count) / FPS, (359 + count) / FPS])
    assert report.clip.used_s == pytest.approx((0.0, (359 + count) / FPS))


def test_a_few_dropped_frames_break_nothing() -> None:
    kept = [frame for frame in ALL if frame % 7 != 3 and frame not in range(100, 106)]
    track = played(kept, [frame / FPS for frame in kept])
    assert len(analyze_track(track).clip.parts) == 1


@pytest.mark.parametrize("steps", [1, 3])
def test_a_lopsided_runner_stays_lopsided_behind_a_cut_of_an_odd_number_of_steps(steps: int) -> None:
    track = played(without(130, steps * HALF_STRIDE), runner=LOPSIDED)
    reach = analyze_track(track).measures["foot_ahead_of_hip"]
    assert reach.left is not None
    assert reach.right is not None
    assert reach.left.value == pytest.approx(0.28, abs=0.02)
    assert reach.right.value == pytest.approx(0.17, abs=0.02)


def test_legs_that_the_pose_model_exchanges_for_two_seconds_are_no_cut() -> None:
    track = played(ALL)
    report = analyze_track(exchanged(track, np.arange(150, 270)))
    holds_the_truth(report, ALL, track, missed=1)
    assert left_out(report) == [None]


def test_a_piece_whose_legs_the_pose_model_names_at_random_is_left_out() -> None:
    track = played(ALL, paused(240, 200))
    random = 240 + np.flatnonzero(np.random.default_rng(3).random(120) < 0.45)
    report = analyze_track(exchanged(track, random))
    assert left_out(report) == [None, "sides_unclear"]
    assert max(step.strike_time_s for step in report.steps) <= 4.0


def test_played_to_and_fro_the_forward_half_is_measured() -> None:
    order = [*ALL[:240], *ALL[:240][::-1]]
    track = played(order)
    report = analyze_track(track)
    holds_the_truth(report, order, track, missed=1)
    assert left_out(report) == [None, "backward"]
    assert report.clip.parts[1].start_s == pytest.approx(4.0, abs=0.05)


def test_a_clip_that_plays_backward_is_refused() -> None:
    report = analyze_track(played(ALL[::-1]))
    assert report.quality.reasons[0].code == "plays_backward"
    assert report.steps == ()
    assert all(measure.headline.withheld is not None for measure in report.measures.values())
    assert "running backward" in report.quality.reasons[0].message  # which looks the same


@pytest.mark.parametrize("at", [100, 180, 250])
def test_a_clip_that_plays_backward_and_halts_is_refused_as_backward(at: int) -> None:
    report = analyze_track(played([FRAMES - 1 - frame for frame in halted(at, 60)]))
    assert [reason.code for reason in report.quality.reasons] == ["plays_backward"]
    assert left_out(report) == ["backward", "still", "backward"]


@pytest.mark.parametrize("count", [20, 40, 60])
def test_a_glimpse_of_running_forward_before_a_clip_that_plays_backward_changes_nothing(count: int) -> None:
    report = analyze_track(played([*ALL[:count], *ALL[: 240 + count][::-1]]))
    assert [reason.code for reason in report.quality.reasons] == ["plays_backward"]


def test_slow_motion_that_is_halted_is_measured_around_the_halt() -> None:
    slow = film(RUNNER, Camera(azimuth_deg=180, fps=30, slow=8.0), 4.0)
    middle = len(slow) // 2
    rows = np.array([*range(middle), *[middle] * 60, *range(middle, len(slow))])
    noise = np.random.default_rng(5).normal(0, 0.3, (len(rows), 33, 2))
    own = film(RUNNER, Camera(azimuth_deg=180, fps=30, slow=8.0, noise=0.002), 4.0)
    track = replace(
        slow, time_s=np.arange(len(rows)) / 30, xy_px=own.xy_px[rows] + noise, visibility=slow.visibility[rows]
    )
    report = analyze_track(track)
    assert report.clip.time_scale.factor == 8.0
    assert left_out(report) == [None, "still", None]
    assert report.measures["cadence"].headline.value == pytest.approx(RUNNER.cadence_per_min, abs=0.6)
