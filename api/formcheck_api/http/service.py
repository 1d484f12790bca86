"""What a running service consists of, opened once and handed to every request."""

import asyncio
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import NamedTemporaryFile

from formcheck_api.access.allowance import Allowance, allowance_of
from formcheck_api.access.links import LinkSigner
from formcheck_api.access.rate_limit import RateLimiter
from formcheck_api.access.security import asks_for_keys
from formcheck_api.access.visitors import page_is_open
from formcheck_api.jobs.chores.deliver import courier_of
from formcheck_api.jobs.chores.retention import LEFTOVER_AGE, Sweeper, delete_old_uploads
from formcheck_api.jobs.engine.queue import EngineQueue
from formcheck_api.jobs.local import LocalQueue
from formcheck_api.jobs.processes.looker import Looker
from formcheck_api.jobs.queue import Chores, Queue
from formcheck_api.operations.metrics import Metrics
from formcheck_api.operations.settings import Settings
from formcheck_api.records.sharing import QUEUES
from formcheck_api.storage.address import open_blobs
from formcheck_api.storage.blobs import CLIPS, Blobs
from formcheck_api.store.store import Store, store_of

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Service:
    """Everything a request may need. ``stopping`` is set when the process is to end."""

    settings: Settings
    store: Store
    blobs: Blobs
    queue: Queue
    sweeper: Sweeper
    signer: LinkSigner
    limiter: RateLimiter
    allowance: Allowance
    metrics: Metrics
    looker: Looker
    needs_keys: bool
    has_page: bool
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def link(self, path: str) -> str:
        """A signed path for clients that send no key; unchanged where keys are off."""
        return self.signer.sign(path, now()) if self.needs_keys else path

    def file_link(self, key: str) -> str | None:
        """Where a browser reads a file from the storage itself; None where it has to come through this service."""
        return self.blobs.link(key, self.settings.link_ttl_s) if self.settings.blobs_links else None

    def files_source(self) -> str:
        """Where those links lead, to follow on what a page's policy allows; empty without them."""
        scheme, _, rest = (self.file_link(f"{CLIPS}/any") or "").partition("://")
        return f" {scheme}://{rest.partition('/')[0]}" if rest else ""


def now() -> datetime:
    """The time in UTC, aware."""
    return datetime.now(UTC)


def open_service(settings: Settings) -> Service:
    """Open everything; nothing runs yet. Raises OSError and SQLAlchemyError where something is out of reach."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):  # of another user, who lets us write there
        settings.data_dir.chmod(0o700)  # the clips of people
    settings.work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    delete_old_uploads(settings.work_dir, now() - LEFTOVER_AGE)
    store, blobs = store_of(settings.database, settings.sharing), open_blobs(settings.blobs)
    sweeper = Sweeper(store, blobs, settings)
    needs_keys, metrics = asks_for_keys(settings), Metrics()
    return Service(
        settings,
        store,
        blobs,
        _queue(store, blobs, settings, metrics, [sweeper.chore(), *courier_of(store, settings).chores()]),
        sweeper,
        LinkSigner(_link_secret(settings), settings.link_ttl_s),
        RateLimiter(settings.rate_limit_per_min),
        allowance_of(settings, store),
        metrics,
        Looker(settings.work_dir, settings.memory_limit_mb),
        needs_keys,
        page_is_open(settings, needs_keys=needs_keys),
    )


def _queue(store: Store, blobs: Blobs, settings: Settings, metrics: Metrics, chores: Chores) -> Queue:
    """Who does the work: this process alone, or with others, or others alone, over whom it watches all the same."""
    if not store.has_engine:
        return LocalQueue(store, blobs, settings, metrics=metrics, chores=chores)
    queues = () if settings.role == "web" else QUEUES
    return EngineQueue(store, blobs, settings, metrics=metrics, chores=chores, queues=queues)


def _link_secret(settings: Settings) -> bytes:
    """The setting, or a random secret kept for this machine's next starts."""
    if settings.link_secret is not None:
        return settings.link_secret.get_secret_value().encode("utf-8")
    path = settings.data_dir / "link-secret"
    if not path.exists():
        with NamedTemporaryFile(dir=settings.data_dir) as file:  # only this user may read it
            file.write(secrets.token_bytes(_SECRET_BYTES))
            file.flush()
            with suppress(FileExistsError):  # another process was first
                os.link(file.name, path)  # whole or not at all
    return path.read_bytes()
