"""One side view being measured: the pose in pixels, how the camera is turned, and the runner's frame that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.gait.camera.belt import aim_of, belt_line_px, belt_speed_ll_s
from formcheck.gait.camera.pinhole import Aim
from formcheck.gait.camera.scene import find_surface, to_runner_frame
from formcheck.gait.events.contacts import ByShoe, SideContacts
from formcheck.gait.events.push_off import find_shoe_offs
from formcheck.gait.events.shoe import find_shoe_strikes
from formcheck.gait.rhythm.apart import moved
from formcheck.gait.settings import Settings
from formcheck.records.filmed import ShoeEvent, ShoeLook, ShoePath, ShoePaths, ShoesAsked
from formcheck.records.gait import Beat, Given, Surface, Turn, ViewSeen
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack, RunnerTrack

SAME_FRAME_S: Final = 1e-6
"""What a frame's time may be off by after it was moved from one clock to the other."""

LOOKED_AT: Final[tuple[ShoeEvent, ...]] = ("strike", "toe_off")


@dataclass(frozen=True, slots=True)
class SideView:
    """What a side view's later stages start from; ``pose`` and ``beat`` run on the clip's clock, its pieces apart.

    ``clip_s`` (T,): its own clock; ``factor``: by how much it is slowed down.
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

    def belt_ll_s(self, contacts: Mapping[Side, SideContacts], runner: RunnerTrack) -> float:
        """The belt's speed: the drawn feet's, and what they ride too slowly."""
        slow_frac = self.settings.offsets.foot_slow_frac
        return belt_speed_ll_s(contacts, runner, settings=self.settings.scene) * (1 + slow_frac)

    def shoe_paths(self, contacts: Mapping[Side, SideContacts], runner: RunnerTrack) -> ShoePaths:
        """Each foot's shoe around the events that landmarks show, on the pose's clock; nothing without pictures."""
        factor = self.factor
        if self.given.shoes is None or not self.belt_ll_s(contacts, runner) >= self.settings.scene.slowest_run_ll_s:
            return {}
        shoe = self.settings.shoe
        laid_s = {event: _instants_s(event, contacts, factor) for event in LOOKED_AT}
        at_s = {
            event: {side: moved(each, self.pose.time_s, self.clip_s) for side, each in by_side.items()}
            for event, by_side in laid_s.items()
        }
        looks: dict[ShoeEvent, ShoeLook] = {
            "strike": ShoeLook(shoe.followed_s, shoe.flat_after_s, flat=True),
            "toe_off": ShoeLook(shoe.off_followed_s, shoe.off_from_s, flat=False),
        }
        asked = ShoesAsked(replace(self.pose, time_s=self.clip_s), runner.leg_length_px, factor, at_s, looks)
        return {
            event: {
                side: tuple(map(self._on_pose_clock, paths, laid_s[event].get(side, ())))
                for side, paths in by_side.items()
            }
            for event, by_side in self.given.shoes(asked).items()
        }

    def by_shoes(
        self, paths: ShoePaths, contacts: Mapping[Side, SideContacts], runner: RunnerTrack
    ) -> dict[Side, ByShoe]:
        """Each foot's strikes and toe-offs by its shoe."""
        settings, leg_px, slowed = self.settings, runner.leg_length_px, self.factor
        belt_ll_s = self.belt_ll_s(contacts, runner)
        found = {}
        for side in Side:
            near = side is self.view.near_side
            landings, pushes = (paths.get(event, {}).get(side, ()) for event in LOOKED_AT)
            found[side] = ByShoe(
                find_shoe_strikes(
                    landings, leg_px=leg_px, slowed=slowed, belt_ll_s=belt_ll_s, near=near, settings=settings.shoe
                ),
                find_shoe_offs(pushes, leg_px=leg_px, slowed=slowed, settings=settings),
            )
        return found

    def shoe_outlines(
        self, paths: Mapping[Side, Sequence[ShoePath]], contacts: Mapping[Side, SideContacts]
    ) -> dict[Side, Floats]:
        """Outlines of the shoes that placed a strike (see `Run`); NaN where none was followed."""
        placed_s = {
            side: self.factor * np.array([one.strike_s for one in found.contacts if np.isfinite(one.shoe_deg)])
            for side, found in contacts.items()
        }
        return {
            side: self._outlines([path for path in paths[side] if self._is_of_one(path, at_s)])
            for side, at_s in placed_s.items()
            if len(at_s)
        }

    def _is_of_one(self, path: ShoePath, strikes_s: Floats) -> bool:
        return bool((np.abs(strikes_s - path.asked_s) <= self.settings.shoe.same_step_s * self.factor).any())

    def _outlines(self, paths: Sequence[ShoePath]) -> Floats:
        outlines = np.full((len(self.pose), 6, 2), np.nan)
        for path in paths:
            outlines[np.searchsorted(self.pose.time_s, path.time_s - SAME_FRAME_S)] = path.outline_px
        return outlines

    def _on_pose_clock(self, path: ShoePath, at_s: float) -> ShoePath:
        """A path around an instant of the pose's clock, without frames of another piece.

        A toe-off may come after the last frame.
        """
        time_s = path.time_s + (at_s - path.asked_s)
        pieces = self.beat.pieces
        piece = next((one for one in pieces if self.pose.time_s[one][-1] >= at_s), pieces[-1])
        first_s, last_s = self.pose.time_s[piece][[0, -1]]
        own = (time_s >= first_s - SAME_FRAME_S) & (time_s <= last_s + SAME_FRAME_S)
        return replace(path.only(own), asked_s=at_s, time_s=time_s[own])

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


def _instants_s(event: ShoeEvent, contacts: Mapping[Side, SideContacts], factor: float) -> dict[Side, Floats]:
    """When each side's events are on the pose's clock, as far as they were seen."""
    name = {"strike": "strike_s", "toe_off": "off_s"}[event]
    real_s = {side: np.array([getattr(one, name) for one in found.contacts]) for side, found in contacts.items()}
    return {side: factor * each[np.isfinite(each)] for side, each in real_s.items()}
