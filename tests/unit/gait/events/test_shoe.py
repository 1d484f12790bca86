"""Strikes from a shoe against the belt: landings whose ramp ends when we say, sampled as cameras do."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from formcheck.gait.events.shoe import ShoeEvents, feet_at, find_shoe_strikes, place_by_shoe
from formcheck.gait.settings import ShoeSettings
from formcheck.records.filmed import ShoePath
from formcheck.records.track import Floats

LEG_PX = 300.0
BELT_LL_S = 3.5
SLOWS_LL_S2 = 90.0
"""How fast a landing foot takes up the belt's speed: measured runners' do so at 80 to 110 leg lengths/s2."""

CUE_S = -np.mean(ShoeSettings().belt_shares) * BELT_LL_S / SLOWS_LL_S2
"""Where that ramp has come down to the cue, from its end."""

ENDS_S = 0.31 + 0.7313 * np.arange(8) + np.random.default_rng(3).normal(0, 0.004, 8)
NOISE_PX = 0.4


def landing(
    end_s: float,
    *,
    fps: float,
    asked_s: float,
    ahead: int = 1,
    slowed: float = 1.0,
    noise_px: float = NOISE_PX,
    toes_up_deg: float = 0.0,
) -> ShoePath:
    """A shoe that comes in forward against the belt, sinking, and rides from ``end_s`` on.

    Until it rides, its toes are up by ``toes_up_deg``; within 40 ms they are down.
    """
    time_s = np.arange(np.ceil((asked_s - 0.15) * fps), np.floor((asked_s + 0.11) * fps) + 1) / fps
    before = np.minimum(time_s - end_s, 0.0)
    ahead_ll = -0.5 * SLOWS_LL_S2 * before**2 - BELT_LL_S * (time_s - end_s)
    heel = np.stack((ahead * ahead_ll, -3.0 * before**2), axis=1)
    up = np.radians(toes_up_deg) * np.clip(1 - (time_s - end_s) / 0.04, 0.0, 1.0)
    toe = heel + 0.28 * np.stack((ahead * np.cos(up), -np.sin(up)), axis=1)
    feet = np.stack((heel, toe), axis=1)
    noise = np.random.default_rng(int(1e4 * end_s)).normal(0, noise_px, feet.shape)
    foot_px = np.array([500.0, 600.0]) + LEG_PX * feet + noise
    outline_px = np.full((len(time_s), 6, 2), np.nan)
    return ShoePath(asked_s * slowed, time_s * slowed, foot_px, outline_px, np.full(len(time_s), 0.95))


def landings(fps: float, **more: float) -> list[ShoePath]:
    """All steps of a foot, asked for some milliseconds off and each by a little more."""
    off_s = -0.012 + np.random.default_rng(5).normal(0, 0.003, len(ENDS_S))
    return [
        landing(float(end_s), fps=fps, asked_s=float(end_s + off), **more)
        for end_s, off in zip(ENDS_S, off_s, strict=True)
    ]


def strikes(paths: Sequence[ShoePath], *, near: bool = True, slowed: float = 1.0) -> ShoeEvents | None:
    return find_shoe_strikes(
        paths, leg_px=LEG_PX, slowed=slowed, belt_ll_s=BELT_LL_S, near=near, settings=ShoeSettings()
    )


def cues_off_s(found: ShoeEvents | None, *, near: bool = True) -> Floats:
    """By how much the cues of the steps are off where the ramps were drawn."""
    assert found is not None
    assert len(found.times_s) == len(ENDS_S)
    return np.asarray(found.times_s + ShoeSettings().late_s[0 if near else 1] - ENDS_S - CUE_S)


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0, 240.0])
@pytest.mark.parametrize("ahead", [1, -1])
def test_strikes_come_back_to_a_few_milliseconds_at_any_frame_rate(fps: float, ahead: int) -> None:
    off_s = cues_off_s(strikes(landings(fps, ahead=ahead)))
    assert abs(np.median(off_s)) < 0.004
    assert np.std(off_s) < 0.002


def test_slow_motion_is_read_in_real_time() -> None:
    assert abs(np.median(cues_off_s(strikes(landings(120.0, slowed=4.0), slowed=4.0)))) < 0.004


def test_the_far_leg_has_its_own_lag() -> None:
    assert abs(np.median(cues_off_s(strikes(landings(60.0), near=False), near=False))) < 0.004


def test_frames_in_which_something_else_was_followed_are_left_out() -> None:
    paths = landings(60.0)
    gone = np.array(paths[2].foot_px)
    gone[:8] += (60.0, -40.0)
    paths[2] = replace(paths[2], foot_px=gone)
    assert abs(np.median(cues_off_s(strikes(paths)))) < 0.004


def test_a_shoe_that_was_lost_in_most_steps_says_nothing() -> None:
    paths = landings(60.0)
    assert strikes([*paths[:2], *(ShoePath.lost(path.asked_s) for path in paths[2:])]) is None
    assert strikes([]) is None


def test_so_few_landings_that_half_of_them_show_none_are_trusted_less() -> None:
    few, all_of_them = strikes(landings(30.0)[:3]), strikes(landings(30.0))
    assert few is not None
    assert all_of_them is not None
    assert few.spread_s > all_of_them.spread_s + 0.002


def test_shoes_that_contradict_the_landmarks_from_step_to_step_weigh_less() -> None:
    times_s = np.arange(8.0)
    steady, torn = (
        ShoeEvents(times_s + 0.01 + off, np.zeros(8), 0.005, 0.001) for off in (0.0, np.tile([-0.02, 0.02], 4))
    )
    spreads = [
        place_by_shoe(shoe, times_s, np.full(8, 0.01), settings=ShoeSettings())[2].wander_s for shoe in (steady, torn)
    ]
    assert spreads == pytest.approx([0.005, np.hypot(0.005, 0.02 / np.sqrt(8))])


def test_steps_are_put_as_far_apart_as_their_shoes_say_and_those_without_stay() -> None:
    times_s = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    shoe = ShoeEvents(np.array([1.012, 2.008, 4.2, 3.06]), np.zeros(4), 0.005, 0.001)
    placed, spreads, sighting = place_by_shoe(shoe, times_s, np.full(5, 0.01), settings=ShoeSettings())
    assert sighting.at_s == pytest.approx(0.012)
    assert placed[:4] == pytest.approx([1.0, 1.996, 3.0, 4.0], abs=1e-4)
    assert list(spreads[:4] < 0.01) == [True, True, False, False]
    assert np.isnan(placed[4])


@pytest.mark.parametrize("fps", [60.0, 120.0])
@pytest.mark.parametrize(("ahead", "toes_up_deg"), [(1, 18.0), (-1, 18.0), (1, -6.0), (1, 0.0)])
def test_the_shoes_angle_is_that_at_which_it_comes_in(fps: float, ahead: int, toes_up_deg: float) -> None:
    found = strikes(landings(fps, ahead=ahead, toes_up_deg=toes_up_deg))
    assert found is not None
    assert np.median(found.foot_deg) == pytest.approx(toes_up_deg, abs=2.0)


def test_a_step_has_its_own_shoes_angle_and_none_where_it_was_not_followed() -> None:
    shoe = ShoeEvents(np.array([1.0, 2.0]), np.array([17.0, 3.0]), 0.005, 0.001)
    assert feet_at(shoe, np.array([2.004, 1.5, np.nan, 0.996]), settings=ShoeSettings()) == pytest.approx(
        [3.0, np.nan, np.nan, 17.0], nan_ok=True
    )
