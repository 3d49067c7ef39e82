"""`create_app`: the help centre as one ASGI app. The only place that knows everything."""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI

from helpcenter.clock import Clock, SystemClock
from helpcenter.web import errors, openapi
from helpcenter.web.assets import Assets
from helpcenter.web.deps import Tools
from helpcenter.web.guard import MAX_BODY, Guard
from helpcenter.web.headers import SecurityHeaders, security_headers
from helpcenter.web.ops import routes as ops
from helpcenter.web.ops.observe import Metrics, Observed
from helpcenter.web.prepared import Front, Shelf
from helpcenter.web.site import api
from helpcenter.web.site import routes as pages
from helpcenter.web.templating import Templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from helpcenter.db.database import Database
    from helpcenter.settings import Settings
    from helpcenter.site.model import Site


class HelpCenter(FastAPI):
    """FastAPI behind our own pure-ASGI layers; `state.site` is the site readers get."""

    def wrap(self, layers: "Callable[[ASGIApp], ASGIApp]") -> None:
        """Put `layers` around everything the framework builds."""
        self._layers = layers

    def build_middleware_stack(self) -> "ASGIApp":
        """Return the framework's stack inside ours."""
        return self._layers(super().build_middleware_stack())

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
    log_requests: bool = True,
) -> HelpCenter:
    """Return the app for these settings; `site` None until one can be built.

    Nothing runs before the ASGI lifespan starts.
    """
    app = HelpCenter(
        title="helpcenter",
        version=version("helpcenter"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=MAX_BODY,
    )
    app.state.site = site
    headers = security_headers(settings)
    assets = Assets(headers)
    shelf = Shelf(app.state)
    app.state.tools = Tools(
        settings, clock or SystemClock(), headers, assets, Templates(settings, assets), shelf
    )
    errors.install(app)
    metrics = Metrics()
    app.include_router(ops.router(database, metrics))
    app.include_router(api.router(openapi.refusals()))
    app.router.routes.extend(pages.routes())
    log = structlog.get_logger("helpcenter.web")

    def layers(inner: "ASGIApp") -> "ASGIApp":
        safe = SecurityHeaders(Guard(inner), headers)
        return Observed(Front(safe, shelf), metrics, log if log_requests else None, log)

    app.wrap(layers)
    return app
