"""May we speak about this clip? Every refusal says why and how to film better."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from formcheck.gait.settings import Settings
from formcheck.records.gait import EndOn, Gait, Nobody, Pace, Person, Run, SideGait, slow_motion_factor, time_scale
from formcheck.records.report import Reason
from formcheck.records.skeleton import Side


@dataclass(frozen=True, slots=True)
class Filmed:
    """What is known of the filming besides the gait: shares of frames, people, damage, the clip's frame rate."""

    frames: int = 0
    seen_frac: float = 1.0
    people: int = 1
    ambiguous: bool = False
    mirrored: bool = False
    damage: str | None = None


def without_ghosts(gait: Gait, filmed: Filmed, *, settings: Settings) -> Gait:
    """The gait; nobody where it is what a pose model takes for a person now and then: an animal, a poster, a coat."""
    is_person = isinstance(gait, EndOn | SideGait) and gait.pace is not None
    return gait if is_person or filmed.seen_frac >= settings.presence.min_person_frac else Nobody()


def find_obstacles(gait: Gait, filmed: Filmed, *, settings: Settings) -> tuple[Reason, ...]:
    """Reasons that withhold reach, lean and every other side-view number; the first is the one to tell first."""
    if filmed.frames < settings.presence.min_frames:
        return (CLIP_TOO_SHORT,)
    match gait:
        case Nobody() if filmed.seen_frac < settings.presence.min_person_frac:
            return (NOBODY,)
        case Nobody(outside_frac):
            return (FEET_OUTSIDE,) if outside_frac > settings.presence.feet_outside_frac else (NOT_WHOLE,)
        case EndOn(person, pace):
            return (*_filming_obstacles(person, filmed, settings), *_pace_obstacles(person, pace, settings))
        case SideGait(person, _, pace, _, run):
            found = (*_filming_obstacles(person, filmed, settings), *_pace_obstacles(person, pace, settings))
            if run is None:
                return found or (LEGS_HIDDEN,)
            is_contradicted = pace is not None and pace.time_base.contradiction is not None
            on_the_spot = run.belt_speed_ll_s < settings.scene.slowest_run_ll_s and not is_contradicted
            return (*found, DRILL) if on_the_spot else found


def _pace_obstacles(person: Person, pace: Pace | None, settings: Settings) -> Iterator[Reason]:
    if pace is None:
        yield _why_no_beat(person, settings)
        return
    if not pace.running:
        yield _why_no_run(person, pace, settings)
    if pace.time_base.contradiction is not None:
        yield contradiction(pace, mean_fps(person.pose.time_s))


def _why_no_run(person: Person, pace: Pace, settings: Settings) -> Reason:
    if person.view.is_end_on:
        return HARDLY_MOVING
    return DRILL if pace.fall_g >= settings.time.running_fall_g[0] else WALKING


def _why_no_beat(person: Person, settings: Settings) -> Reason:
    if person.bounce_trunks < settings.scene.least_bounce_trunks:
        return HARDLY_MOVING
    ankles = (person.pose.joint_px(side, "ankle")[:, 0] for side in Side)
    hidden = any(np.isfinite(path).mean() < settings.presence.min_leg_seen_frac for path in ankles)
    return LEGS_HIDDEN if hidden else NO_GAIT


def _filming_obstacles(person: Person, filmed: Filmed, settings: Settings) -> Iterator[Reason]:
    view = person.view
    if filmed.ambiguous:
        yield SEVERAL_RUNNERS
    if view.is_end_on:
        yield END_ON[view.view]
    elif view.view == "unclear" or abs(view.yaw_deg) > settings.scene.largest_yaw_deg:
        yield OBLIQUE
    if person.leg_px < settings.scene.min_leg_px:
        yield RUNNER_TOO_SMALL
    if person.feet_outside_frac > settings.presence.feet_outside_frac:
        yield FEET_OUTSIDE


def find_doubts(gait: Gait, run: Run | None, filmed: Filmed, fps: float, *, settings: Settings) -> tuple[Reason, ...]:
    """Reasons that widen the error without withholding anything; ``fps`` as the clip plays, ``run`` if measured."""
    factor = slow_motion_factor(gait)
    from_behind = isinstance(gait, EndOn) and gait.rear is not None
    candidates = (
        (filmed.damage is not None, _damaged(filmed.damage or "")),
        (filmed.people > 1 and not filmed.ambiguous, SEVERAL_PEOPLE),
        (filmed.mirrored, MIRRORED),
        (abs(factor - 1) > 0.01, _slow_motion(gait)),
        (from_behind, WEAK_FROM_BEHIND),
        (run is not None and run.surface == "overground", OVERGROUND),
        (fps * factor < settings.scene.good_fps, LOW_FRAME_RATE),
        (_is_oblique(gait, settings), SLIGHTLY_OBLIQUE),
    )
    return tuple(reason for applies, reason in candidates if applies)


def _is_oblique(gait: Gait, settings: Settings) -> bool:
    """Whether a side view was filmed from so far ahead or behind that its numbers suffer."""
    if not isinstance(gait, SideGait) or gait.pace is None or gait.person.view.view != "side":
        return False
    return abs(gait.yaw.deg) > settings.scene.oblique_yaw_deg


def _damaged(what: str) -> Reason:
    advice = "Only what could be read was used; send the original file if this was a copy."
    return Reason("clip_damaged", f"{what[:1].upper()}{what[1:]}.", advice)


def _slow_motion(gait: Gait) -> Reason:
    scale = time_scale(gait)
    return Reason(
        "slow_motion",
        f"This clip plays {scale.factor:g} times slower than life, {TOLD_BY[scale.source]}; "
        "all times and speeds here are in real seconds.",
        "If that is wrong, give the true frame rate with --capture-fps.",
    )


def contradiction(pace: Pace, fps: float) -> Reason:
    """Why the clip's seconds cannot be the runner's; ``fps`` as it plays."""
    scale, cadence = pace.time_base.scale, 120 / pace.beat.period_s
    if pace.time_base.contradiction in ("told_cadence", "told_fall"):
        told_by = "--capture-fps" if scale.source == "declared" else "the clip's own recording tag"
        told_per_min = cadence * scale.factor
        why = f"{told_by} would make this {told_per_min:.0f} steps a minute, at {scale.factor:g} times slow motion."
        if pace.time_base.contradiction == "told_fall":
            why = f"By {told_by} this is {scale.factor:g} times slow motion, but the runner falls at another speed."
        advice = f"Give the frame rate the phone recorded at with --capture-fps; {fps:.0f} if it plays at life's speed."
        return Reason("time_scale_contradiction", why[:1].upper() + why[1:], advice)
    why = f"This clip plays at {cadence:.0f} steps a minute, which nobody runs,"
    if pace.time_base.contradiction != "played_cadence":
        much = "gently" if pace.time_base.contradiction == "falls_gently" else "hard"
        why = f"In this clip the body falls too {much} between steps for a run at life's speed,"
    return Reason(
        "time_scale_contradiction",
        f"{why} and not at the speed of a phone's slow motion either.",
        "Give the frame rate the phone recorded at with --capture-fps, or send the clip as the phone saved it; a drill "
        "such as skipping is not measured.",
    )


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
