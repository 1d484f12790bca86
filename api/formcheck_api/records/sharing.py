"""How owners share the service: queues, a cap, and quotas."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal

CLIPS: Final = "clips"
LONG: Final = "long"
"""The queues of analyses: the usual, and those that take much time or memory."""

CHORES: Final = "chores"
"""The queue of everything else."""

QUEUES: Final = (CLIPS, LONG, CHORES)

HEAVY_MODEL: Final = "heavy"

DAY_S: Final = 86_400

Limited = Literal["clips", "minutes", "storage"]
"""What a quota is about: clips uploaded and minutes of analysis in a day (UTC), and clips stored at a time."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """``most_running`` is how many analyses of one owner run at a time; None: as many as there are workers."""

    most_running: int | None = None
    long_clip_bytes: int = 100_000_000

    def queue_for(self, model: str, clip_bytes: int) -> str:
        """The queue of an analysis. Its length is not known before it is read; its size and its model are."""
        return LONG if model == HEAVY_MODEL or clip_bytes > self.long_clip_bytes else CLIPS


@dataclass(frozen=True, slots=True)
class Used:
    """By one owner: today's clips and seconds of analysis, and the bytes of the clips that are stored."""

    clips: int
    work_s: float
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What one owner may use; None: no limit."""

    clips: int | None = None
    minutes: float | None = None
    storage_bytes: int | None = None

    def exceeded(self, used: Used, clip_bytes: int) -> Limited | None:
        """What one more clip of that size would be too much of."""
        if self.clips is not None and used.clips >= self.clips:
            return "clips"
        if self.minutes is not None and used.work_s / 60 >= self.minutes:
            return "minutes"
        if self.storage_bytes is not None and used.stored_bytes + clip_bytes > self.storage_bytes:
            return "storage"
        return None


UNLIMITED: Final = Quota()


def next_day(now: datetime) -> datetime:
    """When the counts of a day begin anew."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
