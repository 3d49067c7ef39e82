"""The sandbox's whole memory: Stripe objects as plain dicts, and the events their changes make."""

import copy
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from helpcenter.sandbox.config import (
    API_VERSION,
    MINIMAL_PERMISSIONS,
    SandboxConfig,
    Wiring,
    random_name,
)

Obj: TypeAlias = dict[str, Any]

# Hashes whose keys are set one by one; every other value is replaced whole.
_MERGED = frozenset({"invoice_settings", "metadata", "status_transitions"})

# How an id says what it names.
KINDS = {
    "cus": "customer",
    "sub": "subscription",
    "in": "invoice",
    "inpay": "invoice_payment",
    "pi": "payment_intent",
    "ch": "charge",
    "seti": "setup_intent",
    "setatt": "setup_attempt",
    "pm": "payment_method",
    "prod": "product",
    "price": "price",
    "bpc": "billing_portal.configuration",
    "bps": "billing_portal.session",
    "evt": "event",
}

UNUSED_LIFE = timedelta(minutes=5)
IDLE_LIFE = timedelta(hours=1)


@dataclass(slots=True)
class PortalVisit:
    """One portal URL: the secret in its path, which session it opens, and when it was last used."""

    session: str
    created: int
    last_used: int | None = None
    flow_done: bool = False

    def alive(self, now: int) -> bool:
        """Tell whether the URL still opens: 5 minutes unused, then an hour after each use."""
        if self.last_used is None:
            return now < self.created + UNUSED_LIFE.total_seconds()
        return now < self.last_used + IDLE_LIFE.total_seconds()


class State:
    """Tables of objects by kind, safe to read and change from any thread.

    Objects refer to each other by id; only answers of the API expand them. `wiring` says where the
    servers live and may be replaced while running.
    """

    def __init__(self, config: SandboxConfig, wiring: Wiring) -> None:
        self.config = config
        self.wiring = wiring
        self.lock = threading.RLock()
        self.tables: dict[str, dict[str, Obj]] = {kind: {} for kind in KINDS.values()}
        # What a card does when it is charged: a decline code, "authentication_required" or "".
        self.behaviours: dict[str, str] = {}
        self.visits: dict[str, PortalVisit] = {}
        self.names: dict[str, str] = {}
        self.rights = set(MINIMAL_PERMISSIONS)
        # Seconds by which Stripe's world has been moved ahead, as with its own test clocks.
        self.ahead = 0
        self.rewrites_subscription_card = config.portal_rewrites_subscription_card
        self._listeners: list[Callable[[Obj], None]] = []

    def now(self) -> int:
        """Return the present moment of Stripe's world in unix seconds: the clock, moved ahead."""
        return self.wall() + self.ahead

    def wall(self) -> int:
        """Return the present moment outside, by which links, tokens and signatures go."""
        return int(self.config.clock().timestamp())

    def listen(self, listener: Callable[[Obj], None]) -> None:
        """Have `listener` called with every event from now on."""
        self._listeners.append(listener)

    def add(self, obj: Obj, *events: str) -> Obj:
        """Store a new object under its own `object` and `id`, and emit the named events."""
        with self.lock:
            self.tables[obj["object"]][obj["id"]] = obj
            for event in events:
                self.emit(event, obj)
            return obj

    def find(self, kind: str, id_: str) -> Obj | None:
        """Return the object of that kind and id, or None."""
        with self.lock:
            return self.tables[kind].get(id_)

    def get(self, kind: str, id_: str) -> Obj:
        """Return the object of that kind and id. Raises KeyError if there is none."""
        with self.lock:
            return self.tables[kind][id_]

    def where(self, kind: str, **fields: object) -> list[Obj]:
        """Return the objects whose top-level fields equal those given, newest first."""
        with self.lock:
            rows = list(self.tables[kind].values())
        # Later rows win a tie of the second, as they were made later.
        rows.reverse()
        rows.sort(key=lambda row: -int(row.get("created", 0)))
        return [row for row in rows if all(row.get(key) == want for key, want in fields.items())]

    def change(self, kind: str, id_: str, patch: Obj, event: str | None = None) -> Obj:
        """Set fields of one object; emit `event` with previous_attributes if any really changed."""
        with self.lock:
            obj = self.tables[kind][id_]
            previous: Obj = {}
            for key, value in patch.items():
                if key in _MERGED and isinstance(value, dict):
                    old = obj.get(key) or {}
                    changed = {k: old.get(k) for k, v in value.items() if old.get(k) != v}
                    if changed:
                        previous[key] = changed
                        obj[key] = {**old, **value}
                elif obj.get(key) != value:
                    previous[key] = obj.get(key)
                    obj[key] = value
            if previous and event:
                self.emit(event, obj, previous)
            return obj

    def emit(self, type_: str, obj: Obj, previous: Obj | None = None) -> Obj:
        """Record an event with a copy of `obj` as it is now, and tell the listeners."""
        data: Obj = {"object": copy.deepcopy(obj)}
        if previous is not None:
            data["previous_attributes"] = copy.deepcopy(previous)
        event: Obj = {
            "id": f"evt_{random_name()}",
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1 if type_ in self.config.webhook_events else 0,
            "request": {"id": f"req_{random_name(14)}", "idempotency_key": None},
            "type": type_,
        }
        with self.lock:
            self.tables["event"][event["id"]] = event
        for listener in self._listeners:
            listener(event)
        return event

    def events(self, type_: str | None = None) -> list[Obj]:
        """Return recorded events in the order they happened, of one type if given."""
        with self.lock:
            rows = list(self.tables["event"].values())
        return [row for row in rows if type_ in (None, row["type"])]

    def customer(self, name: str) -> Obj:
        """Return a customer by id, by `sub` or by given name in any case. Raises KeyError."""
        with self.lock:
            id_ = self.names.get(name.casefold(), name)
            return self.tables["customer"][id_]

    def open_subscriptions(self, customer: str) -> Iterator[Obj]:
        """Yield the customer's subscriptions that have not ended, newest first."""
        for row in self.where("subscription", customer=customer):
            if row["status"] not in {"canceled", "incomplete_expired"}:
                yield row

    def charged_card(self, subscription: Obj) -> str | None:
        """Return the id of the card that pays: the subscription's own, else the default."""
        own: str | None = subscription["default_payment_method"]
        if own:
            return own
        customer = self.get("customer", subscription["customer"])
        # Of a deleted customer nothing but the id is left.
        settings: Obj = customer.get("invoice_settings", {})
        return settings.get("default_payment_method")


def new_id(prefix: str) -> str:
    """Return a fresh Stripe-like id."""
    return f"{prefix}_{random_name()}"
