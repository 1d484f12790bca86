"""Thousands of broken clips, read one after the other: ``python -m tools.fuzz_files --cases 5000``.

Small whole files of every kind (`tools.phone_files`) are mutated and read to their end, in a process of its own whose
crash, silence or growing memory is seen from outside. A file that is read or refused is well; anything else is told
with its number, and ``--only NUMBER --keep FILE`` writes that very file again.
"""

import argparse
import resource
import select
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from formcheck.clip.reader import ClipReader
from formcheck.records.errors import ClipError
from formcheck.words.catalogue import ENGLISH
from formcheck.words.sentences import spoken
from tools.phone_files.catalogue import catalogue
from tools.phone_files.source import read_source

SEEDS: Final = (
    "plain.mp4", "hevc.mov", "hevc_hlg.mov", "av1.mp4", "dropped.mp4", "turned_90.mp4", "clip.webm", "clip.mkv",
    "clip.avi", "clip.3gp", "clip.ts", "clip.gif", "fragmented.mp4", "index_last.mp4", "tracks.mov", "trimmed.mp4",
)  # fmt: skip
"""Files that are mutated: every container, every decoder, and the boxes that are easily got wrong."""

MEMORY_MB: Final = 2000
"""Of a process that reads; the service grants 3000."""

SILENCE_S: Final = 20.0
"""A case that takes longer hangs; a whole file takes 0.01 s, on a busy machine 0.1."""

SETTLED_AFTER: Final = 100
"""Cases after which a process' memory should grow no more."""

LEAK_MB: Final = 100.0
"""Growth that no allocator explains."""

EXTREMES: Final = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1")


@dataclass(slots=True)
class Outcome:
    """How many cases ended how, which ones badly, and how far memory grew."""

    counts: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    peak_mb: float = 0.0
    growth_mb: float = 0.0


def mutated(wholes: Sequence[bytes], number: int, seed: int) -> tuple[int, bytes]:
    """Which whole file a case starts from, and what becomes of it; the same for the same numbers."""
    random = Random(f"{seed} {number}")
    which = random.randrange(len(wholes))
    content = bytearray(wholes[which])
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        _mutate(content, random, wholes)
    return which, bytes(content)


def _mutate(content: bytearray, random: Random, wholes: Sequence[bytes]) -> None:
    """One change, most often near the beginning or the end: there lie the headers."""
    if not content:
        return
    reach = random.choice((64, 1024, len(content)))
    at = random.randrange(min(reach, len(content)))
    at = len(content) - 1 - at if random.random() < 0.3 else at
    size = random.choice((1, 4, 32, 400))
    match random.randrange(8):
        case 0:
            content[at] ^= 1 << random.randrange(8)
        case 1:
            content[at : at + 4] = random.choice(EXTREMES)
        case 2:
            content[at : at + size] = random.randbytes(size)
        case 3:
            del content[at : at + size]
        case 4:
            content[at:at] = content[at : at + size]
        case 5:
            del content[at:]
        case 6:
            content[at : at + size] = bytes(size)
        case _:
            other = random.choice(wholes)
            content[at : at + size] = other[at : at + size]


def fuzz(cases: Sequence[int], seed: int) -> Outcome:
    """Read every case; a process that dies is replaced and goes on behind the case that killed it."""
    outcome, left = Outcome(), list(cases)
    with tempfile.TemporaryDirectory() as folder:
        write_wholes(Path(folder))
        while left:
            done = _one_process(Path(folder), left, seed, outcome)
            left = left[done:]
    return outcome


def write_wholes(folder: Path) -> None:
    """The whole files, small, in the order of `SEEDS`."""
    files = {file.name: file for file in catalogue(read_source(longest_side_px=96, count=64))}
    for name in SEEDS:
        files[name].write(folder / name)


def _one_process(folder: Path, cases: list[int], seed: int, outcome: Outcome) -> int:
    """How many of the cases a fresh process has dealt with; the last of them may have ended it."""
    command = [sys.executable, "-m", "tools.fuzz_files", "--work", str(folder), "--seed", str(seed)]
    memory_mb: list[float] = []
    done = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as reader:
        for number in cases:
            done += 1
            end, used_mb, what = _ask(reader, number)
            outcome.counts[end] += 1
            if end not in ("read", "refused"):
                outcome.bad.append(f"case {number}: {end} {what}")
            if end in ("crash", "hang"):
                break
            memory_mb.append(used_mb)
        reader.kill()
    _weigh(memory_mb, outcome)
    return done


def _ask(reader: "subprocess.Popen[bytes]", number: int) -> tuple[str, float, str]:
    """How a case ended, the memory in use then, and what was said."""
    assert reader.stdin is not None
    assert reader.stdout is not None
    try:
        reader.stdin.write(f"{number}\n".encode())
        reader.stdin.flush()
    except BrokenPipeError:
        return "crash", 0.0, "before it began"
    if not select.select([reader.stdout], [], [], SILENCE_S)[0]:
        return "hang", 0.0, f"nothing for {SILENCE_S:g} s"
    line = reader.stdout.readline().decode().strip()
    if not line:
        return "crash", 0.0, f"with exit code {reader.wait()}"
    end, used_mb, what = line.split(" ", 2)
    return end, float(used_mb), what


def _weigh(memory_mb: list[float], outcome: Outcome) -> None:
    outcome.peak_mb = max([outcome.peak_mb, *memory_mb])
    settled = memory_mb[SETTLED_AFTER:]
    if settled:
        outcome.growth_mb = max(outcome.growth_mb, settled[-1] - settled[0])


# --- the process that reads


def _serve(folder: Path, seed: int) -> None:
    """Read the cases named on standard input; a line for each says how it ended and what memory is in use."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_MB * 1_000_000,) * 2)
    wholes = [(folder / name).read_bytes() for name in SEEDS]
    for line in sys.stdin:
        which, content = mutated(wholes, int(line), seed)
        path = folder / f"case{Path(SEEDS[which]).suffix}"
        path.write_bytes(content)
        end, what = _read(path)
        print(end, f"{_used_mb():.1f}", what.replace("\n", " "), flush=True)


def _read(path: Path) -> tuple[str, str]:
    last_s = -1.0
    try:
        with ClipReader(path, max_side_px=64) as reader:
            for frame in reader:
                assert frame.time_s > last_s, "times do not rise"
                assert frame.image.ndim == 3, "no picture"
                last_s = frame.time_s
            return "read", "; ".join(spoken(each, ENGLISH) for each in reader.damage) or "whole"
    except ClipError as error:
        return "refused", str(error)
    except Exception as error:  # whatever it is: that is what is looked for
        return "error", f"{path.name}: {type(error).__name__}: {error}"


def _used_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> int:
    """Print the outcome; 1 when a case ended badly or memory grew."""
    options = _parser().parse_args()
    if options.work:
        _serve(options.work, options.seed)
        return 0
    if options.keep:
        return _keep(options.only or 0, options.seed, options.keep)
    cases = range(options.cases) if options.only is None else [options.only]
    outcome = fuzz(cases, options.seed)
    ends = ", ".join(f"{count} {end}" for end, count in sorted(outcome.counts.items()))
    print(f"{sum(outcome.counts.values())} cases: {ends}")
    print(f"memory: at most {outcome.peak_mb:.0f} MB, grew by {outcome.growth_mb:.0f} MB once settled")
    print(*outcome.bad, sep="\n", end="\n" if outcome.bad else "")
    return 1 if outcome.bad or outcome.growth_mb > LEAK_MB else 0


def _keep(number: int, seed: int, path: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        write_wholes(Path(folder))
        wholes = [Path(folder, name).read_bytes() for name in SEEDS]
    which, content = mutated(wholes, number, seed)
    path.write_bytes(content)
    print(f"{path}: case {number}, made from {SEEDS[which]}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz_files", description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other cases")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="this case alone")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the case, and read nothing")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
