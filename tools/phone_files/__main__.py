"""Write every file, read each, and print what came of it: ``python -m tools.phone_files DIR [--assess]``."""

import argparse
from pathlib import Path

from tools.phone_files.assessed import Figures, against, figures
from tools.phone_files.catalogue import catalogue
from tools.phone_files.judge import examine
from tools.phone_files.kinds import PhoneFile
from tools.phone_files.source import read_source


def main() -> int:
    """Print a Markdown table; 1 when a file did not do what is expected of it."""
    options = _parser().parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    files = catalogue(read_source(longest_side_px=options.side_px))
    plain: Figures | None = None
    wrong = 0
    print("| file | what it is | read | assessed |\n| --- | --- | --- | --- |")
    for file in files:
        path = options.folder / file.name
        path.unlink(missing_ok=True)
        file.write(path)
        finding = examine(file, path)
        assessed = ""
        if options.assess and (file.assess or plain is None):
            found = figures(path)
            plain = plain or found
            assessed, fits = against(found, plain, file)
            wrong += not fits
        wrong += finding.wrong is not None
        print(_row(file, f"{finding.words}{f' **{finding.wrong}**' if finding.wrong else ''}", assessed), flush=True)
    print(f"\n{len(files)} files, {wrong} not as expected")
    return 1 if wrong else 0


def _row(file: PhoneFile, *columns: str) -> str:
    return f"| {file.name} | {file.what} | {' | '.join(columns)} |"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.phone_files", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("--assess", action="store_true", help="also measure some with the pose model")
    parser.add_argument("--side-px", type=int, default=640, help="longer side of the pictures (default: %(default)s)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
