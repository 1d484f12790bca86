"""One clip or virtual clip as the program gets it, with the truth beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from formcheck.analyze import Seen
from formcheck.landmarks import Side
from tools.accuracy.shots import Group
from tools.accuracy.truth import TrueStep


@dataclass(frozen=True, slots=True)
class Case:
    """What is seen and told, and the truth of every step on the runner's own clock (``start_s`` = the clip's 0)."""

    name: str
    ring: int
    """2: pictures through the pose model; 3: measured joints through a virtual camera."""
    group: Group
    way: str
    model: str
    fps: float
    yaw_deg: float
    roll_deg: float
    near: Side
    seen: Seen
    given: Mapping[str, float]
    start_s: float
    steps: tuple[TrueStep, ...]
    """Of the whole clip, its ends included."""
    belt_ll_s: float
    overground: bool = False
