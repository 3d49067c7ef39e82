"""`POST /v1/billing_portal/sessions`: every flow, every refusal."""

from typing import Any

import pytest
import stripe

from helpcenter.sandbox.server import Sandbox
from helpcenter.sandbox.shapes_portal import LOCALES
from tests.sandbox.conftest import Clients

DETAILED = ("subscription_cancel", "subscription_pause", "subscription_update")
PLAIN = ("payment_method_update", "customer_update")
RETURN = "http://127.0.0.1:9/back"


def flow_data(sandbox: Sandbox, name: str, kind: str) -> dict[str, Any]:
    data: dict[str, Any] = {"type": kind}
    if kind in DETAILED:
        data[kind] = {"subscription": subscription_id(sandbox, name)}
    return data


def subscription_id(sandbox: Sandbox, name: str) -> str:
    cus = sandbox.customer(name)["id"]
    (row,) = sandbox.state.where("subscription", customer=cus)
    return str(row["id"])


def create(api: stripe.StripeClient, **params: Any) -> stripe.billing_portal.Session:
    return api.v1.billing_portal.sessions.create(params)  # type: ignore[arg-type]  # good and bad ones


@pytest.mark.parametrize("kind", DETAILED + PLAIN)
def test_every_flow_gets_a_page_of_its_own(sandbox: Sandbox, client: Clients, kind: str) -> None:
    data = flow_data(sandbox, "sunny", kind)
    data["after_completion"] = {"type": "redirect", "redirect": {"return_url": RETURN}}
    made = create(
        client(sandbox.config.restricted_key),
        customer=sandbox.customer("sunny")["id"],
        flow_data=data,
        locale="zh-HK",
        return_url=RETURN,
    )
    assert made.url.startswith(f"{sandbox.wiring.stripe_url}/p/session/test_")
    assert made.flow is not None
    assert made.flow.type == kind
    assert made.flow.after_completion.redirect is not None
    assert made.flow.after_completion.redirect.return_url == RETURN
    assert (made.locale, made.return_url) == ("zh-HK", RETURN)


def test_home_has_no_flow_and_every_session_its_own_url(sandbox: Sandbox, client: Clients) -> None:
    api, cus = client(), sandbox.customer("pip")["id"]
    first, second = create(api, customer=cus), create(api, customer=cus)
    assert first.flow is None
    plain = create(api, customer=cus, flow_data={"type": "payment_method_update"})
    assert plain.flow is not None
    assert plain.flow.after_completion.type == "portal_homepage"
    assert first.url != second.url
    assert len(sandbox.state.events("billing_portal.session.created")) == 3


@pytest.mark.parametrize("locale", LOCALES)
def test_the_47_locales_are_taken(sandbox: Sandbox, client: Clients, locale: str) -> None:
    made = create(client(), customer=sandbox.customer("pip")["id"], locale=locale)
    assert made.locale == locale


@pytest.mark.parametrize("locale", ["zh-Hant", "zh-CN", "zh_HK", "yue", "zh-hk", ""])
def test_other_locales_are_refused(sandbox: Sandbox, client: Clients, locale: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client(checked=False), customer=sandbox.customer("pip")["id"], locale=locale)
    assert refused.value.param == "locale"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({}, "parameter_missing", "customer"),
        ({"customer": "cus_nobody"}, "resource_missing", "customer"),
        ({"configuration": "bpc_none"}, "resource_missing", "configuration"),
        ({"return_url": "javascript:alert(1)"}, "url_invalid", "return_url"),
        ({"return_url": "/back"}, "url_invalid", "return_url"),
        ({"flow_data": {"type": "dance"}}, None, "flow_data[type]"),
        ({"flow_data": {"after_completion": {"type": "redirect"}}}, None, "flow_data[type]"),
        (
            {"flow_data": {"type": "subscription_cancel"}},
            "parameter_missing",
            "flow_data[subscription_cancel][subscription]",
        ),
        (
            {
                "flow_data": {
                    "type": "subscription_cancel",
                    "subscription_cancel": {"subscription": "sub_none"},
                }
            },
            "resource_missing",
            "flow_data[subscription_cancel][subscription]",
        ),
        (
            {
                "flow_data": {
                    "type": "payment_method_update",
                    "subscription_cancel": {"subscription": "sub_sandboxPip"},
                }
            },
            "parameter_unknown",
            "flow_data[subscription_cancel]",
        ),
        (
            {
                "flow_data": {
                    "type": "payment_method_update",
                    "after_completion": {"type": "redirect"},
                }
            },
            "parameter_missing",
            "flow_data[after_completion][redirect][return_url]",
        ),
        (
            {
                "flow_data": {
                    "type": "payment_method_update",
                    "after_completion": {
                        "type": "hosted_confirmation",
                        "hosted_confirmation": {"custom_message": "x" * 501},
                    },
                }
            },
            "string_too_long",
            "flow_data[after_completion][hosted_confirmation][custom_message]",
        ),
    ],
)
def test_bad_sessions_are_refused(
    client: Clients, params: dict[str, Any], code: str | None, param: str
) -> None:
    whole = (
        params if not params or "customer" in params else {"customer": "cus_sandboxPip", **params}
    )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client(checked=False), **whole)
    assert refused.value.http_status == 400
    assert refused.value.param == param
    if code:
        assert refused.value.code == code


def test_somebody_elses_subscription_is_missing(sandbox: Sandbox, client: Clients) -> None:
    data = flow_data(sandbox, "pip", "subscription_cancel")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create(client(), customer=sandbox.customer("sunny")["id"], flow_data=data)
    assert refused.value.code == "resource_missing"


def test_what_is_set_to_end_cannot_be_cancelled_again(sandbox: Sandbox, client: Clients) -> None:
    api, cus = client(), sandbox.customer("sunny")["id"]
    plan = subscription_id(sandbox, "sunny")
    api.v1.subscriptions.update(plan, {"cancel_at_period_end": True})
    data = flow_data(sandbox, "sunny", "subscription_cancel")
    with pytest.raises(stripe.InvalidRequestError, match="already set to be cancel"):
        create(api, customer=cus, flow_data=data)
    api.v1.subscriptions.cancel(plan)
    with pytest.raises(stripe.InvalidRequestError, match="already canceled"):
        create(api, customer=cus, flow_data=data)


@pytest.mark.parametrize("kind", DETAILED + PLAIN)
def test_a_disabled_feature_refuses_its_flow_only(
    sandbox: Sandbox, client: Clients, kind: str
) -> None:
    (config,) = sandbox.state.where("billing_portal.configuration")
    config["features"][kind]["enabled"] = False
    cus = sandbox.customer("sunny")["id"]
    with pytest.raises(stripe.InvalidRequestError, match="in the portal configuration is disabled"):
        create(client(), customer=cus, flow_data=flow_data(sandbox, "sunny", kind))
    assert create(client(), customer=cus).url


def test_without_a_saved_configuration_nothing_opens(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    (config,) = api.v1.billing_portal.configurations.list({"is_default": True, "active": True}).data
    sandbox.state.get("billing_portal.configuration", config.id)["is_default"] = False
    assert not api.v1.billing_portal.configurations.list({"is_default": True}).data
    with pytest.raises(stripe.InvalidRequestError, match="No configuration provided") as refused:
        create(api, customer=sandbox.customer("pip")["id"])
    assert refused.value.code is None
    named = create(api, customer=sandbox.customer("pip")["id"], configuration=config.id)
    assert named.configuration == config.id


def test_an_update_must_change_something(sandbox: Sandbox, client: Clients) -> None:
    api, cus = client(), sandbox.customer("sunny")["id"]
    (plan,) = api.v1.subscriptions.list({"customer": cus}).data
    item = plan.items.data[0]

    def confirm(price: str) -> dict[str, Any]:
        detail = {"subscription": plan.id, "items": [{"id": item.id, "price": price}]}
        return {"type": "subscription_update_confirm", "subscription_update_confirm": detail}

    with pytest.raises(stripe.InvalidRequestError, match="no changes to confirm"):
        create(api, customer=cus, flow_data=confirm(item.price.id))
    made = create(client(checked=False), customer=cus, flow_data=confirm("price_sandboxPlus"))
    assert made.flow is not None
