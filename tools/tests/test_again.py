"""Runners filmed again: what differs from clip to clip, and changes that are known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tools.accuracy.again.changed import Change, changed
from tools.accuracy.again.chapter import TITLE, into_page
from tools.accuracy.again.pairs import Filmed
from tools.accuracy.again.parts import clip_spreads_of
from tools.accuracy.again.sides import sides_table
from tools.accuracy.cases import Label
from tools.accuracy.measured import read_trial, whole_body_trials
from tools.accuracy.paths import follow_joints
from tools.accuracy.score import Row
from tools.accuracy.truth import medians, true_steps
from tools.rendered_runner import ways

from formcheck.records.skeleton import Side
from sample_report import good_report

TRIAL = "H01_3"
measured = pytest.mark.skipif(TRIAL not in whole_body_trials(), reason="measured runners are no part of the project")


def truth(change: Change) -> dict[str, float]:
    trial = changed(read_trial(TRIAL), change)
    start_s, end_s = float(trial.track.time_s[0]) + 0.2, float(trial.track.time_s[-1]) - 0.2
    paths = follow_joints(trial.runner(), start_s, end_s)
    steps = true_steps(paths, trial.strikes_s, trial.offs_s, (start_s, end_s - 0.8))
    stride_s = np.median(np.diff(trial.strikes_s[Side.LEFT]))
    return medians(steps) | {"cadence": 120 / float(stride_s), "speed": trial.track.ground_speed_m_s}


@pytest.mark.slow
@measured
def test_a_known_change_is_the_change_of_the_truth() -> None:
    usual, other = truth(Change()), truth(Change(reach_ll=0.02, lean_deg=-2.0))
    assert other["foot_ahead_of_hip"] - usual["foot_ahead_of_hip"] == pytest.approx(0.02, abs=0.002)
    assert other["trunk_lean"] - usual["trunk_lean"] == pytest.approx(-2.0, abs=0.3)
    assert other["contact_time"] == pytest.approx(usual["contact_time"])


@pytest.mark.slow
@measured
def test_a_quicker_cadence_at_one_speed_takes_shorter_steps() -> None:
    usual, quick = truth(Change()), truth(Change(cadence=1.05))
    assert quick["cadence"] == pytest.approx(1.05 * usual["cadence"])
    assert quick["speed"] == usual["speed"]
    assert 0.005 < usual["foot_ahead_of_hip"] - quick["foot_ahead_of_hip"] < 0.03


@measured
def test_bones_keep_their_lengths() -> None:
    before, after = read_trial(TRIAL).track, changed(read_trial(TRIAL), Change(reach_ll=-0.03)).track
    for upper, lower in (("hip", "knee"), ("knee", "ankle")):
        first, last = (
            np.linalg.norm(track.joints_m[f"left_{upper}"] - track.joints_m[f"left_{lower}"], axis=1)
            for track in (before, after)
        )
        assert np.nanmax(np.abs(first - last)) < 1e-9


def test_what_is_new_in_each_clip_is_found_beside_a_larger_error_of_the_runner() -> None:
    rng = np.random.default_rng(2)
    label = Label("clip", 2, "held out", "H00", "full", 60.0, 0.0, 0.0, Side.LEFT, room=True)
    rows = [
        Row(
            replace(label, name=f"{runner}_{clip}", way=f"H{runner:02}"), "foot_ahead_of_hip", "near", error, half, half
        )
        for runner, bias in enumerate(rng.normal(0, 0.05, 60))
        for clip in range(4)
        for half, error in [(0.0098, bias + float(rng.normal(0, np.hypot(0.01, 0.005))))]
    ]
    near, far = clip_spreads_of(rows)["foot_ahead_of_hip"]
    assert near == far
    assert near == pytest.approx(0.01, rel=0.2)


def test_runners_filmed_once_say_nothing_of_what_is_new_in_each_clip() -> None:
    label = Label("clip", 2, "held out", "H00", "full", 60.0, 0.0, 0.0, Side.LEFT, room=True)
    once = [Row(replace(label, way=f"H{n:02}"), "trunk_lean", "both", 1.0, 0.1, 0.1) for n in range(5)]
    assert clip_spreads_of(once) == {}


def seen_from(side: Side, found: float, true: float) -> Filmed:
    """A clip in which this leg is near, its reach as found and as it is."""
    report = good_report()
    near = replace(report.measures["foot_ahead_of_hip"].headline, value=found, interval95=(found - 0.02, found + 0.02))
    reach = replace(report.measures["foot_ahead_of_hip"], headline=near)
    report = replace(
        report,
        scene=replace(report.scene, near_side=side),
        measures={**report.measures, "foot_ahead_of_hip": reach},
        settings={"told": {"speed_kmh": 11.0}},
    )
    label = Label(f"clip {side}", 2, "held out", "way", "full", 60.0, 0.0, 0.0, side, room=True)
    return Filmed(label, "body", ways.LOPSIDED, report, {"foot_ahead_of_hip": true}, 3.3)


def test_a_left_right_difference_is_held_against_the_near_legs_of_both_clips() -> None:
    clips = [seen_from(Side.LEFT, 0.27, 0.26), seen_from(Side.RIGHT, 0.23, 0.24)]
    line = next(line for line in sides_table(clips).splitlines() if "1 prescribed" in line)
    cells = [cell.strip() for cell in line.split("|")[1:-1]]
    assert cells[0].startswith("Foot ahead of hip")
    assert cells[5:7] == ["1 of 1", "8.0 %"]  # found 16 % of the mean apart, truly 8 %


def test_clips_from_both_sides_that_show_other_gaits_are_no_session() -> None:
    other = replace(seen_from(Side.RIGHT, 0.23, 0.24), gait=ways.FAST)
    assert "0 of 0" in sides_table([seen_from(Side.LEFT, 0.27, 0.26), other])


def test_a_chapter_made_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text(f"# Accuracy\n\n{TITLE}\n\nOld words.\n\n## What else\n\nMore.\n")
    into_page(page, f"{TITLE}\n\nNew words.\n")
    assert page.read_text() == f"# Accuracy\n\n{TITLE}\n\nNew words.\n\n## What else\n\nMore.\n"
