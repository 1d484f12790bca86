"""How accurate is formcheck? ``python -m tools.accuracy page|show|timing|levels|calibrate``; see docs/accuracy.md."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from formcheck.gait.settings import OffsetSettings, calibrations
from tools.accuracy.calibrate import TABLE, calibrate, gather, table
from tools.accuracy.legs import exchanges
from tools.accuracy.levels import print_levels
from tools.accuracy.measured import FOLDER, trial_names
from tools.accuracy.page import write_page
from tools.accuracy.rings import (
    Bench,
    Task,
    levels_of_all,
    pictured_tasks,
    prepare,
    rows_of,
    sights_of_all,
    virtual_tasks,
)
from tools.accuracy.table import print_table
from tools.accuracy.timing import print_timing

PAGE = Path("docs/accuracy.md")
COMMANDS = {
    "page": "write docs/accuracy.md",
    "show": "print the errors of both rings",
    "levels": "print how far ahead of the drawn hip reach is measured from, and what a runner left out is off by",
    "timing": "print when each event detector sees its event, and what a runner left out is off by",
    "calibrate": "find the spreads of the intervals on the clips that may be fitted, and write them",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command says."""
    options = _parser().parse_args(arguments)
    bench = Bench(options.folder, options.jobs, options.quick)
    model = options.models[0]
    if not trial_names():
        print(f"No measured runners in {FOLDER}: ring 3 is left out.", file=sys.stderr)
    if options.command == "timing":
        prepare([model], bench)
        print_timing(sights_of_all(pictured_tasks([model], bench), bench))
        return
    if options.command == "levels":
        prepare([model], bench)
        print_levels(levels_of_all(pictured_tasks([model], bench), bench))
        return
    if options.command == "calibrate":
        _calibrate(options.models, bench)
        return
    pictured, virtual = _pictured(options.models, bench), virtual_tasks(model, bench)
    if options.command == "page":
        drawn = rows_of(pictured_tasks([model], bench), replace(bench, instead={"offsets": OffsetSettings()}))
        write_page(rows_of([*pictured, *virtual], bench), drawn, exchanges(model, bench), model, options.to)
        print(f"{options.to} is written.")
    else:
        for tasks in (pictured, virtual):
            print_table(rows_of(tasks, bench))


def _pictured(models: Sequence[str], bench: Bench) -> list[Task]:
    """Ring 2 with the first model; the others, of which the largest takes hours, see the committed clips alone."""
    first, others = models[:1], models[1:]
    committed = replace(bench, quick=True)
    prepare(first, bench)
    prepare(others, committed)
    return [*pictured_tasks(first, bench), *pictured_tasks(others, committed)]


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
    parser.add_argument("--quick", action="store_true", help="committed clips and a tenth of ring 3")
    parser.add_argument("--jobs", type=int, default=Bench(Path()).jobs, help="processes at once")
    parser.add_argument("--to", type=Path, default=PAGE, help="where the page is written")
    return parser


if __name__ == "__main__":
    main()
