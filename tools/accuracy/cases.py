"""One clip or virtual clip as the program gets it, with the truth beside it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np

from formcheck.records.filmed import ShoeFollower
from formcheck.records.gait import Given
from formcheck.records.skeleton import Side
from formcheck.vision.watch import Seen
from tools.accuracy.shots import Group
from tools.accuracy.truth import Floats, TrueStep

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


PEOPLE_SHARE: Final = 2 / 3
"""What is fitted for are people: together they weigh twice what prescribed gaits do."""


def weights_of(labels: Sequence[Label]) -> Floats:
    """What each case weighs (N,), adding up to 1: runners alike, however many clips there are of them."""
    clips = Counter(label.way for label in labels)
    kinds = [len({label.way for label in labels if label.is_person is kind}) for kind in (False, True)]
    shares = (1 - PEOPLE_SHARE, PEOPLE_SHARE) if all(kinds) else (1.0, 1.0)
    return np.array([shares[label.is_person] / kinds[label.is_person] / clips[label.way] for label in labels])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Label):
    """What is seen and told, and the truth of every step on the runner's own clock (``start_s`` = the clip's 0)."""

    seen: Seen
    given: Mapping[str, float]
    start_s: float
    steps: tuple[TrueStep, ...]
    """Of the whole clip, its ends included."""
    strikes_s: Mapping[Side, Floats] = field(default_factory=dict)
    """All of the runner's, also those of steps that end after the clip; the cadence has no truth without them."""
    belt_ll_s: float
    belt_m_s: float = np.nan
    overground: bool = False
    shoes: ShoeFollower | None = None
    """Where there are pictures."""

    @property
    def told(self) -> Given:
        """What the program is told besides the landmarks."""
        incline_deg = float(np.degrees(np.arctan(self.given.get("incline_pct", 0.0) / 100)))
        seen = self.seen
        return Given(incline_deg, self.given.get("capture_fps"), seen.metadata_fps, seen.uprights, shoes=self.shoes)

    def label(self) -> Label:
        """The case without what was seen: small enough to keep with every row."""
        return Label(**{one.name: getattr(self, one.name) for one in fields(Label)})
