"""May we speak about this clip, and about which numbers? Every refusal says why and how to film better."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from formcheck.gait.camera.scene import ViewSeen
from formcheck.gait.measures.definitions import StepValues
from formcheck.gait.measures.intervals import share_apart, unknown
from formcheck.gait.measures.summary import values_of
from formcheck.gait.pipeline import Observation, slow_motion_factor
from formcheck.gait.settings import IntervalSettings, Settings
from formcheck.records.report import Grade, Measure, Measured, Quality, Reason, View
from formcheck.records.skeleton import Side
from formcheck.words.catalogue import ENGLISH
from formcheck.words.reasons import reason

HEADLINES = ("foot_ahead_of_hip", "trunk_lean")

END_ON: Final[dict[View, str]] = {"rear": "rear_view", "front": "front_view"}
"""The reason that a view from one end stands for."""

END_ON_MEASURES = ("cadence", "step_width", "pelvic_drop")
"""What a front or rear view can still tell."""


@dataclass(frozen=True, slots=True)
class Filmed:
    """What is known of the filming besides the gait: shares of frames, people, damage, the clip's frame rate."""

    frames: int = 0
    seen_frac: float = 1.0
    feet_outside_frac: float = 0.0
    people: int = 1
    ambiguous: bool = False
    mirrored: bool = False
    damage: str | None = None


def is_nobody(observation: Observation, filmed: Filmed, *, settings: Settings) -> bool:
    """What MediaPipe takes for a person now and then, without a gait: an animal, a poster, a coat on a hook."""
    return observation.beat is None and filmed.seen_frac < settings.presence.min_person_frac


def find_obstacles(observation: Observation, filmed: Filmed, *, settings: Settings) -> tuple[Reason, ...]:
    """Reasons that withhold reach, lean and every other side-view number; the first is the one to tell first."""
    view = observation.view
    if filmed.frames < settings.presence.min_frames:
        return (reason("clip_too_short"),)
    if is_nobody(observation, filmed, settings=settings):
        return (reason("nobody_seen"),)
    if observation.part is None or view is None:
        return (
            (reason("feet_out_of_picture"),)
            if filmed.feet_outside_frac > settings.presence.feet_outside_frac
            else (reason("legs_hidden", "whole_body"),)
        )
    found = [*_filming_obstacles(observation, view, filmed, settings)]
    if observation.beat is None:
        found.append(_why_no_beat(observation, settings))
    elif not observation.running:
        found.append(_why_no_run(observation, view, settings))
    if observation.time_base is not None and observation.time_base.contradiction is not None:
        found.append(observation.time_base.contradiction)
    elif observation.running and observation.belt_speed_ll_s < settings.scene.slowest_run_ll_s:
        found.append(reason("no_steady_running", "drill"))
    if not found and not observation.steps:
        found.append(reason("legs_hidden"))
    return tuple(found)


def _why_no_run(observation: Observation, view: ViewSeen, settings: Settings) -> Reason:
    if view.view in END_ON:
        return reason("walking", "standing")
    return (
        reason("no_steady_running", "drill")
        if observation.fall_g >= settings.time.running_fall_g[0]
        else reason("walking")
    )


def _why_no_beat(observation: Observation, settings: Settings) -> Reason:
    if observation.bounce_trunks < settings.scene.least_bounce_trunks:
        return reason("walking", "standing")
    pose = observation.pose
    hidden = pose is not None and any(
        np.isfinite(pose.joint_px(side, "ankle")[:, 0]).mean() < settings.presence.min_leg_seen_frac for side in Side
    )
    return reason("legs_hidden") if hidden else reason("no_steady_running")


def _filming_obstacles(
    observation: Observation, view: ViewSeen, filmed: Filmed, settings: Settings
) -> Iterator[Reason]:
    if filmed.ambiguous:
        yield reason("several_runners")
    if view.view in ("rear", "front"):
        yield reason(END_ON[view.view])
    elif view.view == "unclear" or abs(view.yaw_deg) > settings.scene.largest_yaw_deg:
        yield reason("not_side_view")
    if observation.leg_px < settings.scene.min_leg_px:
        yield reason("runner_too_small")
    if filmed.feet_outside_frac > settings.presence.feet_outside_frac:
        yield reason("feet_out_of_picture")


def find_doubts(observation: Observation, filmed: Filmed, fps: float, *, settings: Settings) -> tuple[Reason, ...]:
    """Reasons that widen the error without withholding anything; ``fps`` as the clip plays."""
    factor = slow_motion_factor(observation)
    candidates = (
        (filmed.damage is not None, reason("clip_damaged", damage=filmed.damage or "")),
        (filmed.people > 1 and not filmed.ambiguous, reason("several_people")),
        (filmed.mirrored, reason("mirrored_picture")),
        (abs(factor - 1) > 0.01, _slow_motion(observation)),
        (observation.rear is not None, reason("rear_view_weak")),
        (observation.surface == "overground", reason("overground")),
        (fps * factor < settings.scene.good_fps, reason("low_frame_rate", good_fps=settings.scene.good_fps)),
        (_is_oblique(observation, settings), reason("oblique_view")),
    )
    return tuple(doubt for applies, doubt in candidates if applies)


def _is_oblique(observation: Observation, settings: Settings) -> bool:
    """Whether a side view was filmed from so far ahead or behind that its numbers suffer."""
    view, yaw = observation.view, observation.yaw
    is_side = observation.beat is not None and view is not None and view.view == "side"
    return is_side and yaw is not None and abs(yaw.deg) > settings.scene.oblique_yaw_deg


def _slow_motion(observation: Observation) -> Reason:
    known_by = observation.time_base.scale.source if observation.time_base else "assumed"
    return reason("slow_motion", factor=slow_motion_factor(observation), source=ENGLISH.say(f"time_scale.{known_by}"))


def doubt_far_leg(
    measures: dict[str, Measure], steps: tuple[StepValues, ...], near_side: Side, *, settings: IntervalSettings
) -> dict[str, Measure]:
    """The measures without the far leg's numbers where the two feet's rhythm is one that nobody runs."""
    rhythm = share_apart(*(values_of("step_time", steps, side) for side in Side))
    if not abs(rhythm) > settings.largest_step_asymmetry:
        return measures
    return {name: _without_far_leg(name, measure, near_side.other) for name, measure in measures.items()}


def _without_far_leg(name: str, measure: Measure, far_side: Side) -> Measure:
    far = unknown(reason("far_leg_unclear"))
    if name.endswith("_asymmetry"):
        return replace(measure, headline=far)
    if measure.of(far_side) is None:
        return measure
    return replace(measure, left=far) if far_side is Side.LEFT else replace(measure, right=far)


def withhold(measures: Mapping[str, Measure], obstacles: tuple[Reason, ...]) -> dict[str, Measure]:
    """The measures with their numbers taken back where an obstacle stands; cadence survives an end-on view."""
    if not obstacles:
        return dict(measures)
    end_on = all(obstacle.code in END_ON.values() for obstacle in obstacles)
    return {
        name: measure if end_on and name in END_ON_MEASURES else _withheld(measure, obstacles[0])
        for name, measure in measures.items()
    }


def _withheld(measure: Measure, obstacle: Reason) -> Measure:
    def side(measured: Measured | None) -> Measured | None:
        return None if measured is None else unknown(obstacle)

    return replace(measure, headline=unknown(obstacle), left=side(measure.left), right=side(measure.right))


def grade(measures: Mapping[str, Measure], obstacles: tuple[Reason, ...], doubts: tuple[Reason, ...]) -> Quality:
    """Poor when a headline is withheld, good when nothing stands against the clip."""
    headlines = [measures[name].headline for name in HEADLINES if name in measures]
    own = tuple(dict.fromkeys(m.withheld for m in headlines if m.withheld is not None))
    if obstacles or own or not headlines:
        level: Grade = "poor"
    elif doubts or any(m.confidence == "low" for m in headlines):
        level = "usable"
    else:
        level = "good"
    return Quality(level, tuple(dict.fromkeys((*obstacles, *own, *doubts))))


def mean_fps(time_s: np.ndarray) -> float:
    """Frames per second of the clip's own clock, from the usual (median) interval, so that a gap does not count."""
    return float(1 / np.median(np.diff(time_s))) if len(time_s) > 1 else np.nan
