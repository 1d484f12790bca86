"""``formcheck serve`` and ``formcheck keys``: start the service, and keep its keys."""

import socket
import sys
from collections.abc import Sequence
from datetime import datetime
from types import FrameType

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from formcheck.records.errors import UsageError
from formcheck_api.access.connections import guarded
from formcheck_api.access.security import SCOPES, asks_for_keys, is_loopback
from formcheck_api.access.visitors import page_is_open
from formcheck_api.http.app import create_app
from formcheck_api.http.service import now, open_store
from formcheck_api.operations.log_flood import limit_floods
from formcheck_api.operations.logs import configure_logging
from formcheck_api.operations.settings import Settings
from formcheck_api.store.database import reason_of
from formcheck_api.store.store import Store

DONE = 0
NOT_STARTED = 2
KEEP_ALIVE_S = 75
"""Longer than clients and proxies keep idle connections (5 to 60 s): one that we close first may cost a request."""


def serve(host: str | None, port: int | None) -> int:
    """Run the service until a signal ends it; the exit code. Raises UsageError where it cannot start."""
    told = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = _settings(**told)
    _check_keys(settings)
    listening = _listen(settings)
    configure_logging(settings.log_level)
    limit_floods()
    server = _Server(create_app(settings), settings, listening)
    server.run([listening])
    return DONE if server.started else NOT_STARTED


class _Server(uvicorn.Server):
    """Uvicorn, which says where it listens and tells the app at once when it is to stop."""

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
        """Say where the service is, once it is."""
        await super().startup(sockets)
        if self.started:
            keys = "with a key" if asks_for_keys(self._settings) else "without a key, from this machine only"
            sys.stdout.write(f"formcheck listens on {_address(self._listening)} ({keys}); Ctrl-C ends it\n")
            sys.stdout.flush()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let those who wait for an analysis go, so that connections can end."""
        if self.started:
            self._app.state.service.stopping.set()
        super().handle_exit(sig, frame)


def create_key(name: str, scopes: Sequence[str] | None, clips_of: str | None) -> int:
    """Make a key and show it, this once. Raises UsageError when there is none whose clips it is to share."""
    store = _open_store()
    owner = _owner(store, clips_of) if clips_of else None
    key, token = store.create_key(name, scopes or SCOPES, now(), owner=owner)
    sys.stderr.write(f"The key of {key.name}; keep it, it is not shown again:\n")
    sys.stdout.write(f"{token}\n")
    return DONE


def _owner(store: Store, prefix: str) -> str:
    """Whose clips a key works with; one that was revoked can be followed by another."""
    for key in store.list_keys():
        if key.prefix == prefix:
            return key.owner
    raise UsageError(f"there is no key {prefix}; formcheck keys list shows them")


def list_keys() -> int:
    """Show every key without its secret."""
    for key in _open_store().list_keys():
        state = f"revoked {_day(key.revoked)}" if key.revoked else f"last used {_day(key.last_used)}"
        told = [key.prefix, ",".join(sorted(key.scopes)), _day(key.created), state]
        shares = [] if key.owner == key.prefix else [f"clips of {key.owner}"]
        sys.stdout.write("  ".join([*told, *shares, key.name]) + "\n")
    return DONE


def revoke_key(prefix: str) -> int:
    """End a key's use. Raises UsageError when there is none of that prefix in use."""
    if not _open_store().revoke_key(prefix, now()):
        raise UsageError(f"there is no key {prefix} in use; formcheck keys list shows them")
    return DONE


def confirm_clock() -> int:
    """Have the present time believed: what is too old by it is deleted at the service's next sweep."""
    store, present = _open_store(), now()
    seen = store.seen_time()
    store.note_time(present, even_earlier=True)
    last = f"the last sweep was at {seen:%Y-%m-%d %H:%M} UTC" if seen else "there was no sweep yet"
    sys.stdout.write(
        f"Confirmed {present:%Y-%m-%d %H:%M} UTC ({last}). The next sweep, or a restart, deletes by age.\n"
    )
    return DONE


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "never"


def _settings(**told: object) -> Settings:
    try:
        return Settings(**told)  # type: ignore[arg-type]  # checked by pydantic
    except ValidationError as error:
        mistake = error.errors()[0]
        name = f"FORMCHECK_{mistake['loc'][0]}".upper()
        raise UsageError(f"{name}: {mistake['msg']}; docs/operations.md lists the settings") from None


def _open_store(settings: Settings | None = None) -> Store:
    try:
        return open_store(settings or _settings())
    except SQLAlchemyError as error:
        raise UsageError(f"the database cannot be opened: {reason_of(error)}; check FORMCHECK_DATABASE_URL") from error


def _check_keys(settings: Settings) -> None:
    """Refuse to be open to others by accident. Raises UsageError."""
    if settings.auth == "off" and not is_loopback(settings.host):
        raise UsageError(f"without keys only this machine may be served, not {settings.host}; unset FORMCHECK_AUTH")
    has_keys = any(key.revoked is None for key in _open_store(settings).list_keys())
    needs_keys = asks_for_keys(settings)
    has_page = page_is_open(settings, needs_keys=needs_keys)
    if needs_keys and settings.auth == "auto" and not has_keys and not has_page:
        raise UsageError("nobody could use the service: make a key with formcheck keys create NAME")


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        where = f"{settings.host}, port {settings.port}"
        raise UsageError(f"cannot listen on {where}: {error.strerror}; choose another --port") from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
