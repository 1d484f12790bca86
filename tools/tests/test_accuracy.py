"""The accuracy harness tells the truth: known errors come out as what they are, and spreads hold what they promise."""

import tomllib
from dataclasses import asdict, astuple, replace
from pathlib import Path

import numpy as np
import pytest
from tools.accuracy import __main__ as command
from tools.accuracy.again.chapter import Study
from tools.accuracy.calibrate import (
    TABLE,
    parts_of,
    spreads_of,
    strike_spread_s,
    table,
    widened_by,
    without_spreads,
)
from tools.accuracy.cases import Case, Label, weights_of
from tools.accuracy.levels import Level, fit_level, leave_one_out
from tools.accuracy.noise import cut_errors, lay_over
from tools.accuracy.page import Findings, write_page
from tools.accuracy.paths import film, follow_joints
from tools.accuracy.pictured import events_of, truth_of
from tools.accuracy.score import Row, judge
from tools.accuracy.shots import Shot, reference_shots
from tools.accuracy.table import figures, written
from tools.accuracy.targets import targets_table
from tools.accuracy.verdicts import Verdict, brier_table, reliability_table, verdict_of, words_table

from formcheck.gait.settings import HipLevel, IntervalSettings, Settings, calibrations, settings_for
from formcheck.judge.measures.intervals import ErrorModel, difference
from formcheck.records.filmed import Filmed
from formcheck.records.gait import TimeScale
from formcheck.records.report import Clip
from formcheck.records.skeleton import INDEX, LEG_INDEX, Side
from formcheck.records.track import PoseTrack, Uprights
from formcheck.vision.watch import Seen
from stick_runner import Camera as StickCamera
from stick_runner import Runner as StickRunner
from stick_runner import film as film_stick

pytestmark = pytest.mark.slow

LABEL = Label("clip", 2, "held out", "somebody", "full", 60.0, 0.0, 0.0, Side.LEFT, True)


def row(measure: str = "foot_ahead_of_hip", error: float = 0.0, half: float = 0.02, **more) -> Row:
    label = replace(LABEL, **{name: more.pop(name) for name in ("name", "ring", "group", "way", "fps") if name in more})
    return Row(label, measure, more.pop("leg", "near"), error, half, half, **more)


@pytest.fixture(scope="module")
def seen_exactly() -> Case:
    """Three seconds of a reference runner whose joints are seen without any error."""
    shot: Shot = next(shot for shot in reference_shots() if shot.name == "side_left_60fps")
    shot = replace(shot, preset=replace(shot.preset, duration_s=3.0))
    paths = follow_joints(shot.runner(), -0.2, 3.8)
    track = film(paths, shot.preset.camera, shot.preset.place.ground, shot.times_s())
    clip = Clip("x", "", 3.0, track.width_px, track.height_px, len(track), 60.0, TimeScale(1.0, "assumed"), (0.0, 3.0))
    return Case(
        **{name: getattr(LABEL, name) for name in Label.__dataclass_fields__ if name != "model"},
        model="exact",
        seen=Seen(track, clip, Filmed(), None, Uprights(0.0, 0.3, 0.0, 8.0)),
        given={},
        start_s=0.0,
        steps=truth_of(shot, paths),
        strikes_s=events_of(shot)[0],
        belt_ll_s=paths.ground_speed_m_s / paths.leg_m,
    )


def test_joints_seen_without_error_give_numbers_near_their_truth(seen_exactly: Case) -> None:
    found = {(row.measure, row.leg): row for row in judge(seen_exactly, Settings())[1] if not row.withheld}
    assert abs(found["foot_ahead_of_hip", "near"].error) < 0.03
    assert abs(found["trunk_lean", "both"].error) < 0.5
    assert abs(found["knee_flexion", "near"].error) < 5
    assert abs(found["cadence", "both"].error) < 0.5
    assert found["foot_strike", "near"].case == seen_exactly.label()


def test_cadence_is_held_against_the_strikes_that_were_found(seen_exactly: Case) -> None:
    def error(case: Case) -> float:
        return next(row.error for row in judge(case, Settings())[1] if row.measure == "cadence")

    ends_s = np.array([-0.5, 3.5])  # the clip shows seconds 0 to 3
    more = {side: np.sort([*strikes_s, *ends_s]) for side, strikes_s in seen_exactly.strikes_s.items()}
    assert error(replace(seen_exactly, strikes_s=more)) == pytest.approx(error(seen_exactly))
    assert abs(error(seen_exactly)) < 0.3
    assert np.isnan(error(replace(seen_exactly, strikes_s={})))


def test_a_strike_that_nobody_made_and_one_that_was_missed_are_told_apart(seen_exactly: Case) -> None:
    middle = seen_exactly.steps[len(seen_exactly.steps) // 2]
    without = replace(seen_exactly, steps=tuple(step for step in seen_exactly.steps if step is not middle))
    moved = replace(middle, strike_s=middle.strike_s + 0.12)
    other = replace(seen_exactly, steps=tuple(moved if step is middle else step for step in seen_exactly.steps))
    codes = [
        [row.withheld for row in judge(case)[1] if row.measure == "foot_strike" and row.withheld]
        for case in (seen_exactly, without, other)
    ]
    assert codes == [[], ["made up"], ["missed", "made up"]]


@pytest.mark.parametrize("near", list(Side))
def test_errors_cut_from_one_runner_lie_the_same_way_on_another(near: Side) -> None:
    """The far ankle seen 0.03 leg lengths too far forward, and the legs exchanged in the clip's fifth second."""
    shown_from = StickCamera(noise=0.0)
    one = film_stick(StickRunner(), shown_from, 8.0)
    forward = 1.0  # the stick figure runs to the picture's right: its right leg is near
    found_px, leg_px = np.array(one.xy_px), shown_from.leg_px
    found_px[:, INDEX["left_ankle"], 0] += 0.03 * forward * leg_px
    legs = [LEG_INDEX[side] for side in Side]
    fifth = (one.time_s >= 4) & (one.time_s < 5)
    found_px[np.ix_(fifth, [*legs[0], *legs[1]])] = found_px[np.ix_(fifth, [*legs[1], *legs[0]])]
    strikes_s = np.arange(12) * StickRunner().stride_s
    cut = cut_errors(replace(one, xy_px=found_px), one, Side.RIGHT, strikes_s, leg_px)

    mirrored = one if near is Side.RIGHT else _mirrored(one)
    laid = lay_over(mirrored, near, strikes_s, leg_px, bank=[cut], seed=1)
    far_ankle = INDEX[f"{near.other}_ankle"]
    off = (laid.xy_px - mirrored.xy_px)[:, far_ankle, 0] / leg_px * (1 if near is Side.RIGHT else -1)
    assert np.median(off) == pytest.approx(0.03, abs=0.002)
    assert 0.05 < np.mean(np.abs(off) > 0.1) < 0.25  # exchanged in an eighth of the frames


def _mirrored(track: PoseTrack) -> PoseTrack:
    """The same runner to the left: left and right are exchanged with the picture's sides."""
    xy_px = np.array(track.xy_px)
    names = {name: name.replace("left", "r!").replace("right", "left").replace("r!", "right") for name in INDEX}
    xy_px[:, [INDEX[name] for name in names]] = track.xy_px[:, [INDEX[name] for name in names.values()]]
    xy_px[..., 0] = track.width_px - xy_px[..., 0]
    return replace(track, xy_px=xy_px)


def test_a_calibrated_spread_holds_the_truth_in_nineteen_of_twenty_new_cases() -> None:
    rng = np.random.default_rng(1)
    bare = [row(error=error, half=0.01, way=str(number)) for number, error in enumerate(rng.normal(0, 0.03, 2000))]
    near, far = spreads_of(bare, 0.0)["foot_ahead_of_hip"]
    assert near == far
    half = np.hypot(0.01, 1.96 * near)
    assert 0.93 < np.mean(np.abs(rng.normal(0, 0.03, 4000)) < half) < 0.97


def test_what_the_strikes_err_by_needs_no_spread_of_its_own() -> None:
    """Errors of 0.02 where 10 ms at 1 leg length a second explain 0.01 of it."""
    errors = np.random.default_rng(1).normal(0, 0.02, 3000)
    bare = [row(error=error, half=0.0, per_second=1.0, way=str(number)) for number, error in enumerate(errors)]
    assert spreads_of(bare, 0.01)["foot_ahead_of_hip"][0] == pytest.approx(np.sqrt(0.02**2 - 0.01**2), rel=0.05)


def test_a_clip_that_knows_little_of_itself_does_not_hide_what_all_others_err_by() -> None:
    errors = np.random.default_rng(1).normal(0, 0.01, 300)
    bare = [row(error=error, half=0.0, way=str(number)) for number, error in enumerate(errors)]
    unsure = [row(error=0.0, half=1.0, way=f"unsure {number}") for number in range(30)]
    assert spreads_of([*bare, *unsure], 0.0)["foot_ahead_of_hip"][0] == pytest.approx(0.01, rel=0.15)


def test_the_strikes_spread_is_that_of_clips_not_of_steps() -> None:
    rng = np.random.default_rng(2)
    strikes = []
    for number, of_clip in enumerate(rng.normal(0, 0.01, 300)):
        steps = of_clip + rng.normal(0, 0.005, 21)
        strikes += [row("foot_strike", error=error, name=str(number), way=str(number)) for error in steps]
    assert strike_spread_s(strikes) == pytest.approx(0.01, abs=0.001)


def test_a_spread_found_on_five_runners_left_out_holds_for_nineteen_of_twenty_sixth_ones() -> None:
    clips = [replace(LABEL, way=f"runner {number % 5}", name=str(number)) for number in range(30)]
    runners = np.random.default_rng(3).normal(0, 1, (20_000, 6))
    left_out = [runners[:, one] - np.delete(runners[:, :5], one, axis=1).mean(axis=1) for one in range(5)]
    half = 1.96 * widened_by(clips) * np.sqrt(np.mean(np.square(left_out), axis=0))
    assert np.mean(np.abs(runners[:, 5] - runners[:, :5].mean(axis=1)) < half) == pytest.approx(0.95, abs=0.015)


def test_many_clips_of_one_runner_do_not_outvote_the_others_and_people_weigh_twice() -> None:
    gaits = [replace(LABEL, way=f"prescribed {number % 4}", name=f"p{number}") for number in range(40)]
    people = [replace(LABEL, way="H01" if number else "H03", name=f"m{number}") for number in range(10)]
    weights = weights_of([*gaits, *people])
    assert weights.sum() == pytest.approx(1)
    assert weights[40:].sum() == pytest.approx(2 / 3)
    assert weights[40] == pytest.approx(1 / 3)  # the one clip of H03


def test_what_is_the_same_in_all_clips_of_a_runner_is_told_from_what_differs_between_them() -> None:
    rng = np.random.default_rng(4)
    rows = [
        row(error=of_runner + rng.normal(0, 0.01), way=f"H0{runner}", name=f"{runner} {clip}")
        for runner, of_runner in enumerate(rng.normal(0, 0.03, 400))
        for clip in range(3)
    ]
    parts = parts_of(rows)
    assert (parts.of_runner, parts.of_clip) == (pytest.approx(0.03, rel=0.1), pytest.approx(0.01, rel=0.1))
    assert (parts.runners, parts.clips) == (400, 1200)


def test_a_level_that_depends_on_where_the_runner_faces_is_found_and_held_against_others() -> None:
    rng = np.random.default_rng(5)
    hip = HipLevel(0.01, -0.005, 0.01, 0.01)
    levels = []
    for number in range(80):
        where = {"facing_right": bool(number % 2), "yaw_deg": rng.uniform(-12, 12), "belt_ll_s": rng.uniform(2.2, 5.8)}
        error_ll = hip.ahead_ll(**where) + rng.normal(0, 0.002)
        levels.append(Level(replace(LABEL, way=f"H0{number % 9}", name=str(number)), error_ll=error_ll, **where))
    found = fit_level(levels)
    assert astuple(found) == pytest.approx(astuple(hip), abs=0.002)
    assert np.std(list(leave_one_out(levels).values())) < 0.003


def test_what_the_calibration_writes_is_what_the_settings_read() -> None:
    rough = replace(calibrations()["full"], strike_spread_s=0.0071249, spreads={"trunk_lean": (0.61234, 0.7)})
    read = tomllib.loads(table({"full": rough}))["full"]
    assert read["spreads"] == {"trunk_lean": [0.612, 0.7]}
    assert read["strike_spread_s"] == 0.00712
    assert read["offsets"]["near"] == asdict(rough.offsets.near)
    assert TABLE.read_text(encoding="utf-8") == table(calibrations())


def test_each_pose_model_has_spreads_of_its_own() -> None:
    lite, heavy = (settings_for(model).intervals for model in ("lite", "heavy"))
    assert lite.spread("knee_flexion") > heavy.spread("knee_flexion")


@pytest.mark.parametrize("model", ["mine.task", None])
def test_where_feet_land_and_the_lean_are_trusted_no_more_than_of_the_default_where_nobody_calibrated(
    model: str | None,
) -> None:
    unknown, full = (settings_for(one).intervals for one in (model, "full"))
    assert unknown.strike_spread_s >= full.strike_spread_s
    assert unknown.spreads.keys() == full.spreads.keys() - {"foot_angle_by_shoe"}
    for name in ("foot_ahead_of_hip", "leg_angle", "shank_angle", "knee_flexion", "trunk_lean", "belt_speed"):
        assert all(unknown.spread(name, near=near) >= full.spread(name, near=near) for near in (True, False)), name


def test_a_number_too_unsure_to_be_told_still_counts_when_errors_are_collected() -> None:
    left, right = np.array([0.5, 1.5] * 4), np.array([0.1, 0.9] * 4)
    assert difference(left, right, ErrorModel(0.0), settings=IntervalSettings()).withheld is not None
    assert difference(left, right, ErrorModel(0.0), settings=without_spreads()).withheld is None


def test_figures_count_what_was_told_and_what_its_interval_holds() -> None:
    rows = [row(error=0.03), row(error=-0.01), row(error=0.5, withheld="interval_too_wide"), row(withheld="no truth")]
    found = figures(rows)
    assert (found.asked, found.count, found.held, found.intervals) == (3, 2, 1, 2)
    assert found.bias == pytest.approx(0.01)
    assert found.mae == pytest.approx(0.02)
    assert written(found.mae, "foot_ahead_of_hip") == "2.0"
    assert written(-0.0042, "contact_time", signed=True) == "-4.2"


def test_a_target_that_is_missed_stands_out() -> None:
    line = next(
        line
        for line in targets_table([row(error=0.02), row(error=0.01, fps=30.0)]).splitlines()
        if line.startswith("| Foot ahead of hip, near leg (% of leg) | mean")
    )
    assert "1.0 (≤ 1.5)" in line
    assert "**2.0** (≤ 1.0)" in line


def verdict(chance: float, is_beyond: bool, **more) -> Verdict:
    code = "overstride_unlikely" if chance < 0.2 else "overstride_likely" if chance > 0.8 else "overstride_possible"
    return Verdict(
        LABEL, code, chance, is_beyond, ((chance, is_beyond),), more.get("reach", 0.2), more.get("shank", 5.0)
    )


def test_a_chance_that_is_right_scores_better_than_a_rule_that_calls_everybody() -> None:
    told = [verdict(0.9, True, reach=0.3), *(verdict(0.1, False) for _ in range(9))]
    lines = {line.split("|")[1].strip(): line.split("|")[2:] for line in brier_table(told).splitlines()}
    assert [cell.strip() for cell in lines["formcheck's chance"][:3]] == ["0.010", "1 of 1", "0 of 9"]
    assert [cell.strip() for cell in lines["always typical"][:3]] == ["0.100", "0 of 1", "0 of 9"]
    assert [cell.strip() for cell in lines["ankle ahead by 15 % of leg"][:3]] == ["0.900", "1 of 1", "9 of 9"]
    assert "| 5 to 20 % | 9 | 10 % | 0 % |" in reliability_table(told)
    assert "| beyond 9 in 10 | 0 | 0 | 1 |" in words_table(told)


def test_the_verdict_is_held_against_the_true_reach_at_the_true_speed(seen_exactly: Case) -> None:
    """0.24 of leg at 2.8 m/s; nine in ten land below 0.26."""
    report, _ = judge(seen_exactly, settings_for("full"))
    found = verdict_of(replace(seen_exactly, belt_m_s=2.8), report)
    assert found is not None
    assert not found.is_beyond
    assert [is_above for _, is_above in found.limits] == [True, True, True, True, False, False, False]
    far = tuple(replace(step, values=step.values | {"foot_ahead_of_hip": 0.32}) for step in seen_exactly.steps)
    beyond = verdict_of(replace(seen_exactly, belt_m_s=2.8, steps=far), report)
    assert beyond is not None
    assert beyond.is_beyond


def test_the_page_says_first_how_large_the_error_of_a_left_out_runner_is(tmp_path: Path) -> None:
    rows = [
        row("foot_ahead_of_hip", error, way=way, name=f"{way}{error}")
        for way in ("H01", "H03")
        for error in (0.01, 0.02)
    ]
    rows += [row("trunk_lean", 0.5, half=1.0, leg="both", way=way) for way in ("H01", "H03")]
    found = Findings("full", rows, rows, rows, [verdict(0.1, False)], rows, [], Study([], [], []))
    write_page(found, tmp_path / "accuracy.md")
    first = (tmp_path / "accuracy.md").read_text(encoding="utf-8").splitlines()[2:9]
    assert "accurate within 1.5 % of leg length on average, 2.0 % in the worst clip" in "".join(first)
    assert "within 0.50° on average" in "".join(first)


def test_the_command_says_that_measured_runners_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "trial_names", list)
    monkeypatch.setattr(command, "prepare", lambda models, bench: None)
    monkeypatch.setattr(command, "rows_of", lambda tasks, bench: [row()])
    command.main(["show", "--quick", "--folder", str(tmp_path)])
    told = capsys.readouterr()
    assert "prescribed gaits alone" in told.err
    assert "Foot ahead of hip, near leg" in told.out


def test_the_readme_names_every_mode() -> None:
    readme = (Path(command.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert "python -m tools.accuracy " + "\\|".join(command.COMMANDS) in readme
