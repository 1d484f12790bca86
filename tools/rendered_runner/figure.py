"""The dressed runner as one mesh, ready to be posed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner import clothing
from tools.rendered_runner.body import skin
from tools.rendered_runner.distance import Distances, Points, melt, mirror
from tools.rendered_runner.frame import Frame
from tools.rendered_runner.head import hair, head, neck
from tools.rendered_runner.look import Look
from tools.rendered_runner.settings import Proportions
from tools.rendered_runner.skinning import Skinning, bind
from tools.rendered_runner.surface import Mesh, find_surface

CELL_M = 0.008
SHOE_CELL_M = 0.006
HEAD_CELL_M = 0.0045
HIDDEN_M = 0.004
"""Skin deeper than this under clothes is left out: it could only poke through."""


class Material(IntEnum):
    """What a triangle is made of; the values index the palette."""

    SKIN = 0
    HAIR = 1
    SHIRT = 2
    SHORTS = 3
    SHOE = 4
    SOLE = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A rest mesh with what every triangle is made of and how every vertex follows the bones."""

    mesh: Mesh
    material: NDArray[np.int32]
    """Shape (T,)."""
    skinning: Skinning
    frame: Frame
    look: Look


@lru_cache(maxsize=8)
def build_figure(body: Proportions, look: Look) -> Figure:
    """Mesh body and clothes, leave out what they hide, and bind them to the skeleton.

    The palette does not matter. Takes some seconds, so that the last few people are remembered.
    """
    frame = Frame(body, look.girth)
    solids = _naked(frame) + _dress(frame, look)
    parts = [(material, find_surface(solid, low, high, cell)) for material, solid, low, high, cell in solids]
    parts = [(m, _visible_skin(mesh, frame, look) if m is Material.SKIN else mesh) for m, mesh in parts]
    offsets = np.cumsum([0, *(len(mesh.vertices) for _, mesh in parts)])
    mesh = Mesh(
        np.concatenate([mesh.vertices for _, mesh in parts]),
        np.concatenate(
            [mesh.triangles + np.int32(start) for (_, mesh), start in zip(parts, offsets[:-1], strict=True)]
        ),
    )
    triangle_material = np.concatenate([np.full(len(mesh.triangles), m, np.int32) for m, mesh in parts])
    vertex_material = np.concatenate([np.full(len(mesh.vertices), m, np.int32) for m, mesh in parts])
    skinning = bind(
        mesh.vertices.astype(np.float64),
        frame,
        in_shoe=np.isin(vertex_material, (Material.SHOE, Material.SOLE)),
        on_arm=np.isin(vertex_material, (Material.SKIN, Material.SHIRT)),
        hangs_free=vertex_material == Material.SHIRT,
    )
    return Figure(mesh, triangle_material, skinning, frame, look)


Solid: TypeAlias = tuple[Material, Callable[[Points], Distances], tuple[float, ...], tuple[float, ...], float]
"""A material, its signed distance, two corners of the box it lies in, and the size of its cells."""


def _naked(frame: Frame) -> list[Solid]:
    """Body and head."""
    reach, top, deep = float(frame.wrist[1]) + 0.12, frame.head, 0.17 * max(frame.thick, 1.0)

    def whole_head(points: Points) -> Distances:
        folded = mirror(points)
        return melt(head(folded, frame), neck(frame).distance(folded), 0.025)

    return [
        (Material.SKIN, lambda p: skin(p, frame), (-deep, -reach, 0.05), (deep, reach, top - 0.10), CELL_M),
        (Material.SKIN, whole_head, (-0.13, -0.11, top - 0.12), (0.15, 0.11, top + 0.14), HEAD_CELL_M),
    ]


def _dress(frame: Frame, look: Look) -> list[Solid]:
    """Hair, clothes and shoes."""
    top, hip, k = frame.head, frame.hip, max(frame.thick, 1.0)
    behind, below = (0.21, 0.18) if look.hair == "long" else (0.14, 0.12)

    shirt_low, shirt_high = (-0.20 * k, -0.45 * k, hip - 0.08), (0.20 * k, 0.45 * k, frame.up_trunk(1.28))
    shoe_low, shoe_high = (-0.08, -0.16, -0.01), (0.22, 0.16, frame.ankle + 0.03)
    return [
        (
            Material.HAIR,
            lambda p: hair(p, frame, look.hair),
            (-behind, -0.12, top - below),
            (0.14, 0.12, top + 0.16),
            0.006,
        ),
        (Material.SHIRT, lambda p: clothing.shirt(p, frame), shirt_low, shirt_high, CELL_M),
        *_over_legs(frame, look),
        (Material.SHOE, lambda p: clothing.shoe(p, frame), shoe_low, shoe_high, SHOE_CELL_M),
        (Material.SOLE, lambda p: clothing.sole(p, frame), (-0.085, -0.16, -0.02), (0.225, 0.16, 0.06), SHOE_CELL_M),
    ]


def _over_legs(frame: Frame, look: Look) -> list[Solid]:
    """What is worn on the legs, unless it is so tight that it is painted on the skin."""
    if look.clothes == "tights":
        return []
    k, foot = max(frame.thick, 1.0), clothing.hem_height_m(look.clothes, frame) - 0.025
    cut = clothing.shorts if look.clothes == "shorts" else clothing.trousers
    low, high = (-0.20 * k, -0.28 * k, foot), (0.20 * k, 0.28 * k, frame.hip + 0.12)
    return [(Material.SHORTS, lambda p: cut(p, frame), low, high, CELL_M)]


def _visible_skin(mesh: Mesh, frame: Frame, look: Look) -> Mesh:
    """Drop the skin that clothes cover, but for a strip under each hem."""
    points = mesh.vertices
    clothed = [clothing.shirt(points, frame), *(solid(points) for _, solid, *_ in _over_legs(frame, look))]
    covered = np.min(clothed, axis=0) < -HIDDEN_M
    folded = mirror(points)
    hem_m = clothing.hem_height_m(look.clothes, frame)
    at_leg_hem = np.abs(points[:, 2] - hem_m) < 0.02
    at_sleeve = np.abs(clothing.along_arm(folded, frame) - clothing.SLEEVE_M) < 0.02
    at_sleeve &= folded[:, 1] > frame.shoulder[1] + 0.03
    at_collar = points[:, 2] > frame.up_trunk(1.09)
    at_shirt_hem = np.abs(points[:, 2] - (frame.hip - clothing.HEM_BELOW_HIP_M)) < 0.05
    at_shirt_hem &= look.clothes == "tights"
    at_edge = at_leg_hem | at_sleeve | at_collar | at_shirt_hem
    between_legs = (folded[:, 1] < 0.03) & (points[:, 2] < frame.hip) & (points[:, 2] > hem_m + 0.01)
    hidden = (covered & ~at_edge) | (between_legs & (look.clothes != "tights"))
    return Mesh(mesh.vertices, mesh.triangles[~hidden[mesh.triangles].all(axis=1)])
