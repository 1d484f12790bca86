"""What every constant is tried on: reference clips and measured runners, as far as one try takes seconds.

A constant that does nothing on the clips of `SAMPLE` is tried on those of `MORE` too, which show what is rare: slow
motion, walking, a view from behind, nobody. Shoes are followed once, where the settings as they are ask for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from formcheck.records.filmed import ShoeFollower, ShoePaths, ShoesAsked
from formcheck.records.skeleton import Side
from formcheck.vision.watch import ShoesIn
from tools.accuracy.cases import Case
from tools.accuracy.measured import trial_names
from tools.accuracy.pictured import clip_of, look, pictured_case
from tools.accuracy.rings import Bench, Task, case_of, shot_of
from tools.accuracy.shots import Shot
from tools.accuracy.virtual import Filming
from tools.rendered_runner.presets import PRESETS

SAMPLE: Final = (
    "side_left_60fps",
    "midfoot_30fps_right",
    "forefoot_120fps_left",
    "lopsided_right",
    "handheld_right",
    Filming("RBDS001_T35", 60.0, 0.3, 8.0, 3.0, near=Side.LEFT, room=False),
    Filming("RBDS008_T35", 30.0, 0.6),
    Filming("RBDS041_T25", 60.0, 0.1, noisy=False),
)
MORE: Final = (
    "walking_right",
    "rear",
    "nobody",
    "oblique_left",
    "overground_left",
    "slow_motion_240fps_left",
    "dropped_frames_left",
    "bystander_right",
    "post_left",
    "portrait_tag_left",
    "yaw_12_left",
    Filming("RBDS002_T45", 60.0, 0.5, -15.0, 6.0),
)
EXACT: Final = "exact"
"""The pose model of joints without error: none that is known, so that the detectors' own numbers count."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A case; ``true`` where the truth of its steps is known."""

    case: Case
    true: bool


def specimens(names: tuple[str | Filming, ...], model: str, bench: Bench) -> Iterator[Specimen]:
    """The cases by their names; without measured runners those of rendered clips alone."""
    for name in names:
        if isinstance(name, str):
            yield _pictured(name, model, bench)
        elif name.trial in trial_names():
            case = case_of(Task(model, name), bench)
            yield Specimen(case if name.noisy else replace(case, model=EXACT), True)


def _pictured(name: str, model: str, bench: Bench) -> Specimen:
    preset = PRESETS[name]
    if preset.expect.measures:
        case = pictured_case(shot_of(name, bench), model, bench.clips)
        return Specimen(replace(case, shoes=_Once(case.shoes)), True)
    shot = Shot(name, "fit", preset)
    case = Case(
        name=name,
        ring=2,
        group="fit",
        way=name,
        model=model,
        fps=preset.fps,
        yaw_deg=preset.camera.around_deg,
        roll_deg=preset.camera.roll_deg,
        near=preset.camera.side,
        room=True,
        seen=look(shot, model, bench.clips),
        shoes=_Once(ShoesIn(clip_of(shot, bench.clips))),
        given=preset.given,
        start_s=0.0,
        steps=(),
        belt_ll_s=0.0,
    )
    return Specimen(case, False)


class _Once:
    """Shoes as they were followed the first time."""

    def __init__(self, follow: ShoeFollower | None) -> None:
        self._follow = follow
        self._found: ShoePaths | None = None

    def __call__(self, asked: ShoesAsked) -> ShoePaths:
        """The paths of that time, whatever is asked."""
        if self._found is None:
            assert self._follow is not None
            self._found = self._follow(asked)
        return self._found
