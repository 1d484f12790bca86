"""One side view being measured: the pose in pixels, how the camera is turned, and the runner's frame that follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from formcheck.gait.camera.belt import aim_of, belt_line_px
from formcheck.gait.camera.pinhole import Aim
from formcheck.gait.camera.scene import find_surface, to_runner_frame
from formcheck.gait.events.contacts import SideContacts
from formcheck.gait.settings import Settings
from formcheck.records.gait import Beat, Given, Surface, Turn, ViewSeen
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack, RunnerTrack


@dataclass(frozen=True, slots=True)
class SideView:
    """What a side view's later stages start from; ``pose`` and ``beat`` run on the clip's own clock.

    ``factor``: how many times slower than life it plays.
    """

    pose: PoseTrack
    beat: Beat
    view: ViewSeen
    yaw: Turn
    given: Given
    settings: Settings
    factor: float = 1.0

    def aim(self, roll: Turn) -> Aim:
        """The camera, turned by this roll."""
        return aim_of(self.pose, roll, self.yaw, self.given.uprights)

    def runner(self, roll: Turn) -> RunnerTrack:
        """The runner in real seconds and their own frame, the camera turned by this roll."""
        return to_runner_frame(
            self.pose,
            self.pose.time_s / self.factor,
            self.beat,
            self.view,
            self.aim(roll),
            incline_deg=self.given.incline_deg,
            offsets=self.settings.offsets,
        )

    def surface(self, belt_speed_px_s: float) -> Surface:
        """What the runner runs on; ``belt_speed_px_s`` in real time."""
        return find_surface(self.pose, self.beat, belt_speed_px_s / self.factor, settings=self.settings.scene)

    def belt_lines(
        self, contacts: Mapping[Side, SideContacts], runner: RunnerTrack, roll: Turn
    ) -> dict[Side, tuple[float, float, float, float]]:
        """The line that each foot rides, where it was seen (see `Run`)."""
        rise_deg = self.given.incline_deg * (1 if self.view.heading == "right" else -1)
        aim = self.aim(roll)
        lines = {
            side: belt_line_px(self.pose, runner.time_s, side, found, aim, rise_deg=rise_deg)
            for side, found in contacts.items()
        }
        return {side: line for side, line in lines.items() if line is not None}
