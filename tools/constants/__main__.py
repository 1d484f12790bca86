"""What does each constant do? ``python -m tools.constants`` halves and doubles them all; see docs/constants.md."""

import argparse
import sys
from collections.abc import Sequence
from math import inf
from pathlib import Path

from tools.accuracy.measured import FOLDER, trial_names
from tools.accuracy.rings import Bench
from tools.constants.find import find_constants
from tools.constants.page import KEPT, write_page
from tools.constants.run import Trials, names_of

PAGE = Path("docs/constants.md")
MODEL = "full"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try all that is not tried yet, then write the page; 1 where time was up before, or nothing keeps a constant."""
    options = _parser().parse_args(arguments)
    if not trial_names():
        print(f"No measured runners in {FOLDER}: they are left out.", file=sys.stderr)
    trials, constants = Trials(MODEL, Bench(options.folder, options.jobs, quick=True)), find_constants(MODEL)
    if not trials.run(constants, 60 * options.minutes):
        return 1
    needless = write_page(constants, trials.done(), names_of(trials.sample), names_of(trials.more), options.to)
    print(f"{options.to} is written.")
    if needless:
        print(
            f"These change nothing: delete them, or say why they stay in {KEPT}: {', '.join(needless)}", file=sys.stderr
        )
    return int(bool(needless))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.constants", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("out/accuracy"), help="where landmarks and tries are kept")
    parser.add_argument(
        "--minutes", type=float, default=inf, help="stop after so many; the next run goes on from there"
    )
    parser.add_argument("--jobs", type=int, default=Bench(Path()).jobs, help="processes at once")
    parser.add_argument("--to", type=Path, default=PAGE, help="where the page is written")
    return parser


if __name__ == "__main__":
    sys.exit(main())
