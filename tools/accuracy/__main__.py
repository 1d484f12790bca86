"""How accurate is formcheck? ``python -m tools.accuracy -h`` lists what it measures; see docs/accuracy.md."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

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
COMMANDS = {
    "page": "write docs/accuracy.md",
    "show": "print the errors of every measure, as calibrated",
    "levels": "print how far ahead of the drawn hip reach is measured from, and what a runner left out is off by",
    "timing": "print when each event detector sees its event, and what a runner left out is off by",
    "again": "render and follow the clips of runners filmed again",
    "changes": "write the chapter on differences between clips into docs/accuracy.md",
    "sides": "print what a left/right difference is off by, from one clip and from one of each side",
    "real": "hold the program against foot strikes of real clips that were counted by eye",
    "calibrate": "find lags, levels and the spreads of the intervals anew, and write them",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command says."""
    options = _parser().parse_args(arguments)
    if options.command == "real":
        print(real_table(options.clips))
        return
    bench = Bench(options.folder, options.jobs, options.quick, options.at_hand)
    model = options.models[0]
    if not trial_names():
        print(f"No measured runners in {FOLDER}: prescribed gaits alone.", file=sys.stderr)
    if options.command in ("again", "changes", "sides"):
        _filmed_again(options, model, bench)
        return
    if options.command == "timing":
        prepare([model], bench)
        tasks = pictured_tasks([model], bench)
        print_timing(sights_of_all(tasks, bench), shoe_sights_of_all(tasks, bench))
        return
    if options.command == "levels":
        prepare([model], bench)
        print_levels(levels_of_all(pictured_tasks([model], bench), bench))
        return
    if options.command == "calibrate":
        _calibrate(options.models, bench)
        return
    if options.command == "page":
        write_page(_findings(model, options.models, bench), options.to)
        print(f"{options.to} is written.")
        return
    prepare([model], bench)
    print_table(rows_of(pictured_tasks([model], bench), bench))


def _filmed_again(options: argparse.Namespace, model: str, bench: Bench) -> None:
    if options.command == "again":
        prepare([model], replace(bench, again=True))
    elif options.command == "sides":
        print(sides_table(filmed_at_hand(model, bench)))
    else:
        into_page(options.to, chapter(study(model, bench)))
        print(f"{options.to} is written.")


def _findings(model: str, models: Sequence[str], bench: Bench) -> Findings:
    """Runners left out with the first model; the others are compared on the committed clips alone."""
    committed = replace(bench, quick=True)
    prepare([model], bench)
    prepare(models, committed)
    tasks = pictured_tasks([model], bench)
    evidence = gather(model, tasks, bench)
    judged = judge_left_out(evidence, tasks, bench)
    return Findings(
        model,
        [row for rows, _ in judged for row in rows],
        evidence.by_landmarks,
        [verdict for _, verdict in judged if verdict is not None],
        rows_of(pictured_tasks(models, committed), bench),
        exchanges(model, bench),
        study(model, bench),
    )


def _calibrate(models: Sequence[str], bench: Bench) -> None:
    prepare(models, bench)
    found = dict(calibrations())
    for model in models:
        found[model] = calibrate(gather(model, pictured_tasks([model], bench), bench))
    TABLE.write_text(table(found), encoding="utf-8")
    print(f"{TABLE} is written; `git diff` shows what moved. Write the page anew, and CHANGELOG.md.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.accuracy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "command", choices=COMMANDS, help="; ".join(f"{name}: {what}" for name, what in COMMANDS.items())
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
