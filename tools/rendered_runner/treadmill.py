"""The treadmill, in the belt's frame, described for a camera on the runner's left."""

from tools.rendered_runner.box import Box, Surface
from tools.rendered_runner.place import DECK_ABOVE_FLOOR_M, Console

UPRIGHT_LEAN_DEG = 8.0
BESIDE_M = (-0.4, 0.4)
"""Where uprights and rails stand, to either side of the belt."""
NEAR_M = BESIDE_M[1]
_BASE_M = -DECK_ABOVE_FLOOR_M

DECK = (
    Box(Surface.BELT, (-0.80, -0.25, -0.02), (0.86, 0.25, 0.0)),
    Box(Surface.RAIL, (-0.82, -0.36, -0.10), (0.90, -0.25, 0.012)),
    Box(Surface.RAIL, (-0.82, 0.25, -0.10), (0.90, 0.36, 0.012)),
    Box(Surface.FRAME, (-0.80, -0.34, _BASE_M + 0.04), (0.90, 0.34, -0.03)),
    Box(Surface.FRAME, (-0.86, -0.33, -0.12), (-0.80, 0.33, -0.005)),
    Box(Surface.FRAME, (0.86, -0.34, _BASE_M + 0.03), (1.30, 0.34, 0.10)),
)
CONSOLE = (
    Box(Surface.UPRIGHT, (0.95, -0.30, 0.10), (1.25, 0.30, 0.13)),
    *(Box(Surface.UPRIGHT, (0.975, y - 0.025, -0.09), (1.065, y + 0.025, 1.13), UPRIGHT_LEAN_DEG) for y in BESIDE_M),
    *(Box(Surface.HANDLE, (0.62, y - 0.02, 0.90), (1.08, y + 0.02, 0.94)) for y in BESIDE_M),
    Box(Surface.FRAME, (1.01, -0.42, 1.01), (1.11, 0.42, 1.31), UPRIGHT_LEAN_DEG),
    Box(Surface.SCREEN, (0.99, -0.225, 1.10), (1.01, 0.225, 1.28), UPRIGHT_LEAN_DEG),
)
NEAR_RAIL = (
    Box(Surface.HANDLE, (-0.62, NEAR_M - 0.022, 0.94), (1.08, NEAR_M + 0.022, 0.985)),
    Box(Surface.UPRIGHT, (-0.62, NEAR_M - 0.022, -0.09), (-0.575, NEAR_M + 0.022, 0.94)),
)
"""A handrail as on treadmills for rehabilitation: it crosses the near wrist and hip."""
POST = (Box(Surface.UPRIGHT, (0.20, NEAR_M - 0.02, -0.09), (0.25, NEAR_M + 0.02, 0.96)),)
"""An upright before the place where the feet land: it hides part of a leg, the further one for longer."""


def treadmill(console: Console) -> tuple[Box, ...]:
    """Deck, belt and console."""
    extra = {"usual": (), "near rail": NEAR_RAIL, "post": NEAR_RAIL + POST}[console]
    return DECK + CONSOLE + extra
