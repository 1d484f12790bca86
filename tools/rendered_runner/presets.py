"""The fixture clips by name: who runs, how, and from where it is filmed."""

from dataclasses import dataclass, field

from formcheck.landmarks import Side
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.gait import Gait
from tools.rendered_runner.settings import GaitSettings, Proportions
from tools.rendered_runner.steps import plan_steps


@dataclass(frozen=True, slots=True)
class Preset:
    """One clip."""

    gait: GaitSettings
    camera: Camera
    body: Proportions = field(default_factory=Proportions)
    fps: float = 60.0
    duration_s: float = 6.0
    first_strike_s: float = 0.17
    """When the left foot strikes first."""
    seed: int = 1
    """Decides how the steps vary and the grain of the picture."""

    def runner(self) -> Gait:
        """Return the gait of this clip."""
        steps = plan_steps(self.gait, self.duration_s, seed=self.seed, first_strike_s=self.first_strike_s)
        return Gait(self.gait, self.body, steps)


EASY_RUN = GaitSettings(step_time_sd_s=0.004, contact_sd_s=0.004, foot_ahead_of_hip_sd_ll=0.008)

PRESETS = {
    "side_left_60fps": Preset(gait=EASY_RUN, camera=Camera(side=Side.LEFT, ahead_m=0.10, height_m=0.93)),
}
