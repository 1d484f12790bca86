"""The application: routes, middleware and what opens and closes around them. Nothing happens at import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from formcheck import __version__
from formcheck_api.access.security import LOOPBACK_NAMES, OwnPagesOnly, SecurityHeaders, asks_for_keys
from formcheck_api.access.visitors import page_is_open
from formcheck_api.http.dependencies import only_known_words
from formcheck_api.http.middleware import REQUEST_ID_HEADER, HeadAsGet, Observed
from formcheck_api.http.routes import about, analyses, artefacts, operations, webhooks
from formcheck_api.http.routes.page import clips, runs
from formcheck_api.http.routes.people import athletes, combined, comparisons, sessions, trend
from formcheck_api.http.routes.uploads import form, resumable
from formcheck_api.http.service import Service, open_service
from formcheck_api.http.watch import watch
from formcheck_api.http.wire import uploading
from formcheck_api.http.wire.errors import handle_errors
from formcheck_api.http.wire.openapi import DESCRIPTION, specification
from formcheck_api.operations.settings import Settings
from formcheck_api.uploads.bodies import LimitBodies

NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own: it would record what was wrong with requests, and an environment variable could send that away."""
_PEOPLE: Final = (athletes.router, sessions.router, comparisons.router, combined.router, trend.router)
_STRICT: Final = (form.router, analyses.router, webhooks.router, *_PEOPLE)
"""Routers whose queries mean something: an unknown word in one is a mistake. To others, proxies and links add some."""
_LENIENT: Final = (artefacts.router, about.router, operations.router, resumable.router)
_PAGE: Final = (runs.router, clips.router)

_ASKED: Final = ("Authorization", "Idempotency-Key", "If-None-Match", "If-Range", "Range")


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; database and storage are opened when the server starts it."""
    app = FastAPI(
        title="formcheck",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lambda app: _running(app, settings),
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    handle_errors(app)
    for router in _STRICT:
        app.include_router(router, dependencies=[Depends(only_known_words)])
    for router in _LENIENT:
        app.include_router(router)
    if page_is_open(settings, needs_keys=asks_for_keys(settings)):
        for router in _PAGE:
            app.include_router(router)
        app.mount("/page", StaticFiles(packages=[("formcheck_api.page", "static"), ("formcheck.report", "page/style")]))
    _surround(app, settings)
    app.openapi = lambda: specification(app)  # type: ignore[method-assign]
    return app


def _surround(app: FastAPI, settings: Settings) -> None:
    """Add middleware, innermost first."""
    app.add_middleware(GZipMiddleware, compresslevel=6)  # leaves media, parts of files and event streams as they are
    app.add_middleware(HeadAsGet)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PATCH", "PUT", "DELETE"],
            allow_headers=[*_ASKED, *uploading.ASKED, REQUEST_ID_HEADER],
            expose_headers=["Content-Range", "ETag", "Location", "Retry-After", *uploading.ANSWERED, REQUEST_ID_HEADER],
        )
    if not asks_for_keys(settings):
        names = (*LOOPBACK_NAMES, settings.host)
        app.add_middleware(OwnPagesOnly, names=names, origins=settings.cors_origins)
    app.add_middleware(LimitBodies, idle_s=settings.upload_idle_s, slowest_bytes_s=settings.upload_min_bytes_s)
    app.add_middleware(Observed)
    app.add_middleware(SecurityHeaders)


@asynccontextmanager
async def _running(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    service = await run_in_threadpool(open_service, settings)
    app.state.service = service
    app.state.files = service.files_source()
    watch(service)
    await run_in_threadpool(service.queue.start)
    try:
        yield
    finally:
        service.stopping.set()
        await run_in_threadpool(_close, service)


def _close(service: Service) -> None:
    service.looker.stop()
    service.queue.stop(service.settings.stop_grace_s)
    service.store.close()
