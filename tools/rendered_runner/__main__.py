"""Render reference clips and their truth, or prove that the committed clips are still what their presets render."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from formcheck.records.errors import FormcheckError
from tools.rendered_runner import library
from tools.rendered_runner.presets import PRESETS

FOLDER = Path("fixtures/videos")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 1 when a clip differs, 2 when there is nothing to do it with."""
    asked = _parser().parse_args(arguments)
    unknown = sorted(set(asked.names) - set(PRESETS))
    if unknown:
        print(f"no clip is called {', '.join(unknown)}; there are: {', '.join(PRESETS)}", file=sys.stderr)
        return 2
    if not asked.folder.is_dir():
        print(f"{asked.folder} is no folder here; run this where the project lies, or say --folder", file=sys.stderr)
        return 2
    try:
        return int(asked.run(asked, asked.names or list(PRESETS)))
    except FormcheckError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.rendered_runner", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("render", _render, "render clips, write their truth and the checksums"),
        ("truth", _truth, "write the truth files alone, and the checksums"),
        ("check", _check, "render clips again and compare them with the committed ones by decoded content"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("names", nargs="*", metavar="NAME", help="clips (default: all)")
        command.add_argument("--folder", type=Path, default=FOLDER, help="where they lie (default: %(default)s)")
        command.set_defaults(run=run)
        if run in (_render, _check):
            command.add_argument("--jobs", type=_count, default=2, metavar="N", help="clips at once (default: 2)")
        if run is _check:
            command.add_argument("--every", type=_count, default=1, metavar="N", help="compare one picture in N")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _render(asked: argparse.Namespace, names: list[str]) -> int:
    for name in library.side_by_side(partial(library.render, asked.folder), names, asked.jobs):
        print(f"rendered {name}", flush=True)
    return _truth(asked, names)


def _truth(asked: argparse.Namespace, names: list[str]) -> int:
    library.write_truths(asked.folder, names)
    return 0


def _check(asked: argparse.Namespace, names: list[str]) -> int:
    different = 0
    for name, found in library.side_by_side(partial(library.check, asked.folder, asked.every), names, asked.jobs):
        different += not found.is_same
        print(f"{'same     ' if found.is_same else 'DIFFERENT'}  {name:28} {found.words}", flush=True)
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
