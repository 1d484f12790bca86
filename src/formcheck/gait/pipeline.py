"""From landmarks to steps: the stages of the gait pipeline, composed. Each stage says no in its own words."""

from dataclasses import dataclass, field, replace

import numpy as np

from formcheck.gait.camera.belt import (
    Turn,
    aim_of,
    belt_line_px,
    belt_slope_deg,
    belt_speed_ll_s,
    find_roll,
    find_yaw,
    room_roll,
)
from formcheck.gait.camera.pinhole import Aim
from formcheck.gait.camera.scene import ViewSeen, find_bounce, find_surface, find_view, leg_length_px, to_runner_frame
from formcheck.gait.events.fuse import SideContacts, find_contacts
from formcheck.gait.legs.sides import repair_sides
from formcheck.gait.measures.definitions import StepValues, frame_series, measure_steps
from formcheck.gait.measures.rear import RearValues, measure_rear
from formcheck.gait.rhythm.clock import Played, TimeBase, find_fall_g, find_time_base, is_running, walks_end_on
from formcheck.gait.rhythm.phase import Beat, find_beat, slow_path
from formcheck.gait.select.cleaning import fill_gaps, hide_unseen, smooth
from formcheck.gait.select.presence import cut, find_presence, hide_frames, strangers
from formcheck.gait.select.steady import find_steady
from formcheck.gait.settings import Settings
from formcheck.records.report import Series, Surface
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack, RunnerTrack, Uprights


@dataclass(frozen=True, slots=True)
class Given:
    """What the user, the file and the pictures say besides the landmarks."""

    incline_deg: float = 0.0
    declared_fps: float | None = None
    metadata_fps: float | None = None
    uprights: Uprights | None = None
    within_s: tuple[float, float] = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True)
class Observation:
    """All that was seen of the gait; later fields stay empty where an earlier stage found nothing to go on.

    ``part`` is the stretch [start, end) of frames used; ``pose`` its cleaned track, without what the pose model saw in
    the frames ``strangers``, where it jumped to somebody else; ``leg_px`` of the near leg; ``fall_g`` how hard the hips
    fall as the clip plays (see `find_fall_g`).
    """

    part: tuple[int, int] | None = None
    pose: PoseTrack | None = None
    strangers: tuple[int, ...] = ()
    view: ViewSeen | None = None
    leg_px: float = np.nan
    bounce_trunks: float = np.nan
    swapped: int = 0
    beat: Beat | None = None
    running: bool = False
    fall_g: float = np.nan
    time_base: TimeBase | None = None
    roll: Turn | None = None
    yaw: Turn | None = None
    runner: RunnerTrack | None = None
    series: Series | None = None
    contacts: dict[Side, SideContacts] = field(default_factory=dict)
    belt_speed_ll_s: float = np.nan
    surface: Surface = "unknown"
    belt_line: dict[Side, tuple[float, float, float, float]] = field(default_factory=dict)
    steps: tuple[StepValues, ...] = ()
    rear: RearValues | None = None


def observe(track: PoseTrack, given: Given, *, settings: Settings) -> Observation:
    """Everything the landmarks of one clip tell about the gait."""
    seen = hide_unseen(track, settings=settings.cleaning)
    found = _part(seen, given, settings)
    if found is None:
        return Observation()
    part, pose, jumped = found
    view = find_view(pose, settings=settings.scene)
    seen_so_far = Observation(
        part=part,
        pose=pose,
        strangers=jumped,
        view=view,
        leg_px=leg_length_px(pose, view.near_side),
        bounce_trunks=find_bounce(pose),
    )
    if view.view in ("rear", "front"):
        return _end_on(seen_so_far, pose, given, settings)
    repaired = repair_sides(pose, settings=settings.sides, phase=settings.phase)
    seen_so_far = replace(seen_so_far, swapped=int(repaired.swapped.sum()), pose=repaired.track)
    if repaired.beat is None:
        return seen_so_far
    return _side_on(seen_so_far, repaired.track, repaired.beat, given, settings)


def _part(
    seen: PoseTrack, given: Given, settings: Settings
) -> tuple[tuple[int, int], PoseTrack, tuple[int, ...]] | None:
    """The frames [start, end) in which one person is there and moves steadily; None where nobody is there for long.

    With that person's landmarks in them, and the frames of the clip that show somebody else instead.
    """
    present = find_presence(seen, within_s=given.within_s, settings=settings.presence)
    if present is None:
        return None
    first, last = present
    pose = cut(seen, first, last)
    jumped = strangers(pose, settings=settings.presence)
    pose, start, end = hide_frames(pose, jumped), 0, len(pose)
    end_on = find_view(pose, settings=settings.scene).view in ("rear", "front")
    if not end_on:  # there the ankles' distance shows perspective more than steps
        start, end = find_steady(pose, settings=settings.steady)
    others = tuple(int(first + frame) for frame in np.flatnonzero(jumped) if start <= frame < end)
    return (first + start, first + end), cut(pose, start, end), others


def _end_on(so_far: Observation, pose: PoseTrack, given: Given, settings: Settings) -> Observation:
    """From the front or behind the beat shows in the height of the ankles."""
    separation = pose.joint_px(Side.LEFT, "ankle")[:, 1] - pose.joint_px(Side.RIGHT, "ankle")[:, 1]
    beat = find_beat(pose.time_s, separation, settings=settings.phase)
    if beat is None:
        return so_far
    from_behind = so_far.view is not None and so_far.view.view == "rear"
    rear = measure_rear(pose, beat) if from_behind else None
    hips_px = (pose.joint_px(Side.LEFT, "hip") + pose.joint_px(Side.RIGHT, "hip")) / 2
    hip_height = (slow_path(pose.time_s, hips_px, beat) - hips_px)[:, 1] / so_far.leg_px
    played = Played(120 / beat.period_s, True, find_fall_g(hip_height, beat, settings=settings.time))
    played = replace(played, running=not walks_end_on(played, settings=settings.time))
    time_base = _time_base(pose, played, given, settings)
    return replace(so_far, beat=beat, running=played.running, fall_g=played.fall_g, time_base=time_base, rear=rear)


def _time_base(pose: PoseTrack, played: Played, given: Given, settings: Settings) -> TimeBase:
    return find_time_base(
        played,
        clip_fps=1 / float(np.median(np.diff(pose.time_s))),
        declared_fps=given.declared_fps,
        metadata_fps=given.metadata_fps,
        settings=settings.time,
    )


@dataclass(frozen=True, slots=True)
class _SideView:
    """What a side view's later stages start from; ``clip_beat`` runs on the clip's own clock."""

    pose: PoseTrack
    clip_beat: Beat
    view: ViewSeen
    yaw: Turn
    factor: float
    given: Given
    settings: Settings

    def aim(self, roll: Turn) -> Aim:
        return aim_of(self.pose, roll, self.yaw, self.given.uprights)

    def runner(self, roll: Turn) -> RunnerTrack:
        time_s, incline_deg = self.pose.time_s / self.factor, self.given.incline_deg
        return to_runner_frame(
            self.pose,
            time_s,
            self.clip_beat,
            self.view,
            self.aim(roll),
            incline_deg=incline_deg,
            offsets=self.settings.offsets,
        )


def _side_on(so_far: Observation, pose: PoseTrack, beat: Beat, given: Given, settings: Settings) -> Observation:
    view = find_view(pose, settings=settings.scene)
    yaw = find_yaw(view, given.uprights, settings=settings.scene)
    roll = room_roll(given.uprights, incline_deg=given.incline_deg, settings=settings.scene)
    as_played = _SideView(pose, beat, view, yaw, 1.0, given, settings)
    level = as_played.runner(roll)
    hip_height = level.middle_ll("hip")[:, 1]
    running = is_running(hip_height, beat)
    played = Played(120 / beat.period_s, running, find_fall_g(hip_height, beat, settings=settings.time))
    time_base = _time_base(pose, played, given, settings)
    so_far = replace(
        so_far,
        view=view,
        yaw=yaw,
        beat=beat,
        running=running,
        fall_g=played.fall_g,
        time_base=time_base,
        runner=level,
    )
    if not running:
        return so_far
    factor = time_base.scale.factor
    longest_gap_s = settings.cleaning.longest_gap_s * factor
    filled = replace(pose, xy_px=fill_gaps(pose.time_s, pose.xy_px, longest_gap_s=longest_gap_s))
    return _running(so_far, replace(as_played, pose=filled, factor=factor), roll)


def _running(so_far: Observation, side_view: _SideView, room: Turn) -> Observation:
    settings = side_view.settings
    _, first = _contacts(side_view.runner(room), settings)
    slopes = [belt_slope_deg(found, settings=settings.scene) for found in first.values()]
    roll = find_roll(room, slopes, side_view.view, settings=settings.scene)
    runner = side_view.runner(roll)
    beat, contacts = _contacts(runner, settings)
    so_far = replace(so_far, pose=side_view.pose, roll=roll, runner=runner, beat=beat or so_far.beat, contacts=contacts)
    return _measured(so_far, side_view, runner, roll) if contacts else so_far


def _contacts(runner: RunnerTrack, settings: Settings) -> tuple[Beat | None, dict[Side, SideContacts]]:
    """The beat in real time and forward direction, and each side's ground contacts."""
    separation = runner.joint_ll(Side.LEFT, "ankle")[:, 0] - runner.joint_ll(Side.RIGHT, "ankle")[:, 0]
    beat = find_beat(runner.time_s, separation, settings=settings.phase)
    if beat is None:
        return None, {}
    found = {side: find_contacts(runner, beat, side, settings=settings.events) for side in Side}
    return beat, {side: contacts for side, contacts in found.items() if contacts is not None}


def _measured(so_far: Observation, side_view: _SideView, runner: RunnerTrack, roll: Turn) -> Observation:
    settings, incline_deg = side_view.settings, side_view.given.incline_deg
    found = so_far.contacts
    belt = belt_speed_ll_s(found, runner, settings=settings.scene) * (1 + settings.offsets.foot_slow_frac)
    smooth_xy = smooth(
        runner.time_s, runner.xy_ll, cutoff_hz=settings.cleaning.angle_cutoff_hz, settings=settings.cleaning
    )
    smoothed = replace(runner, xy_ll=smooth_xy)
    series = frame_series(smoothed, incline_deg=incline_deg, offsets=settings.offsets)
    contacts = {side: one.contacts for side, one in found.items()}
    return replace(
        so_far,
        series=series,
        belt_speed_ll_s=belt,
        surface=find_surface(
            side_view.pose,
            side_view.clip_beat,
            belt * runner.leg_length_px / side_view.factor,
            settings=settings.scene,
        ),
        belt_line=_belt_lines(so_far, side_view, runner, roll),
        steps=measure_steps(
            runner,
            smoothed,
            series,
            contacts,
            incline_deg=incline_deg,
            settings=settings.events,
            offsets=settings.offsets,
        ),
    )


def _belt_lines(
    so_far: Observation, side_view: _SideView, runner: RunnerTrack, roll: Turn
) -> dict[Side, tuple[float, float, float, float]]:
    rise_deg = side_view.given.incline_deg * (1 if side_view.view.heading == "right" else -1)
    aim = side_view.aim(roll)
    lines = {
        side: belt_line_px(side_view.pose, runner.time_s, side, found, aim, rise_deg=rise_deg)
        for side, found in so_far.contacts.items()
    }
    return {side: line for side, line in lines.items() if line is not None}


def without_steps(observation: Observation) -> Observation:
    """What may still be said where an obstacle stands: who, from where, how fast the feet follow each other."""
    return replace(
        observation,
        runner=None,
        series=None,
        contacts={},
        belt_speed_ll_s=np.nan,
        surface="unknown",
        belt_line={},
        steps=(),
    )


def slow_motion_factor(observation: Observation) -> float:
    """How many times slower than life the clip plays."""
    return observation.time_base.scale.factor if observation.time_base else 1.0


def to_clip_time(real_s: Floats, observation: Observation) -> Floats:
    """Real seconds back to the clip's own clock."""
    return np.asarray(real_s) * slow_motion_factor(observation)
