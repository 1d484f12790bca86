"""Everything that is filmed for the accuracy page: the reference clips, and clips that nothing was fitted to.

Lags, levels and spreads are found on all and judged on runners left out. The offsets of the drawn leg were fitted on
"fit" alone: the committed clips, every other prescribed gait and two people.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.records.skeleton import Side
from tools.accuracy.measured import Trial, read_trial, trial_names, whole_body_trials
from tools.rendered_runner import ways
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.ground import Ground
from tools.rendered_runner.lens import Shake
from tools.rendered_runner.look import PALETTES, Look
from tools.rendered_runner.place import Place
from tools.rendered_runner.preset import Preset
from tools.rendered_runner.presets import PRESETS, SHORT, TALL
from tools.rendered_runner.runner import Runner
from tools.rendered_runner.settings import Proportions

Group = Literal["fit", "held out"]

FIT_PEOPLE: Final = ("RBDS001", "RBDS041")
"""Measured people on whom the offsets of the drawn leg were fitted."""


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One clip: a parametric runner's preset, or a measured person seen from ``start_s`` on."""

    name: str
    group: Group
    preset: Preset
    trial: str | None = None
    start_s: float = 0.0

    def runner(self) -> Runner:
        """Who runs."""
        return self.preset.runner() if self.trial is None else self.measured().runner(self.lean_deg)

    def measured(self) -> Trial:
        """The measured person; of a prescribed gait there is none."""
        if self.trial is None:
            raise ValueError(f"{self.name} shows a prescribed gait")
        return read_trial(self.trial)

    @property
    def lean_deg(self) -> float:
        """How far a measured person's trunk, which was not measured, is made to lean."""
        return self.preset.gait.trunk_lean_deg

    @property
    def way(self) -> str:
        """The measured person, or the prescribed gait."""
        return self.trial.split("_")[0] if self.trial else self.name

    def times_s(self) -> NDArray[np.float64]:
        """When each picture was taken, on the runner's own clock."""
        return np.asarray(self.start_s + self.preset.frame_times())


def reference_shots() -> list[Shot]:
    """The committed clips of which numbers are asked."""
    return [Shot(name, "fit", preset) for name, preset in PRESETS.items() if preset.expect.measures]


def extra_shots() -> list[Shot]:
    """Clips rendered for this page alone: each measured trial twice, and prescribed gaits."""
    people = [_person(index, name) for index, name in enumerate(2 * trial_names())]
    whole = [_whole_person(index, name) for index, name in enumerate(2 * whole_body_trials())]
    return [*people, *_prescribed(), *(shot for shot in whole if shot is not None)]


RATES: Final = (60.0, 60.0, 30.0, 60.0, 120.0, 60.0, 30.0, 60.0, 60.0, 30.0, 60.0, 60.0, 120.0, 30.0)
SECONDS: Final = {30.0: 7.0, 60.0: 5.5, 120.0: 4.0}


def group_of(trial: str) -> Group:
    """Whether a measured trial may be fitted to."""
    return "fit" if trial.split("_", maxsplit=1)[0] in FIT_PEOPLE else "held out"


def _person(index: int, trial: str) -> Shot:
    rng = np.random.default_rng([1, index])
    fps = RATES[index % len(RATES)]
    gait = replace(ways.TYPICAL_REACH, trunk_lean_deg=float(rng.uniform(2.0, 13.0)))
    preset = Preset(
        "a measured runner",
        gait,
        _camera(rng, square=index < len(RATES) // 2),
        look=random_look(rng),
        fps=fps,
        duration_s=SECONDS[fps],
        seed=100 + index,
    )
    start_s = 4.0 + 7.0 * (index >= len(RATES) // 2)
    return Shot(f"person_{index:02}_{trial}_{fps:.0f}", group_of(trial), preset, trial, start_s)


INCLINES_PCT: Final = {11: 8.0, 12: 4.0}
HANDHELD: Final = (5, 8)
"""By number of the prescribed clips."""


EDGE_S: Final = (0.25, 0.75)
"""Of a short trial: left before and behind a clip, for its first and last step to have their truth."""
TWICE: Final = ("_3", "_4")
"""Speeds, m/s, of which each whole runner is filmed a second time: other camera, clothes and rate."""


def _whole_person(index: int, trial: str) -> Shot | None:
    """A runner with measured trunk over the whole of a short trial; first filmed squarely in every other trial."""
    again = index >= len(whole_body_trials())
    if again and not trial.endswith(TWICE):
        return None
    rng = np.random.default_rng([3, index])
    fps = (60.0, 30.0, 60.0, 120.0)[(index + index // 4) % 4] if not again else 60.0
    time_s = read_trial(trial).track.time_s
    start_s = float(time_s[0]) + EDGE_S[0]
    preset = Preset(
        "a measured runner",
        ways.TYPICAL_REACH,
        _camera(rng, square=index % 2 == 0 and not again),
        look=random_look(rng),
        fps=fps,
        duration_s=float(time_s[-1]) - EDGE_S[1] - start_s,
        seed=300 + index,
    )
    return Shot(f"whole_{index:02}_{trial}_{fps:.0f}", group_of(trial), preset, trial, start_s)


def _prescribed() -> list[Shot]:
    names = [*(name for name in ways.WAYS if name != "uphill"), "uphill", "uphill"]
    names[10:10] = ["low reach"]
    shots = []
    for index in range(len(RATES)):
        rng = np.random.default_rng([2, index])
        name = names[index % len(names)]
        body = (Proportions(), SHORT, TALL)[index % 3]
        way = ways.fitted(ways.WAYS[name], body)
        gait = replace(
            way,
            trunk_lean_deg=float(rng.uniform(0.0, 13.0)),
            foot_ahead_of_hip_ll=way.foot_ahead_of_hip_ll + float(rng.normal(0, 0.02)),
            cadence_spm=way.cadence_spm * float(rng.normal(1, 0.02)),
            step_time_sd_s=0.004,
            contact_sd_s=0.004,
            foot_ahead_of_hip_sd_ll=0.008,
        )
        fps, incline_pct = RATES[(index + 3) % len(RATES)], INCLINES_PCT.get(index, 0.0)
        shake = Shake(rms_deg=0.2, drift_deg=0.6, seed=index) if index in HANDHELD else Shake()
        preset = Preset(
            name,
            replace(gait, incline_pct=incline_pct),
            replace(_camera(rng), shake=shake),
            body=body,
            look=random_look(rng),
            place=Place(ground=Ground(incline_pct=incline_pct)),
            fps=fps,
            duration_s=SECONDS[fps],
            seed=200 + index,
            given={"incline_pct": incline_pct} if incline_pct else {},
        )
        shots.append(Shot(f"way_{index:02}_{name.replace(' ', '_')}_{fps:.0f}", _half(index), preset))
    return shots


def _half(index: int) -> Group:
    return "fit" if index % 2 == 0 else "held out"


def random_look(rng: np.random.Generator) -> Look:
    """Some body and clothes."""
    clothes: tuple[Literal["shorts", "tights", "trousers"], ...] = ("shorts", "tights", "trousers")
    hair: tuple[Literal["short", "long"], ...] = ("short", "long")
    return Look(
        girth=float(rng.uniform(0.88, 1.2)),
        clothes=clothes[rng.integers(3)],
        hair=hair[rng.integers(2)],
        palette=PALETTES[sorted(set(PALETTES) - {"dark on dark"})[rng.integers(4)]],
    )


def _camera(rng: np.random.Generator, *, square: bool = False) -> Camera:
    """As people prop phones; 960x540, which costs half the time, and MediaPipe looks at 256 px crops anyway."""
    height_m, distance_m = float(rng.uniform(0.65, 1.25)), float(rng.uniform(3.1, 4.2))
    return Camera(
        side=Side.LEFT if rng.random() < 0.5 else Side.RIGHT,
        distance_m=distance_m,
        ahead_m=0.1,
        height_m=height_m,
        around_deg=0.0 if square else float(np.clip(rng.normal(0, 6), -14, 14)),
        pitch_deg=float(np.degrees(np.arctan2(0.93 - height_m, distance_m))),
        roll_deg=0.0 if square else float(np.clip(rng.normal(0, 2.5), -6, 6)),
        width_px=960,
        height_px=540,
        focal_px=810.0,
    )
