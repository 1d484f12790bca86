"""Marks on the runner: skeleton, verticals, the bar hip to ankle, trunk, knee, shank and belt.

Each mark is drawn from seen landmarks only and returns the point its label should lead to (NaN: none). Reach and lean
are drawn as their numbers say: a camera's turns, a leg's depth in the picture, where the joint lies in the body and the
instant between two frames change a number and no landmark, so the vertical it counts from is placed by the number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np

from formcheck.records.report import Report
from formcheck.records.skeleton import COUNT, NAMES, SKELETON, Side, index_of
from formcheck.records.track import Floats, Frame, Image
from formcheck.report.pictures import ink

BAR, TRUNK, KNEE, THIGH = ink.VERMILLION, ink.SKY_BLUE, ink.PURPLE, ink.GREEN
NEAR, FAR, BELT = ink.YELLOW, ink.PALE, ink.ORANGE

PEN_PX: Final = 2.4  # one pixel of a phone 360 px wide, in a still 864 px wide
TRUNK_SHOWN: Final = 1.15  # the trunk's line goes on above the shoulders, where nothing covers its angle

LEGS_PER_BODY: Final = 2.1  # stature in leg lengths (thigh + shank), Winter's segment table; only to size pictures
FLESH_LEG: Final = 0.13  # from a landmark to the skin, hair or shoe around it
CROWN_LEG: Final = 0.24  # from the face's landmarks to the top of the head
_BELT_LEG: Final = 0.95  # as far as a foot comes to lie before or behind the hip, and a little more


def _is_of(side: Side, *landmarks: int) -> bool:
    return all(NAMES[landmark].startswith(side) for landmark in landmarks)


_BONES: Final = {side: np.array([bone for bone in SKELETON if _is_of(side, *bone)]) for side in Side}
_BETWEEN: Final = np.array([bone for bone in SKELETON if not any(_is_of(side, *bone) for side in Side)])
_LEG_BONES: Final = {
    side: np.array([[index_of(side, start), index_of(side, end)] for start, end in pairwise(("hip", "knee", "ankle"))])
    for side in Side
}
_JOINTS: Final = {side: sorted(set(_BONES[side].flat)) for side in Side}


@dataclass(frozen=True, slots=True)
class Sight:
    """One pose as one picture shows it, in that picture's pixels.

    ``points`` (33, 2) and outlines of ``shoes`` (6, 2), NaN = not seen; ``up`` and ``forward`` (2,) unit vectors across
    and along the belt; ``leg_px`` the near leg's length; ``pen_px`` the width that lines and words are multiples of.
    """

    points: Floats
    up: Floats
    forward: Floats
    leg_px: float
    pen_px: float
    near: Side
    shoes: Mapping[Side, Floats] = field(default_factory=dict)

    def seen_through(self, zoom: float, shift: Floats | float = 0.0) -> "Sight":
        """The same in a picture enlarged by ``zoom``, then moved by ``shift`` pixels."""
        return replace(
            self,
            points=self.points * zoom + shift,
            leg_px=self.leg_px * zoom,
            shoes={side: outline * zoom + shift for side, outline in self.shoes.items()},
        )

    def joint(self, side: Side, name: str) -> Floats:
        """A paired landmark (2,)."""
        point: Floats = self.points[index_of(side, name)]
        return point

    def middle(self, name: str) -> Floats:
        """The middle between left and right (2,)."""
        return (self.joint(Side.LEFT, name) + self.joint(Side.RIGHT, name)) / 2


def row_of(report: Report, frame: Frame) -> int | None:
    """The frame's row in the report's evidence, or None outside the part that was looked at."""
    if report.evidence is None:
        return None
    row = frame.index - report.evidence.first_frame
    return row if 0 <= row < len(report.evidence.pose) else None


def sight_of(report: Report, row: int | None, *, pen_px: float) -> Sight:
    """The pose of an evidence row in full-size pixels; without a row nothing of it is seen."""
    points, shoes = np.full((COUNT, 2), np.nan), {}
    if report.evidence is not None and row is not None:
        points = report.evidence.pose.xy_px[row]
        shoes = {side: outlines[row] for side, outlines in report.evidence.shoe_px.items()}
    roll = np.radians(np.nan_to_num(report.scene.camera_roll_deg))
    sign = -1.0 if report.scene.heading == "left" else 1.0
    return Sight(
        points=points,
        up=np.array([-np.sin(roll), -np.cos(roll)]),
        forward=sign * np.array([np.cos(roll), -np.sin(roll)]),
        leg_px=_leg_px(report, points),
        pen_px=pen_px,
        near=report.scene.near_side or Side.LEFT,
        shoes=shoes,
    )


def _leg_px(report: Report, points: Floats) -> float:
    runner = report.evidence.runner if report.evidence is not None else None
    if runner is not None:
        return runner.leg_length_px
    seen = points[np.isfinite(points).all(axis=1)]
    return float(np.ptp(seen[:, 1])) / LEGS_PER_BODY if len(seen) else np.nan


def runner_box(sight: Sight) -> Floats | None:
    """Corners ((x0, y0), (x1, y1)) of the room the runner takes, skin and hair included; None when unseen."""
    seen = sight.points[np.isfinite(sight.points).all(axis=1)]
    if not len(seen):
        return None
    low, high = seen.min(axis=0) - FLESH_LEG * sight.leg_px, seen.max(axis=0) + FLESH_LEG * sight.leg_px
    low[1] -= (CROWN_LEG - FLESH_LEG) * sight.leg_px
    return np.array([low, high])


def draw_skeleton(image: Image, sight: Sight) -> None:
    """The far side thin, pale and dashed; over it the middle; on top the near side, broad and bright."""
    near, far, pen, points = sight.near, sight.near.other, sight.pen_px, sight.points
    ink.stroke(image, ink.dashed(points[_BONES[far]], 4 * pen), FAR, 1.1 * pen)
    ink.stroke(image, points[_BETWEEN], FAR, 1.1 * pen)
    ink.stroke(image, points[_BONES[near]], NEAR, 1.8 * pen)
    for side, colour, size in ((far, FAR, 1.5), (near, NEAR, 2.2)):
        for joint in _JOINTS[side]:
            ink.dot(image, points[joint], size * pen, colour)


def draw_legs(image: Image, sight: Sight) -> None:
    """The legs alone, the far one thin, pale and dashed; over it the near one, broad and bright."""
    near, far, pen, points = sight.near, sight.near.other, sight.pen_px, sight.points
    ink.stroke(image, ink.dashed(points[_LEG_BONES[far]], 4 * pen), FAR, 1.2 * pen)
    ink.stroke(image, points[_LEG_BONES[near]], NEAR, 1.8 * pen)
    for side, colour, size in ((far, FAR, 1.6), (near, NEAR, 2.2)):
        for joint in ("hip", "knee", "ankle"):
            ink.dot(image, sight.joint(side, joint), size * pen, colour)


def draw_shoes(image: Image, sight: Sight) -> None:
    """Outlines of the shoes that were followed in the picture."""
    for outline in sight.shoes.values():
        ink.stroke(image, np.concatenate((outline, outline[:1]))[None], ink.WHITE, 0.8 * sight.pen_px)


def belt_line(sight: Sight, point: Floats, way: Floats) -> Floats:
    """The line (1, 2, 2) a foot rides in stance, from behind the runner to before; through ``point`` along ``way``."""
    way = ink.toward(way)
    way = way if way @ sight.forward > 0 else -way
    middle = point + way * float((sight.middle("hip") - point) @ way)
    reach = _BELT_LEG * sight.leg_px * way
    return ink.line(middle - reach, middle + reach)


def draw_belt(image: Image, sight: Sight, line: Floats) -> None:
    """The belt as the foot rode it."""
    ink.stroke(image, line, BELT, 0.8 * sight.pen_px)


def draw_trunk(image: Image, sight: Sight, lean_deg: float) -> Floats:
    """Mid-hip to mid-shoulder against the vertical, with the angle ``lean_deg`` between them (NaN: as pictured)."""
    hip, pen = sight.middle("hip"), sight.pen_px
    trunk = sight.middle("shoulder") - hip
    length_px = float(np.hypot(*trunk))
    up = _upright(sight, trunk, lean_deg)
    ink.stroke(image, ink.line(hip, hip + 1.25 * length_px * up), ink.WHITE, 0.6 * pen)
    ink.stroke(image, ink.line(hip, hip + TRUNK_SHOWN * trunk), TRUNK, 1.8 * pen)
    ink.stroke(image, ink.arc(hip, up, trunk, 1.05 * length_px), TRUNK, 1.4 * pen)
    return hip + 1.05 * trunk


def _upright(sight: Sight, trunk: Floats, lean_deg: float) -> Floats:
    """The direction (2,) from which a trunk leans forward by this angle."""
    if not np.isfinite(lean_deg):
        return sight.up
    turned = np.arctan2(trunk @ sight.forward, trunk @ sight.up) - np.radians(lean_deg)
    return np.asarray(np.sin(turned) * sight.forward + np.cos(turned) * sight.up)


def under_hip(sight: Sight, side: Side, reach_ll: float) -> Floats:
    """Where a reach of so many leg lengths to this side's ankle begins, at the ankle's height (NaN: as pictured)."""
    hip, ankle = sight.joint(side, "hip"), sight.joint(side, "ankle")
    pictured_px = float((ankle - hip) @ sight.forward)
    reach_px = reach_ll * sight.leg_px if np.isfinite(reach_ll) else pictured_px
    point: Floats = ankle - reach_px * sight.forward
    return point


def draw_reach(image: Image, sight: Sight, side: Side, reach_ll: float) -> Floats:
    """The hip's plumb line, and the bar from it to the ankle of the same side, as long as its number."""
    hip, ankle, pen = sight.joint(side, "hip"), sight.joint(side, "ankle"), sight.pen_px
    below_hip = under_hip(sight, side, reach_ll)
    plumb = ink.line(hip, below_hip + 0.18 * sight.leg_px * ink.toward(below_hip - hip))
    ink.stroke(image, plumb, ink.WHITE, 0.6 * pen)
    ink.stroke(image, ink.line(below_hip, ankle), BAR, 2.8 * pen)
    tick = 0.05 * sight.leg_px * sight.up
    ends = np.stack([below_hip, ankle])
    ink.stroke(image, np.stack([ends - tick, ends + tick], axis=1), BAR, 1.8 * pen)
    return ankle if (ankle - hip) @ sight.forward > 0 else below_hip


def draw_knee(image: Image, sight: Sight, side: Side) -> Floats:
    """How far the shank bends away from the thigh's own line."""
    hip, knee, ankle = (sight.joint(side, name) for name in ("hip", "knee", "ankle"))
    thigh, radius_px, pen = ink.toward(knee - hip), 0.17 * sight.leg_px, sight.pen_px
    ink.stroke(image, ink.dashed(ink.line(knee, knee + 1.25 * radius_px * thigh), 2.5 * pen), KNEE, 1.2 * pen)
    ink.stroke(image, ink.arc(knee, thigh, ankle - knee, radius_px), KNEE, 1.6 * pen)
    return knee


def draw_thigh(image: Image, sight: Sight, side: Side) -> Floats:
    """Hip to knee against the vertical, with the angle between them."""
    hip, knee, pen = sight.joint(side, "hip"), sight.joint(side, "knee"), sight.pen_px
    thigh = knee - hip
    length_px = float(np.hypot(*thigh))
    ink.stroke(image, ink.line(hip, hip - length_px * sight.up), ink.WHITE, 0.6 * pen)
    ink.stroke(image, ink.line(hip, knee), THIGH, 2.2 * pen)
    ink.stroke(image, ink.arc(hip, -sight.up, thigh, 0.7 * length_px), THIGH, 1.4 * pen)
    return hip + 0.7 * thigh
