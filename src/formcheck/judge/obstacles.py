"""May we speak about this clip, and about which numbers? Every refusal says why and how to film better."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from formcheck.gait.camera.scene import ViewSeen
from formcheck.gait.measures.definitions import StepValues
from formcheck.gait.measures.intervals import share_apart, unknown
from formcheck.gait.measures.summary import values_of
from formcheck.gait.pipeline import Observation, slow_motion_factor
from formcheck.gait.settings import IntervalSettings, Settings
from formcheck.records.report import Grade, Measure, Measured, Quality, Reason
from formcheck.records.skeleton import Side

HEADLINES = ("foot_ahead_of_hip", "trunk_lean")

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
        return (CLIP_TOO_SHORT,)
    if is_nobody(observation, filmed, settings=settings):
        return (NOBODY,)
    if observation.part is None or view is None:
        return (FEET_OUTSIDE,) if filmed.feet_outside_frac > settings.presence.feet_outside_frac else (NOT_WHOLE,)
    found = [*_filming_obstacles(observation, view, filmed, settings)]
    if observation.beat is None:
        found.append(_why_no_beat(observation, settings))
    elif not observation.running:
        found.append(_why_no_run(observation, view, settings))
    if observation.time_base is not None and observation.time_base.contradiction is not None:
        found.append(observation.time_base.contradiction)
    elif observation.running and observation.belt_speed_ll_s < settings.scene.slowest_run_ll_s:
        found.append(DRILL)
    if not found and not observation.steps:
        found.append(LEGS_HIDDEN)
    return tuple(found)


def _why_no_run(observation: Observation, view: ViewSeen, settings: Settings) -> Reason:
    if view.view in END_ON:
        return HARDLY_MOVING
    return DRILL if observation.fall_g >= settings.time.running_fall_g[0] else WALKING


def _why_no_beat(observation: Observation, settings: Settings) -> Reason:
    if observation.bounce_trunks < settings.scene.least_bounce_trunks:
        return HARDLY_MOVING
    pose = observation.pose
    hidden = pose is not None and any(
        np.isfinite(pose.joint_px(side, "ankle")[:, 0]).mean() < settings.presence.min_leg_seen_frac for side in Side
    )
    return LEGS_HIDDEN if hidden else NO_GAIT


def _filming_obstacles(
    observation: Observation, view: ViewSeen, filmed: Filmed, settings: Settings
) -> Iterator[Reason]:
    if filmed.ambiguous:
        yield SEVERAL_RUNNERS
    if view.view in ("rear", "front"):
        yield END_ON[view.view]
    elif view.view == "unclear" or abs(view.yaw_deg) > settings.scene.largest_yaw_deg:
        yield OBLIQUE
    if observation.leg_px < settings.scene.min_leg_px:
        yield RUNNER_TOO_SMALL
    if filmed.feet_outside_frac > settings.presence.feet_outside_frac:
        yield FEET_OUTSIDE


def find_doubts(observation: Observation, filmed: Filmed, fps: float, *, settings: Settings) -> tuple[Reason, ...]:
    """Reasons that widen the error without withholding anything; ``fps`` as the clip plays."""
    factor = slow_motion_factor(observation)
    candidates = (
        (filmed.damage is not None, _damaged(filmed.damage or "")),
        (filmed.people > 1 and not filmed.ambiguous, SEVERAL_PEOPLE),
        (filmed.mirrored, MIRRORED),
        (abs(factor - 1) > 0.01, _slow_motion(observation)),
        (observation.rear is not None, WEAK_FROM_BEHIND),
        (observation.surface == "overground", OVERGROUND),
        (fps * factor < settings.scene.good_fps, LOW_FRAME_RATE),
        (_is_oblique(observation, settings), SLIGHTLY_OBLIQUE),
    )
    return tuple(reason for applies, reason in candidates if applies)


def _is_oblique(observation: Observation, settings: Settings) -> bool:
    """Whether a side view was filmed from so far ahead or behind that its numbers suffer."""
    view, yaw = observation.view, observation.yaw
    is_side = observation.beat is not None and view is not None and view.view == "side"
    return is_side and yaw is not None and abs(yaw.deg) > settings.scene.oblique_yaw_deg


def _damaged(what: str) -> Reason:
    advice = "Only what could be read was used; send the original file if this was a copy."
    return Reason("clip_damaged", f"{what[:1].upper()}{what[1:]}.", advice)


def _slow_motion(observation: Observation) -> Reason:
    source = observation.time_base.scale.source if observation.time_base else "assumed"
    return Reason(
        "slow_motion",
        f"This clip plays {slow_motion_factor(observation):g} times slower than life, {TOLD_BY[source]}; "
        "all times and speeds here are in real seconds.",
        "If that is wrong, give the true frame rate with --capture-fps.",
    )


def doubt_far_leg(
    measures: dict[str, Measure], steps: tuple[StepValues, ...], near_side: Side, *, settings: IntervalSettings
) -> dict[str, Measure]:
    """The measures without the far leg's numbers where the two feet's rhythm is one that nobody runs."""
    rhythm = share_apart(*(values_of("step_time", steps, side) for side in Side))
    if not abs(rhythm) > settings.largest_step_asymmetry:
        return measures
    return {name: _without_far_leg(name, measure, near_side.other) for name, measure in measures.items()}


def _without_far_leg(name: str, measure: Measure, far_side: Side) -> Measure:
    far = unknown(FAR_LEG_UNCLEAR)
    if name.endswith("_asymmetry"):
        return replace(measure, headline=far)
    if measure.of(far_side) is None:
        return measure
    return replace(measure, left=far) if far_side is Side.LEFT else replace(measure, right=far)


def withhold(measures: Mapping[str, Measure], obstacles: tuple[Reason, ...]) -> dict[str, Measure]:
    """The measures with their numbers taken back where an obstacle stands; cadence survives an end-on view."""
    if not obstacles:
        return dict(measures)
    end_on = all(reason in END_ON.values() for reason in obstacles)
    return {
        name: measure if end_on and name in END_ON_MEASURES else _withheld(measure, obstacles[0])
        for name, measure in measures.items()
    }


def _withheld(measure: Measure, reason: Reason) -> Measure:
    def side(measured: Measured | None) -> Measured | None:
        return None if measured is None else unknown(reason)

    return replace(measure, headline=unknown(reason), left=side(measure.left), right=side(measure.right))


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


TOLD_BY = {
    "declared": "as you said",
    "metadata": "as the phone noted in it",
    "inferred": "judging by the steps and by how fast the body falls between them",
    "assumed": "as far as can be told",
}
"""Where a time scale comes from, in words."""

FILM_FROM_THE_SIDE = "Prop the phone beside the treadmill at hip height, 3 to 5 m away, square to the belt."

CLIP_TOO_SHORT = Reason(
    "clip_too_short", "This clip is too short to hold a stride.", "Film at least ten seconds of steady running."
)
NOBODY = Reason(
    "nobody_seen",
    "No runner was found in this clip.",
    "Film one person from the side in good light, large enough to fill most of the picture's height.",
)
NOT_WHOLE = Reason(
    "legs_hidden",
    "There is somebody in the picture, but hardly ever with shoulders, hips and legs in plain view.",
    "Film from the side with the whole body in the picture and nothing standing before it.",
)
NO_GAIT = Reason(
    "no_steady_running",
    "There is somebody in the picture, but no steady running was found.",
    "Film at least ten seconds of steady running with both feet in the picture.",
)
WALKING = Reason(
    "walking",
    "This is walking, not running: the hips are highest over the standing foot.",
    "Overstride and lean are compared with runners, so film a run.",
)
DRILL = Reason(
    "no_steady_running",
    "This looks like a drill or running on the spot: the feet hardly travel, or the body does not move as in a run.",
    "Film at least ten seconds of steady running.",
)
HARDLY_MOVING = Reason(
    "walking",
    "This is walking or standing, not running: the body hardly rises and falls.",
    "Film a run, with both legs in plain view.",
)
END_ON = {
    "rear": Reason(
        "rear_view", "This is filmed from behind: reach and lean can only be seen from the side.", FILM_FROM_THE_SIDE
    ),
    "front": Reason(
        "front_view",
        "This is filmed head-on: reach and lean can only be seen from the side.",
        FILM_FROM_THE_SIDE,
    ),
}
OBLIQUE = Reason("not_side_view", "This is filmed too far from a square side view.", FILM_FROM_THE_SIDE)
SLIGHTLY_OBLIQUE = Reason("oblique_view", "The camera does not look quite square at the runner.", FILM_FROM_THE_SIDE)
RUNNER_TOO_SMALL = Reason(
    "runner_too_small", "The runner is too small in the picture.", "Go closer or zoom until the body fills most of it."
)
FEET_OUTSIDE = Reason(
    "feet_out_of_picture",
    "The feet are often outside the picture.",
    "Move back or tilt the phone down a little.",
)
LEGS_HIDDEN = Reason(
    "legs_hidden", "The legs are hidden too often to tell the steps.", "Film from the side that nothing stands before."
)
FAR_LEG_UNCLEAR = Reason(
    "far_leg_unclear",
    "The far leg was not seen clearly enough: its steps do not fit the near leg's.",
    "Film from the other side as well to compare left and right.",
)
SEVERAL_RUNNERS = Reason(
    "several_runners", "Several people run in this clip; whose numbers are wanted is not clear.", "Film one runner."
)
SEVERAL_PEOPLE = Reason(
    "several_people", "Somebody else is in the picture; the one who runs was followed.", "Film the runner alone."
)
MIRRORED = Reason(
    "mirrored_picture",
    "The file asks to be shown mirrored: left and right may be exchanged.",
    "Use the back camera, or switch mirroring off.",
)
OVERGROUND = Reason(
    "overground",
    "This run is over ground; it is compared with runs on treadmills, which differ a little.",
    "A treadmill gives many more steps of one speed.",
)
WEAK_FROM_BEHIND = Reason(
    "rear_view_weak",
    "Step width and pelvic drop come from estimated hip points, not from the pelvis itself: read them as hints.",
    "Have them measured with markers if they matter to you.",
)
LOW_FRAME_RATE = Reason(
    "low_frame_rate",
    "At fewer than 50 frames a second single steps are lost, and numbers at foot strike are a little less sure.",
    "Film at 60 frames a second or more.",
)
