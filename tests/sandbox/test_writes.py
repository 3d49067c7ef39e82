"""The calls that set a scene, and the events they leave."""

import pytest
import stripe

from helpcenter.sandbox.server import Sandbox
from tests.sandbox.conftest import Clients


def test_a_customer_and_a_card_from_nothing(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    made = api.v1.customers.create(
        {
            "name": "Tuesday",
            "email": "tuesday@example.com",
            "preferred_locales": ["zh-HK"],
            "address": {"country": "HK", "line1": "1 Lantern Lane"},
            "metadata": {"host_user": "u1"},
        }
    )
    card = api.v1.payment_methods.attach("pm_card_visa", {"customer": made.id})
    assert card.card is not None
    assert (card.card.last4, card.customer) == ("4242", made.id)
    api.v1.customers.update(
        made.id, {"invoice_settings": {"default_payment_method": card.id}, "name": "Wednesday"}
    )
    again = api.v1.customers.retrieve(made.id)
    assert again.invoice_settings is not None
    assert again.invoice_settings.default_payment_method == card.id
    assert again.name == "Wednesday"
    assert again.to_dict()["metadata"] == {"host_user": "u1"}
    (event,) = sandbox.state.events("customer.updated")
    assert event["data"]["previous_attributes"] == {
        "invoice_settings": {"default_payment_method": None},
        "name": "Tuesday",
    }
    assert [row["type"] for row in sandbox.state.events()] == [
        "customer.created",
        "payment_method.attached",
        "customer.updated",
    ]


def test_an_update_that_changes_nothing_is_no_event(sandbox: Sandbox, client: Clients) -> None:
    customer = sandbox.customer("sunny")
    client().v1.customers.update(customer["id"], {"name": customer["name"]})
    assert sandbox.state.events() == []


def test_somebody_elses_card_cannot_be_made_default(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    sunny, pip = sandbox.customer("sunny")["id"], sandbox.customer("pip")["id"]
    (card,) = api.v1.customers.payment_methods.list(pip).data
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.customers.update(sunny, {"invoice_settings": {"default_payment_method": card.id}})
    (plan,) = api.v1.subscriptions.list({"customer": sunny}).data
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.subscriptions.update(plan.id, {"default_payment_method": card.id})
    assert sandbox.state.events() == []


def test_a_subscription_takes_a_card_of_its_own_and_an_end(
    sandbox: Sandbox, client: Clients
) -> None:
    api = client()
    cus = sandbox.customer("sunny")["id"]
    card = api.v1.payment_methods.attach("pm_card_mastercard", {"customer": cus})
    (plan,) = api.v1.subscriptions.list({"customer": cus}).data
    own = api.v1.subscriptions.update(plan.id, {"default_payment_method": card.id})
    assert own.default_payment_method == card.id
    ending = api.v1.subscriptions.update(plan.id, {"cancel_at_period_end": True})
    assert ending.cancel_at == plan.items.data[0].current_period_end
    back = api.v1.subscriptions.update(
        plan.id, {"cancel_at_period_end": False, "default_payment_method": ""}
    )
    assert (back.cancel_at, back.default_payment_method) == (None, None)
    assert len(sandbox.state.events("customer.subscription.updated")) == 4


def test_detaching_a_card_frees_everything_that_charged_it(
    sandbox: Sandbox, client: Clients
) -> None:
    api = client()
    customer = sandbox.customer("sunny")
    card = customer["invoice_settings"]["default_payment_method"]
    api.v1.payment_methods.detach(card)
    assert sandbox.customer("sunny")["invoice_settings"]["default_payment_method"] is None
    assert not api.v1.customers.payment_methods.list(customer["id"]).data
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.payment_methods.detach(card)


def test_a_deleted_customer_stays_as_a_stump(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    cus = sandbox.customer("sunny")["id"]
    assert api.v1.customers.delete(cus).deleted is True
    assert api.v1.customers.retrieve(cus).deleted is True
    (plan,) = api.v1.subscriptions.list({"customer": cus, "status": "all"}).data
    assert plan.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.billing_portal.sessions.create({"customer": cus})
    assert refused.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.customers.update(cus, {"name": "Back"})
    types = {row["type"] for row in sandbox.state.events()}
    assert types == {"customer.deleted", "customer.subscription.deleted"}


def test_a_card_can_be_made_and_attached_in_two_steps(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    card = api.v1.payment_methods.create(
        {
            "type": "card",
            "card": {"number": "5555555555554444", "exp_month": 12, "exp_year": 2030, "cvc": "123"},
        }
    )
    assert card.customer is None
    api.v1.payment_methods.attach(card.id, {"customer": "cus_sandboxSunny"})
    assert api.v1.payment_methods.retrieve(card.id).customer == "cus_sandboxSunny"
    api.v1.customers.update("cus_sandboxSunny", {"address": "", "metadata": {"a": "b"}})
    assert sandbox.customer("sunny")["address"] is None
    api.v1.subscriptions.update("sub_sandboxSunny", {"metadata": {"a": "b"}})
    assert sandbox.state.get("subscription", "sub_sandboxSunny")["metadata"] == {"a": "b"}


@pytest.mark.parametrize(
    "params",
    [
        {"type": "card"},
        {"type": "card", "card": {"number": "4242424242424242", "exp_month": "1"}},
        {"type": "konbini"},
        {},
    ],
)
def test_half_a_card_is_refused(client: Clients, params: dict[str, object]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client(checked=False).v1.payment_methods.create(params)  # type: ignore[arg-type]  # bad on purpose


def test_wrong_shapes_are_refused(client: Clients) -> None:
    api = client(checked=False).v1.customers
    for bad in ({"name": {"first": "A"}}, {"metadata": "x"}, {"address": "x"}):
        with pytest.raises(stripe.InvalidRequestError):
            api.create(bad)  # type: ignore[arg-type]  # bad on purpose
    with pytest.raises(stripe.InvalidRequestError):
        client(checked=False).v1.subscriptions.update(
            "sub_sandboxSunny",
            {"cancel_at_period_end": "maybe"},  # type: ignore[arg-type]  # bad on purpose
        )


@pytest.mark.parametrize(
    ("number", "year", "code"),
    [
        ("4242424242424241", "2030", "incorrect_number"),
        ("4242424242424242", "soon", "invalid_expiry_year"),
    ],
)
def test_cards_that_are_no_test_cards_are_refused(
    client: Clients, number: str, year: str, code: str
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client(checked=False).v1.payment_methods.create(
            {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": year}}  # type: ignore[arg-type]  # bad on purpose
        )
    assert refused.value.code == code


def test_a_setup_intent_can_be_made(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    cus = sandbox.customer("sunny")["id"]
    made = api.v1.setup_intents.create({"customer": cus, "payment_method": "pm_card_visa"})
    assert made.status == "requires_confirmation"
    assert [row["type"] for row in sandbox.state.events()] == ["setup_intent.created"]
