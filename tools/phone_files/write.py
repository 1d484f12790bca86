"""Encoding pictures into a file: every codec, container and tag that the recipes ask for, in one function."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags as CodecFlags
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from formcheck.clip.orientation import read_display_matrix
from formcheck.records.track import Image
from tools.phone_files.hdr import Transfer, hdr_picture
from tools.phone_files.source import Shots

ONE = 1 << 16

os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder prints a page of settings otherwise, and asks nobody else


@dataclass(frozen=True, slots=True)
class Encoding:
    """How pictures are stored.

    ``matrix`` (a, b, c, d) is the display matrix: pictures are turned so that it undoes it. ``enlarge`` repeats every
    pixel; ``tracks`` counts picture tracks, of which those behind the first hold small grey pictures.
    """

    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    rate: Fraction | int = 60
    time_base: Fraction = Fraction(1, 90_000)
    transfer: Transfer | None = None
    matrix: tuple[int, int, int, int] | None = None
    aspect: Fraction = Fraction(1)
    enlarge: int = 1
    tracks: int = 1
    sound: str | None = None
    key_every: int = 12
    container: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


def write_file(path: Path, shots: Shots, how: Encoding) -> None:
    """Encode the pictures at their times."""
    with _scheduling_kept(), av.open(str(path), "w", options=dict(how.container)) as out:
        out.metadata.update(how.metadata)
        stored = [_stored(image, how) for image in shots.images]
        stream = _video_stream(out, stored[0], how)
        others = [_grey_track(out) for _ in range(how.tracks - 1)]
        if how.sound:
            _mux_silence(out, how.sound, float(shots.times_s[-1]))
        for other in others:
            out.mux([*other.encode(VideoFrame(32, 32, "yuv420p")), *other.encode(None)])
        for image, time_s in zip(stored, shots.times_s, strict=True):
            picture = _picture(image, how)
            picture.pts, picture.time_base = round(time_s / how.time_base), how.time_base
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))


@contextmanager
def _scheduling_kept() -> Iterator[None]:
    """Root's AV1 encoder makes its caller real-time, and every child of it: a browser then starves the machine."""
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def _stored(image: Image, how: Encoding) -> Image:
    """The picture as the sensor had it: not yet turned by the matrix, its pixels as oblong as the aspect says."""
    if how.matrix is not None:
        a, b, c, d = how.matrix
        image = _undo(image, display_matrix((a, b, c, d)))
    if how.aspect != 1:
        columns = np.arange(round(image.shape[1] / how.aspect)) * how.aspect
        image = image[:, np.clip(columns.astype(float).astype(int), 0, image.shape[1] - 1)]
    return np.ascontiguousarray(image.repeat(how.enlarge, axis=0).repeat(how.enlarge, axis=1))


def _grey_track(out: OutputContainer) -> VideoStream:
    stream = out.add_stream("mpeg4", rate=30)
    stream.width = stream.height = 32
    return stream


def display_matrix(abcd: tuple[int, int, int, int]) -> list[int]:
    """The nine numbers of a display matrix that turns and mirrors only."""
    a, b, c, d = abcd
    return [a, b, 0, c, d, 0, 0, 0, 1 << 30]


def _undo(image: Image, matrix: list[int]) -> Image:
    """What must be stored so that a player shows ``image``."""
    orientation = read_display_matrix(np.array(matrix, np.int32).tobytes())
    turned = image[:: -1 if orientation.flip_y else 1, :: -1 if orientation.flip_x else 1]
    return np.ascontiguousarray(turned.swapaxes(0, 1) if orientation.transposed else turned)


def _video_stream(out: OutputContainer, image: Image, how: Encoding) -> VideoStream:
    stream: Any = out.add_stream(how.codec, rate=how.rate, options={**_quick(how.codec), **how.options})
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = how.pix_fmt
    context = stream.codec_context
    context.time_base = how.time_base
    context.gop_size, context.max_b_frames = how.key_every, 0
    if how.codec in ("libx264", "libx265"):
        context.flags |= CodecFlags.frame_duration
    if how.aspect != 1:
        context.sample_aspect_ratio = how.aspect
    if how.pix_fmt.startswith("yuv4"):
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = 1
    if how.transfer:
        context.colorspace = context.color_primaries = 9
        context.color_trc, context.color_range = (18 if how.transfer == "hlg" else 16), 1
    if how.codec == "libx265" and _is_mp4_family(out):
        context.codec_tag = "hvc1"
    if how.matrix is not None:
        stream.set_display_matrix(display_matrix(how.matrix))
    assert isinstance(stream, VideoStream)
    return stream


def _is_mp4_family(out: OutputContainer) -> bool:
    """Whether the container is one of the MP4 family, where iPhones tag HEVC as hvc1."""
    return out.format.name in ("mov", "mp4", "3gp", "ipod")


def _quick(codec: str) -> dict[str, str]:
    return {
        "libx264": {"preset": "ultrafast", "crf": "16"},
        "libx265": {"preset": "ultrafast", "crf": "14", "x265-params": "log-level=none"},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0"},
        "libsvtav1": {"preset": "12", "crf": "20"},
        "mpeg4": {"b": "20M"},
    }.get(codec, {})


def _picture(image: Image, how: Encoding) -> VideoFrame:
    if how.transfer:
        return hdr_picture(image, how.transfer)
    picture = VideoFrame.from_ndarray(image, format="rgb24")
    if how.pix_fmt.startswith("yuv4"):
        return picture.reformat(format=how.pix_fmt, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
    return picture.reformat(format=how.pix_fmt)


def _mux_silence(out: OutputContainer, codec: str, seconds: float) -> None:
    sound: Any = out.add_stream(codec, rate=48_000, layout="mono")
    size = 1024
    for index in range(int(seconds * 48_000 / size)):
        piece = av.AudioFrame.from_ndarray(np.zeros((1, size), np.float32), format="fltp", layout="mono")
        piece.sample_rate, piece.pts, piece.time_base = 48_000, index * size, Fraction(1, 48_000)
        out.mux(sound.encode(piece))
    out.mux(sound.encode(None))
