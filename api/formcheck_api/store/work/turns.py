"""Whose turn it is: start-time fair queueing between owners (Goyal, Vin, Cheng 1996), interactive before bulk.

Each analysis gets a number when it is accepted, and the lowest is next. An owner's analyses count up one by one from
where its queue has got to, so one with a single clip comes next to one with hundreds. Each queue counts by itself, as
a worker of one may be far ahead of the other's; one that was empty begins where the other has got to, as a worker of
both takes the lowest number of either.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from formcheck_api.records.analyses import State
from formcheck_api.store.tables import analyses

BULK: Final = 2**30
"""The first turn of bulk work: half of what an integer holds, and more analyses than ever wait at once."""

ORDER: Final = (analyses.c.turn, analyses.c.number)
"""The order of the queue."""


def next_turn(db: Connection, owner: str, queue: str, *, bulk: bool) -> int:
    """The turn of an owner's new analysis in a queue."""
    first = BULK if bulk else 0
    kind = analyses.c.turn >= BULK if bulk else analyses.c.turn < BULK
    here = analyses.c.queue == queue
    reached = _reached(db, kind, here)
    if reached is None:
        reached = _reached(db, kind)
    own = [
        _one(db, func.max(analyses.c.turn), kind, here, analyses.c.state == state, analyses.c.owner == owner)
        for state in (State.QUEUED, State.RUNNING)
    ]
    return max(
        [first, *(turn for turn in [reached] if turn is not None), *(turn + 1 for turn in own if turn is not None)]
    )


def _reached(db: Connection, *where: ColumnElement[bool]) -> int | None:
    """The turn that runs, or else the next one; None where nothing runs or waits."""
    running = _one(db, func.max(analyses.c.turn), *where, analyses.c.state == State.RUNNING)
    if running is not None:
        return running
    return _one(db, func.min(analyses.c.turn), *where, analyses.c.state == State.QUEUED)


def _one(db: Connection, what: ColumnElement[Any], *where: ColumnElement[bool]) -> int | None:
    found: int | None = db.execute(select(what).where(*where)).scalar()
    return found
