"""What `helpcenter doctor` looks at in Stripe: key, permissions, portal, webhook."""

import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

from helpcenter.cli.checks import Finding, Status
from helpcenter.cli.reach import webhook_reach

if TYPE_CHECKING:
    from helpcenter.billing.port import Inspection
    from helpcenter.settings import Settings

KEYS = "Dashboard → Developers → API keys"
PORTAL = "Dashboard → Settings → Billing → Customer portal"
WEBHOOKS = "Dashboard → Developers → Webhooks"

_RESOURCES = {
    "rak_customer_read": "Customers",
    "rak_subscription_read": "Subscriptions",
    "rak_invoice_read": "Invoices",
    "rak_payment_intent_read": "PaymentIntents",
    "rak_charge_read": "Charges",
    "rak_payment_method_read": "PaymentMethods",
    "rak_setup_intent_read": "SetupIntents",
    "rak_customer_portal_read": "Customer portal",
    "rak_customer_portal_write": "Customer portal",
}
"""Where a permission is on the page of a restricted key, by Stripe's name for it."""

_FEATURES = {
    "payment_method_update": "update payment methods",
    "subscription_cancel": "cancel subscriptions",
    "subscription_update": "switch plans",
    "subscription_pause": "pause subscriptions",
    "customer_update": "update their details",
}
"""What customers must be allowed to do, by the flow that needs it."""


def stripe(settings: "Settings") -> Iterator[Finding]:
    """Ask Stripe what the key may do and what the portal offers, changing nothing."""
    from helpcenter.billing.connect import open_door

    door = open_door(settings)
    if door is None:
        said = (
            "Without a key there are no facts, no portal links and no webhooks: "
            f"{KEYS} → Create restricted key with {_minimum()}, then set HELPCENTER_STRIPE_KEY."
        )
        yield Finding("stripe key", Status.WARNING, said)
        return
    # What is logged on the way must not get between the lines for machines.
    with redirect_stdout(sys.stderr):
        found = door.inspect()
    yield _key(settings, found)
    if found.problem is None:
        yield from _permissions(found)
        yield from _portal(found)
    yield from _webhook(settings)
    secrets = [secret.get_secret_value() for secret in settings.stripe_webhook_secrets]
    if secrets and secrets[0].startswith("whsec_"):
        now = int(time.time())
        yield from webhook_reach(settings, secrets[0], now, livemode=found.livemode)


def _key(settings: "Settings", found: "Inspection") -> Finding:
    from helpcenter.billing.port import Refusal

    mode = _mode(found)
    if found.problem is Refusal.BAD_KEY:
        said = f"Stripe refuses the key: {KEYS} ({mode} mode), copy it again."
        return Finding("stripe key", Status.FAULT, said)
    if found.problem is not None:
        said = (
            f"Stripe does not answer at {settings.stripe_api_base}: see whether this machine "
            "may connect there, and https://status.stripe.com."
        )
        return Finding("stripe key", Status.FAULT, said)
    if not found.restricted:
        said = (
            f"This {mode} key may do everything at Stripe: {KEYS} → Create restricted key with "
            f"{_minimum()}, and use that one."
        )
        return Finding("stripe key", Status.FAULT if found.livemode else Status.WARNING, said)
    whom = "real" if found.livemode else "test"
    said = f"The key is restricted and for {mode} mode: it sees {whom} customers only."
    return Finding("stripe key", Status.OK, said)


def _permissions(found: "Inspection") -> Iterator[Finding]:
    for permission in sorted(found.missing):
        resource = _RESOURCES.get(permission)
        what = "Write" if permission.endswith("_write") else "Read"
        where = f"{resource}: {what}" if resource else f"grant {permission}"
        said = f"The key lacks {permission}: {KEYS} → edit the key → {where}."
        yield Finding("permissions", Status.FAULT, said)
    if not found.missing:
        said = f"The key may do all that is needed: {_minimum()}."
        yield Finding("permissions", Status.OK, said)


def _minimum() -> str:
    """Return the permissions that a key needs and no others, as the Dashboard names them."""
    wanted = (
        f"{resource}: {'Write' if name.endswith('_write') else 'Read'}"
        for name, resource in _RESOURCES.items()
        # To write includes to read.
        if name != "rak_customer_portal_read"
    )
    return ", ".join(wanted)


def _portal(found: "Inspection") -> Iterator[Finding]:
    if found.flows is None:
        if "rak_customer_portal_read" in found.missing:
            said = "What the portal offers cannot be seen without rak_customer_portal_read."
            yield Finding("portal", Status.WARNING, said)
            return
        said = f"No portal can be opened: {PORTAL} ({_mode(found)} mode), save it once."
        yield Finding("portal", Status.FAULT, said)
        return
    lacking = [flow for flow in _FEATURES if flow not in found.flows]
    for flow in lacking:
        # To change a card is what people come for; without the rest the front page will do.
        status = Status.FAULT if flow == "payment_method_update" else Status.WARNING
        said = f"The portal does not offer {flow}: {PORTAL}, let customers {_FEATURES[flow]}."
        yield Finding("portal", status, said)
    if not lacking:
        yield Finding("portal", Status.OK, "The portal offers every page that links open.")


def _webhook(settings: "Settings") -> Iterator[Finding]:
    secrets = [secret.get_secret_value() for secret in settings.stripe_webhook_secrets]
    if not any(secrets):
        said = (
            f"Stripe cannot tell of changes: {WEBHOOKS} → Add endpoint "
            f"{settings.base_url}/webhooks/stripe, then set HELPCENTER_STRIPE_WEBHOOK_SECRETS."
        )
        yield Finding("webhook", Status.WARNING, said)
    elif not all(secret.startswith("whsec_") for secret in secrets):
        said = (
            f"A signing secret begins with whsec_: {WEBHOOKS} → the endpoint → Signing secret, "
            "copy it again into HELPCENTER_STRIPE_WEBHOOK_SECRETS."
        )
        yield Finding("webhook", Status.FAULT, said)
    else:
        count = "one secret" if len(secrets) == 1 else f"{len(secrets)} secrets"
        said = f"Stripe's events are taken at {settings.base_url}/webhooks/stripe, by {count}."
        yield Finding("webhook", Status.OK, said)


def _mode(found: "Inspection") -> str:
    return "live" if found.livemode else "test"
