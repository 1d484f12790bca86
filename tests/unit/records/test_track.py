"""What a PoseTrack takes, what it refuses in one line, and how MediaPipe's own results become one."""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from formcheck import PoseTrack, analyze_track
from formcheck.records.errors import RecordError, UsageError
from formcheck.records.skeleton import COUNT
from stick_runner import Camera, Runner, film

TRACK = film(Runner(), Camera(azimuth_deg=180), 4.0)


def track(**changed: Any) -> PoseTrack:
    whole = {name: getattr(TRACK, name) for name in ("time_s", "xy_px", "visibility", "width_px", "height_px")}
    return PoseTrack(**(whole | changed))


def with_one(array: np.ndarray, value: float) -> np.ndarray:
    changed = np.array(array)
    changed[(3,) * changed.ndim if changed.ndim < 3 else (3, 3, 1)] = value
    return changed


SLIPS = {
    "normalised": ({"xy_px": TRACK.xy_px / [1280, 720]}, "xy_px: expected pixels, got normalised coordinates"),
    "infinite": ({"xy_px": with_one(TRACK.xy_px, np.inf)}, "xy_px: expected finite coordinates; give NaN"),
    "ragged": ({"xy_px": [[[1.0, 2.0]], [[1.0]]]}, "xy_px: expected an array of numbers"),
    "words": ({"time_s": ["now"] * len(TRACK)}, "time_s: expected an array of numbers"),
    "three values a landmark": ({"xy_px": np.zeros((len(TRACK), COUNT, 3))}, r"xy_px: expected shape \(240, 33, 2\)"),
    "percent": ({"visibility": 100 * TRACK.visibility}, "visibility: expected 0 to 1, got 95; divide a percentage"),
    "below nothing": ({"visibility": with_one(TRACK.visibility, -1.0)}, "visibility: expected 0 to 1, got -1"),
    "no visibility": ({"visibility": TRACK.visibility * np.nan}, "visibility: every value is NaN"),
    "no width": ({"width_px": 0}, "width_px: expected a whole number of pixels, at least 1, got 0"),
    "half a pixel": ({"height_px": 720.5}, "height_px: expected a whole number of pixels"),
    "a width in quotes": ({"width_px": "1280"}, "width_px: expected a whole number of pixels, at least 1, got '1280'"),
    "backwards": ({"time_s": TRACK.time_s[::-1]}, "time_s: expected finite times, each later than the one before"),
}


@pytest.mark.parametrize(("changed", "says"), SLIPS.values(), ids=SLIPS)
def test_what_is_no_track_is_refused_in_one_line(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(RecordError, match=says) as caught:
        track(**changed)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("unit", [1000.0, 60.0], ids=["milliseconds", "frame numbers"])
def test_times_that_are_no_seconds_are_refused(unit: float) -> None:
    with pytest.raises(RecordError, match=r"time_s: frames are .* s apart; expected seconds, not milliseconds"):
        analyze_track(track(time_s=TRACK.time_s * unit))


@pytest.mark.parametrize(
    "told",
    [{"height_m": "1.78"}, {"height_m": True}, {"speed_kmh": float("nan")}, {"height_m": -1.78}, {"to_s": [3]}],
)
def test_an_option_that_is_no_number_within_its_limits_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(told))}=.* must be a number between"):
        analyze_track(TRACK, **told)


def test_landmarks_that_are_no_track_are_refused() -> None:
    with pytest.raises(UsageError, match="expected a PoseTrack, got a ndarray"):
        analyze_track(TRACK.xy_px)  # type: ignore[arg-type]  # the slip itself


@pytest.mark.slow
def test_lists_numpy_scalars_and_whole_floats_are_taken() -> None:
    plain = track(time_s=TRACK.time_s.tolist(), xy_px=TRACK.xy_px.tolist(), width_px=np.int64(1280), height_px=720.0)
    assert (plain.width_px, plain.height_px) == (1280, 720)
    assert np.array_equal(plain.xy_px, TRACK.xy_px)
    report = analyze_track(plain, height_m=np.float32(1.75), landmark_error_frac=np.float32(0.01))
    assert report.scene.scale.source == "height"
    assert json.loads(json.dumps(report.settings))["told"]["height_m"] == 1.75
    assert track(visibility=np.ones((len(TRACK), COUNT), dtype=bool)).visibility.max() == 1


def test_a_callers_arrays_stay_writable_and_are_not_shared() -> None:
    own = np.array(TRACK.xy_px)
    taken = track(xy_px=own)
    own[0, 0] = 7.0
    assert not np.any(taken.xy_px == 7.0)


def test_a_masked_point_was_not_seen() -> None:
    hidden = np.zeros(TRACK.xy_px.shape, dtype=bool)
    hidden[5, 23:] = True
    masked = track(
        xy_px=np.ma.array(TRACK.xy_px, mask=hidden),
        visibility=[np.ma.array(frame, mask=hidden[number, :, 0]) for number, frame in enumerate(TRACK.visibility)],
    )
    assert np.array_equal(np.isnan(masked.xy_px), hidden)
    assert np.array_equal(np.isnan(masked.visibility), hidden[..., 0])
    with pytest.raises(RecordError, match="time_s: expected finite times"):
        track(time_s=np.ma.array(TRACK.time_s, mask=hidden[:, 23, 0]))


def test_a_landmark_whose_visibility_is_not_known_counts_as_not_seen() -> None:
    visibility = np.array(TRACK.visibility)
    visibility[:, 23:] = np.nan
    assert [r.code for r in analyze_track(track(visibility=visibility)).quality.reasons] == ["legs_hidden"]


def landmarks(*people: float) -> SimpleNamespace:
    """A result as MediaPipe's, of one person at each of these places."""
    return SimpleNamespace(
        pose_landmarks=[[SimpleNamespace(x=x, y=0.5, visibility=0.9) for _ in range(COUNT)] for x in people]
    )


def test_results_become_pixels_and_frames_without_a_person_are_not_seen() -> None:
    found = PoseTrack.from_mediapipe(
        [landmarks(0.25), landmarks(), landmarks(0.75)], time_s=[0.0, 0.1, 0.2], width_px=1280, height_px=720
    )
    assert found.xy_px[[0, 2], 0].tolist() == [[320.0, 360.0], [960.0, 360.0]]
    assert np.isnan(found.xy_px[1]).all()
    assert found.visibility[:, 0].tolist() == [0.9, 0.0, 0.9]


@pytest.mark.parametrize("width_px", ["abc", None, float("nan"), True, 640.5])
def test_a_width_that_is_no_number_of_pixels_is_refused(width_px: Any) -> None:
    with pytest.raises(RecordError, match="width_px: expected a whole number of pixels, at least 1, got "):
        PoseTrack.from_mediapipe([landmarks(0.2)], time_s=[0.0], width_px=width_px, height_px=720)


def test_no_results_are_an_empty_track() -> None:
    assert len(PoseTrack.from_mediapipe([], time_s=[], width_px=1280, height_px=720)) == 0


@pytest.mark.parametrize(
    ("results", "says"),
    [
        ([landmarks(0.2), landmarks(0.2, 0.8)], r"results\[1\] has 2 people; run the landmarker with num_poses=1"),
        ([landmarks(0.2)], r"time_s: expected shape \(1,\), got \(2,\)"),
        ([SimpleNamespace(pose_landmarks=[[]])] * 2, r"results\[0\]: expected shape \(33, 3\)"),
        ([landmarks(0.2), None], r"results\[1\]: expected a PoseLandmarkerResult of MediaPipe's tasks, got a NoneType"),
    ],
)
def test_results_that_are_not_one_runners_are_refused(results: list[Any], says: str) -> None:
    with pytest.raises(RecordError, match=says):
        PoseTrack.from_mediapipe(results, time_s=[0.0, 0.1], width_px=1280, height_px=720)


def test_normalised_coordinates_are_refused_though_a_guessed_landmark_lies_far_outside() -> None:
    share = np.full((40, 33, 2), 0.5)
    share[3, 31] = 2.5
    with pytest.raises(RecordError, match="got normalised coordinates"):
        PoseTrack(np.arange(40) / 30, share, np.ones((40, 33)), 1280, 720)


@pytest.mark.parametrize("results", [None, object()])
def test_one_result_in_place_of_one_a_frame_is_refused(results: object) -> None:
    with pytest.raises(RecordError, match="expected a result for each frame"):
        PoseTrack.from_mediapipe(results, time_s=[0.0], width_px=1280, height_px=720)  # type: ignore[arg-type]
