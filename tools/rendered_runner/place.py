"""Where a runner is filmed: the ground, the room, what stands in it, its light, and who else is there."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from tools.rendered_runner.ground import Ground
from tools.rendered_runner.look import PALETTES, Look
from tools.rendered_runner.rotation import Vector
from tools.rendered_runner.settings import Proportions

RoomKind = Literal["gym", "dark gym", "path"]
"""A bright hall, the same in the evening, or a path outdoors."""
Clutter = Literal["bare", "usual", "busy"]
"""How much stands behind the runner."""
Console = Literal["usual", "near rail", "post"]
"""The treadmill's: low side rails; a long handrail on the camera's side, at the wrist; an upright there as well."""

DECK_ABOVE_FLOOR_M: Final = 0.20
DECK_HALF_LENGTH_M: Final = 0.90


@dataclass(frozen=True, slots=True)
class Light:
    """The light of a room."""

    sun: tuple[float, float, float] = (-0.30, 0.62, 0.95)
    """Direction to the key light for a camera on the runner's left; the other side mirrors it."""
    sun_colour: tuple[float, float, float] = (1.05, 1.00, 0.92)
    sky: float = 0.62
    """Strength of the light that comes from everywhere."""
    floor: tuple[float, float, float] = (0.12, 0.108, 0.096)
    """Light that comes back from the floor."""
    gain_per_m: float = 3.5
    """A lamp beside the treadmill gives the near leg more than the far one, as in any room; the real sun does not."""
    fall_off_per_m: float = 0.05
    """How much darker the room gets away from its middle."""

    def direction(self, facing: float) -> Vector:
        """Unit vector to the key light; ``facing`` is 1 for a camera on the left, -1 on the right."""
        vector = np.array(self.sun) * np.array([1.0, facing, 1.0])
        return np.asarray(vector / np.linalg.norm(vector))


LIGHTS: Final[dict[RoomKind, Light]] = {
    "gym": Light(),
    "dark gym": Light(
        sun=(-0.10, 0.45, 1.0), sun_colour=(0.40, 0.36, 0.29), sky=0.17, floor=(0.03, 0.027, 0.024), fall_off_per_m=0.12
    ),
    "path": Light(
        sun=(-0.55, 0.60, 0.80),
        sun_colour=(1.20, 1.12, 0.98),
        sky=0.60,
        floor=(0.09, 0.10, 0.06),
        gain_per_m=0.0,
        fall_off_per_m=0.0,
    ),
}


@dataclass(frozen=True, slots=True)
class Bystander:
    """A person who only stands there."""

    ahead_m: float = -0.9
    """Along the running direction, from the belt's middle."""
    beyond_m: float = 1.5
    """Further from the camera's side than the belt's middle; negative is nearer."""
    facing_deg: float = 120.0
    """Where they look: 0 as the runner does, 180 against it; turned toward the camera's side between."""
    body: Proportions = field(default_factory=Proportions)
    look: Look = field(default_factory=lambda: Look(clothes="trousers", palette=PALETTES["bright"]))


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that is filmed besides the runner.

    Raises
    ------
    ValueError
        If a path outdoors is to slope: only treadmills are tilted here.
    """

    ground: Ground = field(default_factory=Ground)
    room: RoomKind = "gym"
    clutter: Clutter = "usual"
    console: Console = "usual"
    light: Light | None = None
    """By default the room's own."""
    bystander: Bystander | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        if self.ground.surface == "overground" and self.ground.incline_pct:
            raise ValueError("a path is level here: set incline_pct to 0, or run on a treadmill")

    @property
    def lighting(self) -> Light:
        """What lights the room."""
        return self.light or LIGHTS[self.room]

    @property
    def floor_m(self) -> float:
        """Height of the floor: under the treadmill's lower end, or the firm ground itself."""
        if self.ground.surface == "overground":
            return 0.0
        return -DECK_ABOVE_FLOOR_M - DECK_HALF_LENGTH_M * abs(float(np.sin(np.radians(self.ground.incline_deg))))
