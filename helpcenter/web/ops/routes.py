"""What operators and their machines ask: alive, ready, how many, how fast."""

import hmac

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.jobs.mail import Unsent, unsent
from helpcenter.web.deps import present_site, tools_of
from helpcenter.web.ops.observe import Metrics


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """Whether requests can be answered well; each check says `ok` or what is missing."""

    ready: bool
    checks: dict[str, str]


def router(database: Database, metrics: Metrics) -> APIRouter:
    """Return `/healthz`, `/readyz` and `/metrics`."""
    api = APIRouter(tags=["operations"])

    @api.get("/healthz")
    async def healthz(response: Response) -> Health:
        """Tell that the process is up."""
        response.headers["cache-control"] = "no-store"
        return Health()

    @api.get("/readyz", responses={503: {"model": Readiness, "description": "Not ready."}})
    async def readyz(request: Request, response: Response) -> Readiness:
        """Tell whether the database answers and a site is there; search may still be warming."""
        response.headers["cache-control"] = "no-store"
        found = await _checks(request, database)
        ready = found["database"] == found["site"] == "ok"
        response.status_code = 200 if ready else 503
        return Readiness(ready=ready, checks=found)

    @api.get("/metrics", dependencies=[Depends(_may_scrape)], response_class=Response)
    async def scrape() -> Response:
        """Return the counters in Prometheus' text format, to who holds the token."""
        return Response(metrics.render(), media_type=metrics.content_type)

    return api


async def _checks(request: Request, database: Database) -> dict[str, str]:
    site = present_site(request)
    sent = "not known"
    try:
        await database.ping()
        stored = "ok"
        sent = _told(await database.read(unsent))
    except Exception as error:  # noqa: BLE001 - whatever it is, it stands in the way
        # The kind only: a driver's message may hold addresses and names.
        stored = f"does not answer ({type(error).__name__})"
    return {
        "database": stored,
        "site": "ok" if site else "no site could be built yet",
        "search": "ok" if site and site.index else "the index is being built",
        "mail": sent,
    }


def _told(mail: Unsent) -> str:
    """Say how much mail could not be sent; that keeps nobody from being answered here."""
    return f"{mail.retried} unsent and tried again, {mail.given_up} given up" if mail else "ok"


async def _may_scrape(request: Request) -> None:
    token = tools_of(request).settings.metrics_token
    offered = request.headers.get("authorization", "").removeprefix("Bearer ")
    known = token.get_secret_value().encode() if token else b""
    # Header values are bytes; Starlette shows them as Latin-1.
    if not known or not hmac.compare_digest(offered.encode("latin-1"), known):
        raise HelpcenterError("not_found", Kind.NOT_FOUND)
