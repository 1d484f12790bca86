"""How the pose model's legs differ from the runner's: ``python -m tools.accuracy.offsets FOLDER``.

Prints what gait/settings/calibrated.toml holds, for each model and leg: by which part thigh and shank are too short
over the clip, how far they must turn at foot strike, and how much too slowly the foot rides back. Mean of the clips
that may be fitted and the standard deviation between clips; beside it the same of the clips held out.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formcheck.gait.settings import settings_for
from formcheck.records.options import MODEL_NAMES
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack
from tools.accuracy.cases import Case
from tools.accuracy.noise import exchanged_frames
from tools.accuracy.paths import film
from tools.accuracy.pictured import joints_of, look, pictured_case, truth_of
from tools.accuracy.score import judge
from tools.accuracy.shots import Shot, extra_shots, reference_shots
from tools.accuracy.truth import Floats

AROUND_S: Final = 0.02
"""Frames this near a foot strike count as at it; at low frame rates the nearest one does."""
SEGMENTS: Final = {"thigh": ("hip", "knee"), "shank": ("knee", "ankle")}
LEGS: Final = ("near", "far")

Offset = tuple[float, float]
"""By which part a segment is too short, and how far it must turn: degrees, counter-clockwise + with forward right."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="offsets", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the clips of the accuracy page lie or are to be rendered")
    parser.add_argument("--models", nargs="+", default=["full"], choices=MODEL_NAMES)
    asked = parser.parse_args(arguments)
    shots = [*reference_shots(), *extra_shots()]
    for model in asked.models:
        found = [(shot.group, dict(leg_offsets(shot, model, asked.folder))) for shot in shots]
        for name in found[0][1]:
            groups = (np.array([each[name] for group, each in found if group == one]) for one in ("fit", "held out"))
            print(f"{model:6} {name:11}" + "   held out ".join(map(_line, groups)), flush=True)
        slow = [(shot.group, foot_slow_frac(pictured_case(shot, model, asked.folder))) for shot in shots]
        medians = (np.nanmedian([each for group, each in slow if group == one]) for one in ("fit", "held out"))
        print(f"{model:6} foot slow {next(medians):+.3f}   held out {next(medians):+.3f} (medians)", flush=True)
    return 0


def foot_slow_frac(case: Case) -> float:
    """By which part the belt's speed, read off the foot, falls short; NaN where it was not given."""
    settings = settings_for(case.model)
    report, _ = judge(case, replace(settings, offsets=replace(settings.offsets, foot_slow_frac=0.0)))
    return case.belt_ll_s / report.measures["belt_speed"].headline.value - 1


def leg_offsets(shot: Shot, model: str, folder: Path) -> Iterator[tuple[str, Offset]]:
    """Offsets of both legs' thigh and shank on one shot; exchanged legs are given back first."""
    near = shot.preset.camera.side
    found = look(shot, model, folder).track
    exact = film(joints_of(shot), shot.preset.camera, shot.preset.place.ground, shot.times_s())
    true = PoseTrack(found.time_s, exact.xy_px, exact.visibility, exact.width_px, exact.height_px)
    exchanged = exchanged_frames(found, true, true.leg_px(near))
    for leg, side in zip(LEGS, (near, near.other), strict=True):
        rows = _at_strikes(shot, side)
        for segment, ends in SEGMENTS.items():
            seen = np.where(exchanged, _along(found, side.other, ends), _along(found, side, ends))
            drawn = _along(true, side, ends)
            turn = np.angle(drawn / seen) * (-1 if near is Side.LEFT else 1)
            short_frac = np.nanmedian(np.abs(drawn)) / np.nanmedian(np.abs(seen)) - 1
            yield f"{leg} {segment}", (float(short_frac), float(np.degrees(np.nanmedian(turn[rows]))))


def _along(track: PoseTrack, side: Side, ends: tuple[str, str]) -> NDArray[np.complex128]:
    """A segment (T,) in pixels as right + up i."""
    right, down = (track.joint_px(side, ends[1]) - track.joint_px(side, ends[0])).T
    return np.asarray(right - 1j * down)


def _at_strikes(shot: Shot, side: Side) -> NDArray[np.intp]:
    time_s = shot.times_s()
    strikes_s = np.array([step.strike_s for step in truth_of(shot, joints_of(shot)) if step.side is side])
    around_s = max(AROUND_S, 0.5 * float(np.median(np.diff(time_s))))
    return np.flatnonzero(np.abs(time_s[:, None] - strikes_s).min(axis=1) <= around_s)


def _line(offsets: Floats) -> str:
    (short, turn), (short_sd, turn_sd) = offsets.mean(axis=0), offsets.std(axis=0)
    return f"short {short:+.3f} +- {short_sd:.3f}, turn {turn:+.1f} +- {turn_sd:.1f} deg ({len(offsets)} clips)"


if __name__ == "__main__":
    raise SystemExit(main())
