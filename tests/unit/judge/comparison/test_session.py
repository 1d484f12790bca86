"""One run filmed from both sides: the near legs of both clips, left against right, and what can't be one run."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck import Report, Session, combine
from formcheck.judge.comparison.session.records import Apart
from formcheck.judge.comparison.session.said import session_in, verdict
from formcheck.records.errors import UsageError
from formcheck.records.report import ErrorParts, Measure, Measured, ModelUsed, Proportion
from formcheck.records.skeleton import Side
from formcheck.records.values import Sentence
from formcheck.words.catalogue import Voice
from formcheck.words.reasons import reason
from sample_report import good_report, withheld_report

OWN_SD = np.hypot(0.006, 0.004)
"""Of a clip's reach, without what is the same in all clips of a runner."""
FAR_IS_OFF = 0.07


def measured(value: float, error: ErrorParts) -> Measured:
    half = 1.96 * float(np.linalg.norm([error.of_runner, error.of_clip, error.of_steps]))
    return Measured(value, 0.01, (value - half, value + half), 14, "high", error=error)


def clip(side: Side, reach: float = 0.24, *, lean: float = 6.0, of_runner: float = 0.02, **other: object) -> Report:
    """A clip in which this leg is near, and the far one is drawn in the wrong place."""
    report = good_report()
    near = measured(reach, ErrorParts(of_runner, 0.006, 0.004))
    far = measured(reach - FAR_IS_OFF, ErrorParts(of_runner, 0.025, 0.004))
    legs = {side: near, side.other: far}
    change = {
        "foot_ahead_of_hip": Measure("leg_length", near, legs[Side.LEFT], legs[Side.RIGHT]),
        "trunk_lean": Measure("deg", measured(lean, ErrorParts(0.8, 0.6, 0.0))),
    }
    scene = replace(report.scene, near_side=side)
    made = replace(report, scene=scene, measures={**report.measures, **change}, settings={"told": {"speed_kmh": 11.0}})
    seen = replace(report.clip, name=f"{side}.mp4", sha256=str(side))
    return replace(made, clip=seen, **other)  # type: ignore[arg-type]


def rear() -> Report:
    report = good_report()
    shown = {
        "cadence": report.measures["cadence"],
        "step_width": Measure("leg_length", measured(0.05, ErrorParts(0.0, 0.01, 0.0))),
        "pelvic_drop": Measure("deg", *(measured(deg, ErrorParts(0.0, 1.0, 0.0)) for deg in (4.0, 3.0, 5.0))),
    }
    unseen = Measured(np.nan, np.nan, (np.nan, np.nan), 0, "low", reason("rear_view"))
    gone = {name: Measure(one.unit, unseen, unseen, unseen) for name, one in report.measures.items()}
    return replace(report, scene=replace(report.scene, view="rear", near_side=None), measures={**gone, **shown})


def both(left: float = 0.24, right: float = 0.24, **other: object) -> Session:
    return combine([clip(Side.LEFT, left, **other), clip(Side.RIGHT, right, **other)])  # type: ignore[arg-type]


def reach(session: Session) -> Apart:
    found = session.of("foot_ahead_of_hip")
    assert found is not None
    return found


def half(row: Apart) -> float:
    return (row.interval95[1] - row.interval95[0]) / 2


def codes(session: Session) -> list[str]:
    return [note.code for note in session.notes]


def without_numbers(report: Report, code: str) -> Report:
    silent = Measured(np.nan, np.nan, (np.nan, np.nan), 0, "low", reason(code))
    return replace(
        report, measures={name: Measure(one.unit, silent, silent, silent) for name, one in report.measures.items()}
    )


def test_each_leg_comes_from_the_clip_where_it_is_near() -> None:
    measure = both(0.27, 0.22).measures["foot_ahead_of_hip"]
    assert (measure.left and measure.left.value, measure.right and measure.right.value) == (0.27, 0.22)
    assert measure.headline.value == pytest.approx(0.245)


def test_the_order_of_the_clips_does_not_matter() -> None:
    left, right = clip(Side.LEFT, 0.27), clip(Side.RIGHT, 0.22)
    assert combine([right, rear(), left]) == combine([left, right, rear()])


def test_two_near_legs_that_differ_are_told_apart_with_the_side_that_reaches_further() -> None:
    session = both(0.24, 0.32)
    assert reach(session).verdict == "differ"
    assert reach(session).value == pytest.approx(-0.08)
    assert verdict(session) == (
        "Your right foot lands further ahead of the hip than your left foot: 8\N{NO-BREAK SPACE}% of leg more."
    )
    found = session.findings[0]
    assert found.code == "reach_sides_differ"
    assert "far leg" not in found.text
    assert found.cue == "Aim to land the same left and right."


def test_a_difference_that_may_just_be_none_is_only_probable() -> None:
    width = half(reach(both()))
    for times, doubted in ((1.1, True), (1.5, False)):
        row = reach(both(0.24 + times * width, 0.24))
        assert row.verdict == "differ"
        assert ("probably" in row.text) == doubted


def test_a_difference_that_is_real_but_small_asks_for_nothing() -> None:
    session = both(0.300, 0.335, of_runner=0.0)
    assert reach(session).verdict == "differ"
    assert session.findings == ()


def test_a_finding_never_contradicts_the_interval_beside_it() -> None:
    left, right = clip(Side.LEFT), clip(Side.RIGHT)
    reports = [
        replace(
            report,
            measures={**report.measures, "contact_time": Measure("s", measured(value, ErrorParts(0.0, 0.008, 0.0)))},
        )
        for report, value in ((left, 0.286), (right, 0.260))
    ]
    session = combine(reports)
    low, _ = session.measures["contact_time_asymmetry"].headline.interval95
    contact = session.of("contact_time")
    assert contact is not None
    assert low > 0  # alone it would be real; among so many measures it may be chance
    assert contact.verdict == "no_difference_larger_than"
    assert session.findings == ()


def test_alike_legs_are_said_to_be_alike_within_a_limit_that_holds() -> None:
    session = both()
    assert reach(session).verdict == "no_difference_larger_than"
    assert reach(session).limit == pytest.approx(half(reach(session)))
    assert verdict(session) == "Your left and right foot land within 6\N{NO-BREAK SPACE}% of leg of each other."


def test_nothing_of_the_two_errors_is_taken_to_cancel_between_the_sides() -> None:
    assert half(reach(both())) == pytest.approx(1.96 * np.sqrt(2) * np.hypot(OWN_SD, 0.02), rel=1e-3)
    assert half(reach(both(of_runner=0.0))) == pytest.approx(1.96 * np.sqrt(2) * OWN_SD, rel=1e-3)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"model": ModelUsed("heavy", "h" * 64)}, "compared_models_differ"),
        ({"formcheck_version": "0.0.9"}, "compared_versions_differ"),
    ],
)
def test_sides_measured_in_two_ways_share_no_error(other: dict[str, object], code: str) -> None:
    session = combine([clip(Side.LEFT), clip(Side.RIGHT, **other)])  # type: ignore[arg-type]
    assert codes(session) == [code]
    assert half(reach(session)) == pytest.approx(1.96 * np.sqrt(2) * np.hypot(OWN_SD, 0.02), rel=1e-3)


def test_what_both_clips_show_is_their_mean_and_surer_but_for_the_runners_part() -> None:
    lean = combine([clip(Side.LEFT, lean=6.0), clip(Side.RIGHT, lean=7.0)]).measures["trunk_lean"].headline
    assert lean.value == pytest.approx(6.5)
    assert lean.error is not None
    assert lean.error.of_runner == pytest.approx(0.8)
    assert lean.error.of_clip == pytest.approx(0.6 / np.sqrt(2))
    assert lean.interval95[1] - lean.value == pytest.approx(1.96 * np.hypot(0.8, 0.6 / np.sqrt(2)))


def test_an_unsure_clip_weighs_less() -> None:
    unsure = clip(Side.RIGHT, lean=9.0)
    lean = Measure("deg", measured(9.0, ErrorParts(0.8, 1.8, 0.0)))
    session = combine([clip(Side.LEFT), replace(unsure, measures={**unsure.measures, "trunk_lean": lean})])
    assert session.measures["trunk_lean"].headline.value == pytest.approx(6.3)


def test_a_step_is_timed_with_one_foot_near_and_one_far_so_both_clips_weigh_alike() -> None:
    left, right = clip(Side.LEFT), clip(Side.RIGHT)
    late = {
        report.scene.near_side: replace(
            report,
            measures={
                **report.measures,
                "step_time_asymmetry": Measure("fraction", measured(value, ErrorParts(0.0, sd, 0.0))),
            },
        )
        for report, value, sd in ((left, -0.02, 0.01), (right, 0.03, 0.02))
    }
    found = combine(list(late.values())).measures["step_time_asymmetry"].headline
    assert found.value == pytest.approx(0.005)


def test_a_clip_from_behind_adds_what_it_shows() -> None:
    session = combine([clip(Side.LEFT), clip(Side.RIGHT), rear()])
    assert session.measures["step_width"].headline.value == 0.05
    assert session.measures["pelvic_drop"].right is not None
    assert session.measures["pelvic_drop"].right.value == 5.0
    assert session.measures["foot_ahead_of_hip"] == both().measures["foot_ahead_of_hip"]
    assert codes(session) == []


def test_a_clip_from_behind_changes_no_number_of_the_clips_from_the_side() -> None:
    cadence = rear().measures["cadence"]
    faster = replace(cadence, headline=replace(cadence.headline, value=cadence.headline.value + 2))
    behind = replace(rear(), measures={**rear().measures, "cadence": faster})
    session = combine([clip(Side.LEFT), clip(Side.RIGHT), behind])
    assert {name: session.measures[name] for name in both().measures} == both().measures
    alone = combine([clip(Side.LEFT), behind])
    assert alone.measures["cadence"] == combine([clip(Side.LEFT), rear()]).measures["cadence"]


def test_a_clip_without_numbers_leaves_those_of_the_other() -> None:
    session = combine([clip(Side.LEFT, 0.27), without_numbers(clip(Side.RIGHT), "walking")])
    measure = session.measures["foot_ahead_of_hip"]
    assert session.refused is None
    assert codes(session) == ["session_clip_silent"]
    assert session.notes[0].message.startswith("right.mp4 gave no main numbers.")
    assert measure.left is not None
    assert measure.left.value == measure.headline.value == 0.27
    assert [why.code for why in reach(session).reasons] == ["walking"]
    assert verdict(session) == "These clips can't say whether your left and right foot land alike."


def test_a_leg_that_is_near_in_no_clip_is_the_far_one_and_not_compared() -> None:
    session = combine([clip(Side.LEFT, 0.27), rear()])
    measure = session.measures["foot_ahead_of_hip"]
    assert measure.right is not None
    assert measure.right.value == pytest.approx(0.20)
    assert measure.headline.value == 0.27
    assert [why.code for why in reach(session).reasons] == ["session_needs_both"]
    assert [note.message for note in session.notes] == ["No clip shows the right side."]


def test_clips_of_which_none_shows_a_side_say_so() -> None:
    front = rear()
    session = combine([rear(), replace(front, scene=replace(front.scene, view="front"))])
    assert {row.verdict for row in session.apart} == {"cannot_say"}
    assert codes(session) == ["session_clip_silent", "session_one_side", "session_one_side"]
    assert verdict(session) == "These clips can't say whether your left and right foot land alike."


def test_withheld_numbers_stay_withheld() -> None:
    session = combine([withheld_report(), clip(Side.RIGHT)])
    assert reach(session).verdict == "cannot_say"
    nothing = without_numbers(clip(Side.LEFT), "walking"), without_numbers(clip(Side.RIGHT), "walking")
    withheld = [one.headline.withheld for one in combine(nothing).measures.values()]
    assert {why.code for why in withheld if why} >= {"walking"}
    assert all(withheld)


def test_two_clips_from_one_side_are_refused() -> None:
    session = combine([clip(Side.LEFT), clip(Side.LEFT)])
    assert session.refused is not None
    assert (session.refused.code, session.refused.variant) == ("session_same_view", "message")
    assert (session.measures, session.apart, session.findings) == ({}, (), ())
    assert verdict(session) == session.refused.message


def test_a_mirrored_clip_that_swaps_its_sides_is_named_as_the_likely_cause() -> None:
    selfie = clip(Side.LEFT)
    selfie = replace(selfie, quality=replace(selfie.quality, reasons=(reason("mirrored_picture"),)))
    session = combine([clip(Side.LEFT), selfie])
    assert session.refused is not None
    assert session.refused.variant == "mirrored"
    assert codes(combine([selfie, clip(Side.RIGHT)])) == ["session_mirrored"]


def test_another_belt_speed_is_another_run() -> None:
    refused = combine([clip(Side.LEFT), clip(Side.RIGHT, settings={"told": {"speed_kmh": 12.0}})]).refused
    assert refused is not None
    assert refused.code == "session_speeds_differ"
    assert combine([clip(Side.LEFT), clip(Side.RIGHT, settings={"told": {"speed_kmh": 11.2}})]).refused is None


def cadence_of(report: Report, value: float) -> Report:
    cadence = Measure("1/min", measured(value, ErrorParts(0.0, 0.0, 0.1)))
    return replace(report, measures={**report.measures, "cadence": cadence})


def test_another_cadence_is_another_run() -> None:
    refused = combine([cadence_of(clip(Side.LEFT), 156.0), cadence_of(clip(Side.RIGHT), 168.0)]).refused
    assert refused is not None
    assert refused.message.startswith("The cadence is 7 % higher in one clip")


def test_clips_that_differ_by_more_than_they_are_off_by_make_a_mean_that_holds_both() -> None:
    session = combine([cadence_of(clip(Side.LEFT), 155.0), cadence_of(clip(Side.RIGHT), 157.0)])
    cadence = session.measures["cadence"].headline
    assert cadence.value == pytest.approx(156.0)
    assert cadence.interval95 == pytest.approx((154.0, 158.0), abs=0.1)


def test_another_runner_on_the_other_side_is_refused() -> None:
    built = {"thigh_to_shank": Proportion(1.04, 0.07)}
    other = {"thigh_to_shank": Proportion(1.20, 0.07)}
    refused = combine([clip(Side.LEFT, proportions=built), clip(Side.RIGHT, proportions=other)]).refused
    assert refused is not None
    assert refused.code == "another_runner"
    assert "same side" not in refused.advice


def test_a_session_reads_in_the_readers_words() -> None:
    session = session_in(both(0.24, 0.30), Voice(units="imperial"))
    assert reach(session).text == reach(both(0.24, 0.30)).text
    assert session.findings[0].values is not None
    assert session.findings[0].values["more"] == Sentence("side.right")


@pytest.mark.parametrize("nothing", [[], [None, None], "left.mp4"])
def test_what_is_no_session_is_refused_in_one_line(nothing: object) -> None:
    with pytest.raises(UsageError, match="a session takes two or three reports"):
        combine(nothing)  # type: ignore[arg-type]


def test_the_stated_interval_holds_the_difference_in_nineteen_of_twenty_runs() -> None:
    rng = np.random.default_rng(4)
    off = np.hypot(OWN_SD, 0.02) * rng.normal(size=(4000, 2))
    share = np.mean(np.abs(off[:, 0] - off[:, 1]) <= half(reach(both())))
    assert share == pytest.approx(0.95, abs=0.01)
