"""Which seconds are real: told, tagged, inferred, or doubted."""

import numpy as np
import pytest

from formcheck.gait.rhythm.clock import Played, find_fall_g, find_time_base, is_running, is_walking, walks_end_on
from formcheck.gait.settings import TimeSettings
from formcheck.judge.obstacles import contradiction
from formcheck.records.gait import Beat, Pace, TimeBase

SETTINGS = TimeSettings()


def time_base(
    cadence: float, *, running: bool = True, fall_g: float = np.nan, fps: float = 30.0, declared=None, tagged=None
) -> TimeBase:
    return find_time_base(
        Played(cadence, running, fall_g),
        clip_fps=fps,
        declared_fps=declared,
        metadata_fps=tagged,
        settings=SETTINGS,
    )


def words(found: TimeBase, cadence: float, *, fps: float = 30.0) -> str:
    reason = contradiction(Pace(Beat(120 / cadence, 0.9, np.zeros(2)), True, np.nan, found), fps)
    assert reason.code == "time_scale_contradiction"
    return f"{reason.message} {reason.advice}"


@pytest.mark.parametrize("factor", [2, 4, 8])
@pytest.mark.parametrize("cadence", [150, 165, 180])
def test_a_cadence_no_runner_has_betrays_slow_motion(cadence: float, factor: int) -> None:
    found = time_base(cadence / factor)
    assert (found.scale.factor, found.scale.source) == (factor, "inferred")
    assert found.contradiction is None


@pytest.mark.parametrize("cadence", [140, 165, 220])
def test_a_usual_cadence_is_taken_as_real_time(cadence: float) -> None:
    assert (time_base(cadence).scale.factor, time_base(cadence).scale.source) == (1, "assumed")


@pytest.mark.parametrize("factor", [2.5, 5.0, 10.0])
@pytest.mark.parametrize("cadence", [150, 165, 180])
def test_sixty_frames_a_second_slowed_to_a_films_twenty_four_are_two_and_a_half_times_slower(
    cadence: float, factor: float
) -> None:
    assert time_base(cadence / factor, fps=23.976).scale.factor == factor


def test_forty_eight_frames_a_second_slowed_to_twenty_four_are_still_twice_as_slow() -> None:
    assert time_base(84, fps=24).scale.factor == 2


def test_a_walk_is_not_taken_for_a_run_in_slow_motion() -> None:
    assert time_base(100, running=False).scale.factor == 1


def test_what_the_user_declares_beats_the_tag_and_the_tag_beats_inference() -> None:
    assert time_base(20, declared=240, tagged=120).scale.factor == 8
    assert time_base(20, declared=240, tagged=120).scale.source == "declared"
    assert (time_base(40, tagged=120).scale.factor, time_base(40, tagged=120).scale.source) == (4, "metadata")


def test_a_tag_that_means_real_time_leaves_room_for_inference() -> None:
    assert time_base(165, tagged=30).scale.source == "assumed"
    assert time_base(20.6, tagged=30).scale.source == "inferred"


def test_a_declaration_that_nobody_could_run_is_a_contradiction_that_names_its_source() -> None:
    declared, tagged = time_base(165, declared=240), time_base(165, tagged=240)
    assert declared.contradiction == tagged.contradiction == "told_cadence"
    assert words(declared, 165).startswith("The frame rate you gave makes this 1320 steps")
    assert "recording tag" in words(tagged, 165)


@pytest.mark.parametrize("cadence", [300, 64, 12])
def test_a_run_at_a_cadence_that_fits_no_factor_is_refused_and_asks_for_the_true_rate(cadence: float) -> None:
    found = time_base(cadence)
    assert found.scale.factor == 1
    assert found.contradiction == ("too_quick" if cadence > 100 else "too_slow")
    assert f"{cadence} steps per minute is too {'quick' if cadence > 100 else 'slow'}" in words(found, cadence)
    assert "--capture-fps" in words(found, cadence)


def test_a_cadence_that_would_fit_is_no_slow_motion_where_the_runner_falls_otherwise() -> None:
    assert time_base(85, fall_g=0.3).scale.factor == 2
    assert time_base(85, fall_g=0.05).contradiction == "too_slow"


def test_bounding_at_a_low_cadence_falls_at_lifes_speed_and_is_no_slow_motion() -> None:
    assert time_base(125, fall_g=1.2).scale.factor == 1
    gently, hard = time_base(125, fall_g=0.3), time_base(240, fall_g=2.6)
    assert (gently.contradiction, hard.contradiction) == ("gentle_fall", "hard_fall")
    assert "slow motion" in words(gently, 125)  # people do run at 125 and at 240 steps a minute
    assert "sped up" in words(hard, 240)


def test_a_declared_rate_is_refused_where_the_runner_falls_at_another_speed() -> None:
    refused = time_base(130, fall_g=1.2, declared=60)
    assert refused.contradiction == "told_fall"
    assert "falls at another speed" in words(refused, 130)
    assert time_base(130, fall_g=0.3, declared=60).contradiction is None
    assert time_base(130, declared=60).contradiction is None  # a fall that was not seen contradicts nothing


def test_a_refused_tag_says_what_to_give_for_a_clip_at_lifes_speed() -> None:
    assert "--capture-fps (30 if" in words(time_base(165, tagged=240), 165)


def sine_run(share_of_contact: float, cadence_per_min: float, *, slower: float = 1.0) -> tuple[np.ndarray, Beat]:
    """Hip heights in leg lengths under half-sine pushes, integrated twice: an independent way to the same fall."""
    step_s = 60 / cadence_per_min
    time_s = np.arange(0, 40 * step_s, step_s / 400)
    since_middle = (time_s + step_s / 2) % step_s - step_s / 2
    contact_s = share_of_contact * step_s
    push_g = np.where(
        np.abs(since_middle) < contact_s / 2,
        np.pi / (2 * share_of_contact) * np.cos(np.pi * since_middle / contact_s),
        0.0,
    )
    acceleration = 9.81 * (push_g - push_g.mean())
    speed = np.cumsum(acceleration) * step_s / 400
    height_m = np.cumsum(speed - speed.mean()) * step_s / 400
    beat = Beat(2 * step_s * slower, 0.9, (time_s / step_s + 0.5) / 2)
    return (height_m - height_m.mean()) / SETTINGS.leg_length_m, beat


@pytest.mark.parametrize(("share", "fall_g"), [(0.98, 0.69), (0.75, 1.13), (0.55, 1.49)])
def test_the_fall_of_a_spring_mass_runner_is_what_its_forces_say(share: float, fall_g: float) -> None:
    found = find_fall_g(*sine_run(share, 165), settings=SETTINGS)
    assert found == pytest.approx(fall_g, abs=0.02)
    low, high = SETTINGS.running_fall_g
    assert low < found < high


def test_played_slower_the_fall_shrinks_by_the_square() -> None:
    whole = find_fall_g(*sine_run(0.75, 165), settings=SETTINGS)
    assert find_fall_g(*sine_run(0.75, 165, slower=4), settings=SETTINGS) == pytest.approx(whole / 16)


def test_a_fall_that_was_hardly_seen_is_not_known() -> None:
    height, beat = sine_run(0.75, 165)
    height[5:] = np.nan
    assert np.isnan(find_fall_g(height, beat, settings=SETTINGS))


def test_from_behind_a_walk_is_told_from_a_run_in_slow_motion_and_from_a_run() -> None:
    assert walks_end_on(Played(115, True, 0.3), settings=SETTINGS)
    assert not walks_end_on(Played(82, True, 0.35), settings=SETTINGS)
    assert not walks_end_on(Played(125, True, 1.1), settings=SETTINGS)


def test_runners_are_low_in_mid_stance_and_walkers_high() -> None:
    phase = np.arange(0, 6, 1 / 40)
    beat = Beat(0.72, 0.9, phase)
    high_between_stances = 0.04 * np.cos(4 * np.pi * phase)
    high_between_stances[20:30] = np.nan
    assert is_running(high_between_stances, beat)
    assert not is_running(-high_between_stances, beat)


@pytest.mark.parametrize(
    ("late_turns", "cadence", "fall_g", "walks"),
    [
        (0.5, 112, 0.3, True),
        (0.4, 112, 0.3, True),
        (0.3, 112, 0.3, False),  # high half-way between: a shaken camera, not a walk
        (0.0, 112, 0.3, False),  # a run in slow motion
        (0.5, 168, 0.3, False),  # nobody walks so quickly
        (0.5, 112, 1.0, False),  # a drill
    ],
)
def test_a_walk_is_told_with_a_margin(late_turns: float, cadence: float, fall_g: float, walks: bool) -> None:
    phase = np.arange(0, 6, 1 / 40)
    height = 0.04 * np.cos(2 * np.pi * (2 * phase - late_turns))
    played = Played(cadence, False, fall_g)
    assert is_walking(height, Beat(0.72, 0.9, phase), played, settings=SETTINGS) == walks
