"""Where other systems call when something has happened there."""

import structlog
from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry, Counter
from starlette.responses import JSONResponse

from helpcenter.billing.events import EventRefusedError
from helpcenter.billing.intake import Intake
from helpcenter.errors import HelpcenterError, Kind

log = structlog.get_logger(__name__)


def install(app: FastAPI, intake: Intake | None, registry: CollectorRegistry) -> None:
    """Open `/webhooks/stripe`, which without an intake is not there; `registry` counts."""
    counted = Counter(
        "helpcenter_stripe_events",
        "Deliveries of Stripe's webhook, by what became of them.",
        ("result",),
        registry=registry,
    )

    @app.post("/webhooks/stripe", include_in_schema=False)
    async def stripe(request: Request) -> JSONResponse:
        """Take an event; the answer is for the list of deliveries in Stripe's Dashboard."""
        if intake is None:
            raise HelpcenterError("not_found", Kind.NOT_FOUND)
        signature = request.headers.get("stripe-signature")
        try:
            result = await intake.receive(await request.body(), signature)
        except EventRefusedError as refused:
            counted.labels(refused.reason).inc()
            log.warning("stripe_event_refused", reason=refused.reason)
            raise
        counted.labels(result.value).inc()
        return JSONResponse({"result": result.value}, headers={"cache-control": "no-store"})
