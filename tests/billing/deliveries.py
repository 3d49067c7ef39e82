"""Events as Stripe delivers them, made for tests of the receiving side."""

import json
from datetime import datetime, timedelta
from typing import Any

from helpcenter.db.database import Database
from helpcenter.identity import customers
from helpcenter.identity.announce import Listeners
from helpcenter.identity.claims import HostClaims
from helpcenter.sandbox.webhooks import sign

SECRET = "whsec_0ldButGood"
CUSTOMER = "cus_sandboxPip"


def event(**changes: Any) -> dict[str, Any]:
    """Return a snapshot event about `CUSTOMER`."""
    return {
        "id": "evt_1",
        "object": "event",
        "type": "customer.updated",
        "created": 1795338000,
        "livemode": False,
        "data": {"object": {"id": CUSTOMER, "object": "customer"}},
        **changes,
    }


def about(obj: dict[str, Any], **previous: Any) -> dict[str, Any]:
    """Return an event's `data` about an object."""
    return {"object": obj, "previous_attributes": previous} if previous else {"object": obj}


def raw(told: object) -> bytes:
    """Return the body of a delivery."""
    return json.dumps(told).encode()


def signed(body: bytes, at: datetime, *secrets: str, late: float = 0) -> str:
    """Return the `Stripe-Signature` of a body signed `late` seconds before `at`."""
    when = int((at - timedelta(seconds=late)).timestamp())
    digests = [sign(body, secret, when).partition("v1=")[2] for secret in secrets or (SECRET,)]
    return ",".join([f"t={when}", *(f"v1={digest}" for digest in digests)])


def sign_in(database: Database, now: datetime, customer: str = CUSTOMER) -> None:
    """Let somebody who is billed as `customer` have been here."""
    claims = HostClaims(
        sub=f"user-{customer}",
        jti="jti",
        issued_at=now,
        expires=now + timedelta(minutes=1),
        stripe_customer=customer,
    )
    database.write_sync(lambda conn: customers.record(conn, claims, now, Listeners()))
