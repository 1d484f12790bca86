"""Webhooks in the store: a client's own, and what became of their messages.

Whoever changes several rows locks the webhook's first, so that no two wait for each other.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, update

from formcheck_api.records.handles import new_id
from formcheck_api.store.database import Transactions, take_turns
from formcheck_api.store.work.deferral import NotYetError, defer, deferred, withdraw_all
from formcheck_api.store.work.outbox import DELIVER, put_message
from formcheck_api.store.work.webhook_tables import (
    PAUSE,
    SCHEDULE,
    SLOW_S,
    Attempt,
    DisabledWhy,
    Message,
    Webhook,
    message_from,
    webhook_attempts,
    webhook_from,
    webhook_messages,
    webhooks,
)

MOST_WEBHOOKS: Final = 10
"""Of one owner; each analysis writes a message to every one."""
SECRET_BYTES: Final = 32
ROTATION: Final = timedelta(days=1)
"""How long the secret before the last change still signs."""
CLAIM: Final = timedelta(minutes=2)
"""After so long an attempt under way has died with its process; a living one takes 45 s and the look-up of a name."""
LOST: Final = timedelta(minutes=1)
"""A message that is due for so long and has no job gets one: of before this version, or a backup that was restored."""
MOST_AT_ONCE: Final = 500
"""Messages that get a job in one transaction; the next look takes the rest."""


class TooManyWebhooksError(Exception):
    """The owner has as many webhooks as allowed."""


class WebhookStore(Transactions):
    """Receivers, messages and attempts."""

    def add_webhook(self, owner: str, url: str, now: datetime) -> Webhook:
        """A new receiver, with a secret. Raises TooManyWebhooksError."""
        values = {"id": new_id("wh"), "owner": owner, "url": url, "secret": _secret(), "created": now, "sequence": 0}
        with self._writing() as db:
            take_turns(db, owner)
            mine = select(func.count()).select_from(webhooks).where(webhooks.c.owner == owner)
            if db.execute(mine).scalar_one() >= MOST_WEBHOOKS:
                raise TooManyWebhooksError(owner)
            return webhook_from(db.execute(insert(webhooks).values(values).returning(webhooks)).mappings().one())

    def list_webhooks(self, owner: str) -> tuple[Webhook, ...]:
        """The owner's, oldest first."""
        query = select(webhooks).where(webhooks.c.owner == owner).order_by(webhooks.c.created, webhooks.c.id)
        with self._reading() as db:
            return tuple(webhook_from(row) for row in db.execute(query).mappings())

    def get_webhook(self, owner: str, webhook_id: str) -> Webhook | None:
        """One of the owner's; None where it does not exist."""
        with self._reading() as db:
            row = _find(db, owner, webhook_id)
            return webhook_from(row) if row else None

    def delete_webhook(self, owner: str, webhook_id: str) -> bool:
        """Forget a receiver, its messages and their log; whether it was there."""
        with self._writing() as db:
            mine = webhooks.c.id == webhook_id, webhooks.c.owner == owner
            return db.execute(delete(webhooks).where(*mine)).rowcount == 1

    def rotate_secret(self, owner: str, webhook_id: str, now: datetime) -> Webhook | None:
        """Give it a new secret; the old one signs as well for `ROTATION`."""
        with self._writing() as db:
            found = _find(db, owner, webhook_id, for_update=True)
            changed = {"secret": _secret(), "old_secret_ends": now + ROTATION}
            return _changed(db, webhook_id, changed | {"old_secret": found["secret"]}) if found else None

    def enable_webhook(self, owner: str, webhook_id: str, now: datetime) -> Webhook | None:
        """Send to it again, first what has waited meanwhile."""
        with self._writing() as db:
            found = _find(db, owner, webhook_id, for_update=True)
            if found is None:
                return None
            waiting = webhook_messages.c.webhook_id == webhook_id, webhook_messages.c.delivered.is_(None)
            query = update(webhook_messages).where(*waiting).values(due=now, claimed=None)
            ids = db.execute(query.returning(webhook_messages.c.id, webhook_messages.c.sequence)).all()
            db.execute(delete(webhook_attempts).where(webhook_attempts.c.message_id.in_([each.id for each in ids])))
            withdraw_all(db, DELIVER, "message_id", select(webhook_messages.c.id).where(*waiting))
            for message_id, _ in sorted(ids, key=lambda each: each.sequence):
                defer(db, DELIVER, {"message_id": message_id}, now=now)
            return _changed(db, webhook_id, {"disabled": None, "disabled_why": None})

    def send_test(self, owner: str, webhook_id: str, now: datetime) -> Message | None:
        """Have a message delivered that reports nothing."""
        with self._writing() as db:
            found = _find(db, owner, webhook_id, for_update=True)
            if found is None:
                return None
            return _message(db, put_message(db, found, "webhook.test", {}, now))

    def list_messages(self, webhook_id: str, limit: int) -> tuple[Message, ...]:
        """The latest messages of a webhook, newest first."""
        query = select(webhook_messages.c.id).where(webhook_messages.c.webhook_id == webhook_id)
        newest = query.order_by(webhook_messages.c.sequence.desc()).limit(limit)
        with self._reading() as db:
            return tuple(_message(db, message_id) for message_id in db.execute(newest).scalars().all())

    def claim_message(self, message_id: str, now: datetime) -> tuple[Webhook, Message] | None:
        """Take a message that is due for one attempt; None where there is nothing to do.

        Raises NotYetError before it is due, by a clock that may be behind the one that wrote it down, and while another
        process is at it.
        """
        query = select(webhook_messages).where(webhook_messages.c.id == message_id).with_for_update()
        with self._writing() as db:
            row = db.execute(query).mappings().one_or_none()
            if row is None or row["due"] is None:
                return None
            found = db.execute(select(webhooks).where(webhooks.c.id == row["webhook_id"])).mappings().one()
            if found["disabled"]:
                return None
            begin = max(row["due"], row["claimed"] + CLAIM) if row["claimed"] else row["due"]
            if begin > now:
                raise NotYetError((begin - now).total_seconds())
            db.execute(update(webhook_messages).where(webhook_messages.c.id == message_id).values(claimed=now))
            return webhook_from(found), _message(db, message_id)

    def note_attempt(self, message: Message, attempt: Attempt, *, gone: bool) -> DisabledWhy | None:
        """Write an attempt down and defer the next one where it failed; why the webhook is disabled by it, if it is.

        An attempt that failed after its claim was lost changes nothing: others have begun meanwhile.
        """
        arrived = attempt.status is not None and 200 <= attempt.status < 300
        with self._writing() as db:
            row = _locked(db, message)
            if row is None or not (arrived or row["claimed"] == message.claimed):
                return None
            tries = _put_attempt(db, message.id, attempt)
            given_up = not arrived and (gone or tries > len(SCHEDULE))
            due = None if arrived or given_up else attempt.at + SCHEDULE[tries - 1]
            why: DisabledWhy | None = None if not given_up else "gone" if gone else "failing"
            ended = {"due": due, "claimed": None, "delivered": attempt.at if arrived else None}
            db.execute(update(webhook_messages).where(webhook_messages.c.id == message.id).values(ended))
            if due is not None:
                defer(db, DELIVER, {"message_id": message.id}, now=attempt.at, at=due, tries=tries)
            if not arrived and attempt.seconds >= SLOW_S:
                _pause(db, message.webhook_id, attempt.at)
            if why is not None:
                _changed(db, message.webhook_id, {"disabled": attempt.at, "disabled_why": why})
        return why

    def defer_lost(self, now: datetime) -> int:
        """Give jobs to messages that have long been due without one; how many there were."""
        lost = (
            select(webhook_messages.c.id)
            .join(webhooks, webhooks.c.id == webhook_messages.c.webhook_id)
            .where(webhooks.c.disabled.is_(None), webhook_messages.c.due < now - LOST)
            .where(or_(webhook_messages.c.claimed.is_(None), webhook_messages.c.claimed <= now - CLAIM))
            .order_by(webhook_messages.c.due, webhook_messages.c.sequence)
            .limit(MOST_AT_ONCE)
        )
        with self._writing() as db:
            without_job = webhook_messages.c.id.not_in(deferred(db, DELIVER, "message_id"))
            ids = db.execute(lost.where(without_job)).scalars().all()
            for message_id in ids:
                defer(db, DELIVER, {"message_id": message_id}, now=now)
        return len(ids)

    def drop_messages(self, created_before: datetime) -> None:
        """Forget messages of before, and their log."""
        with self._writing() as db:
            old = select(webhook_messages.c.id).where(webhook_messages.c.created < created_before)
            free = old.with_for_update(skip_locked=True)  # the next sweep takes the rest
            db.execute(delete(webhook_messages).where(webhook_messages.c.id.in_(free)))


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def _find(db: Connection, owner: str, webhook_id: str, *, for_update: bool = False) -> RowMapping | None:
    query = select(webhooks).where(webhooks.c.id == webhook_id, webhooks.c.owner == owner)
    return db.execute(query.with_for_update() if for_update else query).mappings().one_or_none()


def _changed(db: Connection, webhook_id: str, values: dict[str, Any]) -> Webhook:
    query = update(webhooks).where(webhooks.c.id == webhook_id).values(values).returning(webhooks)
    return webhook_from(db.execute(query).mappings().one())


def _locked(db: Connection, message: Message) -> RowMapping | None:
    """A message's row, not to be changed by others meanwhile, nor its webhook's; None where it was deleted."""
    db.execute(select(webhooks.c.id).where(webhooks.c.id == message.webhook_id).with_for_update())
    query = select(webhook_messages).where(webhook_messages.c.id == message.id).with_for_update()
    return db.execute(query).mappings().one_or_none()


def _pause(db: Connection, webhook_id: str, now: datetime) -> None:
    """Put off what is due at a receiver that kept us waiting; its jobs come too early, and again then."""
    due = webhook_messages.c.webhook_id == webhook_id, webhook_messages.c.due <= now
    db.execute(update(webhook_messages).where(*due, webhook_messages.c.claimed.is_(None)).values(due=now + PAUSE))


def _put_attempt(db: Connection, message_id: str, attempt: Attempt) -> int:
    """Write an attempt down; its number."""
    tried = webhook_attempts.c.message_id == message_id
    number = (db.execute(select(func.max(webhook_attempts.c.number)).where(tried)).scalar() or 0) + 1
    values = {name: getattr(attempt, name) for name in Attempt.__slots__}
    db.execute(insert(webhook_attempts).values(message_id=message_id, number=number, **values))
    return number


def _message(db: Connection, message_id: str) -> Message:
    row = db.execute(select(webhook_messages).where(webhook_messages.c.id == message_id)).mappings().one()
    return message_from(row, tuple(_attempts(db, message_id)))


def _attempts(db: Connection, message_id: str) -> Sequence[Attempt]:
    tried = webhook_attempts.c.message_id == message_id
    query = select(webhook_attempts).where(tried).order_by(webhook_attempts.c.number)
    return [Attempt(row.at, row.status, row.reason, row.seconds) for row in db.execute(query)]
