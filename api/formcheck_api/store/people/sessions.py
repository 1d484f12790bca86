"""Sessions in the store: a day's run of an athlete, and the analyses that are put into it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, literal, select, tuple_, update

from formcheck_api.records.analyses import Analysis
from formcheck_api.records.handles import CursorError, cursor_of, moment_of, new_id, place_of
from formcheck_api.records.people import Athlete, Session, SessionPage
from formcheck_api.store.analyses import NoSuchSessionError, check_room_in
from formcheck_api.store.database import Transactions, take_turns
from formcheck_api.store.expiry import note_deletion
from formcheck_api.store.people.athletes import TooManyError, find_athlete
from formcheck_api.store.people.detach import detach
from formcheck_api.store.tables import analyses, analysis_from, sessions

MOST_SESSIONS: Final = 1000
"""Of one athlete: three a week for six years."""

_LATEST_FIRST: Final = sessions.c.date.desc(), sessions.c.created.desc(), sessions.c.id.desc()


class SessionStore(Transactions):
    """The sessions as their owners see them."""

    def add_session(self, owner: str, athlete_id: str, values: Mapping[str, Any], now: datetime) -> Session | None:
        """A new session of an athlete; None where the owner has no such athlete. Raises TooManyError."""
        with self._writing() as db:
            take_turns(db, owner)
            if find_athlete(db, owner, athlete_id) is None:
                return None
            count = select(func.count()).select_from(sessions).where(sessions.c.athlete_id == athlete_id)
            if db.execute(count).scalar_one() >= MOST_SESSIONS:
                raise TooManyError("sessions", MOST_SESSIONS)
            row = {**values, "id": new_id("se"), "owner": owner, "athlete_id": athlete_id, "created": now}
            return _session(db.execute(insert(sessions).values(row).returning(sessions)).mappings().one())

    def get_session(self, owner: str, session_id: str) -> Session | None:
        """One session; None where it does not exist or is another owner's."""
        with self._reading() as db:
            return _find(db, owner, session_id)

    def owner_of(self, session_id: str) -> str | None:
        """Whose session it is, for a signed link; None where it does not exist."""
        with self._reading() as db:
            return db.execute(select(sessions.c.owner).where(sessions.c.id == session_id)).scalar_one_or_none()

    def runner_of(self, owner: str, session_id: str) -> tuple[Session, Athlete] | None:
        """A session and its athlete, whose fields are the defaults of what is uploaded into it."""
        with self._reading() as db:
            session = _find(db, owner, session_id)
            athlete = session and find_athlete(db, owner, session.athlete_id)
            return (session, athlete) if session and athlete else None

    def list_sessions(
        self,
        owner: str,
        *,
        athlete_id: str | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> SessionPage:
        """The owner's sessions from the first to the last day, both included, latest first. Raises CursorError."""
        query = select(sessions).where(sessions.c.owner == owner)
        if athlete_id is not None:
            query = query.where(sessions.c.athlete_id == athlete_id)
        if first_day is not None:
            query = query.where(sessions.c.date >= first_day)
        if last_day is not None:
            query = query.where(sessions.c.date <= last_day)
        if cursor is not None:
            place = tuple_(sessions.c.date, sessions.c.created, sessions.c.id)
            query = query.where(place < tuple_(*_place(cursor)))
        with self._reading() as db:
            rows = db.execute(query.order_by(*_LATEST_FIRST).limit(limit + 1)).mappings().all()
            page = _with_clips(db, [_session(row) for row in rows[:limit]])
        return SessionPage(page, _cursor(page[-1]) if len(rows) > limit else None)

    def change_session(self, owner: str, session_id: str, changes: Mapping[str, Any]) -> Session | None:
        """The session with these fields changed; None where it does not exist."""
        with self._writing() as db:
            if changes:
                own = sessions.c.id == session_id, sessions.c.owner == owner
                db.execute(update(sessions).where(*own).values(**changes))
            return _find(db, owner, session_id)

    def delete_session(self, owner: str, session_id: str, now: datetime) -> bool:
        """Delete a session; its analyses stay. False where it does not exist."""
        with self._writing() as db:
            take_turns(db, owner)  # with uploads into this session
            if _find(db, owner, session_id) is None:
                return False
            detach(db, select(sessions.c.id).where(sessions.c.id == session_id))
            note_deletion(db, "session", owner, session_id, "asked", now)
            db.execute(delete(sessions).where(sessions.c.id == session_id))
            return True

    def put_clip(self, owner: str, session_id: str, analysis_id: str) -> bool:
        """Put an analysis into a session, out of the one it was in. False where either does not exist.

        Raises SessionFullError.
        """
        own = analyses.c.id == analysis_id, analyses.c.owner == owner
        with self._writing() as db:
            take_turns(db, owner)
            row = db.execute(select(analyses.c.session_id).where(*own).with_for_update()).one_or_none()
            if row is None:
                return False
            if row.session_id != session_id:
                try:
                    check_room_in(db, owner, session_id)
                except NoSuchSessionError:
                    return False
                moved = {"session_id": session_id, "version": analyses.c.version + 1}
                db.execute(update(analyses).where(*own).values(moved))
            return True

    def take_clip_out(self, owner: str, session_id: str, analysis_id: str) -> bool:
        """Take an analysis out of a session. False where it is not in it."""
        inside = analyses.c.id == analysis_id, analyses.c.owner == owner, analyses.c.session_id == session_id
        with self._writing() as db:
            alone = {"session_id": None, "version": analyses.c.version + 1}
            return db.execute(update(analyses).where(*inside).values(alone)).rowcount == 1

    def clips_of(self, owner: str, session_ids: Sequence[str]) -> tuple[Analysis, ...]:
        """The analyses in these sessions, oldest first."""
        inside = analyses.c.owner == owner, analyses.c.session_id.in_(session_ids)
        with self._reading() as db:
            query = select(analyses).where(*inside).order_by(analyses.c.number)
            return tuple(analysis_from(row) for row in db.execute(query).mappings())


def _find(db: Connection, owner: str, session_id: str) -> Session | None:
    query = select(sessions).where(sessions.c.id == session_id, sessions.c.owner == owner)
    row = db.execute(query).mappings().one_or_none()
    return _with_clips(db, [_session(row)])[0] if row else None


def _with_clips(db: Connection, found: Sequence[Session]) -> tuple[Session, ...]:
    inside = analyses.c.session_id.in_([session.id for session in found])
    query = select(analyses.c.session_id, analyses.c.id).where(inside).order_by(analyses.c.number)
    clips: dict[str, list[str]] = defaultdict(list)
    for row in db.execute(query):
        clips[row.session_id].append(row.id)
    return tuple(replace(session, clips=tuple(clips[session.id])) for session in found)


def _session(row: RowMapping) -> Session:
    return Session(**{name: row[name] for name in Session.__slots__ if name != "clips"})


def _cursor(last: Session) -> str:
    return cursor_of(last.date.isoformat(), last.created.isoformat(), last.id)


def _place(cursor: str) -> tuple[Any, ...]:
    day, created, last_id = place_of(cursor, 3)
    try:
        last_day = date.fromisoformat(day)
    except ValueError as error:
        raise CursorError(cursor) from error
    return literal(last_day), literal(moment_of(created), sessions.c.created.type), literal(last_id)
