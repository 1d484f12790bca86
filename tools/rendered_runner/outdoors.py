"""A path through grass, described for a camera on the runner's left. Heights are above the path."""

from tools.rendered_runner.box import Box, Surface
from tools.rendered_runner.place import Clutter

FAR_M = 45.0
"""Where the painted horizon stands."""
PATH_HALF_WIDTH_M = 1.1

LAND = (
    Box(Surface.PATH, (-FAR_M, -PATH_HALF_WIDTH_M, -0.10), (FAR_M, PATH_HALF_WIDTH_M, 0.0)),
    Box(Surface.GRASS, (-FAR_M, -FAR_M, -0.12), (FAR_M, FAR_M, -0.02)),
    *(Box(Surface.SKY, (x, -FAR_M, -1.0), (x + 0.1, FAR_M, 30.0)) for x in (-FAR_M, FAR_M)),
    *(Box(Surface.SKY, (-FAR_M, y, -1.0), (FAR_M, y + 0.1, 30.0)) for y in (-FAR_M, FAR_M)),
)
USUAL = (
    *(Box(Surface.FENCE, (x, -3.05, -0.1), (x + 0.10, -2.95, 1.15)) for x in range(-16, 17, 2)),
    *(Box(Surface.FENCE, (-17.0, -2.95, z), (17.0, -2.91, z + 0.10)) for z in (0.45, 0.92)),
    Box(Surface.HEDGE, (-20.0, -7.0, -0.1), (3.0, -6.0, 1.7)),
    Box(Surface.HEDGE, (5.0, -7.4, -0.1), (22.0, -6.2, 1.5)),
    *(Box(Surface.BARK, (x, y, -0.1), (x + 0.32, y + 0.3, 9.0)) for x, y in ((-5.2, -4.6), (1.9, -4.9), (7.6, -4.4))),
)
BUSY = (
    *(Box(Surface.BARK, (x, -2.1, -0.1), (x + 0.22, -1.9, 9.0)) for x in (-2.7, 0.6, 3.5)),
    Box(Surface.BENCH, (-1.6, -2.2, 0.40), (-0.1, -1.8, 0.46)),
    Box(Surface.BENCH, (-1.6, -2.25, 0.60), (-0.1, -2.2, 0.90)),
    *(Box(Surface.FRAME, (x, -2.2, -0.1), (x + 0.08, -1.85, 0.40)) for x in (-1.5, -0.3)),
    Box(Surface.UPRIGHT, (1.20, 1.35, -0.1), (1.28, 1.43, 6.0)),  # a lamp post between camera and path
)
THINGS: dict[Clutter, tuple[Box, ...]] = {"bare": (), "usual": USUAL, "busy": USUAL + BUSY}


def path(clutter: Clutter) -> tuple[Box, ...]:
    """Land, sky and what stands in it."""
    return LAND + THINGS[clutter]
