"""A second catalogue reaches the page and the pictures: no word in them is written anywhere else."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.judge.assess import analyze_track
from formcheck.judge.findings.advice import ADVICE
from formcheck.judge.findings.judge import judge
from formcheck.judge.reference.bands import find_reference
from formcheck.records.report import Change, Finding, Measured, Plateau, Quality, Reason, Report
from formcheck.records.skeleton import Side
from formcheck.records.track import Frame
from formcheck.records.values import Blank
from formcheck.report.page.html import render_html
from formcheck.report.pictures import draw_key_frame, draw_overlay
from formcheck.report.pictures.ink import NIGHT
from formcheck.report.schema import report_from_json, report_to_json
from formcheck.report.view import report_in
from formcheck.words.catalogue import ENGLISH, Voice, catalogue
from formcheck.words.reasons import reason
from sample_report import good_report, reported, sample_pictures, withheld_report
from second_language import english_in, second_language
from stick_runner import Camera, Runner, film


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Voice]:
    with second_language(tmp_path) as voice:
        yield voice


def no_number(why: Reason) -> Measured:
    return Measured(math.nan, math.nan, (math.nan, math.nan), 0, "low", why)


TITLE = np.s_[:50, :220]
"""Where a still's title stands, before the runner."""

CHANGES = (
    Change("trunk_lean", "deg", "drift", (Plateau(0.2, 3.0, 6.1), Plateau(3.0, 6.0, 9.2)), 3.1, (2.2, 4.1)),
    Change(
        "foot_ahead_of_hip",
        "leg_length",
        "steps",
        (Plateau(0.2, 3.0, 0.26), Plateau(3.0, 6.0, 0.2)),
        -0.06,
        (-0.08, -0.04),
    ),
)
SLOWED = Change("cadence", "1/min", "steps", (Plateau(0.2, 3.0, 168), Plateau(3.0, 6.0, 158)), -10.0, (-12.0, -8.0))
FAR = {"foot_ahead_of_hip": reported(0.34, 0.03)}
SIDES = ("foot_ahead_of_hip_asymmetry", "contact_time_asymmetry", "step_time_asymmetry")
CASES: tuple[dict[str, Measured], ...] = (
    {"foot_ahead_of_hip": reported(0.2, 0.02), "trunk_lean": reported(7.0, 1.0)},
    {"foot_ahead_of_hip": reported(0.28, 0.03), "trunk_lean": reported(1.5, 1.0), "cadence": reported(140.0, 1.0)},
    FAR | {"shank_angle": reported(12.0, 1.5), "knee_flexion": reported(9.0, 2.0), "trunk_lean": reported(18.0, 1.0)},
    FAR | {"shank_angle": reported(7.0, 1.5), "knee_flexion": reported(9.0, 2.0), "cadence": reported(200.0, 1.0)},
    {"trunk_lean": reported(13.0, 1.0), "cadence": reported(140.0, 1.0)},
    {"trunk_lean": reported(-3.0, 1.0), "cadence": reported(200.0, 1.0)} | dict.fromkeys(SIDES, reported(0.4, 0.1)),
    {"trunk_lean": reported(9.5, 6.0)},
    {
        "foot_ahead_of_hip": no_number(reason("distance_changes", "larger", percent=30)),
        "trunk_lean": no_number(reason("interval_too_wide", "this_model")),
    },
)


def every_finding() -> dict[str, Finding]:
    """One finding of each code, as it is made from numbers."""
    sample = good_report()
    found: dict[str, Finding] = {}
    for numbers in CASES:
        measures = sample.measures | {
            name: replace(sample.measures[name], headline=one) for name, one in numbers.items()
        }
        for scene in (sample.scene, replace(sample.scene, view="rear")):
            for reference in (find_reference(3.0), ()):
                for changes in ((), CHANGES, (SLOWED,)):
                    judged = judge(measures, scene, sample.quality, reference, sample.frames, changes=changes)
                    found |= {finding.code: finding for finding in judged}
    return found


def every_reason() -> tuple[Reason, ...]:
    """Every reason of the catalogue with each of its messages."""
    found = []
    for code, sentences in catalogue()["reason"].items():
        values: dict[str, Blank] = dict.fromkeys(re.findall(r"\{(\w+)\}", "".join(sentences.values())), 7)
        found += [reason(code, name, **values) for name in sentences if not name.endswith(("advice", "advice_page"))]
    return tuple(found)


def with_everything() -> Report:
    findings = every_finding()
    assert set(findings) == set(ADVICE)
    sample = good_report()
    return replace(
        sample,
        findings=tuple(findings.values()),
        quality=Quality("usable", every_reason()),
        reference=find_reference(3.0),
    )


MADE = {
    "everything": with_everything,
    "withheld": withheld_report,
    "side": lambda: analyze_track(film(Runner(reach={Side.LEFT: 0.3, Side.RIGHT: 0.2}), Camera(), 6.0), model="full"),
    "no scale": lambda: analyze_track(film(Runner(), Camera(), 6.0), speed_kmh=30.0),
    "slow motion": lambda: analyze_track(film(Runner(), Camera(fps=240.0), 6.0), capture_fps=480.0),
}


@pytest.mark.parametrize("made", MADE)
def test_the_reports_page_has_no_word_but_those_of_the_language(other: Voice, made: str) -> None:
    report = MADE[made]()
    report = replace(report, findings=tuple(each for each in report.findings if each.values is not None))
    page = render_html(report, pictures=sample_pictures(report), overlay="overlay.mp4", voice=other)
    assert '<html lang="xx">' in page
    assert english_in(page, report) == []
    read_back = report_from_json(report_to_json(report))
    assert english_in(render_html(read_back, pictures={}, voice=other), read_back) == []


def test_english_shows_where_it_is_left(other: Voice) -> None:
    report = good_report()  # its findings are those of an older report, which has no words but its own
    page = render_html(report, pictures={}, voice=other)
    assert {each.text for each in report.findings} <= set(english_in(page, report))


@pytest.mark.parametrize("made", ["side", "no scale", "slow motion"])
@pytest.mark.slow
def test_a_report_in_english_is_as_it_was_written(made: str) -> None:
    report = MADE[made]()
    assert report_in(report, ENGLISH) == report


def test_a_finding_whose_sentence_has_changed_since_stays_as_it_was_written(other: Voice) -> None:
    finding = replace(every_finding()["cadence_low"], values={}, text="As written.")
    why = replace(reason("low_frame_rate", good_fps=50), values={}, message="As written.")
    report = replace(good_report(), findings=(finding,), quality=Quality("usable", (why,)))
    shown = report_in(report, other)
    assert (shown.findings[0].text, shown.quality.reasons[0].message) == ("As written.", "As written.")
    gone = replace(finding, code="no_such")
    assert report_in(replace(report, findings=(gone,)), other).findings == (gone,)


def test_pictures_have_no_words_but_those_of_the_language(tmp_path: Path) -> None:
    report = good_report()
    key = report.frames[0]
    frame = Frame(key.index, key.time_s, np.full((720, 1280, 3), 90, np.uint8))
    unmeasured = replace(report, steps=tuple(replace(step, values={}) for step in report.steps))
    assert np.ptp(draw_key_frame(frame, unmeasured, key)[TITLE]) > 100
    names = draw_overlay(frame, report)[720:754]
    assert np.any(names != NIGHT)
    with second_language(tmp_path, silent="picture") as other:
        assert np.ptp(draw_key_frame(frame, unmeasured, key, other)[TITLE]) == 0
        assert np.all(draw_overlay(frame, report, other)[720:754] == NIGHT)
