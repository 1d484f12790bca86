"""What clients have beside analyses: clips on their way in over several requests, and webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

SCHEDULE: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""Waits after each failed attempt: the schedule that Standard Webhooks proposes, ten attempts over 75.6 hours."""

DisabledWhy = Literal["gone", "failing"]
"""The receiver answered 410, or every attempt at a message failed."""


@dataclass(frozen=True, slots=True)
class ResumableUpload:
    """An upload as it stands. ``length`` is None until the client says it; ``fields`` are the options sent with it.

    ``analysis_id`` is the analysis of the whole clip; None until all of it has arrived.
    """

    id: str
    owner: str
    length: int | None
    offset: int
    name: str
    fields: Mapping[str, str]
    created: datetime
    expires: datetime
    analysis_id: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to add to an upload: of several requests the last one has it, in whichever process they are."""

    upload_id: str
    holder: str


@dataclass(frozen=True, slots=True)
class UploadPart:
    """Bytes of an upload from ``start`` on, stored under ``key``."""

    start: int
    bytes: int
    key: str


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
    """What is sent, and how often it was tried; ``due`` is None once it arrived or was given up."""

    id: str
    webhook_id: str
    sequence: int
    type: str
    body: str
    created: datetime
    attempts: tuple[Attempt, ...]
    due: datetime | None
    delivered: datetime | None
