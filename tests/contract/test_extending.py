"""The recipes of docs/extending.md, done: what is registered is in the report, and nothing else is touched."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from formcheck.gait.events import detectors
from formcheck.gait.events.detectors import STRIKE, Detector, Sighting
from formcheck.gait.events.mean_step import Channel, SampledStep
from formcheck.gait.measures import registry
from formcheck.gait.measures.definitions import Leg
from formcheck.gait.measures.registry import MEASURES, Definition
from formcheck.gait.settings import EventSettings
from formcheck.judge.assess import analyze_track
from formcheck.records.skeleton import Side
from formcheck.records.track import Floats
from formcheck.report.measure_view import rows
from formcheck.report.schema import report_from_json, report_to_json
from formcheck.words.catalogue import catalogue
from formcheck.words.numbers import DECIMALS
from stick_runner import Camera, Runner, film

TRACK = film(Runner(), Camera(), 6.0)


def hip_height(leg: Leg) -> Floats:
    return np.asarray((leg.hip - leg.ankle)[:, 1] / leg.length_ll)


HIP_HEIGHT = Definition("hip_height", "leg_length", "leg", at_strike=hip_height, spread_by_eye=0.03, experimental=True)


@dataclass(frozen=True, slots=True)
class HeelLowest:
    late_s: float = 0.023
    spread_s: float = 0.020

    def find(self, step: SampledStep, settings: EventSettings) -> Sighting:
        search = step.after_foremost(settings.strike_search_s)
        return Sighting(float(step.at_s[search][np.argmin(step.path(Channel.HEEL_UP)[search])]))


def test_a_measure_is_one_row_and_one_function(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = analyze_track(TRACK)
    monkeypatch.setattr(registry, "MEASURES", (MEASURES[0], HIP_HEIGHT, *MEASURES[1:]))
    report = analyze_track(TRACK)
    assert list(report.measures)[1] == "hip_height"
    assert report.measures["hip_height"].headline.value == pytest.approx(0.93, abs=0.05)
    assert report.measures["hip_height"].headline.confidence == "low"
    assert report.steps[0].values["hip_height"] > 0.8
    assert rows(report)[1].title == "Hip height"
    assert report_from_json(report_to_json(report)).measures["hip_height"].unit == "leg_length"
    assert {name: measure for name, measure in report.measures.items() if name != "hip_height"} == plain.measures


def strikes_s(side: Side) -> Floats:
    return np.array([step.strike_time_s for step in analyze_track(TRACK).steps if step.side is side])


@pytest.mark.parametrize("moved_s", [0.02, -0.02])
@pytest.mark.slow
def test_a_detector_is_one_class_and_its_spread_says_what_it_counts(
    monkeypatch: pytest.MonkeyPatch, moved_s: float
) -> None:
    plain = strikes_s(Side.RIGHT)
    found = {}
    for spread_s in (0.001, 0.005, 1.0):
        one: Detector = replace(HeelLowest(), late_s=0.023 - moved_s, spread_s=spread_s)
        monkeypatch.setattr(detectors, "STRIKE", (*STRIKE, one))
        found[spread_s] = float(np.median(strikes_s(Side.RIGHT) - plain))
    shown = analyze_track(TRACK).settings["measurement"]["detectors"]["foot_strike"]
    assert shown["HeelLowest"]["spread_s"] == 1.0
    assert abs(found[1.0]) < 0.0002
    assert abs(found[1.0]) < abs(found[0.005]) < abs(found[0.001])


def test_every_measure_has_words_and_every_word_a_measure() -> None:
    assert catalogue()["measure"].keys() == DECIMALS.keys()
    assert list(DECIMALS) == [row.name for row in MEASURES]  # `words` can't import the registry, and both are in order
