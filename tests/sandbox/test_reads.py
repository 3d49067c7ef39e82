"""Every call the help centre makes, by the real SDK, checked against Stripe's schema both ways."""

import pytest
import stripe

from helpcenter.sandbox.people import NEWCOMERS, REGULARS
from helpcenter.sandbox.server import Sandbox
from tests.sandbox.conftest import Clients

NAMES = [person.key for person in REGULARS]


@pytest.mark.parametrize("name", NAMES)
def test_the_calls_a_diagnosis_needs_are_schema_valid_for_everybody(
    sandbox: Sandbox, client: Clients, name: str
) -> None:
    api = client(sandbox.config.restricted_key)
    cus = sandbox.customer(name)["id"]
    customer = api.v1.customers.retrieve(
        cus, {"expand": ["invoice_settings.default_payment_method"]}
    )
    assert customer.invoice_settings is not None
    default = customer.invoice_settings.default_payment_method
    assert isinstance(default, stripe.PaymentMethod)
    subscriptions = api.v1.subscriptions.list(
        {
            "customer": cus,
            "status": "all",
            "limit": 10,
            "expand": [
                "data.default_payment_method",
                "data.latest_invoice.payments",
                "data.pending_setup_intent",
            ],
        }
    )
    invoice = subscriptions.data[0].latest_invoice
    assert isinstance(invoice, stripe.Invoice)
    assert invoice.payments is not None
    joined = invoice.payments.data[0].payment.payment_intent
    intents = api.v1.payment_intents.list(
        {"customer": cus, "limit": 10, "expand": ["data.latest_charge", "data.payment_method"]}
    )
    assert joined in {intent.id for intent in intents.data}
    api.v1.setup_intents.list({"customer": cus, "limit": 3, "expand": ["data.latest_attempt"]})
    cards = api.v1.customers.payment_methods.list(cus, {"limit": 10})
    assert default.id in {card.id for card in cards.data}
    api.v1.invoices.list(
        {"customer": cus, "status": "open", "limit": 5, "expand": ["data.payments"]}
    )
    payments = api.v1.invoice_payments.list(
        {
            "invoice": invoice.id,
            "limit": 10,
            "expand": ["data.payment.payment_intent.latest_charge"],
        }
    )
    expanded = payments.data[0].payment.payment_intent
    assert isinstance(expanded, stripe.PaymentIntent)
    assert expanded.id == joined


@pytest.mark.parametrize("name", [person.key for person in NEWCOMERS])
def test_the_newcomers_too_are_schema_valid(sandbox: Sandbox, client: Clients, name: str) -> None:
    api = client(sandbox.config.restricted_key)
    cus = sandbox.state.names[name]
    api.v1.customers.retrieve(cus, {"expand": ["invoice_settings.default_payment_method"]})
    expand = ["data.default_payment_method", "data.latest_invoice.payments"]
    found = api.v1.subscriptions.list({"customer": cus, "status": "all", "expand": expand})
    statuses = {"fern": "canceled", "moss": "canceled", "ivy": "unpaid", "acorn": "trialing"}
    plain = "past_due" if name in {"clementine", "bramble", "thistle"} else "active"
    assert {row.status for row in found.data} == {statuses.get(name, plain)}
    api.v1.payment_intents.list({"customer": cus, "expand": ["data.latest_charge"]})
    api.v1.invoices.list({"customer": cus, "expand": ["data.payments"]})
    if name != "moss":
        api.v1.customers.payment_methods.list(cus)


def test_pip_has_too_little_money(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    cus = sandbox.customer("pip")["id"]
    (bill,) = api.v1.invoices.list({"customer": cus, "status": "open"}).data
    assert (bill.currency, bill.amount_due, bill.attempt_count) == ("hkd", 12800, 2)
    assert bill.next_payment_attempt == sandbox.state.now() + 2 * 86400
    intent = api.v1.payment_intents.list({"customer": cus, "expand": ["data.latest_charge"]}).data[
        0
    ]
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.outcome is not None
    assert intent.latest_charge.outcome.advice_code == "try_again_later"


def test_marigolds_card_expired_last_month(sandbox: Sandbox, client: Clients) -> None:
    (card,) = client().v1.customers.payment_methods.list(sandbox.customer("marigold")["id"]).data
    assert card.card is not None
    assert (card.card.exp_year, card.card.exp_month) == (2026, 10)


def test_juniper_has_a_newer_card_that_is_not_the_default(
    sandbox: Sandbox, client: Clients
) -> None:
    customer = sandbox.customer("juniper")
    newest, older = client().v1.customers.payment_methods.list(customer["id"]).data
    assert newest.created > older.created
    assert customer["invoice_settings"]["default_payment_method"] == older.id


def test_barnabys_subscription_charges_its_own_old_card(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    customer = sandbox.customer("barnaby")
    (plan,) = api.v1.subscriptions.list({"customer": customer["id"]}).data
    own = plan.default_payment_method
    assert isinstance(own, str)
    assert own != customer["invoice_settings"]["default_payment_method"]
    assert plan.status == "past_due"


def test_wren_has_not_finished_authentication(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    cus = sandbox.customer("wren")["id"]
    (setup,) = api.v1.setup_intents.list({"customer": cus, "expand": ["data.latest_attempt"]}).data
    assert setup.status == "requires_action"
    assert isinstance(setup.latest_attempt, stripe.SetupAttempt)
    assert setup.latest_attempt.status == "requires_action"
    intent = api.v1.payment_intents.list({"customer": cus}).data[0]
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.type == "redirect_to_url"


def test_sunny_is_well(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    cus = sandbox.customer("sunny")["id"]
    assert not api.v1.invoices.list({"customer": cus, "status": "open"}).data
    (plan,) = api.v1.subscriptions.list({"customer": cus}).data
    assert plan.status == "active"
    end = plan.items.data[0].current_period_end
    assert end > sandbox.state.now()


def test_people_are_found_by_name_by_sub_and_by_id(sandbox: Sandbox) -> None:
    assert (
        sandbox.customer("Wren")
        == sandbox.customer("user-wren")
        == sandbox.customer("cus_sandboxWren")
    )
    with pytest.raises(KeyError):
        sandbox.customer("nobody")


def test_lists_have_pages(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    cus = sandbox.customer("sunny")["id"]
    first = api.v1.invoices.list({"customer": cus, "limit": 2})
    assert (len(first.data), first.has_more) == (2, True)
    assert len(list(first.auto_paging_iter())) == 3
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.invoices.list({"starting_after": "in_nowhere"})
    assert refused.value.code == "resource_missing"


def test_statuses_narrow_subscriptions(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    cus = sandbox.customer("sunny")["id"]
    (plan,) = api.v1.subscriptions.list({"customer": cus, "status": "active"}).data
    assert not api.v1.subscriptions.list({"customer": cus, "status": "past_due"}).data
    api.v1.subscriptions.cancel(plan.id)
    assert not api.v1.subscriptions.list({"customer": cus}).data
    for status in ("all", "ended", "canceled"):
        assert api.v1.subscriptions.list({"customer": cus, "status": status}).data[0].id == plan.id


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("data.latest_invoice.payments.data.payment", "property_expansion_max_depth"),
        ("data.latest_invoice.payment_intent", None),
        ("data.status", None),
        ("latest_invoice", None),
        ("", None),
    ],
)
def test_expansions_stripe_refuses_are_refused(
    client: Clients, path: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(checked=False).v1.subscriptions.list({"expand": [path]})
    assert refused.value.http_status == 400
    assert refused.value.code == code


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "²"])
def test_limits_out_of_range_are_refused(client: Clients, limit: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(checked=False).v1.invoices.list({"limit": limit})  # type: ignore[arg-type]  # bad on purpose
    assert refused.value.param == "limit"


def test_what_does_not_exist_is_missing(client: Clients) -> None:
    api = client()
    with pytest.raises(stripe.InvalidRequestError) as by_path:
        api.v1.customers.retrieve("cus_nobody")
    assert (by_path.value.http_status, by_path.value.code) == (404, "resource_missing")
    assert by_path.value.user_message == "No such customer: 'cus_nobody'"
    with pytest.raises(stripe.InvalidRequestError) as by_parameter:
        api.v1.subscriptions.list({"customer": "cus_nobody"})
    assert (by_parameter.value.http_status, by_parameter.value.param) == (400, "customer")


def test_other_lists_and_single_objects_are_schema_valid(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    (customer,) = api.v1.customers.list({"email": "pip@example.com"}).data
    bill = api.v1.invoices.list({"subscription": "sub_sandboxPip", "status": "open"}).data[0]
    (link,) = api.v1.invoice_payments.list({"invoice": bill.id, "status": "open"}).data
    charges = api.v1.charges.list({"customer": customer.id, "expand": ["data.customer"]}).data
    assert [row.status for row in charges] == ["failed", "failed", "succeeded"]
    cards = api.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    api.v1.invoices.retrieve(bill.id)
    api.v1.invoice_payments.retrieve(link.id)
    api.v1.payment_intents.retrieve(str(link.payment.payment_intent))
    api.v1.charges.retrieve(charges[0].id, {"expand": ["payment_intent"]})
    api.v1.payment_methods.retrieve(cards[0].id)
    api.v1.subscriptions.retrieve("sub_sandboxPip", {"expand": ["items.data.price.product"]})
    api.v1.prices.retrieve("price_sandboxPlus", {"expand": ["product"]})
    api.v1.products.retrieve("prod_sandboxPlus")
    api.v1.billing_portal.configurations.retrieve("bpc_sandboxDefault")
    whole = api.v1.customers.retrieve(customer.id, {"expand": ["subscriptions"]})
    assert whole.subscriptions is not None
    assert whole.subscriptions.data[0].id == "sub_sandboxPip"


def test_events_can_be_listed(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    assert not api.v1.events.list().data
    sandbox.fail_payment("pip", "do_not_honor")
    (event,) = api.v1.events.list({"type": "invoice.payment_failed"}).data
    assert api.v1.events.retrieve(event.id).type == "invoice.payment_failed"


def test_every_decline_code_can_be_played(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    for name, code in (("pip", "lost_card"), ("sunny", "do_not_honor")):
        bill = sandbox.fail_payment(name, code)
        assert bill["status"] == "open"
        newest = api.v1.payment_intents.list(
            {"customer": bill["customer"], "expand": ["data.latest_charge"]}
        ).data[0]
        assert newest.last_payment_error is not None
        assert newest.last_payment_error.decline_code == code
    assert sandbox.customer("sunny")["delinquent"] is True
