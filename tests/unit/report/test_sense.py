"""Reports edited by hand: refused in one line that names the key, or fit to be compared with others."""

import copy
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck import combine, compare, read_report
from formcheck.judge.comparison.said import verdict
from formcheck.records.errors import RecordError, UsageError
from formcheck.records.report import Change, Plateau
from formcheck.records.skeleton import Side
from formcheck.report.page.comparison import Pictured, row_of
from formcheck.report.page.session import session_view
from formcheck.report.schema import comparison_to_json, report_from_json, report_to_json, session_to_json
from formcheck.words.catalogue import Voice
from reached import reached
from sample_report import withheld_report

GOOD = reached(0.25)
OTHER_SIDE = replace(GOOD, scene=replace(GOOD.scene, near_side=Side.RIGHT))
REACH = ("measures", "foot_ahead_of_hip", "headline")


def edited(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy of a document with one place changed."""
    made = inner = copy.deepcopy(document)
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return made


def nested(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels):
        made = [made]
    return made


def documents() -> list[Any]:
    changing = Change("trunk_lean", "deg", "drift", (Plateau(0.0, 3.0, 5.0), Plateau(3.0, 6.0, 8.0)), 3.0, (2.0, 4.0))
    return [report_to_json(each) for each in (GOOD, withheld_report(), replace(GOOD, changes=(changing,)))]


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("settings", "told"), None, "settings.told: should be an object, got None"),
        (("settings", "told"), [11.0], "settings.told: should be an object, got"),
        (
            ("settings", "told", "speed_kmh"),
            "fast",
            "settings.told.speed_kmh: should be a number between 1 and 45, got",
        ),
        (("settings", "told", "speed_kmh"), 0, "settings.told.speed_kmh: should be a number between 1 and 45, got 0"),
        (("settings", "told", "incline_pct"), math.nan, "settings.told.incline_pct: should be a number between -20"),
        (("settings", "told", "height_m"), True, "settings.told.height_m: should be a number between 0.9 and 2.5"),
        (("settings",), nested(40), "report: is nested too deeply"),
        (("proportions", "arm_to_trunk", "value"), 0, "proportions.arm_to_trunk.value: should be between 0.01 and 100"),
        ((*REACH, "error", "of_clip"), 1e308, "measures.foot_ahead_of_hip.headline.error.of_clip: should be between 0"),
        (
            (*REACH, "error", "of_runner"),
            -0.01,
            "measures.foot_ahead_of_hip.headline.error.of_runner: should be between",
        ),
        (
            (*REACH, "error", "of_steps"),
            math.nan,
            "measures.foot_ahead_of_hip.headline.error.of_steps: should be a fin",
        ),
        (
            (*REACH, "value"),
            1e308,
            "measures.foot_ahead_of_hip.headline.value: should be between 0.2079 and 0.2921, got",
        ),
        ((*REACH, "value"), 0.9, "measures.foot_ahead_of_hip.headline.value: should be between 0.2079 and 0.2921, got"),
        ((*REACH, "interval95"), [0.3, 0.2], "measures.foot_ahead_of_hip.headline.interval95: should begin with the"),
        ((*REACH, "spread"), -1, "measures.foot_ahead_of_hip.headline.spread: should be between 0 and"),
        (("measures", "foot_ahead_of_hip", "unit"), "deg", "measures.foot_ahead_of_hip.unit: should be 'leg_length'"),
        (("scene", "scale", "m_per_leg_length"), 0, "scene.scale.m_per_leg_length: should be between 0.001 and 10"),
        (("scene", "belt_speed", "value"), -3, "scene.belt_speed.value: should be between 0 and 100, got -3"),
        (("clip", "time_scale", "factor"), 0, "clip.time_scale.factor: should be between 0.001 and 1000, got 0"),
        (("clip", "mean_fps"), -60.0, "clip.mean_fps: should be between 0 and 1e+06, got -60"),
        (("clip", "used_s"), [0.0, 1e308], "clip.used_s: should be between -1e+12 and 1e+12, got 1e+308"),
        (("steps", 0, "shank_angle"), 1e11, "steps[0].shank_angle: should be between -360 and 360, got 1e+11"),
    ],
)
def test_what_no_report_says_is_refused_by_its_key(place: tuple[Any, ...], value: Any, says: str) -> None:
    document = edited(report_to_json(GOOD), ("proportions",), {"arm_to_trunk": {"value": 0.9, "spread": 0.02}})
    with pytest.raises(RecordError) as caught:
        report_from_json(edited(document, place, value))
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"schema_version": 1, "settings": ' + "[" * 50 + "]" * 50 + "}"])
def test_a_file_nested_deeply_is_refused_in_one_line_that_says_what_to_do(tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"report: is nested too deeply\. Analyze its clip again, or give an unedited"):
        read_report(file)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*place, key))


EDITS = [(number, place) for number, document in enumerate(documents()) for place in places(document)]
JUNK = st.sampled_from([None, True, -1, 0, 1e308, 1e11, -0.5, 10**30, math.nan, math.inf, "", "x", [], {}, nested(40)])


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(EDITS), JUNK | st.floats() | st.text(max_size=2))
@pytest.mark.slow
def test_an_edited_report_is_refused_in_one_line_or_can_be_compared(
    edit: tuple[int, tuple[Any, ...]], junk: Any
) -> None:
    number, place = edit
    try:
        report = report_from_json(edited(documents()[number], place, junk))
    except RecordError as error:
        assert "\n" not in str(error)  # noqa: PT017  # refused or not, both are right
        return
    voice = Voice("en", "imperial")
    for before, after in ((GOOD, report), (report, GOOD)):
        comparison = compare(before, after)
        json.dumps(comparison_to_json(comparison), allow_nan=False)
        assert verdict(comparison, voice)
        assert all(row_of(row, voice).title for row in comparison.differences)
    session = combine([OTHER_SIDE, report])
    json.dumps(session_to_json(session), allow_nan=False)
    assert session_view(session, [Pictured(OTHER_SIDE, {}), Pictured(report, {})], voice)["verdict"]
