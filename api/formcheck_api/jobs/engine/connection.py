"""The engine's way to the database, which waits while that is away.

The engine itself stops a worker at the first heartbeat that fails, and would lose the job it just asked for.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from threading import Event
from typing import Any, Final, LiteralString

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from sqlalchemy import URL

RETRY_S: Final = 0.5
"""Between tries to reach the database."""

CONNECT_WITHIN_S: Final = 5.0
"""A connection that is not there by then is asked for again."""

_log = logging.getLogger(__name__)


class PatientConnector(PsycopgConnector):
    """Asks again until the database answers, or until it is time to stop."""

    def __init__(self, url: URL, stopping: Event, connections: int) -> None:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        super().__init__(conninfo=address, timeout=CONNECT_WITHIN_S, min_size=1, max_size=connections)
        self._stopping = stopping

    async def open_patiently(self) -> None:
        """Open it, which needs the database."""
        while self._async_pool is None:
            try:
                await self.open_async()
            except psycopg.OperationalError as error:
                self._async_pool = None
                if self._stopping.is_set():
                    raise
                _log.warning("the database does not answer the queue", extra={"reason": str(error)[:200]})

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """As the engine's own."""
        await self._patiently(super().execute_query_async, query, arguments)

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:
        """As the engine's own."""
        found: dict[str, Any] = await self._patiently(super().execute_query_one_async, query, arguments)
        return found

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:
        """As the engine's own."""
        found: list[dict[str, Any]] = await self._patiently(super().execute_query_all_async, query, arguments)
        return found

    async def listen_notify(self, on_notification: Notify, channels: Any) -> None:
        """As the engine's own."""
        await self._patiently(super().listen_notify, on_notification, {"channels": channels})

    async def _patiently(self, call: Callable[..., Awaitable[Any]], first: Any, more: dict[str, Any]) -> Any:
        while True:
            try:
                return await call(first, **more)
            except ConnectorException as error:
                if self._stopping.is_set() or not isinstance(error.__cause__, _AWAY):
                    raise
                _log.warning("the database does not answer the queue", extra={"reason": str(error.__cause__)[:200]})
            await asyncio.sleep(RETRY_S)


_AWAY: Final = (psycopg.OperationalError, psycopg.InterfaceError)
