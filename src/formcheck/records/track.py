"""The frozen records that flow between the stages, checked once, at construction.

Arrays have time first and are read-only. NaN means "not seen", and masked values of numpy arrays become NaN. Pixels are
of the upright, unmirrored picture at its full size, x to the right and y down; a runner's frame is forward + and up +.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from formcheck.records.errors import RecordError
from formcheck.records.readonly import freeze
from formcheck.records.skeleton import COUNT, Side, index_of

LARGEST_NORMALISED = 2.0
"""Coordinates as shares of the picture stay below it, landmarks guessed outside included; a person of so many pixels
shows nothing."""

Floats = npt.NDArray[np.float64]
Image = npt.NDArray[np.uint8]


def _frozen(values: npt.ArrayLike, shape: tuple[int | None, ...], name: str) -> Floats:
    """A read-only float copy of ``values``, NaN where they are masked; RecordError says what was expected."""
    try:
        array = np.ma.array(values, dtype=np.float64, copy=True).filled(np.nan)
    except (TypeError, ValueError) as error:
        raise RecordError(f"{name}: expected an array of numbers; {error}") from error
    fits = array.ndim == len(shape) and all(
        want is None or want == got for want, got in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = tuple("T" if want is None else want for want in shape)
        raise RecordError(f"{name}: expected shape {wanted}, got {array.shape}")
    array.setflags(write=False)
    return array


def _rising(time_s: Floats) -> None:
    if not np.all(np.isfinite(time_s)) or np.any(np.diff(time_s) <= 0):
        raise RecordError("time_s: expected finite times, each later than the one before")


def _check_pixels(xy_px: Floats) -> None:
    if np.isinf(xy_px).any():
        raise RecordError("xy_px: expected finite coordinates; give NaN for what was not seen")
    seen = np.abs(xy_px[np.isfinite(xy_px)])
    if len(seen) >= 2 * COUNT and seen.any() and np.median(seen) <= LARGEST_NORMALISED:  # guesses may lie far outside
        raise RecordError(
            "xy_px: expected pixels, got normalised coordinates; multiply x by the picture's width and y by its "
            "height, or use PoseTrack.from_mediapipe"
        )


def _check_visibility(visibility: Floats, xy_px: Floats) -> None:
    known = visibility[np.isfinite(visibility)]
    if np.isinf(visibility).any() or (len(known) and (known.min() < 0 or known.max() > 1)):
        worst = visibility.flat[int(np.nanargmax(np.abs(visibility - 0.5)))]
        raise RecordError(f"visibility: expected 0 to 1, got {worst:g}; divide a percentage by 100")
    if not len(known) and np.isfinite(xy_px).any():
        raise RecordError("visibility: every value is NaN, which means not seen; give 1 where nothing better is known")


def _pixels(value: object, name: str) -> int:
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not float(value) >= 1 or not float(value).is_integer():  # type: ignore[arg-type]  # a number here
        raise RecordError(f"{name}: expected a whole number of pixels, at least 1, got {value!r}")
    return int(value)  # type: ignore[call-overload,no-any-return]  # likewise


FOCAL_LONG_SIDES = 0.8
"""Focal length of a phone's main lens filming 16:9, in long sides of the picture (26 mm equivalent is 0.75, stabilised
0.85). Off by a tenth, it turns the roll by 0.1 deg at 12 deg of yaw and 6 of pitch, the yaw by a tenth of itself."""


FEWEST_UPRIGHT_PLACES = 1.5
"""Full places across the picture (see `uprights`) where upright edges agree: both sides of one post may be anything."""


def mean_fps(time_s: Floats) -> float:
    """Frames per second of the clip's own clock, from the usual (median) interval, so that a gap does not count."""
    return float(1 / np.median(np.diff(time_s))) if len(time_s) > 1 else np.nan


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Unbroken stretches of True as [start, end)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright picture of the clip and the instant the container gives it.

    ``image`` is (H, W, 3) uint8 RGB, or (H, W) grey, possibly scaled down from the clip's full size.
    """

    index: int
    time_s: float
    image: Image


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """One person through a clip, MediaPipe's 33 landmarks in its order.

    ``time_s`` (T,) the clip's own clock; ``xy_px`` (T, 33, 2), NaN = not seen; ``visibility`` (T, 33), 0..1, NaN = not
    seen. Raises RecordError when shapes, times or values contradict that.
    """

    time_s: Floats
    xy_px: Floats
    visibility: Floats
    width_px: int
    height_px: int

    def __post_init__(self) -> None:
        time_s = _frozen(self.time_s, (None,), "time_s")
        count = len(time_s)
        _rising(time_s)
        object.__setattr__(self, "time_s", time_s)
        object.__setattr__(self, "xy_px", _frozen(self.xy_px, (count, COUNT, 2), "xy_px"))
        object.__setattr__(self, "visibility", _frozen(self.visibility, (count, COUNT), "visibility"))
        _check_pixels(self.xy_px)
        _check_visibility(self.visibility, self.xy_px)
        object.__setattr__(self, "width_px", _pixels(self.width_px, "width_px"))
        object.__setattr__(self, "height_px", _pixels(self.height_px, "height_px"))

    @classmethod
    def from_mediapipe(
        cls, results: Iterable[Any], *, time_s: npt.ArrayLike, width_px: int, height_px: int
    ) -> "PoseTrack":
        """The track of MediaPipe's ``PoseLandmarkerResult``, one a frame; a frame without a person is not seen.

        ``time_s`` are the frames' times in seconds, ``width_px`` and ``height_px`` the pictures' size. Raises
        RecordError where a result has several people (which one is meant?), or is none of that class.
        """
        if not isinstance(results, Iterable):
            raise RecordError(f"results: expected a result for each frame, got one {type(results).__name__}")
        width_px, height_px = _pixels(width_px, "width_px"), _pixels(height_px, "height_px")
        poses = [_only_pose(result, number) for number, result in enumerate(results)]
        found = np.array(poses, dtype=np.float64).reshape(-1, COUNT, 3)
        size = np.array([width_px, height_px], dtype=np.float64)
        visibility = np.where(np.isfinite(found[..., 0]), found[..., 2], 0.0)
        return cls(_frozen(time_s, (len(poses),), "time_s"), found[..., :2] * size, visibility, width_px, height_px)

    def turned(self, quarters: int) -> "PoseTrack":
        """The track as the picture shows it when it is turned clockwise by so many right angles."""
        if quarters % 4 == 0:
            return self
        xy_px = np.stack((self.height_px - self.xy_px[..., 1], self.xy_px[..., 0]), axis=-1)
        once = PoseTrack(self.time_s, xy_px, self.visibility, self.height_px, self.width_px)
        return once.turned(quarters - 1)

    def __len__(self) -> int:
        return len(self.time_s)

    def joint_px(self, side: Side, joint: str) -> Floats:
        """Path (T, 2) of a paired landmark, e.g. ``joint_px(Side.LEFT, "ankle")``."""
        path: Floats = self.xy_px[:, index_of(side, joint)]
        return path

    def middle_px(self, joint: str) -> Floats:
        """Path (T, 2) of the middle between left and right, e.g. ``middle_px("hip")``."""
        return (self.joint_px(Side.LEFT, joint) + self.joint_px(Side.RIGHT, joint)) / 2

    def trunk_px(self) -> Floats:
        """Length of the trunk (T,) as pictured."""
        trunk = self.middle_px("shoulder") - self.middle_px("hip")
        return np.asarray(np.hypot(trunk[:, 0], trunk[:, 1]))

    def leg_px(self, side: Side) -> float:
        """Thigh + shank of one leg as pictured, the median over the clip; NaN when never seen whole."""
        hip, knee, ankle = (self.joint_px(side, joint) for joint in ("hip", "knee", "ankle"))
        whole = np.hypot(*(knee - hip).T) + np.hypot(*(ankle - knee).T)
        return float(np.nanmedian(whole)) if np.isfinite(whole).any() else np.nan

    def cut(self, start: int, end: int) -> "PoseTrack":
        """The frames [start, end)."""
        span = slice(start, end)
        return replace(self, time_s=self.time_s[span], xy_px=self.xy_px[span], visibility=self.visibility[span])

    def hide(self, hidden: npt.NDArray[np.bool_]) -> "PoseTrack":
        """Nobody in the frames of a mask (T,)."""
        if not hidden.any():
            return self
        xy_px, visibility = self.xy_px.copy(), self.visibility.copy()
        xy_px[hidden], visibility[hidden] = np.nan, 0.0
        return replace(self, xy_px=xy_px, visibility=visibility)


def _only_pose(result: Any, number: int) -> Floats:
    """Landmarks (33, 3), x, y and visibility, of the one person in a MediaPipe result; NaN where there is none."""
    try:
        people = [[(point.x, point.y, point.visibility) for point in pose] for pose in result.pose_landmarks]
    except (AttributeError, TypeError) as error:
        raise RecordError(
            f"results[{number}]: expected a PoseLandmarkerResult of MediaPipe's tasks, got a {type(result).__name__}"
        ) from error
    if len(people) > 1:
        raise RecordError(f"results[{number}] has {len(people)} people; run the landmarker with num_poses=1")
    return _frozen(people[0] if people else np.full((COUNT, 3), np.nan), (COUNT, 3), f"results[{number}]")


@dataclass(frozen=True, slots=True)
class RunnerTrack:
    """The runner in the runner's own frame: forward +, up +, unit = length of the leg nearer the camera.

    ``time_s`` (T,) real seconds; ``xy_ll`` (T, 33, 2), its origin riding on the slow path of the mid-hip (so
    a drifting phone or a run across the picture leaves no trace); ``leg_ll`` length of each leg in that unit.
    """

    time_s: Floats
    xy_ll: Floats
    leg_length_px: float
    leg_ll: Mapping[Side, float]
    heading: Literal["left", "right"]
    near_side: Side

    def __post_init__(self) -> None:
        time_s = _frozen(self.time_s, (None,), "time_s")
        _rising(time_s)
        object.__setattr__(self, "time_s", time_s)
        object.__setattr__(self, "xy_ll", _frozen(self.xy_ll, (len(time_s), COUNT, 2), "xy_ll"))
        freeze(self, "leg_ll")

    def __len__(self) -> int:
        return len(self.time_s)

    def joint_ll(self, side: Side, joint: str) -> Floats:
        """Path (T, 2) of a paired landmark, forward and up."""
        path: Floats = self.xy_ll[:, index_of(side, joint)]
        return path

    def middle_ll(self, joint: str) -> Floats:
        """Path (T, 2) of the middle between left and right, e.g. ``middle_ll("hip")``."""
        return (self.joint_ll(Side.LEFT, joint) + self.joint_ll(Side.RIGHT, joint)) / 2

    def upper_body_height_ll(self) -> Floats:
        """Height (T,) of the middle of shoulders and ears; of the shoulders where most frames show these alone.

        It rises and falls as the hips do. Theirs MediaPipe draws too flat: down to half on measured people.
        """
        shoulders, ears = self.middle_ll("shoulder")[:, 1], self.middle_ll("ear")[:, 1]
        without_ears = np.isfinite(ears).sum() <= np.isfinite(shoulders).sum() / 2
        return shoulders if without_ears else (shoulders + ears) / 2


@dataclass(frozen=True, slots=True)
class Uprights:
    """What the upright and level edges of the room (walls, windows, posts, the deck) show of the camera.

    ``roll_deg`` + = camera turned clockwise as seen from behind it, so upright things lean left in the picture;
    ``spread_deg`` its standard error. ``converging_deg``: by how much less upright things lean left, one long side
    of the picture further right (a camera pitched down: +). ``upright_places``: how many of 32 places across the
    picture agree. ``yaw_deg``: + = most level things run away from the camera to the right.
    """

    roll_deg: float
    spread_deg: float
    converging_deg: float
    upright_places: float
    yaw_deg: float = 0.0
    yaw_spread_deg: float = np.inf
