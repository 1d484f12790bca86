"""The tables of webhooks, their messages (the outbox) and the attempts at them."""

from typing import Any, Final

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, RowMapping, String, Table, Text

from formcheck_api.records.clients import Attempt, Message, Webhook
from formcheck_api.store.tables import UtcDateTime, metadata

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
    Column("claimed", UtcDateTime),  # an attempt is under way since then
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
