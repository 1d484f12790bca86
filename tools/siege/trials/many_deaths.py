"""Seven processes, one killed every two seconds, the database restarted twice, S3 failing: each clip is done once."""

import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from tests.made.service.s3 import BUCKET, Fault, environment, faulty_line, s3_server

from formcheck_api.store.database import open_database
from tools.siege.clips import wait_until
from tools.siege.database import postgres
from tools.siege.fleet import Fleet, fleet

CLIPS: Final = 300
WEB: Final = 3
WORK: Final = 4
CLIENTS: Final = 8
KILL_EVERY_S: Final = 2.0
HEARTBEAT_S: Final = 4
RESTARTS_AT: Final = (100, 200)
PATIENCE_S: Final = 400.0
SEED: Final = 18
FAULTY_SHARE: Final = 0.05
FAULTS: Final[tuple[Fault, ...]] = ("500", "cut", "late")


def run(scratch: Path) -> str:
    """Upload 300 clips while processes and database come and go, and the storage fails now and then."""
    with postgres() as database, s3_server() as (storage, _), faulty_line(storage, _Weather()) as line:
        url = database.get_uri(driver="psycopg")
        settings = {
            "FORMCHECK_DATABASE_URL": url,
            "FORMCHECK_HEARTBEAT_S": str(HEARTBEAT_S),
            "FORMCHECK_WORKERS": "2",
            "FORMCHECK_RETRY_WAIT_S": "0.2",
            "FORMCHECK_LINK_SECRET": "the same for all",
            "FORMCHECK_BLOBS_URL": f"s3://{BUCKET}/prod",
        }
        settings |= environment(line)
        engine = open_database(url)
        with fleet(scratch, WEB, WORK, SEED, **settings) as processes:
            watch = _Watch(engine, processes)
            over = threading.Event()
            threads = [
                threading.Thread(target=_kill, args=(processes, watch, over)),
                threading.Thread(target=watch.look, args=(over,)),
            ]
            for thread in threads:
                thread.start()
            began_s = time.monotonic()
            try:
                _upload_all(processes, database)
                wait_until(lambda: watch.finished >= CLIPS, f"{CLIPS} analyses to end", PATIENCE_S)
            finally:
                took_s = time.monotonic() - began_s
                over.set()
                for thread in threads:
                    thread.join()
        with engine.connect() as db:
            states = db.execute(text("SELECT state, count(*) AS ended FROM analyses GROUP BY state"))
            ends: dict[str, int] = {row.state: row.ended for row in states}
            clips = db.execute(text("SELECT count(DISTINCT clip_sha256) FROM analyses")).scalar()
            left = db.execute(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'analyse'")).scalar()
        engine.dispose()
    assert ends == {"succeeded": CLIPS}, ends
    assert (clips, left) == (CLIPS, 0), f"{clips} clips, {left} jobs left"
    taken_s = sorted(watch.taken_over_s)
    assert taken_s, "no analysis was interrupted"
    late = [each for each in taken_s if each > 2 * HEARTBEAT_S]
    assert not late, f"{len(late)} of {len(taken_s)} were stuck for {late[0]:.1f} to {late[-1]:.1f} s"
    return (
        f"{CLIPS} succeeded once in {took_s:.0f} s, {processes.kills} kills, 2 database restarts, "
        f"{FAULTY_SHARE:.0%} of the storage's requests failing; "
        f"{len(taken_s)} taken over: median {statistics.median(taken_s):.1f} s, worst {taken_s[-1]:.1f} s "
        f"of {2 * HEARTBEAT_S} s allowed, beside {watch.away_s:.0f} s without any process or database"
    )


class _Weather:
    """One request of the storage in twenty fails: refused, cut off, or done without anybody hearing of it."""

    def __init__(self) -> None:
        self._chance = random.Random(SEED)

    def __call__(self, method: str, path: str) -> Fault | None:  # noqa: ARG002  # the same for all
        if self._chance.random() >= FAULTY_SHARE:
            return None
        return self._chance.choice(FAULTS)


class _Watch:
    """Which analyses a killed process had, and when another one could have them.

    Time in which no process was ready, or no database there, is counted by itself: on a small machine the kills may
    outrun the starts.
    """

    def __init__(self, engine: Engine, processes: Fleet) -> None:
        self._engine, self._processes = engine, processes
        self._lock = threading.Lock()
        self._lost: dict[str, tuple[str, float]] = {}
        self._clock_s = 0.0
        self.away_s = 0.0
        self.taken_over_s: list[float] = []
        self.finished = 0

    def killed(self, pid: int) -> None:
        """A process died now: what it had is lost until someone else may have it."""
        owners = "analyses JOIN workers ON split_part(worker, '/', 1)::bigint = workers.id"
        rows = self._ask(f"SELECT analyses.id, worker FROM {owners} WHERE state = 'running' AND pid = :pid", pid=pid)
        with self._lock:
            self._lost |= {row.id: (row.worker, self._clock_s) for row in rows or ()}

    def look(self, over: threading.Event) -> None:
        """Look ten times a second."""
        before_s = time.monotonic()
        while not over.wait(0.1):
            ended = self._ask("SELECT count(*) AS ended FROM analyses WHERE finished IS NOT NULL")
            now_s = time.monotonic()
            if ended and self._processes.is_up():
                self._clock_s += now_s - before_s
                self.finished = ended[0].ended
                self._note_taken()
            else:
                self.away_s += now_s - before_s
            before_s = now_s

    def _note_taken(self) -> None:
        with self._lock:
            lost = dict(self._lost)
        rows = self._ask("SELECT id, worker FROM analyses WHERE id = ANY(:ids)", ids=[*lost])
        for row in rows or ():
            worker, since_s = lost[row.id]
            if row.worker != worker:
                self.taken_over_s.append(self._clock_s - since_s)
                with self._lock:
                    self._lost.pop(row.id, None)

    def _ask(self, query: str, **told: Any) -> Any:
        try:
            with self._engine.connect() as db:
                return db.execute(text(query), told).all()
        except SQLAlchemyError:  # it is being restarted
            return None


def _kill(processes: Fleet, watch: _Watch, over: threading.Event) -> None:
    begun: list[threading.Thread] = []
    while not over.wait(KILL_EVERY_S):
        member = processes.kill_one()
        if member is None:
            continue
        watch.killed(member.popen.pid)
        begun.append(threading.Thread(target=processes.begin, args=(member,)))
        begun[-1].start()
    for thread in begun:
        thread.join()


def _upload_all(processes: Fleet, database: Any) -> None:
    done = 0
    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in clients.map(lambda number: _upload(processes, number), range(CLIPS)):
            done += 1
            if done in RESTARTS_AT:
                database.stop()
                database.start()


def _upload(processes: Fleet, number: int) -> None:
    """As a client does that means it: again, with the same key, until it is accepted."""
    give_up_s = time.monotonic() + PATIENCE_S
    key = {"Idempotency-Key": f"clip-{number}"}
    while time.monotonic() < give_up_s:
        with suppress(httpx.HTTPError, IndexError):
            files = {"clip": ("run.mp4", f"clip {number}".encode())}
            answer = httpx.post(f"{processes.a_url()}/v1/analyses", files=files, headers=key, timeout=20)
            if answer.status_code in (200, 202):
                return
        time.sleep(0.3)
    raise AssertionError(f"clip {number} was never accepted")
