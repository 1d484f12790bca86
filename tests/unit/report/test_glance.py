"""The first screen: one verdict, one picture, one thing to do."""

from dataclasses import replace

from formcheck.records.report import Finding
from formcheck.records.skeleton import Side
from formcheck.report.glance import glance, said, sources
from formcheck.words.catalogue import ENGLISH
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
    assert (seen.tone, seen.to_do) == ("", ENGLISH.say("glance.film_longer"))
    assert glance(replace(report, findings=(FINE,))).tone == "ok"


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
