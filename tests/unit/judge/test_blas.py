"""Measuring keeps linear algebra to one thread, and callers get their threads back."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from threadpoolctl import ThreadpoolController

from formcheck.judge.assess import analyze_track, assess
from formcheck.judge.blas import one_blas_thread
from formcheck.records.filmed import Filmed
from formcheck.records.options import RunOptions
from stick_runner import Camera, Runner, film


def blas_threads() -> set[int]:
    return {library["num_threads"] for library in ThreadpoolController().info() if library["user_api"] == "blas"}


@pytest.fixture
def two_threads() -> Iterator[None]:
    """A process whose linear algebra may use two threads."""
    with ThreadpoolController().limit(limits=2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.skip("threadpoolctl does not know this machine's BLAS")
        yield


def test_measuring_uses_one_thread_and_leaves_as_many_as_there_were(two_threads: None) -> None:
    meanwhile = []

    class Asked(RunOptions):
        @property
        def within_s(self) -> tuple[float, float]:  # read while `assess` measures
            meanwhile.append(blas_threads())
            return super().within_s

    told = Asked()
    track = film(Runner(), Camera(), 3.0)
    meanwhile.clear()
    assess(track, told, clip=analyze_track(track).clip, filmed=Filmed(seen_frac=1.0))
    assert meanwhile
    assert all(threads == {1} for threads in meanwhile)
    assert blas_threads() == {2}


def test_callers_that_overlap_keep_to_one_thread_until_the_last_is_done(two_threads: None) -> None:
    with ExitStack() as second:
        with one_blas_thread():
            second.enter_context(one_blas_thread())
        assert blas_threads() == {1}
    assert blas_threads() == {2}
