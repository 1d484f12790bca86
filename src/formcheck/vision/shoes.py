"""Adapter, OpenCV: the shoe followed in the picture around each foot strike.

Landmarks smear a strike over 10 to 20 ms, and by how much differs between runners; the shoe's own pixels do not. The
shoe as it lies flat, shortly after the strike that landmarks show, is laid on each frame before and after by enhanced
correlation (Evangelidis & Psarakis 2008, IEEE TPAMI 30:1858), rotation and shift alone, started from the frame beside
it or from the landmarks. What comes out are points of the sole in pixels; `gait.events.riding` reads the strike from
them.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from formcheck.records.shoes import ShoePath, Strikes
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, Frame

LEG_PX: Final = 320.0
"""Pictures are scaled down until the leg is this long: more costs time and shows blur and noise."""

FLAT_AFTER_S: Final = 0.06
"""After the strike that landmarks show: the foot lies flat, in the slowest and the fastest runners measured."""

BEFORE_S: Final = 0.15
AFTER_S: Final = 0.05
"""How far from its flat frame a shoe is followed back beyond the strike, and on."""

LEAST_CORRELATION: Final = 0.6
"""Below it the shoe is lost: what is found there is another thing."""

ROUNDS: Final = 50
LEAST_GAIN: Final = 1e-4
"""When the alignment stops: rounds, and gain in correlation in one of them."""

SMOOTHING_PX: Final = 5
"""Side of the Gaussian that blurs both pictures first: blocks of the compression vanish, and the valley widens."""

ROOM_PX: Final = 6
"""Around the shoe where it is looked for."""

SMALLEST_PX: Final = 10
"""A patch below that shows nothing."""

ALONG: Final = np.linspace(-0.25, 1.05, 14)
BELOW_LL: Final = (0.02, 0.04, 0.06)
"""Points of the sole: shares of the way from heel to toe landmark, and depths below it in leg lengths."""

Transform = npt.NDArray[np.float32]
Grey = npt.NDArray[np.uint8]


def follow_shoes(frames: Iterable[Frame], asked: Strikes) -> Mapping[Side, tuple[ShoePath, ...]]:
    """Every shoe around every strike asked for, a path for each strike; an empty path where the shoe was lost.

    ``frames`` in order; only those around one strike are kept at a time. Times are the clip's own.
    """
    scale = min(1.0, LEG_PX / asked.leg_px)
    waiting = deque(sorted(((at_s, side) for side in Side for at_s in asked.strikes_s[side]), key=lambda one: one[0]))
    before_s, after_s = BEFORE_S * asked.slowed, (FLAT_AFTER_S + AFTER_S) * asked.slowed
    kept: deque[tuple[int, Grey]] = deque()
    found: dict[Side, list[ShoePath]] = {side: [] for side in Side}
    times_s = asked.pose.time_s
    for frame in frames:
        row = int(np.argmin(np.abs(times_s - frame.time_s)))
        while waiting and frame.time_s > waiting[0][0] + after_s:
            at_s, side = waiting.popleft()
            found[side].append(_Step(asked, side, at_s, scale, dict(kept)).follow())
        if not waiting:
            break
        while kept and times_s[kept[0][0]] < waiting[0][0] - before_s:
            kept.popleft()
        if frame.time_s >= waiting[0][0] - before_s and abs(times_s[row] - frame.time_s) < 1e-6:
            kept.append((row, _grey(frame.image, asked.pose.width_px, scale)))
    for at_s, side in waiting:
        found[side].append(_Step(asked, side, at_s, scale, dict(kept)).follow())
    return {side: tuple(paths) for side, paths in found.items()}


def _grey(image: npt.NDArray[np.uint8], width_px: int, scale: float) -> Grey:
    """The picture in grey at the scale at which shoes are followed; it may have been scaled down before."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image
    ratio = scale * width_px / grey.shape[1]
    return grey if ratio >= 1 else cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)


@dataclass(frozen=True, slots=True)
class _Step:
    """One shoe around one strike; ``images`` by row of the pose."""

    asked: Strikes
    side: Side
    strike_s: float
    scale: float
    images: Mapping[int, Grey]

    def follow(self) -> ShoePath:
        time_s, slowed = self.asked.pose.time_s, self.asked.slowed
        flat_s = self.strike_s + FLAT_AFTER_S * slowed
        rows = np.array(sorted(self.images))
        nothing = ShoePath.lost(self.strike_s)
        if not len(rows):
            return nothing
        rows = rows[(time_s[rows] >= self.strike_s - BEFORE_S * slowed) & (time_s[rows] <= flat_s + AFTER_S * slowed)]
        if not len(rows):
            return nothing
        flat = int(rows[np.argmin(np.abs(time_s[rows] - flat_s))])
        foot = self._foot(flat)
        if abs(time_s[flat] - flat_s) > 0.02 * slowed or not np.isfinite(foot).all():
            return nothing
        shoe = _Shoe.cut(self.images[flat], foot, self.asked.forward_px, LEG_PX if self.scale < 1 else self.asked.leg_px)
        if shoe is None:
            return nothing
        found: dict[int, tuple[float, Transform]] = {flat: (1.0, STILL)}
        for way in (rows[rows < flat][::-1], rows[rows > flat]):
            found.update(self._walk(shoe, foot, way))
        seen = sorted(found)
        sole = np.array([shoe.sole @ found[row][1][:, :2].T + found[row][1][:, 2] for row in seen]) / self.scale
        return ShoePath(self.strike_s, time_s[seen], sole, np.array([found[row][0] for row in seen]))

    def _walk(self, shoe: "_Shoe", foot: Floats, rows: Iterable[int]) -> Iterator[tuple[int, tuple[float, Transform]]]:
        """Frame by frame away from the flat one, until the shoe is lost."""
        last = STILL
        for row in rows:
            here = self._foot(row)
            starts = [last] if not np.isfinite(here[:2]).all() else [last, _rigid(foot[:2], here[:2])]
            correlation, last = max((shoe.lay_on(self.images[row], start) for start in starts), key=lambda one: one[0])
            if correlation < LEAST_CORRELATION:
                return
            yield int(row), (correlation, last)

    def _foot(self, row: int) -> Floats:
        """Heel, toe and ankle (3, 2) of a frame, in pixels of the scaled picture."""
        pose = self.asked.pose
        return np.stack([pose.joint_px(self.side, joint)[row] for joint in ("heel", "foot_index", "ankle")]) * self.scale


STILL: Final[Transform] = np.eye(2, 3, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Shoe:
    """A shoe as it lies flat: its picture, which pixels are the shoe's, its box and points of its sole (P, 2)."""

    image: Grey
    mask: Grey
    corners: npt.NDArray[np.float32]
    origin: npt.NDArray[np.float32]
    sole: Floats

    @classmethod
    def cut(cls, image: Grey, foot: Floats, forward: float, leg_px: float) -> "_Shoe | None":
        heel, toe, ankle = foot
        along, room = np.array([forward, 0.0]), 0.07 * leg_px
        down = np.array([0.0, 1.0])
        outline = cv2.convexHull(
            np.array(
                [
                    heel + room * (-along + 0.8 * down),
                    heel + room * (-along - down),
                    ankle + room * (-0.6 * along - 0.2 * down),
                    ankle + room * (0.6 * along - 0.2 * down),
                    toe + room * (0.8 * along - 0.6 * down),
                    toe + room * (0.8 * along + 0.7 * down),
                ],
                np.float32,
            )
        )
        x, y, width, height = cv2.boundingRect(outline)
        left, top = max(0, x - ROOM_PX), max(0, y - ROOM_PX)
        right, bottom = min(image.shape[1], x + width + ROOM_PX), min(image.shape[0], y + height + ROOM_PX)
        if right - left < SMALLEST_PX or bottom - top < SMALLEST_PX:
            return None
        origin = np.array([left, top], np.float32)
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillConvexPoly(mask, (outline[:, 0] - origin).astype(np.int32), 255)
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        sole = np.array(
            [heel + share * (toe - heel) + depth * leg_px * down for share in ALONG for depth in BELOW_LL]
        )
        return cls(np.ascontiguousarray(image[top:bottom, left:right]), mask, corners, origin, sole)

    def lay_on(self, image: Grey, start: Transform) -> tuple[float, Transform]:
        """Correlation, and the rotation and shift from the flat frame to this one that give it; 0 where it is lost.

        OpenCV masks the picture it warps, so the flat shoe is warped onto the frame, and the answer is inverted.
        """
        corners = self.corners @ start[:, :2].T + start[:, 2]
        left, top = np.maximum(np.floor(corners.min(0)).astype(int) - 2, 0)
        right, bottom = np.minimum(np.ceil(corners.max(0)).astype(int) + 2, image.shape[::-1])
        if right - left < SMALLEST_PX or bottom - top < SMALLEST_PX:
            return 0.0, start
        shift = np.array([left, top], np.float32)
        back = _inverse(start)
        back[:, 2] += back[:, :2] @ shift - self.origin
        frame = np.ascontiguousarray(image[top:bottom, left:right])
        stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, ROUNDS, LEAST_GAIN)
        try:
            correlation, back = cv2.findTransformECC(
                frame, self.image, back, cv2.MOTION_EUCLIDEAN, stop, self.mask, SMOOTHING_PX
            )
        except cv2.error:  # it did not converge: the shoe is not there
            return 0.0, start
        back[:, 2] += self.origin - back[:, :2] @ shift
        return float(correlation), _inverse(back)


def _rigid(before: Floats, after: Floats) -> Transform:
    """The rotation and shift that lay heel and toe (2, 2) of one frame on those of another."""
    one, other = before[1] - before[0], after[1] - after[0]
    angle = np.arctan2(other[1], other[0]) - np.arctan2(one[1], one[0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.hstack([turn, (after.mean(0) - turn @ before.mean(0))[:, None]]).astype(np.float32)


def _inverse(transform: Transform) -> Transform:
    turn = transform[:, :2].T
    return np.ascontiguousarray(np.hstack([turn, (-turn @ transform[:, 2])[:, None]]), np.float32)
