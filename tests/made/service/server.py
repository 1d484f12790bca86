"""A real server on loopback, with a folder of its own."""

import base64
import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from formcheck import __version__
from formcheck_api.access.connections import guarded as guarded_connections
from formcheck_api.access.security import LOCAL_OWNER
from formcheck_api.http.app import create_app
from formcheck_api.http.service import Service
from formcheck_api.http.wire.examples import FRAME, REPORT
from formcheck_api.jobs.chores.retention import empty_garbage
from formcheck_api.operations.settings import Settings
from formcheck_api.records.analyses import Cancelled, Failed, Problem, Succeeded
from formcheck_api.storage.blobs import new_artefact_prefix

OVERLAY = bytes(range(256)) * 4
_FRAME = {key: value for key, value in FRAME.items() if key != "links"}
NUMBERS = {"report.json": json.dumps(REPORT | {"frames": [_FRAME]}).encode()}
PICTURES = {
    "frames/left_foot_strike.jpg": b"picture",
    "report.html": b'<details class="fold" id="video"><video src="./overlay.mp4"></video></details><p>more</p>',
}
VIDEO = {"overlay.mp4": OVERLAY}
ARTEFACTS = NUMBERS | PICTURES | VIDEO
"""A small result, in the parts that a worker writes."""
WITHIN_S = 10.0
"""Long enough for anything that should happen soon, on a machine that does much else."""


@dataclass(frozen=True)
class Server:
    """A running service, and a way to play its worker and its operator."""

    url: str
    service: Service
    connections: Collection[object]

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def new_key(self, *scopes: str) -> str:
        """The token of a new key."""
        allowed = scopes or ("analyses:read", "analyses:write")
        return self.service.store.create_key("a coach", allowed, datetime.now(UTC))[1]

    def begin_next(self, formcheck_version: str = __version__) -> str:
        """Claim what waits longest, as a worker does."""
        claimed = self.service.store.claim("test", datetime.now(UTC), formcheck_version=formcheck_version)
        assert claimed is not None
        return claimed.id

    def publish(self, analysis_id: str, artefacts: Mapping[str, bytes]) -> None:
        """Show part of a claimed analysis's result, beside what is shown already, as a worker does."""
        shown = self._stored(analysis_id, artefacts)
        assert self.service.store.publish(analysis_id, "test", shown.prefix, shown.artefacts)

    def succeed(
        self, analysis_id: str, artefacts: Mapping[str, bytes] = ARTEFACTS, incomplete: Problem | None = None
    ) -> None:
        """Store the rest of the result and end a claimed analysis, as a worker does."""
        outcome = replace(self._stored(analysis_id, artefacts), incomplete=incomplete)
        assert self.service.store.finish(analysis_id, "test", outcome, datetime.now(UTC))

    def _stored(self, analysis_id: str, artefacts: Mapping[str, bytes]) -> Succeeded:
        before = self.service.store.get(None, analysis_id)
        assert before is not None
        prefix = before.artefact_prefix or new_artefact_prefix(analysis_id)
        for name, content in artefacts.items():
            path = self.service.settings.work_dir / name.replace("/", "-")
            path.write_bytes(content)
            self.service.blobs.put_file(f"{prefix}/{name}", path)
        return Succeeded(prefix, (*before.artefacts, *artefacts))

    def cancel(self, analysis_id: str) -> None:
        """End a claimed analysis that was cancelled, as a worker does."""
        assert self.service.store.finish(analysis_id, "test", Cancelled(), datetime.now(UTC))

    def fail(self, analysis_id: str) -> None:
        """End a claimed analysis with a problem, as a worker does."""
        problem = Problem("clip_unreadable", "The clip cannot be read", 422, "no picture in it decodes")
        assert self.service.store.finish(analysis_id, "test", Failed(problem), datetime.now(UTC))

    def clear(self) -> None:
        """Delete everybody's analyses and athletes, and end all keys."""
        store, now = self.service.store, datetime.now(UTC)
        owners = [LOCAL_OWNER, *(key.prefix for key in store.list_keys())]  # revoked keys still own what they sent
        for owner in owners:
            for analysis in store.list(owner, limit=1000).analyses:
                store.delete(owner, analysis.id, now)
            for athlete in store.list_athletes(owner, limit=1000).athletes:
                store.delete_athlete(owner, athlete.id, now)
            store.revoke_key(owner, now)
        empty_garbage(store, self.service.blobs)

    def files(self) -> list[str]:
        """Every file of a client's: uploads on their way in, clips, artefacts."""
        data = self.service.settings.data_dir
        found = [*data.glob("work/upload-*"), *(path for path in data.glob("blobs/**/*") if path.is_file())]
        return [path.relative_to(data).as_posix() for path in found]


@contextlib.contextmanager
def serving(settings: Settings, keep_alive_s: int = 5) -> Iterator[Server]:
    """Run the service in a thread of this process until the block ends."""
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=guarded_connections(settings),
            port=0,
            log_config=None,
            access_log=False,
            timeout_keep_alive=keep_alive_s,
            timeout_graceful_shutdown=5,
            lifespan="on",
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started or not thread.is_alive())
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Server(f"http://127.0.0.1:{port}", app.state.service, server.server_state.connections)
    finally:
        if server.started:
            app.state.service.stopping.set()
        server.should_exit = True
        thread.join()


def eventually(holds: Callable[[], Any]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.02)


Serve = Callable[..., Server]


def idle(data_dir: Path, **told: Any) -> Settings:
    """Settings of a service that analyses nothing by itself."""
    return Settings(data_dir=data_dir, **told).model_copy(update={"workers": 0})


def upload(client: httpx.Client, content: bytes = b"clip", *, name: str = "run.mp4", **rest: Any) -> httpx.Response:
    """Send a clip; ``data``, ``headers`` and ``params`` as httpx has them."""
    return client.post("/v1/analyses", files={"clip": (name, content)}, **rest)


def receipt(word: str) -> str:
    """The receipt of a runner without a key, made from a word."""
    bits = hashlib.sha256(word.encode()).digest()
    return "fcr_" + base64.urlsafe_b64encode(bits).decode().rstrip("=")
