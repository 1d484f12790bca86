"""Who is filmed: anything that can say, for any instant, how the whole runner is posed."""

from typing import Protocol

from tools.rendered_runner.pose import Pose
from tools.rendered_runner.settings import Proportions


class Runner(Protocol):
    """A person as an exact function of time, in a frame that goes along: x forward, y to their left, z up."""

    @property
    def body(self) -> Proportions:
        """How they are built."""

    @property
    def ground_speed_m_s(self) -> float:
        """How fast the ground passes under them, backward positive: the belt's speed, or their own."""

    def pose(self, time_s: float) -> Pose:
        """Every joint and bone at an instant."""
