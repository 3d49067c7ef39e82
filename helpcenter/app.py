"""`create_app`: the help centre as one ASGI app. The only place that knows everything."""

import asyncio
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI

from helpcenter.clock import Clock, SystemClock
from helpcenter.identity.service import make_identity
from helpcenter.jobs.handlers import Handlers
from helpcenter.jobs.wakeups import LocalWakeups
from helpcenter.jobs.worker import Worker
from helpcenter.site.indexing import index_builder
from helpcenter.site.reload import SiteHolder
from helpcenter.web import errors, openapi
from helpcenter.web.account import routes as account
from helpcenter.web.assets import Assets
from helpcenter.web.deps import Tools
from helpcenter.web.guard import MAX_BODY, Guard
from helpcenter.web.headers import SecurityHeaders, security_headers
from helpcenter.web.ops import routes as ops
from helpcenter.web.ops.observe import Metrics, Observed
from helpcenter.web.origins import Cors
from helpcenter.web.prepared import Front, Shelf
from helpcenter.web.site import api
from helpcenter.web.site import routes as pages
from helpcenter.web.templating import Templates

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import ASGIApp

    from helpcenter.db.database import Database
    from helpcenter.settings import Settings
    from helpcenter.site.model import Site

    Layers = Callable[[ASGIApp], ASGIApp]


class HelpCenter(FastAPI):
    """FastAPI inside our own pure-ASGI layers; `state.site` is the site readers get."""

    layers: "Layers"

    def build_middleware_stack(self) -> "ASGIApp":
        """Return the framework's stack inside ours."""
        return self.layers(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = openapi.with_problem_schema(super().openapi())
        return self.openapi_schema


def create_app(
    settings: "Settings",
    *,
    database: "Database",
    site: "Site | None" = None,
    clock: Clock | None = None,
    reload: bool = False,
    log_requests: bool = True,
) -> HelpCenter:
    """Return the app; its `state.holder` builds the site and the search index.

    `site` None means that none could be built yet. `database` is open and stays the caller's.
    Nothing runs before the ASGI lifespan starts; then the index is built, jobs are done and, with
    `reload`, content files are watched.
    """
    clock = clock or SystemClock()
    app = _framework(_lifespan(database, clock, reload=reload))

    def publish(fresh: "Site") -> None:
        app.state.site = fresh

    app.state.site = site
    app.state.holder = SiteHolder(
        settings, publish, index_builder(settings, settings.data / "search"), site
    )
    headers = security_headers(settings)
    assets, shelf, metrics = Assets(headers), Shelf(app.state), Metrics()
    templates = Templates(settings, assets)
    app.state.tools = Tools(settings, clock, headers, assets, templates, shelf)
    errors.install(app)
    app.include_router(ops.router(database, metrics))
    app.include_router(api.router(openapi.refusals()))
    account.install(app, make_identity(settings, database, clock))
    app.router.routes.extend(pages.routes())
    log = structlog.get_logger("helpcenter.web")

    def layers(inner: "ASGIApp") -> "ASGIApp":
        safe = SecurityHeaders(Cors(Guard(inner), settings.host_origins), headers)
        return Observed(Front(safe, shelf), metrics, log if log_requests else None, log)

    app.layers = layers
    return app


def _framework(lifespan: "Callable[[Any], AbstractAsyncContextManager[None]]") -> HelpCenter:
    return HelpCenter(
        title="helpcenter",
        version=version("helpcenter"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=MAX_BODY,
        lifespan=lifespan,
    )


def _lifespan(
    database: "Database", clock: Clock, *, reload: bool
) -> "Callable[[HelpCenter], AbstractAsyncContextManager[None]]":
    @asynccontextmanager
    async def lifespan(app: HelpCenter) -> "AsyncIterator[None]":
        holder: SiteHolder = app.state.holder
        worker = Worker(database, Handlers(), clock, LocalWakeups())
        stop = asyncio.Event()
        holder.start_indexing()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(), name="jobs")
            if reload:
                tasks.create_task(holder.watch(stop), name="content watch")
            try:
                yield
            finally:
                stop.set()
                worker.stop()
                await holder.close()

    return lifespan
