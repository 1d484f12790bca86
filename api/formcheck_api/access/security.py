"""Who asks, and what they may: API keys, scopes, the loopback exception, and headers that keep browsers in their place.

Without keys the service answers this machine only, and browsers only when the page is ours: another site's page could
otherwise upload to it (a form needs no permission) or read from it (by a name of its own that leads to 127.0.0.1).
"""

import ipaddress
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from formcheck_api.operations.settings import Settings
from formcheck_api.records.problems import ProblemError, problem_response

ScopeName = Literal["analyses:read", "analyses:write"]
SCOPES: Final[tuple[ScopeName, ...]] = ("analyses:read", "analyses:write")
LOCAL_OWNER: Final = "local"
"""Owner of everything where no keys are asked for."""
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")

HEADERS: Final = {
    "Cache-Control": "private, no-cache",  # ask again each time; an ETag makes that cheap
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=()",  # the page films, without sound
    "Referrer-Policy": "no-referrer",  # an address may hold a signature
    "X-Content-Type-Options": "nosniff",
}
"""On every answer that does not say otherwise itself."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A client: its key, the owner of what it uploads and sees, and what the key allows."""

    key: str
    owner: str
    scopes: frozenset[str]

    def check(self, scope: ScopeName) -> None:
        """Raise ProblemError unless the key has the scope."""
        if scope not in self.scopes:
            raise ProblemError("scope_missing", scope=scope)


LOCAL_CALLER: Final = Caller(LOCAL_OWNER, LOCAL_OWNER, frozenset(SCOPES))


def asks_for_keys(settings: Settings) -> bool:
    """Whether requests need a key: always, unless the service listens on loopback only."""
    return settings.auth == "on" or (settings.auth == "auto" and not is_loopback(settings.host))


def is_loopback(host: str) -> bool:
    """Whether an address reaches this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SecurityHeaders:
    """Middleware: the headers above, where the response has none of that name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OwnPagesOnly:
    """Middleware for a service without keys: refuses other names for this machine, and other sites' pages."""

    def __init__(self, app: ASGIApp, *, names: tuple[str, ...], origins: tuple[str, ...]) -> None:
        self._app = app
        self._names = frozenset(names)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and not self._is_ours(scope["method"], Headers(scope=scope)):
            refusal = ProblemError("foreign_origin")
            await problem_response(refusal, scope["state"]["request_id"])(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, method: str, headers: Headers) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        if _hostname(f"//{host}") not in self._names:
            return False
        if origin is None:  # another site's pictures come without one; following its link is fine, its forms are not
            is_link = method in ("GET", "HEAD") and headers.get("sec-fetch-dest") == "document"
            return is_link or headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return origin in self._origins or origin.partition("://")[2] == host


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
