"""Ring 3: measured treadmill runners (joint centres and force plates) through a virtual phone camera.

The data are not part of the project (Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298): they are looked for beside the
checkout or where FORMCHECK_VALIDATION_DATA says, and without them these tests are skipped.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from formcheck.config import EventSettings, Settings
from formcheck.gait.observe import Given, observe
from formcheck.landmarks import COUNT, INDEX, Side, index_of
from formcheck.records import Floats, PoseTrack, Uprights

CHECKOUT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("FORMCHECK_VALIDATION_DATA", CHECKOUT.parent / "shared")) / "mocap"
TRIALS = sorted(FOLDER.glob("RBDS*.npz"))

pytestmark = pytest.mark.skipif(not TRIALS, reason="no measured runners: see FORMCHECK_VALIDATION_DATA")

JOINTS = {"hip": "hip", "knee": "knee", "ankle": "ankle", "heel": "heel", "foot_index": "toe"}
LETTERS = {Side.LEFT: "L", Side.RIGHT: "R"}
FOCAL_PX, DISTANCE_M, WIDTH_PX, HEIGHT_PX = 1050.0, 3.5, 1280, 720
TRUNK_M = np.array([0.05, 0.50, 0.0])
"""No trunk was measured: one is put on the hips, for the view to be told by."""

EDGE_S = 0.4
"""Events this near the ends of a clip need not be found: nor a toe-off whose strike came before the clip."""


@dataclass(frozen=True)
class Trial:
    """Ten seconds of one runner: joints (T, 3) as forward, up, right; force-plate events by side."""

    joints: dict[str, Floats]
    strikes_s: dict[Side, Floats]
    offs_s: dict[Side, Floats]
    time_s: Floats

    def reach(self, side: Side) -> float:
        """Ankle ahead of the hip at the force plate's foot strikes, in lengths of that leg."""
        hip, knee, ankle = (self.joints[f"{side}_{joint}"] for joint in ("hip", "knee", "ankle"))
        leg_m = np.median(np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1))
        ahead = CubicSpline(self.time_s, ankle[:, 0] - hip[:, 0])(self.strikes_s[side])
        return float(np.median(ahead) / leg_m)


def sample(path: Path, *, fps: float, phase: float, start_s: float = 3.0, duration_s: float = 10.0) -> Trial:
    data = np.load(path)
    names, measured_s = list(data["names"]), data["t"]
    time_s = start_s + np.arange(phase / fps, duration_s, 1 / fps)
    joints = {}
    for side, letter in LETTERS.items():
        for joint, name in JOINTS.items():
            xyz = data["xyz"][:, names.index(f"{name}_{letter}")]
            seen = np.isfinite(xyz).all(axis=1)
            joints[f"{side}_{joint}"] = CubicSpline(measured_s[seen], xyz[seen])(time_s)
    within = (start_s + EDGE_S, start_s + duration_s - EDGE_S)
    events = {
        event: {side: inside(data[f"{event}_{letter}"], *within) for side, letter in LETTERS.items()}
        for event in ("strike", "off")
    }
    return Trial(joints, events["strike"], events["off"], time_s)


def inside(event_s: Floats, first_s: float, last_s: float) -> Floats:
    return event_s[(event_s > first_s) & (event_s < last_s)]


def filmed(trial: Trial, *, noise: float, seed: int, heading: str = "right", roll_deg: float = 0.0) -> PoseTrack:
    """The trial through a phone at hip height, its landmarks off by ``noise`` (SD in leg lengths)."""
    body = np.full((len(trial.time_s), COUNT, 3), np.nan)
    for name, path in trial.joints.items():
        body[:, INDEX[name]] = path
    for side in Side:  # the marker is on the metatarsal heads, MediaPipe's toe is the tip of the shoe
        heel, ball = body[:, index_of(side, "heel")], body[:, index_of(side, "foot_index")]
        body[:, index_of(side, "foot_index")] = heel + (ball - heel) / EventSettings().ball_share
    hips = (body[:, INDEX["left_hip"]] + body[:, INDEX["right_hip"]]) / 2
    for side, right_m in ((Side.LEFT, -0.2), (Side.RIGHT, 0.2)):
        body[:, index_of(side, "shoulder")] = hips + TRUNK_M + [0, 0, right_m]
        body[:, index_of(side, "ear")] = hips + TRUNK_M + [0.0, 0.2, right_m / 4]
    body[:, INDEX["nose"]] = hips + TRUNK_M + [0.12, 0.18, 0.0]
    sign = 1.0 if heading == "right" else -1.0
    eye = hips.mean(axis=0) - [0.0, 0.05, 0.0]
    scale_px = FOCAL_PX / (DISTANCE_M - sign * (body[..., 2] - eye[2]))
    x, y = sign * (body[..., 0] - eye[0]) * scale_px, -(body[..., 1] - eye[1]) * scale_px
    c, s = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    xy_px = np.stack((c * x + s * y + WIDTH_PX / 2, -s * x + c * y + HEIGHT_PX / 2), axis=-1)
    leg_px = 0.86 * FOCAL_PX / DISTANCE_M
    xy_px += np.random.default_rng(seed).normal(0, noise * leg_px, xy_px.shape)
    return PoseTrack(trial.time_s, xy_px, np.full(xy_px.shape[:2], 0.9), WIDTH_PX, HEIGHT_PX)


LEVEL = Given(uprights=Uprights(0.0, 0.3, 0.0, 8.0, 0.5))
EVERY_TRIAL = [(path, phase) for path in TRIALS for phase in (0.1, 0.6)]
FEW_TRIALS = [(path, 0.35) for path in TRIALS[::2]]


@dataclass(frozen=True)
class Errors:
    """Found minus true over all trials: events by leg in ms (NaN = missed), strikes made up, reach by leg."""

    strikes_ms: list[Floats]
    offs_ms: list[Floats]
    made_up: int
    reach: Floats

    def rmse_ms(self) -> float:
        """Root mean square error of every strike."""
        return float(np.sqrt(np.nanmean(np.concatenate(self.strikes_ms) ** 2)))

    def off_rmse_ms(self) -> float:
        """Root mean square error of every toe-off."""
        return float(np.sqrt(np.nanmean(np.concatenate(self.offs_ms) ** 2)))

    def worst_leg_ms(self) -> float:
        """The leg whose strikes are furthest off on the whole."""
        return max(abs(float(np.nanmedian(leg))) for leg in self.strikes_ms)


def measure(trials: list[tuple[Path, float]], fps: float, **camera: str | float) -> Errors:
    strikes, offs, reach, made_up = [], [], [], 0
    for path, phase in trials:
        trial = sample(path, fps=fps, phase=phase)
        observation = observe(filmed(trial, noise=0.01, seed=int(100 * phase), **camera), LEVEL, settings=Settings())
        for side in Side:
            steps = [step for step in observation.steps if step.contact.side is side]
            found_s = np.array([step.contact.strike_s for step in steps])
            off_s = np.array([step.contact.off_s for step in steps])
            strikes.append(errors_ms(found_s, trial.strikes_s[side]))
            offs.append(errors_ms(off_s, trial.offs_s[side]))
            inner_s = found_s[(found_s > trial.time_s[0] + 0.5) & (found_s < trial.time_s[-1] - 0.5)]
            made_up += int(np.isnan(errors_ms(trial.strikes_s[side], inner_s)).sum())
            values = [step.values["foot_ahead_of_hip"] for step in steps]
            reach.append(float(np.nanmedian(values)) - trial.reach(side))
    return Errors(strikes, offs, made_up, np.array(reach))


def errors_ms(found_s: Floats, truth_s: Floats) -> Floats:
    """Found minus true instant for every true event, NaN where none was found within 60 ms."""
    found_s = found_s[np.isfinite(found_s)]
    nearest = found_s[np.abs(found_s[:, None] - truth_s).argmin(axis=0)] - truth_s
    return np.where(np.abs(nearest) < 0.06, 1e3 * nearest, np.nan)


def holds(errors: Errors, *, rmse_ms: float, worst_leg_ms: float) -> None:
    strikes_ms = np.concatenate(errors.strikes_ms)
    assert not np.isnan(strikes_ms).any(), "a foot strike was missed"
    assert errors.made_up == 0
    assert abs(strikes_ms.mean()) < 4
    assert errors.rmse_ms() < rmse_ms
    assert errors.worst_leg_ms() < worst_leg_ms
    assert errors.off_rmse_ms() < 15
    assert abs(errors.reach.mean()) < 0.012
    assert errors.reach.std() < 0.022
    assert np.abs(errors.reach).max() < 0.05


def test_strikes_and_reach_agree_with_the_force_plate_at_60_frames_a_second() -> None:
    holds(measure(FEW_TRIALS, 60), rmse_ms=12, worst_leg_ms=18)


def test_a_runner_filmed_from_the_other_side_measures_the_same() -> None:
    right, left = (measure(FEW_TRIALS[:2], 60, heading=heading) for heading in ("right", "left"))
    assert left.reach == pytest.approx(right.reach, abs=0.03)
    assert left.worst_leg_ms() < 18


@pytest.mark.slow
@pytest.mark.parametrize(("fps", "rmse_ms", "worst_leg_ms"), [(120, 12, 18), (60, 12, 18), (30, 13, 22)])
def test_every_trial_agrees_with_the_force_plate(fps: float, rmse_ms: float, worst_leg_ms: float) -> None:
    holds(measure(EVERY_TRIAL, fps), rmse_ms=rmse_ms, worst_leg_ms=worst_leg_ms)
