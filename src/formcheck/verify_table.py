"""What `verify` prints: what differs in full, what holds in a line, and the errors of all clips by measure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from rich.table import Table
from rich.text import Text

from formcheck.verify import Check, Outcome

Results = Sequence[tuple[Outcome, tuple[Check, ...]]]

STYLE: Final = {"ok": "green", "differs": "bold red", "known miss": "yellow"}
SHOWN_UNITS: Final = {
    "s": (1000.0, "ms"),
    "leg_length": (100.0, "% leg"),
    "leg_length/s": (1.0, "leg/s"),
    "fraction": (100.0, "%"),
    "1/min": (1.0, "/min"),
}
"""How errors are shown: a factor, and the unit that errors then have."""


def clip_lines(outcome: Outcome, checks: Sequence[Check], *, whole: bool) -> Iterator[Text | Table]:
    """One clip: a line that says how it went, and under it every check, or those that do not hold."""
    differing = sum(check.verdict == "differs" for check in checks)
    missed = sum(check.verdict == "known miss" for check in checks)
    word = "FAILED" if outcome.failure else "DIFFERS" if differing else "ok"
    line = Text(f"{word:8}", style=STYLE["differs"] if word != "ok" else STYLE["ok"])
    line.append(f"{outcome.case.name:36}", style="bold")
    line.append(f"{len(checks):3} checks, {differing} differ" + (f", {missed} known misses" if missed else ""))
    line.append(f", {outcome.seconds:.0f} s", style="dim")
    yield line
    if outcome.failure:
        yield Text(f"        {outcome.failure}", style=STYLE["differs"])
    shown = [check for check in checks if whole or check.verdict != "ok"]
    if shown:
        yield _check_table(shown)


def _check_table(checks: Sequence[Check]) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False, show_edge=False)
    table.add_column("        check", no_wrap=True)
    for name in ("truth", "got", "error", "tolerance"):
        table.add_column(name, justify="right", overflow="fold")
    table.add_column("verdict", overflow="fold")
    for check in checks:
        table.add_row(
            f"        {check.name}",
            check.truth,
            check.got,
            shown_error(check.error, check.unit),
            "" if np.isnan(check.tolerance) else shown_error(check.tolerance, check.unit).lstrip("+"),
            Text(f"{check.verdict}: {check.why}" if check.why else check.verdict, style=STYLE[check.verdict]),
        )
    return table


def shown_error(error: float, unit: str) -> str:
    """A signed error with its unit; nothing where there is none."""
    if np.isnan(error):
        return ""
    factor, name = _scaled(unit)
    return f"{error * factor:+.3g} {name}".rstrip()


def _scaled(unit: str) -> tuple[float, str]:
    """What to multiply an error by, and the unit it then has."""
    return SHOWN_UNITS.get(unit, (1.0, unit))


def error_table(results: Results) -> Table:
    """Errors of all clips by measure and leg: how many, median, 90th percentile and worst size, and where."""
    table = Table(title="errors over all clips", title_justify="left", box=None, padding=(0, 1), pad_edge=False)
    for name in ("measure", "leg"):
        table.add_column(name, no_wrap=True)
    for name in ("count", "bias", "median", "90 %", "worst"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("in", overflow="fold")
    for (name, leg, unit), errors in sorted(_errors_by_measure(results).items()):
        factor, shown_unit = _scaled(unit)
        scaled = factor * np.array([error for error, _ in errors])
        sizes = np.abs(scaled)
        figures = (np.median(sizes), np.percentile(sizes, 90), sizes.max())
        label = f"{name}, {shown_unit}" if shown_unit else name
        bias, worst_in = f"{np.median(scaled):+.2f}", errors[int(np.argmax(sizes))][1]
        table.add_row(label, leg, str(len(errors)), bias, *(f"{figure:.2f}" for figure in figures), worst_in)
    return table


def _errors_by_measure(results: Results) -> dict[tuple[str, str, str], list[tuple[float, str]]]:
    """Each error with its clip; a side's measure goes with the leg it is to the camera."""
    found: dict[tuple[str, str, str], list[tuple[float, str]]] = defaultdict(list)
    for outcome, checks in results:
        for check in checks:
            name = check.name.partition(".")[0]
            found[name, check.leg, check.unit] += [(error, outcome.case.name) for error in check.errors]
    return {key: errors for key, errors in found.items() if errors}


def summary_line(results: Results, seconds: float) -> Text:
    """The last line: counts, and how often the reports' own intervals hold the truth."""
    checks = [check for _, found in results for check in found]
    failed = sum(bool(outcome.failure) for outcome, _ in results)
    differing = sum(check.verdict == "differs" for check in checks)
    missed = sum(check.verdict == "known miss" for check in checks)
    intervals = [check.held for check in checks if check.held is not None]
    parts = [f"{len(results)} clips, {len(checks)} checks: {differing} differ"]
    parts += [f"{missed} known misses"] if missed else []
    parts += [f"{failed} clips could not be analysed"] if failed else []
    text = ", ".join(parts)
    if intervals:
        text += f". 95 % intervals that hold the truth: {sum(intervals)} of {len(intervals)}"
    return Text(f"{text}. {seconds:.0f} s", style=STYLE["differs" if differing or failed else "ok"])
