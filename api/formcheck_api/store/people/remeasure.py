"""Measuring an athlete's clips again with this version of formcheck, so that a trend mixes no versions."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from formcheck import __version__
from formcheck_api.records.analyses import Analysis, StoredClip
from formcheck_api.records.people import Remeasured, newest_of_each_clip
from formcheck_api.records.sharing import UNLIMITED, Quota
from formcheck_api.store.analyses import insert_analysis, new_row
from formcheck_api.store.clients.quota import check_quota, used_by
from formcheck_api.store.database import Transactions, take_turns
from formcheck_api.store.people.athletes import find_athlete
from formcheck_api.store.tables import analyses, analysis_from, sessions

MOST_AT_ONCE: Final = 100
"""Analyses that one request queues, as bulk work: some ten minutes of it."""


class RemeasureStore(Transactions):
    """Analyses that take over the clip of one that another version made."""

    def remeasure(self, owner: str, athlete_id: str, now: datetime, quota: Quota = UNLIMITED) -> Remeasured | None:
        """Queue the clips of an athlete's sessions that another version measured; None where there is no such athlete.

        A new analysis takes the clip over from the one before, whose report stays. With a ``quota`` those beyond it
        are left. Raises QuotaExceededError where that is all of them.
        """
        with self._writing() as db:
            take_turns(db, owner)
            if find_athlete(db, owner, athlete_id) is None:
                return None
            found = _clips_of(db, athlete_id)
            newest = newest_of_each_clip(found)
            current = [each.id for each in newest if not each.state.is_finished or _is_current(each)]
            older = [each for each in newest if each.id not in current]
            holders = {_clip(each): each for each in found if each.state.is_finished and each.clip_key is not None}
            kept = [(each, holders[_clip(each)]) for each in older if _clip(each) in holders]
            gone = tuple(each.id for each in older if _clip(each) not in holders)
            room = _room(db, owner, quota, now) if kept else 0
            queued = tuple(self._queue_again(db, before, holder, now) for before, holder in kept[:room])
            return Remeasured(queued, tuple(current), gone, len(kept) - len(queued))

    def _queue_again(self, db: Connection, before: Analysis, holder: Analysis, now: datetime) -> Analysis:
        """The analysis of before once more, with the clip that ``holder`` gives up: a failed one may have it."""
        clip = StoredClip(str(holder.clip_key), before.clip_name, before.clip_sha256, before.clip_bytes)
        db.execute(update(analyses).where(analyses.c.id == holder.id).values(clip_key=None))
        row = new_row(before.owner, before.label, before.options, clip, now)
        return insert_analysis(db, row | {"session_id": before.session_id}, self._sharing, now, bulk=True)


def _room(db: Connection, owner: str, quota: Quota, now: datetime) -> int:
    """How many may be queued at once: their clips are stored already. Raises QuotaExceededError where it is none."""
    check_quota(db, owner, replace(quota, storage_bytes=None), 0, now)
    left = MOST_AT_ONCE if quota.clips is None else quota.clips - used_by(db, owner, now).clips
    return min(MOST_AT_ONCE, left)


def _clips_of(db: Connection, athlete_id: str) -> list[Analysis]:
    theirs = select(sessions.c.id).where(sessions.c.athlete_id == athlete_id)
    query = select(analyses).where(analyses.c.session_id.in_(theirs)).order_by(analyses.c.number)
    return [analysis_from(row) for row in db.execute(query.with_for_update()).mappings()]


def _clip(analysis: Analysis) -> tuple[str | None, str]:
    return analysis.session_id, analysis.clip_sha256


def _is_current(analysis: Analysis) -> bool:
    return analysis.formcheck_version == __version__
