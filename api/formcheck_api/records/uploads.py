"""A clip on its way in over several requests: how much of it is stored, and who may add to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


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
