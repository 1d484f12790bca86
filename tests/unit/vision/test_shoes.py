"""A drawn shoe followed through drawn pictures; its landmarks are as far off as a pose model's."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from formcheck.records.filmed import ShoeLook, ShoesAsked
from formcheck.records.skeleton import COUNT, Side, index_of
from formcheck.records.track import Floats, Frame, Image, PoseTrack
from formcheck.vision.shoes import follow_shoes, largest_side_px

WIDTH, HEIGHT, FPS = 640, 360, 60.0
STRIKE_S = 0.5
FOOT = {"heel": (-40.0, 0.0), "foot_index": (45.0, 0.0), "ankle": (-25.0, -35.0)}
RNG = np.random.default_rng(1)
SHOE: Image = cv2.GaussianBlur(RNG.integers(0, 255, (110, 170), np.uint8), (5, 5), 1.5)
ROOM: Image = cv2.GaussianBlur(RNG.integers(60, 120, (HEIGHT, WIDTH), np.uint8), (31, 31), 9)
TIME_S = np.arange(60) / FPS


def place(time_s: float) -> tuple[Floats, float]:
    """Where the shoe's middle is, and how far its toes point up (degrees)."""
    before = min(time_s - STRIKE_S, 0.0)
    return np.array([330.0 - 300 * (time_s - STRIKE_S) - 4000 * before**2, 250.0 - 600 * before**2]), -150 * before


def turned(points: Floats, at: Floats, deg: float) -> Floats:
    angle = np.radians(-deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(points @ turn.T + at)


def picture(time_s: float) -> Image:
    at, deg = place(time_s)
    turn = cv2.getRotationMatrix2D((85.0, 80.0), deg, 1.0)
    turn[:, 2] += at - (85.0, 80.0)
    shoe = cv2.warpAffine(SHOE, turn, (WIDTH, HEIGHT))
    there = cv2.warpAffine(np.full_like(SHOE, 255), turn, (WIDTH, HEIGHT)) > 0
    return np.where(there, shoe, ROOM)


def pose() -> PoseTrack:
    """Landmarks some pixels off, the left shoe's."""
    xy_px = np.full((len(TIME_S), COUNT, 2), np.nan)
    noise = np.random.default_rng(2)
    for row, time_s in enumerate(TIME_S):
        feet = turned(np.array(list(FOOT.values())), *place(float(time_s)))
        for name, point in zip(FOOT, feet, strict=True):
            xy_px[row, index_of(Side.LEFT, name)] = point + noise.normal(0, 3, 2)
    return PoseTrack(TIME_S, xy_px, np.where(np.isfinite(xy_px[..., 0]), 1.0, 0.0), WIDTH, HEIGHT)


def asked(*strikes_s: float, leg_px: float = 320.0) -> ShoesAsked:
    at_s = {"strike": {Side.LEFT: np.array(strikes_s)}}
    return ShoesAsked(pose(), leg_px, 1.0, at_s, {"strike": ShoeLook((-0.15, 0.11), 0.06, flat=True)})


def frames(*, hidden_s: tuple[float, float] = (np.inf, np.inf), scale: float = 1.0) -> Iterator[Frame]:
    for index, time_s in enumerate(TIME_S):
        image = ROOM if hidden_s[0] <= time_s <= hidden_s[1] else picture(float(time_s))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        yield Frame(index, float(time_s), small.astype(np.uint8))


@pytest.mark.parametrize("scale", [1.0, 0.75])
def test_the_shoe_is_followed_to_half_a_pixel_from_landmarks_that_are_off_by_three(scale: float) -> None:
    (path,) = follow_shoes(frames(scale=scale), asked(STRIKE_S))["strike"][Side.LEFT]
    assert path.asked_s == STRIKE_S
    assert path.time_s[0] < STRIKE_S - 0.1
    assert path.time_s[-1] > STRIKE_S + 0.09
    flat = int(np.argmax(path.correlation))
    foot = path.foot_px[flat] - place(float(path.time_s[flat]))[0]  # wherever on the shoe landmarks say
    true = np.array([turned(foot, *place(float(time_s))) for time_s in path.time_s])
    assert np.abs(path.foot_px - true).max() < 0.5
    on_shoe = [
        turned(outline - at, np.zeros(2), -deg)
        for outline, (at, deg) in zip(path.outline_px, map(place, path.time_s.tolist()), strict=True)
    ]
    assert np.ptp(on_shoe, axis=0).max() < 1.0


def test_a_shoe_that_goes_behind_something_is_followed_no_further() -> None:
    (path,) = follow_shoes(frames(hidden_s=(0.4, 0.46)), asked(STRIKE_S))["strike"][Side.LEFT]
    assert path.time_s[0] > 0.46
    assert path.correlation.min() >= 0.6


def test_each_strike_has_its_path_and_one_without_its_frames_an_empty_one() -> None:
    found = follow_shoes(frames(), asked(STRIKE_S, 5.0))
    assert [len(path.time_s) > 0 for path in found["strike"][Side.LEFT]] == [True, False]
    assert found["strike"][Side.RIGHT] == ()


def test_toe_offs_are_followed_in_the_same_reading_from_a_frame_in_which_the_foot_is_turned() -> None:
    at_s = {"strike": {Side.LEFT: np.array([STRIKE_S])}, "toe_off": {Side.LEFT: np.array([0.48, 0.52])}}
    looks = {"strike": ShoeLook((-0.15, 0.11), 0.06, flat=True), "toe_off": ShoeLook((-0.1, 0.05), -0.08, flat=False)}
    found = follow_shoes(frames(), ShoesAsked(pose(), 320.0, 1.0, at_s, looks))
    assert [path.asked_s for path in found["toe_off"][Side.LEFT]] == [0.48, 0.52]
    for path in found["toe_off"][Side.LEFT]:
        first = int(np.argmax(path.correlation))
        assert path.time_s[first] == pytest.approx(path.asked_s - 0.08, abs=0.5 / FPS)
        at, deg = place(float(path.time_s[first]))
        foot = turned(path.foot_px[first] - at, np.zeros(2), -deg)
        true = np.array([turned(foot, *place(float(time_s))) for time_s in path.time_s])
        assert np.abs(path.foot_px - true).max() < 1.0
    alone = follow_shoes(frames(), asked(STRIKE_S))["strike"][Side.LEFT][0]
    assert np.array_equal(found["strike"][Side.LEFT][0].foot_px, alone.foot_px)


def test_pictures_are_never_made_larger() -> None:
    assert largest_side_px(asked(leg_px=640.0)) == WIDTH // 2
    assert largest_side_px(asked(leg_px=100.0)) == WIDTH
