"""A finished report stays as it is, and still travels: copies, other processes, JSON."""

import copy
import json
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

from formcheck import Report
from formcheck.records.readonly import ReadOnlyDict
from formcheck.records.skeleton import Side
from sample_report import good_report

REPORT = good_report()


def steps_values(report: Report) -> Any:
    return report.steps[0].values


def evidence(report: Report) -> Any:
    assert report.evidence is not None
    assert report.evidence.series is not None
    assert report.evidence.runner is not None
    return report.evidence


MAPPINGS: dict[str, Callable[[Report], Any]] = {
    "measures": lambda report: report.measures,
    "settings": lambda report: report.settings,
    "settings, further down": lambda report: report.settings["smoothing"],
    "a step's values": steps_values,
    "a curve's sides": lambda report: evidence(report).series.knee_flexion_deg,
    "the belt's line": lambda report: evidence(report).belt_line,
    "others in the picture": lambda report: evidence(report).others,
    "the runner's legs": lambda report: evidence(report).runner.leg_ll,
}


@pytest.mark.parametrize("part", MAPPINGS.values(), ids=MAPPINGS)
def test_no_mapping_of_a_report_can_be_changed(part: Callable[[Report], Any]) -> None:
    mapping = part(REPORT)
    before = dict(mapping)
    for change in (
        lambda: mapping.__setitem__("trunk_lean", None),
        lambda: mapping.__delitem__(next(iter(before), "nothing")),
        lambda: mapping.update({"cadence": None}),
        lambda: mapping.__ior__({"cadence": None}),
        mapping.clear,
        mapping.popitem,
    ):
        with pytest.raises(TypeError, match="cannot be changed"):
            change()
    assert mapping == before


def test_curves_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        evidence(REPORT).series.trunk_lean_deg[0] = 0.0


def test_a_report_holds_copies_of_what_it_was_made_of() -> None:
    mine = {"foot_ahead_of_hip": 0.2}
    step = replace(REPORT.steps[0], values=mine)
    mine["foot_ahead_of_hip"] = 0.9
    assert step.values == {"foot_ahead_of_hip": 0.2}


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, replace, lambda report: pickle.loads(pickle.dumps(report))]
)
def test_a_copy_is_the_same_report_and_as_read_only(again: Callable[[Report], Report]) -> None:
    report = again(REPORT)
    assert repr(report) == repr(REPORT)
    with pytest.raises(TypeError, match="cannot be changed"):
        report.measures.update({})  # type: ignore[attr-defined]  # the slip itself


def test_a_report_comes_back_from_another_process() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        assert repr(workers.submit(copy.copy, REPORT).result(timeout=60)) == repr(REPORT)


def test_a_report_is_still_plain_to_json_and_to_asdict() -> None:
    assert json.loads(json.dumps(REPORT.settings))["smoothing"] == {"cutoff_hz": 8.0}
    assert asdict(replace(REPORT, evidence=None))["measures"]["trunk_lean"]["unit"] == "deg"


def test_a_changed_measure_needs_a_mapping_of_its_own() -> None:
    without = replace(REPORT, measures={name: m for name, m in REPORT.measures.items() if name != "cadence"})
    assert "cadence" not in without.measures
    assert "cadence" in REPORT.measures


def test_keys_and_arrays_survive_freezing() -> None:
    frozen = ReadOnlyDict({Side.LEFT: np.arange(3)})
    again = pickle.loads(pickle.dumps(frozen))
    assert list(again) == [Side.LEFT]
    assert frozen | {Side.RIGHT: 1} == {**frozen, Side.RIGHT: 1}
