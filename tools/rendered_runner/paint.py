"""Compiled colours of the runner: every stripe, lace and eyebrow is a formula of the rest position.

Colours are linear light. `paint` returns (red, green, blue, shine, softness, roughness): how strong highlights are,
how far light wraps round an edge as it does in skin, and how much the normal is disturbed by folds and weave.
"""

import math
from typing import Any, TypeAlias

from numba import njit

Paint: TypeAlias = tuple[float, float, float, float, float, float]

PALETTE_ORDER = ("skin", "hair", "shirt", "shorts", "shoe", "sole", "sock", "trim", "piping", "lace")
"""Colours a palette gives; the first six are materials, in the order of `figure.Material`."""
SKIN, HAIR, SHIRT, SHORTS, SHOE, SOLE, SOCK, TRIM, PIPING, LACE = range(10)
MEASURES_ORDER = ("hip", "knee", "ankle", "head", "shoulder_y", "tights_to", "flank_out")
"""Rest heights, metres, that paint refers to; how far down tights reach (infinite without); how far a flank bulges."""
HIP, KNEE, ANKLE, HEAD, SHOULDER_Y, TIGHTS_TO, FLANK_OUT = range(7)
WAIST_ABOVE_HIP_M = 0.10
LEGS_WITHIN_M = 0.28
"""At rest the legs lie nearer to the middle than this, the hands further out."""
SOCK_ABOVE_ANKLE_M = 0.085

FLESH = (0.06, 0.30, 0.00)
STRANDS = (0.10, 0.15, 0.00)
CLOTH = (0.00, 0.15, 0.55)
STRETCH = (0.05, 0.15, 0.08)
KNIT = (0.00, 0.15, 0.25)
RUBBER = (0.08, 0.15, 0.00)
"""Finishes: shine, softness, roughness."""


@njit(cache=True)
def hash01(i: int, j: int, k: int) -> float:
    """Return a number in [0, 1) that looks random but depends only on three integers."""
    n = (i * 374761393 + j * 668265263 + k * 2147483647) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    return float((n ^ (n >> 16)) & 0xFFFF) / 65536.0


@njit(cache=True)
def noise(x: float, y: float, z: float) -> float:
    """Smooth random field in [0, 1] with features about 1 wide."""
    i, j, k = math.floor(x), math.floor(y), math.floor(z)
    a, b, c = x - i, y - j, z - k
    a, b, c = a * a * (3 - 2 * a), b * b * (3 - 2 * b), c * c * (3 - 2 * c)
    total = 0.0
    for di in range(2):
        for dj in range(2):
            for dk in range(2):
                weight = (a if di else 1 - a) * (b if dj else 1 - b) * (c if dk else 1 - c)
                total += weight * hash01(int(i) + di, int(j) + dj, int(k) + dk)
    return total


@njit(cache=True)
def paint(material: int, point: tuple[float, float, float], palette: Any, at: Any) -> Paint:
    """Colour and surface of a rest point."""
    x, y, z = point
    if material == SKIN:
        return _paint_skin(x, y, z, palette, at)
    if material == HAIR:
        strand = 0.55 + 0.9 * noise(x * 60 + 2 * noise(x * 20, y * 20, z * 20), y * 160, z * 60)
        return _tone(palette[HAIR], strand, STRANDS)
    if material == SHIRT:
        return _paint_shirt(x, y, z, palette, at)
    if material == SHORTS:
        piped = abs(x + 0.01) < 0.012 and abs(y) > 0.10
        return _tone(palette[PIPING if piped else SHORTS], 0.9 + 0.2 * noise(x * 400, y * 400, z * 400), CLOTH)
    if material == SHOE:
        laced = 0.02 < x < 0.10 and abs(x % 0.018 - 0.009) < 0.003 and z > 0.05
        slant = x - 0.5 * (z - 0.04)
        striped = abs(slant - 0.045) < 0.007 or abs(slant - 0.070) < 0.007
        mesh = 0.85 + 0.3 * noise(x * 220, y * 220, z * 220)
        return _tone(palette[LACE if laced or striped else SHOE], mesh, RUBBER)
    return _tone(palette[SOLE], 0.7 if abs(z - 0.013) < 0.002 else 1.0, RUBBER)


@njit(cache=True)
def _tone(colour: Any, brightness: float, finish: tuple[float, float, float]) -> Paint:
    return (colour[0] * brightness, colour[1] * brightness, colour[2] * brightness, finish[0], finish[1], finish[2])


@njit(cache=True)
def _paint_shirt(x: float, y: float, z: float, palette: Any, at: Any) -> Paint:
    weave = 0.95 + 0.10 * noise(x * 500, y * 500, z * 500)
    out = abs(y) - at[SHOULDER_Y]
    side_panel = abs(x) < 0.028 and -0.065 < out - at[FLANK_OUT] < 0.025 and z < at[HIP] + 0.36
    sleeve_band = abs(out - 0.093) < 0.006
    hem = 0.8 if z < at[HIP] - 0.043 else 1.0
    return _tone(palette[TRIM if side_panel or sleeve_band else SHIRT], weave * hem, CLOTH)


@njit(cache=True)
def _paint_skin(x: float, y: float, z: float, palette: Any, at: Any) -> Paint:
    if z > at[HEAD] - 0.13:
        return _paint_face(x, y, z - at[HEAD], palette)
    if at[TIGHTS_TO] < z < at[HIP] + WAIST_ABOVE_HIP_M and abs(y) < LEGS_WITHIN_M:
        seam = 0.7 if abs(x + 0.005) < 0.003 or z < at[TIGHTS_TO] + 0.012 else 1.0
        return _tone(palette[SHORTS], seam * (0.9 + 0.2 * noise(x * 500, y * 500, z * 500)), STRETCH)
    if z < at[ANKLE] + SOCK_ABOVE_ANKLE_M:
        ring = 0.45 if abs(z - at[ANKLE] - SOCK_ABOVE_ANKLE_M + 0.015) < 0.005 else 1.0
        return _tone(palette[SOCK], ring, KNIT)
    mottled = 0.94 + 0.10 * noise(x * 40, y * 40, z * 40) + 0.04 * noise(x * 300, y * 300, z * 300)
    if x > 0.0 and abs(z - at[KNEE]) < 0.05:
        mottled *= 0.93  # kneecaps
    return _tone(palette[SKIN], mottled, FLESH)


@njit(cache=True)
def _paint_face(x: float, y: float, up: float, palette: Any) -> Paint:
    aside = abs(y)
    from_eye = math.hypot(aside - 0.033, (up - 0.004) * 1.7)
    if x > 0.07 and from_eye < 0.0145:
        return _paint_eye(from_eye, up)
    brow = abs(up - 0.027 - 0.1 * (0.03 - 0.6 * abs(aside - 0.033))) < 0.0052
    if x > 0.07 and brow and 0.012 < aside < 0.056:
        return _tone(palette[HAIR], 1.0, KNIT)
    tone = 0.94 + 0.10 * noise(x * 40, y * 40, up * 40)
    if x > 0.07 and from_eye < 0.02:
        tone *= 0.68
    elif x > 0.085 and abs(up + 0.0655) < 0.0016 and aside < 0.024:
        tone *= 0.42  # between the lips
    elif x > 0.085 and ((up + 0.065) / 0.0125) ** 2 + (y / 0.026) ** 2 < 1.0:
        r, g, b, shine, softness, roughness = _tone(palette[SKIN], tone, FLESH)
        return r * 0.80, g * 0.55, b * 0.55, shine, softness, roughness
    return _tone(palette[SKIN], tone, FLESH)


@njit(cache=True)
def _paint_eye(from_middle: float, up: float) -> Paint:
    if up > 0.0095:
        return 0.10, 0.06, 0.05, 0.0, 0.15, 0.0  # lashes
    if from_middle < 0.008:
        return 0.05, 0.035, 0.03, 0.3, 0.15, 0.0
    return 0.62, 0.58, 0.55, 0.2, 0.15, 0.0
