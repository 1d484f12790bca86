"""The rendered reference clip through the whole program; `formcheck verify` holds it against its truth file."""

import re
from pathlib import Path

import numpy as np
import pytest

from formcheck import Report, analyze_video
from formcheck.cli.verify.truth import read_truth, truth_path
from formcheck.clip.reader import ClipReader
from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import ClipError, ClipNotFoundError, FormcheckError, PartError
from formcheck.records.skeleton import Side
from formcheck.report.write import write_assessment
from places import CLIP
from small_clips import write_turned


@pytest.fixture(scope="module")
def told_stages() -> list[tuple[str, float]]:
    return []


@pytest.fixture(scope="module")
def report(told_stages: list[tuple[str, float]]) -> Report:
    return analyze_video(CLIP, on_progress=lambda stage, done: told_stages.append((stage, done)))


@pytest.mark.slow
def test_a_level_camera_is_seen_as_level(report: Report) -> None:
    assert abs(report.scene.camera_roll_deg) < 0.5


@pytest.mark.slow
def test_strikes_are_as_far_apart_as_the_shoes_that_make_them(report: Report) -> None:
    truth = read_truth(truth_path(CLIP))
    for side in Side:
        true_s = np.array([strike.time_s for strike in truth.strikes if strike.side == side])
        found_s = [step.strike_time_s for step in report.steps if step.side is side]
        off_s = np.array([at - true_s[np.abs(true_s - at).argmin()] for at in found_s])
        assert abs(np.median(off_s)) < 0.008, side
        assert np.std(off_s) < 0.001, side  # by landmarks alone 0.0016 and 0.0012


@pytest.mark.slow
def test_the_report_names_its_clip_and_its_model(report: Report) -> None:
    assert (report.clip.name, report.clip.width_px, report.clip.height_px) == (CLIP.name, 1280, 720)
    assert report.clip.frame_count == 360
    assert report.clip.mean_fps == pytest.approx(60, abs=0.1)
    assert len(report.clip.sha256) == 64
    assert report.model is not None
    assert report.model.name == "full"


@pytest.mark.slow
def test_key_frames_point_into_the_clip(report: Report) -> None:
    assert len(report.frames) == 6
    for frame in report.frames:
        assert 0 <= frame.index < report.clip.frame_count
        assert frame.time_s == pytest.approx(frame.index / 60, abs=0.02)


@pytest.mark.slow
def test_a_clip_on_its_side_is_measured_and_drawn_as_turned(tmp_path: Path) -> None:
    clip = write_turned(tmp_path / "on_its_side.mp4", CLIP, 1, seconds=3.5)
    report = analyze_video(clip, turn_deg=90)
    assert (report.clip.width_px, report.clip.height_px) == (1280, 720)
    assert report.quality.reasons == ()
    assert report.measures["cadence"].headline.value == pytest.approx(167.9, abs=0.5)
    write_assessment(report, clip, tmp_path / "found")
    with ClipReader(tmp_path / "found" / "overlay.mp4") as drawn, ClipReader(CLIP) as upright:
        both = [next(iter(reader)).image[:720].astype(float).ravel() for reader in (drawn, upright)]
    assert np.corrcoef(*both)[0, 1] > 0.9


@pytest.mark.slow
def test_progress_only_ever_grows_within_a_stage(report: Report, told_stages) -> None:
    assert report
    stages = list(dict.fromkeys(stage for stage, _ in told_stages))
    assert stages[-1] == "measuring"
    for stage in stages:
        done = [share for name, share in told_stages if name == stage]
        assert done == sorted(done)
        assert 0 <= min(done) <= max(done) <= 1


def test_a_clip_that_is_not_there_is_one_clear_line() -> None:
    with pytest.raises(ClipNotFoundError, match="nowhere") as error:
        analyze_video("nowhere.mp4")
    assert "\n" not in str(error.value)


def test_a_text_file_is_no_video(tmp_path: Path) -> None:
    clip = tmp_path / "notes.mp4"
    clip.write_text("not a video")
    with pytest.raises(ClipError):
        analyze_video(clip)


def test_invalid_options_are_refused_before_the_clip_is_tracked(tmp_path: Path) -> None:
    with pytest.raises(FormcheckError, match="height_m"):
        analyze_video(CLIP, height_m=175.0)


@pytest.mark.slow
def test_of_a_part_nothing_else_is_followed_and_frames_keep_their_numbers() -> None:
    followed: list[str] = []
    part = analyze_video(CLIP, from_s=2.0, to_s=5.0, model="lite", on_progress=lambda stage, _: followed.append(stage))
    assert followed.count("following the runner") == pytest.approx(180, abs=3)
    start_s, end_s = part.clip.used_s
    assert 2.0 <= start_s < end_s <= 5.0
    assert part.steps
    for frame in part.frames:
        assert start_s <= frame.time_s == pytest.approx(frame.index / 60, abs=0.02)


def test_a_part_behind_the_clips_end_is_refused_as_such_before_a_model_is_fetched() -> None:
    with pytest.raises(
        PartError, match=re.escape(f"{CLIP.name} is 6.0 s long; choose a part that begins before its end")
    ):
        analyze_video(CLIP, from_s=90.0, model="nowhere.task")


@pytest.mark.slow
def test_damage_before_the_end_of_the_part_is_reported(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    with VideoWriter(clip) as writer:
        for index in range(90):
            writer.write(np.random.default_rng(index).integers(0, 255, (64, 96, 3), np.uint8), index / 30)
    content = bytearray(clip.read_bytes())
    quarter = content.find(b"mdat") + len(content) // 4
    content[quarter : quarter + 4000] = bytes(4000)
    clip.write_bytes(content)
    reasons = analyze_video(clip, to_s=2.0, model="lite").quality.reasons
    messages = [reason.message for reason in reasons if reason.code == "clip_damaged"]
    assert len(messages) == 1
    assert "do not decode" in messages[0]
    assert "ends early" not in messages[0]


@pytest.mark.slow
def test_a_frame_rate_that_was_told_wrongly_is_contradicted_by_the_clip_itself() -> None:
    """Filmed at 240, one frame in four would be looked at; of this clip these show too little to contradict."""
    report = analyze_video(CLIP, capture_fps=240, model="lite")
    assert [reason.code for reason in report.quality.reasons] == ["time_scale_contradiction", "slow_motion"]
    assert "672 steps per minute" in report.quality.reasons[0].message
