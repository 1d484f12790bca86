"""A hall with a wooden floor, described for a camera on the runner's left: the decorated wall is on the right.

Heights are above the floor.
"""

from tools.rendered_runner.box import Box, Surface
from tools.rendered_runner.place import DECK_ABOVE_FLOOR_M, Clutter

END_M = 6.0
"""Where the hall ends, ahead, behind and on the camera's side."""
CEILING_M = 3.6
_F = DECK_ABOVE_FLOOR_M

SHELL = (
    Box(Surface.FLOOR, (-8.0, -2.40, -0.05), (8.0, END_M, 0.0)),
    Box(Surface.WALL, (-8.0, -2.40, 0.0), (8.0, -2.30, CEILING_M)),
    Box(Surface.SKIRTING, (-8.0, -2.30, 0.0), (8.0, -2.27, 0.12)),
    *(Box(Surface.WALL, (x, -2.30, 0.0), (x + 0.1, END_M, CEILING_M)) for x in (-END_M - 0.1, END_M)),
    *(Box(Surface.SKIRTING, (x, -2.30, 0.0), (x + 0.03, END_M, 0.12)) for x in (-END_M, END_M - 0.03)),
    Box(Surface.CEILING, (-8.0, -2.40, CEILING_M), (8.0, END_M, CEILING_M + 0.1)),
    Box(Surface.WALL, (-END_M, END_M, 0.0), (END_M, END_M + 0.1, CEILING_M)),
)
WINDOWS = (
    Box(Surface.WINDOW, (-3.30, -2.29, _F + 0.70), (-1.50, -2.24, _F + 2.30)),
    Box(Surface.SKIRTING, (-3.36, -2.28, _F + 0.64), (-1.44, -2.23, _F + 0.70)),
    Box(Surface.SKIRTING, (-2.43, -2.28, _F + 0.70), (-2.37, -2.22, _F + 2.30)),
    *(Box(Surface.WINDOW, (END_M - 0.06, y, 1.00), (END_M - 0.01, y + 1.6, 2.60)) for y in (-1.0, 1.2, 3.4)),
)
USUAL = (
    Box(Surface.POSTER, (1.50, -2.29, _F + 0.95), (2.50, -2.26, _F + 2.00)),
    Box(Surface.NOTICE, (-1.05, -2.29, _F + 1.35), (-0.60, -2.26, _F + 1.95)),
    Box(Surface.BENCH, (-2.20, -2.20, 0.22), (-1.10, -1.70, 0.30)),
    Box(Surface.FRAME, (-2.10, -2.10, 0.0), (-2.02, -1.80, 0.22)),
    Box(Surface.FRAME, (-1.28, -2.10, 0.0), (-1.20, -1.80, 0.22)),
    Box(Surface.RACK, (1.20, -2.20, 0.0), (3.20, -1.75, _F + 0.15)),
    *(
        Box(
            Surface.WEIGHT if i % 3 else Surface.WEIGHT_RED,
            (1.3 + 0.2 * i, -1.98, _F + 0.16),
            (1.43 + 0.2 * i, -1.72, _F + 0.30),
        )
        for i in range(9)
    ),
    Box(Surface.CRATE, (-3.0, -2.20, 0.0), (-2.30, -1.60, _F + 0.55)),
    Box(Surface.CRATE, (-END_M + 0.05, 0.9, 0.0), (-END_M + 0.75, 1.7, 1.9)),
    Box(Surface.POSTER, (-END_M + 0.01, -1.4, 1.1), (-END_M + 0.03, -0.4, 2.2)),
    Box(Surface.BENCH, (END_M - 0.8, -1.2, 0.40), (END_M - 0.3, 0.6, 0.48)),
    *(Box(Surface.FRAME, (END_M - 0.7, y, 0.0), (END_M - 0.4, y + 0.08, 0.40)) for y in (-1.1, 0.4)),
)
BUSY = (
    *(Box(Surface.FRAME, (x, -1.75, 0.0), (x + 0.09, -1.66, 2.2)) for x in (-0.85, 0.45)),  # a rack for squats
    Box(Surface.RACK, (-0.85, -1.74, 2.1), (0.54, -1.66, 2.2)),
    Box(Surface.HANDLE, (-1.15, -1.72, 1.22), (0.85, -1.68, 1.26)),
    *(Box(Surface.WEIGHT, (x, -1.95, 1.02), (x + 0.08, -1.45, 1.46)) for x in (-1.10, 0.72)),
    Box(Surface.MAT, (-0.5, -1.70, 0.0), (0.3, -1.20, 0.18)),
    Box(Surface.WEIGHT_RED, (0.55, -1.55, 0.0), (0.9, -1.25, 0.35)),
    Box(Surface.MAT, (-1.05, -1.55, 0.0), (-0.8, -1.3, 1.15)),
    *(Box(Surface.UPRIGHT, (4.1, y, 0.0), (4.2, y + 0.1, 1.6)) for y in (-0.9, 1.0)),
    Box(Surface.SCREEN, (4.1, -0.85, 1.2), (4.16, 1.05, 1.9)),
    Box(Surface.FRAME, (-4.4, -1.6, 0.0), (-3.6, -0.8, 1.3)),
)
THINGS: dict[Clutter, tuple[Box, ...]] = {"bare": (), "usual": USUAL, "busy": USUAL + BUSY}


def gym(clutter: Clutter) -> tuple[Box, ...]:
    """Floor, walls, windows and what stands about."""
    return SHELL + WINDOWS + THINGS[clutter]
