"""The command ``analyze``: clip after clip, with progress on a terminal, and in the end the result in words."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from formcheck.cli.compare import is_saved, pictures_of, read_saved
from formcheck.cli.exits import CLIP_UNREADABLE, DONE, INTERNAL_ERROR, WITHHELD, complain, exit_code, printable
from formcheck.cli.progress import shown_progress
from formcheck.cli.session import is_said, write_session
from formcheck.cli.summary import has_headlines, summary
from formcheck.judge.comparison.session.combine import FEWEST, MOST
from formcheck.records.errors import FormcheckError, UsageError
from formcheck.records.options import OPTIONS, RunOptions
from formcheck.records.report import Report
from formcheck.report.page.comparison import Pictured
from formcheck.report.schema import report_to_json
from formcheck.report.write import check_folder, write_assessment
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say


@dataclass(slots=True)
class _Outcome:
    """What became of the clips so far."""

    seen: list[Pictured] = field(default_factory=list)
    """With ``--session``: every report, those that were given as such too."""
    unreadable: list[str] = field(default_factory=list)
    withheld: bool = False
    failed: bool = False


def analyze_clips(options: argparse.Namespace) -> int:
    """Analyse each clip and write its result; the exit code. A clip that can't be read does not stop the others."""
    given = RunOptions(**{name: getattr(options, name) for name in OPTIONS})
    given.check(as_flags=True)
    saved = [place for place in options.clips if options.session and is_saved(place)]
    folders = answer_folders([place for place in options.clips if place not in saved], options.output)
    if options.session and not FEWEST <= len(saved) + len(folders) <= MOST:
        raise UsageError(say("error.not_a_session"))
    outcome = _Outcome([read_saved(place) for place in saved])
    for folder in (*folders.values(), *((options.output,) if options.session else ())):
        check_folder(folder)
    for clip, folder in folders.items():
        _add(outcome, clip, folder, given, options)
    if outcome.unreadable and len(folders) > 1:
        names = ", ".join(outcome.unreadable)
        complain(say("terminal.unreadable", count=len(outcome.unreadable), all=len(folders), clips=names))
    return _end(outcome, options)


def _add(outcome: _Outcome, clip: Path, folder: Path, given: RunOptions, options: argparse.Namespace) -> None:
    """Analyse one clip; what is wrong with it is said and kept."""
    try:
        report, page = _analyze_clip(clip, folder, given, options)
    except FormcheckError as error:
        if exit_code(error) != CLIP_UNREADABLE:
            raise
        complain(str(error))
        outcome.unreadable.append(str(clip))
    except (ImportError, OSError):  # of the machine, not of this clip
        raise
    except Exception as error:  # a fault of ours, met by one clip, must not cost the others their results
        complain(say("terminal.failed", clip=clip, error=type(error).__name__, text=error))
        outcome.failed = True
    else:
        outcome.withheld |= not has_headlines(report)
        _show_page(report, page, as_json=options.json)
        if options.session:
            outcome.seen.append(Pictured(replace(report, evidence=None), pictures_of(report, folder)))


def _end(outcome: _Outcome, options: argparse.Namespace) -> int:
    """The exit code; where all clips are there, the session first."""
    if outcome.unreadable or outcome.failed:
        if options.session:
            complain(say("session.incomplete"))
        return CLIP_UNREADABLE if outcome.unreadable else INTERNAL_ERROR
    withheld = outcome.withheld
    if options.session:  # what a view from behind withholds is no lack of a session
        withheld = not is_said(write_session(outcome.seen, options.output, as_json=options.json))
    return WITHHELD if withheld and options.strict else DONE


def answer_folders(clips: Sequence[Path], output: Path) -> dict[Path, Path]:
    """Each clip's folder; a clip given twice counts once.

    Raises
    ------
    UsageError
        Two different clips would be written to one folder.
    """
    folders: dict[Path, Path] = {}
    taken: dict[str, Path] = {}
    for clip in clips:
        name = _folder_name(clip)
        other = taken.setdefault(name.casefold(), clip)  # two names on Linux, one on macOS and Windows
        if os.path.realpath(other) != os.path.realpath(clip):  # Path.resolve raises where links go in a circle
            raise UsageError(say("terminal.same_folder", first=other, second=clip, folder=output / name))
        folders.setdefault(other, output / name)
    return folders


def _folder_name(clip: Path) -> str:
    """The clip's stem; never one that stands for the folder itself or the one above, as in "..mp4"."""
    return clip.stem if clip.stem.strip(".") else f"_{clip.name}"


def _analyze_clip(clip: Path, folder: Path, given: RunOptions, options: argparse.Namespace) -> tuple[Report, Path]:
    """Prints the numbers before it makes pictures and video, which take as long again."""
    from formcheck.analyze import analyze_video  # noqa: PLC0415  # a session of reports waits for no pose model

    with shown_progress(clip.name) as tell:
        report = analyze_video(
            clip,
            **given.about_the_run(),
            model=options.model,
            on_progress=tell,
        )
    if not options.json:
        _print(summary(report))
    with shown_progress(clip.name) as tell:
        page = write_assessment(
            report,
            clip,
            folder,
            blur_faces=options.blur_faces,
            video=options.video,
            on_progress=tell,
        )
    return report, page


def _show_page(report: Report, page: Path, *, as_json: bool) -> None:
    """Where to read more, behind the summary; or the whole report for a script."""
    if as_json:  # in ASCII: a pipe's encoding is unknown
        sys.stdout.write(json.dumps(report_to_json(report), allow_nan=False) + "\n")
        sys.stdout.flush()
    else:
        _print(Text(say("terminal.report", path=printable(str(page))) + "\n"))


def _print(text: Text) -> None:
    Console(highlight=False).print(text, soft_wrap=not sys.stdout.isatty())
    sys.stdout.flush()
