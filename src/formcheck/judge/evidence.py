"""What a report shows of the gait besides its measures: scene, steps, key frames, and what pictures are drawn from.

Everything here is on the clip's own clock.
"""

from dataclasses import replace

import numpy as np

from formcheck.records.gait import EndOn, Gait, Nobody, Run, SideGait, StepValues, slow_motion_factor, time_scale
from formcheck.records.report import BeltSpeed, Clip, EventName, Evidence, KeyFrame, Scale, SceneSeen, Step
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, PoseTrack

TYPICAL_BY = ("foot_ahead_of_hip", "trunk_lean", "contact_time")


def clip_as_used(clip: Clip, gait: Gait) -> Clip:
    """The clip with its time scale and the part that was measured."""
    clip = replace(clip, time_scale=time_scale(gait))
    match gait:
        case Nobody():
            return clip
        case EndOn(person) | SideGait(person):
            return replace(clip, used_s=(float(person.pose.time_s[0]), float(person.pose.time_s[-1])))


def scene_of(gait: Gait, run: Run | None, scale: Scale) -> SceneSeen:
    """What the camera saw; ``run`` as far as it may be told."""
    speed = run.belt_speed_ll_s if run else np.nan
    view = None if isinstance(gait, Nobody) else gait.person.view
    is_turned = view is None or view.is_end_on
    known = np.isfinite(scale.m_per_leg_length)
    return SceneSeen(
        view=view.view if view else "unclear",
        heading="unknown" if view is None or is_turned else view.heading,
        near_side=None if view is None or is_turned else view.near_side,
        surface=run.surface if run else "unknown",
        camera_roll_deg=gait.roll.deg if isinstance(gait, SideGait) and gait.roll else np.nan,
        belt_speed=BeltSpeed(speed * scale.m_per_leg_length, "m/s") if known else BeltSpeed(speed, "leg_length/s"),
        scale=scale,
    )


def steps_of(gait: Gait, run: Run | None) -> tuple[Step, ...]:
    """Every step of a run."""
    factor = slow_motion_factor(gait)
    return tuple(
        Step(
            side=step.contact.side,
            strike_time_s=step.contact.strike_s * factor,
            toe_off_time_s=step.contact.off_s * factor,
            confidence=step.contact.confidence,
            values=step.values,
        )
        for step in (run.steps if run else ())
    )


def evidence_of(gait: Gait, run: Run | None, track: PoseTrack) -> Evidence | None:
    """What pictures and charts are drawn from; None where no person was found."""
    if isinstance(gait, Nobody):
        return None
    person = gait.person
    return Evidence(
        first_frame=person.part[0],
        pose=person.pose,
        runner=run.runner if run else None,
        series=run.series if run else None,
        belt_line=run.belt_line if run else {},
        others={frame: track.xy_px[frame][None] for frame in person.strangers},
    )


def choose_key_frames(gait: Gait, run: Run | None, clip_time_s: Floats) -> tuple[KeyFrame, ...]:
    """Three frames for each side, the side nearer the camera first; ``clip_time_s`` (T,) of all decoded frames."""
    if run is None:
        return ()
    near, factor = run.runner.near_side, slow_motion_factor(gait)
    return tuple(frame for side in (near, near.other) for frame in _of_side(run.steps, side, factor, clip_time_s))


def _of_side(steps: tuple[StepValues, ...], side: Side, factor: float, clip_time_s: Floats) -> list[KeyFrame]:
    chosen = _most_typical(steps, side)
    if chosen is None:
        return []
    contact = steps[chosen].contact
    instants: dict[EventName, float] = {
        "foot_strike": contact.strike_s,
        "mid_stance": (contact.strike_s + contact.off_s) / 2,
        "toe_off": contact.off_s,
    }
    frames = []
    for event, real_s in instants.items():
        index = int(np.argmin(np.abs(clip_time_s - real_s * factor)))
        frames.append(KeyFrame(f"frames/{side}_{event}.jpg", float(clip_time_s[index]), event, side, index, chosen))
    return frames


def _most_typical(steps: tuple[StepValues, ...], side: Side) -> int | None:
    """Index of the step nearest the side's medians, among those whose toe-off was seen."""
    candidates = [
        index for index, step in enumerate(steps) if step.contact.side is side and np.isfinite(step.contact.off_s)
    ]
    if not candidates:
        return None
    table = np.array([[steps[index].values[name] for name in TYPICAL_BY] for index in candidates])
    if not np.isfinite(table).any():
        return candidates[len(candidates) // 2]
    columns = table[:, np.isfinite(table).any(axis=0)]
    away = np.abs(columns - np.nanmedian(columns, axis=0)) / (np.nanstd(columns, axis=0) + 1e-9)
    return candidates[int(np.argmin(np.nansum(np.where(np.isfinite(away), away, 9.0), axis=1)))]
