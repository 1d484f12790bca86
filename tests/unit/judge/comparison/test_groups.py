"""Groups of clips of one runner: which count, which are left out, and what contradicts."""

from dataclasses import replace

import pytest

from compared import clip, codes, from_behind, from_left, from_right, half, nobody, reach
from formcheck import compare
from formcheck.gait.measures.registry import HEADLINES
from formcheck.judge.comparison.said import verdict
from formcheck.records.skeleton import Side
from formcheck.words.reasons import reason
from sample_report import good_report


def test_a_clip_that_shows_nobody_changes_no_verdict_and_is_named() -> None:
    lefts, rights = [from_left(0.24), from_right(0.24)], [from_left(0.24), from_right(0.12)]
    alone, with_nobody = compare(lefts, rights), compare(lefts, [*rights, nobody()])
    assert with_nobody.differences == alone.differences
    assert codes(with_nobody) == ["compared_clip_silent", *codes(alone)]
    other_leg = compare([from_right(0.07), nobody()], from_left(0.24))
    assert [why.code for why in reach(other_leg).reasons] == ["compared_legs_differ"]


def test_a_group_in_which_nobody_is_seen_says_why_nothing_can_be_said() -> None:
    found = reach(compare([from_left(0.24), from_right(0.24)], nobody()))
    assert found.verdict == "cannot_say"
    assert [why.code for why in found.reasons] == ["nobody_seen"]


def test_sessions_with_a_clip_from_behind_are_compared_view_by_view() -> None:
    before, after = ([from_left(0.24), from_right(last), from_behind()] for last in (0.24, 0.12))
    found = compare(before, after)
    assert found.refused is None
    sided = compare(before[:2], after[:2])
    assert [each for each in found.differences if each.measure in HEADLINES] == [
        each for each in sided.differences if each.measure in HEADLINES
    ]
    width = found.of("step_width")
    assert width is not None
    assert width.clips == (1, 1)
    assert width.verdict == "no_change_larger_than"


def test_a_clip_from_behind_alone_in_its_group_is_left_out_and_named() -> None:
    before, after = [from_left(0.24), from_behind()], [from_left(0.24)]
    found = compare(before, after)
    assert found.differences == compare(before[:1], after).differences
    assert codes(found)[0] == "compared_clip_left_out"


def test_views_that_have_nothing_in_common_are_refused() -> None:
    refused = compare(from_left(0.24), from_behind()).refused
    assert refused is not None
    assert refused.code == "compared_views_differ"


def test_clips_from_behind_say_what_such_clips_show() -> None:
    assert verdict(compare(from_behind(), from_behind())) == (
        "Cadence: no change larger than 2\N{NO-BREAK SPACE}steps/min. "
        "Step width: no change larger than 0.8\N{NO-BREAK SPACE}% of leg."
    )


def test_a_clip_whose_clock_is_doubted_is_not_left_out_in_silence() -> None:
    doubted = clip()
    quality = replace(doubted.quality, reasons=(reason("clock_doubted", "hard_fall", settle=""),))
    found = compare([clip(), clip()], [clip(), replace(doubted, quality=quality)])
    cadence, length = found.of("cadence"), reach(found)
    assert cadence is not None
    assert cadence.verdict == "cannot_say"
    assert [why.code for why in cadence.reasons] == ["clock_doubted"]
    assert length.clips == (2, 2)


def test_clips_of_one_group_that_contradict_each_other_make_the_change_uncertain() -> None:
    found = reach(compare([clip(0.07), clip(0.21)], [clip(0.21), clip(0.21)]))
    assert found.verdict == "cannot_say"
    assert "compared_clips_scatter" in [why.code for why in found.reasons]
    low, high = found.interval95
    assert low < 0 < high


def test_a_clip_on_both_sides_or_twice_is_pointed_out() -> None:
    first, last = clip(), clip()
    assert codes(compare(first, first))[0] == "compared_same_clip"
    assert "compared_clip_twice" in codes(compare([first, first], last))
    assert not {"compared_same_clip", "compared_clip_twice"} & {*codes(compare(first, last))}


def test_clips_from_both_sides_are_compared_leg_by_leg() -> None:
    right = replace(good_report().scene, near_side=Side.RIGHT)
    found = compare([clip(0.24), clip(0.30, scene=right)], [clip(0.24), clip(0.26, scene=right)])
    rows = {each.side: each for each in found.differences if each.measure == "foot_ahead_of_hip"}
    assert rows[Side.LEFT].value == 0.0
    assert rows[Side.RIGHT].value == pytest.approx(-0.04)
    assert codes(found) == []


def test_more_clips_a_side_show_smaller_changes() -> None:
    one, four = (
        half(reach(compare(*([clip() for _ in range(clips)] for _ in ("before", "after"))))) for clips in (1, 4)
    )
    assert four == pytest.approx(one / 2)


def test_a_clip_given_several_times_counts_once() -> None:
    first, last = clip(0.24), clip(0.25)
    once, often = compare(first, last), compare([first] * 12, [last] * 12)
    assert half(reach(often)) == pytest.approx(half(reach(once)))
    assert len(often.before) == 1


def test_a_group_of_clips_at_speeds_far_apart_is_refused() -> None:
    mixed = [clip(speed_kmh=10.0), clip(speed_kmh=13.0)]
    for groups in ((mixed, clip()), (clip(), mixed)):
        refused = compare(*groups).refused
        assert refused is not None
        assert refused.message == "Clips of one group were run at speeds more than 15 % apart."
