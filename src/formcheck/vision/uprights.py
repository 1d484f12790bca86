"""Adapter, OpenCV: how the camera is turned, from the upright and the level edges of the room behind the runner.

Walls, doors, windows and posts are upright; sills, shelves, skirting and the treadmill's deck are level, and most of
them run along the belt. Edges of one direction meet in one point of the picture. Let an upright edge have the slope
``dx/dy`` and cross mid-height ``x`` right of the centre, a level one ``dy/dx`` and ``y`` below it: then, exactly,
``dx/dy = tan(roll) - k x`` and ``dy/dx = -tan(roll) - c (y + k f^2)``, with k from the pitch, c from the yaw and f the
focal length, because the two directions are square to each other. Roll, k and c are sought where most places across
and down the picture agree, so that a slanted treadmill post, however long, counts as one place, and edges of other
directions as none; the spread is that of every direction the same edges leave possible.
(Three orthogonal directions of a built world: Coughlan & Yuille 1999, ICCV; here two, without their error model.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from formcheck.records.track import FEWEST_UPRIGHT_PLACES, FOCAL_LONG_SIDES, Floats, Image, Uprights

LONG_SIDE_PX: Final = 960
"""Pictures are scaled down to this: a door still spans hundreds of pixels, compression noise is averaged out."""

PICTURES: Final = 8
"""Pictures looked at, at 45 ms each, spread over those given."""

SHORTEST_EDGE: Final = 0.045
"""In long sides of the picture. Shorter ones are lettering, leaves, grips: 43 px long, 1 px off turns by 1.3 deg."""

FURTHEST_SLANT_DEG: Final = 25.0
"""How far an edge may lie off the picture's sides: a strong roll, and what 15 deg of pitch or yaw add at its edge."""

ROLLS_DEG: Final = np.linspace(-16.0, 16.0, 65)
CONVERGENCES: Final = np.linspace(-0.5, 0.5, 51)
"""What is searched, for k and c alike; 0.5 is pitch or yaw of 22 deg."""

STEEP_ROLL_DEG: Final = 7.0
STEEP_LEVEL_PLACES: Final = 5.0
"""Beyond such a roll so many level places must agree as well: treadmill posts slant, decks and sills do not (a gym
clip: 10 upright and 4 level places agree on 8 deg; rooms turned by 8 deg: 9 level ones)."""

LIKELY_ROLL_DEG: Final = 3.0
LIKELY_K: Final = 0.15
LIKELY_C: Final = 0.25
"""Before looking, one sigma: how level phones are held (clips tried: 2 deg), a pitch of 7 deg, a yaw of 11 deg."""

TOLERANCE: Final = float(np.tan(np.radians(1.0)))
"""An edge whose slope is further off has no say: carpenters, lens and detector together stay below 1 deg."""

PLACES: Final = 32
"""Across or down the picture; the edges within one (both sides of a post) are not independent."""

FULL_PLACE: Final = 0.15
"""Length, in long sides, from which a place has its full say: no single edge outvotes several."""

NATS_PER_PLACE: Final = 4.0
MOST_PLACES: Final = 4.0
"""What one full place adds to the weight, and how many at most count as independent, of upright and of level edges:
the errors of rows of equal posts or panes are correlated. Set on six clips, each turned by up to 5 deg."""

FEWEST_LEVEL_PLACES: Final = 3.0
"""Full places that must agree where too few upright ones do: a deck alone has two sides and its frame."""

LEAST_SPREAD_DEG: Final = 0.2
LEVEL_SPREAD_DEG: Final = 0.7
"""What the edges of a room do not show: bent lenses and crooked walls; and where hardly anything upright was seen, a
deck that is not level: a treadmill set to 1 per cent, as many do, is tilted by 0.6 deg."""

LEAST_YAW_SPREAD_DEG: Final = 1.0
"""The focal length is not known to better than a tenth."""

LARGEST_SPREAD_DEG: Final = 1.5
"""Above it the result is a choice between two directions; the belt line (3 deg) does about as well."""

LARGEST_STEEP_SPREAD_DEG: Final = 3.0
"""The same beyond a steep roll, where the other direction is mostly that of a level phone: the belt line decides."""

NEAR_DEG: Final = 1.0
"""Directions within this of the best one count as one, and are averaged."""


@dataclass(frozen=True, slots=True)
class _Edges:
    """Edges (N,) of one direction: slope, where they cross the picture's middle line, place, length per picture."""

    slope: Floats
    crossing: Floats
    place: npt.NDArray[np.intp]
    length: Floats

    def places(self, slope: Floats, converging: Floats) -> Floats:
        """How many full places (M,) agree with ``slope - converging * crossing`` (M,)."""
        off = self.slope - slope[:, None] + converging[:, None] * self.crossing
        agreement = np.clip(1 - (off / TOLERANCE) ** 2, 0.0, None) * self.length
        result: Floats = np.minimum(1.0, agreement @ np.eye(PLACES)[self.place] / FULL_PLACE).sum(axis=1)
        return result


def find_uprights(images: Sequence[Image], *, runner_boxes_px: Floats | None = None) -> Uprights | None:
    """How the camera is turned, from ``images`` (H, W, 3) RGB of the room, of one size; None when they show too little.

    ``runner_boxes_px`` (N, 4) left, top, right, bottom of the runner in each image (NaN: not seen) keeps the
    runner's own edges out: before an empty wall a leaning runner could pass for a post.
    """
    if not images:
        return None
    boxes_px = np.full((len(images), 4), np.nan) if runner_boxes_px is None else runner_boxes_px
    chosen = np.unique(np.linspace(0, len(images) - 1, PICTURES).round().astype(int))
    segments = np.concatenate([_segments(images[index], boxes_px[index]) for index in chosen])
    height, width = images[0].shape[:2]
    sides = np.array([width, height]) / max(width, height)
    upright, level = (_along(segments, axis, sides, len(chosen)) for axis in (0, 1))
    return _most_believed(upright, level)


def _segments(image: Image, box_px: Floats) -> Floats:
    """Ends (N, 2, 2) of straight edges outside the box, x and y from the picture's centre in its long sides."""
    height, width = image.shape[:2]
    long_side = max(height, width)
    scale = min(1.0, LONG_SIDE_PX / long_side)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # Unrefined segments are longer, as exact as refined ones, and take half the time.
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]
    if found is None:
        return np.empty((0, 2, 2))
    ends_px = found.reshape(-1, 2, 2).astype(np.float64) / scale
    middle_px = ends_px.mean(axis=1)
    runner = np.all((middle_px > box_px[:2]) & (middle_px < box_px[2:]), axis=1)
    long = np.hypot(*(ends_px[:, 1] - ends_px[:, 0]).T) > SHORTEST_EDGE * long_side
    return np.asarray((ends_px[long & ~runner] - (width / 2, height / 2)) / long_side)


def _along(segments: Floats, axis: int, sides: Floats, pictures: int) -> _Edges:
    """The edges whose coordinate ``axis`` hardly changes: 0 upright, 1 level."""
    moved, run = segments[:, 1, axis] - segments[:, 0, axis], segments[:, 1, 1 - axis] - segments[:, 0, 1 - axis]
    chosen = np.abs(moved) < np.abs(run) * np.tan(np.radians(FURTHEST_SLANT_DEG))
    slope = moved[chosen] / run[chosen]
    middle = segments[chosen].mean(axis=1)
    place = np.clip((middle[:, axis] / sides[axis] + 0.5) * PLACES, 0, PLACES - 1).astype(np.intp)
    length = np.hypot(moved[chosen], run[chosen]) / pictures
    return _Edges(slope, middle[:, axis] - middle[:, 1 - axis] * slope, place, length)


def _most_believed(upright: _Edges, level: _Edges) -> Uprights | None:
    """The best of all directions; None when too few places agree, or when others are nearly as good."""
    uprights, levels = _upright_places(upright), _level_places(level)
    nats = NATS_PER_PLACE * (_independent(uprights)[:, :, None] + _independent(levels))
    roll_deg, k, c = np.meshgrid(ROLLS_DEG, CONVERGENCES, CONVERGENCES, indexing="ij", sparse=True)
    for value, likely in ((roll_deg, LIKELY_ROLL_DEG), (k, LIKELY_K), (c, LIKELY_C)):
        nats = nats - (value / likely) ** 2 / 2
    belief = np.exp(nats - nats.max())
    best = np.unravel_index(int(np.argmax(nats)), nats.shape)
    found_deg, spread_deg = _mean(roll_deg, belief, near=np.abs(roll_deg - ROLLS_DEG[best[0]]) <= NEAR_DEG)
    by_upright, by_level = float(uprights[best[:2]]), float(levels[best])
    few = by_upright < FEWEST_UPRIGHT_PLACES
    spread_deg = float(np.hypot(spread_deg, LEVEL_SPREAD_DEG if few else LEAST_SPREAD_DEG))
    steep = abs(found_deg) > STEEP_ROLL_DEG
    fewest_level = STEEP_LEVEL_PLACES if steep else FEWEST_LEVEL_PLACES if few else 0.0
    if by_level < fewest_level or spread_deg > (LARGEST_STEEP_SPREAD_DEG if steep else LARGEST_SPREAD_DEG):
        return None
    yaw_deg, yaw_spread_deg = _mean(np.degrees(np.arctan(FOCAL_LONG_SIDES * c)), belief)
    return Uprights(
        roll_deg=found_deg,
        spread_deg=spread_deg,
        converging_deg=float(np.degrees(np.arctan(_mean(k, belief)[0]))),
        upright_places=by_upright,
        yaw_deg=yaw_deg,
        yaw_spread_deg=float(np.hypot(yaw_spread_deg, LEAST_YAW_SPREAD_DEG)),
    )


def _upright_places(edges: _Edges) -> Floats:
    """Full places that agree, (roll, k)."""
    slope, k = np.meshgrid(np.tan(np.radians(ROLLS_DEG)), CONVERGENCES, indexing="ij")
    return edges.places(slope.ravel(), k.ravel()).reshape(slope.shape)


def _level_places(edges: _Edges) -> Floats:
    """Full places that agree, (roll, k, c): only the slope at mid-height and c matter, so these are tabled."""
    steepest = np.tan(np.radians(ROLLS_DEG[-1])) + FOCAL_LONG_SIDES**2 * CONVERGENCES[-1] ** 2
    slopes = np.linspace(-steepest, steepest, 105)
    slope, c = np.meshgrid(slopes, CONVERGENCES, indexing="ij")
    table = edges.places(slope.ravel(), c.ravel()).reshape(slope.shape)
    pivot = FOCAL_LONG_SIDES**2 * CONVERGENCES[:, None] * CONVERGENCES
    wanted = -np.tan(np.radians(ROLLS_DEG))[:, None, None] - pivot
    return np.stack([np.interp(wanted[..., i], slopes, table[:, i]) for i in range(len(CONVERGENCES))], axis=-1)


def _independent(places: Floats) -> Floats:
    return places * min(1.0, MOST_PLACES / max(float(places.max()), 1.0))


def _mean(value: Floats, belief: Floats, *, near: npt.NDArray[np.bool_] | None = None) -> tuple[float, float]:
    """Believed mean of ``value``, of those ``near`` the best one if given, and the spread of all around it."""
    own = belief if near is None else belief * near
    mean = float((value * own).sum() / own.sum())
    return mean, float(np.sqrt(((value - mean) ** 2 * belief).sum() / belief.sum()))
