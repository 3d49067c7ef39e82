"""What a sandbox is told once, before it starts."""

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

API_VERSION = "2026-10-28.endive"

# The least a restricted key needs for everything the help centre reads and opens.
MINIMAL_PERMISSIONS = frozenset(
    {
        "charge_read",
        "customer_portal_read",
        "customer_portal_write",
        "customer_read",
        "invoice_read",
        "payment_intent_read",
        "payment_method_read",
        "setup_intent_read",
        "subscription_read",
    }
)

# What a help centre's webhook endpoint subscribes to; nothing else is delivered.
SUBSCRIBED_EVENTS = frozenset(
    {
        "billing_portal.session.created",
        "customer.deleted",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "customer.subscription.updated",
        "customer.updated",
        "invoice.paid",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "payment_method.attached",
        "payment_method.automatically_updated",
        "payment_method.detached",
        "payment_method.updated",
        "setup_intent.setup_failed",
    }
)


def utc_now() -> datetime:
    """Return the machine's own time as an aware UTC datetime."""
    return datetime.now(UTC)


def random_name(length: int = 24) -> str:
    """Return `length` random letters and digits, the alphabet of Stripe's ids and keys."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(length))


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """Everything that does not change while the sandbox runs.

    Secrets are random per run unless given. `live_key`, if set, is accepted as a live-mode key:
    it sees none of the objects, which are all test objects.
    `after_last_try` is what becomes of a subscription whose invoice was tried in vain to the end.
    `webhook_retries` are the pauses in real seconds before each further try of a delivery.
    """

    secret_key: str = field(default_factory=lambda: f"sk_test_{random_name()}", repr=False)
    restricted_key: str = field(default_factory=lambda: f"rk_test_{random_name()}", repr=False)
    live_key: str | None = field(default=None, repr=False)
    webhook_secret: str = field(default_factory=lambda: f"whsec_{random_name(32)}", repr=False)
    jwt_secret: str = field(default_factory=lambda: random_name(48), repr=False)
    jwt_algorithm: Literal["HS256", "ES256"] = "HS256"
    webhook_retries: tuple[float, ...] = (0.2, 1.0, 5.0)
    webhook_events: frozenset[str] = SUBSCRIBED_EVENTS
    portal_rewrites_subscription_card: bool = False
    after_last_try: Literal["canceled", "unpaid", "past_due"] = "canceled"
    clock: Callable[[], datetime] = utc_now
    account: str = "acct_sandbox0001"


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where everybody lives, known only once ports are bound: origins without a final slash.

    `helpcenter_url` is what host pages link to and the `aud` of the tokens; `webhook_url` is a full
    loopback URL; `signout_token` an API token of the help centre for `POST …/signout`;
    `widget_src` the full URL of the chat script, put on the host's pages only if given.
    """

    stripe_url: str = "http://127.0.0.1"
    host_url: str = "http://localhost"
    helpcenter_url: str | None = None
    webhook_url: str | None = None
    signout_token: str | None = field(default=None, repr=False)
    widget_src: str | None = None
