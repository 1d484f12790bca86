"""The command ``verify``: clips against their truth, printed so that a CI log shows what moved."""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from formcheck.cli.exits import DIFFERENT, DONE, WRONG_USAGE, complain, printable
from formcheck.cli.progress import shown_progress
from formcheck.cli.verify.compare import Case, Check, Outcome, compare
from formcheck.cli.verify.junit import junit_xml
from formcheck.cli.verify.run import find_cases, run_cases
from formcheck.cli.verify.table import check_table, clip_line, error_table, folded, plain_lines, summary
from formcheck.cli.verify.truth import truth_path, truth_to_json
from formcheck.cli.verify.update import record
from formcheck.clip.whole_file import write_whole
from formcheck.records.errors import OutputError, UsageError
from formcheck.vision.weights.models import find_model
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

MOST_NAMED: Final = 4
"""Clips named in one line; the folder shows the others."""

UNFOLDED: Final = 10_000
"""Columns: wider than any line."""

Result = tuple[Outcome, tuple[Check, ...]]


def verify_folder(options: argparse.Namespace) -> int:
    """Verify, or with ``--update`` pin, every clip of a folder; the exit code."""
    cases = find_cases(options.folder)
    if options.update:
        return _update(cases, options)
    pinned = [case for case in cases if case.truth is not None]
    if not pinned:
        raise UsageError(say("error.verify.no_truth", folder=options.folder))
    for path in filter(None, (options.junit, options.json)):
        _prepare(path)
    began_s = time.monotonic()
    results = [(outcome, _checks(outcome)) for outcome in _run(pinned, options)]
    _write_answers(results, options)  # first: a closed pipe may end the printing
    for result in results:
        _show_clip(result, verbose=options.verbose)
    _show_all(results, time.monotonic() - began_s)
    _name_unpinned([case for case in cases if case.truth is None])
    return DIFFERENT if any(_differs(result) for result in results) else DONE


def _run(cases: Sequence[Case], options: argparse.Namespace) -> list[Outcome]:
    with shown_progress(str(options.folder)) as tell:
        find_model(options.model, on_progress=lambda stage, _: tell(stage, 0.0))  # once, not in each process
        return run_cases(cases, model=options.model, jobs=options.jobs or _processors(), on_progress=tell)


def _processors() -> int:
    """The processors that this process may use, where the system knows."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _checks(outcome: Outcome) -> tuple[Check, ...]:
    truth = outcome.case.truth
    return compare(outcome.report, truth) if outcome.report is not None and truth is not None else ()


def _differs(result: Result) -> bool:
    outcome, checks = result
    return bool(outcome.failure) or any(check.verdict == "differs" for check in checks)


# --- what is printed


def _show_clip(result: Result, *, verbose: bool = False) -> None:
    """One line; below it what differs, or with ``verbose`` everything: a table for eyes, lines for searching."""
    outcome, checks = result
    shown = [check for check in checks if verbose or check.verdict != "ok"]
    console, line = _console(), clip_line(outcome, checks)
    if not sys.stdout.isatty():
        for text in (line, *plain_lines(outcome.case.name, shown)):
            console.print(folded(text))
        return
    console.print(line)
    if shown:
        console.print(check_table(shown))


def _show_all(results: Sequence[Result], seconds: float) -> None:
    console = _console()
    errors = error_table(results)
    if errors.row_count:
        console.print()
        console.print(errors)
        console.print()
    console.print(summary(results, seconds))


def _name_unpinned(cases: Sequence[Case]) -> None:
    if cases:
        named, more = ", ".join(case.clip.name for case in cases[:MOST_NAMED]), len(cases) - MOST_NAMED
        clips = say("verify.and_more", clips=named, count=more) if more > 0 else named
        _show(say("verify.unpinned", clips=clips))


def _console() -> Console:
    """In a pipe nothing is cut off or folded but what `folded` folds."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else UNFOLDED)


def _show(text: str) -> None:
    Console(highlight=False).print(printable(text), markup=False, soft_wrap=True)


# --- files


def _write_answers(results: Sequence[Result], options: argparse.Namespace) -> None:
    if options.junit is not None:
        report = junit_xml(results, version=version("formcheck"), model=options.model)
        write_whole(options.junit, report.encode())
    if options.json is not None:
        document = {"clips": [_plain(*result) for result in results]}
        write_whole(options.json, (json.dumps(document, indent=2, allow_nan=False) + "\n").encode())


def _plain(outcome: Outcome, checks: Sequence[Check]) -> dict[str, Any]:
    """A clip's checks as JSON values: null where a number makes no sense."""
    kept = ("name", "leg", "truth", "got", "verdict", "why", "errors", "unit", "held")
    return {
        "clip": outcome.case.name,
        "failure": outcome.failure,
        "seconds": round(outcome.seconds, 3),
        "checks": [
            {key: getattr(check, key) for key in kept}
            | {"tolerance": check.tolerance if math.isfinite(check.tolerance) else None}
            for check in checks
        ],
    }


def _prepare(path: Path) -> None:
    """Make the folder of a result: minutes of work must not end at one that is not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(say("error.output.unwritable", path=path, why=error.strerror)) from error
    if path.is_dir():
        raise OutputError(say("error.output.is_folder", path=path))


# --- update


def _update(cases: Sequence[Case], options: argparse.Namespace) -> int:
    """Record the clips that have no truth, or a recorded one that does not hold any more."""
    if options.junit is not None or options.json is not None:
        raise UsageError(say("error.verify.update_alone"))
    known = [case for case in cases if case.truth is not None and case.truth.kind == "known"]
    for case in known:
        complain(say("verify.known", path=truth_path(case.clip)))
    own = [case for case in cases if case not in known]
    if not own:
        return WRONG_USAGE
    outcomes = _run(own, options)
    for outcome in outcomes:
        _update_one(outcome)
    return DIFFERENT if any(outcome.failure for outcome in outcomes) else DONE


def _update_one(outcome: Outcome) -> None:
    path, before = truth_path(outcome.case.clip), outcome.case.truth
    checks = _checks(outcome)
    if outcome.report is None:
        complain(say("verify.not_recorded", clip=outcome.case.clip, why=outcome.failure))
    elif before is not None and before.checks_something and not _differs((outcome, checks)):
        _show(say("verify.holds", path=path))
    else:
        if checks:
            _show_clip((outcome, checks))
        write_whole(path, truth_to_json(record(outcome.report, before)).encode())
        _show(say("verify.recorded", path=path))
