"""Writing a result: the folder with report.json, report.html, the annotated frames and the overlay video.

The clip is read again, one picture at a time. Everything is written into a hidden folder beside the result's and
moved into place at the end: whatever goes wrong before leaves an earlier result as it was, and no partial files.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

from formcheck.clip.limits import LIMITS, ReadingLimits
from formcheck.clip.probe import OVERLAY_COMMENT
from formcheck.clip.reader import ClipReader, Wanted, every_picture
from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import OutputError
from formcheck.records.report import KeyFrame, Report
from formcheck.records.track import Frame
from formcheck.report.page.html import render_html
from formcheck.report.pictures import draw_key_frame, draw_overlay, hide_face, write_jpeg
from formcheck.report.schema import write_report_json
from formcheck.words.catalogue import ENGLISH, Voice

say: Final = ENGLISH.say

OVERLAY_MAX_SIDE_PX: Final = 1280
"""Longer side of the overlay's pictures: sharp on a phone and half the encoding time of 1080p."""

STILLS_SHARE: Final = 0.2
"""Of the work, where there is a video too: stills need no encoder and end with the last key frame."""

OnProgress = Callable[[str, float], None]
"""Gets a stage's name and the share of all the work that is done, 0..1."""

_HIDDEN: Final = ".formcheck-"
_PAGE: Final = "report.html"
_DATA: Final = "report.json"
_OVERLAY: Final = "overlay.mp4"
_FRAMES: Final = "frames"
_NAMES: Final = (_DATA, _PAGE, _FRAMES, _OVERLAY)


def write_assessment(
    report: Report,
    clip_path: Path,
    folder: Path,
    *,
    blur_faces: bool = False,
    video: bool = True,
    on_progress: OnProgress | None = None,
    limits: ReadingLimits = LIMITS,
    voice: Voice = ENGLISH,
) -> Path:
    """Write the result for a clip into ``folder`` in place of an earlier one; the path of the page in it.

    What else lies in the folder stays. ``voice`` is the language of pictures and page; report.json is in English.
    Raises OutputError (folder, disk) or ClipError.
    """
    tell = on_progress or _tell_nobody
    share = STILLS_SHARE if video else 1.0
    frames = partial(_frames, clip_path, report, blur_faces, limits)
    shown = {key.index for key in report.frames}

    def tell_stills(done: float) -> None:
        tell(say("stage.pictures"), share * done)

    def tell_video(done: float) -> None:
        tell(say("stage.video"), share + (1 - share) * done)

    with _replacing(folder) as draft:
        _write_stills(report, frames(wanted=lambda index, _: index in shown), draft, tell_stills, voice)
        if video:
            _write_overlay(report, frames(max_side_px=OVERLAY_MAX_SIDE_PX), draft, tell_video, voice)
        _write_reports(report, draft, voice)
    return folder / _PAGE


def check_folder(folder: Path) -> None:
    """Check before minutes of work that a result can be written here; leaves no trace.

    Raises
    ------
    OutputError
        Nothing can be created here, or files of the result's names are there that formcheck didn't write.
    """
    with _raising_output_errors(folder):
        there = [name for name in _NAMES if (folder / name).exists()]
        nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        with tempfile.TemporaryDirectory(prefix=_HIDDEN, dir=nearest):
            pass
    if there and _DATA not in there:
        raise OutputError(say("error.output.foreign", folder=folder, name=there[0]))


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """An empty folder to write into, which takes the place of ``folder`` when the block ends well."""
    check_folder(folder)
    with _raising_output_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        # In a folder that is there already: the one above may be another's, or on another disk.
        with tempfile.TemporaryDirectory(prefix=_HIDDEN, dir=folder if folder.exists() else folder.parent) as beside:
            draft, replaced = Path(beside, "draft"), Path(beside, "replaced")
            draft.mkdir()  # the temporary folder itself may be entered by this user only
            replaced.mkdir()
            yield draft
            _move_into_place(draft, folder, replaced)


def _frames(
    clip_path: Path,
    report: Report,
    blur_faces: bool,
    limits: ReadingLimits,
    *,
    max_side_px: int | None = None,
    wanted: Wanted = every_picture,
) -> Iterator[Frame]:
    left_out = [part for part in report.clip.parts if part.left_out]
    turn_deg = report.settings.get("told", {}).get("turn_deg", 0.0)  # the landmarks are those of the turned picture
    with ClipReader(clip_path, max_side_px=max_side_px, wanted=wanted, turn_deg=turn_deg, limits=limits) as clip:
        for frame in clip:
            # No pose is kept in parts left out, so a head seen nearby in time does not locate it there.
            followed = not any(part.start_s <= frame.time_s <= part.end_s for part in left_out)
            yield hide_face(frame, report.evidence if followed else None) if blur_faces else frame


def _write_stills(
    report: Report, frames: Iterator[Frame], draft: Path, tell: Callable[[float], None], voice: Voice
) -> None:
    """The key frames, from pictures of full size: a small runner is enlarged in them."""
    wanted: defaultdict[int, list[KeyFrame]] = defaultdict(list)
    for key in report.frames:
        wanted[key.index].append(key)
        (draft / key.file).parent.mkdir(parents=True, exist_ok=True)
    last = max(wanted, default=-1)
    for frame in frames if wanted else ():
        for key in wanted[frame.index]:
            write_jpeg(draft / key.file, draw_key_frame(frame, report, key, voice))
        tell((frame.index + 1) / (last + 1))
        if frame.index == last:
            return


def _write_overlay(
    report: Report, frames: Iterator[Frame], draft: Path, tell: Callable[[float], None], voice: Voice
) -> None:
    with VideoWriter(draft / _OVERLAY, comment=OVERLAY_COMMENT) as writer:
        for frame in frames:
            writer.write(draw_overlay(frame, report, voice), frame.time_s)
            tell(min(1.0, (frame.index + 1) / max(report.clip.frame_count, 1)))


def _write_reports(report: Report, draft: Path, voice: Voice) -> None:
    files = [draft / key.file for key in report.frames]
    pictures = {key.file: file.read_bytes() for key, file in zip(report.frames, files, strict=True) if file.exists()}
    overlay = _OVERLAY if (draft / _OVERLAY).exists() else None
    (draft / _PAGE).write_text(render_html(report, pictures=pictures, overlay=overlay, voice=voice), encoding="utf-8")
    write_report_json(draft / _DATA, report)


def _move_into_place(draft: Path, folder: Path, replaced: Path) -> None:
    """Exchange an earlier result for the new one; stopped in the middle, put everything back."""
    if not folder.exists():
        draft.rename(folder)
        return
    moves: list[tuple[Path, Path]] = []
    try:
        for name in sorted(_files_of(folder) | {path.relative_to(draft) for path in draft.rglob("*.*")}):
            for source, target in ((folder / name, replaced / name), (draft / name, folder / name)):
                if source.exists():
                    target.parent.mkdir(exist_ok=True)
                    moves.append((source, target))
                    source.rename(target)
    except BaseException:  # Ctrl-C too
        for source, target in reversed(moves):
            if target.exists() and not source.exists():  # the last move may not have happened
                target.rename(source)
        raise
    finally:
        with suppress(OSError):  # it holds frames, or files of the user's own
            (folder / _FRAMES).rmdir()


def _files_of(folder: Path) -> set[Path]:
    """The files of the result in a folder, there or not; other files beside them are the user's."""
    files = {Path(name) for name in (_DATA, _PAGE, _OVERLAY)}
    try:
        frames = [Path(frame["file"]) for frame in json.loads((folder / _DATA).read_text(encoding="utf-8"))["frames"]]
    except (OSError, ValueError, KeyError, TypeError):
        return files  # no report of ours: then we know of no frames
    return files | {frame for frame in frames if frame.parts[:-1] == (_FRAMES,)}


@contextmanager
def _raising_output_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise OutputError(say("error.output.unwritable", path=folder, why=why)) from error


def _tell_nobody(_stage: str, _done: float) -> None:
    """The progress callback when the caller gave none."""
