"""``python -m tools.benchmark [CLIP ...]``: seconds, processor time and memory, in turn.

The contestants take turns on every clip and begin with another one every round, so that a busy machine is unfair to
none; what counts are the ratios. ``--page FILE`` writes them as a page. Without clips some are made of the reference
clips (`clips`). ``--over-http`` times the service instead, from upload to verdict (`over_http`); the page has both.
``--growth`` measures minutes and frame rates instead (`growth`).
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.benchmark.clips import AT_60, make_clips
from tools.benchmark.contestants import CONTESTANTS, Run, alone, write_stock_model
from tools.benchmark.growth import Growth, measure_growth
from tools.benchmark.over_http import Verdict, verdict
from tools.benchmark.stages import Stage, stages_of

REPEATS: Final = 3

Runs = Mapping[str, Sequence[Run]]
"""By contestant."""


def compare(clip: Path, stock: Path, repeats: int) -> Runs:
    """``repeats`` runs of every contestant, turn by turn, each in a fresh process."""
    runs: dict[str, list[Run]] = {way.__name__: [] for way in CONTESTANTS}
    for number in range(repeats):
        turn = number % len(CONTESTANTS)
        for way in (*CONTESTANTS[turn:], *CONTESTANTS[:turn]):
            run = alone(way, clip, stock)
            runs[way.__name__].append(run)
            print(f"{way.__name__} {run.seconds:.1f} s", end="  ", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return runs


def row(runs: Runs) -> dict[str, float]:
    """The figures of one clip: medians of the runs, and ratios of these."""
    ours, video, plain, alone = (runs[way.__name__] for way in CONTESTANTS)
    seconds = {name: median(run.seconds for run in each) for name, each in runs.items()}
    limit_s = median(run.seconds / run.frames for run in alone)
    return {
        "frames": ours[0].frames,
        "fps": ours[0].frames / seconds["formcheck"],
        "wall": seconds["formcheck"] / seconds["plain_loop"],
        "processor": median(run.processor_s for run in ours) / median(run.processor_s for run in plain),
        "processor_ms": 1000 * median(run.processor_s / run.frames for run in ours),
        "limit_share": limit_s / (seconds["formcheck"] / ours[0].frames),
        "video": seconds["formcheck_with_video"] / seconds["formcheck"],
        "seconds": seconds["formcheck"],
        "video_seconds": median(run.seconds for run in video),
        "plain_seconds": seconds["plain_loop"],
        "peak_mb": max(run.peak_mb for run in ours),
        "plain_peak_mb": max(run.peak_mb for run in plain),
    }


def lines(rows: Mapping[str, Mapping[str, float]]) -> str:
    """For a terminal."""
    head = f"{'clip':<24}{'s':>7}{'plain s':>9}{'ratio':>7}{'cpu ratio':>11}{'of limit':>10}{'video':>7}{'peak MB':>9}"
    body = [
        f"{name:<24}{one['seconds']:>7.1f}{one['plain_seconds']:>9.1f}{one['wall']:>7.2f}{one['processor']:>11.2f}"
        f"{one['limit_share']:>10.2f}{one['video']:>7.2f}{one['peak_mb']:>9.0f}"
        for name, one in rows.items()
    ]
    return "\n".join([head, *body])


def line_over_http(found: Verdict) -> str:
    """For a terminal."""
    return (
        f"terminal {found.terminal_s:.1f} s; over HTTP: report after {found.report_s:.1f} s "
        f"({found.report_s / found.terminal_s:.2f}), pictures {found.pictures_s:.1f} s, video {found.video_s:.1f} s"
    )


def page(
    rows: Mapping[str, Mapping[str, float]],
    stages: Sequence[Stage],
    over_http: Verdict,
    *,
    repeats: int,
) -> str:
    """docs/performance.md."""
    return _page(
        "performance.md.j2",
        rows=rows,
        stages=stages,
        over_http=over_http,
        command=f"python -m tools.benchmark --repeats {repeats} --page docs/performance.md",
        repeats=repeats,
    )


def growth_page(found: Growth) -> str:
    """docs/growth.md."""
    return _page("growth.md.j2", growth=found, command="python -m tools.benchmark --growth --page docs/growth.md")


def _page(template: str, **values: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    machine = f"{os.cpu_count()} processors, {_processor_name()}, Python {platform.python_version()}"
    today = datetime.now(UTC).date().isoformat()
    return environment.get_template(template).render(machine=machine, today=today, **values)


def _processor_name() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in told.splitlines() if "model name" in line), "unknown")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="benchmark", description="Time and memory against a plain pose loop.")
    parser.add_argument("clips", type=Path, nargs="*", metavar="CLIP")
    parser.add_argument("--repeats", type=int, default=REPEATS, metavar="N")
    parser.add_argument("--over-http", action="store_true", help="time the service instead, on the first clip")
    parser.add_argument("--growth", action="store_true", help="how time and memory grow with minutes and frame rate")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page there")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if asked.over_http:
            print(line_over_http(verdict(next(iter(asked.clips), AT_60), asked.repeats)))
            return 0
        if asked.growth:
            return _tell_growth(measure_growth(Path(folder), asked.repeats), asked.page)
        stock = write_stock_model(Path(folder, "stock.task"))
        clips = {clip.name: clip for clip in asked.clips} or make_clips(Path(folder))
        rows = {name: row(compare(clip, stock, asked.repeats)) for name, clip in clips.items()}
        print(lines(rows))
        if asked.page:
            first = next(iter(clips.values()))
            stages, over_http = stages_of(first), verdict(first, asked.repeats)
            written = page(rows, stages, over_http, repeats=asked.repeats)
            asked.page.write_text(written, encoding="utf-8")
    return 0


def _tell_growth(found: Growth, to: Path | None) -> int:
    text = growth_page(found)
    if to:
        to.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
