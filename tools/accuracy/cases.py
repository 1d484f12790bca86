"""One clip or virtual clip as the program gets it, with the truth beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from formcheck.analyze import Seen
from formcheck.records.gait import ShoeFollower
from formcheck.records.skeleton import Side
from tools.accuracy.shots import Group
from tools.accuracy.truth import TrueStep

PEOPLE = ("RBDS", "H0", "H1")
"""How the names of measured people begin."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a case is called and how it was filmed: what its rows are sorted by."""

    name: str
    ring: int
    """2: pictures through the pose model; 3: measured joints through a virtual camera."""
    group: Group
    way: str
    """The measured person, or the prescribed gait."""
    model: str
    fps: float
    yaw_deg: float
    roll_deg: float
    near: Side
    room: bool
    """Whether upright edges of the room tell the camera's roll."""

    @property
    def is_person(self) -> bool:
        """Whether a measured person runs, not a prescribed gait."""
        return self.way.startswith(PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Label):
    """What is seen and told, and the truth of every step on the runner's own clock (``start_s`` = the clip's 0)."""

    seen: Seen
    given: Mapping[str, float]
    start_s: float
    steps: tuple[TrueStep, ...]
    """Of the whole clip, its ends included."""
    belt_ll_s: float
    overground: bool = False
    shoes: ShoeFollower | None = None
    """Where there are pictures."""

    def label(self) -> Label:
        """The case without what was seen: small enough to keep with every row."""
        return Label(**{field.name: getattr(self, field.name) for field in fields(Label)})
