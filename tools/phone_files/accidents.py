"""Copies, files that were harmed, files that are no clip, and files that are out to do harm."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from formcheck.report.pictures import write_jpeg
from tools.phone_files import harm
from tools.phone_files.kinds import FRAGMENTED, PLAIN, PhoneFile, Refused, Shows, encoded, made_from
from tools.phone_files.source import Shots, Source
from tools.phone_files.write import Encoding, write_file


def accidents(source: Source) -> list[PhoneFile]:
    """All of them."""
    shots = source.at_rate(60)
    return [*_copies(shots), *_harmed(shots), *_no_clips(shots), *_hostile(shots)]


def _copies(shots: Shots) -> Iterator[PhoneFile]:
    kept = shots.take(range(len(shots) // 3, len(shots)))  # from the middle of a group of pictures
    write = made_from(shots, partial(harm.copy_from, start_s=float(kept.times_s[0])))
    what = "trimmed copy: an edit list hides the first third"
    yield PhoneFile("trimmed.mp4", what, write, Shows(kept.from_zero()), assess=True)
    late = Shots(shots.source, shots.numbers, tuple(time_s + Fraction(1, 2) for time_s in shots.times_s))
    write = made_from(shots, partial(harm.copy_from, start_s=-0.5))
    yield PhoneFile("late.mp4", "the picture starts half a second late", write, Shows(late))
    yield PhoneFile("wrong_name.avi", "an MP4 called AVI", made_from(shots, Path.rename), Shows(shots))


def _harmed(shots: Shots) -> Iterator[PhoneFile]:
    part = Shows(shots, partly=True)
    for share in (90, 60, 30):
        write = made_from(shots, partial(harm.keep_part, share=share / 100))
        yield PhoneFile(f"cut_{share}.mp4", f"cut off at {share} %, index in front", write, part)
    write = made_from(shots, partial(harm.keep_part, share=0.6), FRAGMENTED)
    yield PhoneFile("cut_fragmented.mp4", "fragmented, cut off at 60 %", write, part)
    lost = Refused("is cut off or damaged")
    write = made_from(shots, partial(harm.keep_part, share=0.6), Encoding())
    yield PhoneFile("cut_index_last.mp4", "cut off at 60 %, index behind", write, lost)
    write = made_from(shots, harm.keep_first_bytes)
    yield PhoneFile("cut_at_once.mp4", "its first bytes only", write, lost)
    trimmed = Shows(shots.take(range(12, len(shots))), tick_s=0.001, partly=True)  # up to the second key picture
    write = made_from(shots, partial(harm.drop_first, count=5))
    yield PhoneFile("no_key_picture.mp4", "trimmed where no key picture is", write, trimmed)
    middle = len(shots) // 2
    wild = range(middle, middle + 2)
    kept = Shows(shots.take([index for index in range(len(shots)) if index not in wild]), partly=True)
    write = made_from(shots, partial(harm.make_wild, times_s={shots.times_s[index] for index in wild}))
    yield PhoneFile("wild_times.mp4", "two time stamps 50 minutes ahead", write, kept, assess=True)
    write = made_from(shots, partial(harm.flip_bits, count=6))
    yield PhoneFile("flipped_bits.mp4", "six bits turned over in its pictures", write, replace(part, levels=12.0))


def _no_clips(shots: Shots) -> Iterator[PhoneFile]:
    image = shots.images[0]
    yield PhoneFile("empty.mp4", "no byte in it", Path.touch, Refused("is empty (0 bytes)"))
    yield PhoneFile("text.mp4", "a text", _write_text, Refused("is not a video we can read"))
    write = made_from(shots, harm.rename_codec)
    yield PhoneFile("unknown_codec.mp4", "an unknown codec", write, Refused("uses a video format we can't decode"))
    yield PhoneFile("photo.mp4", "a photo", lambda path: write_jpeg(path, image), Refused("is a photo"))


def _hostile(shots: Shots) -> Iterator[PhoneFile]:
    yield PhoneFile("huge.mov", "a size of 30,000 x 30,000 declared", harm.write_huge, Refused("30000 x 30000 pixels"))
    what = "three small pictures, then one of 30,000 x 30,000 in 110 kB"
    yield PhoneFile("bomb.mov", what, harm.write_bomb, Shows(_three_black_pictures(), partly=True))
    write = partial(harm.write_many_tracks, count=900)
    yield PhoneFile("tracks_900.mp4", "900 tracks", write, Refused("has 900 tracks"))
    rapid, ticks = shots.slower(Fraction(60, 1_000_000)), Fraction(1, 1_000_000)
    write = partial(write_file, shots=rapid, how=replace(PLAIN, rate=1_000_000, time_base=ticks))
    yield PhoneFile("million_fps.mp4", "a million fps", write, Refused("1000000 fps"))
    hours = encoded("hours.mp4", "a picture a minute, for hours", PLAIN, Shows(shots.slower(3600)))
    yield replace(hours, expect=Refused("is longer than 30 minutes"))


def _three_black_pictures() -> Shots:
    black = Source((np.zeros((64, 64, 3), np.uint8),))
    return Shots(black, (0, 0, 0), tuple(Fraction(number, 30) for number in range(3)))


def _write_text(path: Path) -> None:
    path.write_text("buy milk\n" * 99, encoding="utf-8")
