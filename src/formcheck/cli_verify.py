"""The command ``verify``: clips against their truth, told so that the one who reads a CI log sees what moved."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from formcheck.cli_exit import DIFFERENT, DONE, WRONG_USAGE, complain
from formcheck.cli_progress import shown_progress
from formcheck.errors import OutputError, UsageError
from formcheck.truth import truth_path, truth_to_json
from formcheck.verify import Case, Check, Outcome, compare
from formcheck.verify_junit import junit_xml
from formcheck.verify_run import find_cases, run_cases
from formcheck.verify_table import clip_lines, error_table, summary_line
from formcheck.verify_update import record

WIDTH: Final = 100
"""Columns, also in a pipe: CI logs neither wrap well nor scroll sideways."""

Result = tuple[Outcome, tuple[Check, ...]]


def verify_folder(options: argparse.Namespace) -> int:
    """Verify, or with ``--update`` pin, every clip of a folder; the exit code."""
    cases = find_cases(options.folder)
    if options.update:
        return _update(cases, options)
    pinned = [case for case in cases if case.truth is not None]
    if not pinned:
        raise UsageError(f"{options.folder}: no clip has a truth file; `formcheck verify {options.folder} --update`")
    for path in (options.junit, options.json):
        _check_writable(path)
    began_s = time.monotonic()
    results = [(outcome, _checks(outcome)) for outcome in _run(pinned, options)]
    _show(results, options.verbose, time.monotonic() - began_s)
    unpinned = [case.clip.name for case in cases if case.truth is None]
    if unpinned:
        _say(f"not checked, no truth file: {', '.join(unpinned)}")
    _write_answers(results, options)
    return DIFFERENT if any(_differs(result) for result in results) else DONE


def _run(cases: Sequence[Case], options: argparse.Namespace) -> list[Outcome]:
    done = 0
    with shown_progress(str(options.folder)) as tell:

        def on_done(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            tell(outcome.case.name, done / len(cases))

        tell("loading the pose model", 0.0)
        return run_cases(cases, model=options.model, jobs=options.jobs or os.cpu_count() or 1, on_done=on_done)


def _checks(outcome: Outcome) -> tuple[Check, ...]:
    truth = outcome.case.truth
    return compare(outcome.report, truth) if outcome.report is not None and truth is not None else ()


def _differs(result: Result) -> bool:
    outcome, checks = result
    return bool(outcome.failure) or any(check.verdict == "differs" for check in checks)


def _show(results: Sequence[Result], verbose: bool, seconds: float) -> None:
    console = _console()
    for outcome, checks in results:
        for line in clip_lines(outcome, checks, whole=verbose):
            console.print(line)
    console.print()
    console.print(error_table(results))
    console.print(summary_line(results, seconds))


def _console() -> Console:
    is_terminal = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not is_terminal, width=None if is_terminal else WIDTH)


def _say(text: str) -> None:
    _console().print(text, markup=False)


# --- files


def _write_answers(results: Sequence[Result], options: argparse.Namespace) -> None:
    if options.junit is not None:
        _write(options.junit, junit_xml(results, version=version("formcheck"), model=options.model))
    if options.json is not None:
        _write(options.json, json.dumps({"clips": [_plain(*result) for result in results]}, indent=2) + "\n")


def _plain(outcome: Outcome, checks: Sequence[Check]) -> dict[str, Any]:
    kept = ("name", "leg", "truth", "got", "verdict", "why", "errors", "unit", "held")
    return {
        "clip": outcome.case.name,
        "failure": outcome.failure,
        "seconds": round(outcome.seconds, 3),
        "checks": [{key: getattr(check, key) for key in kept} for check in checks],
    }


def _check_writable(path: Path | None) -> None:
    """Minutes of work must not end at a folder that is not there."""
    if path is not None and not path.absolute().parent.is_dir():
        raise OutputError(f"{path}: there is no folder {path.parent}; make it first")


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error


# --- update


def _update(cases: Sequence[Case], options: argparse.Namespace) -> int:
    known = [case for case in cases if case.truth is not None and case.truth.kind == "known"]
    for case in known:
        complain(f"{truth_path(case.clip)}: says what is known, not what was recorded; left as it is")
    own = [case for case in cases if case not in known]
    if not own:
        return WRONG_USAGE
    failed = False
    for outcome in _run(own, options):
        path = truth_path(outcome.case.clip)
        if outcome.report is None:
            complain(f"{outcome.case.clip}: {outcome.failure}; its truth was left as it is")
            failed = True
            continue
        _write(path, truth_to_json(record(outcome.report, outcome.case.truth)))
        _say(f"recorded {path}")
    return DIFFERENT if failed else DONE
