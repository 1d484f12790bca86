"""A pose model's short, turned segments become those between joint centres; a bent leg keeps its direction."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.geometry import ahead_of_vertical_deg, flexion_deg, length
from formcheck.gait.legs.offsets import anatomical_leg, anatomical_leg_length
from formcheck.gait.settings import LegOffsets, OffsetSettings, Settings, settings_for
from formcheck.records.gait import Given
from formcheck.records.skeleton import Side
from formcheck.records.track import Uprights
from found_gait import run_of
from stick_runner import Camera, Runner, film

OFF = LegOffsets(thigh_short_frac=0.08, shank_short_frac=0.03, thigh_turn_deg=-2.0, shank_turn_deg=1.0)
HIP = np.array([[0.0, 1.0]])


def drawn(thigh_deg: float, shank_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Knee and ankle below the hip at angles ahead of the vertical, segments half a leg long."""
    knee = HIP + 0.5 * np.array([[np.sin(np.radians(thigh_deg)), -np.cos(np.radians(thigh_deg))]])
    return knee, knee + 0.5 * np.array([[np.sin(np.radians(shank_deg)), -np.cos(np.radians(shank_deg))]])


def test_a_nearly_straight_leg_is_lengthened_and_straightened() -> None:
    settings = OffsetSettings(near=OFF)
    seen_knee, seen_ankle = drawn(22.0, 6.0)
    knee, ankle = anatomical_leg(HIP, seen_knee, seen_ankle, settings.of(True), settings=settings)
    assert ahead_of_vertical_deg(knee - HIP)[0] == pytest.approx(20.0)
    assert ahead_of_vertical_deg(ankle - knee)[0] == pytest.approx(7.0)
    assert flexion_deg(HIP, knee, ankle)[0] == pytest.approx(13.0)
    whole = float((length(knee - HIP) + length(ankle - knee))[0])
    assert whole == pytest.approx(0.54 + 0.515)
    assert anatomical_leg_length(HIP, seen_knee, seen_ankle, OFF)[0] == pytest.approx(whole)


def test_a_bent_leg_keeps_its_direction_and_between_there_is_no_step() -> None:
    settings = OffsetSettings(near=OFF)
    bends = np.arange(10.0, 70.0, 0.5)
    found = []
    for bend in bends:
        knee, ankle = anatomical_leg(HIP, *drawn(20.0, 20.0 - bend), settings.of(True), settings=settings)
        found.append(float(flexion_deg(HIP, knee, ankle)[0]))
    assert found[-1] == pytest.approx(bends[-1])
    assert np.diff(found).min() > 0
    assert np.diff(found).max() < 0.7


@pytest.mark.parametrize("model", ["full", "heavy"])
@pytest.mark.slow
def test_a_report_on_a_known_model_reads_the_knee_straighter_and_the_leg_longer(model: str) -> None:
    given = Given(uprights=Uprights(0.0, 0.2, 0.0, 8.0))
    legs_alone = replace(settings_for(model), events=Settings().events)  # strikes at the same instants
    plain, corrected = (run_of(film(Runner(), Camera()), given, settings=one) for one in (Settings(), legs_alone))
    near = plain.runner.near_side
    longer = corrected.runner.leg_length_px / plain.runner.leg_length_px
    assert longer > 1.01
    slower = settings_for(model).offsets.foot_slow_frac
    assert corrected.belt_speed_ll_s == pytest.approx(plain.belt_speed_ll_s / longer * (1 + slower), rel=0.02)

    def knee_deg(side: Side) -> float:
        pairs = zip(plain.steps, corrected.steps, strict=True)
        turned = [b.values["knee_flexion"] - a.values["knee_flexion"] for a, b in pairs if a.contact.side is side]
        return float(np.nanmedian(turned))

    for side, offsets in ((near, settings_for(model).offsets.near), (near.other, settings_for(model).offsets.far)):
        assert knee_deg(side) == pytest.approx(offsets.thigh_turn_deg - offsets.shank_turn_deg, abs=0.8)


def test_landmarks_of_an_unknown_model_are_left_alone() -> None:
    assert settings_for("mine.task").offsets == OffsetSettings()
