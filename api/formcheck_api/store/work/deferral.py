"""Jobs deferred in a store's own transaction: what is accepted has its job, and what is rolled back has none.

With PostgreSQL a job is a row of Procrastinate's. With SQLite the row of a waiting analysis is its job, and any other
one is a row of ``chores``, which the one process works off.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Select,
    String,
    cast,
    column,
    delete,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.exc import OperationalError

from formcheck_api.records.sharing import CHORES
from formcheck_api.store.tables import chores

ANALYSE: Final = "analyse"
"""Name of the job that does an analysis."""

_jobs: Final = table("procrastinate_jobs", column("task_name"), column("status"), column("args", JSON))


class NotYetError(Exception):
    """A job came too early, which is no fault: it is to come again in ``wait_s``."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"to be done in {wait_s:.1f} s")
        self.wait_s = wait_s


def has_engine(db: Connection) -> bool:
    """Whether jobs are the engine's."""
    return db.dialect.name == "postgresql"


def defer(
    db: Connection,
    task: str,
    args: Mapping[str, Any],
    *,
    now: datetime,
    at: datetime | None = None,
    queue: str = CHORES,
    priority: int = 0,
    tries: int = 0,
) -> int | None:
    """Have a job done, at ``at`` or later, once this transaction is committed; its number with the engine.

    ``task`` is the name of a ``jobs.queue.Chore``, called with ``args``. What was tried before, ``tries`` times, comes
    after what was not.
    """
    if not has_engine(db):
        db.execute(insert(chores).values(task=task, args=dict(args), due=at or now, tries=tries))
        return None
    connection = db.connection.driver_connection
    options: dict[str, Any] = {
        "queue": queue,
        "priority": priority - tries,
        "schedule_at": at,
        "connection": connection,
    }
    try:
        return _app().configure_task(task, **options).defer(**args)
    except ConnectorException as error:
        raise OperationalError(None, None, error.__cause__ or error) from error


def deferred(db: Connection, task: str, arg: str) -> Select[tuple[str]]:
    """That argument of every job of a task that waits or is being done."""
    if not has_engine(db):
        return select(chores.c.args[arg].as_string()).where(chores.c.task == task)
    unfinished: ColumnElement[bool] = cast(_jobs.c.status, String).in_(("todo", "doing"))
    return select(_jobs.c.args[arg].as_string()).where(_jobs.c.task_name == task, unfinished)


def withdraw_all(db: Connection, task: str, arg: str, values: Select[tuple[str]]) -> None:
    """Delete the jobs of a task that wait and have one of these values for that argument."""
    if not has_engine(db):
        db.execute(delete(chores).where(chores.c.task == task, chores.c.args[arg].as_string().in_(values)))
        return
    waiting: ColumnElement[bool] = cast(_jobs.c.status, String) == "todo"
    db.execute(delete(_jobs).where(_jobs.c.task_name == task, waiting, _jobs.c.args[arg].as_string().in_(values)))


def withdraw(db: Connection, job: int | None) -> None:
    """Delete a job that has not begun, and have one that has stopped; none, or one that is gone, is fine."""
    if job is not None:
        db.execute(text("SELECT procrastinate_cancel_job_v1(:job, true, true)"), {"job": job})


@cache
def _app() -> App:
    return App(connector=SyncPsycopgConnector())  # never opened: it writes on connections of ours
