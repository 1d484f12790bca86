"""The ablation changes one constant everywhere it counts, puts it back, and tells what that does to a report."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tools.constants.change import Variant, changed, settings_with, variants_of
from tools.constants.effect import Effect, Outcome, compare
from tools.constants.find import Constant, find_constants
from tools.constants.page import reasons_to_stay, write_page
from tools.constants.run import Trial

from formcheck.gait.events import detectors, shoe
from formcheck.gait.settings import settings_for
from formcheck.records.gait import Nobody
from formcheck.records.report import Report
from places import ROOT
from sample_report import good_report


@pytest.fixture(scope="module")
def constants() -> dict[str, Constant]:
    return {constant.title: constant for constant in find_constants("full")}


def test_constants_are_found_with_their_unit_and_reason(constants: dict[str, Constant]) -> None:
    assert constants["EventSettings.off_search_s"].unit == "s"
    assert constants["EventSettings.off_search_s"].why == "the knee is straightest this near"
    assert constants["ShoeSettings.same_step_s"].why.startswith("between a shoe's strike")
    assert constants["AnkleHeight.drop_ll"].value == detectors.STRIKE[0].drop_ll


def test_a_field_of_the_settings_is_changed_in_them_alone(constants: dict[str, Constant]) -> None:
    halved = variants_of(constants["EventSettings.off_search_s"])[0]
    with changed(halved):
        assert settings_with(halved, "full").events.off_search_s == settings_for("full").events.off_search_s / 2


def test_a_constant_of_a_module_is_changed_wherever_it_is_imported_and_put_back(constants) -> None:
    before = shoe.SAMPLE_S
    with changed(Variant(constants["mean_step.SAMPLE_S"], "doubled")):
        assert {shoe.SAMPLE_S, detectors.SAMPLE_S} == {2 * before}
    assert {shoe.SAMPLE_S, detectors.SAMPLE_S} == {before}


def test_a_detector_is_changed_among_those_in_use(constants: dict[str, Constant]) -> None:
    with changed(Variant(constants["AnkleHeight.drop_ll"], "doubled")):
        assert detectors.STRIKE[0].drop_ll == 2 * detectors.AnkleHeight().drop_ll
        assert detectors.STRIKE[1] == detectors.HeelSpeed()


def test_a_minimum_is_switched_off_at_zero_and_a_limit_at_infinity(constants: dict[str, Constant]) -> None:
    ends = {variants_of(constants[f"CleaningSettings.{name}"])[-1] for name in ("min_visibility", "longest_gap_s")}
    assert {variant.constant.name: variant.value(variant.constant.value) for variant in ends} == {
        "min_visibility": 0.0,
        "longest_gap_s": 1e9,
    }


def outcome(report: Report, written: int) -> Outcome:
    return Outcome(report, Nobody(), written, 0)


def test_an_effect_says_how_reach_strikes_and_findings_differ() -> None:
    before = good_report()
    reach = before.measures["foot_ahead_of_hip"]
    further = replace(reach, headline=replace(reach.headline, value=reach.headline.value + 0.02))
    late = tuple(replace(step, strike_time_s=step.strike_time_s + 0.003) for step in before.steps)
    after = replace(
        before,
        measures=before.measures | {"foot_ahead_of_hip": further},
        steps=late,
        findings=before.findings[1:],
    )
    effect = compare(outcome(before, 1), outcome(after, 2))
    assert effect.reach == pytest.approx(0.02)
    assert effect.strike_s == pytest.approx(0.003)
    assert effect.codes == (before.findings[0].code,)
    assert (effect.lean_deg, effect.withheld, effect.reported) == (0.0, 0, 0)


def test_reports_that_read_the_same_do_not_differ() -> None:
    assert compare(outcome(good_report(), 1), outcome(good_report(), 1)) == Effect(differs=False)


def test_the_page_lists_what_matters_first_and_what_does_nothing_last(constants, tmp_path: Path) -> None:
    names = "SideSettings.harmonics", "EventSettings.off_search_s", "AnkleHeight.drop_ll"
    nothing, little, much = (constants[name] for name in names)
    effects = {
        nothing.title: Effect(differs=False),
        little.title: Effect(differs=True, reach=0.003),
        much.title: Effect(differs=True, reach=0.001, codes=("overstride_likely",)),
    }
    done = {(title, "halved"): Trial(title, "halved", {"clip": effect}) for title, effect in effects.items()}
    needless = write_page([nothing, little, much], done, ["clip"], [], tmp_path / "page.md")
    assert needless == (nothing.title,)
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    places = [text.index(f"`{one.title}`") for one in (much, little, nothing)]
    assert places == sorted(places)
    assert "| 0.3, 0.3 |" in text


def test_whatever_changes_nothing_has_a_reason_to_stay_and_the_page_gives_it(constants: dict[str, Constant]) -> None:
    page = (ROOT / "docs" / "constants.md").read_text(encoding="utf-8")
    rows = page.split("## What changes nothing in any case")[1]
    shown = dict(re.findall(r"^\| `(.+?)` \| .* \| (.*?) \|$", rows, re.MULTILINE))
    assert len(shown) == rows.count("\n| `")
    kept = reasons_to_stay()
    assert shown == {title: kept[title] for title in shown}
    assert all(kept.values())
    assert kept.keys() <= constants.keys()
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    named = set(re.findall(r"`(test_\w+)`", " ".join(kept.values())))
    assert {test for test in named if not any(f"def {test}(" in text for text in tests)} == set()
