"""Angles and lengths in the sagittal plane: the hard maths, alone.

Vectors are (..., 2) as (forward, up) unless a name says ``_px`` (x right, y down). NaN in, NaN out.
"""

import numpy as np

from formcheck.records.track import Floats


def length(vector: Floats) -> Floats:
    """Length of each vector, (...,)."""
    result: Floats = np.hypot(vector[..., 0], vector[..., 1])
    return result


def forward_of_vertical_deg(vector: Floats) -> Floats:
    """Angle of an upward vector against the vertical, + = leaning forward, (...,) degrees."""
    result: Floats = np.degrees(np.arctan2(vector[..., 0], vector[..., 1]))
    return result


def ahead_of_vertical_deg(vector: Floats) -> Floats:
    """Angle of a downward vector against the vertical, + = its lower end ahead, (...,) degrees."""
    result: Floats = np.degrees(np.arctan2(vector[..., 0], -vector[..., 1]))
    return result


def above_horizontal_deg(vector: Floats) -> Floats:
    """Angle of a forward vector against the belt, + = its front end up, (...,) degrees."""
    result: Floats = np.degrees(np.arctan2(vector[..., 1], vector[..., 0]))
    return result


def flexion_deg(proximal: Floats, joint: Floats, distal: Floats) -> Floats:
    """Bend of a hinge, 0 = straight, + = the distal segment folded backward (a knee), (...,) degrees."""
    upper = joint - proximal
    lower = distal - joint
    cross = lower[..., 0] * upper[..., 1] - lower[..., 1] * upper[..., 0]
    dot = np.sum(upper * lower, axis=-1)
    result: Floats = np.degrees(np.arctan2(cross, dot))
    return result


def rotate(vector: Floats, angle_deg: float | Floats) -> Floats:
    """Vectors (..., 2) turned counter-clockwise by ``angle_deg``, one or one each (...,), in a frame with y up."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = vector[..., 0], vector[..., 1]
    return np.stack((c * x - s * y, s * x + c * y), axis=-1)
