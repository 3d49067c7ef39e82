"""The checks themselves: good requests pass, each kind of bad one is caught."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpcenter.sandbox.api.expand import _FIELDS, check
from helpcenter.sandbox.api.failure import StripeFailure
from tests.stripe_contract.checker import request_problems, response_problems
from tests.stripe_contract.request_check import expand_path_problems
from tests.stripe_contract.spec import load

SESSIONS = "/v1/billing_portal/sessions"

GOOD_READS = [
    ("/v1/customers/cus_1", {"expand[0]": "invoice_settings.default_payment_method"}),
    (
        "/v1/subscriptions",
        {
            "customer": "cus_1",
            "status": "all",
            "limit": "10",
            "expand[0]": "data.default_payment_method",
            "expand[1]": "data.latest_invoice.payments",
            "expand[2]": "data.pending_setup_intent",
        },
    ),
    ("/v1/payment_intents", {"customer": "cus_1", "expand[0]": "data.latest_charge"}),
    ("/v1/setup_intents", {"customer": "cus_1", "expand[0]": "data.latest_attempt"}),
    ("/v1/customers/cus_1/payment_methods", {"limit": "10"}),
    ("/v1/invoices", {"customer": "cus_1", "status": "open", "expand[0]": "data.payments"}),
    (
        "/v1/invoice_payments",
        {"invoice": "in_1", "expand[0]": "data.payment.payment_intent.latest_charge"},
    ),
    ("/v1/billing_portal/configurations", {"is_default": "true", "active": "true"}),
]

BAD_READS = [
    ("/v1/nothing", {}, "no such call"),
    ("/v1/subscriptions", {"custmer": "cus_1"}, "no such parameter"),
    ("/v1/subscriptions", {"status": "happy"}, "not one of"),
    ("/v1/subscriptions", {"limit": "ten"}, "no integer"),
    ("/v1/subscriptions", {"customer[id]": "cus_1"}, "must be"),
    ("/v1/billing_portal/configurations", {"active": "yes"}, "no boolean"),
    ("/v1/subscriptions", {"expand": "data.customer"}, "must be a list"),
    ("/v1/invoices", {"expand[0]": "data.payment_intent"}, "cannot be expanded"),
    ("/v1/subscriptions", {"expand[0]": "latest_invoice"}, "cannot be expanded"),
    (
        "/v1/subscriptions",
        {"expand[0]": "data.latest_invoice.payments.data.payment.payment_intent"},
        "more than 4 levels",
    ),
]


def flow(kind: str, **more: str) -> dict[str, str]:
    return {"customer": "cus_1", "flow_data[type]": kind, **more}


GOOD_SESSIONS = [
    {"customer": "cus_1", "locale": "zh-HK", "return_url": "https://example.com/"},
    flow("payment_method_update"),
    flow("customer_update"),
    flow("subscription_cancel", **{"flow_data[subscription_cancel][subscription]": "sub_1"}),
    flow("subscription_pause", **{"flow_data[subscription_pause][subscription]": "sub_1"}),
    flow("subscription_update", **{"flow_data[subscription_update][subscription]": "sub_1"}),
    flow(
        "payment_method_update",
        **{
            "flow_data[after_completion][type]": "redirect",
            "flow_data[after_completion][redirect][return_url]": "https://example.com/",
        },
    ),
]

BAD_SESSIONS = [
    {"customer": "cus_1", "locale": "zh-Hant"},
    {"customer": "cus_1", "return_to": "https://example.com/"},
    {"customer": "cus_1", "idempotency_key": "one"},
    flow("payment_methods_update"),
    flow("subscription_cancel", **{"flow_data[subscription_cancel][sub]": "sub_1"}),
    flow("subscription_pause", **{"flow_data[subscription_pause][until]": "1"}),
    flow("payment_method_update", **{"flow_data[after_completion][type]": "dance"}),
    flow("payment_method_update", **{"flow_data[extra]": "1"}),
    flow(
        "customer_update",
        **{
            "flow_data[after_completion][type]": "redirect",
            "flow_data[after_completion][redirect][url]": "https://example.com/",
        },
    ),
    {"flow_data[after_completion][type]": "redirect", "customer": "cus_1"},
]


@pytest.mark.parametrize(("path", "params"), GOOD_READS)
def test_the_calls_of_the_help_centre_are_allowed(path: str, params: dict[str, str]) -> None:
    assert request_problems("GET", path, urlencode(params)) == []


@pytest.mark.parametrize(("path", "params", "why"), BAD_READS)
def test_bad_reads_are_caught(path: str, params: dict[str, str], why: str) -> None:
    assert why in " ".join(request_problems("GET", path, urlencode(params)))


@pytest.mark.parametrize("params", GOOD_SESSIONS)
def test_portal_sessions_are_allowed(params: dict[str, str]) -> None:
    assert request_problems("POST", SESSIONS, body=urlencode(params)) == []


@pytest.mark.parametrize("params", BAD_SESSIONS)
def test_bad_portal_sessions_are_caught(params: dict[str, str]) -> None:
    assert request_problems("POST", SESSIONS, body=urlencode(params))


def test_a_post_keeps_its_parameters_out_of_the_url() -> None:
    assert request_problems("POST", SESSIONS, "customer=cus_1", "customer=cus_1")


def customer(**changes: Any) -> dict[str, Any]:
    return {"id": "cus_1", "object": "customer", "created": 1, "livemode": False, **changes}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"created": "1"}, "integer is due"),
        ({"livemode": 0}, "boolean is due"),
        ({"created": True}, "integer is due"),
        ({"created": None}, "must not be null"),
        ({"object": "client"}, "not one of"),
        ({"nickname": "Pip"}, "no such field"),
        ({"metadata": {"any": "thing"}}, ""),
        ({"invoice_settings": {"default_payment_method": 7}}, "due"),
    ],
)
def test_answers_are_checked(changes: dict[str, Any], why: str) -> None:
    operation = load().operation("GET", "/v1/customers/cus_1")
    assert operation is not None
    found = " ".join(
        response_problems("GET", "/v1/customers/cus_1", 200, json.dumps(customer(**changes)))
    )
    assert (why in found) if why else (found == "")


def test_errors_are_checked_too() -> None:
    path = "/v1/customers/cus_1"
    good = '{"error": {"type": "invalid_request_error", "message": "No"}}'
    assert response_problems("GET", path, 404, good) == []
    assert response_problems("GET", path, 404, '{"detail": "No"}')
    assert response_problems("GET", path, 404, '{"error": {"type": "oops"}}')


@pytest.mark.parametrize("kind", sorted(kind for kind in _FIELDS if kind.count(".") < 1))
def test_what_the_sandbox_expands_stripe_expands(kind: str) -> None:
    schema = load().schemas[kind]
    for field in _FIELDS[kind]:
        assert expand_path_problems(load(), schema, field) == []


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["data", "customer", "latest_invoice", "payments", "payment", "status", "items", ""]
        ),
        min_size=1,
        max_size=6,
    )
)
def test_sandbox_and_schema_agree_on_what_can_be_expanded(steps: list[str]) -> None:
    """The sandbox may refuse more (it knows fewer fields), never less."""
    path = ".".join(steps)
    operation = load().operation("GET", "/v1/subscriptions")
    assert operation is not None
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    try:
        check("list:subscription", path)
    except StripeFailure:
        return
    assert expand_path_problems(load(), answer, path) == []
