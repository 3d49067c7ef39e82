"""The calls that read."""

from helpcenter.sandbox.api.call import Call, Endpoint, names
from helpcenter.sandbox.state import Obj

_PAGED = names("limit starting_after")
_STATUSES = [
    "active",
    "all",
    "canceled",
    "ended",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
]
_ENDED = {"canceled", "incomplete_expired"}
_INVOICE_STATUSES = ("draft", "open", "paid", "uncollectible", "void")


def _owner(call: Call) -> str | None:
    """Return the customer a list is narrowed to; it must exist, but may be deleted."""
    id_ = call.text("customer")
    if id_ is not None and not (call.state.find("customer", id_) or {}).get("deleted"):
        call.fetch("customer", id_, "customer")
    return id_


def _rows(call: Call, kind: str) -> list[Obj]:
    owner = _owner(call)
    return call.state.where(kind, **({"customer": owner} if owner else {}))


def _customer(call: Call) -> Obj:
    return call.fetch("customer", call.path["id"])


def _customers(call: Call) -> Obj:
    email = call.text("email")
    rows = [row for row in call.state.where("customer") if not row.get("deleted")]
    rows = [row for row in rows if email in {None, row["email"]}]
    return call.page("customer", rows, "/v1/customers")


def _subscriptions(call: Call) -> Obj:
    status = call.choice("status", _STATUSES)
    rows = _rows(call, "subscription")
    if status is None:
        rows = [row for row in rows if row["status"] != "canceled"]
    elif status == "ended":
        rows = [row for row in rows if row["status"] in _ENDED]
    elif status != "all":
        rows = [row for row in rows if row["status"] == status]
    return call.page("subscription", rows, "/v1/subscriptions")


def _invoices(call: Call) -> Obj:
    status = call.choice("status", _INVOICE_STATUSES)
    subscription = call.text("subscription")
    rows = [row for row in _rows(call, "invoice") if status in {None, row["status"]}]
    if subscription is not None:
        call.fetch("subscription", subscription, "subscription")
        rows = [
            row
            for row in rows
            if row["parent"]["subscription_details"]["subscription"] == subscription
        ]
    return call.page("invoice", rows, "/v1/invoices")


def _payment_intents(call: Call) -> Obj:
    return call.page("payment_intent", _rows(call, "payment_intent"), "/v1/payment_intents")


def _setup_intents(call: Call) -> Obj:
    rows = _rows(call, "setup_intent")
    method = call.text("payment_method")
    rows = [row for row in rows if method in {None, row["payment_method"]}]
    return call.page("setup_intent", rows, "/v1/setup_intents")


def _charges(call: Call) -> Obj:
    return call.page("charge", _rows(call, "charge"), "/v1/charges")


def _invoice_payments(call: Call) -> Obj:
    rows = call.state.where("invoice_payment")
    invoice = call.text("invoice")
    if invoice is not None:
        call.fetch("invoice", invoice, "invoice")
        rows = [row for row in rows if row["invoice"] == invoice]
    status = call.choice("status", ("canceled", "open", "paid"))
    rows = [row for row in rows if status in {None, row["status"]}]
    return call.page("invoice_payment", rows, "/v1/invoice_payments")


def _customer_cards(call: Call) -> Obj:
    owner = call.fetch("customer", call.path["id"])
    return _cards(call, owner["id"], f"/v1/customers/{owner['id']}/payment_methods")


def _payment_methods(call: Call) -> Obj:
    return _cards(call, call.fetch("customer", call.need("customer"), "customer")["id"], "")


def _cards(call: Call, owner: str, url: str) -> Obj:
    type_ = call.text("type")
    rows = call.state.where("payment_method", customer=owner)
    rows = [row for row in rows if type_ in {None, row["type"]}]
    return call.page("payment_method", rows, url or "/v1/payment_methods")


def _configurations(call: Call) -> Obj:
    wanted = {name: call.flag(name) for name in ("active", "is_default")}
    rows = [
        row
        for row in call.state.where("billing_portal.configuration")
        if all(want in {None, row[name]} for name, want in wanted.items())
    ]
    url = "/v1/billing_portal/configurations"
    return call.page("billing_portal.configuration", rows, url)


def _events(call: Call) -> Obj:
    type_ = call.text("type")
    rows = [row for row in call.state.where("event") if type_ in {None, row["type"]}]
    return call.page("event", rows, "/v1/events")


def _one(path: str, right: str, kind: str) -> Endpoint:
    def handle(call: Call) -> Obj:
        return call.fetch(kind, call.path["id"])

    return Endpoint("GET", f"{path}/{{id}}", right, kind, handle)


READS = (
    Endpoint("GET", "/v1/customers/{id}", "customer_read", "customer", _customer),
    Endpoint(
        "GET",
        "/v1/customers",
        "customer_read",
        "list:customer",
        _customers,
        _PAGED | names("email"),
    ),
    Endpoint(
        "GET",
        "/v1/subscriptions",
        "subscription_read",
        "list:subscription",
        _subscriptions,
        _PAGED | names("customer status"),
    ),
    Endpoint(
        "GET",
        "/v1/invoices",
        "invoice_read",
        "list:invoice",
        _invoices,
        _PAGED | names("customer status subscription"),
    ),
    Endpoint(
        "GET",
        "/v1/payment_intents",
        "payment_intent_read",
        "list:payment_intent",
        _payment_intents,
        _PAGED | names("customer"),
    ),
    Endpoint(
        "GET",
        "/v1/setup_intents",
        "setup_intent_read",
        "list:setup_intent",
        _setup_intents,
        _PAGED | names("customer payment_method"),
    ),
    Endpoint(
        "GET",
        "/v1/charges",
        "charge_read",
        "list:charge",
        _charges,
        _PAGED | names("customer"),
    ),
    Endpoint(
        "GET",
        "/v1/invoice_payments",
        "invoice_read",
        "list:invoice_payment",
        _invoice_payments,
        _PAGED | names("invoice status"),
    ),
    Endpoint(
        "GET",
        "/v1/customers/{id}/payment_methods",
        "payment_method_read",
        "list:payment_method",
        _customer_cards,
        _PAGED | names("type"),
    ),
    Endpoint(
        "GET",
        "/v1/payment_methods",
        "payment_method_read",
        "list:payment_method",
        _payment_methods,
        _PAGED | names("customer type"),
    ),
    Endpoint(
        "GET",
        "/v1/billing_portal/configurations",
        "customer_portal_read",
        "list:billing_portal.configuration",
        _configurations,
        _PAGED | names("active is_default"),
    ),
    Endpoint("GET", "/v1/events", "event_read", "list:event", _events, _PAGED | names("type")),
    _one("/v1/subscriptions", "subscription_read", "subscription"),
    _one("/v1/invoices", "invoice_read", "invoice"),
    _one("/v1/payment_intents", "payment_intent_read", "payment_intent"),
    _one("/v1/setup_intents", "setup_intent_read", "setup_intent"),
    _one("/v1/charges", "charge_read", "charge"),
    _one("/v1/invoice_payments", "invoice_read", "invoice_payment"),
    _one("/v1/payment_methods", "payment_method_read", "payment_method"),
    _one("/v1/products", "product_read", "product"),
    _one("/v1/prices", "plan_read", "price"),
    _one(
        "/v1/billing_portal/configurations",
        "customer_portal_read",
        "billing_portal.configuration",
    ),
    _one("/v1/events", "event_read", "event"),
)
