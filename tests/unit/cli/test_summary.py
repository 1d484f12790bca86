"""A clip's result on the terminal."""

import math
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from formcheck.cli.summary import has_headlines, summary
from formcheck.records.report import Finding, Report
from formcheck.report.view import advice, film_better
from formcheck.words.catalogue import ENGLISH
from formcheck.words.reasons import reason
from sample_report import NOT_SIDE_ON, TILTED, good_report, withheld_report

LINES = 8
"""What a runner reads between two clips without scrolling; the last one is the report's address."""


def test_the_summary_has_the_result_numbers_and_doubts() -> None:
    text = summary(good_report()).plain.replace("\N{NO-BREAK SPACE}", " ")
    assert "further ahead of the hips than usual" in text
    assert "left 29 % of leg (95 % interval 27 to 31), right 27 % of leg (95 % interval 23 to 30)" in text
    assert "Trunk lean         6.6° (95 % interval 5.2 to 8.0)" in text
    assert "Cadence            167 steps/min" in text
    assert "foot strikes at 10.9 km/h" in text
    assert f"Try this: {good_report().findings[1].cue}" in text
    assert "Withheld: Elbow angle. This wasn't visible clearly enough to measure." in text


def test_the_summary_of_a_poor_clip_says_why_and_what_to_do_and_no_withheld_number() -> None:
    text = summary(withheld_report()).plain
    assert "morning run.mp4: Not filmed from the side." in text
    assert f"Withheld: Foot ahead of hip. {NOT_SIDE_ON.message}" in text
    assert f"Change this: {NOT_SIDE_ON.advice}" in text
    assert "nan" not in text.replace("Landmark", "")
    assert not re.search(r"Foot ahead of hip +\S", text)


@pytest.mark.parametrize("made", [good_report, withheld_report])
def test_the_summary_leaves_room_for_the_reports_address_in_its_eight_lines(made: Callable[[], Report]) -> None:
    report = made()
    reasons = tuple(reason(code) for code in ("several_people", "not_side_view", "feet_out_of_picture"))
    report = replace(report, quality=replace(report.quality, reasons=(*report.quality.reasons, *reasons)))
    text = summary(report).plain
    assert len(text.splitlines()) < LINES
    assert re.search(r"\(\d more in the report\.\)", text)


def test_a_number_withheld_on_both_sides_shows_its_headline() -> None:
    good, poor = good_report(), withheld_report()
    gone = poor.measures["foot_ahead_of_hip"].headline
    sides_gone = replace(good.measures["foot_ahead_of_hip"], left=gone, right=gone)
    text = summary(replace(good, measures=good.measures | {"foot_ahead_of_hip": sides_gone})).plain
    assert "Foot ahead of hip  29\N{NO-BREAK SPACE}% of leg (95 % interval 27 to 31)\n" in text


def test_what_the_pose_model_never_measures_well_is_not_repeated_for_each_clip() -> None:
    good, gone = good_report(), withheld_report().measures["trunk_lean"]
    any_clip, too_wide = reason("interval_too_wide", "this_model"), reason("interval_too_wide")
    silenced = [replace(gone, headline=replace(gone.headline, withheld=why)) for why in (any_clip, too_wide)]
    measures = good.measures | dict(zip(("foot_angle", "trunk_lean_range"), silenced, strict=True))
    text = summary(replace(good, measures=measures)).plain
    assert "Foot angle" not in text
    assert any_clip.message not in text
    assert f"Withheld: Trunk lean range. {too_wide.message}" in text


def test_of_many_numbers_withheld_for_one_reason_the_first_are_named() -> None:
    report = good_report()
    gone = withheld_report().measures["trunk_lean"]
    text = summary(replace(report, measures=dict.fromkeys(report.measures, gone))).plain
    assert f"Heel ahead of hip, Foot ahead of knee and {len(report.measures) - 4} more. {TILTED.message}" in text


def test_headlines_count_as_withheld_when_one_of_the_two_is() -> None:
    good, poor = good_report(), withheld_report()
    assert has_headlines(good)
    assert not has_headlines(replace(good, measures=good.measures | {"trunk_lean": poor.measures["trunk_lean"]}))
    assert not has_headlines(replace(good, measures={}))


def test_an_interval_too_narrow_for_whole_numbers_gets_a_decimal() -> None:
    report = good_report()
    cadence = report.measures["cadence"]
    sure = replace(cadence, headline=replace(cadence.headline, value=167.0, interval95=(166.8, 167.3)))
    text = summary(replace(report, measures=report.measures | {"cadence": sure})).plain
    assert "(95 % interval 166.8 to 167.3)" in text


def test_a_number_given_by_the_runner_has_no_interval() -> None:
    report = good_report()
    cadence = report.measures["cadence"]
    as_told = replace(cadence, headline=replace(cadence.headline, interval95=(math.nan, math.nan)))
    text = summary(replace(report, measures=report.measures | {"cadence": as_told})).plain
    assert "Cadence            167\N{NO-BREAK SPACE}steps/min\n" in text


def test_an_unsure_number_is_called_so() -> None:
    report = good_report()
    cadence = report.measures["cadence"]
    unsure = replace(cadence, headline=replace(cadence.headline, confidence="low"))
    text = summary(replace(report, measures=report.measures | {"cadence": unsure})).plain
    assert re.search(r"Cadence .*\(95 % interval .*, low confidence\)", text)


def test_a_change_within_the_clip_is_reported_beside_the_result() -> None:
    report = good_report()
    changes = Finding("lean_changes", "watch", "Your trunk lean changes", "")
    text = summary(replace(report, findings=(*report.findings, changes))).plain
    assert "Also: Your trunk lean changes.\n" in text
    assert len(text.splitlines()) < LINES


def test_advice_that_another_one_goes_on_from_is_given_once() -> None:
    report = withheld_report()
    whole = replace(NOT_SIDE_ON, advice="Film at 60 fps or more, with the phone level.")
    part = replace(NOT_SIDE_ON, code="low_frame_rate", advice="Film at 60 fps or more.")
    report = replace(report, quality=replace(report.quality, reasons=(part, whole)))
    assert sum("Film at 60 fps or more" in line for line in film_better(report, ENGLISH, advice)) == 1
