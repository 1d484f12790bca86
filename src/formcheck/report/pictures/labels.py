"""Where words stand in a picture: as near to what they name as the runner, the edge and one another allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from formcheck.records.skeleton import FACE, SKELETON
from formcheck.records.track import Floats, Image
from formcheck.report.pictures import ink, marks
from formcheck.report.pictures.ink import Colour
from formcheck.report.pictures.marks import Sight

BIG_PX: Final = 42
WORD_PX: Final = 31
"""In a picture 864 px wide: 12 px where a phone shows it 330 px wide, the smallest that reads without zooming."""

_LINE: Final = 1.18  # height of a line in sizes of its letters
_PAD_PX: Final = 10
_STEP_PX: Final = 6  # between the places that are tried
_LEVEL: Final = 2.0  # a label beside its mark reads better than one above or below it at the same distance
_COVERED: Final = 20.0  # pixels of distance that a place may cost to leave one column of a label's width uncovered


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text, the first one large where ``big``, and the point and colour of what they name."""

    lines: tuple[str, ...]
    anchor: Floats
    colour: Colour
    big: bool = False
    led: bool = True

    def sizes(self) -> list[tuple[str, float, bool]]:
        """Each line with its size and whether it is bold."""
        return [
            (line, BIG_PX if self.big and not row else WORD_PX, self.big and not row)
            for row, line in enumerate(self.lines)
        ]

    def box(self) -> tuple[int, int]:
        """Width and height of all lines and a little room around."""
        widths = [ink.text_width(line, size, bold=bold) for line, size, bold in self.sizes()]
        heights = [_LINE * size for _, size, _ in self.sizes()]
        return max(widths) + 2 * _PAD_PX, round(sum(heights)) + 2 * _PAD_PX


def body_mask(sight: Sight, size: tuple[int, int], lines: Floats) -> Image:
    """1 where the runner or one of the ``lines`` (K, 2, 2) is, in a picture of ``size`` (width, height)."""
    mask = np.zeros(size[::-1], dtype=np.uint8)
    flesh = marks.FLESH_LEG * sight.leg_px
    bones = sight.points[np.array(SKELETON)]
    for each, width in ((bones, 2 * flesh), (lines, 3 * marks.PEN_PX)):
        seen = each[np.isfinite(each).all(axis=(1, 2))]
        cv2.polylines(mask, list(np.round(seen).astype(np.int32)), False, 1, max(1, round(width)))
    face = sight.points[list(FACE)]
    face = face[np.isfinite(face).all(axis=1)]
    if len(face):
        x, y = face.mean(axis=0)
        cv2.circle(mask, (round(float(x)), round(float(y))), round(marks.CROWN_LEG * sight.leg_px), 1, cv2.FILLED)
    return mask


def places(labels: Sequence[Label], taken: Image) -> list[tuple[int, int]]:
    """The upper left corner of each label's box, in turn; ``taken`` is 1 where none should stand."""
    taken = taken.copy()
    found = []
    for label in labels:
        width, height = label.box()
        x, y = _nearest_free(label.anchor, (width, height), taken)
        taken[y : y + height, x : x + width] = 1
        found.append((x, y))
    return found


def _nearest_free(anchor: Floats, box: tuple[int, int], taken: Image) -> tuple[int, int]:
    """The place for a box that covers least, and among those the one nearest to the anchor."""
    width, height = (min(side, limit) for side, limit in zip(box, taken.shape[::-1], strict=True))
    total = cv2.integral(taken)
    x = np.arange(0, taken.shape[1] - width + 1, _STEP_PX)
    y = np.arange(0, taken.shape[0] - height + 1, _STEP_PX)[:, None]
    covered = total[y + height, x + width] - total[y, x + width] - total[y + height, x] + total[y, x]
    to = np.nan_to_num(anchor)
    aside = np.maximum(np.maximum(x - to[0], to[0] - x - width), 0)
    above = np.maximum(np.maximum(y - to[1], to[1] - y - height), 0)
    off_level = np.abs(y + height / 2 - to[1])
    cost = np.hypot(aside, _LEVEL * above) + 0.2 * off_level + _COVERED * covered / height
    row, column = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return int(x[column]), int(y[row, 0])


def draw_labels(image: Image, labels: Sequence[Label], taken: Image) -> None:
    """The words clear of what is taken, with a dark halo, and a thin line from each to what it names."""
    placed = list(zip(labels, places(labels, taken), strict=True))
    for label, corner in placed:
        _lead(image, label, corner)
    for label, corner in placed:
        _write(image, label, corner)


def _lead(image: Image, label: Label, corner: tuple[int, int]) -> None:
    if not (label.led and np.isfinite(label.anchor).all()):
        return
    low = np.array(corner, dtype=np.float64) + _PAD_PX / 2
    edge = np.clip(label.anchor, low, low + label.box() - np.full(2, _PAD_PX))
    ink.stroke(image, ink.line(edge, label.anchor), label.colour, 0.5 * marks.PEN_PX)
    ink.dot(image, label.anchor, 2.0 * marks.PEN_PX, label.colour)


def _write(image: Image, label: Label, corner: tuple[int, int]) -> None:
    """The lines one below the other, ending at the side on which their mark is."""
    width, _ = label.box()
    on_right = label.anchor[0] > corner[0] + width / 2
    y = float(corner[1] + _PAD_PX)
    for line, size, bold in label.sizes():
        y += _LINE * size
        room = width - 2 * _PAD_PX - ink.text_width(line, size, bold=bold)
        at = (corner[0] + _PAD_PX + (room if on_right else 0), y - 0.25 * size)
        ink.write_with_halo(image, line, at, size, ink.WHITE if label.big else label.colour, bold=bold)
