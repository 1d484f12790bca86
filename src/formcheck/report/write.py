"""Writing a result: the folder with report.json, report.html, the annotated frames and the overlay video.

The clip is read again, one picture at a time. `Result` writes part by part, the numbers first. `write_assessment` has
all of it written into a hidden folder beside the result's and moves that into place at the end: whatever goes wrong
before leaves an earlier result as it was, and no partial files.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from formcheck.clip.limits import LIMITS, ReadingLimits
from formcheck.clip.probe import OVERLAY_COMMENT
from formcheck.clip.reader import ClipReader, Wanted, every_picture, made_ahead
from formcheck.clip.writer import VideoWriter
from formcheck.records.errors import OutputError
from formcheck.records.report import KeyFrame, Report
from formcheck.records.track import Frame
from formcheck.report.page.html import render_html
from formcheck.report.pictures import draw_key_frame, draw_overlay, hide_face, write_jpeg
from formcheck.report.schema import write_report_json
from formcheck.report.view import frames_a_picture
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


def _tell_nobody(_stage: str, _done: float) -> None:
    """The progress callback when the caller gave none."""


@dataclass(frozen=True, slots=True)
class Result:
    """A clip's result, written part by part into an empty folder: numbers, then pictures, then the ``video`` if wanted.

    A part is whole when its method returns. Each raises OutputError (folder, disk) or ClipError.
    """

    report: Report
    clip_path: Path
    blur_faces: bool = False
    limits: ReadingLimits = LIMITS
    voice: Voice = ENGLISH
    video: bool = True
    on_progress: OnProgress = _tell_nobody

    def write_numbers(self, folder: Path) -> None:
        """report.json, which is in English."""
        with _raising_output_errors(folder):
            write_report_json(folder / _DATA, self.report)

    def write_pictures(self, folder: Path) -> None:
        """The annotated frames, and the page that holds them and links the video."""
        shown = {key.index for key in self.report.frames}
        with _raising_output_errors(folder):
            self._write_stills(self._frames(wanted=lambda index, _: index in shown), folder)
            self._write_page(folder)

    def write_video(self, folder: Path) -> None:
        """The clip with everything drawn in."""
        every = frames_a_picture(self.report.clip.mean_fps)
        frames = self._frames(max_side_px=OVERLAY_MAX_SIDE_PX, wanted=lambda index, _: index % every == 0)
        drawn = made_ahead((frame, draw_overlay(frame, self.report, self.voice)) for frame in frames)
        with VideoWriter(folder / _OVERLAY, comment=OVERLAY_COMMENT) as writer, closing(drawn):
            for frame, picture in drawn:  # the next one is drawn while this one is encoded
                writer.write(picture, frame.time_s)
                done = min(1.0, (frame.index + 1) / max(self.report.clip.frame_count, 1))
                self.on_progress(say("stage.video"), STILLS_SHARE + (1 - STILLS_SHARE) * done)

    def _frames(self, *, max_side_px: int | None = None, wanted: Wanted = every_picture) -> Iterator[Frame]:
        report = self.report
        left_out = [part for part in report.clip.parts if part.left_out]
        turn_deg = report.settings.get("told", {}).get("turn_deg", 0.0)  # the landmarks are those of the turned picture
        with ClipReader(
            self.clip_path, max_side_px=max_side_px, wanted=wanted, turn_deg=turn_deg, limits=self.limits
        ) as clip:
            for frame in clip:
                # No pose is kept in parts left out, so a head seen nearby in time does not locate it there.
                followed = not any(part.start_s <= frame.time_s <= part.end_s for part in left_out)
                yield hide_face(frame, report.evidence if followed else None) if self.blur_faces else frame

    def _write_stills(self, frames: Iterator[Frame], folder: Path) -> None:
        """The key frames, from pictures of full size: a small runner is enlarged in them."""
        wanted: defaultdict[int, list[KeyFrame]] = defaultdict(list)
        for key in self.report.frames:
            wanted[key.index].append(key)
            (folder / key.file).parent.mkdir(parents=True, exist_ok=True)
        last = max(wanted, default=-1)
        share = STILLS_SHARE if self.video else 1.0
        for frame in frames if wanted else ():
            for key in wanted[frame.index]:
                write_jpeg(folder / key.file, draw_key_frame(frame, self.report, key, self.voice))
            self.on_progress(say("stage.pictures"), share * (frame.index + 1) / (last + 1))
            if frame.index == last:
                return

    def _write_page(self, folder: Path) -> None:
        files = {key.file: folder / key.file for key in self.report.frames}
        pictures = {name: file.read_bytes() for name, file in files.items() if file.exists()}
        overlay = _OVERLAY if self.video else None
        page = render_html(self.report, pictures=pictures, overlay=overlay, voice=self.voice)
        (folder / _PAGE).write_text(page, encoding="utf-8")


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
    result = Result(report, clip_path, blur_faces, limits, voice, video, on_progress or _tell_nobody)
    with _replacing(folder) as draft:
        result.write_numbers(draft)
        result.write_pictures(draft)
        if video:
            result.write_video(draft)
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
