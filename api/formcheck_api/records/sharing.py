"""How owners share the workers."""

from dataclasses import dataclass
from typing import Final

CLIPS: Final = "clips"
LONG: Final = "long"
"""The queues of analyses: the usual, and those that take much time or memory."""

CHORES: Final = "chores"
"""The queue of everything else."""

QUEUES: Final = (CLIPS, LONG, CHORES)

HEAVY_MODEL: Final = "heavy"


@dataclass(frozen=True, slots=True)
class Sharing:
    """``most_running`` is how many analyses of one owner run at a time; None: as many as there are workers."""

    most_running: int | None = None
    long_clip_bytes: int = 100_000_000

    def queue_for(self, model: str, clip_bytes: int) -> str:
        """The queue of an analysis. Its length is not known before it is read; its size and its model are."""
        return LONG if model == HEAVY_MODEL or clip_bytes > self.long_clip_bytes else CLIPS
