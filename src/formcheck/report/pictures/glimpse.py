"""A small picture of the runner being followed, shown while an analysis is under way."""

from typing import Final

import cv2
import numpy as np

from formcheck.records.filmed import Following
from formcheck.records.skeleton import SKELETON
from formcheck.records.track import Image
from formcheck.report.pictures import faces, ink, marks

SIDE_PX: Final = 320
"""Longer side: as wide as a phone shows it, some 20 kB."""

_PEN_PX: Final = 2.0
_BONES: Final = np.array(SKELETON)


def draw_glimpse(frame: Following, *, blur: bool) -> Image:
    """The frame with the skeleton that was found. ``blur``: nothing of the picture itself can be recognised.

    Who else is in the picture is not known yet, so single faces can't be hidden.
    """
    height_px, width_px = frame.image.shape[:2]
    zoom = SIDE_PX / max(height_px, width_px)
    size = (max(1, round(zoom * width_px)), max(1, round(zoom * height_px)))
    small: Image = np.asarray(cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    if blur:
        small = faces.coarse(small)
    if frame.points_px is not None:
        ink.stroke(small, zoom * frame.points_px[_BONES], marks.NEAR, _PEN_PX)
    return small
