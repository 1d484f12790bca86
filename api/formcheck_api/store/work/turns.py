"""Whose turn it is: start-time fair queueing between owners (Goyal, Vin, Cheng 1996), interactive before bulk.

Each analysis gets a number when it is accepted, and the lowest is next. An owner's analyses count up one by one from
where the queue has got to, so one with a single clip comes next to one with hundreds. Both queues follow this number.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from formcheck_api.records.analyses import State
from formcheck_api.store.tables import analyses

BULK: Final = 2**30
"""The first turn of bulk work: half of what an integer holds, and more analyses than ever wait at once."""

ORDER: Final = (analyses.c.turn, analyses.c.number)
"""The order of the queue."""


def next_turn(db: Connection, owner: str, *, bulk: bool) -> int:
    """The turn of an owner's new analysis."""
    first = BULK if bulk else 0
    kind = analyses.c.turn >= BULK if bulk else analyses.c.turn < BULK
    reached = _one(db, func.max(analyses.c.turn), kind, analyses.c.state == State.RUNNING)
    if reached is None:
        reached = _one(db, func.min(analyses.c.turn), kind, analyses.c.state == State.QUEUED)
    own = [
        _one(db, func.max(analyses.c.turn), kind, analyses.c.state == state, analyses.c.owner == owner)
        for state in (State.QUEUED, State.RUNNING)
    ]
    return max(
        [first, *(turn for turn in [reached] if turn is not None), *(turn + 1 for turn in own if turn is not None)]
    )


def _one(db: Connection, what: ColumnElement[Any], *where: ColumnElement[bool]) -> int | None:
    found: int | None = db.execute(select(what).where(*where)).scalar()
    return found
