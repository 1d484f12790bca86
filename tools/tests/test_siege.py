"""Every trial of ``tools.siege``: attacks and faults that a real service must stand."""

from pathlib import Path

import pytest
from tools.siege.discovery import TRIALS, purpose, trial

LONG = (
    "clock_ahead",
    "database_away",
    "few_files",
    "full_disk",
    "killed_service",
    "long_queue",
    "many_deaths",
    "two_processes",
    "webhooks",
)
"""Trials of 10 s and more: in `make siege`, not in `make test`.

What a full disk and a receiver that is away do is in `make test` too, of smaller parts: test_faults and test_serving,
test_webhooks.
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(each, marks=[pytest.mark.siege] * (each in LONG)) for each in TRIALS])
def test_the_service_stands(name: str, tmp_path: Path) -> None:
    assert trial(name)(tmp_path), "a trial returns its figures"


@pytest.mark.parametrize("name", TRIALS)
def test_a_trial_says_in_one_line_what_it_tries(name: str) -> None:
    assert purpose(name).endswith(".")
