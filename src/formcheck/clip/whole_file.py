"""Files written whole or not at all: readers never see half a file."""

import contextlib
import os
from pathlib import Path

from formcheck.records.errors import OutputError
from formcheck.words.catalogue import ENGLISH


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place, then move it there. Raises OutputError; an earlier file stays as it was."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # the first error is the one to report
            part.unlink()
        raise OutputError(ENGLISH.say("error.output.unwritable", path=path, why=error.strerror)) from error
