"""How cost grows: with the minutes of a clip, and with its frame rate."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from tools.benchmark.clips import make_long, make_rates
from tools.benchmark.contestants import Run, alone, formcheck

MINUTES: Final = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Growth:
    """Runs by minutes, and how many times a 240 fps clip costs the same run at 60 fps."""

    minutes: Mapping[int, Run]
    rate_processor_ratio: float
    rate_wall_ratio: float


def measure_growth(folder: Path, repeats: int) -> Growth:
    """Analyse clips of `MINUTES` once each, and the two rates in turn, ``repeats`` times."""
    fast, slow = make_rates(folder)
    pairs = [(alone(formcheck, fast, folder), alone(formcheck, slow, folder)) for _ in range(repeats)]
    minutes = {}
    for length in MINUTES:
        clip = make_long(folder, length)
        minutes[length] = alone(formcheck, clip, folder)
        clip.unlink()
        print(f"{length} min: {minutes[length].seconds:.0f} s", file=sys.stderr, flush=True)
    return Growth(
        minutes,
        median(one.processor_s / other.processor_s for one, other in pairs),
        median(one.seconds / other.seconds for one, other in pairs),
    )
