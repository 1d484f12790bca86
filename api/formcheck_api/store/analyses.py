"""A client's part of the store: its own analyses, and no others."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, tuple_, update

from formcheck import __version__
from formcheck_api.records.analyses import Analysis, Created, Hold, IdempotentRequest, Options, Page, State, StoredClip
from formcheck_api.records.handles import cursor_of, moment_of, new_id, place_of
from formcheck_api.records.sharing import UNLIMITED, Quota, Sharing, Used
from formcheck_api.store.clients.held import check_held, note_analysis
from formcheck_api.store.clients.quota import check_quota, used_by
from formcheck_api.store.database import IdempotencyConflictError, Transactions, take_turns
from formcheck_api.store.expiry import forget
from formcheck_api.store.tables import analyses, analysis_from, as_json, requests, sessions
from formcheck_api.store.work.deferral import withdraw
from formcheck_api.store.work.outbox import announce_end
from formcheck_api.store.work.owners import count_use, has_room, let_next_in, make_room, note_work
from formcheck_api.store.work.placing import job_for
from formcheck_api.store.work.turns import ORDER, next_turn

MOST_CLIPS: Final = 50
"""Analyses in one session, measured again ones too: a morning's films of one runner are a handful."""

PACE_OF: Final = 20
"""Analyses that show how fast this service is now: a few minutes of a busy one."""


class TooManyWaitingError(Exception):
    """The owner has as many analyses waiting or running as allowed."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} are waiting")
        self.waiting = waiting


class NoSuchSessionError(Exception):
    """The owner has no session of this id."""


class SessionFullError(Exception):
    """The session has as many clips as allowed."""


class AnalysisStore(Transactions):
    """The analyses as their owners see them."""

    def create(
        self,
        owner: str,
        label: str | None,
        options: Options,
        clip: StoredClip,
        *,
        request: IdempotentRequest | None,
        now: datetime,
        most_waiting: int | None = None,
        session_id: str | None = None,
        bulk: bool = False,
        quota: Quota = UNLIMITED,
        request_id: str | None = None,
        trace: str | None = None,
        hold: Hold | None = None,
    ) -> Created:
        """Accept a clip whose bytes are stored already, or find the response it got before.

        The caller deletes the blob ``clip.key`` when the result is not "new"; the sweep does if it cannot.
        With ``most_waiting`` a new one is refused where so many of the owner's are not finished, and with a ``quota``
        where it would be too much. ``bulk``: it waits until nothing else does. With ``hold`` the clip is that of an
        upload, which is whole from here on and gets the same response for ever.
        Raises IdempotencyConflictError, TooManyWaitingError, QuotaExceededError, NoSuchSessionError, SessionFullError,
        UploadLostError.
        """
        with self._writing() as db:
            take_turns(db, owner)
            upload = check_held(db, hold) if hold else None
            if upload and upload.analysis_id and (before := _find(db, owner, upload.analysis_id)):
                return Created(before, "same_request")
            if request and (before := _answered(db, owner, request)):
                return Created(before, "same_request")
            row = new_row(owner, label, options, clip, now) | {"session_id": session_id}
            row |= {"request_id": request_id, "trace": trace}
            known = _same_clip(db, row, options)
            if not known and most_waiting is not None and (waiting := _count_waiting(db, owner)) >= most_waiting:
                raise TooManyWaitingError(waiting)
            if not known:
                check_quota(db, owner, quota, clip.bytes, now, besides=hold.upload_id if hold else None)
            if not known and session_id is not None:
                check_room_in(db, owner, session_id)
            analysis = known or insert_analysis(db, row, self._sharing, now, bulk=bulk)
            if request:
                asked = {"key": request.key, "fingerprint": request.fingerprint}
                db.execute(insert(requests).values(owner=owner, created=now, analysis_id=analysis.id, **asked))
            if hold:
                note_analysis(db, hold, analysis.id, clip.bytes, is_new=not known)
            return Created(analysis, "same_clip" if known else "new")

    def answered(self, owner: str, key: str) -> Analysis | None:
        """What a request with this Idempotency-Key was answered with; None: there was none, or it was deleted."""
        query = select(requests.c.analysis_id).where(requests.c.owner == owner, requests.c.key == key)
        with self._reading() as db:
            known = db.execute(query).scalar()
            return None if known is None else _find(db, owner, known)

    def count_waiting(self, owner: str) -> int:
        """How many of the owner's analyses are not finished."""
        with self._reading() as db:
            return _count_waiting(db, owner)

    def used(self, owner: str, now: datetime) -> Used:
        """What an owner has used of its quota."""
        with self._reading() as db:
            return used_by(db, owner, now)

    def get(self, owner: str | None, analysis_id: str) -> Analysis | None:
        """One analysis; None where it does not exist or is another owner's. ``owner`` None: anybody's (internal)."""
        with self._reading() as db:
            return _find(db, owner, analysis_id)

    def list(
        self,
        owner: str,
        *,
        label: str | None = None,
        state: State | None = None,
        session_id: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """The owner's analyses, newest first. Raises CursorError."""
        wanted = [analyses.c.owner == owner]
        if label is not None:
            wanted.append(analyses.c.label == label)
        if state is not None:
            wanted.append(analyses.c.state == state)
        if session_id is not None:
            wanted.append(analyses.c.session_id == session_id)
        if cursor is not None:
            wanted.append(_older_than(cursor))
        newest_first = analyses.c.created.desc(), analyses.c.id.desc()
        query = select(analyses).where(*wanted).order_by(*newest_first).limit(limit + 1)
        with self._reading() as db:
            found = [analysis_from(row) for row in db.execute(query).mappings()]
        page = tuple(found[:limit])
        return Page(page, _cursor(page[-1]) if len(found) > limit else None)

    def cancel(self, owner: str, analysis_id: str, now: datetime) -> Analysis | None:
        """Stop an analysis: a queued one at once, a running one as soon as its worker hears; finished: unchanged.

        A worker that succeeds before it hears has succeeded.
        """
        with self._writing() as db:
            take_turns(db, owner)
            found = _find(db, owner, analysis_id, for_update=True)
            if found is None or found.state.is_finished or found.cancel_requested:
                return found
            values: dict[str, object] = {"cancel_requested": True, "version": found.version + 1}
            if found.state is State.QUEUED:
                values |= {"state": State.CANCELLED, "stage": State.CANCELLED, "finished": now}
            self._withdraw(db, analysis_id)
            db.execute(update(analyses).where(analyses.c.id == analysis_id).values(values))
            if found.state is State.QUEUED:
                announce_end(db, analysis_id, now)
            let_next_in(db, owner, self._sharing, now)
            return _find(db, owner, analysis_id)

    def delete(self, owner: str, analysis_id: str, now: datetime) -> bool:
        """Delete an analysis; its bytes become garbage (`retention.empty_garbage`). False where it does not exist."""
        with self._writing() as db:
            take_turns(db, owner)
            found = _find(db, owner, analysis_id, for_update=True)
            if found is not None:
                if found.state is State.RUNNING:
                    note_work(db, found, now)
                self._withdraw(db, analysis_id)
                forget(db, found, "asked", now)
                let_next_in(db, owner, self._sharing, now)
            return found is not None

    @staticmethod
    def _withdraw(db: Connection, analysis_id: str) -> None:
        """Its job is not to begin, or to stop."""
        withdraw(db, db.execute(select(analyses.c.job).where(analyses.c.id == analysis_id)).scalar())

    def position(self, analysis_id: str) -> int | None:
        """How many are served before this one; None unless it is queued."""
        place = select(*ORDER).where(analyses.c.id == analysis_id, analyses.c.state == State.QUEUED)
        with self._reading() as db:
            own = db.execute(place).one_or_none()
            if own is None:
                return None
            before = select(func.count()).where(analyses.c.state == State.QUEUED, tuple_(*ORDER) < tuple_(*own))
            return db.execute(before).scalar_one()

    def line(self, analysis_id: str, most: int) -> tuple[Analysis, ...]:
        """Those that run, and those that are served before this one: ``most`` at most."""
        own = select(*ORDER).where(analyses.c.id == analysis_id, analyses.c.state == State.QUEUED)
        with self._reading() as db:
            place = db.execute(own).one_or_none()
            before = [and_(analyses.c.state == State.QUEUED, tuple_(*ORDER) < tuple_(*place))] if place else []
            query = select(analyses).where(or_(analyses.c.state == State.RUNNING, *before))
            found = db.execute(query.where(analyses.c.id != analysis_id).limit(most)).mappings()
            return tuple(analysis_from(row) for row in found)

    def pace(self) -> tuple[Analysis, ...]:
        """The last that succeeded: how fast this service is."""
        done = analyses.c.state == State.SUCCEEDED, analyses.c.started.is_not(None)
        query = select(analyses).where(*done).order_by(analyses.c.finished.desc()).limit(PACE_OF)
        with self._reading() as db:
            return tuple(analysis_from(row) for row in db.execute(query).mappings())


def check_room_in(db: Connection, owner: str, session_id: str) -> None:
    """Whether one more clip may join this session: part of a transaction that took its turn.

    Raises NoSuchSessionError and SessionFullError.
    """
    session = sessions.c.id == session_id, sessions.c.owner == owner
    if db.execute(select(sessions.c.id).where(*session)).first() is None:
        raise NoSuchSessionError(session_id)
    clips = select(func.count()).select_from(analyses).where(analyses.c.session_id == session_id)
    if db.execute(clips).scalar_one() >= MOST_CLIPS:
        raise SessionFullError(session_id)


def _count_waiting(db: Connection, owner: str) -> int:
    waiting = analyses.c.owner == owner, analyses.c.state.in_([State.QUEUED, State.RUNNING])
    return db.execute(select(func.count()).select_from(analyses).where(*waiting)).scalar_one()


def _answered(db: Connection, owner: str, request: IdempotentRequest) -> Analysis | None:
    query = select(requests).where(requests.c.owner == owner, requests.c.key == request.key)
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    if row.fingerprint != request.fingerprint:
        raise IdempotencyConflictError(request.key)
    return _find(db, owner, row.analysis_id)


def _same_clip(db: Connection, row: dict[str, Any], options: Options) -> Analysis | None:
    """The same clip with the same options, label and session, unless another version of formcheck measured it."""
    query = select(analyses).where(
        *(analyses.c[name] == row[name] for name in ("owner", "clip_sha256")),
        *(analyses.c[name].is_not_distinct_from(row[name]) for name in ("label", "session_id")),
        analyses.c.state.in_([State.QUEUED, State.RUNNING, State.SUCCEEDED]),
        or_(analyses.c.state == State.QUEUED, analyses.c.formcheck_version == __version__),
        analyses.c.cancel_requested.is_(False),
        analyses.c.problem.is_(None),  # one without its video is done anew where the clip is sent again
    )
    found = (analysis_from(row) for row in db.execute(query.order_by(analyses.c.number.desc())).mappings())
    return next((analysis for analysis in found if analysis.options == options), None)


def insert_analysis(
    db: Connection, values: dict[str, Any], sharing: Sharing, now: datetime, *, bulk: bool = False
) -> Analysis:
    """The analysis of a new row, with its turn and its job; part of a transaction that took its owner's turn."""
    owner = values["owner"]
    has_place = has_room(db, owner, sharing)
    queue = sharing.queue_for(values["options"]["model"], values["clip_bytes"])
    placed = values | {"turn": next_turn(db, owner, queue, bulk=bulk), "queue": queue}
    analysis = analysis_from(db.execute(insert(analyses).values(placed).returning(analyses)).mappings().one())
    if (has_place or make_room(db, analysis)) and (job := job_for(db, analysis, now=now)) is not None:
        db.execute(update(analyses).where(analyses.c.id == analysis.id).values(job=job))
    count_use(db, owner, now, clips=1)
    return analysis


def new_row(owner: str, label: str | None, options: Options, clip: StoredClip, now: datetime) -> dict[str, Any]:
    """A row of ``analyses`` that waits for its first attempt."""
    return {
        "id": new_id("an"),
        "owner": owner,
        "label": label,
        "state": State.QUEUED,
        "stage": State.QUEUED,
        "progress": 0.0,
        "created": now,
        "attempts": 0,
        "crashes": 0,
        "options": as_json(options),
        "clip_name": clip.name,
        "clip_sha256": clip.sha256,
        "clip_bytes": clip.bytes,
        "clip_key": clip.key,
        "artefacts": [],
        "version": 1,
        "cancel_requested": False,
    }


def _find(db: Connection, owner: str | None, analysis_id: str, *, for_update: bool = False) -> Analysis | None:
    query = select(analyses).where(analyses.c.id == analysis_id)
    if owner is not None:
        query = query.where(analyses.c.owner == owner)
    row = db.execute(query.with_for_update() if for_update else query).mappings().one_or_none()
    return analysis_from(row) if row else None


def _cursor(last: Analysis) -> str:
    return cursor_of(last.created.isoformat(), last.id)


def _older_than(cursor: str) -> ColumnElement[bool]:
    created_text, last_id = place_of(cursor, 2)
    created = moment_of(created_text)
    return or_(analyses.c.created < created, and_(analyses.c.created == created, analyses.c.id < last_id))
