"""Writing a file whole or not at all: a reader, or a second writer, never sees half of one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


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
