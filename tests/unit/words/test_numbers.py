"""Numbers with their units, as a person would write them."""

import pytest

from formcheck.words.catalogue import Voice
from formcheck.words.numbers import change, quantity

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "reads"), [(0.6, "1 step/min"), (1.4, "1 step/min"), (0.0, "0 steps/min"), (168.0, "168 steps/min")]
)
def test_one_step_is_no_steps(value: float, reads: str) -> None:
    assert quantity("cadence", "1/min", value).replace(SPACE, " ") == reads


@pytest.mark.parametrize(
    ("value", "reads"), [(1.0, "+1 step/min"), (-1.0, "\N{MINUS SIGN}1 step/min"), (3.0, "+3 steps/min")]
)
def test_a_change_has_its_sign_and_the_unit_of_its_number(value: float, reads: str) -> None:
    assert change("cadence", "1/min", value).replace(SPACE, " ") == reads


def test_a_height_reads_in_the_readers_system() -> None:
    assert quantity("height", "m", 1.7).replace(SPACE, " ") == "1.70 m"
    assert quantity("height", "m", 1.7, Voice("en", "imperial")).replace(SPACE, " ") == "67 in"
