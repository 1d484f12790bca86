"""A time that leaps ahead is wrong where the following pictures go on as before, and true where they follow it."""

import pytest

from formcheck.clip.times import without_wild_times


@pytest.mark.parametrize(
    ("times_s", "wild"),
    [
        ([0, 0.1, 0.2, 0.3], set()),
        ([0, 0.1, 60, 0.3, 0.4], {60}),
        ([0, 0.1, 60, 61, 0.4, 0.5, 0.6], {60, 61}),
        ([0, 0.1, 3.1, 3.2, 3.3], set()),  # paused
        ([0, 0.1, 60, 3.1, 3.2, 3.3], {60}),  # paused, and one of them wild
        ([0, 60, 120, 180], set()),  # a picture a minute
        ([60, 0.1, 0.2], {60}),
        ([0, 0.1, 0.2, 60], set()),  # nothing follows: that can't be known
        ([0, 0.1, 3.1, 3.2, 0.15, 3.3], set()),  # the one that comes too late is wrong
    ],
)
def test_it_is_left_out_by_what_follows(times_s: list[float], wild: set[float]) -> None:
    found = list(without_wild_times(enumerate(map(float, times_s))))
    assert [number for number, _ in found] == list(range(len(times_s)))
    assert {times_s[number] for number, time_s in found if time_s is None} == wild
