"""A child process that reads hostile files: it sees no secrets, and ends with everything it has started.

What it may take it sets itself (`limits`): the kernel's limits hold from then on.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

Process = subprocess.Popen[bytes]

_SECRETS: Final = ("FORMCHECK_", "AWS_", "PG")
"""Beginnings of variables that such a process does not get to see."""


def started(command: Sequence[str], folder: Path, *, asks: int | None, errors: int | IO[bytes]) -> Process:
    """The process, working in ``folder``; what it says is piped here. ``asks`` is its standard input."""
    return subprocess.Popen(
        command,
        stdin=asks,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,  # Ctrl-C in a terminal is for the service, which ends its processes itself
    )


def end(process: Process) -> None:
    """Kill it, and what it has started; it is still to be waited for."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):  # it has just ended; macOS then says EPERM
            os.killpg(process.pid, signal.SIGKILL)


def _environment(folder: Path) -> dict[str, str]:
    """Temporary files go where they are cleared away."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    return mine | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "TMPDIR": str(folder),
    }
