"""What the tests of the service's state share: a moment, and clips accepted at it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from formcheck_api.records.analyses import Analysis, Interruption, Options, State, StoredClip, Succeeded
from formcheck_api.storage.blobs import Blobs, new_clip_key
from formcheck_api.store.store import Store
from formcheck_api.store.work.attempts import LONGEST_WAIT

NOW = datetime(2026, 11, 24, 12, 0, 0, 250_000, tzinfo=UTC)
OWNER = "coach"
WORKER = "process-1/0"
DONE = Succeeded("artefacts/x/y", ("frames/left.jpg", "report.json"))
LONG_AFTER = NOW + LONGEST_WAIT
"""When nothing waits any more that broke off at `NOW`."""


def clip_of(content: str = "a clip", name: str = "run.mp4") -> StoredClip:
    """A clip of that content, its bytes not stored."""
    data = content.encode()
    return StoredClip(new_clip_key(), name, hashlib.sha256(data).hexdigest(), len(data))


def accept(
    store: Store,
    content: str = "a clip",
    *,
    owner: str = OWNER,
    label: str | None = None,
    now: datetime = NOW,
    options: Options = Options(),  # noqa: B008  # frozen
) -> Analysis:
    """An analysis of that clip, as the store has it."""
    return store.create(owner, label, options, clip_of(content), request=None, now=now).analysis


def upload(store: Store, blobs: Blobs, path: Path, name: str = "run.mp4", now: datetime | None = None) -> Analysis:
    """A file accepted as the service does it: its bytes are stored first. The file is gone afterwards."""
    data = path.read_bytes()
    clip = StoredClip(new_clip_key(), name, hashlib.sha256(data).hexdigest(), len(data))
    blobs.put_file(clip.key, path)
    return store.create(OWNER, None, Options(), clip, request=None, now=now or datetime.now(UTC)).analysis


def state_of(store: Store, analysis: Analysis) -> State:
    """Its present state; the analysis must be there."""
    return read(store, analysis).state


def read(store: Store, analysis: Analysis) -> Analysis:
    """The analysis as it stands now."""
    found = store.get(None, analysis.id)
    assert found is not None
    return found


def claim(store: Store, worker: str = WORKER, now: datetime = NOW) -> str:
    """Begin what waits longest; its id."""
    claimed = store.claim(worker, now)
    assert claimed is not None
    return claimed.id


def break_off(store: Store, analysis: Analysis, why: Interruption, now: datetime = NOW) -> bool:
    """Give back what `WORKER` has begun."""
    return store.give_back(analysis.id, WORKER, why, now=now, wait_s=2)
