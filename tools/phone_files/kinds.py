"""One file: how it is written, and what must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.phone_files.source import Shots
from tools.phone_files.write import Encoding, write_file

FAST_START: Mapping[str, str] = {"movflags": "+faststart"}
PLAIN = Encoding(container=FAST_START)
FRAGMENTED = Encoding(container={"movflags": "frag_keyframe+empty_moov"})


@dataclass(frozen=True, slots=True)
class Shows:
    """The file is read: these pictures at these times.

    ``levels`` is the mean difference a picture may have, of 255; ``tick_s`` the container's own; ``partly``: some are
    lost and the reader says so. ``plays_slower`` is what an assessment must find.
    """

    shots: Shots
    levels: float = 3.0
    tick_s: float = 0.0001
    partly: bool = False
    mirrored: bool = False
    capture_fps: float | None = None
    plays_slower: float = 1.0


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is refused in one line that holds these words."""

    words: str


@dataclass(frozen=True, slots=True)
class PhoneFile:
    """``name`` is the file's, ``what`` it is in words; ``assess``: its numbers are compared with the plain clip's.

    ``withheld`` is the reason for which there must be none instead.
    """

    name: str
    what: str
    write: Callable[[Path], None]
    expect: Shows | Refused
    assess: bool = False
    withheld: str = ""


def encoded(
    name: str, what: str, how: Encoding, expect: Shows, *, assess: bool = False, withheld: str = ""
) -> PhoneFile:
    """A file that holds just the pictures it is expected to show."""
    return PhoneFile(name, what, lambda path: write_file(path, expect.shots, how), expect, assess, withheld)


def made_from(shots: Shots, change: Callable[[Path, Path], object], how: Encoding = PLAIN) -> Callable[[Path], None]:
    """Writes a whole file aside, and changes it into the one wanted."""

    def write(path: Path) -> None:
        whole = path.with_name(f"whole_{path.stem}.mp4")
        write_file(whole, shots, how)
        change(whole, path)
        whole.unlink(missing_ok=True)

    return write
