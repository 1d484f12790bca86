"""Writing a video that every browser plays: H.264, yuv420p, its index in front, each picture at its own time (PyAV).

Only pictures and times go in, and a comment of our own: no metadata of any source clip, so no place and no phone can
leak out.
"""

import math
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import numpy as np
from av.codec.context import Flags as CodecFlags
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from av.video.stream import VideoStream

from formcheck.records.errors import OutputError, RecordError
from formcheck.records.track import Image
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

TIME_BASE: Final = Fraction(1, 90_000)
"""Tick of the written clock, MPEG's own: whole at 24, 25, 30, 50, 60, 120 and 240 fps, else 6 microseconds off."""

NOMINAL_FPS: Final = 60
"""The encoder's nominal frame rate, for rate control and level; the times written are the ones given."""

KEYFRAME_EVERY: Final = 30
"""Frames between key frames: a player that seeks to a foot strike decodes at most this many."""

CRF: Final = 23
"""x264's own default quality: text and lines of an overlay stay clean."""

ENCODER: Final = {"preset": "superfast", "x264-params": "mbtree=1:rc-lookahead=10"}
"""x264's speed: 6.5 ms of processor time for an overlay's picture (1280 x 876, treadmill clip) against 9.2 with its
veryfast preset, at the same PSNR (41.5 and 41.3 dB) and 1.18 times the size; without the macroblock tree twice."""


class VideoWriter:
    """Writes an MP4; use it in a ``with`` block.

    The file appears under its name when the block ends well; otherwise nothing is left behind. Raises OutputError
    when it can't be written (folder, disk, no frame).
    """

    def __init__(self, path: str | os.PathLike[str], *, comment: str = "") -> None:
        self._path = Path(path)
        self._draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.part")
        self._shape: tuple[int, ...] = ()
        self._pts = -1
        self._waiting: VideoFrame | None = None
        self._reformatter = VideoReformatter()  # kept: made anew it costs as much as the conversion
        self._shown_ticks = round(1 / (NOMINAL_FPS * TIME_BASE))
        with self._raising_output_errors():
            self._container = av.open(
                str(self._draft.absolute()), "w", format="mp4", options={"movflags": "+faststart"}
            )
            if comment:
                self._container.metadata["comment"] = comment

    def __enter__(self) -> Self:
        with self._raising_output_errors():
            self._draft.touch()  # a folder that refuses fails now, not after minutes of work
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if error is None:
                self._finish()
        finally:
            self._discard()

    def write(self, image: Image, time_s: float) -> None:
        """Add a picture (H, W, 3) uint8 RGB, shown from ``time_s`` on.

        Times rise from 0 or later and sizes stay the same (else RecordError). An odd side gains one repeated row or
        column: H.264 stores colour in blocks of 2 x 2.
        """
        pts = round(time_s / TIME_BASE) if math.isfinite(time_s) else -1
        if pts <= self._pts:
            raise RecordError(f"time_s: expected 0 or later and after the picture before, got {time_s}")
        if image.shape != (self._shape or image.shape):
            raise RecordError(f"image: expected shape {self._shape} as before, got {image.shape}")
        with self._raising_output_errors():
            if not self._shape:
                self._stream, self._shape = self._add_stream(image), image.shape
            self._encode_waiting(pts - self._pts)
            self._waiting, self._pts = self._picture(image, pts), pts

    def _encode_waiting(self, shown_ticks: int) -> None:
        """Encode the picture before: how long it is shown is known only when the next one comes."""
        if self._waiting:
            self._waiting.duration = self._shown_ticks = shown_ticks
            self._container.mux(self._stream.encode(self._waiting))

    def _add_stream(self, image: Image) -> VideoStream:
        height, width = (side + side % 2 for side in image.shape[:2])
        stream = self._container.add_stream("libx264", rate=NOMINAL_FPS, options={"crf": str(CRF), **ENCODER})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = TIME_BASE
        stream.codec_context.flags |= CodecFlags.frame_duration
        stream.codec_context.max_b_frames = 0  # else the declared length forgets the last picture
        stream.codec_context.gop_size = KEYFRAME_EVERY
        stream.codec_context.colorspace = Colorspace.ITU709
        stream.codec_context.color_primaries = ColorPrimaries.BT709
        stream.codec_context.color_trc = ColorTrc.BT709
        stream.codec_context.color_range = ColorRange.MPEG
        return stream

    def _picture(self, image: Image, pts: int) -> VideoFrame:
        height, width = image.shape[:2]
        if height % 2 or width % 2:
            image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        picture = self._reformatter.reformat(
            VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format="rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        picture.pts, picture.time_base = pts, TIME_BASE
        return picture

    def _finish(self) -> None:
        if self._waiting is None:
            raise OutputError(say("error.output.no_pictures", path=self._path))
        with self._raising_output_errors():
            self._encode_waiting(self._shown_ticks)  # the last one: as long as the one before
            self._container.mux(self._stream.encode(None))
            self._container.close()
            self._draft.replace(self._path)

    def _discard(self) -> None:
        """Close and remove the draft, if it is still there."""
        with suppress(av.FFmpegError):  # closing writes an index into a file about to go; the error is raised already
            self._container.close()
        self._draft.unlink(missing_ok=True)

    @contextmanager
    def _raising_output_errors(self) -> Iterator[None]:
        try:
            yield
        except (av.FFmpegError, OSError) as error:
            why = error.strerror or error
            raise OutputError(say("error.output.unwritable", path=self._path, why=why)) from error
