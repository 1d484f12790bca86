"""Webhooks, their messages (the outbox) and the attempts at them: records and tables."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, RowMapping, String, Table, Text

from formcheck_api.store.tables import UtcDateTime, metadata

SCHEDULE: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""Waits after each failed attempt: the schedule that Standard Webhooks proposes, ten attempts over 75.6 hours."""

SLOW_S: Final = 5.0
"""A failed attempt that took so long kept other receivers waiting: a thread makes few attempts at a time."""

PAUSE: Final = SCHEDULE[1]
"""For what else is due at a receiver after such an attempt."""

DisabledWhy = Literal["gone", "failing"]
"""The receiver answered 410, or every attempt at a message failed."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A receiver. Until ``old_secret_ends`` messages are signed with both secrets; ``sequence`` is the last number."""

    id: str
    owner: str
    url: str
    secret: str
    old_secret: str | None
    old_secret_ends: datetime | None
    created: datetime
    sequence: int
    disabled: datetime | None
    disabled_why: DisabledWhy | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a message: the status of the response, or why there was none."""

    at: datetime
    status: int | None
    reason: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, and how often it was tried; ``due`` is None once it arrived or was given up.

    An attempt is under way since ``claimed``.
    """

    id: str
    webhook_id: str
    sequence: int
    type: str
    body: str
    created: datetime
    attempts: tuple[Attempt, ...]
    due: datetime | None
    claimed: datetime | None
    delivered: datetime | None


webhooks: Final = Table(
    "webhooks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("owner", String(40), nullable=False, index=True),
    Column("url", String(2000), nullable=False),
    Column("secret", String(100), nullable=False),  # needed to sign, so not as a hash
    Column("old_secret", String(100)),
    Column("old_secret_ends", UtcDateTime),
    Column("created", UtcDateTime, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("disabled", UtcDateTime),
    Column("disabled_why", String(20)),
)

webhook_messages: Final = Table(
    "webhook_messages",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("type", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False, index=True),
    Column("due", UtcDateTime),
    Column("claimed", UtcDateTime),
    Column("delivered", UtcDateTime),
    Index(None, "webhook_id", "sequence", unique=True),
)

webhook_attempts: Final = Table(
    "webhook_attempts",
    metadata,
    Column("message_id", ForeignKey("webhook_messages.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("status", Integer),
    Column("reason", String(200)),
    Column("seconds", Float, nullable=False),
)


def webhook_from(row: RowMapping) -> Webhook:
    """The record of a row of ``webhooks``."""
    values: dict[str, Any] = {name: row[name] for name in Webhook.__slots__}
    return Webhook(**values)


def message_from(row: RowMapping, attempts: tuple[Attempt, ...]) -> Message:
    """The record of a row of ``webhook_messages``."""
    values: dict[str, Any] = {name: row[name] for name in Message.__slots__ if name != "attempts"}
    return Message(attempts=attempts, **values)
