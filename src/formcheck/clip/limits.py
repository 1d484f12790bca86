"""Which clip files are read at all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Limits on what a clip file may declare; a larger one is refused before it costs memory or time."""

    max_pixels: int = 36_000_000  # of one picture: 8K, the most that phones film, has 33 million
    max_duration_s: float = 1800.0  # ten seconds are enough; half an hour is a phone left running
    max_streams: int = 32  # an iPhone writes seven: picture, sound, metadata
    max_fps: float = 2000.0  # the most that `capture_fps` may be; phones reach 960


LIMITS = ReadingLimits()
"""Unless others are asked for."""
