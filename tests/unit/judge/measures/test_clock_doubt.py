"""A clip that an editor sped up or slowed down: what does not depend on the clock stands, the rest is doubted."""

from functools import cache

import pytest

from formcheck import Report, analyze_track
from formcheck.records.skeleton import Side
from formcheck.records.track import PoseTrack
from stick_runner import Camera, Runner, film

SPEED_KMH = 3.2 * 0.86 * 3.6
"""Of the figure, where its legs are of the usual length."""


@cache
def report(slow: float = 1.0, **options: float) -> Report:
    return analyze_track(film(Runner(), Camera(slow=slow, noise=0.005), 12.0), landmark_error_frac=0.01, **options)


def codes(found: Report) -> list[str]:
    return [reason.code for reason in found.quality.reasons]


@pytest.mark.parametrize(("slow", "how"), [(1 / 1.25, "faster"), (1.25, "slower"), (1.5, "faster")])
@pytest.mark.slow
def test_a_clip_played_at_another_speed_is_doubted_and_its_landing_is_as_filmed(slow: float, how: str) -> None:
    found, real = report(slow), report()
    assert codes(found)[-1] == "clock_doubted"
    assert f"may play {how} than real time" in found.quality.reasons[-1].message
    assert found.quality.grade == "usable"
    assert {found.measures[name].headline.confidence for name in ("cadence", "contact_time", "belt_speed")} == {"low"}
    reach, lean = found.measures["foot_ahead_of_hip"].headline, found.measures["trunk_lean"].headline
    assert reach.value == pytest.approx(0.24, abs=0.03)
    assert lean.confidence == real.measures["trunk_lean"].headline.confidence


def test_a_doubted_clock_is_compared_only_where_the_speed_changes_nothing() -> None:
    """A short reach is short at both speeds; no time is compared."""
    found = report(1 / 1.25)
    assert {band.measure for band in found.reference} <= {
        "foot_ahead_of_hip",
        "trunk_lean",
        "shank_angle",
        "knee_flexion",
    }
    codes_said = [finding.code for finding in found.findings]
    assert not any("cadence" in code for code in codes_said)
    assert "overstride_likely" not in codes_said


def test_one_who_lands_far_ahead_with_few_steps_is_told_so_whatever_the_clock() -> None:
    reach = dict.fromkeys(Side, 0.36)
    track = film(Runner(reach=reach, cadence_per_min=140), Camera(noise=0.003), 12.0)
    found = analyze_track(track, landmark_error_frac=0.004)
    assert "clock_doubted" in codes(found)
    assert "overstride_likely" in [finding.code for finding in found.findings]


def test_a_usual_cadence_at_its_speed_is_not_doubted() -> None:
    assert codes(report()) == []


@pytest.mark.slow
def test_the_treadmills_speed_confirms_the_clock_or_names_it() -> None:
    quick = {"landmark_error_frac": 0.01}
    track = film(Runner(cadence_per_min=196, contact_s=0.22), Camera(noise=0.005), 12.0)
    assert codes(analyze_track(track, **quick)) == ["clock_doubted"]
    assert codes(analyze_track(track, speed_kmh=SPEED_KMH, **quick)) == []
    named = report(1 / 1.25, speed_kmh=SPEED_KMH, height_m=1.75)
    assert codes(named) == ["scale_disagreement"]
    assert "The clip may play faster than real time" in named.quality.reasons[0].message
    assert named.measures["cadence"].headline.confidence == "low"
    assert not any("cadence" in finding.code for finding in named.findings)


BOUNCY = Runner(cadence_per_min=148, contact_s=0.26, bounce=0.065, belt_speed=2.9)


@pytest.mark.parametrize("options", [{}, {"height_m": 1.75}])
@pytest.mark.slow
def test_a_slow_cadence_played_faster_is_doubted_by_the_fall_where_it_passes_for_a_usual_one(
    options: dict[str, float],
) -> None:
    real, quick = (
        analyze_track(film(BOUNCY, Camera(slow=slow, noise=0.005), 12.0), landmark_error_frac=0.01, **options)
        for slow in (1.0, 1 / 1.25)
    )
    assert codes(real) == []
    (why,) = quick.quality.reasons
    assert why.code == "clock_doubted"
    assert "falls harder" in why.message
    assert quick.measures["cadence"].headline.value == pytest.approx(185, abs=0.5)
    assert quick.measures["cadence"].headline.confidence == "low"
    assert not any("cadence" in finding.code for finding in quick.findings)
    assert "overstride_unlikely" not in [finding.code for finding in quick.findings]


@pytest.mark.slow
def test_what_to_do_about_a_doubted_clock_asks_for_nothing_that_was_given() -> None:
    def advice(track: PoseTrack, **options: float) -> str:
        return analyze_track(track, landmark_error_frac=0.01, **options).quality.reasons[-1].advice

    quick = film(BOUNCY, Camera(slow=1 / 1.25, noise=0.005), 12.0)
    assert "give the treadmill's speed" in advice(quick)
    assert "give the treadmill's speed" in advice(quick, height_m=1.75)
    assert "give your height" in advice(quick, speed_kmh=2.9 * 0.86 * 3.6)
    from_behind = film(Runner(), Camera(azimuth_deg=-90, slow=1.25, noise=0.005), 12.0)
    assert "give" not in advice(from_behind, speed_kmh=10.0)
