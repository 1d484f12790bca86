"""The pictures of a clip, one at a time, upright, at the container's own times (PyAV).

PyAV decodes everywhere: two decoders give two results on the same clip. Times are ``pts * time_base``, never
index / frame rate: phones vary their rate and drop frames; ``time_s`` is where a ``<video>`` element seeks (see
``clip.clock_zero``).

Colours follow the clip's matrix, range and transfer tags; HDR is brought to the ordinary range (`clip.tone`).
"""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from formcheck.clip.limits import LIMITS, ReadingLimits
from formcheck.clip.orientation import Orientation
from formcheck.clip.probe import (
    ClipProbe,
    clock_zero,
    describe,
    display_size_px,
    open_container,
    orientation_of,
    picture_track,
    sha256_of,
    too_long,
)
from formcheck.clip.times import without_wild_times
from formcheck.clip.tone import to_ordinary_range
from formcheck.records.errors import ClipError, NotAVideoError
from formcheck.records.track import Frame, Image
from formcheck.records.values import Sentence
from formcheck.words.catalogue import ENGLISH

say: Final = ENGLISH.say

__all__ = ["ClipProbe", "ClipReader", "made_ahead", "probe", "sha256_of"]

EARLY_END_S: Final = 0.5
"""A file this much shorter than it declares was cut off; less is rounding, or sound outlasting the picture."""

HD_HEIGHT_PX: Final = 720
"""Untagged pictures from this height on are taken as BT.709, smaller ones as BT.601 (as Chromium: measured)."""

COLORSPACES: Final = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
"""Matrix coefficients by their code in ITU-T H.273, table 4; swscale refuses the codes that are not here."""


Item = TypeVar("Item")

AHEAD: Final = 4
"""Made while the one before is used: enough to bridge a slow one, and few enough pictures not to fill the memory."""

Wanted = Callable[[int, float], bool]
"""Whether the picture of this number at this second is to be made."""


def every_picture(_index: int, _time_s: float) -> bool:
    """All are wanted."""
    return True


def probe(path: str | os.PathLike[str]) -> ClipProbe:
    """What the clip declares; decodes its first frame only. Raises as ClipReader does."""
    with ClipReader(path) as reader:
        return reader.clip


class ClipReader:
    """The frames of a clip, one at a time and once; use it in a ``with`` block.

    ``max_side_px`` scales pictures down (never up) while they are converted, ``grey`` leaves their colours out (H, W).
    ``turn_deg``, a multiple of 90, turns them clockwise, besides what the file asks for. Of those not ``wanted`` only
    the time is read, which costs half; ``times_s`` are those of all frames so far. ``clip`` says what the clip is;
    ``damage``, once reading is over, what could not be read. A file that breaks off is read as far as it goes.

    Raises ClipNotFoundError, NotAVideoError (empty, a folder, no picture that decodes) or ClipError (also when the file
    asks for more than ``limits``, before memory is spent on it).
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_side_px: int | None = None,
        wanted: Wanted = every_picture,
        grey: bool = False,
        turn_deg: float = 0.0,
        limits: ReadingLimits = LIMITS,
    ) -> None:
        path = Path(path)
        self.times_s: list[float] = []
        self._name = path.name
        self._limits = limits
        self._wanted = wanted
        self._spoiled = self._untimed = 0
        self._end_s = 0.0
        self._container = open_container(path, limits)
        with ExitStack() as on_failure, self._raising_clip_errors():
            on_failure.callback(self._container.close)
            stream = picture_track(self._container, path.name, limits)
            decoded = self._decode(stream)
            opening = next(decoded, None)
            if opening is None:
                raise NotAVideoError(say("error.clip.none_decodes", name=path.name))
            orientation = orientation_of(opening).turned(round(turn_deg / 90))
            self.clip = describe(path.name, self._container, stream, opening, orientation)
            on_failure.pop_all()
        self._zero = clock_zero(self._container)
        self._pictures: Iterator[VideoFrame] = chain([opening], decoded)
        self._converter = _Converter(stream, opening, orientation, max_side_px, grey=grey)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pictures = iter(())  # the generator refers to the reader: together they would keep the decoder's pictures
        self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        index, next_s = 0, 0.0
        with self._raising_clip_errors():
            for picture, time_s in without_wild_times(self._timed()):
                # A wild time, before the clip's start or not after its neighbour: no player ever shows it.
                if time_s is None or time_s < next_s:
                    self._untimed += 1
                    continue
                if time_s > self._limits.max_duration_s:
                    raise too_long(self._name, self._limits)
                self.times_s.append(time_s)
                if self._wanted(index, time_s):
                    yield Frame(index, time_s, self._converter.upright(picture))
                index, next_s = index + 1, time_s + 1 / self._limits.max_fps

    @property
    def damage(self) -> tuple[Sentence, ...]:
        """What could not be read; complete when the last frame has been read."""
        declared_s = self.clip.duration_s
        if declared_s is None or self._end_s >= declared_s - EARLY_END_S:
            return self.left_out
        ends_s = {"decoded": f"{self._end_s:.1f}", "declared": f"{declared_s:.1f}"}
        return Sentence("damage.early", ends_s), *self.left_out

    @property
    def left_out(self) -> tuple[Sentence, ...]:
        """Which pictures could not be read so far."""
        notes = []
        if self._spoiled:
            notes.append(Sentence("damage.spoiled", {"count": self._spoiled}))
        if self._untimed:
            notes.append(Sentence("damage.untimed", {"count": self._untimed}))
        return tuple(notes)

    def _timed(self) -> Iterator[tuple[VideoFrame, float]]:
        """Pictures with the time the file gives them; those without one are counted and left out."""
        for picture in self._pictures:
            if picture.pts is None or not picture.time_base:
                self._untimed += 1
                continue
            time_s = float(picture.pts * picture.time_base - self._zero)
            self._end_s = max(self._end_s, time_s + float((picture.duration or 0) * picture.time_base))
            yield picture, time_s

    def _decode(self, stream: VideoStream) -> Iterator[VideoFrame]:
        """Whole pictures in the order they are shown; what is spoiled is counted and left out."""
        opening: set[int] = set()  # times of what was read before the first picture came
        is_open = False
        for packet in self._packets(stream):
            try:
                pictures = packet.decode()
            except av.InvalidDataError:
                self._spoiled += 1
                continue
            if not is_open and packet.pts is not None and not packet.is_discard:
                opening.add(packet.pts)
            for picture in pictures:
                if not is_open:  # a clip that was cut where no key picture is shows nothing up to the next one
                    self._spoiled += sum(pts < (picture.pts or 0) for pts in opening)
                    is_open = True
                if picture.is_corrupt:  # patched up by the decoder: a smear that a pose model would believe
                    self._spoiled += 1
                else:
                    yield picture

    def _packets(self, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":  # PyAV's Packet takes no [] when run
        try:
            yield from self._container.demux(stream)
        except av.InvalidDataError:  # the file breaks off here; what came before stands
            self._spoiled += 1

    @contextmanager
    def _raising_clip_errors(self) -> Iterator[None]:
        try:
            yield
        except av.FFmpegError as error:
            raise ClipError(say("error.clip.undecodable", name=self._name, why=error.strerror)) from error


class _Converter:
    """Decoded pictures to upright RGB or grey at the size asked for, scaled in the same pass as the colours."""

    def __init__(
        self,
        stream: VideoStream,
        first: VideoFrame,
        orientation: Orientation,
        max_side_px: int | None,
        *,
        grey: bool,
    ) -> None:
        size_px = display_size_px(stream, first)
        scale = min(1.0, (max_side_px or max(size_px)) / max(size_px))
        self._width, self._height = (max(1, round(side * scale)) for side in size_px)
        self._orientation = orientation
        self._reformatter = VideoReformatter()
        self._grey = grey

    def upright(self, picture: VideoFrame) -> Image:
        colorspace = _colorspace(picture)
        converted = self._reformatter.reformat(
            picture,
            width=self._width,
            height=self._height,
            format="yuv420p" if self._grey else "rgb24",
            src_colorspace=colorspace,
            dst_colorspace=colorspace
            if self._grey
            else None,  # swscale writes YUV in few others, and brightness is all
            interpolation=Interpolation.AREA,
        )
        if self._grey:  # its brightness alone, which costs a third of a conversion to grey
            return self._orientation.upright(
                np.asarray(converted.planes[0]).reshape(self._height, -1)[:, : self._width]
            )
        rgb = converted.to_ndarray().astype(np.uint8, copy=False)
        return self._orientation.upright(to_ordinary_range(rgb, picture.color_trc))


def _colorspace(picture: VideoFrame) -> Colorspace:
    untagged = Colorspace.ITU709 if picture.height >= HD_HEIGHT_PX else Colorspace.ITU601
    return COLORSPACES.get(picture.colorspace, untagged)


def made_ahead(items: Iterable[Item]) -> Generator[Item]:
    """``items`` in their order, each made by one thread beside the caller's; its errors are raised here."""
    coming = iter(items)
    end = object()
    with ThreadPoolExecutor(1) as beside:

        def make() -> Item | object:
            return next(coming, end)

        made = deque(beside.submit(make) for _ in range(AHEAD))
        while (item := made.popleft().result()) is not end:
            made.append(beside.submit(make))
            yield item  # type: ignore[misc]  # what is not the end is an Item
