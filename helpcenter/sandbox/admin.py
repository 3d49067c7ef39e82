"""`POST /_sandbox/…`: breaking and steering a running sandbox from outside its process.

JSON in, JSON out, loopback only. A JSON body cannot be sent by a page of another site without
asking first, so no token is needed on a sandbox.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from helpcenter.sandbox import lifecycle, moving, passing, people
from helpcenter.sandbox.config import MINIMAL_PERMISSIONS
from helpcenter.sandbox.faults import Fault, Faults, Kind
from helpcenter.sandbox.state import Obj, State
from helpcenter.sandbox.webhooks import Deliverer

_LOOPBACK = {"127.0.0.1", "::1"}


class RefusedError(ValueError):
    """An order that makes no sense; its text goes back to who gave it."""


class Admin:
    """The orders a sandbox takes; each is a method from JSON to JSON."""

    def __init__(self, state: State, faults: Faults, webhooks: Deliverer) -> None:
        self.state = state
        self.faults = faults
        self.webhooks = webhooks

    def routes(self) -> list[Route]:
        """Return one route an order."""
        orders: dict[str, Callable[[Obj], Any]] = {
            "clock": self.clock,
            "customers": self.customers,
            "customers/delete": self.delete_customer,
            "customers/card": self.card,
            "customers/decline": self.decline,
            "customers/move": self.move,
            "events": self.events,
            "events/redeliver": self.redeliver,
            "faults": self.add_fault,
            "faults/clear": self.clear_faults,
            "permissions": self.permissions,
            "portal": self.portal,
            "webhooks": self.steer_webhooks,
        }
        return [
            Route(f"/_sandbox/{name}", _guarded(order), methods=["POST"])
            for name, order in orders.items()
        ]

    def clock(self, order: Obj) -> Obj:
        """Move Stripe's world ahead by `days`, `hours` and `seconds`; say what time it is there."""
        if set(order) - {"days", "hours", "seconds"}:
            raise RefusedError("give days, hours or seconds")
        span = timedelta(**{unit: float(value) for unit, value in order.items()})
        return {"now": passing.advance(self.state, int(span.total_seconds()))}

    def card(self, order: Obj) -> Obj:
        """Give `customer` the test card with a `number`, and have what is due charged to it."""
        owner = self._customer(order)
        try:
            bill = people.use_card(self.state, owner["id"], str(order.get("number", "")))
        except KeyError:
            raise RefusedError("number must be one of Stripe's test cards") from None
        return {"invoice": bill["id"], "status": bill["status"]}

    def customers(self, _order: Obj) -> Obj:
        """List the named customers: name, sub, customer id and what is wrong."""
        fields = ("name", "sub", "customer", "email", "locale", "trouble")
        rows = [{name: getattr(row, name) for name in fields} for row in people.PEOPLE]
        return {"customers": rows}

    def delete_customer(self, order: Obj) -> Obj:
        """Delete `customer` (a name, sub or id) at Stripe."""
        return lifecycle.delete_customer(self.state, self._customer(order)["id"])

    def decline(self, order: Obj) -> Obj:
        """Have `customer`'s card declined with `code` once more."""
        owner = self._customer(order)
        bill = people.fail_next_payment(self.state, owner["id"], str(order.get("code", "")))
        return {"invoice": bill["id"]}

    def move(self, order: Obj) -> Obj:
        """Bill `customer` as a new customer of Stripe's from now on."""
        return {"customer": moving.move(self.state, self._customer(order)["id"])["id"]}

    def events(self, order: Obj) -> Obj:
        """List recorded events, of one `type` if given, without their objects."""
        rows = self.state.events(order.get("type"))
        fields = ("id", "type", "created")
        deliveries = [asdict(row) for row in self.webhooks.log]
        return {
            "events": [{name: row[name] for name in fields} for row in rows],
            "deliveries": deliveries,
        }

    def redeliver(self, order: Obj) -> Obj:
        """Deliver event `id` again, `times` over."""
        try:
            self.webhooks.redeliver(str(order.get("id")), int(order.get("times", 1)))
        except KeyError:
            raise RefusedError("no such event") from None
        return {}

    def add_fault(self, order: Obj) -> Obj:
        """Have the next `times` calls do `kind` (hang, reset, rate_limit, error, garbage)."""
        known = {"kind": str, "times": int, "path": str, "seconds": float}
        if order.get("kind") not in get_args(Kind) or set(order) - set(known):
            raise RefusedError(
                f"kind must be one of {', '.join(get_args(Kind))}; also {list(known)}"
            )
        self.faults.add(Fault(**{name: known[name](value) for name, value in order.items()}))
        return {}

    def clear_faults(self, _order: Obj) -> Obj:
        """Forget faults that have not happened yet."""
        self.faults.clear()
        return {}

    def permissions(self, order: Obj) -> Obj:
        """Take `drop` from the restricted key, give it `grant`, or `reset` it to the minimum."""
        rights = self.state.rights
        if order.get("reset"):
            rights.clear()
            rights.update(MINIMAL_PERMISSIONS)
        rights.difference_update(order.get("drop", ()))
        rights.update(order.get("grant", ()))
        return {"permissions": sorted(rights)}

    def portal(self, order: Obj) -> Obj:
        """Set `configured`, `features` ({name: enabled}) and `rewrites_subscription_card`."""
        for row in self.state.where("billing_portal.configuration"):
            for name, enabled in order.get("features", {}).items():
                if name not in row["features"]:
                    raise RefusedError(f"features are {', '.join(row['features'])}")
                row["features"][name]["enabled"] = bool(enabled)
            if "configured" in order:
                row["active"] = row["is_default"] = bool(order["configured"])
        if "rewrites_subscription_card" in order:
            self.state.rewrites_subscription_card = bool(order["rewrites_subscription_card"])
        return {}

    def steer_webhooks(self, order: Obj) -> Obj:
        """Set `delay` seconds, `pause` deliveries, or `release` those held (`backwards` or not)."""
        self.webhooks.delay = float(order.get("delay", self.webhooks.delay))
        if order.get("pause"):
            self.webhooks.paused = True
        if order.get("release"):
            self.webhooks.release(backwards=bool(order.get("backwards")))
        return {}

    def _customer(self, order: Obj) -> Obj:
        try:
            return self.state.customer(str(order.get("customer")))
        except KeyError:
            raise RefusedError("no such customer") from None


def _guarded(order: Callable[[Obj], Any]) -> Callable[[Request], Any]:
    """Return the route handler of an order: loopback callers and JSON bodies only."""

    async def handler(request: Request) -> Response:
        if request.client is None or request.client.host not in _LOOPBACK:
            return JSONResponse({"error": "loopback only"}, 403)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return JSONResponse({"error": "send application/json"}, 415)
        try:
            given = json.loads(await request.body() or b"{}")
            if not isinstance(given, dict):
                return JSONResponse({"error": "send a JSON object"}, 400)
            return JSONResponse(await run_in_threadpool(order, given))
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return handler
