"""Ring 3: measured runners through a virtual phone, with errors like the pose model's laid over their joints."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np

from formcheck.records.filmed import Filmed
from formcheck.records.gait import TimeScale
from formcheck.records.report import Clip
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack, Uprights, mean_fps
from formcheck.vision.watch import Seen
from tools.accuracy.cases import Case
from tools.accuracy.measured import read_trial
from tools.accuracy.noise import ErrorStrides, cut_errors, lay_over
from tools.accuracy.paths import JointPaths, film, follow_joints
from tools.accuracy.pictured import kept_joints, look, truth_of
from tools.accuracy.shots import Shot, group_of
from tools.accuracy.truth import true_steps
from tools.rendered_runner.camera import Camera
from tools.rendered_runner.ground import Ground

START_S: Final = 3.0
SECONDS: Final = 10.0
LABORATORY_HZ: Final = 150.0
"""Joints are followed as finely as they were measured: within a millimetre of twice as fine."""
LEVEL_SPREAD_DEG: Final = 0.3
YAW_SPREAD_DEG: Final = 1.7
"""Of the edges that a virtual room shows: what `find_uprights` says of a rendered gym."""


@dataclass(frozen=True, slots=True)
class Filming:
    """How one trial is filmed; ``phase`` is where in a frame's interval the first picture falls, 0..1."""

    trial: str
    fps: float = 60.0
    phase: float = 0.0
    yaw_deg: float = 0.0
    roll_deg: float = 0.0
    near: Side = Side.RIGHT
    room: bool = True
    """Whether the room shows upright edges that tell the roll."""
    noisy: bool = True


def virtual_case(filming: Filming, bank: Sequence[ErrorStrides], model: str) -> Case:
    """Ten seconds of a trial as the pose model might have seen it."""
    trial, paths = read_trial(filming.trial), trial_paths(filming.trial)
    time_s = START_S + np.arange(filming.phase / filming.fps, SECONDS, 1 / filming.fps)
    true = film(paths, camera_of(filming), Ground(), time_s)
    track = true
    if filming.noisy:
        leg_px = true.leg_px(filming.near)
        track = lay_over(true, filming.near, trial.strikes_s[filming.near], leg_px, bank=bank, seed=_seed(filming))
    return Case(
        name=f"{filming.trial} phase {filming.phase:.3f}",
        ring=3,
        group=group_of(filming.trial),
        way=trial.person,
        model=model,
        fps=filming.fps,
        yaw_deg=filming.yaw_deg,
        roll_deg=filming.roll_deg,
        near=filming.near,
        room=filming.room,
        seen=_seen(PoseTrack(time_s - START_S, track.xy_px, track.visibility, true.width_px, true.height_px), filming),
        given={},
        start_s=START_S,
        steps=true_steps(paths, trial.strikes_s, trial.offs_s, (START_S, START_S + SECONDS)),
        strikes_s=trial.strikes_s,
        belt_ll_s=paths.ground_speed_m_s / paths.leg_m,
    )


@cache
def trial_paths(trial: str) -> JointPaths:
    """A trial's joints over the filmed stretch and a stride more at both ends."""
    return follow_joints(read_trial(trial).runner(), START_S - 1.5, START_S + SECONDS + 1.5, LABORATORY_HZ)


def lends_errors(shot: Shot) -> bool:
    """Whether a shot's errors may be laid over others: its runner and its camera stay where they are."""
    return shot.preset.place.ground.surface != "overground" and shot.preset.camera.shake.is_still


def error_bank(shots: Sequence[Shot], model: str, folder: Path) -> list[ErrorStrides]:
    """Errors of the pose model on each shot, cut into strides of the near leg."""
    return [errors_on(shot, model, folder) for shot in shots]


def errors_on(shot: Shot, model: str, folder: Path) -> ErrorStrides:
    """Errors of the pose model on one shot."""
    preset, near = shot.preset, shot.preset.camera.side
    paths = kept_joints(shot, folder)
    true = film(paths, preset.camera, preset.place.ground, shot.times_s())
    found = look(shot, model, folder).track
    on_clip_s = PoseTrack(found.time_s, true.xy_px, true.visibility, true.width_px, true.height_px)
    strikes_s = np.array([step.strike_s for step in truth_of(shot, paths) if step.side is near])
    return cut_errors(found, on_clip_s, near, (strikes_s - shot.start_s) * preset.slowed, true.leg_px(near))


def camera_of(filming: Filming) -> Camera:
    """A phone at hip height, 3.5 m away."""
    return Camera(side=filming.near, around_deg=filming.yaw_deg, roll_deg=filming.roll_deg, height_m=0.93)


def _seed(filming: Filming) -> int:
    return crc32(repr(filming).encode())


def _seen(track: PoseTrack, filming: Filming) -> Seen:
    clip = Clip(
        name=filming.trial,
        sha256="",
        duration_s=SECONDS,
        width_px=track.width_px,
        height_px=track.height_px,
        frame_count=len(track),
        mean_fps=mean_fps(track.time_s),
        time_scale=TimeScale(1.0, "assumed"),
        used_s=(0.0, SECONDS),
    )
    return Seen(track, clip, Filmed(), None, _room(filming) if filming.room else None)


def _room(filming: Filming) -> Uprights:
    """What the room's edges tell, off by as much as they do in rendered clips."""
    rng = np.random.default_rng(_seed(filming) + 1)
    roll_deg = filming.roll_deg + float(rng.normal(0, LEVEL_SPREAD_DEG))
    yaw_deg = filming.yaw_deg * (1 if filming.near is Side.RIGHT else -1) + float(rng.normal(0, YAW_SPREAD_DEG))
    return Uprights(roll_deg, LEVEL_SPREAD_DEG, 0.0, 8.0, yaw_deg, YAW_SPREAD_DEG)
