"""The findings of a report: what each number leads to, at which level, and in which words."""

import math
import re
from dataclasses import replace

import pytest

from formcheck.judge.findings.advice import ADVICE
from formcheck.judge.findings.judge import judge
from formcheck.judge.reference.bands import find_reference
from formcheck.records.report import BeltSpeed, Finding, Measure, Measured, Quality, Report
from formcheck.records.skeleton import Side
from formcheck.report.view import verdict
from formcheck.words.catalogue import ENGLISH, entries
from formcheck.words.reasons import reason
from sample_report import NOT_SIDE_ON, TILTED, good_report, reported

# At 3 m/s experienced runners land 0.18 to 0.29 leg ahead, one in ten beyond 0.27; shank 0.3 to 10.4 deg, knee bent 9
# to 23 deg, lean 3 to 11.5 deg, cadence 149 to 189.
SPEED_M_S = 3.0
TYPICAL = {
    "foot_ahead_of_hip": reported(0.235, 0.02),
    "shank_angle": reported(7.0, 1.5),
    "knee_flexion": reported(14.0, 2.0),
    "trunk_lean": reported(7.0, 1.0),
    "cadence": reported(168.0, 1.0),
    "foot_ahead_of_hip_asymmetry": reported(0.02, 0.1),
    "contact_time_asymmetry": reported(0.01, 0.03),
    "step_time_asymmetry": reported(0.0, 0.02),
}
NOT_MEASURED = Measured(math.nan, math.nan, (math.nan, math.nan), 0, "low", NOT_SIDE_ON)
SEVERAL_SIGNS = {
    "foot_ahead_of_hip": reported(0.34, 0.03),
    "shank_angle": reported(12.0, 1.5),
    "knee_flexion": reported(9.0, 2.0),
}


def report_of(numbers: dict[str, Measured] | None = None, **scene: object) -> Report:
    """The sample clip with these headline numbers, judged."""
    sample = good_report()
    headlines = TYPICAL | (numbers or {})
    measures = {name: Measure(sample.measures[name].unit, headline) for name, headline in headlines.items()}
    report = replace(
        sample,
        measures=measures,
        scene=replace(sample.scene, **scene),
        quality=Quality("good", ()),
        reference=find_reference(SPEED_M_S),
    )
    return rejudged(report)


def rejudged(report: Report) -> Report:
    return replace(
        report, findings=judge(report.measures, report.scene, report.quality, report.reference, report.frames)
    )


def judged(numbers: dict[str, Measured] | None = None, **scene: object) -> dict[str, Finding]:
    return {finding.code: finding for finding in report_of(numbers, **scene).findings}


def landing(numbers: dict[str, Measured]) -> tuple[str, str]:
    """Code and level of the finding about the landing."""
    finding = next(finding for code, finding in judged(numbers).items() if code.startswith("overstride_"))
    return finding.code, finding.level


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({}, ("overstride_unlikely", "ok")),
        ({"foot_ahead_of_hip": reported(0.06, 0.05)}, ("overstride_unlikely", "ok")),
        ({"foot_ahead_of_hip": reported(0.24, 0.05)}, ("overstride_unlikely", "ok")),
        ({"foot_ahead_of_hip": reported(0.24, 0.10)}, ("overstride_possible", "ok")),
        ({"foot_ahead_of_hip": reported(0.27, 0.03)}, ("overstride_possible", "ok")),
        ({"foot_ahead_of_hip": reported(0.28, 0.03)}, ("overstride_possible", "watch")),
        (SEVERAL_SIGNS, ("overstride_likely", "act")),
        ({"foot_ahead_of_hip": reported(0.30, 0.05)}, ("overstride_likely", "act")),
        ({"foot_ahead_of_hip": reported(0.36, 0.02, confidence="low")}, ("overstride_likely", "watch")),
    ],
    ids=[
        "as usual",
        "close to the hip",
        "in the middle",
        "in the middle, hardly known",
        "one in ten lands further ahead",
        "more likely than not",
        "far, and the other signs agree",
        "far, alone",
        "far, but hardly trusted",
    ],
)
def test_landing_is_graded_by_the_probability_that_it_is_beyond_most_runners(
    numbers: dict[str, Measured], expected: tuple[str, str]
) -> None:
    assert landing(numbers) == expected


def test_the_same_landing_is_far_at_2_m_s_and_usual_at_5() -> None:
    report = report_of(
        {"foot_ahead_of_hip": reported(0.31, 0.02), "shank_angle": NOT_MEASURED, "knee_flexion": NOT_MEASURED}
    )
    slow, fast = (rejudged(replace(report, reference=find_reference(speed))) for speed in (2.0, 5.0))
    assert slow.findings[0].code == "overstride_likely"
    assert fast.findings[0].code == "overstride_unlikely"


def test_a_poor_clip_never_leads_to_act() -> None:
    report = report_of(SEVERAL_SIGNS)
    poor = rejudged(replace(report, quality=Quality("poor", ())))
    assert (report.findings[0].level, poor.findings[0].level) == ("act", "watch")


@pytest.mark.parametrize(
    ("lean", "expected"),
    [
        (reported(7.0, 1.0), ("lean_typical", "ok")),
        (reported(1.5, 1.0), ("lean_upright", "ok")),
        (reported(-0.5, 1.0), ("lean_upright", "ok")),
        (reported(-3.0, 1.0), ("lean_back", "watch")),
        (reported(13.0, 1.0), ("lean_forward", "ok")),
        (reported(18.0, 1.5), ("lean_bent", "watch")),
        (reported(16.0, 6.0), ("lean_forward", "ok")),
        (reported(7.0, 6.0), ("lean_typical", "ok")),
        (reported(9.5, 6.0), ("lean_unsure", "info")),
    ],
)
def test_only_an_extreme_lean_is_flagged(lean: Measured, expected: tuple[str, str]) -> None:
    found = [finding for code, finding in judged({"trunk_lean": lean}).items() if code.startswith("lean_")]
    assert [(finding.code, finding.level) for finding in found] == [expected]


@pytest.mark.parametrize("degrees", [1.5, 13.0])
def test_of_an_unsure_lean_nothing_extreme_is_said(degrees: float) -> None:
    unsure = replace(reported(degrees, 1.0), confidence="low")
    assert judged({"trunk_lean": unsure})["lean_unsure"].level == "info"


def test_a_withheld_headline_is_explained_with_advice_and_not_judged() -> None:
    withheld = replace(NOT_MEASURED, withheld=TILTED)
    found = judged({"foot_ahead_of_hip": NOT_MEASURED, "trunk_lean": withheld})
    assert NOT_SIDE_ON.message in found["reach_withheld"].text
    assert NOT_SIDE_ON.advice in found["reach_withheld"].text
    assert TILTED.message in found["lean_withheld"].text
    assert all(finding.level in ("info", "ok") for finding in found.values())
    assert not {"overstride_unlikely", "lean_typical"} & set(found)


def test_a_number_that_was_not_measured_is_not_judged() -> None:
    found = judged(dict.fromkeys(TYPICAL, replace(NOT_MEASURED, withheld=None)))
    assert set(found) == {"pelvis_unseen"}


@pytest.mark.parametrize(("view", "words"), [("rear", "behind"), ("front", "the front")])
def test_a_view_from_behind_or_in_front_gives_neither_landing_nor_lean(view: str, words: str) -> None:
    extreme = SEVERAL_SIGNS | {"trunk_lean": reported(20.0, 1.0), "foot_ahead_of_hip_asymmetry": reported(0.4, 0.1)}
    found = judged(extreme, view=view, near_side=None)
    assert set(found) == {"cadence_typical", "view_end_on"}
    assert words in found["view_end_on"].title


def test_an_unclear_view_judges_neither_landing_nor_lean() -> None:
    assert not [code for code in judged(SEVERAL_SIGNS, view="unclear") if code.startswith(("reach_", "lean_"))]


def test_without_a_speed_nothing_is_compared() -> None:
    report = report_of(SEVERAL_SIGNS, belt_speed=BeltSpeed(math.nan, "m/s"))
    found = {finding.code: finding for finding in rejudged(replace(report, reference=())).findings}
    assert set(found) == {"reach_uncompared", "lean_uncompared", "pelvis_unseen"}
    assert found["reach_uncompared"].text == ENGLISH.say("no_band.speed_unknown")


def test_a_speed_outside_the_reference_data_is_the_reason_given() -> None:
    report = replace(report_of(belt_speed=BeltSpeed(6.2, "m/s")), reference=find_reference(6.2))
    assert rejudged(report).findings[0].text == ENGLISH.say("no_band.speed_outside")


@pytest.mark.parametrize(
    ("measure", "difference", "code"),
    [
        ("foot_ahead_of_hip_asymmetry", reported(0.3, 0.1), "reach_sides_differ"),
        ("contact_time_asymmetry", reported(-0.08, 0.03), "contact_sides_differ"),
        ("step_time_asymmetry", reported(0.07, 0.02), "step_sides_differ"),
    ],
)
def test_a_left_right_difference_beyond_its_error_is_reported_with_a_note_on_the_far_leg(
    measure: str, difference: Measured, code: str
) -> None:
    finding = judged({measure: difference})[code]
    more = "left" if difference.value > 0 else "right"
    assert finding.level == "watch"
    assert finding.title.startswith(f"Your {more} ")
    assert ENGLISH.say("part.far_leg") in finding.text
    assert "\N{MINUS SIGN}" not in finding.text


@pytest.mark.parametrize(
    "difference",
    [reported(0.3, 0.35), reported(0.1, 0.05), replace(NOT_MEASURED, value=0.4)],
    ids=["within its error", "sure but small", "withheld"],
)
def test_an_uncertain_or_small_left_right_difference_is_not_reported(difference: Measured) -> None:
    assert "reach_sides_differ" not in judged({"foot_ahead_of_hip_asymmetry": difference})


def test_a_left_right_difference_of_low_confidence_is_for_information_only() -> None:
    found = judged({"foot_ahead_of_hip_asymmetry": reported(0.3, 0.1, confidence="low")})
    assert found["reach_sides_differ"].level == "info"
    assert "change_gently" not in found


@pytest.mark.parametrize(
    ("cadence", "code"), [(168.0, "cadence_typical"), (140.0, "cadence_low"), (200.0, "cadence_high")]
)
def test_cadence_is_described_and_never_criticised(cadence: float, code: str) -> None:
    finding = judged({"cadence": reported(cadence, 1.0)})[code]
    assert finding.level in ("ok", "info")
    assert not finding.cue


def test_an_overstriding_runner_gets_a_cadence_five_per_cent_higher_to_try() -> None:
    cue = judged(SEVERAL_SIGNS | {"cadence": reported(160.0, 1.0)})["cadence_quicker"].cue
    assert "168\N{NO-BREAK SPACE}steps/min" in cue


def test_a_cut_clip_whose_frames_may_be_closed_up_asks_for_no_quicker_steps() -> None:
    report = report_of(SEVERAL_SIGNS | {"cadence": reported(160.0, 1.0)})
    cut = Quality("usable", (reason("interrupted", pieces=2, left_out=()),))
    found = judge(report.measures, report.scene, cut, report.reference, report.frames)
    codes = {finding.code for finding in found}
    assert "cadence_typical" in codes
    assert "cadence_quicker" not in codes


def test_a_runner_with_a_high_cadence_gets_no_cue_to_raise_it() -> None:
    assert judged(SEVERAL_SIGNS | {"cadence": reported(200.0, 1.0)})["cadence_high"].cue == ""


def test_evidence_shows_the_right_instant_of_the_judged_leg() -> None:
    report = report_of({"foot_ahead_of_hip_asymmetry": reported(0.3, 0.1)})
    frames = {frame.file: (frame.event, frame.side) for frame in report.frames}
    shown = {finding.code: {frames[file] for file in finding.evidence} for finding in report.findings}
    assert shown["overstride_unlikely"] == {("foot_strike", Side.LEFT)}
    assert shown["lean_typical"] == {("mid_stance", Side.LEFT)}
    assert shown["reach_sides_differ"] == {("foot_strike", Side.LEFT), ("foot_strike", Side.RIGHT)}


def test_the_text_ranks_the_landing_among_runners_and_says_whether_other_signs_agree() -> None:
    several = judged(SEVERAL_SIGNS)["overstride_likely"].text
    assert "further ahead of the hip than nearly all experienced runners" in several
    assert ENGLISH.say("sign.both_agree", shank_angle="12°", knee_flexion="9°") in several
    assert "than about 10 of 20 experienced runners" in judged()["overstride_unlikely"].text
    assert "than about 18 of 20" in judged({"foot_ahead_of_hip": reported(0.27, 0.02)})["overstride_possible"].text
    alone = judged({"foot_ahead_of_hip": reported(0.36, 0.02)})["overstride_likely"].text
    assert ENGLISH.say("sign.knee_flexion.disagrees", value="14°") in alone


def test_a_finding_holds_the_probabilities_it_follows_from() -> None:
    standing = judged({"foot_ahead_of_hip": reported(0.30, 0.03)})["overstride_likely"].standing
    assert standing is not None
    assert 0.97 < standing.share_below < 0.995
    assert 0.9 < standing.above_most < 0.99
    assert 0.5 < standing.above_usual < standing.above_most
    assert standing.below_most < 0.001


def test_the_page_opens_with_the_most_urgent_finding_else_with_the_landing() -> None:
    assert verdict(report_of()).finding.code == "overstride_unlikely"
    assert verdict(report_of(SEVERAL_SIGNS | {"trunk_lean": reported(-3.0, 1.0)})).finding.code == "overstride_likely"
    assert verdict(report_of({"trunk_lean": reported(-3.0, 1.0)})).finding.code == "lean_back"


MOST_WORDS = 55

EVERYTHING = [
    {},
    SEVERAL_SIGNS,
    {"foot_ahead_of_hip": reported(0.34, 0.03)},
    {"foot_ahead_of_hip": reported(0.27, 0.02), "shank_angle": reported(10.5, 1.5)},
    {"foot_ahead_of_hip": reported(0.15, 0.02), "trunk_lean": reported(-3.0, 1.0)},
    {"trunk_lean": reported(18.0, 1.5), "cadence": reported(140.0, 1.0)},
    {name: reported(0.4, 0.1) for name in TYPICAL if name.endswith("_asymmetry")},
]


@pytest.mark.parametrize("numbers", EVERYTHING)
def test_a_finding_that_asks_for_a_change_has_evidence_a_cue_an_exercise_and_sources(
    numbers: dict[str, Measured],
) -> None:
    found = judged(numbers)
    urgent = [finding for finding in found.values() if finding.level in ("act", "watch")]
    for finding in urgent:
        assert finding.evidence
        assert finding.cue
        assert 1 <= len(finding.exercises) <= 2
        assert finding.sources
    assert ("change_gently" in found) == bool(urgent)


@pytest.mark.parametrize("numbers", EVERYTHING)
def test_a_comparison_cites_the_runners_of_the_reference(numbers: dict[str, Measured]) -> None:
    for finding in judged(numbers).values():
        assert bool(ADVICE[finding.code].compared) == any("mostly men" in source for source in finding.sources)


@pytest.mark.parametrize("numbers", EVERYTHING)
def test_a_finding_is_short_and_repeats_no_number(numbers: dict[str, Measured]) -> None:
    for finding in judged(numbers).values():
        said = f"{finding.text} {finding.cue}".replace("\N{NO-BREAK SPACE}", " ")
        assert len(said.split()) <= MOST_WORDS, finding.code
        numbers_said = re.findall(r"\d+(?:\.\d+)?", said.replace("95 % interval", ""))
        assert len(numbers_said) == len(set(numbers_said)), said


@pytest.mark.parametrize("numbers", EVERYTHING)
def test_no_sentence_has_an_unfilled_blank_or_a_double_space(numbers: dict[str, Measured]) -> None:
    for finding in judged(numbers).values():
        for text in (finding.title, finding.text, finding.cue):
            assert not re.search(r"[{}]| {2}|nan|\.\.", text), text


def test_no_sentence_names_a_disease_or_promises_to_prevent_one() -> None:
    medical = re.compile(
        r"diagnos|injur|disease|disorder|patholog|syndrome|tendin|itis\b|strain|tear\b|cure|prevent", re.I
    )
    for code, said in entries().items():
        if code.startswith(("finding.", "part.", "sign.", "exercises.")):
            assert not medical.search(str(said)), code


def test_advice_to_change_says_when_not_to_and_where_to_go_with_pain() -> None:
    finding = judged(SEVERAL_SIGNS)["change_gently"]
    assert "Pain that is sharp or lasts is for a professional" in finding.text
