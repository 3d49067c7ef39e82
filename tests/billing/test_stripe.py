"""The door to Stripe: what is sent, what each refusal means, and what never gets out."""

import logging
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import stripe
from pydantic import SecretStr
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from helpcenter.billing.facts import Read
from helpcenter.billing.port import (
    PortalRequest,
    Refusal,
    SecretUrl,
    StripePort,
    StripeRefusedError,
)
from helpcenter.billing.stripe import API_VERSION, StripeDoor
from helpcenter.content.flows import Flow
from helpcenter.errors import Kind
from helpcenter.i18n.locale import Locale
from helpcenter.sandbox.config import MINIMAL_PERMISSIONS, SandboxConfig
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.faults import Kind as FaultKind
from helpcenter.sandbox.lifecycle import delete_customer
from helpcenter.sandbox.serving import start_in_thread
from tests.billing.conftest import LIVE_KEY, Stage

SESSIONS = "/v1/billing_portal/sessions"
SUBSCRIPTION = "sub_sandboxSunny"


def later() -> float:
    return time.monotonic() + 4


def click(stage: Stage, flow: Flow = Flow.PORTAL_HOME, **changes: object) -> PortalRequest:
    given: dict[str, object] = {
        "customer": stage.sandbox.customer("sunny")["id"],
        "flow": flow,
        "locale": Locale("zh_HK"),
        "return_url": "https://help.example.com/zh-HK/account",
        "subscription": SUBSCRIPTION,
    }
    return PortalRequest(**(given | changes))  # type: ignore[arg-type] # fields by name


def refused(stage: Stage, request: PortalRequest, door: StripePort | None = None) -> Refusal:
    with pytest.raises(StripeRefusedError) as caught:
        (door or stage.door()).create_session(request, later())
    assert caught.value.__context__ is None
    return caught.value.refusal


def test_every_call_names_version_and_app_and_reports_nothing(stage: Stage) -> None:
    door = stage.door()
    for read in Read:
        door.read(read, stage.sandbox.customer("pip")["id"], later())
    assert len(stage.tape.calls) == len(Read)
    for _, _, headers in stage.tape.calls:
        assert headers["stripe-version"] == API_VERSION
        assert "helpcenter" in headers["user-agent"]
        assert "x-stripe-client-telemetry" not in headers
        assert "telemetry_id" not in headers["x-stripe-client-user-agent"]
    assert stripe.enable_telemetry is False


def test_the_pinned_version_is_the_one_the_sdks_types_are_for() -> None:
    assert stripe.api_version == API_VERSION


@pytest.mark.parametrize("flow", [flow for flow in Flow if flow is not Flow.PAY_INVOICE])
def test_each_flow_opens_its_page(stage: Stage, flow: Flow) -> None:
    session = stage.door().create_session(click(stage, flow), later())
    assert session.fell_back is False
    assert session.url.reveal().startswith(f"{stage.sandbox.wiring.stripe_url}/p/session/")
    (made,) = stage.sandbox.state.where("billing_portal.session")
    assert made["locale"] == "zh-HK"
    assert made["return_url"] == "https://help.example.com/zh-HK/account"
    if flow is Flow.PORTAL_HOME:
        assert made["flow"] is None
        return
    assert made["flow"]["type"] == flow
    assert made["flow"]["after_completion"]["redirect"]["return_url"] == made["return_url"]
    detail = made["flow"].get(flow)
    assert detail is None or detail["subscription"] == SUBSCRIPTION


@pytest.mark.parametrize(
    ("folder", "spoken"), [("en", "en"), ("zh_TW", "zh-TW"), ("fr_BE", "fr"), ("tlh", "auto")]
)
def test_the_portal_speaks_the_nearest_language_it_knows(
    stage: Stage, folder: str, spoken: str
) -> None:
    stage.door().create_session(click(stage, locale=Locale(folder)), later())
    assert stage.sandbox.state.where("billing_portal.session")[0]["locale"] == spoken


def test_a_refused_flow_opens_the_front_page_and_says_so(stage: Stage) -> None:
    config = stage.sandbox.state.where("billing_portal.configuration")[0]
    config["features"]["subscription_cancel"]["enabled"] = False
    session = stage.door().create_session(click(stage, Flow.SUBSCRIPTION_CANCEL), later())
    assert session.fell_back is True
    assert stage.sandbox.state.where("billing_portal.session")[0]["flow"] is None
    keys = [headers["idempotency-key"] for headers in stage.tape.headers(SESSIONS)]
    assert len(keys) == len(set(keys)) == 2


def test_a_strangers_subscription_opens_nothing_of_the_strangers(stage: Stage) -> None:
    request = click(stage, Flow.SUBSCRIPTION_CANCEL, subscription="sub_sandboxPip")
    assert stage.door().create_session(request, later()).fell_back is True


def test_a_flow_about_no_subscription_in_particular_opens_the_front_page(stage: Stage) -> None:
    request = click(stage, Flow.SUBSCRIPTION_CANCEL, subscription=None)
    assert stage.door().create_session(request, later()).fell_back is True
    assert len(stage.tape.calls) == 1


def test_each_click_has_a_key_of_its_own_kept_over_its_retry(stage: Stage) -> None:
    door = stage.door()
    stage.sandbox.faults.add(Fault("error", path=SESSIONS))
    made = [door.create_session(click(stage), later()).url.reveal() for _ in range(2)]
    first, again, second = (each["idempotency-key"] for each in stage.tape.headers(SESSIONS))
    assert first == again != second
    assert made[0] != made[1]


@pytest.mark.full
@pytest.mark.parametrize("kind", ["reset", "error", "garbage"])
def test_one_bad_answer_is_tried_again_and_two_are_enough(stage: Stage, kind: FaultKind) -> None:
    door, pip = stage.door(), stage.sandbox.customer("pip")["id"]
    stage.sandbox.faults.add(Fault(kind, times=1))
    assert door.read(Read.CUSTOMER, pip, later())["id"] == pip
    stage.sandbox.faults.add(Fault(kind, times=3))
    with pytest.raises(StripeRefusedError) as caught:
        door.read(Read.CUSTOMER, pip, later())
    assert (caught.value.refusal, caught.value.kind) == (Refusal.UNAVAILABLE, Kind.UNAVAILABLE)
    assert caught.value.retry_after


@pytest.mark.full
def test_a_busy_stripe_is_asked_a_few_times(stage: Stage) -> None:
    door, pip = stage.door(), stage.sandbox.customer("pip")["id"]
    stage.sandbox.faults.add(Fault("rate_limit", times=3))
    assert door.read(Read.CUSTOMER, pip, time.monotonic() + 60)["id"] == pip
    assert len(stage.tape.calls) == 4
    stage.sandbox.faults.add(Fault("rate_limit", times=5))
    with pytest.raises(StripeRefusedError) as caught:
        door.read(Read.CUSTOMER, pip, time.monotonic() + 60)
    assert caught.value.refusal is Refusal.UNAVAILABLE
    assert len(stage.tape.calls) == 8


def test_nobody_is_asked_again_once_nobody_waits(stage: Stage) -> None:
    stage.sandbox.faults.add(Fault("error", times=1))
    with pytest.raises(StripeRefusedError):
        stage.door().read(Read.CUSTOMER, stage.sandbox.customer("pip")["id"], time.monotonic())
    assert len(stage.tape.calls) == 1


def test_a_deleted_or_unknown_customer_is_missing(stage: Stage) -> None:
    delete_customer(stage.sandbox.state, stage.sandbox.customer("pip")["id"])
    assert refused(stage, click(stage, customer="cus_sandboxPip")) is Refusal.CUSTOMER_MISSING
    assert refused(stage, click(stage, customer="cus_nobody")) is Refusal.CUSTOMER_MISSING


def test_a_customer_of_the_test_mode_is_told_from_one_that_never_was(stage: Stage) -> None:
    base = stage.sandbox.wiring.stripe_url
    door = StripeDoor(SecretStr(LIVE_KEY), base, portal_hosts=(), invoice_hosts=())
    for customer, refusal in (
        ("cus_sandboxPip", Refusal.OTHER_MODE),
        ("cus_nobody", Refusal.CUSTOMER_MISSING),
    ):
        with pytest.raises(StripeRefusedError) as caught:
            door.read(Read.CUSTOMER, customer, later())
        assert caught.value.refusal is refusal


def test_a_portal_nobody_has_set_up_is_told_from_other_refusals(stage: Stage) -> None:
    stage.sandbox.state.tables["billing_portal.configuration"].clear()
    assert refused(stage, click(stage)) is Refusal.NO_CONFIGURATION
    assert refused(stage, click(stage, Flow.PAYMENT_METHOD_UPDATE)) is Refusal.NO_CONFIGURATION


def test_a_key_without_the_right_is_refused_by_the_rights_name(stage: Stage) -> None:
    stage.sandbox.state.rights.discard("customer_portal_write")
    with pytest.raises(StripeRefusedError) as caught:
        stage.door().create_session(click(stage), later())
    assert caught.value.refusal is Refusal.NOT_PERMITTED
    assert caught.value.permissions == {"rak_customer_portal_write"}


def test_a_wrong_key_is_a_bad_key(stage: Stage) -> None:
    door = stage.door(stripe_key="rk_test_somebodyElses")
    assert refused(stage, click(stage), door) is Refusal.BAD_KEY


def test_a_portal_on_a_host_we_do_not_know_is_not_opened(stage: Stage) -> None:
    door = stage.door(stripe_portal_hosts="billing.stripe.com")
    assert refused(stage, click(stage), door) is Refusal.UNTRUSTED_URL


@pytest.mark.parametrize(
    ("url", "live", "trusted"),
    [
        ("https://billing.stripe.com/p/session/live_x", True, True),
        ("https://BILLING.stripe.com/p/session/live_x", True, True),
        ("http://billing.stripe.com/p/session/live_x", True, False),
        ("http://billing.stripe.com/p/session/test_x", False, True),
        ("https://billing.stripe.com.evil.example/p", True, False),
        ("https://billing.stripe.com@evil.example/p", True, False),
        ("https://user@billing.stripe.com/p", True, False),
        ("https://billing.stripe.com:8443/p", True, False),
        ("//billing.stripe.com/p", True, False),
        ("javascript:alert(1)", True, False),
        ("https://[billing.stripe.com/p", True, False),
        ("", True, False),
    ],
)
def test_only_stripes_own_hosts_are_trusted(url: str, *, live: bool, trusted: bool) -> None:
    door = StripeDoor(
        SecretStr(f"rk_{'live' if live else 'test'}_x"),
        "https://api.stripe.com",
        portal_hosts=("billing.stripe.com",),
        invoice_hosts=(),
    )
    assert door.livemode is live
    if trusted:
        assert door._trusted(url, door._portal_hosts).reveal() == url
        return
    with pytest.raises(StripeRefusedError):
        door._trusted(url, door._portal_hosts)


def test_the_longest_open_invoice_is_paid_first(stage: Stage) -> None:
    pip = stage.sandbox.customer("pip")["id"]
    (bill,) = stage.sandbox.state.where("invoice", customer=pip, status="open")
    door = stage.door()
    assert door.hosted_invoice(pip, None, later()).reveal() == bill["hosted_invoice_url"]
    own = bill["parent"]["subscription_details"]["subscription"]
    assert door.hosted_invoice(pip, own, later()).reveal() == bill["hosted_invoice_url"]
    older = bill | {"id": "in_older", "hosted_invoice_url": bill["hosted_invoice_url"] + "old"}
    older["created"] -= 1000
    stage.sandbox.state.tables["invoice"]["in_older"] = older
    assert door.hosted_invoice(pip, None, later()).reveal().endswith("old")


@pytest.mark.parametrize(("name", "subscription"), [("sunny", None), ("pip", "sub_sandboxSunny")])
def test_without_an_open_invoice_there_is_nothing_to_pay(
    stage: Stage, name: str, subscription: str | None
) -> None:
    with pytest.raises(StripeRefusedError) as caught:
        stage.door().hosted_invoice(stage.sandbox.customer(name)["id"], subscription, later())
    assert (caught.value.refusal, caught.value.kind) == (Refusal.NOTHING_TO_PAY, Kind.NOT_FOUND)


def test_an_invoice_that_has_no_page_is_nothing_to_pay(stage: Stage) -> None:
    pip = stage.sandbox.customer("pip")["id"]
    (bill,) = stage.sandbox.state.where("invoice", customer=pip, status="open")
    del bill["hosted_invoice_url"]
    with pytest.raises(StripeRefusedError) as caught:
        stage.door().hosted_invoice(pip, None, later())
    assert caught.value.refusal is Refusal.NOTHING_TO_PAY


def test_the_minimal_key_lacks_nothing(stage: Stage) -> None:
    found = stage.door().inspect()
    assert (found.problem, found.missing, found.livemode) == (None, frozenset(), False)
    assert (found.restricted, found.flows) == (True, frozenset(Flow))
    assert stage.sandbox.state.where("billing_portal.session") == []
    assert stage.door(stripe_key=stage.sandbox.config.secret_key).inspect().restricted is False


@pytest.mark.full
@pytest.mark.parametrize("right", sorted(MINIMAL_PERMISSIONS))
def test_each_missing_permission_is_found(stage: Stage, right: str) -> None:
    stage.sandbox.state.rights.discard(right)
    found = stage.door().inspect()
    assert found.missing == {f"rak_{right}"}
    assert (found.flows is None) is (right == "customer_portal_read")


def test_a_portal_that_offers_less_says_so(stage: Stage) -> None:
    config = stage.sandbox.state.where("billing_portal.configuration")[0]
    config["features"]["subscription_update"]["enabled"] = False
    assert stage.door().inspect().flows == frozenset(Flow) - {Flow.SUBSCRIPTION_UPDATE}
    stage.sandbox.state.tables["billing_portal.configuration"].clear()
    assert stage.door().inspect().flows is None


def test_a_key_that_cannot_be_tried_is_a_problem(stage: Stage) -> None:
    wrong = stage.door(stripe_key="rk_test_somebodyElses").inspect()
    assert wrong.problem is Refusal.BAD_KEY
    stage.sandbox.faults.add(Fault("error"))
    assert stage.door().inspect().problem is Refusal.UNAVAILABLE


@pytest.mark.full
@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html><title>Welcome</title>",
        "",
        "[]",
        '"text"',
        "null",
        "1",
        "{}",
        '{"object": "customer"}',
    ],
)
def test_an_answer_that_is_no_answer_is_an_outage(body: str) -> None:
    with serve(body) as url, pytest.raises(StripeRefusedError) as caught:
        door_to(url).read(Read.SUBSCRIPTIONS, "cus_x", time.monotonic() + 0.05)
    assert caught.value.refusal is Refusal.UNAVAILABLE


def test_stripes_notices_do_not_become_warnings() -> None:
    with serve('{"object": "list", "data": []}', notice="Upgrade soon") as url:
        answer = door_to(url).read(Read.SUBSCRIPTIONS, "cus_x", later())
    assert answer["data"] == []


@contextmanager
def serve(body: str, notice: str = "") -> Iterator[str]:
    """Serve one and the same answer to everything; give its address."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"stripe-notice": notice} if notice else {}
        await Response(body, 200, headers, "application/json")(scope, receive, send)

    with start_in_thread(app, lifespan="off") as running:
        yield running.url


def door_to(url: str) -> StripeDoor:
    return StripeDoor(SecretStr("rk_test_x"), url, portal_hosts=(), invoice_hosts=())


def test_nothing_secret_is_logged_or_shown_even_when_asked(
    stage: Stage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    door = stage.door()
    caplog.set_level(logging.DEBUG, logger="stripe")
    session = door.create_session(click(stage), later())
    pip = stage.sandbox.customer("pip")["id"]
    invoice = door.hosted_invoice(pip, None, later())
    for read in Read:
        door.read(read, pip, later())
    stage.sandbox.state.rights.clear()
    refused(stage, click(stage), door)
    out = capsys.readouterr()
    told = caplog.text + out.out + out.err + repr((session, invoice, door)) + f"{session}{invoice}"
    assert "DEBUG" in told, "the log was not looking"
    config: SandboxConfig = stage.sandbox.config
    urls = [session.url.reveal(), invoice.reveal()]
    for secret in [config.restricted_key, "/p/session/", "/i/test_", "rk_test", *urls]:
        assert secret not in told


def test_a_secret_url_does_not_travel() -> None:
    url = SecretUrl("https://billing.stripe.com/p/session/live_hush")
    assert "hush" not in f"{url!r} {url!s} {url}"
    with pytest.raises(TypeError):
        pickle.dumps(url)


def test_the_sdk_is_imported_when_a_key_is_there_and_not_before() -> None:
    code = (
        "import sys\n"
        "from helpcenter.billing.connect import open_door\n"
        "from helpcenter.settings import read\n"
        "assert open_door(read({})) is None and 'stripe' not in sys.modules\n"
        "assert open_door(read({}, stripe_key='rk_test_x')) and 'stripe' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
