"""Adapter, OpenCV: the shoe followed in the picture around each foot strike and toe-off.

Landmarks smear an event over 10 to 20 ms, and by how much differs between runners; the shoe's own pixels do not. The
shoe of one frame, for a strike the one in which it lies flat shortly after, is laid on each frame before and after by
enhanced correlation (Evangelidis & Psarakis 2008, IEEE TPAMI 30:1858): rotation and shift alone, started from the
landmarks or the frame beside. `gait.events.shoe` and `gait.events.push_off` read the event from where it went.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from formcheck.records.filmed import ShoeEvent, ShoeLook, ShoePath, ShoePaths, ShoesAsked
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

FROM_WITHIN_S: Final = 0.02
"""A frame further from the instant that was asked for does not show the shoe as it is to be laid on others."""

SMALLEST_PX: Final = 10
"""A patch below that shows nothing."""

MOST_BEHIND: Final = 4
"""Shoes that wait to be followed while frames are read on; each keeps its pictures."""

Corners = tuple[tuple[float, float], tuple[float, float]]
Transform = npt.NDArray[np.float32]
Found = tuple[float, Transform]
"""Correlation, and the rotation and shift (2, 3) from the frame the shoe is taken from."""


def largest_side_px(asked: ShoesAsked) -> int:
    """The long side to which pictures may be scaled down before shoes are followed in them."""
    side_px = max(asked.pose.width_px, asked.pose.height_px)
    return max(1, min(MOST_SIDE_PX, round(side_px * min(1.0, LEG_PX / asked.leg_px))))


def follow_shoes(frames: Iterable[Frame], asked: ShoesAsked) -> ShoePaths:
    """Each shoe around each instant.

    ``frames`` are grey and in order, and may start anywhere and be scaled down (`largest_side_px`); those of one look
    are kept at a time: 0.26 s, at 1280 px 15 MB at 60 fps and 58 MB at 240 (see `MOST_SIDE_PX`).
    """
    waiting = deque(sorted(_steps(asked), key=lambda step: step.begin_s))
    begun: list[_Step] = []
    found: dict[tuple[ShoeEvent, Side, float], Future[ShoePath]] = {}
    rows = {time_s: row for row, time_s in enumerate(asked.pose.time_s.tolist())}
    kept: dict[int, Image] = {}
    with _one_opencv_thread(), ThreadPoolExecutor(1) as beside:  # a shoe is followed while the next frames are read

        def finish(before_s: float) -> None:
            for step in [step for step in begun if step.end_s < before_s]:
                begun.remove(step)
                found[step.event, step.side, step.at_s] = beside.submit(step.follow, dict(kept))
                _wait_for_all_but(MOST_BEHIND, found.values())
            first_s = min((step.begin_s for step in begun), default=np.inf)
            for row in [row for row in kept if asked.pose.time_s[row] < first_s]:
                del kept[row]

        for frame in frames:
            finish(frame.time_s)
            while waiting and waiting[0].begin_s <= frame.time_s:
                begun.append(waiting.popleft())
            if not (begun or waiting):
                break
            row = rows.get(frame.time_s)
            if row is not None and begun:
                kept[row] = frame.image
        finish(np.inf)
        paths = {key: path.result() for key, path in found.items()}
    return {
        event: {
            side: tuple(paths.get((event, side, at_s), ShoePath.lost(at_s)) for at_s in asked.instants(event, side))
            for side in Side
        }
        for event in asked.looks
    }


@contextmanager
def _one_opencv_thread() -> Iterator[None]:
    """On patches as small as a shoe OpenCV's own threads cost twice the processor time and gain nothing."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def _wait_for_all_but(count: int, paths: Iterable[Future[ShoePath]]) -> None:
    """Keep the pictures of a few shoes only: reading must not run away from following."""
    for path in list(paths)[:-count]:
        path.result()


def _steps(asked: ShoesAsked) -> "list[_Step]":
    return [
        _Step(asked, event, look, side, at_s)
        for event, look in asked.looks.items()
        for side in Side
        for at_s in asked.instants(event, side)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One shoe around one instant."""

    asked: ShoesAsked
    event: ShoeEvent
    look: ShoeLook
    side: Side
    at_s: float

    @property
    def begin_s(self) -> float:
        """When its first frame may be."""
        return self.at_s + self.look.within_s[0] * self.asked.slowed

    @property
    def end_s(self) -> float:
        """When its last frame may be."""
        return self.at_s + self.look.within_s[1] * self.asked.slowed

    def follow(self, images: Mapping[int, Image]) -> ShoePath:
        """The shoe in ``images``, by row of the pose, those around other instants included."""
        time_s, slowed = self.asked.pose.time_s, self.asked.slowed
        rows = np.array([row for row in images if self.begin_s <= time_s[row] <= self.end_s])
        lost = ShoePath.lost(self.at_s)
        if not len(rows):
            return lost
        from_s = self.at_s + self.look.from_s * slowed
        first = int(rows[np.argmin(np.abs(time_s[rows] - from_s))])
        scale = images[first].shape[1] / self.asked.pose.width_px
        foot = self._foot(first) * scale
        if abs(time_s[first] - from_s) > FROM_WITHIN_S * slowed or not np.isfinite(foot).all():
            return lost
        shoe = _Shoe.cut(images[first], foot, self.asked.leg_px * scale, flat=self.look.flat)
        if shoe is None:
            return lost
        found = {first: (1.0, STILL)}
        for way in (rows[rows < first][::-1], rows[rows > first]):
            found |= self._walk(shoe, foot, {int(row): images[row] for row in way}, scale)
        seen = sorted(found)
        points = np.concatenate((foot[:2], shoe.outline))
        carried = np.array([_carried(points, found[row][1]) / scale for row in seen])
        correlation = np.array([found[row][0] for row in seen])
        return ShoePath(self.at_s, time_s[seen], carried[:, :2], carried[:, 2:], correlation)

    def _walk(self, shoe: "_Shoe", foot: Floats, images: Mapping[int, Image], scale: float) -> dict[int, Found]:
        """Frame by frame away from the one it is taken from, until the shoe is lost."""
        found: dict[int, Found] = {}
        last = STILL
        for row, image in images.items():
            here = self._foot(row)[:2] * scale
            start = _rigid(foot[:2], here) if np.isfinite(here).all() else last
            one = shoe.lay_on(image, start)
            if one[0] < SURE_CORRELATION:
                one = max(one, shoe.lay_on(image, last), key=lambda each: each[0])
            correlation, last = one
            if correlation < LEAST_CORRELATION:
                break
            found[row] = correlation, last
        return found

    def _foot(self, row: int) -> Floats:
        """Heel, toe and ankle (3, 2) of a frame, in pixels at full size."""
        return np.stack([self.asked.pose.joint_px(self.side, joint)[row] for joint in FOOT])


FOOT: Final = ("heel", "foot_index", "ankle")
STILL: Final[Transform] = np.eye(2, 3, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Shoe:
    """A shoe in one frame: its picture, which pixels are the shoe's (mask), and where the picture was cut out.

    ``outline`` (6, 2): its corners in the whole picture.
    """

    image: Image
    mask: Image
    left_top: npt.NDArray[np.float32]
    outline: Floats

    @classmethod
    def cut(cls, image: Image, foot: Floats, leg_px: float, *, flat: bool) -> "_Shoe | None":
        """The shoe around heel, toe and ankle (3, 2); None where the picture does not hold it.

        A ``flat`` one points forward in the picture, another one from heel to toe.
        """
        ahead = np.sign(foot[1, 0] - foot[0, 0])
        forward = np.array([ahead, 0.0]) if flat else (foot[1] - foot[0]) / np.hypot(*(foot[1] - foot[0]))
        axes = leg_px * np.array([forward, ahead * np.array([-forward[1], forward[0]])])
        outline, drawn = (_around(foot, axes, corners) for corners in (OUTLINE_LL, DRAWN_LL))
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


def _around(foot: Floats, axes: Floats, corners_ll: Mapping[str, Corners]) -> Floats:
    """Corners (6, 2) about heel, toe and ankle (3, 2); ``axes`` (2, 2): a leg length forward, and one down."""
    joints = dict(zip(FOOT, foot, strict=True))
    return np.concatenate([joints[name] + np.array(both) @ axes for name, both in corners_ll.items()])


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
