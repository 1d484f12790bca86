"""May we speak about this clip? Every refusal has a stable code and says how to film better."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.pipeline import find_gait
from formcheck.gait.settings import Settings
from formcheck.judge.measures.intervals import unknown
from formcheck.judge.measures.measured import doubt_a_knee, doubt_a_leg, grade, withhold
from formcheck.judge.obstacles import find_doubts, find_obstacles
from formcheck.records.filmed import Filmed
from formcheck.records.gait import Contact, Gait, Given, Nobody, SideGait, StepValues
from formcheck.records.report import Measure, Measured, Reason
from formcheck.records.skeleton import Side
from formcheck.records.track import Uprights, mean_fps
from formcheck.records.values import Sentence
from formcheck.words.reasons import reason
from found_gait import side_gait
from stick_runner import WALKER, Camera, Runner, film, turned_picture

SETTINGS = Settings()
LEVEL = Given(uprights=Uprights(0.0, 0.3, 0.0, 8.0))
WELL = Filmed(frames=480)
RUN = side_gait(film(Runner(), Camera()), LEVEL)


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


def obstacles(gait: Gait, filmed: Filmed = WELL) -> list[str]:
    return codes(find_obstacles(gait, filmed, settings=SETTINGS))


def doubts(gait: SideGait, filmed: Filmed = WELL, fps: float = 60.0) -> list[str]:
    return codes(find_doubts(gait, gait.run, filmed, fps, settings=SETTINGS))


def seen(runner: Runner, camera: Camera, seconds: float = 8.0, given: Given = LEVEL) -> list[str]:
    return obstacles(find_gait(film(runner, camera, seconds), given, settings=SETTINGS))


def shown(value: float = 1.0, confidence: str = "high") -> Measure:
    one = Measured(value, 0.1, (value - 0.1, value + 0.1), 10, confidence)  # type: ignore[arg-type]
    return Measure("deg", one, one, one)


def limping(share: float, strides: int = 10) -> tuple[StepValues, ...]:
    """Steps of a rhythm in which left steps last longer than right ones by this share of their mean."""
    step_s = {Side.LEFT: 0.36 * (1 + share / 2), Side.RIGHT: 0.36 * (1 - share / 2)}
    contacts = [Contact(side, 0.72 * number, 0.72 * number + 0.25, 1.0) for number in range(strides) for side in Side]
    return tuple(StepValues(contact, {"step_time": step_s[contact.side]}) for contact in contacts)


def test_a_good_clip_has_neither_obstacles_nor_doubts() -> None:
    assert obstacles(RUN) == []
    assert doubts(RUN) == []


@pytest.mark.parametrize(
    ("runner", "camera", "code"),
    [
        (WALKER, Camera(), "walking"),
        (Runner(belt_speed=0.5, reach=dict.fromkeys(Side, 0.02), knee_at_strike_deg=45), Camera(), "no_steady_running"),
        (replace(WALKER, bounce=-0.07, knee_at_strike_deg=60), Camera(), "no_steady_running"),
        (Runner(), Camera(azimuth_deg=90), "front_view"),
        (Runner(), Camera(azimuth_deg=-90), "rear_view"),
        (Runner(), Camera(azimuth_deg=33), "not_side_view"),
        (Runner(), Camera(azimuth_deg=38), "not_side_view"),
        (Runner(), Camera(leg_px=45, noise=0.005), "runner_too_small"),
    ],
)
def test_what_stands_in_the_way_is_told_by_its_code(runner: Runner, camera: Camera, code: str) -> None:
    assert code in seen(runner, camera)


@pytest.mark.parametrize("runner", [Runner(), WALKER])
@pytest.mark.parametrize(
    ("quarters", "seems", "turn"),
    [
        (1, "on its side", "a quarter turn to the right"),
        (2, "upside down", "by half a turn"),
        (3, "on its side", "a quarter turn to the left"),
    ],
)
def test_of_a_picture_that_is_not_upright_that_alone_is_said_and_how_to_turn_it(
    runner: Runner, quarters: int, seems: str, turn: str
) -> None:
    gait = find_gait(turned_picture(film(runner, Camera()), quarters), Given(), settings=SETTINGS)
    (why,) = find_obstacles(gait, WELL, settings=SETTINGS)
    assert why.code == "clip_turned"
    assert seems in why.message
    assert turn in why.advice


@pytest.mark.parametrize(("times", "how"), [(0.75, "squeezed sideways"), (4 / 3, "stretched sideways")])
def test_a_picture_that_was_stretched_gives_no_numbers(times: float, how: str) -> None:
    track = film(Runner(), Camera())
    track = replace(track, xy_px=track.xy_px * [times, 1.0], width_px=round(track.width_px * times))
    (why,) = find_obstacles(find_gait(track, LEVEL, settings=SETTINGS), WELL, settings=SETTINGS)
    assert why.code == "picture_stretched"
    assert how in why.message


@pytest.mark.parametrize(("grows", "how"), [(0.5, "% smaller"), (2.0, "% larger")])
def test_a_runner_who_runs_away_from_the_camera_or_towards_it_gives_no_numbers(grows: float, how: str) -> None:
    track = film(Runner(), Camera(leg_px=150, noise=0.005))
    size = grows ** (track.time_s / track.time_s[-1])[:, None, None]
    shrinking = replace(track, xy_px=[640, 360] + (track.xy_px - [640, 360]) * size)
    (why,) = find_obstacles(find_gait(shrinking, LEVEL, settings=SETTINGS), WELL, settings=SETTINGS)
    assert why.code == "distance_changes"
    assert how in why.message


def test_a_sprinter_who_leans_far_forward_is_upright() -> None:
    assert "clip_turned" not in seen(Runner(lean_deg=45), Camera())


def test_a_walk_is_not_spoken_of_where_the_filming_hides_it() -> None:
    walk = side_gait(film(WALKER, Camera()), LEVEL)
    assert obstacles(walk) == ["walking"]
    assert obstacles(replace(walk, person=replace(walk.person, feet_outside_frac=0.4))) == ["feet_out_of_picture"]
    assert obstacles(walk, replace(WELL, ambiguous=True)) == ["several_runners"]


@pytest.mark.parametrize("times", [2, 3])
def test_a_run_played_too_fast_is_neither_a_walk_nor_a_run_at_half_its_speed(times: int) -> None:
    gait = find_gait(film(Runner(), Camera(slow=1 / times), 12.0), LEVEL, settings=SETTINGS)
    (why,) = find_obstacles(gait, WELL, settings=SETTINGS)
    assert why.code == "time_scale_contradiction"
    assert "too quick for running" in why.message


def test_a_declared_frame_rate_that_nobody_could_run_stands_in_the_way() -> None:
    assert seen(Runner(), Camera(fps=30), given=replace(LEVEL, declared_fps=240)) == ["time_scale_contradiction"]


@pytest.mark.parametrize(
    ("filmed", "outside_frac", "code"),
    [
        (replace(WELL, ambiguous=True), 0.0, "several_runners"),
        (WELL, 0.4, "feet_out_of_picture"),
        (replace(WELL, frames=10), 0.0, "clip_too_short"),
    ],
)
def test_what_is_known_of_the_filming_stands_in_the_way_too(filmed: Filmed, outside_frac: float, code: str) -> None:
    assert code in obstacles(replace(RUN, person=replace(RUN.person, feet_outside_frac=outside_frac)), filmed)


def test_nobody_and_somebody_hidden_are_told_apart() -> None:
    assert obstacles(Nobody(), replace(WELL, seen_frac=0.02)) == ["nobody_seen"]
    assert obstacles(Nobody(), WELL) == ["legs_hidden"]


@pytest.mark.parametrize(
    ("filmed", "fps", "code"),
    [
        (WELL, 30.0, "low_frame_rate"),
        (replace(WELL, people=2), 60.0, "several_people"),
        (replace(WELL, mirrored=True), 60.0, "mirrored_picture"),
        (replace(WELL, damage=(Sentence("damage.spoiled", {"count": 3}),)), 60.0, "clip_damaged"),
    ],
)
def test_what_widens_the_error_is_a_doubt_and_no_obstacle(filmed: Filmed, fps: float, code: str) -> None:
    assert doubts(RUN, filmed, fps) == [code]
    assert obstacles(RUN, filmed) == []


def test_of_two_who_run_nobody_is_said_to_have_been_followed_for_running() -> None:
    two = replace(WELL, people=2, ambiguous=True)
    assert obstacles(RUN, two) == ["several_runners"]
    assert doubts(RUN, two) == []


def test_slow_motion_is_said_and_its_frame_rate_counts_in_real_time() -> None:
    slow = side_gait(film(Runner(), Camera(fps=30, slow=4), 6.0), LEVEL)
    found = find_doubts(slow, slow.run, WELL, 30.0, settings=SETTINGS)
    assert codes(found) == ["slow_motion"]
    assert "4x" in found[0].message


def test_a_slightly_turned_camera_is_doubted() -> None:
    assert doubts(side_gait(film(Runner(), Camera(azimuth_deg=20)), LEVEL)) == ["oblique_view"]


def test_an_obstacle_takes_every_number_back_but_an_end_on_view_keeps_its_cadence() -> None:
    measures = {"trunk_lean": shown(), "cadence": shown(165.0)}
    walking, rear = (Reason(code, "Because.", "Do.") for code in ("walking", "rear_view"))
    assert all(m.headline.withheld == walking for m in withhold(measures, (walking,)).values())
    from_behind = find_obstacles(
        find_gait(film(Runner(), Camera(azimuth_deg=-90)), LEVEL, settings=SETTINGS), WELL, settings=SETTINGS
    )
    assert codes(from_behind) == [rear.code]
    kept = withhold(measures, from_behind)
    assert kept["cadence"].headline.value == 165
    assert np.isnan(kept["trunk_lean"].headline.value)
    assert kept["trunk_lean"].left is not None
    assert kept["trunk_lean"].left.withheld == from_behind[0]
    assert withhold(measures, ()) == measures


def test_grades_follow_the_two_headlines() -> None:
    good = {"foot_ahead_of_hip": shown(), "trunk_lean": shown()}
    doubt = Reason("low_frame_rate", "Few.", "More.")
    few = Measure("deg", unknown(reason("too_few_steps")))
    assert grade(good, (), ()).grade == "good"
    assert grade(good, (), (doubt,)).grade == "usable"
    assert grade({**good, "trunk_lean": shown(confidence="low")}, (), ()).grade == "usable"
    assert grade({**good, "trunk_lean": few}, (), (doubt,)).grade == "poor"
    assert codes(grade({**good, "trunk_lean": few}, (), (doubt,)).reasons) == ["too_few_steps", "low_frame_rate"]


def test_reasons_are_given_once_each() -> None:
    few = Measure("deg", unknown(reason("too_few_steps")))
    assert codes(grade({"foot_ahead_of_hip": few, "trunk_lean": few}, (), ()).reasons) == ["too_few_steps"]


@pytest.mark.parametrize("near_side", list(Side))
def test_a_rhythm_nobody_runs_means_the_far_leg_was_misjudged(near_side: Side) -> None:
    measures = {
        "shank_angle": shown(),
        "shank_asymmetry": shown(),
        "step_time_asymmetry": shown(0.3),
        "cadence": shown(),
    }
    kept = doubt_a_leg(measures, limping(0.3), near_side, {}, settings=SETTINGS)
    near, far = kept["shank_angle"].of(near_side), kept["shank_angle"].of(near_side.other)
    assert near is not None
    assert near.withheld is None
    assert far is not None
    assert far.withheld is not None
    assert far.withheld.code == "far_leg_unclear"
    assert kept["step_time_asymmetry"].headline.withheld == far.withheld
    assert doubt_a_leg(measures, limping(0.03), near_side, {}, settings=SETTINGS) == measures


def test_of_two_legs_that_fit_no_rhythm_the_one_with_more_impossible_steps_goes() -> None:
    measures = {"shank_angle": shown(), "trunk_lean": shown(), "step_time_asymmetry": shown(0.3)}
    kept = doubt_a_leg(measures, limping(0.3), Side.LEFT, {Side.LEFT: 0.4}, settings=SETTINGS)
    shank = kept["shank_angle"]
    assert shank.left is not None
    assert shank.left.withheld is not None
    assert shank.left.withheld.code == "near_leg_unclear"
    assert shank.headline == shank.left
    assert shank.right is not None
    assert shank.right.withheld is None


@pytest.mark.parametrize("side", list(Side))
def test_a_leg_most_of_whose_steps_no_runner_makes_is_not_measured(side: Side) -> None:
    kept = doubt_a_leg({"shank_angle": shown()}, limping(0.0), Side.LEFT, {side: 0.6}, settings=SETTINGS)
    measured = kept["shank_angle"].of(side), kept["shank_angle"].of(side.other)
    assert [one is not None and one.withheld is not None for one in measured] == [True, False]


def test_a_far_knee_that_hardly_bends_in_stance_is_hidden_and_not_told() -> None:
    name = "peak_knee_flexion_stance"
    bent, straight = (Measured(deg, 2.0, (deg - 3, deg + 3), 10, "high") for deg in (45.0, 20.0))
    hidden = doubt_a_knee({name: Measure("deg", bent, bent, straight)}, Side.LEFT, settings=SETTINGS)[name]
    assert hidden.left == hidden.headline == bent
    assert hidden.right is not None
    assert hidden.right.withheld is not None
    assert hidden.right.withheld.code == "far_leg_unclear"
    near = {name: Measure("deg", straight, bent, straight)}  # of a knee in full view it is believed
    assert doubt_a_knee(near, Side.RIGHT, settings=SETTINGS) == near


def test_a_rhythm_seen_too_seldom_to_be_told_unmasks_the_far_leg_all_the_same() -> None:
    measures = {"shank_angle": shown(), "step_time_asymmetry": Measure("fraction", unknown(reason("too_few_steps")))}
    far = doubt_a_leg(measures, limping(0.3, 2), Side.LEFT, {}, settings=SETTINGS)["shank_angle"].right
    assert far is not None
    assert far.withheld is not None
    assert far.withheld.code == "far_leg_unclear"


def test_frames_a_second_come_from_the_usual_interval() -> None:
    time_s = np.arange(10) / 60
    assert mean_fps(np.concatenate((time_s, time_s + 5))) == pytest.approx(60)
    assert np.isnan(mean_fps(np.array([0.0])))
