"""Athletes in the store: each belongs to the owner who made it, and to no other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, literal, select, tuple_, update

from formcheck_api.records.handles import cursor_of, moment_of, new_id, place_of
from formcheck_api.records.people import Athlete, AthletePage
from formcheck_api.store.database import Transactions, take_turns
from formcheck_api.store.expiry import note_deletion
from formcheck_api.store.people.detach import detach
from formcheck_api.store.tables import athletes, sessions

MOST_ATHLETES: Final = 1000
"""Of one owner: more than a coach or a club has."""


class TooManyError(Exception):
    """The owner has as many of these as allowed."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"{most} {what}")
        self.what, self.most = what, most


class AthleteStore(Transactions):
    """The athletes as their owners see them."""

    def add_athlete(self, owner: str, values: Mapping[str, Any], now: datetime) -> Athlete:
        """A new athlete with these fields. Raises TooManyError."""
        with self._writing() as db:
            take_turns(db, owner)
            count = select(func.count()).select_from(athletes).where(athletes.c.owner == owner)
            if db.execute(count).scalar_one() >= MOST_ATHLETES:
                raise TooManyError("athletes", MOST_ATHLETES)
            row = {**values, "id": new_id("at"), "owner": owner, "created": now}
            return _athlete(db.execute(insert(athletes).values(row).returning(athletes)).mappings().one())

    def get_athlete(self, owner: str, athlete_id: str) -> Athlete | None:
        """One athlete; None where it does not exist or is another owner's."""
        with self._reading() as db:
            return find_athlete(db, owner, athlete_id)

    def list_athletes(
        self, owner: str, *, name: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> AthletePage:
        """The owner's athletes, newest first. Raises CursorError."""
        query = select(athletes).where(athletes.c.owner == owner)
        if name is not None:
            query = query.where(athletes.c.name == name)
        if cursor is not None:
            created, last_id = place_of(cursor, 2)
            last = literal(moment_of(created), athletes.c.created.type), literal(last_id)
            query = query.where(tuple_(athletes.c.created, athletes.c.id) < tuple_(*last))
        query = query.order_by(athletes.c.created.desc(), athletes.c.id.desc()).limit(limit + 1)
        with self._reading() as db:
            found = [_athlete(row) for row in db.execute(query).mappings()]
        page = tuple(found[:limit])
        following = cursor_of(page[-1].created.isoformat(), page[-1].id) if len(found) > limit else None
        return AthletePage(page, following)

    def change_athlete(self, owner: str, athlete_id: str, changes: Mapping[str, Any]) -> Athlete | None:
        """The athlete with these fields changed; None where it does not exist."""
        with self._writing() as db:
            if changes:
                own = athletes.c.id == athlete_id, athletes.c.owner == owner
                db.execute(update(athletes).where(*own).values(**changes))
            return find_athlete(db, owner, athlete_id)

    def delete_athlete(self, owner: str, athlete_id: str, now: datetime) -> bool:
        """Delete an athlete and all sessions of theirs; the analyses stay. False where it does not exist."""
        with self._writing() as db:
            take_turns(db, owner)  # with uploads into these sessions
            if find_athlete(db, owner, athlete_id) is None:
                return False
            theirs = select(sessions.c.id).where(sessions.c.athlete_id == athlete_id)
            detach(db, theirs)
            for session_id in db.execute(theirs).scalars().all():
                note_deletion(db, "session", owner, session_id, "asked", now)
            note_deletion(db, "athlete", owner, athlete_id, "asked", now)
            db.execute(delete(athletes).where(athletes.c.id == athlete_id))  # and the sessions, which refer to it
            return True


def find_athlete(db: Connection, owner: str, athlete_id: str) -> Athlete | None:
    """An owner's athlete, part of a caller's transaction."""
    query = select(athletes).where(athletes.c.id == athlete_id, athletes.c.owner == owner)
    row = db.execute(query).mappings().one_or_none()
    return _athlete(row) if row else None


def _athlete(row: RowMapping) -> Athlete:
    return Athlete(**{name: row[name] for name in Athlete.__slots__})
