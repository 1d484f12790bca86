"""Curves of two groups of clips over each other, and why there are none."""

from dataclasses import replace

from formcheck import compare
from formcheck.records.report import Curve, Report
from formcheck.records.skeleton import Side
from formcheck.report.charts.laid_over import laid_over
from formcheck.report.page.comparison import Pictured, render_comparison
from formcheck.words.catalogue import ENGLISH
from reached import reached

LEGS = ("foot_forward", "foot_up", "knee_flexion")


def clip(side: Side, *names: str) -> Report:
    report = reached(0.25)
    curves = {name: Curve("deg", side, tuple(float(at) for at in range(101)), 40.0) for name in names}
    return replace(report, scene=replace(report.scene, near_side=side), curves=curves)


def charts(before: Report, after: Report) -> list[str]:
    return [str(figure.svg) for figure in laid_over([before], [after])]


def test_curves_of_one_leg_lie_over_each_other() -> None:
    both = [clip(Side.LEFT, *LEGS, "trunk_lean") for _ in range(2)]
    for chart in charts(*both):
        assert chart.count('class="curve before"') == chart.count('class="curve after"') == 2, "a curve, and its legend"


def test_clips_of_different_legs_are_not_said_to_hold_no_curves() -> None:
    path, lean, knee = charts(clip(Side.LEFT, *LEGS, "trunk_lean"), clip(Side.RIGHT, *LEGS, "trunk_lean"))
    for chart in (path, knee):
        assert ENGLISH.say("compare.other_legs") in chart
        assert ENGLISH.say("compare.no_curves") not in chart
    assert 'class="curve after"' in lean, "both show the trunk"


def test_each_leg_that_both_groups_show_near_has_its_own_charts_under_its_name() -> None:
    groups = [[clip(side, *LEGS, "trunk_lean") for side in Side] for _ in range(2)]
    shown = laid_over(*groups)
    assert [figure.title.rpartition(", ")[2] for figure in shown if "knee" in figure.title.lower()] == ["left", "right"]
    assert len(shown) == 5, "a path and a knee for each leg, and the trunk"
    for figure in shown:
        assert figure.svg.count('class="curve after"') == 2, "a curve, and its legend"


def test_reports_without_curves_say_so() -> None:
    for chart in charts(clip(Side.LEFT), clip(Side.LEFT)):
        assert ENGLISH.say("compare.no_curves") in chart


def test_the_page_of_a_refused_comparison_lays_no_curves_over_each_other() -> None:
    both = [clip(Side.LEFT, *LEGS, "trunk_lean") for _ in range(2)]
    rear = replace(both[1], scene=replace(both[1].scene, view="rear"))
    for after, are_shown in ((both[1], True), (rear, False)):
        comparison = compare(both[0], after)
        assert (comparison.refused is None) is are_shown
        page = render_comparison(comparison, [Pictured(both[0], {})], [Pictured(after, {})])
        assert ("<svg" in page) is are_shown
