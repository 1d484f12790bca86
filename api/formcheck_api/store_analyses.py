"""What a client asks of the store: its own analyses, and nobody else's."""

from datetime import datetime

from sqlalchemy import Engine

from formcheck_api.records import Analysis, Created, IdempotentRequest, Options, Page, State, StoredClip


class IdempotencyConflictError(Exception):
    """The same Idempotency-Key was used for a different request."""


class CursorError(ValueError):
    """A cursor that no page gave."""


class AnalysisStore:
    """The analyses as their owners see them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(
        self,
        owner: str,
        label: str | None,
        options: Options,
        clip: StoredClip,
        *,
        request: IdempotentRequest | None,
        now: datetime,
    ) -> Created:
        """Accept a clip whose bytes are stored already, or find what it was answered with before.

        The caller deletes the blob ``clip.key`` when the answer is not "new"; the sweep does if it cannot.
        Raises IdempotencyConflictError.
        """
        raise NotImplementedError

    def get(self, owner: str | None, analysis_id: str) -> Analysis | None:
        """One analysis; None when there is none or it is another owner's. ``owner`` None: anybody's (internal)."""
        raise NotImplementedError

    def list(
        self,
        owner: str,
        *,
        label: str | None = None,
        state: State | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """The owner's analyses, newest first. Raises CursorError."""
        raise NotImplementedError

    def cancel(self, owner: str, analysis_id: str, now: datetime) -> Analysis | None:
        """Stop an analysis: a queued one at once, a running one as soon as its worker hears; finished: unchanged."""
        raise NotImplementedError

    def delete(self, owner: str, analysis_id: str, now: datetime) -> bool:
        """Forget an analysis; its bytes become garbage (see ``retention.empty_garbage``). False: there is none."""
        raise NotImplementedError

    def position(self, analysis_id: str) -> int | None:
        """How many are served before this one; None unless it is queued."""
        raise NotImplementedError
