"""Everything that stands still, as one mesh in the world: a room, and the treadmill in it."""

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.box import build
from tools.rendered_runner.gym import gym
from tools.rendered_runner.outdoors import path
from tools.rendered_runner.place import Place
from tools.rendered_runner.surface import Mesh
from tools.rendered_runner.treadmill import treadmill


def furnish(place: Place, facing: float) -> tuple[Mesh, NDArray[np.int32]]:
    """Triangles of a place, and the surface of each.

    ``facing`` is 1 for a camera on the runner's left, -1 on the right: then everything is mirrored. The treadmill is
    tilted with the ground, the room stays upright.
    """
    mirror = np.array([1.0, facing, 1.0])
    room, surfaces = build(path(place.clutter) if place.room == "path" else gym(place.clutter))
    vertices = (room.vertices + np.array([0.0, 0.0, place.floor_m])) * mirror
    if place.ground.surface == "overground":
        return Mesh(vertices.astype(np.float32), room.triangles), surfaces
    machine, machine_surfaces = build(treadmill(place.console))
    tilted = place.ground.to_world(machine.vertices * mirror, 0.0, 0.0)
    return (
        Mesh(
            np.concatenate([tilted, vertices]).astype(np.float32),
            np.concatenate([machine.triangles, room.triangles + np.int32(len(tilted))]),
        ),
        np.concatenate([machine_surfaces, surfaces]),
    )
