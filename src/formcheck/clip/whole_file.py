"""Output files written whole or not at all, and the error where they can't be."""

from pathlib import Path

from formcheck.records.errors import OutputError
from formcheck.records.files import whole_file
from formcheck.words.catalogue import ENGLISH


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place, then move it there. Raises OutputError; an earlier file stays as it was."""
    try:
        with whole_file(path) as draft:
            draft.write_bytes(data)
    except OSError as error:
        raise OutputError(ENGLISH.say("error.output.unwritable", path=path, why=error.strerror)) from error
