"""Small clips for tests, written here: four colours, any times, matrix, tags."""

from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream

from formcheck.clip.reader import ClipReader
from formcheck.clip.writer import VideoWriter
from formcheck.records.track import Image

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 220, 30), (30, 30, 220), (220, 220, 30)
PLACE = "+47.3769+008.5417/"
"""Where a clip was filmed, as phones write it into the file."""
VARIABLE_RATE_S = [0.0, 0.0167, 0.0333, 0.1, 0.1167, 0.2, 0.2083]


def quarters(width_px: int = 96, height_px: int = 64) -> Image:
    """Four colours: red, green above; blue, yellow below."""
    image = np.empty((height_px, width_px, 3), np.uint8)
    image[: height_px // 2, : width_px // 2], image[: height_px // 2, width_px // 2 :] = RED, GREEN
    image[height_px // 2 :, : width_px // 2], image[height_px // 2 :, width_px // 2 :] = BLUE, YELLOW
    return image


def write_clip(path: Path, times_s: Sequence[float], *, size_px: tuple[int, int] = (96, 64)) -> Path:
    with VideoWriter(path) as writer:
        for index, time_s in enumerate(times_s):
            writer.write(np.roll(quarters(*size_px), index, axis=1), time_s)
    return path


def write_turned(path: Path, source: Path, quarters: int, *, seconds: float) -> Path:
    """The beginning of a clip, its pictures turned counter-clockwise by right angles, with no tag that says so."""
    with ClipReader(source) as reader, VideoWriter(path) as writer:
        for frame in reader:
            if frame.time_s >= seconds:
                break
            writer.write(np.ascontiguousarray(np.rot90(frame.image, quarters)), frame.time_s)
    return path


def write_endless(path: Path, source: Path, *, seconds: float) -> Path:
    """The beginning of a clip as some browsers record it: WebM that does not say how long it is."""
    with av.open(str(source)) as clip, av.open(str(path), "w", format="webm", options={"live": "1"}) as out:
        shown = clip.streams.video[0]
        stream = out.add_stream("vp8", rate=60, options={"deadline": "realtime", "cpu-used": "8"})
        stream.width, stream.height, stream.pix_fmt = shown.width // 2, shown.height // 2, "yuv420p"
        for frame in takewhile(lambda frame: frame.time < seconds, clip.decode(video=0)):
            out.mux(stream.encode(frame.reformat(stream.width, stream.height, "yuv420p")))
        out.mux(stream.encode())
    return path


def remux(
    source: Path,
    target: Path,
    *,
    matrix: Sequence[int] | None = None,
    start_s: float = 0.0,
    skip: int = 0,
    change: Callable[["Packet[VideoStream]"], object] = bool,
) -> Path:
    """The same pictures under another display matrix, from a later start, without the first, or changed one by one."""
    with av.open(str(source)) as clip, av.open(str(target), "w", options={"movflags": "use_metadata_tags"}) as out:
        out.metadata["com.android.capture.fps"] = "240.0"
        stream = out.add_stream_from_template(clip.streams.video[0])
        stream.set_display_matrix(matrix)
        for number, packet in enumerate(clip.demux(video=0)):
            if number >= skip and packet.dts is not None and packet.pts is not None and packet.time_base:
                change(packet)
                shift = round(start_s / packet.time_base)
                packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                out.mux(packet)
    return target


def read_times_s(path: Path) -> list[float]:
    with ClipReader(path) as reader:
        return [frame.time_s for frame in reader]
