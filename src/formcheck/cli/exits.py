"""How a command ends: an exit code, and when something is wrong one line on standard error.

0 done, also when numbers were withheld; 1 ``verify`` found a difference; 2 wrong usage, and whatever else keeps
formcheck from starting (no pose model, a broken truth file, an unwritable folder); 3 a clip can't be read; 4 a headline
number was withheld and ``--strict`` was given; 70 a bug of ours on one clip; above 128 stopped by a signal, as shells
count.
"""

import signal
import sys
from typing import Final

from formcheck.records.errors import ClipError, FormcheckError, RecordError

DONE: Final = 0
DIFFERENT: Final = 1
WRONG_USAGE: Final = 2
CLIP_UNREADABLE: Final = 3
WITHHELD: Final = 4
INTERNAL_ERROR: Final = 70  # EX_SOFTWARE of sysexits.h
STOPPED: Final = 128 + signal.SIGINT
TERMINATED: Final = 128 + signal.SIGTERM
NOBODY_LISTENS: Final = 128 + 13  # SIGPIPE; Windows has no such signal


def exit_code(error: FormcheckError) -> int:
    """The code of an error: is it the clip, or what formcheck was asked and given."""
    return CLIP_UNREADABLE if isinstance(error, ClipError | RecordError) else WRONG_USAGE


def complain(text: str) -> None:
    """Say one line on standard error."""
    sys.stderr.write(f"formcheck: {printable(text)}\n")


def printable(text: str) -> str:
    """Text without what would break a line or move a terminal's cursor: file names may hold anything."""
    return "".join(letter if letter.isprintable() or letter == "\N{NO-BREAK SPACE}" else "?" for letter in text)
