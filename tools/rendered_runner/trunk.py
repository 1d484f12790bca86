"""The pelvis and the trunk above it, as functions of where in the step the runner is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from formcheck.records.skeleton import Side
from tools.rendered_runner.rotation import Matrix, Vector, about_x, about_y, about_z
from tools.rendered_runner.settings import GaitSettings, Proportions

NOD_LAG_STEPS = 0.45
"""The trunk leans furthest about half a step after strike."""

SIGN = {Side.LEFT: 1.0, Side.RIGHT: -1.0}
"""y of a side."""


@dataclass(frozen=True, slots=True)
class TrunkTurn:
    """Orientation of the trunk's two ends and its lean, in the belt's frame."""

    pelvis: Matrix
    thorax: Matrix
    lean_deg: float


class Sway:
    """Everything above the legs that swings with the steps, except its height."""

    def __init__(self, settings: GaitSettings, body: Proportions, strikes_s: Sequence[float], first: Side) -> None:
        """Follow foot strikes, in turn from the first one's side."""
        self._settings = settings
        self._body = body
        parity = 0.0 if first is Side.LEFT else 1.0
        self._phase = PchipInterpolator(strikes_s, np.arange(len(strikes_s)) + parity)

    def phase(self, time_s: float) -> float:
        """Steps taken so far: even at left strikes, odd at right strikes."""
        return float(self._phase(time_s))

    def turn(self, time_s: float) -> TrunkTurn:
        """How pelvis and thorax are turned: the hip of the striking side is ahead, the shoulder behind."""
        s, phase = self._settings, self.phase(time_s)
        stride = np.cos(np.pi * phase)
        mid_stance = np.cos(np.pi * (phase - s.contact_s / s.step_s / 2))
        lean_deg = s.lean_in_belt_frame_deg + s.trunk_nod_deg * np.cos(2 * np.pi * (phase - NOD_LAG_STEPS))
        leaning = about_y(lean_deg)
        pelvis = leaning @ about_x(s.pelvis_drop_deg * mid_stance) @ about_z(-s.pelvis_yaw_deg * stride)
        thorax = leaning @ about_z(s.thorax_yaw_deg * stride)
        return TrunkTurn(pelvis, thorax, float(lean_deg))

    def hip_offset(self, side: Side, time_s: float) -> Vector:
        """From the middle of the pelvis to a hip joint."""
        return np.asarray(self.turn(time_s).pelvis @ np.array([0.0, SIGN[side] * self._body.hip_half_width_m, 0.0]))

    def hip_level(self, side: Side, time_s: float) -> Vector:
        """Return the hip as if the pelvis were at height zero."""
        return np.asarray(self.hip_offset(side, time_s) + np.array([self.forward_m(time_s), 0.0, 0.0]))

    def forward_m(self, time_s: float) -> float:
        """Where the pelvis is along the belt: carried forward in flight, held back in early stance."""
        return float(self._settings.pelvis_surge_m * np.cos(2 * np.pi * self.phase(time_s)))
