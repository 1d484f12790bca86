"""Hide the runner's face: before anything else is drawn, in every picture that is written.

When the head was not seen, its place is taken from the frames around; a frame too far from any seen head, or outside
the part that was measured (another shot may begin there), is coarsened as a whole. Others whom the pose model found
beside the runner have theirs hidden likewise. It misses many (a passer-by, a person half hidden): their faces stay.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from formcheck.records.report import Evidence
from formcheck.records.skeleton import FACE, Side
from formcheck.records.track import Floats, Frame, Image, PoseTrack

# Winter's segment table: head 0.13, trunk from hip to shoulder 0.29 of stature, so half a head is 0.22 trunks.
_HEAD_TRUNK: Final = 0.22
_ROOM: Final = 1.9  # times half a head: hair, chin, and the centre of the face's landmarks lying in front of the ear
_ABOVE_SHOULDER_TRUNK: Final = 0.42  # mid-shoulder to the middle of the head
_GUESS_ROOM: Final = 1.3  # times the radius where the shoulders stand in for the face: the neck bends
_TRUST_S: Final = 0.5  # a head moves less than its own size in it on a treadmill
_CELLS: Final = 4  # a face of 4 x 4 cells cannot be recognised
_WHOLE_CELLS: Final = 24


def hide_face(frame: Frame, evidence: Evidence | None) -> Frame:
    """The frame with the runner's head coarsened beyond recognition; its image is a new array."""
    head = None if evidence is None else _head_near(evidence.pose, frame.index - evidence.first_frame)
    image = frame.image.copy()
    if evidence is None or head is None:
        return replace(frame, image=coarse(image))
    for circle in (*_others_near(evidence, frame.index), head):
        _hide(image, circle * (image.shape[1] / evidence.pose.width_px))
    return replace(frame, image=image)


def _hide(image: Image, head: Floats) -> None:
    """Coarsen the square around a circle (x, y, radius), in place."""
    x, y, radius = head
    height, width = image.shape[:2]
    left, right = (int(np.clip(edge, 0, width)) for edge in (x - radius, x + radius + 1))
    top, bottom = (int(np.clip(edge, 0, height)) for edge in (y - radius, y + radius + 1))
    if left < right and top < bottom:
        image[top:bottom, left:right] = coarse(image[top:bottom, left:right], _CELLS)


def _others_near(evidence: Evidence, index: int) -> list[Floats]:
    """Circles around the heads of others: those of this frame, or of the nearest before and after that show any."""
    steps = range(_trust_frames(evidence.pose) + 1)
    before = next((index - step for step in steps if index - step in evidence.others), None)
    after = next((index + step for step in steps if index + step in evidence.others), None)
    poses = [pose for known in {before, after} if known is not None for pose in evidence.others[known]]
    return [_heads(_still(pose, evidence.pose), slice(1))[0] for pose in poses]


def _still(xy_px: Floats, like: PoseTrack) -> PoseTrack:
    """One pose (33, 2) as a track of one frame."""
    return PoseTrack(np.zeros(1), xy_px[None], np.ones((1, len(xy_px))), like.width_px, like.height_px)


def _head_near(pose: PoseTrack, row: int) -> Floats | None:
    """Circle (x, y, radius) in full-size pixels around the head; None when no head was seen near this row.

    Between two seen heads the circle holds both, so the head is inside wherever it moved meanwhile. A row outside the
    track is unknown: the runner may have been anywhere, or be another person.
    """
    if not 0 <= row < len(pose):
        return None
    trust = _trust_frames(pose)
    low, high = max(row - trust, 0), min(row + trust + 1, len(pose))
    heads = _heads(pose, slice(low, high))
    away = np.arange(low, high) - row
    known = np.isfinite(heads).all(axis=1)
    before, after = np.flatnonzero(known & (away <= 0))[-1:], np.flatnonzero(known & (away >= 0))[:1]
    nearest = np.concatenate([before, after])
    if not len(nearest):
        return None
    seen, age = heads[nearest], float(np.abs(away[nearest]).min()) / trust
    centre = seen[:, :2].mean(axis=0)
    radius = (np.linalg.norm(seen[:, :2] - centre, axis=1) + seen[:, 2]).max() * (1 + age)
    return np.append(centre, radius)


def _trust_frames(pose: PoseTrack) -> int:
    """For how many frames a seen head still shows where it is."""
    return max(1, round(_TRUST_S / float(np.median(np.diff(pose.time_s))))) if len(pose) > 1 else 1


def _heads(pose: PoseTrack, rows: slice) -> Floats:
    """Circle (N, 3) around the head of each of the rows, NaN where neither face nor shoulders were seen."""
    hip, shoulder = _middle(pose, "hip")[rows], _middle(pose, "shoulder")[rows]
    trunk = shoulder - hip
    lengths = np.linalg.norm(trunk, axis=1)
    lengths = lengths[np.isfinite(lengths)]
    trunk_px = float(np.median(lengths)) if len(lengths) else pose.height_px / 4
    face = pose.xy_px[rows, FACE]
    known = np.isfinite(face).all(axis=2, keepdims=True)
    count = known.sum(axis=1)
    middle = np.where(known, face, 0.0).sum(axis=1) / np.maximum(count, 1)
    centre = np.where(count > 0, middle, shoulder + _ABOVE_SHOULDER_TRUNK * trunk)
    room = np.where(count > 0, 1.0, _GUESS_ROOM) * _ROOM
    return np.hstack([centre, room * _HEAD_TRUNK * trunk_px])


def _middle(pose: PoseTrack, joint: str) -> Floats:
    """Path (T, 2) of the middle between left and right, or of the one that was seen."""
    left, right = (pose.joint_px(side, joint) for side in Side)
    middle: Floats = np.where(np.isnan(left), right, np.where(np.isnan(right), left, (left + right) / 2))
    return middle


def coarse(image: Image, cells: int = _WHOLE_CELLS) -> Image:
    """The picture, as so many cells each way: a new array."""
    height, width = image.shape[:2]
    small = cv2.resize(image, (cells, cells), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
