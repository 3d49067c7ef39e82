"""Portal configurations and sessions, shaped as Stripe answers them."""

from collections.abc import Sequence

from helpcenter.sandbox.state import Obj, new_id

# The locales Stripe's portal speaks; any other value is refused.
LOCALES = [
    "auto",
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "en-AU",
    "en-CA",
    "en-GB",
    "en-IE",
    "en-IN",
    "en-NZ",
    "en-SG",
    "es",
    "es-419",
    "et",
    "fi",
    "fil",
    "fr",
    "fr-CA",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "ms",
    "mt",
    "nb",
    "nl",
    "pl",
    "pt",
    "pt-BR",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "th",
    "tr",
    "vi",
    "zh",
    "zh-HK",
    "zh-TW",
]

FLOWS = (
    "payment_method_update",
    "subscription_cancel",
    "subscription_update",
    "subscription_update_confirm",
    "subscription_pause",
    "customer_update",
)

CANCEL_REASONS = (
    "customer_service",
    "low_quality",
    "missing_features",
    "other",
    "switched_service",
    "too_complex",
    "too_expensive",
    "unused",
)


def configuration(id_: str, created: int, prices: Sequence[Obj]) -> Obj:
    """Return a default configuration with every feature on, and these prices to change between."""
    return {
        "id": id_,
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
        },
        "created": created,
        "default_return_url": None,
        "features": _features(prices),
        "is_default": True,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": created,
    }


def _features(prices: Sequence[Obj]) -> Obj:
    """Return every portal feature, switched on."""
    return {
        "customer_update": {
            "allowed_updates": ["address", "email", "name", "phone"],
            "enabled": True,
        },
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True, "payment_method_configuration": None},
        "subscription_cancel": {
            "cancellation_reason": {"enabled": True, "options": list(CANCEL_REASONS)},
            "enabled": True,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_pause": {
            "duration": {"interval_options": [], "type": "indefinite"},
            "enabled": True,
        },
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": ["price"],
            "enabled": True,
            "products": [
                {
                    "adjustable_quantity": {"enabled": False, "maximum": None, "minimum": 1},
                    "prices": [price["id"]],
                    "product": price["product"],
                }
                for price in prices
            ],
            "proration_behavior": "create_prorations",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }


def flow(data: Obj) -> Obj:
    """Return a session's `flow` from the `flow_data` it was asked for."""
    after = data.get("after_completion") or {"type": "portal_homepage"}
    type_ = data["type"]
    answer: Obj = {
        "after_completion": {
            "hosted_confirmation": after.get("hosted_confirmation"),
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        "customer_update": None,
        "subscription_cancel": None,
        "subscription_pause": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": type_,
    }
    detail = data.get(type_)
    if detail is not None:
        extra: Obj = {"subscription_cancel": {"retention": None}}.get(type_, {})
        answer[type_] = extra | detail
    return answer


def session(customer: Obj, config_id: str, url: str, params: Obj, created: int) -> Obj:
    """Return a portal session made from the request's `params`."""
    data = params.get("flow_data")
    return {
        "id": new_id("bps"),
        "object": "billing_portal.session",
        "after_expiration": params.get("after_expiration"),
        "configuration": config_id,
        "created": created,
        "customer": customer["id"],
        "customer_account": None,
        "flow": flow(data) if data else None,
        "livemode": False,
        "locale": params.get("locale"),
        "on_behalf_of": params.get("on_behalf_of"),
        "return_url": params.get("return_url"),
        "url": url,
    }
