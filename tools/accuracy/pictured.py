"""Rendered clips through the pose model. Landmarks and joints are kept from one run to the next.

A folder holds ``clips/`` (those that are not committed) and ``seen/``. Landmarks are found anew for a clip that is no
longer the one they were found in, the room's edges also after a change of `formcheck.vision.uprights`. After a change
of the renderer or of how a runner is followed, delete what it touches.
"""

import os
import pickle
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np

from formcheck.clip.reader import sha256_of
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack, Uprights
from formcheck.vision import uprights
from formcheck.vision.between import fill_between
from formcheck.vision.watch import Seen, frames_a_look, look_at_room, watch
from formcheck.vision.weights.models import find_model
from tools.accuracy.cases import Case
from tools.accuracy.paths import JointPaths, follow_joints
from tools.accuracy.render import render
from tools.accuracy.shoes import KeptShoes
from tools.accuracy.shots import Shot
from tools.accuracy.truth import Floats, TrueStep, true_steps
from tools.rendered_runner.gait import Gait

REFERENCE: Final = Path("fixtures/videos")
BEFORE_S: Final = 0.2
BEYOND_S: Final = 0.8
"""Joints are known for so long before and after the clip: a stride that ends there has its truth all the same."""


def clip_of(shot: Shot, folder: Path) -> Path:
    """Where a shot's clip lies: among the committed ones, or in ``folder``."""
    committed = REFERENCE / f"{shot.name}.mp4"
    return committed if committed.exists() else folder / f"{shot.name}.mp4"


def look(shot: Shot, model: str, folder: Path) -> Seen:
    """What the pose model sees in a shot, rendered when it is not there; kept beside ``folder``."""
    clip = clip_of(shot, folder)
    if not clip.exists():
        render(shot, folder)
    kept = folder.parent / "seen" / f"{shot.name}.{model}.pickle"
    seen: Seen | None = _read(kept) if kept.exists() else None
    if seen is None or seen.clip.sha256 != sha256_of(clip):
        seen = watch(clip, find_model(model).path, capture_fps=shot.preset.given.get("capture_fps"))
        _keep(kept, seen)
    track = _as_looked_at(seen.track, shot.preset.given.get("capture_fps"))
    return replace(seen, track=track, uprights=_room(clip, seen.clip.sha256, folder))


def _as_looked_at(track: PoseTrack, capture_fps: float | None) -> PoseTrack:
    """A track kept when every frame was looked at, as it comes out of the frames that the program looks at."""
    every = frames_a_look(capture_fps or 1 / float(np.median(np.diff(track.time_s))))
    looks = replace(
        track, time_s=track.time_s[::every], xy_px=track.xy_px[::every], visibility=track.visibility[::every]
    )
    return fill_between(looks, track.time_s)


def _room(clip: Path, sha256: str, folder: Path) -> Uprights | None:
    code = crc32(Path(uprights.__file__).read_bytes())
    kept = folder.parent / "seen" / f"{clip.stem}.{sha256[:8]}.{code:08x}.room.pickle"
    if not kept.exists():
        _keep(kept, look_at_room(clip))
    room: Uprights | None = _read(kept)
    return room


def is_looked_at(shot: Shot, model: str, folder: Path) -> bool:
    """Whether the landmarks of a shot are there already."""
    return (folder.parent / "seen" / f"{shot.name}.{model}.pickle").exists()


def _keep(path: Path, value: object) -> None:
    """Write whole or not at all: several processes may make the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(pickle.dumps(value))
    draft.replace(path)


def _read(path: Path) -> Any:
    return pickle.loads(path.read_bytes())  # our own file


def pictured_case(shot: Shot, model: str, folder: Path) -> Case:
    """A shot's landmarks and its truth."""
    camera, place = shot.preset.camera, shot.preset.place
    paths, seen = kept_joints(shot, folder), look(shot, model, folder)
    return Case(
        name=shot.name,
        ring=2,
        group=shot.group,
        way=shot.way,
        model=model,
        fps=shot.preset.fps,
        yaw_deg=camera.around_deg,
        roll_deg=camera.roll_deg,
        near=camera.side,
        room=True,
        seen=seen,
        shoes=KeptShoes(clip_of(shot, folder), seen.clip.sha256, folder.parent / "seen"),
        given=shot.preset.given,
        start_s=shot.start_s,
        steps=truth_of(shot, paths),
        strikes_s=events_of(shot)[0],
        belt_ll_s=paths.ground_speed_m_s / paths.leg_m,
        belt_m_s=paths.ground_speed_m_s,
        overground=place.ground.surface == "overground",
    )


@cache
def joints_of(shot: Shot) -> JointPaths:
    """The runner's joints over the clip and a little more."""
    return follow_joints(shot.runner(), shot.start_s - BEFORE_S, shot.start_s + shot.preset.duration_s + BEYOND_S)


def kept_joints(shot: Shot, folder: Path) -> JointPaths:
    """The same, kept beside ``folder``."""
    kept = folder.parent / "seen" / f"{shot.name}.{crc32(repr(shot).encode()):08x}.joints.pickle"
    if not kept.exists():
        _keep(kept, joints_of(shot))
    paths: JointPaths = _read(kept)
    return paths


def truth_of(shot: Shot, paths: JointPaths) -> tuple[TrueStep, ...]:
    """Every contact within the clip."""
    within_s = shot.start_s, shot.start_s + shot.preset.duration_s
    strikes_s, offs_s = events_of(shot)
    return true_steps(paths, strikes_s, offs_s, within_s, shot.preset.place.ground.incline_deg)


def events_of(shot: Shot) -> tuple[Mapping[Side, Floats], Mapping[Side, Floats]]:
    """Strikes and toe-offs of a shot's runner, on their own clock."""
    if shot.trial is not None:
        trial = shot.measured()
        return trial.strikes_s, trial.offs_s
    gait: Gait = shot.preset.runner().gait
    by_side = {side: [step for step in gait.steps if step.side is side] for side in Side}
    strikes_s = {side: np.array([step.strike_s for step in steps]) for side, steps in by_side.items()}
    return strikes_s, {side: np.array([step.toe_off_s for step in steps]) for side, steps in by_side.items()}
