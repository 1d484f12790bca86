"""Two clips of one runner: what changed, what did not, and what nobody can say."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compared import REACH_SD, clip, codes, half, measured, reach
from formcheck import Report, compare
from formcheck.judge.comparison.said import comparison_in, verdict
from formcheck.records.errors import UsageError
from formcheck.records.report import Change as Levels
from formcheck.records.report import ErrorParts, Measure, ModelUsed, Plateau, Proportion
from formcheck.records.skeleton import Side
from formcheck.report.page.comparison import row_of
from formcheck.words.catalogue import Voice
from formcheck.words.reasons import reason
from sample_report import good_report


def test_two_reports_of_one_clip_show_no_change() -> None:
    found = compare(clip(), clip())
    assert {each.verdict for each in found.differences} == {"no_change_larger_than"}
    assert reach(found).value == 0.0
    assert found.notes == ()


def test_a_change_beyond_what_clips_are_off_by_is_real_and_has_a_direction() -> None:
    found = compare(clip(0.27), clip(0.23))
    assert reach(found).verdict == "changed"
    assert reach(found).value == pytest.approx(-0.04)
    assert verdict(found) == "Your foot lands closer: 4\N{NO-BREAK SPACE}% of leg less."
    assert verdict(compare(clip(0.23), clip(0.27))).startswith("Your foot lands further ahead")


def test_a_change_that_an_interval_a_third_wider_would_not_show_is_only_probable() -> None:
    """Then the interval of 95 % leaves out zero, and that of 99 % does not."""
    width = half(reach(compare(clip(), clip())))
    for times, doubted in ((1.05, True), (1.25, True), (1.35, False), (2.0, False)):
        found = compare(clip(0.24), clip(0.24 - times * width))
        assert reach(found).verdict == "changed"
        words = reach(found).text, row_of(reach(found)).verdict
        assert (["probably lands closer" in words[0], words[1] == "Probably changed"]) == [doubted, doubted]
        assert (words[1] == "Changed") == (not doubted)


def test_both_feet_that_changed_are_told_apart() -> None:
    right = replace(good_report().scene, near_side=Side.RIGHT)
    found = compare([clip(0.28), clip(0.28, scene=right)], [clip(0.22), clip(0.22, scene=right)])
    said = [row.text for row in found.differences if row.measure == "foot_ahead_of_hip"]
    assert [words.split(":")[0] for words in said] == ["Your left foot lands closer", "Your right foot lands closer"]


def test_other_numbers_of_a_leg_name_it() -> None:
    found = compare(clip(), clip()).of("knee_flexion")
    assert found is not None
    assert found.text.startswith("Knee bend at foot strike, left: ")


def test_a_number_corrected_for_the_speed_says_so_beside_it() -> None:
    steady, quicker = compare(clip(), clip()), compare(clip(), clip(speed_kmh=11.6))
    for found, how in ((steady, ""), (quicker, "at the same speed")):
        cadence = found.of("cadence")
        assert cadence is not None
        assert row_of(cadence).how == how


@pytest.mark.parametrize(("second", "is_noted"), [(1.72, False), (1.80, True), (None, False)])
def test_other_heights_given_are_noticed(second: float | None, is_noted: bool) -> None:
    def given(height_m: float | None) -> Report:
        made = clip()
        return replace(made, settings={"told": {**made.settings["told"], "height_m": height_m}})

    found = compare(given(1.70), given(second))
    assert ("compared_heights_differ" in codes(found)) is is_noted
    if is_noted:
        assert "different heights, 1.70\N{NO-BREAK SPACE}m and 1.80\N{NO-BREAK SPACE}m" in found.notes[0].message
        assert "67\N{NO-BREAK SPACE}in" in comparison_in(found, Voice("en", "imperial")).notes[0].message


def test_what_is_the_same_in_all_clips_of_a_runner_cancels() -> None:
    sure, unsure = (half(reach(compare(clip(of_runner=sd), clip(of_runner=sd)))) for sd in (0.0, 0.05))
    assert sure == pytest.approx(unsure)
    assert sure == pytest.approx(2.2414 * np.sqrt(2) * REACH_SD, rel=1e-3)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"model": ModelUsed("heavy", "h" * 64)}, "compared_models_differ"),
        ({"formcheck_version": "0.0.9"}, "compared_versions_differ"),
        ({"clip": replace(good_report().clip, mean_fps=240.0)}, "compared_rates_differ"),
    ],
)
def test_another_way_of_measuring_widens_the_interval_and_says_so(other: Mapping[str, object], code: str) -> None:
    alike, unlike = compare(clip(), clip()), compare(clip(), clip(**other))  # type: ignore[arg-type]
    assert codes(unlike) == [code]
    assert half(reach(unlike)) == pytest.approx(2.2414 * np.sqrt(2) * np.hypot(REACH_SD, 0.02), rel=1e-3)
    assert half(reach(alike)) < half(reach(unlike))


def test_frame_rates_that_move_no_number_are_alike() -> None:
    film, video = (clip(clip=replace(good_report().clip, mean_fps=fps)) for fps in (25.0, 59.94))
    assert codes(compare(film, video)) == []


def test_a_number_of_the_near_leg_is_not_compared_with_the_other_leg() -> None:
    scene = replace(good_report().scene, near_side=Side.RIGHT)
    found = compare(clip(), clip(scene=scene))
    assert reach(found).verdict == "cannot_say"
    assert [why.code for why in reach(found).reasons] == ["compared_legs_differ"]
    lean = found.of("trunk_lean")
    assert lean is not None
    assert lean.verdict == "no_change_larger_than"
    assert codes(found) == ["compared_sides_differ"]


@given(st.floats(0.1, 0.4), st.floats(0.1, 0.4))
def test_the_three_numbers_of_a_row_add_up(first: float, second: float) -> None:
    row = row_of(reach(compare(clip(first), clip(second))))
    before, after, change = (
        float(text.replace("\N{MINUS SIGN}", "-").split("\N{NO-BREAK SPACE}")[0])
        for text in (row.before, row.after, row.change)
    )
    assert after - before == pytest.approx(change)


def test_a_quicker_belt_is_allowed_for_and_said() -> None:
    found = compare(clip(0.240), clip(0.2525, speed_kmh=12.0))
    assert codes(found) == ["compared_speed_corrected"]
    assert found.notes[0].message.startswith("The later run is 9\u00a0% faster".replace("\u00a0", " "))
    assert reach(found).correction == pytest.approx(0.138 * np.log(12 / 11))
    assert reach(found).value == pytest.approx(0.0125 - reach(found).correction)
    assert half(reach(found)) > half(reach(compare(clip(), clip())))


def test_speeds_too_far_apart_are_refused() -> None:
    found = compare(clip(), clip(speed_kmh=14.0))
    assert found.refused is not None
    assert found.refused.code == "compared_speeds_differ"
    assert found.differences == ()
    assert verdict(found) == found.refused.message


def test_without_a_speed_told_belts_that_look_alike_are_taken_as_alike_and_said() -> None:
    found = compare(clip(speed_kmh=None), clip(speed_kmh=None))
    assert found.speed.source == "measured"
    assert found.speed.ratio == 1.0
    assert codes(found) == ["compared_speed_assumed"]
    assert half(reach(found)) == half(reach(compare(clip(), clip())))


def test_without_a_speed_told_a_belt_that_runs_quicker_is_allowed_for() -> None:
    found = compare(*([speed_unknown(faster) for _ in range(8)] for faster in (1.0, 1.1)))
    assert codes(found) == ["compared_speed_corrected"]
    assert reach(found).correction == pytest.approx(0.138 * np.log(1.1), rel=1e-3)


def test_a_belt_that_may_be_within_what_can_be_allowed_for_is_compared_with_a_wider_interval() -> None:
    uncertain = compare(speed_unknown(1.0), speed_unknown(1.17))
    assert uncertain.speed.interval95[0] < 1.15 < uncertain.speed.ratio
    assert uncertain.refused is None
    assert half(reach(uncertain)) > half(reach(compare(clip(), clip())))


def test_a_belt_that_runs_much_quicker_is_refused_without_a_speed_told() -> None:
    refused = compare(speed_unknown(1.0), speed_unknown(1.3)).refused
    assert refused is not None
    assert refused.code == "compared_speeds_differ"


def speed_unknown(faster: float) -> Report:
    """A clip whose runner gave no speed, on a belt so many times as fast."""
    made = clip(speed_kmh=None)
    belt = made.scene.belt_speed
    return replace(made, scene=replace(made.scene, belt_speed=replace(belt, value=faster * belt.value)))


def test_a_report_without_a_belt_speed_is_compared_as_if_none_were_known() -> None:
    bare = speed_unknown(1.0)
    bare = replace(bare, measures={name: one for name, one in bare.measures.items() if name != "belt_speed"})
    found = compare(speed_unknown(1.0), bare)
    assert codes(found) == ["compared_speed_unknown"]
    assert reach(found).verdict == "no_change_larger_than"


def test_speeds_given_that_the_belts_contradict_are_refused_with_what_to_do() -> None:
    slow, quick = clip(speed_kmh=10.0), clip(speed_kmh=12.5)
    liar = replace(quick, settings=slow.settings)
    refused = compare(slow, liar).refused
    assert refused is not None
    assert refused.code == "compared_speeds_contradict"
    assert refused.advice.startswith("Check the speed")


def test_one_clip_with_two_speeds_told_did_not_change() -> None:
    first = clip(speed_kmh=10.0)
    again = replace(first, settings=clip(speed_kmh=11.0).settings)
    found = compare(first, again)
    assert {each.verdict for each in found.differences} == {"no_change_larger_than"}
    assert {each.correction for each in found.differences} == {0.0}


def test_a_number_withheld_stays_withheld_with_its_reason() -> None:
    report = clip()
    lean = replace(report.measures["trunk_lean"].headline, withheld=reason("interval_too_wide"))
    measures = {**report.measures, "trunk_lean": replace(report.measures["trunk_lean"], headline=lean)}
    found = compare(clip(), replace(report, measures=measures)).of("trunk_lean")
    assert found is not None
    assert found.verdict == "cannot_say"
    assert [why.code for why in found.reasons] == ["interval_too_wide"]
    assert np.isnan([found.before, found.after, found.value]).all()


def test_a_number_that_changes_within_a_clip_is_not_compared() -> None:
    levels = (Plateau(0.0, 4.0, 0.22), Plateau(4.0, 9.0, 0.28))
    drift = Levels("foot_ahead_of_hip", "leg_length", "steps", levels, 0.06, (0.04, 0.08))
    found = reach(compare(clip(), clip(changes=(drift,))))
    assert found.verdict == "cannot_say"
    assert [why.code for why in found.reasons] == ["changes_within_clip"]


def test_bodies_of_other_proportions_are_refused() -> None:
    built = {"leg_to_trunk": Proportion(1.51, 0.04), "thigh_to_shank": Proportion(1.04, 0.07)}
    alike = built | {"thigh_to_shank": Proportion(1.06, 0.07)}
    other = built | {"thigh_to_shank": Proportion(1.20, 0.07)}
    assert compare(clip(proportions=built), clip(proportions=alike)).refused is None
    refused = compare(clip(proportions=built), clip(proportions=other)).refused
    assert refused is not None
    assert refused.code == "another_runner"


def test_a_report_from_before_errors_had_parts_compares_with_wider_intervals() -> None:
    report = clip()
    plain = {name: replace(one, headline=replace(one.headline, error=None)) for name, one in report.measures.items()}
    older = replace(report, measures=plain, proportions={})
    found = compare(older, clip())
    assert codes(found) == ["compared_older_report"]
    assert half(reach(found)) > 2 * half(reach(compare(clip(), clip())))


def test_an_interval_too_wide_to_be_of_use_says_nothing() -> None:
    report = clip()
    reaching = replace(report.measures["foot_ahead_of_hip"], headline=measured(0.24, ErrorParts(0.0, 0.06, 0.0)))
    wide = replace(report, measures={**report.measures, "foot_ahead_of_hip": reaching})
    assert [why.code for why in reach(compare(wide, wide)).reasons] == ["change_too_uncertain"]
    assert reach(compare(wide, wide)).verdict == "cannot_say"


@pytest.mark.slow
def test_the_headlines_hold_a_false_change_in_at_most_one_of_twenty_comparisons() -> None:
    rng = np.random.default_rng(3)
    draws = rng.normal(0, 1, (400, 4))
    false = [
        any(
            row.verdict == "changed"
            for row in compare(
                clip(0.24 + REACH_SD * a, lean=6 + np.hypot(0.5, 0.1) * b),
                clip(0.24 + REACH_SD * c, lean=6 + np.hypot(0.5, 0.1) * d),
            ).differences
            if row.measure in ("foot_ahead_of_hip", "trunk_lean")
        )
        for a, b, c, d in draws
    ]
    assert np.mean(false) < 0.08


def test_a_comparison_reads_in_the_readers_units() -> None:
    found = comparison_in(compare(clip(0.27), clip(0.23)), Voice(units="imperial"))
    assert "4\N{NO-BREAK SPACE}% of leg less" in reach(found).text


@pytest.mark.parametrize("nothing", [[], [None], "march.json"])
def test_a_group_of_no_reports_is_refused_in_one_line(nothing: object) -> None:
    with pytest.raises(UsageError, match="before must be a Report or a sequence of Reports"):
        compare(nothing, clip())  # type: ignore[arg-type]


def test_clips_from_behind_are_compared_without_a_near_leg() -> None:
    behind = replace(good_report().scene, view="rear", near_side=None)
    gone = {
        name: replace(one, headline=replace(one.headline, withheld=reason("rear_view")))
        for name, one in clip().measures.items()
    }
    report = replace(clip(scene=behind), measures=gone)
    assert [why.code for why in reach(compare(report, report)).reasons] == ["rear_view"]


def test_a_measure_that_this_version_does_not_know_is_left_out() -> None:
    report = clip()
    newer = replace(report, measures={**report.measures, "wingspan": report.measures["trunk_lean"]})
    assert compare(newer, newer).of("wingspan") is None


def test_a_difference_between_the_legs_that_may_have_changed_by_half_says_nothing() -> None:
    report = clip()
    sides = Measure("fraction", measured(0.1, ErrorParts(0.0, 0.2, 0.0)))
    unsure = replace(report, measures={**report.measures, "foot_ahead_of_hip_asymmetry": sides})
    found = compare(unsure, unsure).of("foot_ahead_of_hip_asymmetry")
    assert found is not None
    assert [why.code for why in found.reasons] == ["change_too_uncertain"]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"scene": replace(good_report().scene, view="rear")}, "compared_views_differ"),
        ({"scene": replace(good_report().scene, surface="overground")}, "compared_surfaces_differ"),
    ],
)
def test_runs_of_another_kind_are_refused(other: Mapping[str, object], code: str) -> None:
    refused = compare(clip(), clip(**other)).refused  # type: ignore[arg-type]
    assert refused is not None
    assert refused.code == code


def test_a_climb_is_not_compared_with_a_level_run() -> None:
    climb = replace(clip(), settings={"told": {"speed_kmh": 11.0, "incline_pct": 4.0}})
    refused = compare(clip(), climb).refused
    assert refused is not None
    assert refused.message == "The treadmill's inclines differ: 0 and 4 %."
