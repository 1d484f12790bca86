"""Messages to webhooks, written in the transaction of what they report: none is lost, and none reports what is not."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, insert, select, update

from formcheck_api.records.handles import new_id
from formcheck_api.store.tables import analyses
from formcheck_api.store.work.deferral import defer
from formcheck_api.store.work.webhook_tables import webhook_messages, webhooks

DELIVER: Final = "webhook"
"""Name of the job that delivers a message."""


def announce_end(db: Connection, analysis_id: str, now: datetime) -> None:
    """Have the owner's webhooks hear that an analysis has ended."""
    row = db.execute(select(analyses).where(analyses.c.id == analysis_id)).mappings().one()
    wanted = select(webhooks).where(webhooks.c.owner == row["owner"]).order_by(webhooks.c.id).with_for_update()
    for webhook in db.execute(wanted).mappings():
        put_message(db, webhook, f"analysis.{row['state']}", _said(row), now)


def put_message(db: Connection, webhook: RowMapping, kind: str, data: Mapping[str, Any], now: datetime) -> str:
    """Write a message down, with the webhook's next number, and have it delivered; its id."""
    message_id, sequence = new_id("msg"), webhook["sequence"] + 1
    body = {"type": kind, "timestamp": now.isoformat(), "sequence": sequence, "data": data}
    db.execute(update(webhooks).where(webhooks.c.id == webhook["id"]).values(sequence=sequence))
    db.execute(
        insert(webhook_messages).values(
            id=message_id,
            webhook_id=webhook["id"],
            sequence=sequence,
            type=kind,
            body=json.dumps(body),
            created=now,
            due=now,
        )
    )
    if webhook["disabled"] is None:  # else it waits until the webhook is enabled
        defer(db, DELIVER, {"message_id": message_id}, now=now)
    return message_id


def _said(row: RowMapping) -> dict[str, Any]:
    """Enough to know whether to ask for the rest, and nothing of the runner."""
    return {
        "id": row["id"],
        "state": row["state"],
        "label": row["label"],
        "session": row["session_id"],
        "problem": row["problem"]["code"] if row["problem"] else None,
        "links": {"self": f"/v1/analyses/{row['id']}"},
    }
