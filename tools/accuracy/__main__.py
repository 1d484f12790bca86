"""How accurate is formcheck? ``python -m tools.accuracy -h`` lists what it measures; see docs/accuracy.md."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from formcheck.gait.settings import calibrations
from tools.accuracy.again.chapter import chapter, into_page, study
from tools.accuracy.again.pairs import filmed_at_hand
from tools.accuracy.again.sides import sides_table
from tools.accuracy.calibrate import TABLE, calibrate, gather, judge_left_out, table
from tools.accuracy.legs import exchanges
from tools.accuracy.levels import print_levels
from tools.accuracy.measured import FOLDER, trial_names
from tools.accuracy.page import Findings, write_page
from tools.accuracy.real import real_table
from tools.accuracy.rings import (
    Bench,
    levels_of_all,
    pictured_tasks,
    prepare,
    rows_of,
    shoe_sights_of_all,
    sights_of_all,
)
from tools.accuracy.table import print_table
from tools.accuracy.timing import print_timing

PAGE = Path("docs/accuracy.md")


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command says."""
    options = _parser().parse_args(arguments)
    bench = Bench(options.folder, options.jobs, options.quick, options.at_hand)
    if not trial_names():
        print(f"No measured runners in {FOLDER}: prescribed gaits alone.", file=sys.stderr)
    COMMANDS[options.command][1](options, bench)


def _page(options: argparse.Namespace, bench: Bench) -> None:
    write_page(_findings(options.models, bench), options.to)
    print(f"{options.to} is written.")


def _show(options: argparse.Namespace, bench: Bench) -> None:
    model = options.models[0]
    prepare([model], bench)
    print_table(rows_of(pictured_tasks([model], bench), bench))


def _levels(options: argparse.Namespace, bench: Bench) -> None:
    model = options.models[0]
    prepare([model], bench)
    print_levels(levels_of_all(pictured_tasks([model], bench), bench))


def _timing(options: argparse.Namespace, bench: Bench) -> None:
    model = options.models[0]
    prepare([model], bench)
    tasks = pictured_tasks([model], bench)
    print_timing(sights_of_all(tasks, bench), shoe_sights_of_all(tasks, bench))


def _again(options: argparse.Namespace, bench: Bench) -> None:
    prepare(options.models, replace(bench, ring="again"))


def _overstriding(options: argparse.Namespace, bench: Bench) -> None:
    _show(options, replace(bench, ring="overstriding"))


def _changes(options: argparse.Namespace, bench: Bench) -> None:
    into_page(options.to, chapter(study(options.models[0], bench)))
    print(f"{options.to} is written.")


def _sides(options: argparse.Namespace, bench: Bench) -> None:
    print(sides_table(filmed_at_hand(options.models[0], bench)))


def _real(options: argparse.Namespace, bench: Bench) -> None:  # noqa: ARG001 - as every command
    print(real_table(options.clips))


def _findings(models: Sequence[str], bench: Bench) -> Findings:
    """Runners left out with the first model; the others are compared on the committed clips alone."""
    model = models[0]
    committed = replace(bench, quick=True)
    prepare([model], bench)
    prepare(models, committed)
    tasks = pictured_tasks([model], bench)
    evidence = gather(model, tasks, bench)
    judged = judge_left_out(evidence, tasks, bench)
    far = replace(bench, ring="overstriding")
    prepare([model], far)
    overstriders = judge_left_out(evidence, pictured_tasks([model], far), far)
    return Findings(
        model,
        [row for rows, _ in judged for row in rows],
        evidence.by_landmarks,
        [row for rows, _ in overstriders for row in rows],
        [verdict for _, verdict in (*judged, *overstriders) if verdict is not None],
        rows_of(pictured_tasks(models, committed), bench),
        exchanges(model, bench),
        study(model, bench),
    )


def _calibrate(options: argparse.Namespace, bench: Bench) -> None:
    prepare(options.models, bench)
    found = dict(calibrations())
    for model in options.models:
        found[model] = calibrate(gather(model, pictured_tasks([model], bench), bench))
    TABLE.write_text(table(found), encoding="utf-8")
    print(f"{TABLE} is written; `git diff` shows what moved. Write the page anew, and CHANGELOG.md.")


COMMANDS: Final[dict[str, tuple[str, Callable[[argparse.Namespace, Bench], None]]]] = {
    "page": ("write docs/accuracy.md", _page),
    "show": ("print the errors of every measure, as calibrated", _show),
    "levels": (
        "print how far ahead of the drawn hip reach is measured from, and what a runner left out is off by",
        _levels,
    ),
    "timing": ("print when each event detector sees its event, and what a runner left out is off by", _timing),
    "again": ("render and follow the clips of runners filmed again", _again),
    "overstriding": (
        "render and follow the clips of runners made to overstride, and print their errors",
        _overstriding,
    ),
    "changes": ("write the chapter on differences between clips into docs/accuracy.md", _changes),
    "sides": ("print what a left/right difference is off by, from one clip and from one of each side", _sides),
    "real": ("hold the program against foot strikes of real clips that were counted by eye", _real),
    "calibrate": ("find lags, levels and the spreads of the intervals anew, and write them", _calibrate),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.accuracy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "command", choices=COMMANDS, help="; ".join(f"{name}: {what}" for name, (what, _) in COMMANDS.items())
    )
    parser.add_argument(
        "--models",
        nargs="+",
        default=["full"],
        help="lite, full, heavy: the page tells most of the first, and compares the others on the committed clips",
    )
    parser.add_argument("--folder", type=Path, default=Path("out/accuracy"), help="where clips and landmarks are kept")
    parser.add_argument("--quick", action="store_true", help="the committed clips alone")
    parser.add_argument("--at-hand", action="store_true", help="only clips that are rendered already")
    parser.add_argument("--clips", type=Path, default=Path(), help="where the real clips lie")
    parser.add_argument("--jobs", type=int, default=Bench(Path()).jobs, help="processes at once")
    parser.add_argument("--to", type=Path, default=PAGE, help="where the page is written")
    return parser


if __name__ == "__main__":
    main()
