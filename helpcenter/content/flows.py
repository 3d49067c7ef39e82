"""`Flow`: the pages of the Stripe customer portal that words and links may name (CONTRACTS §3).

It lives this low because articles, topics, conversations and billing all name flows, and none of
those rooms may know the others.
"""

from enum import StrEnum


class Flow(StrEnum):
    """A destination behind a portal link; `pay_invoice` opens Stripe's hosted invoice page."""

    PAYMENT_METHOD_UPDATE = "payment_method_update"
    SUBSCRIPTION_CANCEL = "subscription_cancel"
    SUBSCRIPTION_PAUSE = "subscription_pause"
    SUBSCRIPTION_UPDATE = "subscription_update"
    CUSTOMER_UPDATE = "customer_update"
    PORTAL_HOME = "portal_home"
    PAY_INVOICE = "pay_invoice"
