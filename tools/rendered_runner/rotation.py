"""Rotation matrices about the world axes; angles in degrees, right-handed."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]
"""A point or direction, shape (3,)."""
Matrix: TypeAlias = NDArray[np.float64]
"""A rotation, shape (3, 3)."""

UP: Vector = np.array([0.0, 0.0, 1.0])


def about_x(angle_deg: float) -> Matrix:
    """Roll: a positive angle tips the up axis to the runner's right."""
    c, s = _cos_sin(angle_deg)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def about_y(angle_deg: float) -> Matrix:
    """Pitch: a positive angle tips the up axis forward."""
    c, s = _cos_sin(angle_deg)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def about_z(angle_deg: float) -> Matrix:
    """Yaw: a positive angle turns forward toward the runner's left."""
    c, s = _cos_sin(angle_deg)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def half_way(start: Matrix, end: Matrix) -> Matrix:
    """Return the rotation half-way from one orientation to another, along the shortest turn."""
    turn = start.T @ end
    angle = np.arccos(np.clip((np.trace(turn) - 1.0) / 2.0, -1.0, 1.0))
    if angle < 1e-6:
        return start
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]]) / (2 * np.sin(angle))
    cross = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    half = np.eye(3) + np.sin(angle / 2) * cross + (1 - np.cos(angle / 2)) * cross @ cross
    return np.asarray(start @ half)


def _cos_sin(angle_deg: float) -> tuple[float, float]:
    angle = np.radians(angle_deg)
    return float(np.cos(angle)), float(np.sin(angle))
