"""One curve through all steps: finer in time than the frames, and no more lively than the steps are."""

import numpy as np
import pytest

from formcheck.gait.events.mean_step import fit_mean_curve


def landing(offset_s: np.ndarray) -> np.ndarray:
    """A foot coming down: falling until 0, then at rest."""
    return np.where(offset_s < 0, 6 * offset_s**2, 0.0)


def sampled(fps: float, steps: int, noise: float, period_s: float = 0.7137) -> tuple[np.ndarray, np.ndarray]:
    """Offsets (N,) from the nearest of many steps and values (N, 1) as a camera at ``fps`` sees them."""
    time_s = np.arange(0, steps * period_s, 1 / fps)
    offset_s = (time_s + period_s / 2) % period_s - period_s / 2
    values = landing(offset_s) + np.random.default_rng(1).normal(0, noise, len(time_s))
    return offset_s, values[:, None]


@pytest.mark.parametrize("fps", [25, 30, 60, 120])
def test_a_known_curve_comes_back_from_sparse_frames(fps: float) -> None:
    offset_s, values = sampled(fps, steps=16, noise=0.005)
    curve = fit_mean_curve(offset_s, values, start_s=-0.2, end_s=0.2)
    assert curve is not None
    grid = np.linspace(-0.18, 0.18, 200)
    assert curve.at(grid)[:, 0] == pytest.approx(landing(grid), abs=0.01)
    assert curve.noise[0] == pytest.approx(0.005, rel=0.35)


def test_speeds_come_with_the_curve() -> None:
    offset_s, values = sampled(60, steps=20, noise=0.003)
    curve = fit_mean_curve(offset_s, values, start_s=-0.2, end_s=0.2)
    assert curve is not None
    assert curve.at(np.array([-0.1]), 1)[0, 0] == pytest.approx(-1.2, abs=0.1)
    assert curve.at(np.array([0.1]), 1)[0, 0] == pytest.approx(0.0, abs=0.1)


def test_steps_that_differ_do_not_bend_the_curve_where_every_stride_is_sampled_alike() -> None:
    """A stride of 42 frames and a little: the samples lie in clumps, and each step has its own height."""
    rng = np.random.default_rng(4)
    offsets, values = [], []
    for _ in range(14):
        offset_s = np.arange(-12, 13) / 60 + rng.normal(0, 0.003)
        offsets.append(offset_s)
        values.append(landing(offset_s) + rng.normal(0, 0.02) + rng.normal(0, 0.008, len(offset_s)))
    curve = fit_mean_curve(np.concatenate(offsets), np.concatenate(values)[:, None], start_s=-0.2, end_s=0.2)
    assert curve is not None
    grid = np.linspace(-0.15, 0.15, 100)
    assert curve.at(grid, 1)[:, 0] == pytest.approx(np.where(grid < 0, 12 * grid, 0), abs=0.6)


def test_channels_are_fitted_each_by_itself_and_gaps_left_out() -> None:
    offset_s, values = sampled(60, steps=12, noise=0.002)
    both = np.concatenate((values, 3.0 - values), axis=1)
    both[::7] = np.nan
    curve = fit_mean_curve(offset_s, both, start_s=-0.2, end_s=0.2)
    assert curve is not None
    assert curve.at(np.array([-0.1, 0.1])).sum(axis=1) == pytest.approx(3.0, abs=0.01)


def test_beyond_its_ends_the_curve_stays_where_it_was() -> None:
    offset_s, values = sampled(60, steps=12, noise=0.002)
    curve = fit_mean_curve(offset_s, values, start_s=-0.2, end_s=0.2)
    assert curve is not None
    assert curve.at(np.array([0.5])) == pytest.approx(curve.at(np.array([0.2])))


@pytest.mark.parametrize("count", [0, 1, 11])
def test_a_handful_of_samples_is_no_curve(count: int) -> None:
    offset_s = np.linspace(-0.1, 0.1, count)
    assert fit_mean_curve(offset_s, offset_s[:, None], start_s=-0.1, end_s=0.1) is None


def test_hardly_more_samples_than_knots_give_a_stiff_curve_and_no_wiggles() -> None:
    offset_s = np.linspace(-0.2, 0.2, 14)
    values = (offset_s + np.random.default_rng(1).normal(0, 0.01, 14))[:, None]
    curve = fit_mean_curve(offset_s, values, start_s=-0.2, end_s=0.2)
    assert curve is not None
    assert curve.at(np.linspace(-0.19, 0.19, 50), 1)[:, 0] == pytest.approx(1.0, abs=0.25)
