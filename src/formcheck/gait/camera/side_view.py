"""One side view being measured: the pose in pixels, how the camera is turned, and the runner's frame that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.gait.camera.belt import aim_of, belt_line_px, belt_speed_ll_s
from formcheck.gait.camera.pinhole import Aim
from formcheck.gait.camera.scene import find_surface, to_runner_frame
from formcheck.gait.events.contacts import SideContacts
from formcheck.gait.events.shoe import ShoeStrikes, find_shoe_strikes
from formcheck.gait.rhythm.apart import moved, unbroken
from formcheck.gait.settings import Settings
from formcheck.records.gait import Beat, Given, ShoePath, Strikes, Surface, Turn, ViewSeen
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack, RunnerTrack

SAME_FRAME_S: Final = 1e-6
"""What a frame's time may be off by after it was moved from one clock to the other."""


@dataclass(frozen=True, slots=True)
class SideView:
    """What a side view's later stages start from; ``pose`` and ``beat`` run on the clip's clock, its pieces apart.

    ``clip_s`` (T,): its own clock; ``factor``: how many times slower than life it plays.
    """

    pose: PoseTrack
    clip_s: Floats
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

    def shoe_strikes(
        self, contacts: Mapping[Side, SideContacts], runner: RunnerTrack
    ) -> dict[Side, ShoeStrikes | None]:
        """Each foot's strikes by its shoe, looked for around what landmarks show; nothing without pictures."""
        settings, factor = self.settings, self.factor
        belt = belt_speed_ll_s(contacts, runner, settings=settings.scene) * (1 + settings.offsets.foot_slow_frac)
        if self.given.shoes is None or not belt >= settings.scene.slowest_run_ll_s:
            return {}
        laid_s = {side: factor * np.array([one.strike_s for one in found.contacts]) for side, found in contacts.items()}
        strikes_s = {side: moved(at_s, self.pose.time_s, self.clip_s) for side, at_s in laid_s.items()}
        asked = Strikes(replace(self.pose, time_s=self.clip_s), runner.leg_length_px, factor, strikes_s)
        return {
            side: find_shoe_strikes(
                [self._on_pose_clock(path, at_s) for path, at_s in zip(paths, laid_s.get(side, ()), strict=True)],
                leg_px=runner.leg_length_px,
                slowed=factor,
                belt_ll_s=belt,
                near=side is self.view.near_side,
                settings=settings.shoe,
            )
            for side, paths in self.given.shoes(asked).items()
        }

    def _on_pose_clock(self, path: ShoePath, strike_s: float) -> ShoePath:
        """A path around a strike of the pose's clock, without frames of another piece."""
        time_s = path.time_s + (strike_s - path.asked_s)
        piece = next(one for one in unbroken(self.pose.time_s) if self.pose.time_s[one][-1] >= strike_s)
        first_s, last_s = self.pose.time_s[piece][[0, -1]]
        own = (time_s >= first_s - SAME_FRAME_S) & (time_s <= last_s + SAME_FRAME_S)
        return ShoePath(strike_s, time_s[own], path.foot_px[own], path.correlation[own])

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
            side: belt_line_px(
                self.pose, runner.time_s, side, found, aim, rise_deg=rise_deg, settings=self.settings.scene
            )
            for side, found in contacts.items()
        }
        return {side: line for side, line in lines.items() if line is not None}
