"""What each measure is: the binding definitions, as functions of a leg in every frame or of one step.

Angles in degrees; lengths in lengths of that leg. NaN where not seen.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from formcheck.gait.geometry import (
    above_horizontal_deg,
    ahead_of_vertical_deg,
    flexion_deg,
    forward_of_vertical_deg,
    length,
)
from formcheck.gait.legs.offsets import anatomical_leg
from formcheck.gait.settings import OffsetSettings
from formcheck.records.gait import Contact, Series
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats, RunnerTrack

MEAN_SEEN_FRAC: Final = 0.5
TOP_SEEN_FRAC: Final = 0.7
RANGE_SEEN_FRAC: Final = 0.8
"""Of a step's frames that must be seen: half give a mean, a single peak may lie in a gap, and a range has two of them.
By reasoning; a gap of up to 0.1 s is filled before (`CleaningSettings.longest_gap_s`)."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg and the trunk above it in every frame (T, 2), forward and up.

    Knee and ankle lie where joint centres do; the foot, heel and toe, hangs on the ankle as the pose model draws it.
    ``hip`` is the drawn one, used for thigh and knee; reach is measured from ``hip_joint``.
    """

    hip: Floats
    hip_joint: Floats
    knee: Floats
    ankle: Floats
    drawn_ankle: Floats
    heel: Floats
    toe: Floats
    trunk_lean_deg: Floats
    length_ll: float


def leg_of(
    runner: RunnerTrack, side: Side, *, incline_deg: float, offsets: OffsetSettings, hip_ahead_ll: float = 0.0
) -> Leg:
    """One side's leg as anatomy has it; its hip joint lies ``hip_ahead_ll`` of that leg ahead of the drawn one."""
    hip, drawn_knee, drawn_ankle, heel, toe = (
        runner.joint_ll(side, joint) for joint in ("hip", "knee", "ankle", "heel", "foot_index")
    )
    knee, ankle = anatomical_leg(hip, drawn_knee, drawn_ankle, offsets.of(side is runner.near_side), settings=offsets)
    trunk = runner.middle_ll("shoulder") - runner.middle_ll("hip")
    lean_deg = forward_of_vertical_deg(trunk) - incline_deg  # the belt's normal leans back by the incline
    hip_joint = hip + np.array([hip_ahead_ll * runner.leg_ll[side], 0.0])
    return Leg(hip, hip_joint, knee, ankle, drawn_ankle, heel, toe, lean_deg, runner.leg_ll[side])


def foot_ahead_of_hip(leg: Leg) -> Floats:
    """Forward distance from the hip to the ankle of the same side."""
    return np.asarray((leg.ankle - leg.hip_joint)[:, 0] / leg.length_ll)


def heel_ahead_of_hip(leg: Leg) -> Floats:
    """The same to the heel."""
    return np.asarray((leg.heel - leg.drawn_ankle + leg.ankle - leg.hip_joint)[:, 0] / leg.length_ll)


def foot_ahead_of_knee(leg: Leg) -> Floats:
    """Forward distance from the knee to the ankle."""
    return np.asarray((leg.ankle - leg.knee)[:, 0] / leg.length_ll)


def leg_angle(leg: Leg) -> Floats:
    """Hip to ankle against vertical, + = ankle ahead."""
    return ahead_of_vertical_deg(leg.ankle - leg.hip_joint)


def shank_angle(leg: Leg) -> Floats:
    """Knee to ankle against vertical, + = ankle ahead of the knee."""
    return ahead_of_vertical_deg(leg.ankle - leg.knee)


def knee_flexion(leg: Leg) -> Floats:
    """Bend of the knee, 0 = straight."""
    return flexion_deg(leg.hip, leg.knee, leg.ankle)


def foot_angle(leg: Leg) -> Floats:
    """Heel to toe against the belt, + = toes up."""
    return above_horizontal_deg(leg.toe - leg.heel)


def trunk_lean_now(leg: Leg) -> Floats:
    """Mid-hip to mid-shoulder against gravity, + = forward."""
    return leg.trunk_lean_deg


def thigh_extension(leg: Leg) -> Floats:
    """Hip to knee against vertical, + = knee behind."""
    return -ahead_of_vertical_deg(leg.knee - leg.hip)


@dataclass(frozen=True, slots=True)
class Curves:
    """What means, peaks and ranges are taken from: one side's smoothed curves in every frame (T,)."""

    time_s: Floats
    knee_flexion_deg: Floats
    trunk_lean_deg: Floats
    elbow_deg: Floats
    head_ahead: Floats
    upper_body_height_ll: Floats


def curves_of(smoothed: RunnerTrack, series: Series, side: Side) -> Curves:
    """One side's curves: the elbow's inner angle, ears ahead of shoulders in trunk lengths, both' middle height."""
    shoulder, elbow, wrist = (smoothed.joint_ll(side, joint) for joint in ("shoulder", "elbow", "wrist"))
    trunk = smoothed.middle_ll("shoulder") - smoothed.middle_ll("hip")
    return Curves(
        time_s=smoothed.time_s,
        knee_flexion_deg=series.knee_flexion_deg[side],
        trunk_lean_deg=series.trunk_lean_deg,
        elbow_deg=180 - np.abs(flexion_deg(shoulder, elbow, wrist)),
        head_ahead=(smoothed.middle_ll("ear") - smoothed.middle_ll("shoulder"))[:, 0] / length(trunk),
        upper_body_height_ll=smoothed.upper_body_height_ll(),
    )


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One step: its contact, when the other and the same foot land next (NaN: unseen), and its side's curves."""

    contact: Contact
    next_other_s: float
    next_same_s: float
    curves: Curves

    @property
    def stance(self) -> slice:
        """Frames in which the foot stands."""
        return self._between(self.contact.strike_s, self.contact.off_s)

    @property
    def swing(self) -> slice:
        """Frames in which the leg swings."""
        return self._between(self.contact.off_s, self.next_same_s)

    @property
    def stride(self) -> slice:
        """Frames from this strike to the same foot's next."""
        return self._between(self.contact.strike_s, self.next_same_s)

    @property
    def step(self) -> slice:
        """Frames from this strike to the other foot's."""
        return self._between(self.contact.strike_s, self.next_other_s)

    def _between(self, start_s: float, end_s: float) -> slice:
        """The frames from one instant to another, both included; none where an instant is not known."""
        if not np.isfinite(start_s + end_s):
            return slice(0)
        first, last = np.searchsorted(self.curves.time_s, start_s), np.searchsorted(self.curves.time_s, end_s, "right")
        return slice(int(first), int(last))


def trunk_lean(step: StepSeen) -> float:
    """Mean lean over stance."""
    return _mean(step.curves.trunk_lean_deg[step.stance])


def trunk_lean_range(step: StepSeen) -> float:
    """Range of the lean over the stride."""
    return _range(step.curves.trunk_lean_deg[step.stride])


def peak_knee_flexion_stance(step: StepSeen) -> float:
    """Most knee flexion in stance."""
    return _top(step.curves.knee_flexion_deg[step.stance])


def peak_knee_flexion_swing(step: StepSeen) -> float:
    """Most knee flexion in swing."""
    return _top(step.curves.knee_flexion_deg[step.swing])


def contact_time(step: StepSeen) -> float:
    """Strike to toe-off."""
    return step.contact.off_s - step.contact.strike_s


def flight_time(step: StepSeen) -> float:
    """Toe-off to the other foot's strike."""
    return step.next_other_s - step.contact.off_s


def step_time(step: StepSeen) -> float:
    """Strike to the other foot's strike."""
    return step.next_other_s - step.contact.strike_s


def duty_factor(step: StepSeen) -> float:
    """Contact time over stride time."""
    return contact_time(step) / (step.next_same_s - step.contact.strike_s)


def elbow_angle(step: StepSeen) -> float:
    """The elbow's inner angle, mean over the stride."""
    return _mean(step.curves.elbow_deg[step.stride])


def head_forward(step: StepSeen) -> float:
    """Ears ahead of the shoulders in trunk lengths, mean over the stride."""
    return _mean(step.curves.head_ahead[step.stride])


def vertical_oscillation(step: StepSeen) -> float:
    """Range of the upper body's height within a step, the middle of shoulders and ears.

    It stands for the hips: MediaPipe draws theirs rising by a fifth less than they do (RMSE 2.5 % of leg on measured
    people, 0.6 so).
    """
    return _range(step.curves.upper_body_height_ll[step.step])


def _mean(values: Floats) -> float:
    return float(np.nanmean(values)) if _seen_frac(values) > MEAN_SEEN_FRAC else np.nan


def _top(values: Floats) -> float:
    return float(np.nanmax(values)) if _seen_frac(values) > TOP_SEEN_FRAC else np.nan


def _range(values: Floats) -> float:
    return float(np.nanmax(values) - np.nanmin(values)) if _seen_frac(values) > RANGE_SEEN_FRAC else np.nan


def _seen_frac(values: Floats) -> float:
    return float(np.isfinite(values).mean()) if len(values) else 0.0
