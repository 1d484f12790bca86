"""Adapter, OpenCV: camera roll from the upright edges of walls, doors, windows and posts behind the runner.

A pitched camera sees upright edges converge in one point. Let an edge have the slope ``t = dx/dy`` and cross
mid-height ``x`` right of the centre: edges through one point obey ``t = tan(roll) - k x`` exactly, however near it
lies. The two unknowns are sought where most places across the picture agree, so that a slanted treadmill post,
however long, counts as one place; the spread is that of every answer the same edges leave possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from formcheck.records import Floats, Image, Uprights

LONG_SIDE_PX: Final = 960
"""Pictures are scaled down to this: a door still spans hundreds of pixels, compression noise is averaged out."""

PICTURES: Final = 8
"""Pictures looked at, at 45 ms each, spread over those given."""

SHORTEST_EDGE: Final = 0.045
"""In long sides of the picture. Shorter ones are lettering, leaves, grips: 43 px long, 1 px off turns by 1.3 deg."""

STEEPEST_DEG: Final = 25.0
"""How far an edge may lean: a strong roll, and what a camera pitched by 15 deg adds at the picture's edge."""

FURTHEST_ROLL_DEG: Final = 12.0
FURTHEST_K: Final = 0.5
"""What is searched; k = tan(pitch) x long side / focal length, 0.5 is a phone's main lens pitched by 20 deg."""

LARGEST_ROLL_DEG: Final = 7.0
"""Beyond it a row of treadmill posts is likelier than a camera held so (a gym clip: 12 places agree on 8 deg)."""

FAR_ROLL_DEG: Final = 3.0
PLACES_FOR_FAR_ROLL: Final = 6.0
"""The posts and console of one treadmill lean 4 deg and more and fill up to five places: beyond it takes others."""

LIKELY_ROLL_DEG: Final = 3.0
LIKELY_K: Final = 0.15
"""Before looking, one sigma: how level phones are held (clips tried: 2 deg), and a pitch of 7 deg."""

TOLERANCE_DEG: Final = 1.0
"""An edge further off has no say: carpenters, lens and detector together stay below it."""

PLACES: Final = 32
"""Across the picture; the edges within one (both sides of a post) are not independent witnesses."""

FULL_PLACE: Final = 0.15
"""Length, in long sides, from which a place has its full say: no single edge outvotes several."""

NATS_PER_PLACE: Final = 4.0
MOST_PLACES: Final = 4.0
"""What one full place adds to the belief, and how many at most count as independent: rows of equal posts or panes
err together. Set on six clips, each turned by up to 5 deg: errors stay within the spread."""

FEWEST_PLACES: Final = 1.5
"""Full places that must agree: both sides of one post may be anything."""

LARGEST_SPREAD_DEG: Final = 1.5
"""Above it the answer is a choice between two directions; the belt line (3 deg) does about as well."""


@dataclass(frozen=True, slots=True)
class _Edges:
    """Steep edges (N,): slope dx/dy, x at mid-height, place across the picture, length per picture; in long sides."""

    slope: Floats
    x: Floats
    place: npt.NDArray[np.intp]
    length: Floats


@dataclass(frozen=True, slots=True)
class _Answers:
    """Possible answers (M,), how far each is believed (the best 1), and how many full places agree with it."""

    roll_deg: Floats
    k: Floats
    belief: Floats
    places: Floats


def find_uprights(images: Sequence[Image], *, runner_boxes_px: Floats | None = None) -> Uprights | None:
    """Camera roll from what stands upright in ``images`` (H, W, 3) RGB, all of one size; None when too little does.

    ``runner_boxes_px`` (N, 4) left, top, right, bottom of the runner in each image (NaN: not seen) keeps the
    runner's own edges out: before an empty wall a leaning runner could pass for a post.
    """
    if not images:
        return None
    boxes_px = np.full((len(images), 4), np.nan) if runner_boxes_px is None else runner_boxes_px
    chosen = np.unique(np.linspace(0, len(images) - 1, PICTURES).round().astype(int))
    segments = np.concatenate([_steep_segments(images[index], boxes_px[index]) for index in chosen])
    return _most_believed(_as_edges(segments, images[0], len(chosen)))


def _steep_segments(image: Image, box_px: Floats) -> Floats:
    """Ends (N, 2, 2) of steep edges outside the box, x and y from the picture's centre in its long sides."""
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
    across, down = np.abs(ends_px[:, 1] - ends_px[:, 0]).T
    steep = across < down * np.tan(np.radians(STEEPEST_DEG))
    long = np.hypot(across, down) > SHORTEST_EDGE * long_side
    return np.asarray((ends_px[steep & long & ~runner] - (width / 2, height / 2)) / long_side)


def _as_edges(segments: Floats, image: Image, pictures: int) -> _Edges:
    height, width = image.shape[:2]
    across, down = (segments[:, 1] - segments[:, 0]).T
    x, y = segments.mean(axis=1).T
    from_left = x * max(height, width) / width + 0.5
    place = np.clip(from_left * PLACES, 0, PLACES - 1).astype(np.intp)
    return _Edges(across / down, x - y * across / down, place, np.hypot(across, down) / pictures)


def _most_believed(edges: _Edges) -> Uprights | None:
    """The best of all answers, refined; None when too few places agree, or when others are nearly as good."""
    every = _weigh(
        edges, np.linspace(-FURTHEST_ROLL_DEG, FURTHEST_ROLL_DEG, 49), np.linspace(-FURTHEST_K, FURTHEST_K, 51)
    )
    best = int(np.argmax(every.belief))
    near = _weigh(edges, every.roll_deg[best] + np.linspace(-1, 1, 41), every.k[best] + np.linspace(-0.04, 0.04, 9))
    roll_deg, k = (float(np.average(values, weights=near.belief)) for values in (near.roll_deg, near.k))
    spread_deg = float(np.sqrt(np.average((every.roll_deg - roll_deg) ** 2, weights=every.belief)))
    places = float(near.places.max())
    fewest = FEWEST_PLACES if abs(roll_deg) < FAR_ROLL_DEG else PLACES_FOR_FAR_ROLL
    if places < fewest or spread_deg > LARGEST_SPREAD_DEG or abs(roll_deg) > LARGEST_ROLL_DEG:
        return None
    agreeing = _agreement(edges, np.array([roll_deg]), np.array([k]))[0] > 0
    return Uprights(
        roll_deg=roll_deg,
        spread_deg=spread_deg,
        converging_deg=float(np.degrees(np.arctan(k))),
        places=places,
        length_share=float(edges.length[agreeing].sum() / edges.length.sum()),
    )


def _weigh(edges: _Edges, roll_deg: Floats, k: Floats) -> _Answers:
    """Every pairing of ``roll_deg`` with ``k`` and how far it is believed."""
    roll_deg, k = (grid.ravel() for grid in np.meshgrid(roll_deg, k))
    agreeing = (_agreement(edges, roll_deg, k) * edges.length) @ np.eye(PLACES)[edges.place]
    places = np.minimum(1.0, agreeing / FULL_PLACE).sum(axis=1)
    independent = places * min(1.0, MOST_PLACES / max(float(places.max()), 1.0))
    nats = NATS_PER_PLACE * independent - (roll_deg / LIKELY_ROLL_DEG) ** 2 / 2 - (k / LIKELY_K) ** 2 / 2
    return _Answers(roll_deg, k, np.exp(nats - nats.max()), places)


def _agreement(edges: _Edges, roll_deg: Floats, k: Floats) -> Floats:
    """How well each edge fits each answer (M, N): 1 on the line, 0 from the tolerance on."""
    off = edges.slope - np.tan(np.radians(roll_deg))[:, None] + k[:, None] * edges.x
    result: Floats = np.clip(1 - (off / np.tan(np.radians(TOLERANCE_DEG))) ** 2, 0.0, None)
    return result
