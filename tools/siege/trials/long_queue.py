"""Ten thousand waiting clips of one key: accepting and beginning stay as quick, and another key's clip is next."""

import hashlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select, text

from formcheck_api.records.analyses import Analysis, Options, StoredClip, Succeeded
from formcheck_api.records.handles import new_id
from formcheck_api.storage.blobs import new_clip_key
from formcheck_api.store.store import Store, store_of
from formcheck_api.store.tables import analyses
from tools.siege.database import postgres

WAITING: Final = 10_000
SAMPLE: Final = 300
_JOBS: Final = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
    SELECT queue, 'analyse', -turn, jsonb_build_object('analysis', id) FROM analyses WHERE job IS NULL ORDER BY turn
"""
_LINKS: Final = """
    UPDATE analyses SET job = job.id FROM procrastinate_jobs job
    WHERE analyses.job IS NULL AND job.args->>'analysis' = analyses.id
"""
DONE: Final = Succeeded("artefacts/x/y", ("report.json",))
GROWTH: Final = 3.0
"""A p95 over this many times that of a short queue has grown: on a busy machine it varies by less."""


def run(scratch: Path) -> str:  # noqa: ARG001  # nothing is written there
    """Accept ten thousand; the figures are of the first and of the last ones."""
    with postgres() as database:
        store = store_of(database.get_uri(driver="psycopg"))
        first = [_timed(partial(_accept, store, "ada", number)) for number in range(SAMPLE)]
        _fill(store, WAITING - 2 * SAMPLE)
        last = [_timed(partial(_accept, store, "ada", WAITING - number)) for number in range(SAMPLE)]
        other = _accept(store, "bob", 0)
        before = _jobs_before(store, other)
        begun = [_timed(lambda: _finish(store, _begin(store))) for _ in range(SAMPLE)]
        listed = [_timed(lambda: store.list("ada")) for _ in range(SAMPLE)]
        counted = [_timed(lambda: (store.count_states(), store.oldest_queued())) for _ in range(SAMPLE)]
        compared = [_timed(lambda: store.reconcile(silent_s=5, now=_now(), wait_s=2)) for _ in range(20)]
        _empty(store)
        for number in range(SAMPLE):
            _accept(store, "ada", WAITING + number)
        begun_short = [_timed(lambda: _finish(store, _begin(store))) for _ in range(SAMPLE)]
    assert before <= 1, f"{before} were begun before the other key's"
    assert _p95(last) < GROWTH * _p95(first), f"accepting grew from {_p95(first):.1f} to {_p95(last):.1f} ms"
    assert _p95(begun) < GROWTH * _p95(begun_short), f"beginning: {_p95(begun_short):.1f} to {_p95(begun):.1f} ms"
    return (
        f"p95 in ms with {WAITING} waiting (with {SAMPLE}): accept {_p95(last):.1f} ({_p95(first):.1f}), begin and end "
        f"{_p95(begun):.1f} ({_p95(begun_short):.1f}); list {_p95(listed):.1f}, metrics {_p95(counted):.1f}, "
        f"comparison {_p95(compared):.1f}; {before} jobs before another key's"
    )


def _fill(store: Store, count: int) -> None:
    """Have so many more wait behind the last one, as accepting them one by one would."""
    with store._writing() as db:
        newest = select(analyses).order_by(analyses.c.number.desc()).limit(1)
        row = dict(db.execute(newest).mappings().one()) | {"job": None}
        turn = row.pop("turn") + 1
        del row["number"]
        rows = [row | {"id": new_id("an"), "clip_sha256": f"{n:064}", "turn": turn + n} for n in range(count)]
        db.execute(insert(analyses), rows)
        db.execute(text(_JOBS))
        db.execute(text(_LINKS))
        db.execute(text("ANALYZE"))


def _accept(store: Store, owner: str, number: int) -> Analysis:
    word = f"{owner} {number}"
    clip = StoredClip(new_clip_key(), "run.mp4", hashlib.sha256(word.encode()).hexdigest(), 1000)
    return store.create(owner, None, Options(), clip, request=None, now=_now()).analysis


def _begin(store: Store) -> Analysis:
    """As the engine's worker does: its query, and then the store's."""
    with store._writing() as db:
        worker = db.execute(text("SELECT id FROM procrastinate_workers LIMIT 1")).scalar()
        if worker is None:
            worker = db.execute(text("SELECT worker_id FROM procrastinate_register_worker_v1()")).scalar_one()
        job = db.execute(text("SELECT id FROM procrastinate_fetch_job_v2(NULL, :worker)"), {"worker": worker}).scalar()
    claimed = store.claim(f"{worker}/{job}", _now(), job=job)
    assert claimed is not None
    return claimed


def _finish(store: Store, analysis: Analysis) -> None:
    worker = str(analysis.worker)
    assert store.finish(analysis.id, worker, DONE, _now())
    with store._writing() as db:
        job = int(worker.partition("/")[2])
        db.execute(text("SELECT procrastinate_finish_job_v1(:job, 'succeeded', true)"), {"job": job})


def _jobs_before(store: Store, other: Analysis) -> int:
    """How many begin before this one."""
    for count in range(WAITING):
        begun = _begin(store)
        _finish(store, begun)
        if begun.id == other.id:
            return count
    raise AssertionError("the other key's clip never began")


def _empty(store: Store) -> None:
    with store._writing() as db:
        db.execute(text("DELETE FROM procrastinate_jobs"))
        db.execute(text("DELETE FROM analyses"))
        db.execute(text("ANALYZE"))


def _timed(call: Callable[[], object]) -> float:
    begun_s = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - begun_s)


def _p95(times_ms: Sequence[float]) -> float:
    return sorted(times_ms)[int(0.95 * len(times_ms))]


def _now() -> datetime:
    return datetime.now(UTC)
