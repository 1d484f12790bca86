"""The table of files: what phones and apps write, and what becomes of it on the way."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

import cv2
import numpy as np

from formcheck.records.track import Image
from tools.phone_files.accidents import accidents
from tools.phone_files.hdr import Transfer
from tools.phone_files.kinds import FRAGMENTED, PLAIN, PhoneFile, Shows, encoded
from tools.phone_files.source import Shots, Source
from tools.phone_files.write import ONE, Encoding

NTSC: Final = Fraction(1000, 1001)

RATES: Final = {
    "24": Fraction(24),
    "25": Fraction(25),
    "29.97": 30 * NTSC,
    "30": Fraction(30),
    "50": Fraction(50),
    "59.94": 60 * NTSC,
    "120": Fraction(120),
    "240": Fraction(240),
}

TOO_QUICK: Final = "time_scale_contradiction"

HDR: Final[tuple[tuple[Transfer, float], ...]] = (("hlg", 6.0), ("pq", 8.0))
"""Transfer, and the mean difference it may leave: PQ spends its codes on light that these pictures do not have."""

TURNS: Final = {
    "0": (ONE, 0, 0, ONE),
    "90": (0, ONE, -ONE, 0),
    "180": (-ONE, 0, 0, -ONE),
    "270": (0, -ONE, ONE, 0),
    "mirror_x": (-ONE, 0, 0, ONE),
    "mirror_y": (ONE, 0, 0, -ONE),
    "mirror_diagonal": (0, ONE, ONE, 0),
    "mirror_other_diagonal": (0, -ONE, -ONE, 0),
}


def catalogue(source: Source) -> list[PhoneFile]:
    """Every file, the plain one first."""
    shots = source.at_rate(60)
    return [
        *_codecs(shots),
        *_rates(source),
        *_slow_motion(source),
        *_edited(shots),
        *_turned(shots),
        *_shapes(shots),
        *_containers(source),
        *_more_than_pictures(shots),
        *accidents(source),
    ]


def _codecs(shots: Shots) -> Iterator[PhoneFile]:
    shows = Shows(shots)
    hevc = replace(PLAIN, codec="libx265")
    yield encoded("plain.mp4", "H.264, 8 bit, 60 fps", PLAIN, shows)
    yield encoded("h264_10bit.mp4", "H.264, 10 bit", replace(PLAIN, pix_fmt="yuv420p10le"), shows)
    yield encoded("hevc.mov", "HEVC, 8 bit", hevc, shows)
    yield encoded("hevc_10bit.mp4", "HEVC, 10 bit", replace(hevc, pix_fmt="yuv420p10le"), shows)
    for transfer, levels in HDR:
        how = replace(hevc, pix_fmt="yuv420p10le", transfer=transfer)
        what = f"HEVC, 10 bit, {transfer.upper()}"
        yield encoded(f"hevc_{transfer}.mov", what, how, Shows(shots, levels), assess=True)
    yield encoded("av1.mp4", "AV1", replace(PLAIN, codec="libsvtav1"), Shows(shots, levels=5.0))


def _rates(source: Source) -> Iterator[PhoneFile]:
    for name, fps in RATES.items():
        shows = Shows(source.at_rate(fps))
        yield encoded(f"fps_{name}.mp4", f"{name} fps", replace(PLAIN, rate=fps), shows, assess=fps in (30, 240))
    shots = source.at_rate(60)
    kept = [index for index in range(len(shots)) if index % 7 != 3 and index not in range(30, 34)]
    what = "variable rate: every seventh picture dropped, and once four in a row"
    yield encoded("dropped.mp4", what, PLAIN, Shows(shots.take(kept)), assess=True)


def _slow_motion(source: Source) -> Iterator[PhoneFile]:
    saved = replace(PLAIN, rate=30)
    for factor in (2, 4, 8):
        shows = Shows(source.at_rate(30 * factor).slower(factor), plays_slower=factor)
        yield encoded(f"slow_{factor}x.mp4", f"{30 * factor} fps saved at 30", saved, shows, assess=True)
    metadata = {"com.android.capture.fps": "240.0"}
    tagged = replace(saved, metadata=metadata, container={"movflags": "use_metadata_tags"})
    shows = Shows(source.at_rate(240).slower(8), capture_fps=240.0, plays_slower=8.0)
    yield encoded("android_tag.mp4", "240 fps saved at 30, with Android's tag", tagged, shows, assess=True)
    shows = Shows(source.at_rate(240), capture_fps=240.0)
    yield encoded("android_fast.mp4", "the same tag on a clip in real time", replace(tagged, rate=240), shows)
    shows = Shows(source.at_rate(60).slower(Fraction(1, 2)))
    quick = replace(PLAIN, rate=120)
    yield encoded("twice_as_fast.mp4", "played twice as fast", quick, shows, assess=True, withheld=TOO_QUICK)
    what = "240 fps saved at 30, the first and last fifth in real time"
    yield encoded("ramped.mp4", what, saved, Shows(_ramped(source), plays_slower=8.0), assess=True)


def _ramped(source: Source) -> Shots:
    """30 fps throughout; in the middle every picture of the source, at the ends every eighth."""
    count = len(source.images)
    first, last = count // 5 // 8 * 8, count - count // 5
    numbers = (*range(0, first, 8), *range(first, last), *range(last, count, 8))
    return Shots(source, numbers, tuple(Fraction(index, 30) for index in range(len(numbers))))


def _edited(shots: Shots) -> Iterator[PhoneFile]:
    """What people and apps make of a recording: the runner is the same, in pieces."""
    count, middle = len(shots), len(shots) // 2
    halted = [*range(middle), *[middle] * 60, *range(middle, count)]
    yield _played("halted.mp4", "the picture halted for a second", shots, halted)
    yield _played("cut.mp4", "a quarter of a second cut out", shots, [*range(middle), *range(middle + 15, count)])
    yield _played("to_and_fro.mp4", "played forward, then backward", shots, [*range(count), *reversed(range(count))])
    pause_s = tuple(time_s + (3 if number >= middle else 0) for number, time_s in enumerate(shots.times_s))
    paused = Shots(shots.source, shots.numbers, pause_s)
    yield encoded("paused.mp4", "paused for three seconds, the clock going on", PLAIN, Shows(paused), assess=True)


def _played(name: str, what: str, shots: Shots, order: list[int]) -> PhoneFile:
    """A file that shows the pictures in this order, evenly."""
    played = Shots(
        shots.source,
        tuple(shots.numbers[index] for index in order),
        tuple(Fraction(number, 60) for number in range(len(order))),
    )
    return encoded(name, what, PLAIN, Shows(played), assess=True)


def _turned(shots: Shots) -> Iterator[PhoneFile]:
    for name, matrix in TURNS.items():
        what = f"display matrix: {name.replace('_', ' ')}"
        shows = Shows(shots, mirrored=name.startswith("mirror"))
        assess = name in ("270", "mirror_x")
        yield encoded(f"turned_{name}.mp4", what, replace(PLAIN, matrix=matrix), shows, assess=assess)


def _shapes(shots: Shots) -> Iterator[PhoneFile]:
    odd = _changed(shots, lambda image: image[:-1, :-1])
    yield encoded("odd_size.mp4", "odd width and height", replace(PLAIN, pix_fmt="yuv444p"), Shows(odd))
    oblong = replace(PLAIN, aspect=Fraction(4, 3))
    yield encoded("anamorphic.mp4", "oblong pixels, 4:3", oblong, Shows(shots, levels=6.0), assess=True)
    few = Shows(shots.take(range(0, len(shots), 6)))
    yield encoded("enlarged.mp4", "six times the width and height", replace(PLAIN, enlarge=6), few)
    for name, what, changed, withheld in (
        ("on_side.mp4", "on its side, without a tag", np.rot90, "clip_turned"),
        ("upside_down.mp4", "upside down, without a tag", lambda image: np.rot90(image, 2), "clip_turned"),
        ("squeezed.mp4", "squeezed to 4:3", _squeezed, "picture_stretched"),
    ):
        shows = Shows(_changed(shots, changed))
        yield encoded(name, what, PLAIN, shows, assess=name != "upside_down.mp4", withheld=withheld)
    yield encoded("full_range.mp4", "full range colours", replace(PLAIN, pix_fmt="yuvj420p"), Shows(shots))


def _changed(shots: Shots, change: Callable[[Image], Image]) -> Shots:
    """Each of the pictures changed; those of the source between them are left out."""
    images = tuple(np.ascontiguousarray(change(image)) for image in shots.images)
    return Shots(Source(images), tuple(range(len(images))), shots.times_s)


def _squeezed(image: Image) -> Image:
    """Three quarters as wide, as an app's 4:3 makes of 16:9."""
    height, width = image.shape[:2]
    return np.asarray(cv2.resize(image, (width * 3 // 8 * 2, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _containers(source: Source) -> Iterator[PhoneFile]:
    shows = Shows(source.at_rate(60))
    coarse = replace(shows, tick_s=0.001)
    mpeg4 = Encoding("mpeg4", time_base=Fraction(1, 60))
    yield encoded("clip.mov", "MOV", PLAIN, shows)
    yield encoded("clip.webm", "WebM: VP9 and Opus", Encoding("libvpx-vp9", sound="libopus"), coarse, assess=True)
    yield encoded("clip.mkv", "Matroska", Encoding(), coarse)
    yield encoded("clip.avi", "AVI: MPEG-4 part 2", mpeg4, coarse)
    yield encoded("clip.3gp", "3GP: MPEG-4 part 2", mpeg4, coarse)
    yield encoded("clip.ts", "MPEG transport stream", Encoding(), coarse)
    gif = Encoding("gif", "rgb8", rate=25, time_base=Fraction(1, 100))
    yield encoded("clip.gif", "GIF: 25 fps, 256 colours", gif, Shows(source.at_rate(25), levels=20.0))
    yield encoded("fragmented.mp4", "fragmented MP4", FRAGMENTED, shows)
    yield encoded("index_last.mp4", "index behind the pictures", Encoding(), shows)


def _more_than_pictures(shots: Shots) -> Iterator[PhoneFile]:
    shows = Shows(shots)
    yield encoded("sound.mp4", "with sound", replace(PLAIN, sound="aac"), shows)
    yield encoded("tracks.mov", "three picture tracks and sound", replace(PLAIN, tracks=3, sound="aac"), shows)
    told = {"com.apple.quicktime.location.ISO6709": "+52.5000+013.4000/", "com.apple.quicktime.model": "Phone 99"}
    located = replace(PLAIN, metadata=told, container={"movflags": "use_metadata_tags"})
    yield encoded("located.mov", "place and phone in its metadata", located, shows)
