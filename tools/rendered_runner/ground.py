"""What is run on: where the runner's own frame lies in the world."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.rotation import about_y

Surface = Literal["treadmill", "overground"]


@dataclass(frozen=True, slots=True)
class Ground:
    """A treadmill that carries the feet back under a runner in place, or firm ground that the runner crosses.

    World frame as in the package's text: x along the level, z against gravity, the belt's middle at the origin.
    """

    surface: Surface = "treadmill"
    incline_pct: float = 0.0
    """Rise of the belt along the running direction."""
    start_m: float = 0.0
    """Overground: where along the path the runner is at time zero."""

    @property
    def incline_deg(self) -> float:
        """The same as an angle, uphill positive."""
        return float(np.degrees(np.arctan(self.incline_pct / 100)))

    def travelled_m(self, ground_speed_m_s: float, time_s: float) -> float:
        """How far along the path the runner's frame has come."""
        return self.start_m + ground_speed_m_s * time_s if self.surface == "overground" else 0.0

    def to_world(self, points: NDArray[np.floating], ground_speed_m_s: float, time_s: float) -> NDArray[np.float64]:
        """World positions of points in the runner's frame, shape (..., 3)."""
        along = np.array([self.travelled_m(ground_speed_m_s, time_s), 0.0, 0.0])
        return np.asarray((points + along) @ about_y(-self.incline_deg).T)
