"""The seam between the service and whatever has its work done.

Work is deferred in the store's transaction that asks for it (``store.work.deferral.defer``). A queue does it: analyses,
and the ``Chore`` of each other kind, which is called with the arguments it was deferred with, at least once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that is no analysis: ``do`` is called in a thread of the queue's, and again later where it raises.

    With ``every_s`` it is done once at a start and then so often, by one process whichever that is, without arguments.
    """

    name: str
    do: Callable[..., object]
    every_s: float | None = None


class Queue(Protocol):
    """The store holds the queued work; a queue only has it done."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self, grace_s: float) -> None:
        """Begin nothing new; what has not ended within ``grace_s`` goes back to the queue."""

    def nudge(self) -> None:
        """Something was queued: look now."""

    def cancel(self, analysis_id: str) -> None:
        """Stop an analysis that was cancelled or deleted in the store."""

    def busy(self) -> int:
        """How many analyses run here now."""

    def fault(self) -> str | None:
        """Why no analysis can start here at present; None where one can."""


Chores = Sequence[Chore]
