"""Attacks and faults against a real service: ``python -m tools.siege [NAME ...]``; ``--list`` says what is tried."""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tools.siege.discovery import TRIALS, purpose, trial


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials and print their figures; 1 when the service failed one."""
    parser = argparse.ArgumentParser(prog="python -m tools.siege", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="trials to run; all of them when none is named")
    parser.add_argument("--list", action="store_true", help="name the trials and run none")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.names) - set(TRIALS)):
        parser.error(f"no trial is named {', '.join(unknown)}; there are {', '.join(TRIALS)}")
    names = asked.names or TRIALS
    if asked.list:
        print(*(f"{name:20} {purpose(name)}" for name in names), sep="\n")
        return 0
    stood = [_stands(name) for name in names]
    return 0 if all(stood) else 1


def _stands(name: str) -> bool:
    """Whether the service stood a trial, which is printed with its figures."""
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"siege-{name}-") as scratch:
        try:
            figures, stood = trial(name)(Path(scratch)), True
        except AssertionError as error:
            figures, stood = str(error), False
    print(f"{'stood ' if stood else 'FAILED'} {name:20} {time.monotonic() - began_s:5.1f} s  {figures}", flush=True)
    return stood


if __name__ == "__main__":
    sys.exit(main())
