"""Writing a file whole or not at all: a reader, or a second writer, never sees half of one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from formcheck.records.errors import OutputError
from formcheck.words.catalogue import ENGLISH


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write, which takes its place when the block ends well and is gone otherwise."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield draft
        draft.replace(path)
    finally:
        with suppress(OSError):  # what is to be said is why the writing failed
            draft.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place, then move it there. Raises OutputError; an earlier file stays as it was."""
    try:
        with whole_file(path) as draft:
            draft.write_bytes(data)
    except OSError as error:
        raise OutputError(ENGLISH.say("error.output.unwritable", path=path, why=error.strerror)) from error
