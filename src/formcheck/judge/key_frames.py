"""Which pictures prove the numbers: one representative step a side, at foot strike, mid-stance and toe-off."""

import numpy as np

from formcheck.gait.measures.definitions import StepValues
from formcheck.gait.pipeline import Observation, to_clip_time
from formcheck.records.report import EventName, KeyFrame
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats

TYPICAL_BY = ("foot_ahead_of_hip", "trunk_lean", "contact_time")


def choose_key_frames(observation: Observation, clip_time_s: Floats) -> tuple[KeyFrame, ...]:
    """Three frames for each side, the side nearer the camera first; ``clip_time_s`` (T,) of all decoded frames."""
    near = observation.view.near_side if observation.view else Side.LEFT
    return tuple(frame for side in (near, near.other) for frame in _of_side(observation, side, clip_time_s))


def _of_side(observation: Observation, side: Side, clip_time_s: Floats) -> list[KeyFrame]:
    chosen = _most_typical(observation.steps, side)
    if chosen is None:
        return []
    contact = observation.steps[chosen].contact
    instants: dict[EventName, float] = {
        "foot_strike": contact.strike_s,
        "mid_stance": (contact.strike_s + contact.off_s) / 2,
        "toe_off": contact.off_s,
    }
    frames = []
    for event, real_s in instants.items():
        index = int(np.argmin(np.abs(clip_time_s - to_clip_time(np.array(real_s), observation))))
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
