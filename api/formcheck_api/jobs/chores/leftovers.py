"""Stored bytes that no row knows: a crash came between storing and noting them, or a backup is older than they are."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from formcheck_api.storage.blobs import ARTEFACTS, CLIPS, UPLOADS, Blobs, StoredBlob, upload_prefix
from formcheck_api.store.expiry import BATCH
from formcheck_api.store.store import Store


def leftovers(store: Store, blobs: Blobs, before: datetime) -> Iterator[str]:
    """Clips, results and uploads from before that time without a row; each key is a blob's, or of all below it."""
    for batch in _batches(blob.key for blob in blobs.list(CLIPS) if blob.modified < before):
        yield from sorted(set(batch) - store.known_clips(batch))
    for batch in _batches({_run_of(blob): None for blob in blobs.list(ARTEFACTS) if blob.modified < before}):
        yield from sorted(set(batch) - store.known_artefacts(batch))
    ids = {blob.key.split("/")[1]: None for blob in blobs.list(UPLOADS) if blob.modified < before}
    for batch in _batches(ids):
        yield from sorted(upload_prefix(each) for each in set(batch) - store.known_uploads(batch))


def delete_below(blobs: Blobs, key: str) -> None:
    """Delete a blob, or all blobs below a key."""
    blobs.delete_prefix(key)  # first: where objects are files, a folder in use can't be deleted
    blobs.delete(key)


def _run_of(blob: StoredBlob) -> str:
    """``artefacts/<id>/<run>`` of a key below it."""
    return "/".join(blob.key.split("/")[:3])


def _batches(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(keys)
    while batch := tuple(islice(rest, BATCH)):
        yield batch
