"""What `verify` prints: what differs in full, what holds in a line, and the errors of all clips by measure."""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from rich.table import Table
from rich.text import Text

from formcheck.cli.verify.compare import Case, Check, Outcome
from formcheck.cli.verify.truth import EVENTS
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

Results = Sequence[tuple[Outcome, tuple[Check, ...]]]

WIDTH: Final = 100
"""Columns of plain lines: CI logs neither wrap well nor scroll sideways."""

SET_IN: Final = " " * 8

STYLE: Final = {"ok": "green", "differs": "bold red", "known miss": "yellow"}
WORD: Final = {"ok": "ok", "differs": "DIFFERS", "known miss": "missed"}
"""How a plain line begins, so that it can be searched for."""

SHOWN_UNITS: Final = {
    "s": (1000.0, "ms"),
    "leg_length": (100.0, "% leg"),
    "leg_length/s": (1.0, "leg/s"),
    "fraction": (100.0, "%"),
    "1/min": (1.0, "/min"),
}
"""How errors over all clips are shown: a factor, and the unit they then have."""


def clip_line(outcome: Outcome, checks: Sequence[Check]) -> Text:
    """One clip in a line: how it went."""
    differing, missed = _how_many(checks, "differs"), _how_many(checks, "known miss")
    verdict = "differs" if outcome.failure or differing else "ok"
    line = Text(f"{'FAILED' if outcome.failure else WORD[verdict]:8}", style=STYLE[verdict])
    line.append(outcome.case.name, style="bold")
    line.append(f": {outcome.failure}" if outcome.failure else f": {_counted('check', len(checks))}")
    line.append(f", {_counted('differing', differing)}" if differing else "")
    line.append(f", {_counted('known_miss', missed)}" if missed else "")
    line.append(f", {outcome.seconds:.0f} s", style="dim")
    return line


def plain_lines(clip: str, checks: Sequence[Check]) -> Iterator[Text]:
    """One check a line, with the clip's name in it."""
    for check in checks:
        yield Text(f"{WORD[check.verdict]:8}{clip}: {check.name}: {check.words}", style=STYLE[check.verdict])


def folded(line: Text) -> Text:
    """The line within `WIDTH` columns, the rest of it below and set in; no name is broken, so that it can be found."""
    rows = textwrap.wrap(line.plain, WIDTH, subsequent_indent=" " * 12, break_on_hyphens=False, break_long_words=False)
    return Text("\n".join(rows), style=line.style)


def check_table(checks: Sequence[Check]) -> Table:
    """Checks in columns, for a terminal, in the truth file's own units."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(SET_IN + say("verify.column.check"), no_wrap=True, overflow="fold")
    for name in ("truth", "got", "error", "tolerance"):
        table.add_column(say(f"verify.column.{name}"), justify="right", overflow="fold")
    table.add_column(say("verify.column.verdict"), overflow="fold")
    for check in checks:
        error = "" if np.isnan(check.error) else f"{check.error:+.4g}"
        tolerance = "" if np.isnan(check.tolerance) else f"{check.tolerance:.4g}"
        verdict = Text(f"{check.verdict}: {check.why}" if check.why else check.verdict, style=STYLE[check.verdict])
        cells = (SET_IN + check.name, check.truth, check.got, error, tolerance)
        table.add_row(*map(Text, cells), verdict)  # as Text: names are not to be read as markup
    return table


def error_table(results: Results) -> Table:
    """Errors of all clips of known truth: bias, median, 90th percentile and worst size, and in which clip that is.

    Those of events are in real time: on the clock of slow motion they would outweigh all others. ``held`` says how many
    of the reports' own 95 % intervals hold the truth. Recorded truth is none to be off by.
    """
    title = say("verify.errors")
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for name in ("measure", "leg"):
        table.add_column(say(f"verify.column.{name}"), no_wrap=True)
    for name in ("count", "bias", "median", "most", "worst", "held"):
        table.add_column(say(f"verify.column.{name}"), justify="right", no_wrap=True)
    table.add_column(say("verify.column.worst_in"), no_wrap=True)
    for (name, leg, unit), found in sorted(_by_measure(results).items()):
        factor, shown_unit = SHOWN_UNITS.get(unit, (1.0, unit))
        errors = [(factor * error / _slowed(name, case), case.name) for check, case in found for error in check.errors]
        scaled = np.array([error for error, _ in errors])
        sizes = np.abs(scaled)
        bias = round(float(np.median(scaled)), 2) + 0.0  # turns -0.0 into 0.0
        figures = (np.median(sizes), np.percentile(sizes, 90), sizes.max())
        label, worst_in = f"{name}, {shown_unit}" if shown_unit else name, Text(errors[int(np.argmax(sizes))][1])
        shown = (f"{bias:+.2f}", *(f"{figure:.2f}" for figure in figures), _held([check for check, _ in found]))
        table.add_row(label, leg, str(len(errors)), *shown, worst_in)
    return table


def _held(checks: Sequence[Check]) -> str:
    intervals = [check.held for check in checks if check.held is not None]
    return f"{sum(intervals)}/{len(intervals)}" if intervals else ""


def _slowed(name: str, case: Case) -> float:
    """By how much the clock is slowed down that a check's errors are on."""
    played = case.truth.time_scale if case.truth and name in EVENTS else None
    return played.value if played and played.value > 0 else 1.0


def _by_measure(results: Results) -> dict[tuple[str, str, str], list[tuple[Check, Case]]]:
    """Checks with errors and their clips, by measure, leg and unit; a leg's number that is the headline counts once."""
    found: dict[tuple[str, str, str], list[tuple[Check, Case]]] = defaultdict(list)
    for outcome, checks in _known(results):
        once = {(check.name.partition(".")[0], check.leg, check.unit, check.errors): check for check in checks}
        for (name, leg, unit, errors), check in once.items():
            if errors:
                found[name, leg, unit].append((check, outcome.case))
    return found


def summary(results: Results, seconds: float) -> Text:
    """The last lines: counts, and how often the reports' own intervals hold what is known."""
    checks = [check for _, found in results for check in found]
    failed = sum(bool(outcome.failure) for outcome, _ in results)
    differing, missed = _how_many(checks, "differs"), _how_many(checks, "known miss")
    parts = [_counted("clip", len(results)), _counted("check", len(checks)), _counted("differing", differing)]
    parts += [_counted("known_miss", missed)] if missed else []
    parts += [_counted("failed", failed)] if failed else []
    text = Text(f"{', '.join(parts)}; {seconds:.0f} s", style=STYLE["differs" if differing or failed else "ok"])
    intervals = [check.held for _, found in _known(results) for check in found if check.held is not None]
    if intervals:
        text = Text(say("verify.held", held=sum(intervals), all=len(intervals)) + "\n").append_text(text)
    return text


def _known(results: Results) -> Results:
    return [
        (outcome, checks) for outcome, checks in results if outcome.case.truth and outcome.case.truth.kind == "known"
    ]


def _how_many(checks: Sequence[Check], verdict: str) -> int:
    return sum(check.verdict == verdict for check in checks)


def _counted(thing: str, count: int) -> str:
    """A number of things: ``1 clip``, ``2 clips``."""
    return say(f"verify.count.{thing}.{'one' if count == 1 else 'more' if count else 'none'}", count=count)
