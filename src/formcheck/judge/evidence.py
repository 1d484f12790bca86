"""What a report shows of the gait besides its measures: scene, steps, key frames, and what pictures are drawn from.

Everything here is on the clip's own clock.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.gait.measures.strides import average_stride, phase_percent
from formcheck.gait.rhythm.apart import moved, numbered
from formcheck.judge.measures.withheld import is_withheld
from formcheck.records.gait import (
    EndOn,
    Gait,
    Nobody,
    Person,
    Piece,
    Run,
    SideGait,
    StepValues,
    slow_motion_factor,
    time_scale,
)
from formcheck.records.report import (
    BeltSpeed,
    Clip,
    Curve,
    EventName,
    Evidence,
    KeyFrame,
    Measure,
    Part,
    Scale,
    SceneSeen,
    Step,
)
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
            parts = tuple(_part(person, piece) for piece in person.pieces)
            used = [part for part in parts if part.left_out is None] or parts
            return replace(clip, used_s=(used[0].start_s, used[-1].end_s), parts=parts)


def _part(person: Person, piece: Piece) -> Part:
    start_s, end_s = (float(person.clip_s[frame]) for frame in (piece.start, piece.end - 1))
    return Part(start_s, end_s, piece.left_out or None)


def on_clip(gait: Gait, real_s: Floats) -> Floats:
    """Instants (K,) of a run on the clip's own clock."""
    if isinstance(gait, Nobody):
        return real_s
    return moved(real_s * slow_motion_factor(gait), gait.person.pose.time_s, gait.person.clip_s)


def scene_of(gait: Gait, run: Run | None, scale: Scale) -> SceneSeen:
    """What the camera saw; ``run`` as far as it is reported."""
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
    steps = run.steps if run else ()
    strikes_s, offs_s = (
        on_clip(gait, np.array([getattr(step.contact, name) for step in steps])) for name in ("strike_s", "off_s")
    )
    return tuple(
        Step(
            side=step.contact.side,
            strike_time_s=float(strike_s),
            toe_off_time_s=float(off_s),
            confidence=step.contact.confidence,
            values=step.values,
        )
        for step, strike_s, off_s in zip(steps, strikes_s, offs_s, strict=True)
    )


def evidence_of(gait: Gait, run: Run | None, track: PoseTrack) -> Evidence | None:
    """What pictures and charts are drawn from; None where no person was found."""
    if isinstance(gait, Nobody):
        return None
    person = gait.person
    return Evidence(
        first_frame=person.part[0],
        pose=replace(person.pose, time_s=person.clip_s),
        runner=run.runner if run else None,
        series=run.series if run else None,
        belt_line=run.belt_line if run else {},
        others={frame: track.xy_px[frame][None] for frame in person.strangers},
        shoe_px=run.shoe_px if run else {},
    )


def choose_key_frames(gait: Gait, run: Run | None, clip_time_s: Floats) -> tuple[KeyFrame, ...]:
    """Three frames for each side, the side nearer the camera first; ``clip_time_s`` (T,) of all decoded frames."""
    if run is None:
        return ()
    near = run.runner.near_side
    return tuple(frame for side in (near, near.other) for frame in _of_side(gait, run.steps, side, clip_time_s))


def _of_side(gait: Gait, steps: tuple[StepValues, ...], side: Side, clip_time_s: Floats) -> list[KeyFrame]:
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
    for event, at_s in zip(instants, on_clip(gait, np.array(list(instants.values()))), strict=True):
        index = int(np.argmin(np.abs(clip_time_s - at_s)))
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


def curves_of(run: Run | None, measures: Mapping[str, Measure]) -> dict[str, Curve]:
    """The near leg's mean stride of a run, as far as it is reported: lean, knee, and the foot seen from the hip."""
    if run is None:
        return {}
    side = run.runner.near_side
    foot_ll = run.runner.joint_ll(side, "ankle") - run.runner.joint_ll(side, "hip")
    if is_withheld(measures, "foot_ahead_of_hip", side):  # the path shows where the foot lands
        foot_ll = np.full_like(foot_ll, np.nan)
    signals = {
        "trunk_lean": ("deg", run.series.trunk_lean_deg),
        "knee_flexion": ("deg", run.series.knee_flexion_deg[side]),
        "foot_forward": ("leg_length", foot_ll[:, 0]),
        "foot_up": ("leg_length", foot_ll[:, 1]),
    }
    found = {name: _curve(run, side, unit, values) for name, (unit, values) in signals.items()}
    return {name: curve for name, curve in found.items() if curve is not None}


def _curve(run: Run, side: Side, unit: str, values: Floats) -> Curve | None:
    contacts = [step.contact for step in run.steps if step.contact.side is side]
    strikes_s = np.array([contact.strike_s for contact in contacts])
    piece = numbered(strikes_s)
    breaks_s = [float(strikes_s[piece == one].min()) for one in np.unique(piece)[1:]]
    average = average_stride(run.runner.time_s, values, [float(at_s) for at_s in strikes_s], breaks_s)
    if average is None:
        return None
    toe_offs_s = [contact.off_s for contact in contacts]
    return Curve(unit, side, tuple(average.mean.tolist()), phase_percent(strikes_s.tolist(), toe_offs_s, breaks_s))
