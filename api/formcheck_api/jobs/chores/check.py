"""``formcheck db check``: the rows compared with the stored files, which two backups of two moments tell apart."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from formcheck.records.errors import UsageError
from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.commands import DONE, open_store, read_settings
from formcheck_api.jobs.chores.leftovers import delete_below, leftovers
from formcheck_api.jobs.chores.retention import empty_garbage
from formcheck_api.records.analyses import Analysis
from formcheck_api.records.losses import keys_of, remedy_for
from formcheck_api.storage.address import open_blobs
from formcheck_api.storage.blobs import ARTEFACTS, CLIPS, UPLOADS, Blobs
from formcheck_api.store.store import Store

FOUND: Final = 1
"""Exit code where something is missing and was not settled."""

say: Final = ENGLISH.say


@dataclass(frozen=True, slots=True)
class Loss:
    """An analysis, and those of its blobs that are gone."""

    analysis: Analysis
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the rows and the storage do not have in common, and how much was compared."""

    analyses: int
    uploads: int
    leftovers: tuple[str, ...]
    losses: tuple[Loss, ...]
    lost_uploads: tuple[str, ...]


def check(*, settle: bool, older_than_h: float) -> int:
    """Show what is missing on either side, and settle it if asked to. Raises UsageError."""
    settings = read_settings()
    store, blobs = open_store(settings), open_blobs(settings.blobs)
    before = datetime.now(UTC) - timedelta(hours=older_than_h)
    try:
        found = compared(store, blobs, before)
        if found is None:
            raise UsageError(say("error.service.empty_storage", blobs=settings.blobs))
        sys.stdout.write("".join(f"{line}\n" for line in _lines(found)))
        differences = len(found.leftovers) + len(found.losses) + len(found.lost_uploads)
        if not settle or not differences:
            sys.stdout.write(say("operator.unsettled" if differences else "operator.is_whole") + "\n")
            return FOUND if differences else DONE
        done = settled(store, blobs, found, datetime.now(UTC))
    except OSError as error:
        raise UsageError(say("error.service.storage", why=error)) from error
    sys.stdout.write(say("operator.settled", done=done, found=differences) + "\n")
    return DONE


def compared(store: Store, blobs: Blobs, before: datetime) -> Comparison | None:
    """The differences; of files only those from before that time. None: there are rows and no file at all.

    The service may run meanwhile: files are listed before rows are read, and what is not listed is asked for by name.
    """
    stored = {blob.key for prefix in (CLIPS, ARTEFACTS, UPLOADS) for blob in blobs.list(prefix)}
    count, losses, keeps = 0, [], False
    for analysis in _analyses(store):
        count += 1
        keys = keys_of(analysis)
        keeps = keeps or bool(keys)
        lost = frozenset(key for key in keys - stored if not blobs.exists(key))
        if lost:
            losses.append(Loss(analysis, lost))
    if keeps and not stored:
        return None
    parts = store.parts_under_way()
    lost_ids = {upload_id for upload_id, part in parts if part.key not in stored and not blobs.exists(part.key)}
    uploads = len([*groupby(parts, lambda each: each[0])])
    return Comparison(count, uploads, tuple(leftovers(store, blobs, before)), tuple(losses), tuple(sorted(lost_ids)))


def settled(store: Store, blobs: Blobs, found: Comparison, now: datetime) -> int:
    """Settle the differences; how many there still were."""
    done = sum(store.settle_loss(loss.analysis, loss.lost, now) for loss in found.losses)
    for upload_id in found.lost_uploads:
        store.lose_upload(upload_id)
    for key in found.leftovers:
        delete_below(blobs, key)
    empty_garbage(store, blobs)
    return done + len(found.lost_uploads) + len(found.leftovers)


def _analyses(store: Store) -> Iterator[Analysis]:
    number = 0
    while batch := store.analyses_after(number):
        for number, analysis in batch:  # noqa: B007  # the last one's is needed
            yield analysis


def _lines(found: Comparison) -> Iterator[str]:
    for key in found.leftovers:
        yield say("operator.leftover", key=key)
    for each in found.losses:
        remedy = say(f"operator.remedy.{remedy_for(each.analysis, each.lost)}")
        files = len(keys_of(each.analysis))
        yield say("operator.loss", id=each.analysis.id, lost=len(each.lost), files=files, remedy=remedy)
    for upload_id in found.lost_uploads:
        yield say("operator.lost_upload", id=upload_id)
    yield say(
        "operator.compared",
        analyses=found.analyses,
        uploads=found.uploads,
        leftovers=len(found.leftovers),
        losses=len(found.losses) + len(found.lost_uploads),
    )
