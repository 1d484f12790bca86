"""The JUnit file: what CI systems count, and that nothing in a name or a reason can break it."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from formcheck.cli.verify.compare import Case, Check, Outcome, compare
from formcheck.cli.verify.junit import junit_xml
from formcheck.cli.verify.truth import Miss, Truth, Wanted
from sample_report import good_report

TRUTH = Truth(
    measures={
        "cadence": Wanted(166.7, 1.0, "1/min"),
        "trunk_lean": Wanted(3.0, 1.0, "deg"),
        "knee_flexion": Wanted(20.0, 1.0, "deg"),
    },
    misses={"knee_flexion": Miss("reads high")},
)


def outcome(name: str, failure: str = "") -> Outcome:
    return Outcome(Case(Path(f"{name}.mp4"), TRUTH), None if failure else good_report(), failure, 1.5)


def parsed(*results: tuple[Outcome, Sequence[Check]]) -> ET.Element:
    text = junit_xml([(one, tuple(checks)) for one, checks in results], version="0.1.0", model="full")
    return ET.fromstring(text.encode("utf-8"))  # as a reader of the file: the declaration must be true


@pytest.fixture
def root() -> ET.Element:
    return parsed((outcome("run"), compare(good_report(), TRUTH)), (outcome("broken", "not a video"), ()))


def test_a_suite_for_each_clip_and_a_case_for_each_check(root: ET.Element) -> None:
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert sorted(cases[:3]) == [("run", "cadence"), ("run", "knee_flexion"), ("run", "trunk_lean")]
    assert len(cases) == 4
    assert cases[3][0] == "broken"
    assert [suite.get("name") for suite in root.iter("testsuite")] == ["run", "broken"]


@pytest.mark.parametrize(("count", "tag"), [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")])
def test_counts_are_those_of_what_is_inside(root: ET.Element, count: str, tag: str) -> None:
    for element in (root, *root.iter("testsuite")):
        assert element.get(count) == str(len(list(element.iter(tag)))), element.get("name")
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
    assert root.get(count) == "1"


def test_a_failure_says_truth_and_what_came(root: ET.Element) -> None:
    (failure,) = root.iter("failure")
    assert failure.get("message")
    assert failure.text is not None
    for said in ("3", "6.6", "+3.6"):
        assert said in failure.text


def test_a_clip_that_could_not_be_analysed_is_an_error_with_its_reason(root: ET.Element) -> None:
    (error,) = root.iter("error")
    assert error.get("message") == "not a video"


def test_a_known_miss_is_skipped_with_its_reason(root: ET.Element) -> None:
    (skipped,) = root.iter("skipped")
    assert "reads high" in (skipped.get("message") or "")


def test_version_model_and_seconds_are_in_the_file(root: ET.Element) -> None:
    for suite in root.iter("testsuite"):
        properties = {one.get("name"): one.get("value") or "" for one in suite.iter("property")}
        assert properties["formcheck"] == "0.1.0"
        assert properties["model"].startswith("full")
        assert float(suite.get("time") or 0) == 1.5


@pytest.mark.parametrize(
    "name", ["a\x00b\x1b[31m", "<&\"'>", "läuft \U0001f3c3", "lone \ud800 surrogate", "two\nlines"]
)
def test_no_name_and_no_reason_breaks_the_file(name: str) -> None:
    odd = Check(name, "", name, name, "differs", name)
    root = parsed((outcome("run"), [odd]), (outcome(name, name), ()))
    assert root.get("tests") == "2"
