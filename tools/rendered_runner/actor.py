"""A person before the camera: who moves them, their mesh, their colours, and where in the world they are."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.clothing import hem_height_m
from tools.rendered_runner.figure import Figure, build_figure
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.look import Look, Palette
from tools.rendered_runner.paint import PALETTE_ORDER
from tools.rendered_runner.pose import bone_matrices
from tools.rendered_runner.raster import pose_vertices, vertex_normals
from tools.rendered_runner.rotation import Vector, about_y
from tools.rendered_runner.runner import Runner
from tools.rendered_runner.shading import Dressed
from tools.rendered_runner.textures import to_linear

CHEST_HALF_WIDTH_M = 0.168


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the people in a film; `cast_actor` dresses them."""

    runner: Runner
    ground: Ground
    """On which the runner's own frame lies."""
    middle: Vector
    """Of the body, in that frame: what lights are pointed at."""
    figure: Figure
    palette: NDArray[np.float32]
    measures: NDArray[np.float64]
    first: int
    """Number of the first triangle among everybody's."""

    def at(self, time_s: float) -> Dressed:
        """Pose and place the mesh."""
        mesh, skinning = self.figure.mesh, self.figure.skinning
        matrices = bone_matrices(self.runner.pose(time_s), self.runner.body)
        speed, tilt = self.runner.ground_speed_m_s, about_y(-self.ground.incline_deg)
        matrices[:, :, :3] = tilt @ matrices[:, :, :3]
        matrices[:, :, 3] = self.ground.to_world(matrices[:, :, 3], speed, time_s)
        posed, normals = np.empty_like(mesh.vertices), np.empty_like(mesh.vertices)
        pose_vertices(mesh.vertices, skinning.bones, skinning.weights, matrices, posed)
        vertex_normals(posed, mesh.triangles, normals)
        return Dressed(
            self.first, mesh.triangles, self.figure.material, mesh.vertices, posed, normals, self.palette, self.measures
        )

    def middle_at(self, time_s: float) -> Vector:
        """Where the body is in the world."""
        return self.ground.to_world(self.middle, self.runner.ground_speed_m_s, time_s)


def cast_actor(runner: Runner, look: Look, ground: Ground, middle: Vector, first: int) -> Actor:
    """Build a person's body and clothes. Takes a few seconds."""
    figure = build_figure(runner.body, replace(look, palette=Palette()))
    return Actor(runner, ground, middle, figure, linear_palette(look.palette), _paint_measures(figure), first)


def linear_palette(palette: Palette) -> NDArray[np.float32]:
    """Linear colours in the order of `paint.PALETTE_ORDER`, shape (10, 3)."""
    return np.stack([to_linear(getattr(palette, name)) for name in PALETTE_ORDER])


def _paint_measures(figure: Figure) -> NDArray[np.float64]:
    """Rest heights and widths in the order of `paint.MEASURES_ORDER`."""
    frame, look = figure.frame, figure.look
    tights_to = hem_height_m(look.clothes, frame) if look.clothes == "tights" else np.inf
    flank_out = CHEST_HALF_WIDTH_M * (frame.wide - 1.0)
    return np.array([frame.hip, frame.knee, frame.ankle, frame.head, frame.shoulder[1], tights_to, flank_out])
