"""The first screen: one verdict, one picture, one thing to do."""

import re
from dataclasses import replace

import pytest

from formcheck.judge.comparison.session.combine import combine
from formcheck.records.report import Finding, Report, TimeScale
from formcheck.records.skeleton import Side
from formcheck.report.glance import Glance, glance, glance_of_both, said, sources
from formcheck.words.catalogue import ENGLISH, Voice
from reached import reached
from sample_report import NOT_SIDE_ON, TILTED, good_report, withheld_report

FINE = Finding("overstride_unlikely", "ok", "Overstriding is unlikely", "")


def test_the_first_screen_shows_the_near_legs_foot_strike() -> None:
    report = good_report()
    for near in Side:
        seen = glance(replace(report, scene=replace(report.scene, near_side=near)))
        assert seen.picture is not None
        strike = next(frame for frame in report.frames if frame.file == seen.picture.file)
        assert (strike.event, strike.side) == ("foot_strike", near)


def test_the_first_screen_gives_the_cue_of_the_most_urgent_finding() -> None:
    report = good_report()
    urgent = Finding("overstride_likely", "act", "You are probably overstriding", "", cue="Land closer.")
    seen = glance(replace(report, findings=(*report.findings, urgent)))
    assert seen.verdict.title == urgent.title
    assert seen.to_do == "Try this: Land closer."


def test_good_to_know_is_no_advice_to_change() -> None:
    report = good_report()
    known = Finding("cadence_quicker", "info", "A quicker cadence helps", "", cue="Step quicker.")
    seen = glance(replace(report, findings=(known,)))
    assert seen.to_do == ENGLISH.say("glance.keep")


def test_a_clip_with_nothing_but_a_change_says_so_first_and_what_to_do_about_it() -> None:
    report = good_report()
    changes = Finding("cadence_changes", "info", "Your cadence changes during the clip", "", cue="Trim the clip.")
    seen = glance(replace(report, findings=(Finding("pelvis_unseen", "info", "Not measured", ""), changes)))
    assert (seen.verdict.title, seen.to_do, seen.tone) == (changes.title, changes.cue, "")


def test_what_a_clip_leaves_open_is_neither_called_good_nor_asked_to_change() -> None:
    report = good_report()
    possible = Finding("overstride_possible", "ok", "Overstriding is possible: this clip can't rule it out", "")
    seen = glance(replace(report, findings=(possible,)))
    assert (seen.tone, seen.to_do.partition(".")[0]) == ("", "Nothing to change for now")
    assert glance(replace(report, findings=(FINE,))).tone == "ok"


@pytest.mark.parametrize(
    ("factor", "end_s", "said"),
    [
        (1.0, 6.0, "This clip shows 6\N{NO-BREAK SPACE}s of running: film 10\N{NO-BREAK SPACE}s or more to be surer."),
        (8.0, 24.0, "This slow motion shows 3\N{NO-BREAK SPACE}s of running: film 10\N{NO-BREAK SPACE}s or more"),
        (1.0, 20.0, "Film again to be surer."),
    ],
)
def test_filming_longer_is_asked_in_seconds_of_running(factor: float, end_s: float, said: str) -> None:
    report = good_report()
    clip = replace(report.clip, used_s=(0.0, end_s), time_scale=TimeScale(factor, "inferred"))
    possible = Finding("overstride_possible", "ok", "Overstriding is possible: this clip can't rule it out", "")
    assert said in glance(replace(report, clip=clip, findings=(possible,))).to_do


def test_a_lean_out_of_the_ordinary_is_named_though_nothing_is_to_change() -> None:
    report = good_report()
    lean = Finding("lean_forward", "info", "You lean further forward than most: a style, not a fault", "")
    assert glance(replace(report, findings=(FINE, lean))).to_do == (
        "You lean further forward than most: a style, not a fault. Nothing to change."
    )


def test_how_sure_it_is_follows_the_less_certain_number() -> None:
    report = good_report()
    lean = report.measures["trunk_lean"]
    unsure = replace(lean, headline=replace(lean.headline, confidence="low", steps=5))
    assert glance(report).sure.startswith("Left foot: high confidence, 13 steps")
    assert glance(replace(report, measures=report.measures | {"trunk_lean": unsure})).sure.startswith(
        "Left foot: low confidence, 5 steps"
    )


def test_the_ruler_names_its_speed_in_the_readers_units() -> None:
    for units, words in (("metric", ["10.9\N{NO-BREAK SPACE}km/h"]), ("imperial", ["6.8\N{NO-BREAK SPACE}mph"])):
        for shown in glance(good_report(), Voice(units=units)).cards:  # type: ignore[arg-type]
            assert re.findall("usual at about ([^<]+)<", shown.ruler) == words
    both = glance(good_report(), Voice(units="both")).cards[0].ruler
    assert re.findall(r'class="note \w+ above (\w+)"', both) == ["metric", "imperial"]
    assert "<span" not in both, "which would end the drawing"


def test_a_lean_backward_says_so() -> None:
    report = good_report()
    lean = report.measures["trunk_lean"]
    for value, words in ((-0.9, "0.9° back"), (0.9, "0.9°"), (-0.01, "0.0°")):
        measures = {**report.measures, "trunk_lean": replace(lean, headline=replace(lean.headline, value=value))}
        assert glance(replace(report, measures=measures)).cards[1].value == words


def test_a_refused_clip_names_one_reason_and_one_thing_to_change() -> None:
    seen = glance(withheld_report())
    assert (seen.picture, seen.cards, seen.sure) == (None, (), "")
    assert seen.why == NOT_SIDE_ON
    assert seen.to_do == f"Change this: {NOT_SIDE_ON.advice}"


def test_where_one_number_is_missing_the_other_is_shown_with_its_picture() -> None:
    report = good_report()
    seen = glance(replace(report, measures=report.measures | {"trunk_lean": withheld_report().measures["trunk_lean"]}))
    assert [card.withheld for card in seen.cards] == [None, TILTED]
    assert seen.picture is not None
    assert seen.why is None  # it stands in the place of the missing number
    assert seen.to_do.startswith("Change this: ")


def test_no_cue_is_said_twice_and_no_finding_repeats_why_a_number_was_withheld() -> None:
    report = good_report()
    again = Finding("lean_bent", "watch", "You run bent", "", cue=report.findings[1].cue)
    gone = Finding("lean_withheld", "info", "We couldn't measure it", TILTED.message)
    found = said(replace(report, findings=(*report.findings, again, gone)))
    assert [one.cue for one in found if one.cue] == []
    assert gone not in [one.finding for one in found]
    assert len(found) == len(report.findings) + 1


def test_each_source_is_named_once() -> None:
    report = good_report()
    named = sources(replace(report, findings=(*report.findings, *report.findings)))
    assert len(named) == len(set(named)) == 3


def of_one_run(**of_side: Report) -> tuple[Glance, Report]:
    reports = [replace(one, scene=replace(one.scene, near_side=Side(side))) for side, one in of_side.items()]
    return glance_of_both(combine(reports), reports)


def judged(reach: float, code: str, level: str) -> Report:
    words = {"title": ENGLISH.say(f"finding.{code}.title"), "cue": ENGLISH.say("part.land_sooner")}
    return replace(reached(reach), findings=(Finding(code, level, text="", **words),))  # type: ignore[arg-type]


def test_both_sides_begin_with_the_verdict_and_picture_of_the_worse_foot() -> None:
    likely, unlikely = judged(0.32, "overstride_likely", "act"), judged(0.25, "overstride_unlikely", "ok")
    for worse, better in ((Side.LEFT, Side.RIGHT), (Side.RIGHT, Side.LEFT)):
        seen, about = of_one_run(**{worse: likely, better: unlikely})
        assert seen.verdict.title == f"You are probably overstriding on your {worse} foot"
        assert (seen.tone, about.scene.near_side) == ("act", worse)
        assert seen.to_do == "Try this: Let your foot land a little sooner, closer to under the hip, on a soft knee."
        assert [card.title for card in seen.cards] == [
            "Left foot ahead",
            "Right foot ahead",
            "Trunk lean",
        ]
        names = [name for card in seen.cards for name in re.findall(r' id="([^"]+)"', card.ruler)]
        assert len(set(names)) == len(names) == 6, "each ruler is named by its own words"
        assert seen.sure.startswith("Both feet: ")


def test_what_holds_for_both_feet_is_said_of_both() -> None:
    fine = judged(0.25, "overstride_unlikely", "ok")
    seen, _ = of_one_run(left=fine, right=fine)
    assert (seen.verdict.title, seen.tone) == ("Overstriding is unlikely on both feet", "ok")


def test_one_side_alone_speaks_for_its_own_foot() -> None:
    fine = judged(0.25, "overstride_unlikely", "ok")
    behind = replace(fine, scene=replace(fine.scene, view="rear", near_side=None))
    seen, _ = glance_of_both(combine([fine, behind]), [fine, behind])
    assert seen.verdict.title == "Overstriding is unlikely on your left foot"
    assert seen.sure.startswith("Left foot: ")


def test_clips_that_cannot_be_one_run_say_why_and_what_to_change() -> None:
    fine = judged(0.25, "overstride_unlikely", "ok")
    seen, _ = glance_of_both(combine([fine, fine]), [fine, fine])
    assert seen.verdict.title == "Two of these clips were filmed from the same side"
    assert (seen.picture, seen.cards, seen.tone) == (None, (), "")
    assert seen.to_do == f"Change this: {ENGLISH.say('reason.session_same_view.advice')}"
