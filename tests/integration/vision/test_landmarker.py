"""MediaPipe on the rendered runner: no lag, true pixels, and the runner among several people."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import mediapipe as mp
import numpy as np
import pytest
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

from formcheck import PoseTrack
from formcheck.clip.reader import ClipReader
from formcheck.records.errors import ModelError
from formcheck.records.skeleton import LEG_INDEX, Side
from formcheck.records.track import Frame, Image
from formcheck.vision.landmarker import Followed, find_landmarks
from formcheck.vision.weights import registries
from formcheck.vision.weights.bundle import make_bundle, without_mask
from formcheck.vision.weights.models import find_model
from places import CLIP

AROUND = slice(340, 940)  # the columns of the picture with the runner in them
HIPS, KNEES, ANKLES = ([LEG_INDEX[side][i] for side in Side] for i in range(3))


@pytest.fixture(scope="module")
def full() -> Path:
    return find_model("full").path


@pytest.fixture(scope="module")
def published_full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The full model as MediaPipe ships it, which computes a mask."""
    networks = registries.from_wheel("full")
    bundle = make_bundle(networks.detector, networks.landmarks)
    assert without_mask(bundle) != bundle
    path = tmp_path_factory.mktemp("published") / "full.task"
    path.write_bytes(bundle)
    return path


@pytest.fixture(scope="module")
def runner() -> list[Frame]:
    """The first second and a half of the rendered runner."""
    with ClipReader(CLIP) as clip:
        return list(itertools.islice(clip, 90))


def follow(frames: list[Frame], model: Path, size: tuple[int, int] | None = None) -> Followed:
    height, width = frames[0].image.shape[:2]
    width_px, height_px = size or (width, height)
    return find_landmarks(lambda first: frames[first:], model_path=model, width_px=width_px, height_px=height_px)


def mediapipe_landmarks(frames: list[Frame], model: Path, mode: RunningMode) -> np.ndarray:
    """All that MediaPipe gives (T, 33, 8) by its own rules, with the clip's true times: x, y, z, metres, sureness."""
    options = PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=str(model)), running_mode=mode)

    def detect(landmarker: Any, frame: Frame) -> Any:
        image = mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(frame.image))
        if mode is RunningMode.IMAGE:
            return landmarker.detect(image)
        return landmarker.detect_for_video(image, round(frame.time_s * 1000))

    with PoseLandmarker.create_from_options(options) as landmarker:
        found = [detect(landmarker, frame) for frame in frames]
    points = [zip(each.pose_landmarks[0], each.pose_world_landmarks[0], strict=True) for each in found]
    return np.array([[(p.x, p.y, p.z, m.x, m.y, m.z, p.visibility, p.presence) for p, m in pose] for pose in points])


def mediapipe_px(frames: list[Frame], model: Path, mode: RunningMode) -> np.ndarray:
    """Landmarks (T, 33, 2) in pixels."""
    height, width = frames[0].image.shape[:2]
    found = mediapipe_landmarks(frames, model, mode)
    return np.stack([found[:, :, 0] * width, found[:, :, 1] * height], axis=2)


def lag_frames(path: np.ndarray, reference: np.ndarray) -> float:
    """How many frames ``path`` trails ``reference``: the way still to go over the speed, median over fast moments."""
    joints = [*KNEES, *ANKLES]
    velocity = np.gradient(reference[:, joints], axis=0)
    speed = np.linalg.norm(velocity, axis=2)
    behind = np.sum((reference[:, joints] - path[:, joints]) * velocity, axis=2)
    fast = speed > np.median(speed)
    return float(np.median(behind[fast] / speed[fast] ** 2))


@pytest.mark.slow
def test_the_lag_of_mediapipes_own_smoothing_is_gone(runner: list[Frame], full: Path) -> None:
    first = runner[:48]
    frame_by_frame = mediapipe_px(first, full, RunningMode.IMAGE)
    with_true_times = mediapipe_px(first, full, RunningMode.VIDEO)
    ours = follow(first, full).track.xy_px
    assert lag_frames(with_true_times, frame_by_frame) > 0.3
    assert abs(lag_frames(ours, frame_by_frame)) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("mode", [RunningMode.VIDEO, RunningMode.IMAGE])
def test_without_the_mask_every_landmark_is_bit_for_bit_the_same(
    runner: list[Frame], full: Path, published_full: Path, mode: RunningMode
) -> None:
    with_mask = mediapipe_landmarks(runner[:30], published_full, mode)
    without = mediapipe_landmarks(runner[:30], full, mode)
    assert np.array_equal(with_mask, without)
    assert without.shape == (30, 33, 8)


@pytest.mark.slow
def test_real_results_of_mediapipe_become_the_track_that_a_clip_gives(runner: list[Frame], full: Path) -> None:
    frames = runner[:8]
    black = replace(frames[0], image=np.zeros_like(frames[0].image))
    options = PoseLandmarkerOptions(BaseOptions(model_asset_path=str(full)), running_mode=RunningMode.VIDEO)
    with PoseLandmarker.create_from_options(options) as landmarker:
        results = [
            landmarker.detect_for_video(mp.Image(mp.ImageFormat.SRGB, frame.image), 1_000_000 * number)
            for number, frame in enumerate([*frames, black])
        ]
    time_s = [*(frame.time_s for frame in frames), 1.0]
    found = PoseTrack.from_mediapipe(results, time_s=time_s, width_px=1280, height_px=720)
    ours = follow(frames, full).track
    assert found.xy_px[:8] == pytest.approx(ours.xy_px, abs=0.01)
    assert found.visibility[:8] == pytest.approx(ours.visibility, abs=1e-4)
    assert np.isnan(found.xy_px[8]).all()


@pytest.mark.slow
def test_a_scaled_down_picture_gives_pixels_of_the_full_one_on_its_own_clock(runner: list[Frame], full: Path) -> None:
    height, width = runner[0].image.shape[:2]
    half = [Frame(frame.index, frame.time_s, frame.image[::2, ::2]) for frame in runner[:10]]  # rows with gaps, too
    followed, expected = follow(half, full, (width, height)), follow(runner[:10], full)
    assert (followed.track.width_px, followed.people, followed.seen_frac) == (width, 1, 1.0)
    assert followed.track.time_s.tolist() == [frame.time_s for frame in runner[:10]]
    off_px = np.linalg.norm(followed.track.xy_px - expected.track.xy_px, axis=2)[:, HIPS]
    assert np.median(off_px) < 0.01 * height


def test_an_empty_room_has_nobody_in_it(full: Path) -> None:
    room = [Frame(k, k / 30, np.full((240, 320, 3), 90, np.uint8)) for k in range(5)]
    followed = follow(room, full)
    assert (followed.people, followed.seen_frac, len(followed.track)) == (0, 0.0, 5)
    assert np.isnan(followed.track.xy_px).all()
    assert not followed.track.visibility.any()


def test_a_file_that_is_no_model_is_one_clear_line(tmp_path: Path) -> None:
    junk = tmp_path / "junk.task"
    junk.write_bytes(b"junk")
    with pytest.raises(ModelError, match=r"junk\.task doesn't load as a pose landmarker: .+") as caught:
        follow([Frame(0, 0.0, np.zeros((8, 8, 3), np.uint8))], junk)
    assert "\n" not in str(caught.value)


def test_mediapipe_does_not_chatter_on_standard_error(
    runner: list[Frame], full: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    follow(runner[:3], full)
    assert capfd.readouterr().err == ""


def beside(runner: list[Frame], other: Callable[[int], Image]) -> Iterator[Frame]:
    """The runner at two thirds of the size, and a bigger person next to him, for three seconds at 30 frames/s."""
    for index in range(0, 2 * len(runner), 2):
        small = runner[index % len(runner)].image[::3, AROUND][:, ::3].repeat(2, axis=0).repeat(2, axis=1)
        big = other(index % len(runner))[:, AROUND]
        canvas = np.full((big.shape[0], big.shape[1] + small.shape[1], 3), 128, np.uint8)
        canvas[-small.shape[0] :, : small.shape[1]] = small
        canvas[:, small.shape[1] :] = big
        yield Frame(index // 2, index / 60, canvas)


@pytest.mark.slow
def test_somebody_bigger_who_stands_still_is_not_followed(runner: list[Frame], full: Path) -> None:
    frames = list(beside(runner, lambda index: runner[30].image))
    width = frames[0].image.shape[1]
    followed = follow(frames, full)
    assert (followed.people, followed.is_ambiguous) == (2, False)
    assert followed.seen_frac > 0.9
    assert np.nanmax(followed.track.xy_px[:, HIPS, 0]) < width / 2
    others = [poses[:, HIPS, 0].mean() for poses in followed.others.values()]
    assert len(others) > 0.9 * len(frames), "faces of others are hidden by these"
    assert np.median(others) > width / 2


@pytest.mark.slow
def test_two_who_run_side_by_side_are_an_ambiguous_choice(runner: list[Frame], full: Path) -> None:
    frames = list(beside(runner, lambda index: runner[(index + 20) % len(runner)].image[:, ::-1]))
    followed = follow(frames, full)
    assert (followed.people, followed.is_ambiguous) == (2, True)
