"""Which seconds are real: told, tagged, inferred, or doubted."""

import numpy as np
import pytest

from formcheck.config import TimeSettings
from formcheck.gait.phase import Beat
from formcheck.gait.timebase import TimeBase, find_time_base, is_running


def time_base(cadence: float, *, running: bool = True, fps: float = 30.0, declared=None, tagged=None) -> TimeBase:
    return find_time_base(
        cadence, running=running, clip_fps=fps, declared_fps=declared, metadata_fps=tagged, settings=TimeSettings()
    )


@pytest.mark.parametrize("factor", [2, 4, 8])
@pytest.mark.parametrize("cadence", [150, 165, 180])
def test_a_cadence_no_runner_has_betrays_slow_motion(cadence: float, factor: int) -> None:
    found = time_base(cadence / factor)
    assert (found.scale.factor, found.scale.source) == (factor, "inferred")
    assert found.contradiction is None


@pytest.mark.parametrize("cadence", [140, 165, 220])
def test_a_usual_cadence_is_taken_as_real_time(cadence: float) -> None:
    assert (time_base(cadence).scale.factor, time_base(cadence).scale.source) == (1, "assumed")


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
    assert declared.contradiction is not None
    assert declared.contradiction.code == "time_scale_contradiction"
    assert "--capture-fps" in declared.contradiction.message
    assert tagged.contradiction is not None
    assert "recording tag" in tagged.contradiction.message


def test_a_cadence_that_fits_no_factor_is_left_in_the_clips_own_time() -> None:
    assert time_base(300).scale.factor == 1
    assert time_base(12).scale.factor == 1


def test_runners_are_low_in_mid_stance_and_walkers_high() -> None:
    phase = np.arange(0, 6, 1 / 40)
    beat = Beat(0.72, 0.9, phase)
    high_between_stances = 0.04 * np.cos(4 * np.pi * phase)
    high_between_stances[20:30] = np.nan
    assert is_running(high_between_stances, beat)
    assert not is_running(-high_between_stances, beat)
