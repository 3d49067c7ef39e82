"""Keys, rights, modes, idempotency, and Stripe's headers."""

import http.client
import json
from urllib.parse import urlencode, urlsplit

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from helpcenter.sandbox.api.failure import StripeFailure
from helpcenter.sandbox.api.forms import nest, parse
from helpcenter.sandbox.server import Sandbox
from tests.sandbox.conftest import Clients, Watch


def raw(
    sandbox: Sandbox, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, dict[str, str], dict[str, object]]:
    """Send a request the SDK would not; return status, headers and JSON."""
    parts = urlsplit(sandbox.wiring.stripe_url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    try:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, given)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, json.loads(response.read())
    finally:
        connection.close()


def test_a_wrong_key_is_refused(client: Clients) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        client("sk_test_ofSomebodyElse99").v1.customers.list()
    assert refused.value.http_status == 401
    assert "ofSomebodyElse" not in str(refused.value)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Digest abc", "Basic ***"])
def test_no_key_is_refused(sandbox: Sandbox, header: str) -> None:
    status, headers, body = raw(sandbox, "GET", "/v1/customers", Authorization=header)
    assert status == 401
    assert headers["request-id"].startswith("req_")
    assert "error" in body


def test_a_restricted_key_lacks_what_it_was_not_given(sandbox: Sandbox, client: Clients) -> None:
    api = client(sandbox.config.restricted_key)
    cus = sandbox.customer("sunny")["id"]
    sandbox.state.rights.discard("customer_portal_write")
    with pytest.raises(stripe.PermissionError) as refused:
        api.v1.billing_portal.sessions.create({"customer": cus})
    assert refused.value.http_status == 403
    message = str(refused.value.user_message)
    assert "'rak_customer_portal_write'" in message
    assert sandbox.config.account in message
    assert sandbox.config.restricted_key not in message
    with pytest.raises(stripe.PermissionError):
        api.v1.customers.update(cus, {"name": "Somebody"})


def test_an_expanded_object_needs_its_own_right(sandbox: Sandbox, client: Clients) -> None:
    api = client(sandbox.config.restricted_key)
    cus = sandbox.customer("sunny")["id"]
    sandbox.state.rights.discard("payment_method_read")
    api.v1.customers.retrieve(cus)
    with pytest.raises(stripe.PermissionError) as refused:
        api.v1.customers.retrieve(cus, {"expand": ["invoice_settings.default_payment_method"]})
    assert "'rak_payment_method_read'" in str(refused.value.user_message)


def test_a_live_key_does_not_see_test_objects(sandbox: Sandbox, client: Clients) -> None:
    api = client(sandbox.config.live_key)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.billing_portal.sessions.create({"customer": sandbox.customer("sunny")["id"]})
    assert refused.value.code == "resource_missing"
    assert "a similar object exists in test mode" in str(refused.value.user_message)
    assert not api.v1.customers.list().data


def test_stripes_headers_come_back(sandbox: Sandbox) -> None:
    auth = f"Bearer {sandbox.config.secret_key}"
    given = {"Authorization": auth, "Stripe_Version": "2026-10-28.endive"}
    status, headers, _ = raw(sandbox, "GET", "/v1/customers", **given)
    assert status == 200
    assert headers["stripe-version"] == "2026-10-28.endive"
    assert headers["request-id"].startswith("req_")


def test_what_is_no_endpoint_is_404_in_stripes_words(sandbox: Sandbox) -> None:
    auth = f"Bearer {sandbox.config.secret_key}"
    for method, path in (("GET", "/v1/unicorns"), ("DELETE", "/v1/invoices")):
        status, _, body = raw(sandbox, method, path, Authorization=auth)
        assert status == 404
        assert "Unrecognized request URL" in str(body["error"])


def test_another_host_name_is_refused(sandbox: Sandbox) -> None:
    parts = urlsplit(sandbox.wiring.stripe_url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    connection.request("GET", "/v1/customers", headers={"Host": "rebound.example"})
    assert connection.getresponse().status == 400
    connection.close()


def test_a_post_under_one_key_happens_once(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    once: stripe.RequestOptions = {"idempotency_key": "one-click"}
    first = api.v1.customers.create({"name": "Twice"}, once)
    again = api.v1.customers.create({"name": "Twice"}, once)
    assert first.id == again.id
    assert again.last_response is not None
    assert again.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        api.v1.customers.create({"name": "Other"}, once)


def test_an_idempotency_key_is_forgotten_after_a_day(client: Clients, watch: Watch) -> None:
    api = client()
    first = api.v1.customers.create({"name": "Daily"}, {"idempotency_key": "daily"})
    watch.pass_(hours=24)
    assert api.v1.customers.create({"name": "Daily"}, {"idempotency_key": "daily"}).id != first.id


def test_a_refused_post_may_be_sent_again_under_its_key(client: Clients, sandbox: Sandbox) -> None:
    api = client()
    params: stripe.params.billing_portal.SessionCreateParams = {"customer": "cus_later"}
    with pytest.raises(stripe.InvalidRequestError):
        api.v1.billing_portal.sessions.create(params, {"idempotency_key": "k"})
    params = {"customer": sandbox.customer("pip")["id"]}
    assert api.v1.billing_portal.sessions.create(params, {"idempotency_key": "k"}).url


def test_unknown_parameters_are_refused(client: Clients) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client(checked=False).v1.customers.list({"colour": "green"})  # type: ignore[arg-type]  # bad on purpose
    assert refused.value.code == "parameter_unknown"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[0][b]=1&a[1][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
        ("a[10]=k&a[2]=j", {"a": ["j", "k"]}),
        ("a=%E5%8D%A1", {"a": "卡"}),
        ("", {}),
    ],
)
def test_forms_nest(body: str, value: dict[str, object]) -> None:
    assert parse(body) == value


@pytest.mark.parametrize(
    "body", ["a=1&a[b]=2", "a[b]=1&a=2", "[a]=1", "a[b=1", "a" + "[b]" * 20 + "=1"]
)
def test_forms_that_contradict_themselves_are_refused(body: str) -> None:
    with pytest.raises(StripeFailure):
        parse(body)


_NAMES = st.text("ab", min_size=1, max_size=3)
_VALUES: st.SearchStrategy[object] = st.recursive(
    st.text(max_size=5),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(_NAMES, inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_what_the_encoding_flattens_nests_back(value: dict[str, object]) -> None:
    pairs = [(name, leaf) for key, child in value.items() for name, leaf in _flatten(key, child)]
    assert nest(pairs) == value
    assert parse(urlencode(pairs)) == value


def _flatten(name: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [pair for key, child in value.items() for pair in _flatten(f"{name}[{key}]", child)]
    if isinstance(value, list):
        return [pair for i, child in enumerate(value) for pair in _flatten(f"{name}[{i}]", child)]
    return [(name, str(value))]
