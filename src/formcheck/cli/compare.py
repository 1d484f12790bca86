"""The command ``compare``: reports, report folders or clips of one runner, before and after."""

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from formcheck.cli.exits import DONE, WITHHELD, complain, exit_code, printable
from formcheck.cli.progress import shown_progress
from formcheck.cli.session import clip_folders
from formcheck.clip.whole_file import write_whole
from formcheck.gait.measures.registry import HEADLINES, REAR_HEADLINES
from formcheck.judge.comparison.compare import compare
from formcheck.judge.comparison.records import Comparison
from formcheck.judge.comparison.said import verdict
from formcheck.records.errors import FormcheckError, UsageError
from formcheck.records.options import OPTIONS, RunOptions
from formcheck.records.report import Report
from formcheck.report.page.comparison import Pictured, render_comparison, row_of
from formcheck.report.page.html import data_uri
from formcheck.report.schema import comparison_to_json, read_report
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

STANDARD_OUTPUT: Final = "-"
ALWAYS_SHOWN: Final = (*HEADLINES, "cadence")
FROM_BEHIND: Final = tuple(name for name in REAR_HEADLINES if name not in ALWAYS_SHOWN)


def compare_clips(options: argparse.Namespace) -> int:
    """Compare two clips or groups of them; the exit code."""
    groups = [_clips_of_sessions(group) for group in _groups(options)]
    given = RunOptions(**{name: getattr(options, name) for name in OPTIONS})
    given.check(as_flags=True)
    _check_outputs(options, [*groups[0], *groups[1]])
    try:
        before, after = ([_read(place, given, options) for place in group] for group in groups)
    except FormcheckError as error:
        complain(str(error))
        return exit_code(error)
    found = compare([one.report for one in before], [one.report for one in after])
    if options.json:
        _write_json(found, options.json)
    if options.json != STANDARD_OUTPUT:
        Console(highlight=False).print(summary(found), soft_wrap=not sys.stdout.isatty())
    if options.html:
        write_whole(Path(options.html), render_comparison(found, before, after).encode())
        if options.json != STANDARD_OUTPUT:
            sys.stdout.write(say("terminal.report", path=printable(options.html)) + "\n")
    return WITHHELD if options.strict and not _is_said(found) else DONE


def _groups(options: argparse.Namespace) -> tuple[Sequence[Path], Sequence[Path]]:
    """What stands before and after: two places, or two lists of them."""
    places = [place for place in (options.first, options.last) if place is not None]
    if len(places) == 2 and not (options.before or options.after):
        return [places[0]], [places[1]]
    if not places and options.before and options.after:
        return options.before, options.after
    raise UsageError(say("compare.two_groups"))


def _clips_of_sessions(places: Sequence[Path]) -> list[Path]:
    """The places, a session's folder replaced by those of its clips."""
    return [one for place in places for one in (clip_folders(place) or [place])]


def _check_outputs(options: argparse.Namespace, places: Sequence[Path]) -> None:
    """Raise UsageError where an output would replace a report or a clip that is compared, or a file of another kind."""
    read = {path.resolve() for place in places for path in (place, place / "report.json")}
    for to, suffix in ((options.json, ".json"), (options.html, ".html")):
        path = Path(to or STANDARD_OUTPUT)
        is_standard = suffix == ".json" and str(path) == STANDARD_OUTPUT
        if to and not is_standard and (path.resolve() in read or path.suffix.lower() != suffix):
            raise UsageError(say("compare.output", path=printable(to), suffix=suffix))


def _read(place: Path, given: RunOptions, options: argparse.Namespace) -> Pictured:
    """A report with its frames: read from a file or a folder, or made from a clip."""
    if is_saved(place):
        return read_saved(place)
    return _made_of(place, given, options)


def _made_of(place: Path, given: RunOptions, options: argparse.Namespace) -> Pictured:
    """A clip's report, with frames for the page alone."""
    from formcheck.analyze import analyze_video  # noqa: PLC0415  # who compares reports waits for no pose model
    from formcheck.report.write import write_assessment  # noqa: PLC0415

    with shown_progress(place.name) as tell:
        report = analyze_video(place, **given.about_the_run(), model=options.model, on_progress=tell)
    if not options.html:
        return Pictured(report, {})
    with tempfile.TemporaryDirectory() as folder, shown_progress(place.name) as tell:
        write_assessment(report, place, Path(folder, "report"), video=False, on_progress=tell)
        return Pictured(report, pictures_of(report, Path(folder, "report")))


def is_saved(place: Path) -> bool:
    """Whether a report is meant, by its file or its folder, and not a clip."""
    return place.is_dir() or place.suffix == ".json"


def read_saved(place: Path) -> Pictured:
    """A report with the frames beside it."""
    report = read_report(place)
    return Pictured(report, pictures_of(report, place if place.is_dir() else place.parent))


def pictures_of(report: Report, folder: Path) -> dict[str, str]:
    """The annotated frames of a report that lie beside it, to be put into a page."""
    files = {frame.file: folder / frame.file for frame in report.frames if Path(frame.file).parts[:-1] == ("frames",)}
    return {name: data_uri(path.read_bytes()) for name, path in files.items() if path.is_file()}


def _write_json(found: Comparison, to: str) -> None:
    text = json.dumps(comparison_to_json(found), allow_nan=False)
    if to == STANDARD_OUTPUT:  # in ASCII: a pipe's encoding is unknown
        sys.stdout.write(text + "\n")
    else:
        write_whole(Path(to), f"{text}\n".encode())


def _is_said(found: Comparison) -> bool:
    """Whether the comparison says something of both headline numbers."""
    rows = [row for row in found.differences if row.measure in HEADLINES]
    return len(rows) >= len(HEADLINES) and all(row.verdict != "cannot_say" for row in rows)


def summary(found: Comparison) -> Text:
    """The comparison in a few lines: the verdict, the headline numbers, what else changed, and why to be careful."""
    lines = [Text(verdict(found), style="bold"), *_numbers(found)]
    others = [
        row.text
        for row in found.differences
        if row.verdict == "changed" and row.measure not in (*ALWAYS_SHOWN, *FROM_BEHIND)
    ]
    lines += [Text(say("compare.also", text=text)) for text in others]
    for why in (found.refused,) if found.refused else found.notes:
        message = why.advice if why is found.refused else f"{why.message} {why.advice}"
        lines.append(Text(say("terminal.note", message=message), style="yellow"))
    return Text("\n").join(lines)


def _numbers(found: Comparison) -> Iterator[Text]:
    rows = [row_of(row) for row in found.differences if row.measure in ALWAYS_SHOWN]
    rows += [row_of(row) for row in found.differences if row.measure in FROM_BEHIND and math.isfinite(row.value)]
    width = max((len(row.title) for row in rows), default=0)
    for row in rows:
        if not row.interval:
            yield Text(f"  {row.title:{width}}  {row.verdict}: {row.why}")
            continue
        values = {"before": row.before, "after": row.after, "change": row.change, "interval": row.interval}
        line = say("compare.line_same_speed" if row.how else "compare.line", **values)
        yield Text(f"  {row.title:{width}}  {line} {row.verdict}{': ' if row.why else ''}{row.why}")
