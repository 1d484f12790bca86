"""Toe-offs from a shoe against the belt: push-offs whose ball leaves when we say, sampled as cameras do."""

from collections.abc import Sequence

import numpy as np
import pytest

from formcheck.gait.events.push_off import find_shoe_offs
from formcheck.gait.events.shoe import ShoeEvents
from formcheck.gait.settings import Settings
from formcheck.records.filmed import ShoePath
from formcheck.records.track import Floats

LEG_PX = 300.0
BELT_LL_S = 3.5
FOOT_LL = 0.28
RISES_LL_S2 = 35.0
"""How fast a ball that leaves gathers speed upward: 15 mm in 32 ms, as those of measured runners do."""

SETTINGS = Settings()
LEAVES_S = 0.31 + 0.7313 * np.arange(8) + np.random.default_rng(3).normal(0, 0.004, 8)
RISEN_S = float(np.sqrt(2 * SETTINGS.shoe.off_rise_ll / RISES_LL_S2))
"""From when the ball leaves to the cue."""


def push_off(
    leaves_s: float,
    *,
    fps: float,
    asked_s: float,
    ahead: int = 1,
    slowed: float = 1.0,
    belt_ll_s: float = BELT_LL_S,
    ball_share: float = 0.72,
    lost: bool = False,
) -> ShoePath:
    """A shoe that turns about its ball, which rides the belt and then is pulled up and forward."""
    time_s = np.arange(np.ceil((asked_s - 0.14) * fps), np.floor((asked_s + 0.06) * fps) + 1) / fps
    since_s = time_s - leaves_s
    up = 0.5 * RISES_LL_S2 * np.maximum(since_s, 0.0) ** 2
    ball = np.stack((ahead * (2 * up - belt_ll_s * since_s), -0.04 - up), axis=1)
    turn = np.radians(25.0 + 250.0 * np.maximum(since_s + 0.12, 0.0))
    along = np.stack((ahead * np.cos(turn), np.sin(turn)), axis=1)
    under = np.stack((-ahead * along[:, 1], ahead * along[:, 0]), axis=1)
    heel = ball - FOOT_LL * ball_share * along - 0.04 * under
    feet = np.stack((heel, heel + FOOT_LL * along), axis=1)
    noise = np.random.default_rng(int(1e4 * leaves_s)).normal(0, 0.4, feet.shape)
    foot_px = np.array([500.0, 600.0]) + LEG_PX * feet + noise
    if lost:
        return ShoePath.lost(asked_s * slowed)
    outline_px = np.full((len(time_s), 6, 2), np.nan)
    return ShoePath(asked_s * slowed, time_s * slowed, foot_px, outline_px, np.full(len(time_s), 0.95))


def push_offs(fps: float, *, late_s: float = 0.01, **more: float) -> list[ShoePath]:
    return [push_off(float(leaves_s), fps=fps, asked_s=float(leaves_s + late_s), **more) for leaves_s in LEAVES_S]


def offs(paths: Sequence[ShoePath], *, slowed: float = 1.0) -> ShoeEvents | None:
    return find_shoe_offs(paths, leg_px=LEG_PX, slowed=slowed, settings=SETTINGS)


def cues_off_s(found: ShoeEvents | None) -> Floats:
    """By how much the cues are off where the balls were drawn to have risen."""
    assert found is not None
    return found.times_s + SETTINGS.shoe.off_late_s - LEAVES_S - RISEN_S


@pytest.mark.parametrize("ahead", [1, -1])
@pytest.mark.parametrize("fps", [30.0, 60.0, 240.0])
def test_toe_off_is_read_to_a_few_milliseconds_at_any_frame_rate(fps: float, ahead: int) -> None:
    assert np.abs(cues_off_s(offs(push_offs(fps, ahead=ahead)))).max() < 0.006


@pytest.mark.parametrize("late_s", [-0.012, 0.012])
def test_it_does_not_lean_on_when_the_landmarks_saw_it(late_s: float) -> None:
    assert np.abs(cues_off_s(offs(push_offs(60.0, late_s=late_s)))).max() < 0.008


@pytest.mark.parametrize("ball_share", [0.6, 0.85])
def test_the_ball_is_found_where_the_shoe_turns_and_not_where_landmarks_put_it(ball_share: float) -> None:
    assert np.abs(cues_off_s(offs(push_offs(60.0, ball_share=ball_share)))).max() < 0.006


def test_a_clip_in_slow_motion_gives_the_same_in_real_seconds() -> None:
    at_once, slow = offs(push_offs(240.0)), offs(push_offs(240.0, slowed=8.0), slowed=8.0)
    assert at_once is not None
    assert slow is not None
    assert slow.times_s == pytest.approx(at_once.times_s, abs=1e-6)


def test_overground_the_ground_stands_still_in_the_picture() -> None:
    assert np.abs(cues_off_s(offs(push_offs(60.0, belt_ll_s=0.0)))).max() < 0.008


def test_a_shoe_that_was_lost_in_most_steps_says_nothing() -> None:
    paths = [
        push_off(float(leaves_s), fps=60.0, asked_s=float(leaves_s), lost=number > 1)
        for number, leaves_s in enumerate(LEAVES_S)
    ]
    assert offs(paths) is None


def test_a_shoe_that_never_leaves_the_ground_says_nothing() -> None:
    paths = [push_off(float(at_s) + 1.0, fps=60.0, asked_s=float(at_s)) for at_s in LEAVES_S]
    assert offs(paths) is None
