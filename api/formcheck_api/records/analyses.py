"""The service's own frozen records that pass between its modules. No I/O, no library."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from formcheck.records.options import RunOptions


class State(StrEnum):
    """Where an analysis is: queued, running, then one of the others; a dead worker's is queued again."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Nothing of the analysis changes any more, its deletion aside."""
        return self not in (State.QUEUED, State.RUNNING)


class Interruption(StrEnum):
    """Why an attempt ended without an outcome."""

    STOPPED = "service_stopped"  # in good order: as if it had never begun
    LOST = "service_died"
    FAULT = "host_fault"
    CRASHED = "worker_died"  # by itself, and so the only one that counts against the clip


@dataclass(frozen=True, slots=True)
class Options(RunOptions):
    """What a client says with a clip: about the run, and how to analyse it."""

    model: str = "full"
    blur_faces: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something failed, as RFC 9457 has it; ``code`` is stable, ``extra`` are further members of the response."""

    code: str
    title: str
    status: int
    detail: str
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredClip:
    """An uploaded clip whose bytes are already in the blobs, under ``key``; ``name`` is the client's, for display."""

    key: str
    name: str
    sha256: str
    bytes: int


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
class IdempotentRequest:
    """A client's Idempotency-Key, and a fingerprint of all that was asked with it."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """One clip's analysis as it stands; times are UTC.

    ``progress`` is 0..1. ``clip_key`` is None once the clip was deleted. ``artefacts`` are names below
    ``artefact_prefix`` ("report.json", "frames/left_foot_strike.jpg"): what is there to be read, also while the rest is
    made. ``problem`` is why it failed, or why a success is incomplete. ``version`` rises with every change a client
    could see. ``worker`` is who works on it, and ``cancel_requested`` that it shall stop. In ``crashes`` of its
    ``attempts`` a worker died by itself; the next one begins at ``not_before`` or later. ``formcheck_version``
    is what measures or measured it; None while it waits, and where a service of before noted none. ``turn`` is its
    place in its ``queue`` (``store.work.turns``), and ``request_id`` and ``trace`` the upload's, for log and traces.
    """

    id: str
    owner: str
    label: str | None
    state: State
    stage: str
    progress: float
    created: datetime
    started: datetime | None
    finished: datetime | None
    attempts: int
    crashes: int
    not_before: datetime | None
    options: Options
    clip_name: str
    clip_sha256: str
    clip_bytes: int
    clip_key: str | None
    problem: Problem | None
    artefact_prefix: str | None
    artefacts: tuple[str, ...]
    version: int
    worker: str | None
    cancel_requested: bool
    session_id: str | None
    formcheck_version: str | None
    turn: int
    queue: str
    request_id: str | None
    trace: str | None

    def artefact_key(self, name: str) -> str | None:
        """The blob of an artefact; None where the analysis has none of that name."""
        return f"{self.artefact_prefix}/{name}" if name in self.artefacts else None


@dataclass(frozen=True, slots=True)
class Created:
    """The response to a request for an analysis. Unless ``how`` is "new", the clip given with it was not taken."""

    analysis: Analysis
    how: Literal["new", "same_request", "same_clip"]


@dataclass(frozen=True, slots=True)
class Page:
    """Some analyses, newest first, and where the next page begins; None on the last page."""

    analyses: tuple[Analysis, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The artefacts lie in the blobs as ``prefix/name``; ``incomplete`` is why there are no pictures or no video."""

    prefix: str
    artefacts: tuple[str, ...]
    incomplete: Problem | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The analysis failed; another attempt would fail too."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The client asked to stop, and the work has stopped."""


Outcome = Succeeded | Failed | Cancelled


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it may be shown: never the secret. ``prefix`` is its public name.

    ``owner`` is whose clips it uploads and sees: its own prefix, or that of the key it was made to share with.
    """

    prefix: str
    owner: str
    name: str
    scopes: frozenset[str]
    created: datetime
    last_used: datetime | None
    revoked: datetime | None
