"""Clip files: opening one safely, finding its picture track, and what it declares (PyAV).

Nothing a file declares is reliable: edit lists and cut-off files make durations and counts wrong, so they serve
a progress bar and the note on a file that ends early, never a measurement.
"""

import hashlib
import math
import os
import stat
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer
from av.format import Flags
from av.sidedata.sidedata import SideData
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from formcheck.clip.limits import ReadingLimits
from formcheck.clip.orientation import Orientation, read_display_matrix
from formcheck.records.errors import ClipError, ClipNotFoundError, NotAVideoError
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

CONTAINERS: Final = "mov,matroska,avi,mpegts,mpeg,flv,asf,gif"
"""Formats that are opened (FFmpeg's names). Playlists are not: they make FFmpeg read other files and addresses."""

OPENED: Final = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}

PYAV_MAJOR: Final = int(av.__version__.partition(".")[0])

DECODE_THREADS: Final = 4
"""Each thread holds whole pictures: a 4K 10-bit clip on a machine of many cores would take gigabytes."""

ASPECT_LIMIT: Final = 4
"""A pixel more oblong than this is a mistaken tag (anamorphic video stays below 2)."""

PHOTOS: Final = (b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\0", b"MM\0*")
"""How files of single pictures begin: JPEG, PNG, BMP, TIFF."""

PHOTO_BRANDS: Final = (b"heic", b"heix", b"mif1", b"avif")
"""Single pictures in the MP4 family (ISO/IEC 23008-12)."""

SEQUENCE_BRANDS: Final = (b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"msf1", b"avis")
"""Sequences and layers of pictures in that family: they may move; one that is not read is whole, not cut off."""

SPARSEST_FPS: Final = 1.0
"""A file with fewer pictures than that is no longer than the limit but by its word, and is read to see."""

OVERLAY_COMMENT: Final = "formcheck overlay"
"""The comment by which an overlay video is known again; apps that write the file anew may drop it."""

MICROSECOND_S: Final = Fraction(1, 1_000_000)
"""Unit of the times FFmpeg gives for a whole container."""


@dataclass(frozen=True, slots=True)
class ClipProbe:
    """What a clip file declares.

    The size is the upright picture's, in square pixels. ``duration_s`` is where the picture track should end on
    the clip's own clock; it, ``fps`` and ``expected_frames`` are declared, not counted. ``capture_fps`` is the rate
    at which Android says a slow-motion clip was filmed. ``mirrored``: the file asks players to show the mirror
    image of what is stored, so if the phone stored what it saw, the left leg in the picture is the runner's right.
    ``is_overlay``: we wrote it ourselves, with the drawing over the runner.
    """

    name: str
    width_px: int
    height_px: int
    duration_s: float | None
    fps: float | None
    capture_fps: float | None
    expected_frames: int | None
    mirrored: bool
    is_overlay: bool = False


def sha256_of(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file in hex, read in pieces. Raises ClipNotFoundError or ClipError."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise _not_found(Path(path)) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def open_container(path: Path, limits: ReadingLimits) -> InputContainer:
    """The opened file. Raises ClipNotFoundError, NotAVideoError or ClipError."""
    _check_file(path)
    try:
        # An absolute path: FFmpeg would take a name such as "concat:a|b" for instructions.
        return _opened(str(path.absolute()), _decoder_options(limits))
    except av.PermissionError as error:
        raise _unreadable(path, error) from error
    except av.FFmpegError as error:
        if _looks_like_mp4(path):
            raise NotAVideoError(say("error.clip.cut_off", name=path.name)) from error
        raise NotAVideoError(say("error.clip.no_video", name=path.name)) from error


def _opened(name: str, options: dict[str, str]) -> InputContainer:
    """The file with its tags, whatever their encoding; PyAV 18 refuses those that are not UTF-8 unless asked."""
    if PYAV_MAJOR < 19:
        return av.open(name, metadata_errors="replace", options={**OPENED, **options})
    return av.open(name, options={**OPENED, **options})


def picture_track(container: InputContainer, name: str, limits: ReadingLimits) -> VideoStream:
    """The track with the moving pictures, ready to decode; a music file's cover does not count.

    Raises NotAVideoError, and ClipError where the file asks for more than the limits.
    """
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & Disposition.attached_pic:
        raise NotAVideoError(say("error.clip.no_pictures", name=name))
    if stream.codec_context is None:
        raise NotAVideoError(say("error.clip.unknown_codec", name=name))
    _check_limits(container, stream, name, limits)
    stream.thread_type = "AUTO"
    stream.thread_count = min(DECODE_THREADS, os.cpu_count() or 1)
    stream.codec_context.options = _decoder_options(limits)
    return stream


def too_long(name: str, limits: ReadingLimits) -> ClipError:
    """The error of a clip that goes on beyond the limit."""
    most_s = limits.max_duration_s
    if most_s >= 120:
        return ClipError(say("error.clip.over_minutes", name=name, most=f"{most_s / 60:.0f}"))
    return ClipError(say("error.clip.over_seconds", name=name, most=f"{most_s:.0f}"))


def _check_limits(container: InputContainer, stream: VideoStream, name: str, limits: ReadingLimits) -> None:
    if len(container.streams) > limits.max_streams:
        raise ClipError(say("error.clip.many_tracks", name=name, count=len(container.streams)))
    width_px, height_px = _declared_size_px(container, stream)
    if width_px * height_px > limits.max_pixels:
        raise ClipError(say("error.clip.large_picture", name=name, width=width_px, height=height_px))
    if stream.average_rate and stream.average_rate > limits.max_fps:
        raise ClipError(say("error.clip.high_rate", name=name, fps=f"{float(stream.average_rate):.0f}"))
    is_sparse = 0 < stream.frames < SPARSEST_FPS * limits.max_duration_s  # then one picture's time may be wrong
    if not is_sparse and (_declared_end_s(container, stream) or 0.0) > limits.max_duration_s:
        raise too_long(name, limits)


def _declared_size_px(container: InputContainer, stream: VideoStream) -> tuple[int, int]:
    """Width and height as the file's header has them: some decoders that refuse a size forget it as well."""
    if stream.width and stream.height:
        return stream.width, stream.height
    with _opened(container.name, {"codec_whitelist": "none"}) as unread:
        best = unread.streams.best("video")
        return (best.width, best.height) if isinstance(best, VideoStream) else (0, 0)


def _decoder_options(limits: ReadingLimits) -> dict[str, str]:
    """For FFmpeg itself: a picture may grow in the middle of a file, too."""
    return {"max_pixels": str(limits.max_pixels)}


def clock_zero(container: InputContainer) -> Fraction:
    """What to subtract from ``pts * time_base``, in seconds.

    Nothing: a ``<video>`` element's clock is the file's own (measured in Chromium: a track that starts late starts
    late). But MPEG transport and program streams, which browsers do not play, start at any hour of the clock;
    desktop players show their first picture at 0.
    """
    if not Flags(container.format.flags) & Flags.ts_discont:
        return Fraction(0)
    starts = (_start_s(stream) for stream in container.streams)
    return min((start for start in starts if start is not None), default=Fraction(0))


def describe(
    name: str, container: InputContainer, stream: VideoStream, first: VideoFrame, orientation: Orientation
) -> ClipProbe:
    """What the clip declares, shown in this ``orientation``."""
    width_px, height_px = orientation.upright_size(*display_size_px(stream, first))
    end_s = _declared_end_s(container, stream)
    fps = float(stream.average_rate) if stream.average_rate else None
    return ClipProbe(
        name=name,
        width_px=width_px,
        height_px=height_px,
        duration_s=end_s,
        fps=fps,
        capture_fps=_capture_fps(container),
        expected_frames=stream.frames or (round(end_s * fps) if end_s and fps else None),
        mirrored=orientation.mirrored,
        is_overlay=container.metadata.get("comment") == OVERLAY_COMMENT,
    )


def orientation_of(picture: VideoFrame) -> Orientation:
    """How a decoded picture must be turned to stand upright."""
    matrix = picture.side_data.get("DISPLAYMATRIX")
    return read_display_matrix(bytes(matrix) if isinstance(matrix, SideData) else None)


def display_size_px(stream: VideoStream, picture: VideoFrame) -> tuple[int, int]:
    """(width, height) of a picture as stored, not yet upright, but in square pixels."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, ASPECT_LIMIT) <= aspect <= ASPECT_LIMIT:
        aspect = Fraction(1)
    return round(picture.width * aspect), picture.height


def _start_s(stream: Stream) -> Fraction | None:
    if stream.start_time is None or not stream.time_base:
        return None
    return stream.start_time * stream.time_base


def _declared_end_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float((_start_s(stream) or 0) + stream.duration * stream.time_base - clock_zero(container))
    return float(container.duration * MICROSECOND_S) if container.duration else None


def _capture_fps(container: InputContainer) -> float | None:
    try:
        fps = float(container.metadata.get("com.android.capture.fps", ""))
    except ValueError:
        return None
    return fps if 0 < fps < math.inf else None


def _check_file(path: Path) -> None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a name that no file can have
        raise _not_found(path) from error
    except OSError as error:  # links in a circle, a folder that may not be looked into, too long a name
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise NotAVideoError(say("error.clip.folder", path=path))
    if found.st_size == 0:
        raise NotAVideoError(say("error.clip.empty", name=path.name))
    if _looks_like_photo(path):
        raise NotAVideoError(say("error.clip.photo", name=path.name))


def _not_found(path: Path) -> ClipNotFoundError:
    return ClipNotFoundError(say("error.clip.not_found", path=path))


def _unreadable(path: str | os.PathLike[str], error: OSError) -> ClipError:
    return ClipError(say("error.unreadable", path=os.fspath(path), why=error.strerror))


def _looks_like_mp4(path: Path) -> bool:
    start = _start_of(path)
    return start[4:8] == b"ftyp" and start[8:12] not in SEQUENCE_BRANDS


def _looks_like_photo(path: Path) -> bool:
    start = _start_of(path)
    is_webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    return start.startswith(PHOTOS) or is_webp or (start[4:8] == b"ftyp" and start[8:12] in PHOTO_BRANDS)


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(12)
    except OSError as error:
        raise _unreadable(path, error) from error
