"""report.json: the contract that scripts outside this repository rely on."""

import copy
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.gait.measures.registry import MEASURES
from formcheck.records.errors import OutputError, RecordError
from formcheck.records.report import (
    BeltSpeed,
    Clip,
    Finding,
    KeyFrame,
    Measure,
    Measured,
    ModelUsed,
    Quality,
    Reason,
    ReferenceBand,
    Report,
    Scale,
    SceneSeen,
    Step,
    TimeScale,
)
from formcheck.records.skeleton import Side
from formcheck.report.schema import report_from_json, report_to_json, write_report_json
from formcheck.words.numbers import DECIMALS
from sample_report import good_report, withheld_report

FLOAT = st.one_of(st.just(math.nan), st.floats(-1e6, 1e6))
KNOWN = st.floats(-1e6, 1e6)
NUMBERS = {float: FLOAT, str: st.text(max_size=20)}
CODE_POINTS = st.text(max_size=20)
REASONS = st.builds(Reason, CODE_POINTS, CODE_POINTS, CODE_POINTS)
SMALL = st.floats(0, 9)
UNKNOWN_OR_SMALL = st.just(math.nan) | SMALL


def _number(  # noqa: PLR0917  # hypothesis passes them by place
    value: float, half: float, spread: float, steps: int, confidence: str, withheld: Reason | None
) -> Measured:
    return Measured(value, spread, (value - half, value + half), steps, confidence, withheld)


TOLD = st.builds(
    _number,
    UNKNOWN_OR_SMALL,
    UNKNOWN_OR_SMALL,
    UNKNOWN_OR_SMALL,
    st.integers(0, 500),
    st.sampled_from(["high", "medium", "low"]),
    st.none() | REASONS,
)
STEPS = st.builds(
    Step,
    st.sampled_from(Side),
    FLOAT,
    FLOAT,
    FLOAT,
    st.dictionaries(st.sampled_from(list(DECIMALS)), UNKNOWN_OR_SMALL, max_size=3),
)
SCENES = st.builds(
    SceneSeen,
    st.sampled_from(["side", "rear", "front", "unclear"]),
    st.sampled_from(["left", "right", "unknown"]),
    st.none() | st.sampled_from(Side),
    st.sampled_from(["treadmill", "overground", "unknown"]),
    FLOAT,
    st.builds(BeltSpeed, UNKNOWN_OR_SMALL, st.sampled_from(["m/s", "leg_length/s"])),
    st.builds(Scale, st.just(math.nan) | st.floats(0.1, 9), st.sampled_from(["height", "speed", "none"])),
)
CLIPS = st.builds(
    Clip,
    CODE_POINTS,
    CODE_POINTS,
    UNKNOWN_OR_SMALL,
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.integers(0, 10**6),
    UNKNOWN_OR_SMALL,
    st.builds(TimeScale, st.floats(0.1, 100), st.sampled_from(["declared", "metadata", "inferred", "assumed"])),
    st.tuples(FLOAT, FLOAT),
)
MEASURES_BY_NAME = st.sampled_from(MEASURES).flatmap(
    lambda row: st.tuples(
        st.just(row.name), st.builds(Measure, st.just(row.unit), TOLD, st.none() | TOLD, st.none() | TOLD)
    )
)
LINES = st.lists(CODE_POINTS, max_size=2).map(tuple)
REPORTS = st.builds(
    Report,
    CODE_POINTS,
    CODE_POINTS,
    CLIPS,
    st.none() | st.builds(ModelUsed, CODE_POINTS, CODE_POINTS),
    st.dictionaries(CODE_POINTS, st.none() | st.booleans() | st.integers() | st.floats() | CODE_POINTS, max_size=3),
    SCENES,
    st.builds(Quality, st.sampled_from(["good", "usable", "poor"]), st.lists(REASONS, max_size=2).map(tuple)),
    st.lists(STEPS, max_size=3).map(tuple),
    st.lists(MEASURES_BY_NAME, max_size=2).map(dict),
    st.lists(
        st.builds(
            Finding,
            CODE_POINTS,
            st.sampled_from(["ok", "watch", "act", "info"]),
            CODE_POINTS,
            CODE_POINTS,
            LINES,
            CODE_POINTS,
            LINES,
            LINES,
        ),
        max_size=2,
    ).map(tuple),
    st.lists(
        st.builds(
            KeyFrame,
            CODE_POINTS,
            KNOWN,
            st.sampled_from(["foot_strike", "mid_stance", "toe_off"]),
            st.sampled_from(Side),
            st.integers(0, 9999),
            st.integers(0, 99),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(
        st.builds(ReferenceBand, CODE_POINTS, CODE_POINTS, KNOWN, KNOWN, KNOWN, KNOWN, CODE_POINTS), max_size=2
    ).map(tuple),
)


def strict(document):
    """Through text and back, as a strict parser reads it."""
    return json.loads(json.dumps(document, allow_nan=False), parse_constant=pytest.fail)


@given(REPORTS)
def test_every_report_survives_strict_json_and_back(report):
    document = strict(report_to_json(report))
    assert strict(report_to_json(report_from_json(document))) == document


def test_what_is_read_back_equals_what_was_written_but_for_rounding():
    once = report_from_json(report_to_json(good_report()))
    assert once.steps[3].strike_time_s == pytest.approx(good_report().steps[3].strike_time_s, abs=5e-5)
    assert replace(once, measures={}) == replace(report_from_json(report_to_json(once)), measures={})
    assert once.findings == good_report().findings
    assert once.frames[0].file == good_report().frames[0].file
    assert once.evidence is None


def test_the_keys_are_those_of_the_contract():
    document = report_to_json(good_report())
    assert list(document)[:2] == ["schema_version", "formcheck_version"]
    assert document["schema_version"] == 1
    contract = {
        "schema_version", "formcheck_version", "created", "clip", "model", "settings", "scene", "quality", "steps",
        "measures", "findings", "frames",
    }  # fmt: skip
    assert set(document) == contract | {"reference", "changes", "proportions", "curves"}
    clip = {"name", "sha256", "duration_s", "width_px", "height_px", "frame_count", "mean_fps", "time_scale"}
    assert set(document["clip"]) == clip | {"used_s", "parts"}
    assert set(document["scene"]) == {
        "view", "heading", "near_side", "surface", "camera_roll_deg", "belt_speed", "scale"
    }  # fmt: skip
    assert set(document["quality"]["reasons"][0]) == {"code", "message", "advice"} | {"variant", "values"}
    assert set(document["measures"]["foot_ahead_of_hip"]) == {"unit", "headline", "left", "right"}
    headline = document["measures"]["foot_ahead_of_hip"]["headline"]
    assert set(headline) == {"value", "spread", "interval95", "steps", "confidence", "withheld", "error"}
    assert set(document["findings"][0]) == {
        "code", "level", "title", "text", "evidence", "cue", "exercises", "sources", "standing", "values"
    }  # fmt: skip
    assert set(document["frames"][0]) == {"file", "time_s", "event", "side"} | {"index", "step"}


def test_a_step_lies_flat_with_its_values_beside_its_times():
    step = report_to_json(good_report())["steps"][0]
    assert step["side"] == "left"
    assert step["strike_time_s"] == 0.21
    assert {"foot_ahead_of_hip", "shank_angle", "knee_flexion", "confidence"} <= set(step)
    assert "values" not in step


def test_what_is_not_known_is_null():
    report = withheld_report()
    report = replace(report, model=None, scene=replace(report.scene, heading="unknown", near_side=None))
    document = report_to_json(report)
    assert document["model"] is None
    assert document["scene"]["heading"] is None
    assert document["scene"]["near_side"] is None
    assert document["scene"]["camera_roll_deg"] is None
    assert document["steps"][0]["toe_off_time_s"] is None
    headline = document["measures"]["trunk_lean"]["headline"]
    assert headline["value"] is None
    assert headline["interval95"] == [None, None]
    assert headline["withheld"]["code"] == "interval_too_wide"
    assert report_from_json(document).scene.heading == "unknown"


def test_numpy_numbers_are_written_as_plain_ones():
    report = good_report()
    told = replace(report.measures["cadence"].headline, value=np.float32(166.5), steps=np.int64(25))
    document = report_to_json(replace(report, measures={"cadence": Measure("1/min", told)}))
    assert strict(document)["measures"]["cadence"]["headline"]["steps"] == 25


def test_settings_are_not_rounded():
    assert report_to_json(replace(good_report(), settings={"step": 1e-7}))["settings"] == {"step": 1e-7}


@pytest.mark.parametrize("version", [None, 0, 2, "1", True])
def test_another_schema_version_is_refused(version):
    with pytest.raises(RecordError, match=r"^schema_version: should be 1, got"):
        report_from_json({**report_to_json(good_report()), "schema_version": version})


@pytest.mark.parametrize(
    ("path", "wrong", "says"),
    [
        (["clip", "mean_fps"], "fast", "clip.mean_fps: should be a valid number, got 'fast'"),
        (["clip", "width_px"], 1280.5, "clip.width_px: should be a valid integer, got 1280.5"),
        (["clip", "used_s"], [1.0], "clip.used_s[1]: missing"),
        (["clip", "duration_s"], math.inf, "clip.duration_s: should be a finite number, got inf"),
        (["clip", "time_scale"], None, "clip.time_scale: should be an object, got None"),
        (["scene", "view"], "top", "scene.view: should be 'side', 'rear', 'front' or 'unclear', got 'top'"),
        (["scene", "near_side"], "up", "scene.near_side: should be 'left' or 'right', got 'up'"),
        (["steps", 2, "shank_angle"], "steep", "steps[2].shank_angle: should be a valid number, got 'steep'"),
        (["findings", 0, "title"], 7, "findings[0].title: should be a valid string, got 7"),
        (
            ["measures", "cadence", "headline", "steps"],
            True,
            "measures.cadence.headline.steps: should be a valid integer",
        ),
        (["frames"], {}, "frames: should be a list, got {}"),
    ],
)
def test_broken_data_is_refused_in_one_line_that_names_the_key(path, wrong, says):
    document = report_to_json(good_report())
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    with pytest.raises(RecordError) as caught:
        report_from_json(document)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_a_missing_key_is_named():
    document = report_to_json(good_report())
    del document["scene"]["belt_speed"]["unit"]
    with pytest.raises(RecordError, match=r"^scene\.belt_speed\.unit: missing$"):
        report_from_json(document)


def test_keys_of_a_later_formcheck_are_passed_over():
    document = report_to_json(good_report())
    document["clip"]["camera"] = "phone"
    assert report_from_json(document).clip == report_from_json(report_to_json(good_report())).clip


def refusal(document):
    """Why a document is refused; empty when it is read. Any other error fails the test."""
    try:
        report_from_json(document)
    except RecordError as error:
        return str(error)
    return ""


def _places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from _places(item, (*path, key))


GOOD = report_to_json(good_report())
PLACES = [place for place in _places(GOOD) if place]
JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.just([])
    | st.just({})
    | st.just([1])
)


@settings(max_examples=300)
@given(st.sampled_from(PLACES), JUNK)
@pytest.mark.slow
def test_any_junk_anywhere_is_either_read_or_refused_in_one_line(place, junk):
    document = copy.deepcopy(GOOD)
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = junk
    assert "\n" not in refusal(document)


@pytest.mark.parametrize("document", [None, [], "report", 3])
def test_what_is_no_object_is_refused(document):
    with pytest.raises(RecordError, match="should be an object"):
        report_from_json(document)


def test_the_file_is_strict_json_and_nothing_else_is_left_beside_it(tmp_path):
    path = tmp_path / "report.json"
    write_report_json(path, withheld_report())
    write_report_json(path, good_report())
    assert json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail) == report_to_json(good_report())
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_a_clip_name_that_is_no_text_is_still_written(tmp_path):
    report = good_report()
    hostile = replace(report, clip=replace(report.clip, name="caf\udce9 \N{RUNNER}.mp4"))
    write_report_json(tmp_path / "report.json", hostile)
    name = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["clip"]["name"]
    assert name == "caf? \N{RUNNER}.mp4"


def test_a_folder_that_is_not_there_is_said_in_one_line(tmp_path):
    with pytest.raises(OutputError, match="can't be written"):
        write_report_json(tmp_path / "missing" / "report.json", good_report())


def test_a_report_from_before_clips_could_be_compared_still_loads():
    document = report_to_json(good_report())
    del document["proportions"], document["curves"]
    for measure in document["measures"].values():
        for number in (measure["headline"], measure["left"], measure["right"]):
            (number or {}).pop("error", None)
    found = report_from_json(document)
    assert found.proportions == {}
    assert found.curves == {}
    assert found.measures["trunk_lean"].headline.error is None
