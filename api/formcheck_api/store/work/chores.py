"""Deferred jobs other than analyses where there is no engine: rows that the one process works off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from formcheck_api.store.database import Transactions
from formcheck_api.store.tables import chores


@dataclass(frozen=True, slots=True)
class DueChore:
    """A job that may begin; ``tries`` of it have failed."""

    number: int
    task: str
    args: Mapping[str, Any]
    tries: int


class ChoreStore(Transactions):
    """The jobs of a service without an engine."""

    def due_chore(self, now: datetime) -> DueChore | None:
        """Of those that failed least, the one that has been due for longest; it stays until it is done or put off."""
        order = chores.c.tries, chores.c.due, chores.c.number
        query = select(chores).where(chores.c.due <= now).order_by(*order).limit(1)
        with self._reading() as db:
            row = db.execute(query).one_or_none()
        return DueChore(row.number, row.task, row.args, row.tries) if row else None

    def chore_done(self, number: int) -> None:
        """Forget it."""
        with self._writing() as db:
            db.execute(delete(chores).where(chores.c.number == number))

    def put_chore_off(self, number: int, until: datetime, *, failed: bool) -> None:
        """Try again then."""
        with self._writing() as db:
            values = {"due": until, "tries": chores.c.tries + failed}
            db.execute(update(chores).where(chores.c.number == number).values(values))
