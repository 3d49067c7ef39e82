"""What Stripe's webhook says: whether it is Stripe that speaks, and whom it speaks about.

An event is a hint that something changed and never a source of facts: it may come late, twice and
in any order, so the facts are read anew. All else it holds stops here, above all the URL in
`billing_portal.session.created`.
"""

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from helpcenter.billing.node import Node
from helpcenter.errors import HelpcenterError, Kind

SKEW_SECONDS = 300
"""How far the time of signing may be from ours, into the past or the future."""

WATCHED = frozenset(
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
"""The types to subscribe to (docs/stripe.md); each can change what a customer is told."""

_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TYPE = re.compile(r"[a-z0-9_.]{1,100}", re.ASCII)
_THIN = "v2.core.event"


class EventRefusedError(HelpcenterError):
    """A delivery that is not taken; `code` is `webhook_` and the reason, one of a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"webhook_{reason}", Kind.INVALID)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Event:
    """All that is kept of an event; `customer` is a `cus_…`, `subject` the object it is about."""

    id: str
    type: str
    created: datetime
    livemode: bool
    customer: str | None
    subject: str | None


def check_signature(
    body: bytes, header: str | None, secrets: Iterable[bytes], now: datetime
) -> None:
    """Raise unless one of the secrets signed this very body a moment ago.

    `header` is `Stripe-Signature`. Raises `EventRefusedError`: `unsigned` if it cannot be read,
    `forged` if no signature in it is right, `untimely` if it is too old or from the future.
    """
    pairs = [pair.partition("=") for pair in (header or "").split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    given = [value for name, _, value in pairs if name == "v1" and _DIGEST.fullmatch(value)]
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]) or not given:
        raise EventRefusedError("unsigned")
    signed = times[0].encode() + b"." + body
    # With an empty secret anybody could sign.
    right = [hmac.digest(secret, signed, sha256).hex() for secret in secrets if secret]
    if not any(hmac.compare_digest(ours, theirs) for ours in right for theirs in given):
        raise EventRefusedError("forged")
    if abs(now.timestamp() - int(times[0])) > SKEW_SECONDS:
        raise EventRefusedError("untimely")


def read_event(body: bytes) -> Event:
    """Return what is kept of an event; raises `EventRefusedError`, `thin` or `unreadable`.

    Thin events carry no object, and so no customer: the endpoint is to send snapshots.
    """
    try:
        told = Node(json.loads(body.decode()))
    except (ValueError, RecursionError):
        raise EventRefusedError("unreadable") from None
    kind = told.at("object").matching(_TYPE)
    if kind == _THIN:
        raise EventRefusedError("thin")
    event_id, event_type = told.at("id").id(), told.at("type").matching(_TYPE)
    created, livemode = told.at("created").when(), told.at("livemode").boolean()
    if kind != "event" or not event_id or not event_type or created is None or livemode is None:
        raise EventRefusedError("unreadable")
    data = told.at("data")
    return Event(
        event_id, event_type, created, livemode, _customer(data), data.at("object", "id").id()
    )


def _customer(data: Node) -> str | None:
    about = data.at("object")
    if about.at("object").code() == "customer":
        return about.at("id").id()
    # A card that was removed is nobody's any more, but tells whose it was.
    return about.at("customer").id() or data.at("previous_attributes", "customer").id()
