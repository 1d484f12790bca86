"""Broken clips never crash the reader, hang it or make it grow; ``make fuzz`` reads thousands."""

import pytest
from tools.fuzz_files import LEAK_MB, fuzz


@pytest.mark.slow
def test_a_few_hundred_broken_clips_are_each_read_or_refused() -> None:
    outcome = fuzz(range(300), seed=7)
    assert outcome.bad == []
    assert outcome.counts["read"] + outcome.counts["refused"] == 300
    assert min(outcome.counts.values()) > 50, "mutations that are all refused at once reach no decoder"
    assert outcome.growth_mb < LEAK_MB
