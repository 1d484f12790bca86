"""The frozen records that flow between the stages, checked once, at construction.

Arrays have time first and are read-only. NaN means "not seen". Pixels are of the upright, unmirrored
picture at its full size, x to the right and y down; a runner's frame is forward + and up +.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from formcheck.records.errors import RecordError
from formcheck.records.readonly import freeze
from formcheck.records.skeleton import COUNT, Side, index_of

Floats = npt.NDArray[np.float64]
Image = npt.NDArray[np.uint8]


def _frozen(values: npt.ArrayLike, shape: tuple[int | None, ...], name: str) -> Floats:
    """A read-only float copy of ``values``, or an error that says what was expected."""
    array = np.array(values, dtype=np.float64)
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


FOCAL_LONG_SIDES = 0.8
"""Focal length of a phone's main lens filming 16:9, in long sides of the picture (26 mm equivalent is 0.75, stabilised
0.85). Off by a tenth, it turns the roll by 0.1 deg at 12 deg of yaw and 6 of pitch, the yaw by a tenth of itself."""


FEWEST_UPRIGHT_PLACES = 1.5
"""Full places across the picture (see `uprights`) where upright edges agree: both sides of one post may be anything."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright picture of the clip and the instant the container gives it.

    ``image`` is (H, W, 3) uint8 RGB, possibly scaled down from the clip's full size.
    """

    index: int
    time_s: float
    image: Image


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """One person through a clip, MediaPipe's 33 landmarks in its order.

    ``time_s`` (T,) the clip's own clock; ``xy_px`` (T, 33, 2), NaN = not seen; ``visibility`` (T, 33), 0..1.
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
        if self.width_px < 1 or self.height_px < 1:
            raise RecordError(f"picture size: expected positive, got {self.width_px}x{self.height_px}")

    def __len__(self) -> int:
        return len(self.time_s)

    def joint_px(self, side: Side, joint: str) -> Floats:
        """Path (T, 2) of a paired landmark, e.g. ``joint_px(Side.LEFT, "ankle")``."""
        path: Floats = self.xy_px[:, index_of(side, joint)]
        return path


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


@dataclass(frozen=True, slots=True)
class Uprights:
    """What the upright and level edges of the room (walls, windows, posts, the deck) tell of the camera.

    ``roll_deg`` + = camera turned clockwise as seen from behind it, so upright things lean left in the picture;
    ``spread_deg`` its standard error. ``converging_deg``: by how much less upright things lean left, one long side
    of the picture further right (a camera pitched down: +). ``upright_places``, ``level_places``: how many of 32
    places across and down the picture agree. ``yaw_deg``: + = most level things run away from the camera to the right.
    """

    roll_deg: float
    spread_deg: float
    converging_deg: float
    upright_places: float
    level_places: float
    yaw_deg: float = 0.0
    yaw_spread_deg: float = np.inf
