"""Adapter, OpenCV: the shoe followed in the picture around each foot strike.

Landmarks smear a strike over 10 to 20 ms, and by how much differs between runners; the shoe's own pixels do not. The
shoe as it lies flat, shortly after the strike that landmarks show, is laid on each frame before and after by enhanced
correlation (Evangelidis & Psarakis 2008, IEEE TPAMI 30:1858): rotation and shift alone, started from the landmarks or
the frame beside. `gait.events.shoe` reads the strike from where it went.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from formcheck.records.gait import ShoePath, ShoePaths, Strikes
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, Frame, Image

LEG_PX: Final = 320.0
"""Pictures are scaled down until the leg is this long: more costs time and shows noise."""

MOST_SIDE_PX: Final = 1920
"""Of a whole picture: 0.26 s of such frames are 32 MB at 60 fps and 129 MB at 240."""

LEAST_CORRELATION: Final = 0.6
"""Below it the shoe is lost: what is found there is another thing."""

SURE_CORRELATION: Final = 0.8
"""Below it the shoe is also looked for from where it lay in the frame beside, and the better one taken."""

STOP: Final = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 50, 1e-3)
"""When the alignment stops: after so many rounds, or when one gains less correlation."""

SMOOTHING_PX: Final = 5
"""Side of the Gaussian that blurs both pictures first: blocks of the compression vanish, and the valley widens."""

ROOM_PX: Final = 6
"""Around the shoe where it is looked for."""

OUTLINE_LL: Final = {
    "heel": ((-0.07, 0.056), (-0.07, -0.07)),
    "ankle": ((-0.042, -0.014), (0.042, -0.014)),
    "foot_index": ((0.056, -0.042), (0.056, 0.049)),
}
"""Corners of the shoe about its landmarks, forward and down in leg lengths: what of the picture is the shoe's."""

DRAWN_LL: Final = {
    "heel": ((-0.02, 0.045), (-0.02, -0.055)),
    "ankle": ((-0.03, 0.015), (0.03, 0.015)),
    "foot_index": ((0.025, -0.03), (0.025, 0.02)),
}
"""The same for drawing: no more than the shoe itself."""

FLAT_WITHIN_S: Final = 0.02
"""A frame further from that instant does not show the shoe as it lies flat."""

SMALLEST_PX: Final = 10
"""A patch below that shows nothing."""

Corners = tuple[tuple[float, float], tuple[float, float]]
Transform = npt.NDArray[np.float32]
Found = tuple[float, Transform]
"""Correlation, and the rotation and shift (2, 3) from the frame in which the shoe lies flat."""


def largest_side_px(asked: Strikes) -> int:
    """The long side to which pictures may be scaled down before shoes are followed in them."""
    side_px = max(asked.pose.width_px, asked.pose.height_px)
    return max(1, min(MOST_SIDE_PX, round(side_px * min(1.0, LEG_PX / asked.leg_px))))


def follow_shoes(frames: Iterable[Frame], asked: Strikes) -> ShoePaths:
    """Each shoe around each strike.

    ``frames`` are grey and in order, and may start anywhere and be scaled down (`largest_side_px`); those around one
    strike are kept at a time: 0.26 s, at 1280 px 15 MB at 60 fps and 58 MB at 240 (see `MOST_SIDE_PX`).
    """
    begin_s, end_s = (since_s * asked.slowed for since_s in asked.within_s)
    waiting = deque(sorted((at_s, side) for side in Side for at_s in asked.strikes_s.get(side, ())))
    found: dict[Side, list[ShoePath]] = {side: [] for side in Side}
    rows = {time_s: row for row, time_s in enumerate(asked.pose.time_s.tolist())}
    kept: dict[int, Image] = {}

    def follow_next() -> None:
        at_s, side = waiting.popleft()
        found[side].append(_Step(asked, side, at_s, kept).follow())
        first_s = waiting[0][0] + begin_s if waiting else np.inf
        for row in [row for row in kept if asked.pose.time_s[row] < first_s]:
            del kept[row]

    for frame in frames:
        while waiting and frame.time_s > waiting[0][0] + end_s:
            follow_next()
        if not waiting:
            break
        row = rows.get(frame.time_s)
        if row is not None and frame.time_s >= waiting[0][0] + begin_s:
            kept[row] = frame.image
    while waiting:
        follow_next()
    return {side: tuple(paths) for side, paths in found.items()}


@dataclass(frozen=True, slots=True)
class _Step:
    """One shoe around one strike; ``images`` by row of the pose, all those of the next strikes included."""

    asked: Strikes
    side: Side
    strike_s: float
    images: Mapping[int, Image]

    def follow(self) -> ShoePath:
        time_s, slowed = self.asked.pose.time_s, self.asked.slowed
        begin_s, flat_s, end_s = (
            self.strike_s + since_s * slowed
            for since_s in (self.asked.within_s[0], self.asked.flat_s, self.asked.within_s[1])
        )
        rows = np.array([row for row in self.images if begin_s <= time_s[row] <= end_s])
        lost = ShoePath.lost(self.strike_s)
        if not len(rows):
            return lost
        flat = int(rows[np.argmin(np.abs(time_s[rows] - flat_s))])
        foot = self._foot(flat)
        if abs(time_s[flat] - flat_s) > FLAT_WITHIN_S * slowed or not np.isfinite(foot).all():
            return lost
        shoe = _Shoe.cut(self.images[flat], foot, self.asked.leg_px * self._scale(flat))
        if shoe is None:
            return lost
        found = {flat: (1.0, STILL)}
        for way in (rows[rows < flat][::-1], rows[rows > flat]):
            found |= self._walk(shoe, foot, way)
        seen = sorted(found)
        points = np.concatenate((foot[:2], shoe.outline))
        carried = np.array([_carried(points, found[row][1]) / self._scale(row) for row in seen])
        correlation = np.array([found[row][0] for row in seen])
        return ShoePath(self.strike_s, time_s[seen], carried[:, :2], carried[:, 2:], correlation)

    def _walk(self, shoe: "_Shoe", foot: Floats, rows: Iterable[int]) -> dict[int, Found]:
        """Frame by frame away from the flat one, until the shoe is lost."""
        found: dict[int, Found] = {}
        last = STILL
        for row in rows:
            here = self._foot(row)[:2]
            start = _rigid(foot[:2], here) if np.isfinite(here).all() else last
            one = shoe.lay_on(self.images[row], start)
            if one[0] < SURE_CORRELATION:
                one = max(one, shoe.lay_on(self.images[row], last), key=lambda each: each[0])
            correlation, last = one
            if correlation < LEAST_CORRELATION:
                break
            found[int(row)] = correlation, last
        return found

    def _foot(self, row: int) -> Floats:
        """Heel, toe and ankle (3, 2) of a frame, in pixels of its picture."""
        pose = self.asked.pose
        return np.stack([pose.joint_px(self.side, joint)[row] for joint in FOOT]) * self._scale(row)

    def _scale(self, row: int) -> float:
        return float(self.images[row].shape[1] / self.asked.pose.width_px)


FOOT: Final = ("heel", "foot_index", "ankle")
STILL: Final[Transform] = np.eye(2, 3, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Shoe:
    """A shoe as it lies flat: its picture, which pixels are the shoe's (mask), and where the picture was cut out.

    ``outline`` (6, 2): its corners in the whole picture.
    """

    image: Image
    mask: Image
    left_top: npt.NDArray[np.float32]
    outline: Floats

    @classmethod
    def cut(cls, image: Image, foot: Floats, leg_px: float) -> "_Shoe | None":
        """The shoe around heel, toe and ankle (3, 2); None where the picture does not hold it."""
        ahead = np.sign(foot[1, 0] - foot[0, 0])
        outline, drawn = (_around(foot, leg_px * ahead, leg_px, corners) for corners in (OUTLINE_LL, DRAWN_LL))
        hull = cv2.convexHull(outline.astype(np.float32))[:, 0]
        left, top = np.maximum(np.floor(hull.min(axis=0)).astype(int) - ROOM_PX, 0)
        right, bottom = np.minimum(np.ceil(hull.max(axis=0)).astype(int) + ROOM_PX, image.shape[::-1])
        if right - left < SMALLEST_PX or bottom - top < SMALLEST_PX:
            return None
        left_top = np.array([left, top], np.float32)
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillConvexPoly(mask, (hull - left_top).astype(np.int32), 255)
        return cls(np.ascontiguousarray(image[top:bottom, left:right]), mask, left_top, drawn)

    def lay_on(self, image: Image, start: Transform) -> Found:
        """The shoe found near ``start`` in another frame; correlation 0 where it is not.

        OpenCV masks the picture it warps, so the flat shoe is warped onto the frame, and the answer inverted.
        """
        height, width = self.image.shape
        corners = _carried(self.left_top + np.array([[0, 0], [width, 0], [width, height], [0, height]]), start)
        if not np.isfinite(corners).all():
            return 0.0, start
        left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
        right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int), image.shape[::-1])
        if right - left < SMALLEST_PX or bottom - top < SMALLEST_PX:
            return 0.0, start
        shift = np.array([left, top], np.float32)
        back = _inverse(start)
        back[:, 2] += back[:, :2] @ shift - self.left_top
        patch = np.ascontiguousarray(image[top:bottom, left:right])
        try:
            correlation, found = cv2.findTransformECC(
                patch, self.image, back, cv2.MOTION_EUCLIDEAN, STOP, self.mask, SMOOTHING_PX
            )
        except cv2.error:  # it did not converge: the shoe is not there
            return 0.0, start
        there = np.asarray(found, np.float32)
        there[:, 2] += self.left_top - there[:, :2] @ shift
        return float(correlation), _inverse(there)


def _around(foot: Floats, forward_px: float, down_px: float, corners_ll: Mapping[str, Corners]) -> Floats:
    """Corners (6, 2) about heel, toe and ankle (3, 2)."""
    joints = dict(zip(FOOT, foot, strict=True))
    return np.concatenate([joints[name] + np.array(both) * (forward_px, down_px) for name, both in corners_ll.items()])


def _carried(points: Floats, transform: Transform) -> Floats:
    return np.asarray(points @ transform[:, :2].T + transform[:, 2], np.float64)


def _rigid(before: Floats, after: Floats) -> Transform:
    """The rotation and shift that lay heel and toe (2, 2) of one frame on those of another."""
    one, other = before[1] - before[0], after[1] - after[0]
    angle = np.arctan2(other[1], other[0]) - np.arctan2(one[1], one[0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.hstack([turn, (after.mean(0) - turn @ before.mean(0))[:, None]]).astype(np.float32)


def _inverse(transform: Transform) -> Transform:
    turn = transform[:, :2].T
    return np.ascontiguousarray(np.hstack([turn, (-turn @ transform[:, 2])[:, None]]), np.float32)
