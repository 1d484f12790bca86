"""``formcheck serve``: check the settings, listen, and run the service until a signal ends it."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from formcheck.records.errors import UsageError
from formcheck.words.catalogue import ENGLISH
from formcheck_api.access.commands import DONE, open_store, read_settings
from formcheck_api.access.connections import guarded
from formcheck_api.access.security import asks_for_keys, is_loopback
from formcheck_api.access.visitors import page_is_open
from formcheck_api.http.app import create_app
from formcheck_api.jobs.processes.presence import held_alone, is_in_use
from formcheck_api.operations.log_flood import limit_floods
from formcheck_api.operations.logs import configure_logging
from formcheck_api.operations.settings import Settings
from formcheck_api.operations.traces import configure_traces
from formcheck_api.store.store import Store

say: Final = ENGLISH.say

NOT_STARTED = 2
KEEP_ALIVE_S = 75
"""Longer than clients and proxies keep idle connections (5 to 60 s): one that we close first may cost a request."""


def serve(host: str | None, port: int | None, role: str | None = None) -> int:
    """Run the service until a signal ends it; the exit code. Raises UsageError where it cannot start."""
    given = {name: value for name, value in (("host", host), ("port", port), ("role", role)) if value is not None}
    settings = read_settings(**given)
    store = open_store(settings)
    with _alone_on_sqlite(settings, store):
        _check_keys(settings, store)
        listening = _listen(settings)
        configure_logging(settings.log_level)
        configure_traces()
        limit_floods()
        server = _Server(create_app(settings), settings, listening)
        server.run([listening])
    return DONE if server.started else NOT_STARTED


class _Server(uvicorn.Server):
    """Uvicorn that prints its address once it listens, and stops the app's streams at once when it is to end."""

    def __init__(self, app: FastAPI, settings: Settings, listening: socket.socket) -> None:
        self._app, self._settings, self._listening = app, settings, listening
        super().__init__(
            uvicorn.Config(
                app,
                http=guarded(settings),
                ws="none",
                log_config=None,
                access_log=False,  # middleware writes a better line
                server_header=False,
                lifespan="on",
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=max(1, round(settings.stop_grace_s)),
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the address."""
        await super().startup(sockets)
        if self.started:
            keys = say("operator.with_keys" if asks_for_keys(self._settings) else "operator.without_keys")
            sys.stdout.write(say("operator.listening", address=_address(self._listening), keys=keys) + "\n")
            sys.stdout.flush()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let those who wait for an analysis go, so that connections can end."""
        if self.started:
            self._app.state.service.stopping.set()
        super().handle_exit(sig, frame)


@contextmanager
def _alone_on_sqlite(settings: Settings, store: Store) -> Iterator[None]:
    """Keep other services away from data that one process alone may work with. Raises UsageError where one has it."""
    if store.has_engine:
        yield
        return
    if settings.role == "web":
        raise UsageError(say("error.service.one_process"))
    if is_in_use(settings.work_dir):
        raise UsageError(say("error.service.in_use", place=settings.data_dir))
    database = Path(store.address.database or "").resolve()
    with held_alone(database.with_name(f"{database.name}.lock")) as is_ours:
        if not is_ours:
            raise UsageError(say("error.service.in_use", place=database))
        yield


def _check_keys(settings: Settings, store: Store) -> None:
    """Refuse to be open to others by accident. Raises UsageError."""
    if settings.auth == "off" and not is_loopback(settings.host):
        raise UsageError(say("error.service.only_here", host=settings.host))
    has_keys = any(key.revoked is None for key in store.list_keys())
    needs_keys = asks_for_keys(settings)
    has_page = page_is_open(settings, needs_keys=needs_keys)
    if needs_keys and settings.auth == "auto" and not has_keys and not has_page:
        raise UsageError(say("error.service.no_access"))


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        why = error.strerror
        raise UsageError(say("error.service.address", host=settings.host, port=settings.port, why=why)) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
