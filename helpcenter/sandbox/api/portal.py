"""`POST /v1/billing_portal/sessions`, with the refusals of the real one."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from helpcenter.sandbox import shapes_portal
from helpcenter.sandbox.api.call import Call, Endpoint, names
from helpcenter.sandbox.api.failure import StripeFailure, missing, no_such, not_one_of, unknown
from helpcenter.sandbox.config import random_name
from helpcenter.sandbox.state import Obj, PortalVisit

_URL_LONGEST = 5000
_MESSAGE_LONGEST = 500

# Keys each flow's own hash may have.
_DETAIL = {
    "subscription_cancel": names("retention subscription"),
    "subscription_pause": names("subscription"),
    "subscription_update": names("subscription"),
    "subscription_update_confirm": names("discounts items subscription"),
}

# The configuration feature a flow needs, and how the refusal names it. Stripe's wording for updates
# is known; the others are built like it.
_FEATURE = {
    "customer_update": ("customer_update", "updated", "customer update"),
    "payment_method_update": ("payment_method_update", "updated", "payment method update"),
    "subscription_cancel": ("subscription_cancel", "canceled", "subscription cancellation"),
    "subscription_pause": ("subscription_pause", "paused", "subscription pause"),
    "subscription_update": ("subscription_update", "updated", "subscription update"),
    "subscription_update_confirm": ("subscription_update", "updated", "subscription update"),
}

_NO_CONFIGURATION = (
    "No configuration provided and your test mode default configuration has not been created. "
    "Provide a configuration or create your default by saving your customer portal settings in "
    "test mode at https://dashboard.stripe.com/test/settings/billing/portal."
)


def _keys(given: Obj, known: frozenset[str], prefix: str) -> None:
    for key in given:
        if key not in known:
            raise unknown(f"{prefix}[{key}]")


def _is_url(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _check_url(value: object, param: str) -> None:
    if not isinstance(value, str) or len(value) > _URL_LONGEST or not _is_url(value):
        raise StripeFailure(400, "Not a valid URL", "url_invalid", param)


def _choose(given: Obj, name: str, options: Sequence[str], prefix: str) -> str:
    value = given.get(name)
    param = f"{prefix}[{name}]"
    if not value:
        raise missing(param)
    if value not in options:
        raise not_one_of(param, tuple(options))
    return str(value)


def _check_after(after: object) -> None:
    prefix = "flow_data[after_completion]"
    if not isinstance(after, dict):
        raise StripeFailure(400, "Invalid object", None, prefix)
    _keys(after, names("hosted_confirmation redirect type"), prefix)
    options = ("hosted_confirmation", "portal_homepage", "redirect")
    if _choose(after, "type", options, prefix) == "redirect":
        redirect = after.get("redirect") or {}
        _keys(redirect, names("return_url"), f"{prefix}[redirect]")
        if not redirect.get("return_url"):
            raise missing(f"{prefix}[redirect][return_url]")
        _check_url(redirect["return_url"], f"{prefix}[redirect][return_url]")
    words = (after.get("hosted_confirmation") or {}).get("custom_message") or ""
    if len(words) > _MESSAGE_LONGEST:
        param = f"{prefix}[hosted_confirmation][custom_message]"
        raise StripeFailure(400, "Invalid string: too long.", "string_too_long", param)


def _check_shape(data: Obj) -> str:
    """Check `flow_data`'s own form; return its type."""
    known = frozenset(_DETAIL) | names("after_completion type")
    _keys(data, known, "flow_data")
    type_ = _choose(data, "type", shapes_portal.FLOWS, "flow_data")
    if "after_completion" in data:
        _check_after(data["after_completion"])
    for name in _DETAIL:
        if name in data and name != type_:
            raise unknown(f"flow_data[{name}]")
    if type_ in _DETAIL:
        detail = data.get(type_)
        if not isinstance(detail, dict) or not detail.get("subscription"):
            raise missing(f"flow_data[{type_}][subscription]")
        _keys(detail, _DETAIL[type_], f"flow_data[{type_}]")
    return type_


def _check_flow(call: Call, data: Obj, owner: Obj, config: Obj) -> None:
    """Refuse a flow that this customer, subscription or configuration does not permit."""
    type_ = _check_shape(data)
    feature, verb, words = _FEATURE[type_]
    if type_ in _DETAIL:
        id_ = data[type_]["subscription"]
        param = f"flow_data[{type_}][subscription]"
        row = call.fetch("subscription", id_, param)
        if row["customer"] != owner["id"]:
            raise no_such("subscription", id_, param)
        if row["status"] in {"canceled", "incomplete_expired"}:
            raise StripeFailure(400, f"The subscription `{id_}` is already canceled.")
        if type_ == "subscription_cancel" and (row["cancel_at_period_end"] or row["cancel_at"]):
            message = f"The subscription `{id_}` is already set to be canceled at period end."
            raise StripeFailure(400, message)
        if type_ == "subscription_update_confirm":
            _check_change(data[type_], row)
    if not config["features"][feature]["enabled"]:
        thing = "subscription" if type_ in _DETAIL else "customer"
        message = (
            f"This {thing} cannot be {verb} because the {words} feature in the portal "
            "configuration is disabled."
        )
        raise StripeFailure(400, message)


def _check_change(detail: Obj, row: Obj) -> None:
    items = detail.get("items")
    param = "flow_data[subscription_update_confirm][items]"
    if not isinstance(items, list) or len(items) != 1 or not items[0].get("id"):
        raise missing(param)
    current = row["items"]["data"][0]
    if items[0]["id"] != current["id"]:
        raise no_such("subscription_item", items[0]["id"], param)
    if items[0].get("price") in {None, current["price"]["id"]}:
        message = "Cannot update the subscription because there are no changes to confirm."
        raise StripeFailure(400, message)


def _configuration(call: Call) -> Obj:
    id_ = call.text("configuration")
    if id_ is not None:
        return call.fetch("billing_portal.configuration", id_, "configuration")
    for row in call.state.where("billing_portal.configuration", is_default=True, active=True):
        return row
    raise StripeFailure(400, _NO_CONFIGURATION)


def _create(call: Call) -> Obj:
    state = call.state
    call.choice("locale", shapes_portal.LOCALES)
    if call.text("return_url") is not None:
        _check_url(call.text("return_url"), "return_url")
    data = call.hash("flow_data")
    if data is not None:
        _check_shape(data)
    owner = call.fetch("customer", call.need("customer"), "customer")
    config = _configuration(call)
    if data is not None:
        _check_flow(call, data, owner, config)
    secret = f"test_{random_name(40)}"
    url = f"{state.wiring.stripe_url}/p/session/{secret}"
    made = shapes_portal.session(owner, config["id"], url, call.params, state.now())
    state.visits[secret] = PortalVisit(made["id"], state.wall())
    return state.add(made, "billing_portal.session.created")


PORTAL = (
    Endpoint(
        "POST",
        "/v1/billing_portal/sessions",
        "customer_portal_write",
        "billing_portal.session",
        _create,
        names("after_expiration configuration customer flow_data locale on_behalf_of return_url"),
    ),
)
