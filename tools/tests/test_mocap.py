"""Ring 3: measured treadmill runners (joint centres and force plates) through a virtual phone camera.

The data are not part of the project (Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298): they are looked for beside the
checkout or where FORMCHECK_VALIDATION_DATA says, and without them these tests are skipped. How far the numbers are from
the truth in all is the business of ``python -m tools.accuracy``; here they must not get worse unnoticed.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tools.accuracy.measured import trial_names
from tools.accuracy.score import Row, judge
from tools.accuracy.shots import reference_shots
from tools.accuracy.virtual import Filming, error_bank, virtual_case

from formcheck.gait.settings import LANDMARK_ERROR_FRAC, Settings, settings_for
from formcheck.records.skeleton import Side

TRIALS = trial_names()

pytestmark = pytest.mark.skipif(not TRIALS, reason="no measured runners: see FORMCHECK_VALIDATION_DATA")

ONE_EACH = sorted({name.split("_")[0]: name for name in TRIALS}.values())
ERRORS_FROM = ("side_left_60fps", "reach_22_right")


def rows(filmings: list[Filming], bank=()) -> list[Row]:
    """Of filmings whose joints are seen without error, or with the errors of a model that is corrected for."""
    settings = settings_for("full") if bank else Settings()
    return [row for filming in filmings for row in judge(virtual_case(filming, bank, "full"), settings)[1]]


def errors(found: list[Row], measure: str, *legs: str) -> np.ndarray:
    """Found minus true, of reported numbers."""
    return np.array([row.error for row in found if row.measure == measure and row.leg in legs and row.is_told])


def rmse(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def every_strike_is_found(found: list[Row]) -> bool:
    return not any(row.withheld for row in found if row.measure == "foot_strike")


@pytest.mark.slow
def test_strikes_and_reach_agree_with_the_force_plate_at_60_frames_a_second() -> None:
    found = rows([Filming(name, phase=0.35, noisy=False) for name in ONE_EACH[:2]])
    assert every_strike_is_found(found)
    assert rmse(errors(found, "foot_strike", "near", "far")) < 0.012
    assert rmse(errors(found, "toe_off", "near", "far")) < 0.015
    assert np.abs(errors(found, "foot_ahead_of_hip", "near")).max() < 0.05
    assert np.abs(errors(found, "cadence", "both")).max() < 0.3


@pytest.mark.slow
def test_a_runner_filmed_from_the_other_side_measures_the_same() -> None:
    """What is seen of a leg does not depend on which one it is: with joints known, near and far are alike, too."""
    from_right = Filming(ONE_EACH[0], near=Side.RIGHT, noisy=False)
    right, left = (rows([filming]) for filming in (from_right, replace(from_right, near=Side.LEFT)))
    one, other = errors(right, "foot_ahead_of_hip", "near"), errors(left, "foot_ahead_of_hip", "far")
    assert one == pytest.approx(other, abs=0.03)


@pytest.mark.slow
def test_intervals_of_landmarks_of_unknown_origin_hold_the_truth_of_measured_runners() -> None:
    """Each landmark is off by its own draw through the whole clip, by as much as is taken for granted."""
    found: list[Row] = []
    for seed, name in enumerate(ONE_EACH[:2]):
        case = virtual_case(Filming(name, phase=0.35, noisy=False), (), "full")
        track = case.seen.track
        errors_px = np.random.default_rng(seed).normal(0, LANDMARK_ERROR_FRAC, track.xy_px.shape[1:])
        errors_px *= track.leg_px(case.near)
        off = replace(case.seen, track=replace(track, xy_px=track.xy_px + errors_px))
        found += judge(replace(case, seen=off), settings_for(None))[1]
    held = [row.holds for row in found if row.is_told and row.holds is not None]
    assert np.mean(held) > 0.9
    near = [row for row in found if (row.measure, row.leg) == ("foot_ahead_of_hip", "near")]
    assert all(row.is_told for row in near)


@pytest.fixture(scope="module")
def errors_of_the_model(tmp_path_factory: pytest.TempPathFactory):
    """The pose model's errors on two committed clips."""
    folder: Path = tmp_path_factory.mktemp("accuracy")
    return error_bank([shot for shot in reference_shots() if shot.name in ERRORS_FROM], "full", folder / "clips")


@pytest.mark.slow
@pytest.mark.parametrize(("fps", "strike_s"), [(60.0, 0.010), (30.0, 0.010)])
def test_measured_runners_with_the_models_errors_agree_with_the_force_plate(
    fps: float, strike_s: float, errors_of_the_model: Callable[[], object]
) -> None:
    """Landmarks alone, with a heel runner's errors laid over them.

    They do not fit the one who lands quickly on the forefoot: 27 ms early so, 9 in pictures of the same runner.
    """
    every = rows([Filming(name, fps, phase=0.35) for name in ONE_EACH], errors_of_the_model)
    assert every_strike_is_found(every)
    found = [row for row in every if row.case.way != "RBDS002"]
    assert rmse(errors(found, "foot_strike", "near")) < strike_s
    assert rmse(errors(found, "toe_off", "near")) < 0.012
    assert rmse(errors(found, "foot_ahead_of_hip", "near")) < 0.035
    assert np.abs(errors(found, "cadence", "both")).max() < 0.3
