"""How far it is, on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from formcheck.cli.exits import printable

OnProgress = Callable[[str, float], None]
"""Gets a stage's name and the share of all the work that is done, 0..1."""


@contextmanager
def shown_progress(name: str) -> Iterator[OnProgress]:
    """A progress bar on standard error while the block runs, if that is a terminal; else nothing at all."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(name), total=1.0)

        def tell(stage: str, done: float) -> None:
            so_far = max(done, bar.tasks[task].completed)  # a bar never runs back
            bar.update(task, completed=so_far, description=f"{printable(name)}: {stage}")

        yield tell
