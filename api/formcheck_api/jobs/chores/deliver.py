"""Delivering a message: one attempt, signed as Standard Webhooks has it, and what follows from how it went."""

import logging
import socket
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from threading import Timer
from typing import Final

from standardwebhooks import Webhook as Signer

from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.receivers import ForbiddenAddressError, checked_url, connection_to
from formcheck_api.access.security import asks_for_keys
from formcheck_api.jobs.queue import Chore, Chores
from formcheck_api.operations.settings import Settings
from formcheck_api.store.store import Store
from formcheck_api.store.work.outbox import DELIVER
from formcheck_api.store.work.webhook_tables import Attempt, Message, Webhook

ATTEMPT_S: Final = 15.0
"""To connect, for the handshake of TLS, and until the response: Standard Webhooks proposes 15 to 30 s."""
CATCH_UP_EVERY_S: Final = 60.0
"""Between looks for messages without a job."""
GONE: Final = 410
_LONGEST_REASON: Final = 200

_log = logging.getLogger(__name__)


class Courier:
    """Delivers messages one by one. ``private``: to loopback and private networks, too."""

    def __init__(
        self,
        store: Store,
        *,
        private: bool,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        attempt_s: float = ATTEMPT_S,
    ) -> None:
        self._store, self._private, self._now, self._attempt_s = store, private, now, attempt_s

    def chores(self) -> Chores:
        """What has the queue deliver."""
        return Chore(DELIVER, self.deliver), Chore("lost-webhooks", self.catch_up, CATCH_UP_EVERY_S)

    def catch_up(self) -> None:
        """Have messages delivered whose job was lost."""
        if found := self._store.defer_lost(self._now()):
            _log.warning("messages to webhooks had no job and were queued again", extra={"messages": found})

    def deliver(self, message_id: str) -> None:
        """Try a message, if it is due; a failed one is deferred until its next time. Raises NotYetError."""
        claimed = self._store.claim_message(message_id, self._now())
        if claimed is None:
            return
        webhook, message = claimed
        attempt = self._attempt(webhook, message)
        why = self._store.note_attempt(message, attempt, gone=attempt.status == GONE)
        told = {"webhook": webhook.id, "type": message.type, "status": attempt.status, "reason": attempt.reason}
        _log.info("a webhook was called", extra=told | {"attempt": len(message.attempts) + 1})
        if why:
            _log.warning("a webhook is disabled", extra={"webhook": webhook.id, "why": why})

    def _attempt(self, webhook: Webhook, message: Message) -> Attempt:
        at, began_s = self._now(), time.monotonic()
        status, reason = None, None
        try:
            status = self._post(webhook, message, at)
        except ForbiddenAddressError:
            reason = ENGLISH.say("webhook.private")
        except (OSError, HTTPException, ValueError) as error:
            reason = (str(error) or type(error).__name__)[:_LONGEST_REASON]
        return Attempt(at, status, reason, round(time.monotonic() - began_s, 3))

    def _post(self, webhook: Webhook, message: Message, at: datetime) -> int:
        """The status of the response; its body is not read."""
        parts = checked_url(webhook.url, private=self._private)
        connection = connection_to(parts, private=self._private, timeout_s=self._attempt_s)
        with closing(connection), _ended_after(self._attempt_s, connection):
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, message.body.encode("utf-8"), headers_of(webhook, message, at))
            return connection.getresponse().status


def may_be_private(settings: Settings) -> bool:
    """Whether receivers may be in private networks: the operator allows it, or is the only client."""
    return settings.webhooks_private or not asks_for_keys(settings)


def courier_of(store: Store, settings: Settings) -> Courier:
    """Who delivers, as the settings have it."""
    return Courier(store, private=may_be_private(settings))


def headers_of(webhook: Webhook, message: Message, at: datetime) -> dict[str, str]:
    """The headers of an attempt; during a rotation both secrets sign."""
    secrets = [webhook.secret]
    if webhook.old_secret and webhook.old_secret_ends and at < webhook.old_secret_ends:
        secrets.append(webhook.old_secret)
    return {
        "Content-Type": "application/json",
        "User-Agent": f"formcheck/{version('formcheck')}",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Signer(secret).sign(message.id, at, message.body) for secret in secrets),
        "Connection": "close",
    }


class _ended_after:  # noqa: N801  # read as a verb
    """Cut a connection off when the time is over: a receiver that drips keeps each single wait short."""

    def __init__(self, seconds: float, connection: HTTPConnection) -> None:
        self._line = connection.sock
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
