"""Measured runners: joints and force-plate events of a treadmill laboratory.

The data are no part of the project (Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298, CC BY 4.0): they are looked for
beside the checkout, or where FORMCHECK_VALIDATION_DATA says.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import Side
from tools.rendered_runner.settings import GaitSettings
from tools.rendered_runner.track import POINTS, Track, centre
from tools.rendered_runner.tracked import TrackedRunner

CHECKOUT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(os.environ.get("FORMCHECK_VALIDATION_DATA", CHECKOUT.parent / "shared")) / "mocap"
LETTERS: Final = {Side.LEFT: "L", Side.RIGHT: "R"}
LAB_TO_RUNNER: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From the laboratory's forward, up, right to the renderer's forward, left, up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Half a minute of one runner at one speed; events by side, seconds, 50 N of vertical force."""

    name: str
    track: Track
    strikes_s: dict[Side, NDArray[np.float64]]
    offs_s: dict[Side, NDArray[np.float64]]

    @property
    def person(self) -> str:
        """Who runs: several trials are one person's."""
        return self.name.split("_")[0]

    def runner(self, lean_deg: float = 7.0) -> TrackedRunner:
        """The person as the renderer knows people; the trunk was not measured and leans as told."""
        return TrackedRunner(self.track, GaitSettings(trunk_lean_deg=lean_deg))


def trial_names() -> list[str]:
    """Every trial there is; none where the data are absent."""
    return sorted(path.stem for path in FOLDER.glob("RBDS*.npz"))


@cache
def read_trial(name: str) -> Trial:
    """One trial by its name."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as data:
        names = list(data["names"])
        joints_m = {
            f"{side}_{point}": data["xyz"][:, names.index(f"{point}_{letter}")] @ LAB_TO_RUNNER.T
            for side, letter in LETTERS.items()
            for point in POINTS
        }
        events = [{side: data[f"{event}_{letter}"] for side, letter in LETTERS.items()} for event in ("strike", "off")]
        return Trial(name, centre(Track(data["t"], joints_m, float(data["speed"]))), *events)
