"""One reference clip in full: who runs, how and where, who films it with what, and what its report must show."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tools.rendered_runner.camera import Camera
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.look import Look
from tools.rendered_runner.place import Place
from tools.rendered_runner.pose import ParametricRunner
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import plan_steps
from tools.rendered_runner.storage import Turn


@dataclass(frozen=True, slots=True)
class Expected:
    """What a report must say besides its numbers."""

    measures: bool = True
    """Whether numbers are asked for at all: not of a walker, nor of a view they cannot be seen from."""
    without: tuple[str, ...] = ()
    """Checks that this clip is too short or too hard to ask for, by name: ``cadence``, ``duty_factor.right``."""
    far_leg: bool = True
    """Whether numbers of the farther leg are asked for."""
    withheld: tuple[str, ...] | None = ("interval_too_wide",)
    """Codes for which headline numbers are withheld; None: not asked. The foot's angle is too unsure in every clip."""
    reasons: tuple[str, ...] = ()
    """Codes that must be among the reasons of the clip's quality."""
    scene: dict[str, str | None] = field(default_factory=dict)
    """What must be recognised where no numbers are expected; None: must be null."""
    also: tuple[str, ...] = ()
    """Numbers of both legs together that are asked for where the others are not: ``cadence``."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One clip."""

    shows: str
    """What it is for, in a line."""
    gait: GaitSettings
    camera: Camera
    body: Proportions = field(default_factory=Proportions)
    look: Look = field(default_factory=Look)
    place: Place = field(default_factory=Place)
    empty: bool = False
    """No runner: the place alone is filmed."""
    fps: float = 60.0
    """Pictures taken in a real second."""
    duration_s: float = 5.5
    """Real seconds filmed."""
    first_strike_s: float = 0.17
    """When the left foot strikes first."""
    seed: int = 1
    """Decides how the steps vary and the grain of the picture."""
    shutter_s: float | None = None
    """How long each picture is exposed; None: as phones choose in good light."""
    grain: float = 2.2
    """Sensor noise, standard deviation in display levels of 255."""
    slowed: float = 1.0
    """How many times slower than life the clip plays."""
    dropped_frac: float = 0.0
    """Part of the pictures that the phone loses."""
    turn: Turn = "as seen"
    """How the phone stores the picture."""
    given: dict[str, float] = field(default_factory=dict)
    """The options of the run."""
    expect: Expected = field(default_factory=Expected)

    def frame_times(self) -> NDArray[np.float64]:
        """When each picture that is kept was taken, real seconds, shape (T,)."""
        count = round(self.duration_s * self.fps)
        kept = np.random.default_rng(self.seed).random(count) >= self.dropped_frac
        kept[[0, -1]] = True  # a clip begins and ends with a picture
        return np.asarray(np.flatnonzero(kept) / self.fps)

    def runner(self) -> ParametricRunner:
        """Return who runs in this clip."""
        steps = plan_steps(self.gait, self.duration_s, seed=self.seed, first_strike_s=self.first_strike_s)
        return ParametricRunner(Gait(self.gait, self.body, steps))
