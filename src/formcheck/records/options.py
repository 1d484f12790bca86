"""What a user may say of a clip, and within which limits."""

TOLD_LIMITS = {
    "height_m": (0.9, 2.5),
    "speed_kmh": (1.0, 45.0),
    "incline_pct": (-20.0, 45.0),
    "capture_fps": (10.0, 2000.0),
    "from_s": (0.0, 1800.0),
    "to_s": (0.0, 1800.0),
}
"""What a user may tell: real ones lie within; outside it is a slip (centimetres for metres)."""
