"""Whether Stripe's events arrive: `helpcenter doctor` sends one of its own to the public address.

It is signed as Stripe signs and of a type that nobody watches, so it is checked at the door like
any other and then forgotten.
"""

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from helpcenter.cli.checks import Finding, Status

if TYPE_CHECKING:
    from helpcenter.settings import Settings

PATIENCE_SECONDS = 5.0

_RESTART = "restart `helpcenter serve` with these settings"
_WHY = {
    "webhook_forged": f"does not know the first signing secret: {_RESTART}",
    "webhook_untimely": "goes by another clock than this machine: set both by NTP",
    "webhook_wrong_mode": f"has a key of the other mode: {_RESTART}",
    "webhook_unsigned": "gets no signature: let the proxy pass the header `Stripe-Signature` on",
    "not_found": f"has no key or no signing secret: {_RESTART}",
}


def webhook_reach(
    settings: "Settings", secret: str, now: int, *, livemode: bool
) -> Iterator[Finding]:
    """Knock at the webhook's own address; `secret` signs, `now` is in unix seconds."""
    url = f"{settings.base_url}/webhooks/stripe"
    body = probe(now, livemode=livemode)
    said = knock(url, body, signature(body, secret, now))
    if said is None:
        sentence = f"Nobody answers at {url} from here: start `helpcenter serve`, or see the proxy."
        yield Finding("reach", Status.WARNING, sentence)
    elif said == "ignored":
        mode = "live" if livemode else "test"
        sentence = f"A signed event arrives at {url}, in {mode} mode."
        yield Finding("reach", Status.OK, sentence)
    else:
        why = _WHY.get(said, "is no help centre: see what the proxy leads this path to")
        yield Finding("reach", Status.FAULT, f"What answers at {url} {why}.")


def probe(now: int, *, livemode: bool) -> bytes:
    """Return the body of an event that is about nothing."""
    event = {
        "id": f"evt_doctor{now}",
        "object": "event",
        "type": "helpcenter.doctor",
        "created": now,
        "livemode": livemode,
        "data": {"object": {}},
    }
    return json.dumps(event).encode()


def signature(body: bytes, secret: str, now: int) -> str:
    """Return the header `Stripe-Signature` for a body."""
    digest = hmac.digest(secret.encode(), b"%d." % now + body, sha256).hex()
    return f"t={now},v1={digest}"


def knock(url: str, body: bytes, header: str) -> str | None:
    """Post a delivery; return what became of it, the code of a refusal, or None for no answer.

    "" is an answer that no help centre gives.
    """
    import httpx2

    headers = {"stripe-signature": header, "content-type": "application/json"}
    try:
        answer = httpx2.post(url, content=body, headers=headers, timeout=PATIENCE_SECONDS)
    except httpx2.HTTPError:
        return None
    try:
        told = answer.json()
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    return str(told.get("result") or told.get("code") or "")
