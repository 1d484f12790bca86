"""What the log shows: names whole, errors of known truth alone, and each interval counted once."""

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from formcheck.cli.verify.compare import Case, Outcome, compare
from formcheck.cli.verify.table import error_table, folded, plain_lines, summary
from formcheck.cli.verify.truth import EventTruth, Truth, Wanted
from formcheck.records.skeleton import Side
from sample_report import good_report

LONG = "side view of somebody whose clips have names that are longer than any column-" + 40 * "x"
KNOWN = Truth(
    measures={"shank_angle": Wanted(8.4, 2.0, "deg"), "cadence": Wanted(167.2, 1.0, "1/min")},
    sides={Side.LEFT: {"shank_angle": Wanted(8.4, 2.0, "deg")}, Side.RIGHT: {"shank_angle": Wanted(20.0, 2.0, "deg")}},
)


def shown(*truths: tuple[str, Truth]) -> list[list[str]]:
    """Rows of the table of errors, as words."""
    results = [
        (Outcome(Case(Path(f"{name}.mp4"), truth), good_report(), "", 1.0), compare(good_report(), truth))
        for name, truth in truths
    ]
    console = Console(file=io.StringIO(), width=10_000)
    console.print(error_table(results))
    console.print(summary(results, 1.0))
    text = console.file.getvalue()
    return [line.split() for line in text.splitlines()]


def test_errors_are_in_units_that_people_use_and_name_the_worst_clip() -> None:
    worse = replace(KNOWN, measures={"cadence": Wanted(164.7, 5.0, "1/min")}, sides={})
    rows = shown(("first", KNOWN), ("second", worse))
    assert ["cadence,", "/min", "2", "+0.75", "1.25", "1.85", "2.00", "1/2", "second"] in rows


def test_the_far_leg_has_a_row_of_its_own_and_the_headline_counts_once() -> None:
    rows = [row for row in shown(("run", KNOWN)) if row[0] == "shank_angle,"]
    assert [(row[2], row[3], row[-2]) for row in rows] == [("far", "1", "0/1"), ("near", "1", "1/1")]


def test_events_of_slow_motion_are_off_by_real_time() -> None:
    step = good_report().steps[0]
    early = (EventTruth(step.side, step.strike_time_s - 0.040),)
    (row,) = (row for row in shown(("run", Truth(strikes=early, time_scale=Wanted(8, 0.1)))) if row[0] == "strikes,")
    assert row[4] == "+5.00"


def test_recorded_truth_is_nothing_to_be_off_by() -> None:
    rows = shown(("run", replace(KNOWN, kind="recorded")))
    assert not [row for row in rows if row and row[0] in ("shank_angle,", "cadence,")]


def test_the_summary_tells_one_difference_from_several() -> None:
    assert shown(("run", KNOWN))[-1][:6] == ["1", "clip,", "4", "checks,", "1", "differs;"]


def test_no_name_is_cut_off_or_broken() -> None:
    assert any(" ".join(row).endswith(LONG) for row in shown((LONG, KNOWN)))
    checks = [check for check in compare(good_report(), KNOWN) if check.verdict == "differs"]
    (line,) = plain_lines(LONG, checks)
    rows = folded(line).plain.splitlines()
    assert LONG.rsplit(maxsplit=1)[-1] in folded(line).plain
    assert rows[0].startswith("DIFFERS side view of somebody")
    assert all(len(row) <= 100 for row in folded(Text("word " * 60)).plain.splitlines())
