"""Who runs analyses: the seam, so that workers elsewhere can take this one's place, and the workers of this machine."""

from typing import Protocol


class Queue(Protocol):
    """Work is what the store says is queued; a queue only sees to it that somebody does it."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self, grace_s: float) -> None:
        """Begin nothing new; what has not ended within ``grace_s`` goes back to the queue."""

    def nudge(self) -> None:
        """Something was queued: look now."""

    def cancel(self, analysis_id: str) -> None:
        """The store was told to cancel this one (or it was deleted): stop it now."""
