"""A report against the truth: what holds, what differs and what is said of it."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.cli.verify.compare import Check, compare, match
from formcheck.cli.verify.truth import EventTruth, Expect, Miss, Truth, Wanted
from formcheck.cli.verify.update import record
from formcheck.records.gait import TimeScale
from formcheck.records.report import Heading, Measured, Quality, Report, Step
from formcheck.records.skeleton import Side
from sample_report import DURATION_S, NOT_SIDE_ON, good_report, withheld_report


def the_check(report: Report, truth: Truth, name: str | None = None) -> Check:
    """The only check, or the one of that name."""
    checks = [check for check in compare(report, truth) if name in (None, check.name)]
    assert len(checks) == 1, [check.name for check in checks]
    return checks[0]


def measured(name: str, value: float, tolerance: float, unit: str = "", **more: object) -> Truth:
    return Truth(measures={name: Wanted(value, tolerance, unit)}, **more)  # type: ignore[arg-type]


def strikes_of(report: Report) -> tuple[EventTruth, ...]:
    return tuple(EventTruth(step.side, step.strike_time_s) for step in report.steps)


def left_strikes(report: Report, truth: Truth) -> Check:
    return the_check(report, truth, "strikes.left")


def without(report: Report, index: int) -> Report:
    return replace(report, steps=report.steps[:index] + report.steps[index + 1 :])


def with_strikes(report: Report, moved_s: float, index: int) -> Report:
    step = report.steps[index]
    moved = replace(step, strike_time_s=step.strike_time_s + moved_s)
    return replace(report, steps=(*report.steps[:index], moved, *report.steps[index + 1 :]))


def silent(report: Report, name: str) -> Report:
    """The report with that measure's headline withheld, its value still in the record."""
    measure = report.measures[name]
    headline = replace(measure.headline, withheld=NOT_SIDE_ON)
    return replace(report, measures=report.measures | {name: replace(measure, headline=headline)})


# --- numbers


@pytest.mark.parametrize(("value", "verdict"), [(166.2, "ok"), (167.2, "ok"), (166.1, "differs"), (167.3, "differs")])
def test_a_number_holds_within_its_tolerance_and_no_further(value: float, verdict: str) -> None:
    check = the_check(good_report(), measured("cadence", value, 0.51, "1/min"))
    assert check.verdict == verdict
    assert check.errors == (pytest.approx(166.7 - value),)
    assert check.unit == "1/min"


def test_what_a_truth_does_not_name_is_not_checked() -> None:
    assert compare(good_report(), Truth()) == ()


def test_a_difference_says_by_how_much_and_what_is_allowed() -> None:
    check = the_check(good_report(), measured("trunk_lean", 3.0, 1.25, "deg"))
    assert (check.truth, check.got) == ("3", "6.6")
    assert "+3.6" in check.why
    assert "1.25" in check.why


def test_another_unit_is_a_difference_however_near_the_number() -> None:
    check = the_check(good_report(), measured("foot_ahead_of_hip", 0.292, 0.1, "m"))
    assert check.verdict == "differs"
    assert "leg_length" in check.why


def test_a_unit_missing_from_the_truth_is_not_checked() -> None:
    assert the_check(good_report(), measured("foot_ahead_of_hip", 0.292, 0.1)).verdict == "ok"


def test_a_withheld_number_with_a_truth_is_a_difference_that_names_the_code() -> None:
    check = the_check(withheld_report(), measured("trunk_lean", 6.6, 1.0, "deg"))
    assert check.verdict == "differs"
    assert "withheld: interval_too_wide" in check.why
    assert check.errors == ()


def test_a_withheld_number_is_not_compared_even_when_it_would_be_right() -> None:
    report = silent(good_report(), "cadence")
    assert the_check(report, measured("cadence", 166.7, 1.0, "1/min")).verdict == "differs"


def test_a_measure_that_does_not_exist_is_a_difference() -> None:
    check = the_check(good_report(), measured("cadense", 167.0, 100.0))
    assert check.verdict == "differs"
    assert "no such" in check.why


def test_a_number_that_is_not_known_is_a_difference() -> None:
    report = good_report()
    blind = replace(report, scene=replace(report.scene, camera_roll_deg=float("nan")))
    assert the_check(blind, Truth(scene={"camera_roll_deg": Wanted(1.3, 90.0)})).verdict == "differs"


@pytest.mark.parametrize(("side", "leg"), [(Side.LEFT, "near"), (Side.RIGHT, "far")])
def test_each_leg_is_compared_with_its_own_truth(side: Side, leg: str) -> None:
    own = {Side.LEFT: 0.292, Side.RIGHT: 0.268}[side]
    right = Truth(sides={side: {"foot_ahead_of_hip": Wanted(own, 0.01)}})
    check = the_check(good_report(), right)
    assert (check.name, check.leg, check.verdict) == (f"foot_ahead_of_hip.{side}", leg, "ok")
    wrong = Truth(sides={side.other: {"foot_ahead_of_hip": Wanted(own, 0.01)}})
    assert the_check(good_report(), wrong).verdict == "differs"


def test_a_leg_of_a_number_that_has_no_legs_is_a_difference() -> None:
    truth = Truth(sides={Side.LEFT: {"cadence": Wanted(166.7, 1.0)}})
    assert the_check(good_report(), truth).verdict == "differs"


@pytest.mark.parametrize(("value", "held"), [(0.30, True), (0.32, False)])
def test_whether_the_interval_covers_the_truth_is_reported_and_decides_nothing(value: float, held: bool) -> None:
    check = the_check(good_report(), measured("foot_ahead_of_hip", value, 0.1))
    assert (check.held, check.verdict) == (held, "ok")


def test_a_number_without_an_interval_holds_and_misses_nothing() -> None:
    report = good_report()
    bare = replace(report.measures["cadence"], headline=Measured(166.7, 1.0, (float("nan"),) * 2, 2, "low"))
    report = replace(report, measures=report.measures | {"cadence": bare})
    assert the_check(report, measured("cadence", 166.7, 1.0)).held is None


# --- the scene


def test_the_scene_is_compared_word_by_word() -> None:
    truth = Truth(scene={"view": "side", "heading": "right", "near_side": "left", "surface": "treadmill"})
    verdicts = {check.name: check.verdict for check in compare(good_report(), truth)}
    assert verdicts == {"view": "ok", "heading": "differs", "near_side": "ok", "surface": "ok"}


@pytest.mark.parametrize(("heading", "verdict"), [("left", "differs"), ("unknown", "ok")])
def test_a_fact_of_the_scene_that_must_be_null_may_not_be_reported(heading: Heading, verdict: str) -> None:
    report = good_report()
    report = replace(report, scene=replace(report.scene, heading=heading))
    assert the_check(report, Truth(scene={"heading": None})).verdict == verdict


@pytest.mark.parametrize(("roll", "verdict"), [(1.0, "ok"), (-1.3, "differs")])
def test_the_roll_of_the_camera_has_a_sign_and_a_tolerance(roll: float, verdict: str) -> None:
    assert the_check(good_report(), Truth(scene={"camera_roll_deg": Wanted(roll, 0.5)})).verdict == verdict


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "ok"), (8.0, "differs")])
def test_the_clock_of_the_clip_is_compared(factor: float, verdict: str) -> None:
    assert the_check(good_report(), Truth(time_scale=Wanted(factor, 0.01))).verdict == verdict


# --- events


def test_events_that_are_all_found_hold() -> None:
    report = good_report()
    checks = compare(report, Truth(strikes=strikes_of(report)))
    assert [(check.name, check.leg, check.verdict) for check in checks] == [
        ("strikes.left", "near", "ok"),
        ("strikes.right", "far", "ok"),
    ]
    assert all(error == 0 for check in checks for error in check.errors)


def test_a_late_event_is_reported_in_milliseconds() -> None:
    report = good_report()
    check = left_strikes(with_strikes(report, 0.030, 4), Truth(strikes=strikes_of(report)))
    assert check.verdict == "differs"
    assert "+30 ms" in check.why
    assert check.error == pytest.approx(0.030)


def test_the_far_leg_has_a_larger_tolerance() -> None:
    report = good_report()
    truth = Truth(strikes=strikes_of(report), tolerance_s={"strikes": 0.02})
    late = with_strikes(report, 0.030, 5)
    assert report.steps[5].side is Side.RIGHT
    assert the_check(late, truth, "strikes.right").verdict == "ok"
    strict = replace(truth, far_tolerance_s={"strikes": 0.02})
    assert the_check(late, strict, "strikes.right").verdict == "differs"


def test_an_event_may_have_a_tolerance_of_its_own() -> None:
    report = good_report()
    events = list(strikes_of(report))
    events[4] = replace(events[4], tolerance_s=0.05)
    truth = Truth(strikes=tuple(events), tolerance_s={"strikes": 0.02})
    assert left_strikes(with_strikes(report, 0.030, 4), truth).verdict == "ok"
    assert left_strikes(with_strikes(report, 0.030, 6), truth).verdict == "differs"


def test_a_missed_event_is_a_difference_of_its_own() -> None:
    report = good_report()
    check = left_strikes(without(report, 4), Truth(strikes=strikes_of(report)))
    assert check.verdict == "differs"
    assert f"missed at {report.steps[4].strike_time_s:.2f}" in check.why
    assert check.error == 0


def made_up(time_s: float) -> Step:
    return Step(Side.LEFT, time_s, float("nan"), 0.2, {})


@pytest.mark.parametrize(("time_s", "verdict"), [(5.0, "differs"), (0.05, "ok"), (DURATION_S - 0.05, "ok")])
def test_an_event_made_up_is_a_difference_but_not_at_the_ends_of_the_clip(time_s: float, verdict: str) -> None:
    report = good_report()
    more = replace(report, steps=(*report.steps, made_up(time_s)))
    check = left_strikes(more, Truth(strikes=strikes_of(report)))
    assert check.verdict == verdict
    assert (f"made up at {time_s:.2f}" in check.why) == (verdict == "differs")


def test_a_clip_without_steps_is_checked_for_steps_made_up() -> None:
    check = left_strikes(good_report(), Truth(strikes=()))
    assert check.verdict == "differs"


def test_exchanged_feet_are_differences_of_both() -> None:
    report = good_report()
    swapped = replace(report, steps=tuple(replace(step, side=step.side.other) for step in report.steps))
    checks = compare(swapped, Truth(strikes=strikes_of(report)))
    assert [check.verdict for check in checks] == ["differs", "differs"]


def test_two_found_events_cannot_both_be_the_one_there_was() -> None:
    report = good_report()
    doubled = replace(report, steps=(*report.steps, made_up(report.steps[4].strike_time_s + 0.05)))
    check = left_strikes(doubled, Truth(strikes=strikes_of(report)))
    assert "made up" in check.why
    assert check.error == 0


def test_in_slow_motion_tolerances_are_those_of_the_clips_clock() -> None:
    report = good_report()
    slow = replace(report, clip=replace(report.clip, time_scale=TimeScale(8.0, "declared")))
    truth = Truth(strikes=strikes_of(report))
    assert left_strikes(with_strikes(slow, 0.1, 6), truth).verdict == "ok"
    assert left_strikes(with_strikes(report, 0.1, 6), truth).verdict == "differs"


def test_events_are_matched_nearest_first_and_one_to_one() -> None:
    assert match(np.array([1.0, 2.0]), np.array([1.9, 2.01, 5.0]), 0.15) == [(1, 1)]
    assert match(np.array([1.0, 1.1]), np.array([1.02, 1.12]), 0.15) == [(0, 0), (1, 1)]
    assert match(np.array([]), np.array([1.0]), 0.15) == []


# --- what must be withheld


def test_the_codes_that_withhold_headlines_must_be_exactly_those() -> None:
    report = withheld_report()
    codes = {m.headline.withheld.code for m in report.measures.values() if m.headline.withheld}
    assert the_check(report, Truth(expect=Expect(withheld=frozenset(codes)))).verdict == "ok"
    missing = the_check(report, Truth(expect=Expect(withheld=frozenset({*codes, "nobody_seen"}))))
    assert (missing.verdict, "nobody_seen" in missing.why) == ("differs", True)
    surplus = the_check(report, Truth(expect=Expect(withheld=frozenset(codes - {"not_side_view"}))))
    assert (surplus.verdict, "not_side_view" in surplus.why) == ("differs", True)


def test_a_clip_of_which_nothing_may_be_withheld_is_checked_for_that() -> None:
    whole = good_report()
    whole = replace(whole, measures={name: m for name, m in whole.measures.items() if m.headline.withheld is None})
    assert the_check(whole, Truth(expect=Expect(withheld=frozenset()))).verdict == "ok"
    assert the_check(silent(whole, "cadence"), Truth(expect=Expect(withheld=frozenset()))).verdict == "differs"


def test_reasons_must_be_given_and_others_may_be() -> None:
    report = withheld_report()
    assert the_check(report, Truth(expect=Expect(reasons=frozenset({"not_side_view"})))).verdict == "ok"
    check = the_check(
        replace(report, quality=Quality("good", ())), Truth(expect=Expect(reasons=frozenset({"not_side_view"})))
    )
    assert (check.verdict, "not_side_view" in check.why) == ("differs", True)


def test_a_measure_that_must_be_withheld_may_not_be_reported() -> None:
    truth = Truth(expect=Expect(measures_withheld=frozenset({"trunk_lean"})))
    assert the_check(withheld_report(), truth).verdict == "ok"
    assert the_check(good_report(), truth).verdict == "differs"


def test_a_misspelt_measure_that_must_be_withheld_does_not_hold_silently() -> None:
    assert (
        the_check(withheld_report(), Truth(expect=Expect(measures_withheld=frozenset({"trunk_laen"})))).verdict
        == "differs"
    )


# --- known misses


def test_a_known_miss_is_no_difference_and_says_why() -> None:
    check = the_check(good_report(), measured("cadence", 100.0, 1.0, misses={"cadence": Miss("double steps")}))
    assert check.verdict == "known miss"
    assert "double steps" in check.why


def test_a_known_miss_that_has_grown_beyond_its_bound_is_a_difference() -> None:
    misses = {"cadence": Miss("double steps", within=5.0)}
    assert the_check(good_report(), measured("cadence", 163.0, 1.0, misses=misses)).verdict == "known miss"
    check = the_check(good_report(), measured("cadence", 160.0, 1.0, misses=misses))
    assert check.verdict == "differs"
    assert "within 5" in check.why


def test_a_number_that_is_withheld_now_is_beyond_every_bound() -> None:
    misses = {"trunk_lean": Miss("leans", within=5.0)}
    assert the_check(withheld_report(), measured("trunk_lean", 6.0, 1.0, misses=misses)).verdict == "differs"


def test_a_known_miss_that_holds_is_a_difference_until_it_is_taken_out() -> None:
    check = the_check(good_report(), measured("cadence", 166.7, 1.0, misses={"cadence": Miss("double steps")}))
    assert check.verdict == "differs"
    assert "misses" in check.why


def test_a_known_miss_at_the_edge_of_its_tolerance_may_hold_on_another_processor() -> None:
    check = the_check(good_report(), measured("cadence", 167.6, 1.0, misses={"cadence": Miss("double steps")}))
    assert check.verdict == "ok"


def test_a_known_miss_of_nothing_that_is_checked_is_a_difference() -> None:
    checks = compare(good_report(), measured("cadence", 166.7, 1.0, misses={"cadense": Miss("a typo")}))
    assert [check.verdict for check in checks if "cadense" in check.name] == ["differs"]


# --- pins


@pytest.mark.parametrize("report", [good_report(), withheld_report()], ids=["good", "withheld"])
def test_a_report_holds_against_what_was_recorded_from_it(report: Report) -> None:
    checks = compare(report, record(report, None))
    assert checks
    assert [check for check in checks if check.verdict != "ok"] == []


def test_a_pin_catches_what_the_reports_own_interval_would_let_pass() -> None:
    report = good_report()
    pin = record(report, None)
    measure = report.measures["foot_ahead_of_hip"]
    low, high = measure.headline.interval95
    moved = replace(measure, headline=replace(measure.headline, value=measure.headline.value + (high - low) / 3))
    report = replace(report, measures=report.measures | {"foot_ahead_of_hip": moved})
    assert [check.name for check in compare(report, pin) if check.verdict == "differs"] == ["foot_ahead_of_hip"]


def test_a_pin_of_a_clip_without_a_person_catches_false_steps() -> None:
    report = withheld_report()
    pin = record(replace(report, steps=()), None)
    assert "strikes.left" in {check.name for check in compare(report, pin) if check.verdict == "differs"}


def test_recording_again_keeps_hand_written_notes() -> None:
    report = good_report()
    first = record(report, None)
    step = report.steps[4]
    mended = replace(
        first,
        comment="the console hides a wrist",
        given={"height_m": 1.75},
        tolerance_s={"strikes": 0.011, "toe_offs": 0.022},
        measures=first.measures | {"cadence": Wanted(1.0, 3.3, "1/min")},
        scene=first.scene | {"camera_roll_deg": Wanted(9.0, 2.2)},
        strikes=(EventTruth(step.side, step.strike_time_s + 0.01, 0.044),),
    )
    again = record(report, mended)
    assert (again.comment, again.given, again.tolerance_s) == (mended.comment, mended.given, mended.tolerance_s)
    assert again.measures["cadence"] == Wanted(166.7, 3.3, "1/min")
    assert again.scene["camera_roll_deg"] == Wanted(1.3, 2.2)
    kept = [event for event in again.events["strikes"] if event.tolerance_s is not None]
    assert kept == [EventTruth(step.side, round(step.strike_time_s, 4), 0.044)]
    assert len(again.events["strikes"]) == len(first.events["strikes"])


def test_a_pin_says_where_it_comes_from() -> None:
    pin = record(good_report(), None)
    assert pin.kind == "recorded"
    assert pin.recorded["formcheck_version"] == "0.1.0"
    assert pin.recorded["created"] == "2026-11-22T14:08:00Z"
    assert "pose_landmarker_full" in pin.recorded["model"]
