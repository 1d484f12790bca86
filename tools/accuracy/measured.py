"""Measured runners: joints and force-plate events of two treadmill laboratories.

The data are no part of the project: they are looked for beside the checkout, or where FORMCHECK_VALIDATION_DATA says.
Fukuchi, Fukuchi & Duarte (2017, PeerJ 5:e3298, CC BY 4.0; 4 runners at 2.5 to 4.5 m/s, ``RBDS``) have raw force, no
trunk. Hamner & Delp (2013, J Biomech 46:780; 5 runners at 2 to 5 m/s, ``H``) have the whole body; their force was
low-passed, and their events are those with the filter undone.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import Side
from tools.rendered_runner.settings import GaitSettings
from tools.rendered_runner.track import POINTS, Floats, Track, centre
from tools.rendered_runner.tracked import TrackedRunner

CHECKOUT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(os.environ.get("FORMCHECK_VALIDATION_DATA", CHECKOUT.parent / "shared")) / "mocap"
LETTERS: Final = {Side.LEFT: "L", Side.RIGHT: "R"}
MARKERS_LATE_S: Final = 0.0055
"""Of the RBDS trials: pelvis and legs accelerate 5.5 +- 1.5 ms after the force that makes them do so, so their markers
lag their force by that. What a camera sees of the markers comes that much after the force plate's events."""
LAB_TO_RUNNER: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From the laboratory's forward, up, right to the renderer's forward, left, up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One runner at one speed; events by side, seconds on the markers' clock, where the foot touches and leaves."""

    name: str
    track: Track
    strikes_s: dict[Side, NDArray[np.float64]]
    offs_s: dict[Side, NDArray[np.float64]]

    @property
    def person(self) -> str:
        """Who runs: several trials are one person's."""
        return self.name.split("_")[0]

    def runner(self, lean_deg: float = 7.0) -> TrackedRunner:
        """The person as the renderer knows people; a trunk that was not measured leans as told."""
        return TrackedRunner(self.track, GaitSettings(trunk_lean_deg=lean_deg))


def trial_names() -> list[str]:
    """Trials of half a minute, legs alone; none where the data are absent."""
    return sorted(path.stem for path in FOLDER.glob("RBDS*.npz"))


def whole_body_trials() -> list[str]:
    """Trials of four to six seconds with trunk and arms."""
    return sorted(path.stem for path in (FOLDER / "hamner").glob("H*.npz"))


@cache
def read_trial(name: str) -> Trial:
    """One trial by its name."""
    whole_body = name in whole_body_trials()
    folder, late_s = (FOLDER / "hamner", 0.0) if whole_body else (FOLDER, MARKERS_LATE_S)
    with np.load(folder / f"{name}.npz", allow_pickle=False) as data:
        points = {str(point): data["xyz"][:, row] @ LAB_TO_RUNNER.T for row, point in enumerate(data["names"])}
        joints_m = {
            f"{side}_{point}": points[f"{point}_{letter}"]
            for side, letter in LETTERS.items()
            for point in (*POINTS, *(("shoulder",) if whole_body else ()))
        }
        if whole_body:
            joints_m |= {f"{side}_toe": _ball(points, letter) for side, letter in LETTERS.items()}
        events = [
            {side: data[f"{event}_{letter}"] + late_s for side, letter in LETTERS.items()}
            for event in ("strike", "off")
        ]
        return Trial(name, centre(Track(data["t"], joints_m, float(data["speed"]))), *events)


def _ball(points: Mapping[str, Floats], letter: str) -> Floats:
    """About the middle of the metatarsal heads: between the fifth one and the marker over the second toe."""
    return np.asarray((points[f"mt5_{letter}"] + points[f"toe_{letter}"]) / 2)
