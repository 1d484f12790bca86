"""Files that were harmed, by accident or by intent: made from a whole file, or byte by byte."""

import struct
import zlib
from collections.abc import Container
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import av
from av.packet import Packet


def copy_from(source: Path, target: Path, *, start_s: float = 0.0) -> None:
    """A copy without new encoding whose clock starts at ``start_s`` of the source, as ``-ss -c copy`` writes it.

    What comes before is still in the file, hidden by an edit list; a negative start shows the first picture late.
    """
    with av.open(str(source)) as clip, av.open(str(target), "w") as out:
        stream = out.add_stream_from_template(clip.streams.video[0])
        for packet in clip.demux(video=0):
            if packet.dts is not None and packet.pts is not None and packet.time_base:
                shift = round(start_s / packet.time_base)
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, stream
                out.mux(packet)


def drop_first(source: Path, target: Path, *, count: int) -> None:
    """Without its first packets, so that no picture decodes before the next key picture."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as out:
        stream = out.add_stream_from_template(clip.streams.video[0])
        for number, packet in enumerate(clip.demux(video=0)):
            if packet.dts is not None and number >= count:
                packet.stream = stream
                out.mux(packet)


def make_wild(source: Path, target: Path, *, times_s: Container[Fraction], ahead_s: int = 3000) -> None:
    """The pictures of these times stamped far ahead, all others as they were."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as out:
        stream = out.add_stream_from_template(clip.streams.video[0])
        for packet in clip.demux(video=0):
            if packet.dts is None or packet.pts is None or not packet.time_base:
                continue
            if packet.pts * packet.time_base in times_s:
                packet.pts += round(ahead_s / packet.time_base)
            packet.stream = stream
            out.mux(packet)


def keep_part(source: Path, target: Path, *, share: float) -> None:
    """The first part of the bytes only: a copy that broke off."""
    content = source.read_bytes()
    target.write_bytes(content[: round(len(content) * share)])


def keep_first_bytes(source: Path, target: Path) -> None:
    """Not even a whole header: a copy that broke off at once."""
    target.write_bytes(source.read_bytes()[:20])


def flip_bits(source: Path, target: Path, *, count: int, seed: int = 1) -> None:
    """Bits turned over in the second half of the file, where its pictures are."""
    content, random = bytearray(source.read_bytes()), Random(seed)
    for _ in range(count):
        content[random.randrange(len(content) // 2, len(content))] ^= 1 << random.randrange(8)
    target.write_bytes(content)


def rename_codec(source: Path, target: Path) -> None:
    """H.264 under a name that no decoder knows."""
    target.write_bytes(source.read_bytes().replace(b"avc1", b"zzzz"))


def write_bomb(path: Path, *, side_px: int = 30_000) -> None:
    """Three small pictures, then one of 30,000 x 30,000 pixels in 110 kB (PNG, one bit each)."""
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("png", rate=30)
        stream.width = stream.height = 64
        stream.pix_fmt = "rgb24"
        for index, side in enumerate((64, 64, 64, side_px)):
            packet = Packet(_black_png(side))
            packet.stream, packet.time_base = stream, Fraction(1, 30)
            packet.pts = packet.dts = index
            packet.is_keyframe = True
            out.mux(packet)


def write_huge(path: Path, *, side_px: int = 30_000) -> None:
    """A small picture in a file whose header declares another size."""
    with av.open(str(path), "w", format="mov") as out:
        stream: Any = out.add_stream("rawvideo", rate=30)
        stream.width, stream.height, stream.pix_fmt = 66, 70, "yuv420p"
        out.mux([*stream.encode(av.VideoFrame(66, 70, "yuv420p")), *stream.encode(None)])
    path.write_bytes(path.read_bytes().replace(struct.pack(">HH", 66, 70), struct.pack(">HH", side_px, side_px)))


def write_many_tracks(path: Path, *, count: int) -> None:
    """That many tracks with one tiny picture each."""
    with av.open(str(path), "w") as out:
        streams: list[Any] = [out.add_stream("mjpeg", rate=30) for _ in range(count)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 16, 16, "yuvj420p"
        for stream in streams:
            out.mux([*stream.encode(av.VideoFrame(16, 16, "yuvj420p")), *stream.encode(None)])


def _black_png(side_px: int) -> bytes:
    packed, row = zlib.compressobj(9), bytes(1 + (side_px + 7) // 8)
    pixels = b"".join(packed.compress(row) for _ in range(side_px)) + packed.flush()
    header = side_px.to_bytes(4, "big") * 2 + bytes((1, 0, 0, 0, 0))
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )
