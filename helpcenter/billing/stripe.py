"""The door to Stripe: the only file that imports its SDK, which costs 150 ms, so import it late.

Whatever goes wrong becomes a `Refusal`; Stripe's own words, keys and URLs stay in here.
"""

import logging
import random
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import stripe
import structlog
from pydantic import SecretStr
from stripe import _util as stripe_util

from helpcenter.billing.facts import Read
from helpcenter.billing.node import Node
from helpcenter.billing.port import (
    Inspection,
    PortalRequest,
    PortalSession,
    Refusal,
    SecretUrl,
    StripeRefusedError,
)
from helpcenter.content.flows import Flow
from helpcenter.i18n.locale import Locale

if TYPE_CHECKING:
    from stripe.params import InvoiceListParams
    from stripe.params.billing_portal import SessionCreateParams, SessionCreateParamsFlowData

API_VERSION: Final = "2026-10-28.endive"
"""The version whose shapes `answers` reads; the SDK's types are of the same."""

CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 2.0

# Before the first retry: short for somebody who waits, and spread, so that many who were refused
# together do not come back together.
_PAUSE = (0.1, 0.4)
_TRIES = 2
_TRIES_BUSY = 4

# The languages the portal speaks; it refuses any other tag.
_LOCALES = frozenset(
    """
    bg cs da de el en en-AU en-CA en-GB en-IE en-IN en-NZ en-SG es es-419 et fi fil fr fr-CA hr hu
    id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW
    """.split()  # noqa: SIM905 - forty-six quoted strings read worse
)

# For want of a saved configuration the refusal has no code, only words; these in all known ones.
_NOT_CONFIGURED = re.compile(
    r"no configuration provided|save your customer portal settings", re.IGNORECASE
)
# A customer of the test mode asked for with a live key, or the other way round.
_OTHER_MODE = re.compile(r"a similar object exists in (?:test|live) mode", re.IGNORECASE)
_PERMISSION = re.compile(r"rak_[a-z_]{1,60}", re.ASCII)
_NOBODY = "helpcenterdoctor"

_random = random.SystemRandom()
_T = TypeVar("_T")

log = structlog.get_logger(__name__)


class _BusyError(StripeRefusedError):
    """Stripe answers to fewer calls than it gets."""


class _Transport(stripe.RequestsClient):
    """The SDK's client, deaf to the notices that it raises as warnings in test mode."""

    def request(  # type: ignore[override] # the SDK's own RequestsClient narrows it like this
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,  # noqa: ANN401 - as the SDK types it
    ) -> tuple[bytes, int, Mapping[str, str]]:
        content, status, answered = super().request(method, url, headers, post_data)
        answered.pop("Stripe-Notice", None)  # type: ignore[attr-defined] # a dict, for all its type
        return content, status, answered


class StripeDoor:
    """Stripe itself, behind `StripePort`."""

    def __init__(
        self,
        key: SecretStr,
        api_base: str,
        *,
        portal_hosts: Iterable[str],
        invoice_hosts: Iterable[str],
    ) -> None:
        _keep_quiet()
        self._kind, self._mode, _ = key.get_secret_value().split("_", 2)
        self._portal_hosts = frozenset(portal_hosts)
        self._invoice_hosts = frozenset(invoice_hosts)
        self._api = stripe.StripeClient(
            key.get_secret_value(),
            stripe_version=API_VERSION,
            base_addresses={"api": api_base},
            max_network_retries=0,
            http_client=_Transport(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        ).v1

    @property
    def livemode(self) -> bool:
        """Whether the key is for real money."""
        return self._mode == "live"

    def read(self, read: Read, customer: str, until: float) -> Mapping[str, object]:
        """Return Stripe's answer to one question about a customer, as plain data."""
        return _try(lambda: self._answer(read, customer), until)

    def _answer(self, read: Read, customer: str) -> Mapping[str, object]:
        answer = self._ask(read, customer).to_dict()
        # Anything else would pass for a customer without subscriptions, cards or troubles.
        if answer.get("object") != ("customer" if read is Read.CUSTOMER else "list"):
            raise TypeError("not what was asked for")
        return answer

    def _ask(self, read: Read, customer: str) -> stripe.StripeObject:
        api = self._api
        match read:
            case Read.CUSTOMER:
                default = "invoice_settings.default_payment_method"
                return api.customers.retrieve(customer, {"expand": [default]})
            case Read.SUBSCRIPTIONS:
                wanted = ["default_payment_method", "latest_invoice.payments"]
                wanted = [f"data.{path}" for path in [*wanted, "pending_setup_intent"]]
                return api.subscriptions.list(
                    {"customer": customer, "status": "all", "limit": 10, "expand": wanted}
                )
            case Read.PAYMENTS:
                return api.payment_intents.list(
                    {"customer": customer, "limit": 10, "expand": ["data.latest_charge"]}
                )
            case Read.SETUPS:
                return api.setup_intents.list(
                    {"customer": customer, "limit": 3, "expand": ["data.latest_attempt"]}
                )
            case Read.CARDS:
                return api.customers.payment_methods.list(customer, {"limit": 10})
            case Read.INVOICES:
                return self._open_invoices(customer)

    def payments_of(self, invoice: str, until: float) -> Mapping[str, object]:
        """Return an invoice's payments with the intents and charges behind them, as plain data."""
        # The deepest path that Stripe follows in a list.
        wanted = ["data.payment.payment_intent.latest_charge"]
        return _try(
            lambda: self._api.invoice_payments.list(
                {"invoice": invoice, "limit": 10, "expand": wanted}
            ).to_dict(),
            until,
        )

    def _open_invoices(self, customer: str) -> stripe.ListObject[stripe.Invoice]:
        params: InvoiceListParams = {"customer": customer, "status": "open", "limit": 5}
        params["expand"] = ["data.payments"]
        return self._api.invoices.list(params)

    def create_session(self, request: PortalRequest, until: float) -> PortalSession:
        """Open a page of the portal: anew at each call, the front page if the flow is refused."""
        flow = _flow_data(request)
        elsewhere = flow is None and request.flow is not Flow.PORTAL_HOME
        try:
            return PortalSession(self._session(request, flow, until), fell_back=elsewhere)
        except StripeRefusedError as error:
            if error.refusal is not Refusal.REJECTED or flow is None:
                raise
        return PortalSession(self._session(request, None, until), fell_back=True)

    def _session(
        self, request: PortalRequest, flow: "SessionCreateParamsFlowData | None", until: float
    ) -> SecretUrl:
        params: SessionCreateParams = {
            "customer": request.customer,
            "locale": _portal_locale(request.locale),
            "return_url": request.return_url,
        }
        if flow is not None:
            params["flow_data"] = flow
        # Kept over the retry of this click and never used for another, for which Stripe would
        # repeat the first click's answer: a session that is dead by then.
        once: stripe.RequestOptions = {"idempotency_key": str(uuid.uuid4())}
        url = _try(lambda: self._api.billing_portal.sessions.create(params, once).url, until)
        return self._trusted(url, self._portal_hosts)

    def hosted_invoice(self, customer: str, subscription: str | None, until: float) -> SecretUrl:
        """Return the page on which the customer's longest open invoice can be paid.

        With a `subscription`, only its invoices count. Refuses with NOTHING_TO_PAY.
        """
        url = _try(lambda: self._payable(customer, subscription), until)
        if url is None:
            raise StripeRefusedError(Refusal.NOTHING_TO_PAY)
        return self._trusted(url, self._invoice_hosts)

    def _payable(self, customer: str, subscription: str | None) -> str | None:
        # Stripe lists the newest first; the one that has waited longest is paid first.
        for bill in reversed(self._open_invoices(customer).data):
            owner = Node(bill.to_dict()).at("parent", "subscription_details", "subscription").id()
            # Stripe may leave the field out: then this bill is not paid on a page.
            url: str | None = getattr(bill, "hosted_invoice_url", None)
            if url and subscription in {None, owner}:
                return url
        return None

    def _trusted(self, url: str, hosts: frozenset[str]) -> SecretUrl:
        """Hide a URL, once it is sure to lead where such URLs lead."""
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        secure = parts.scheme == "https" or (parts.scheme == "http" and not self.livemode)
        if secure and parts.netloc.lower() in hosts:
            return SecretUrl(url)
        log.error("stripe_untrusted_url", host=parts.hostname, trusted=sorted(hosts))
        raise StripeRefusedError(Refusal.UNTRUSTED_URL)

    def allowed_flows(self, until: float) -> frozenset[Flow] | None:
        """Return the pages that the default portal configuration allows; None without one."""
        return _try(self._configured, until)

    def inspect(self) -> Inspection:
        """Try what the key may do; changes nothing at Stripe. Never raises."""
        restricted = self._kind == "rk"
        missing: frozenset[str] = frozenset()
        for permission, probe in self._probes().items():
            try:
                _once(probe)
            except StripeRefusedError as error:
                if error.refusal in {Refusal.BAD_KEY, Refusal.UNAVAILABLE}:
                    return Inspection(self.livemode, restricted, error.refusal)
                if error.refusal is Refusal.NOT_PERMITTED:
                    missing |= error.permissions or {permission}
        try:
            flows = _once(self._configured)
        except StripeRefusedError:
            flows = None
        return Inspection(self.livemode, restricted, missing=missing, flows=flows)

    def _probes(self) -> Mapping[str, Callable[[], object]]:
        """Ask after things that do not exist: permission is looked at before existence."""
        api = self._api
        return {
            "rak_customer_read": lambda: api.customers.retrieve(f"cus_{_NOBODY}"),
            "rak_subscription_read": lambda: api.subscriptions.retrieve(f"sub_{_NOBODY}"),
            "rak_invoice_read": lambda: api.invoices.retrieve(f"in_{_NOBODY}"),
            "rak_payment_intent_read": lambda: api.payment_intents.retrieve(f"pi_{_NOBODY}"),
            "rak_charge_read": lambda: api.charges.retrieve(f"ch_{_NOBODY}"),
            "rak_payment_method_read": lambda: api.payment_methods.retrieve(f"pm_{_NOBODY}"),
            "rak_setup_intent_read": lambda: api.setup_intents.retrieve(f"seti_{_NOBODY}"),
            "rak_customer_portal_read": self._default_configuration,
            "rak_customer_portal_write": lambda: api.billing_portal.sessions.create(
                {"customer": f"cus_{_NOBODY}"}
            ),
        }

    def _default_configuration(self) -> Mapping[str, object]:
        return self._api.billing_portal.configurations.list(
            {"is_default": True, "active": True, "limit": 1}
        ).to_dict()

    def _configured(self) -> frozenset[Flow] | None:
        found = Node(self._default_configuration()).items()
        if not found:
            return None
        features = found[0].at("features")
        always = {Flow.PORTAL_HOME, Flow.PAY_INVOICE}
        return frozenset(f for f in Flow if f in always or features.at(f, "enabled").flag())


def _flow_data(request: PortalRequest) -> "SessionCreateParamsFlowData | None":
    """Return what to ask for besides the portal's front page, and that it leads back to us."""
    back: SessionCreateParamsFlowData = {
        "type": request.flow.value,
        "after_completion": {
            "type": "redirect",
            "redirect": {"return_url": request.return_url},
        },
    }
    subscription = request.subscription
    match request.flow:
        case Flow.PAYMENT_METHOD_UPDATE | Flow.CUSTOMER_UPDATE:
            return back
        case Flow.SUBSCRIPTION_CANCEL if subscription:
            return {**back, "subscription_cancel": {"subscription": subscription}}
        case Flow.SUBSCRIPTION_UPDATE if subscription:
            return {**back, "subscription_update": {"subscription": subscription}}
        case Flow.SUBSCRIPTION_PAUSE if subscription:
            return {**back, "subscription_pause": {"subscription": subscription}}
        case _:
            return None


def _portal_locale(locale: Locale) -> str:
    for tag in (locale.tag, locale.language):
        if tag in _LOCALES:
            return tag
    return "auto"


def _try(call: Callable[[], _T], until: float) -> _T:
    """Call, and once more if Stripe did not answer and somebody still waits for it.

    A Stripe that is busy is asked a few times, ever less often.
    """
    tried = 0
    while True:
        pause = _random.uniform(*_PAUSE) * 2**tried
        tried += 1
        try:
            return _once(call)
        except StripeRefusedError as error:
            most = _TRIES_BUSY if isinstance(error, _BusyError) else _TRIES
            unanswered = error.refusal is Refusal.UNAVAILABLE
            if not unanswered or tried >= most or time.monotonic() + pause >= until:
                _note(error)
                raise
        time.sleep(pause)


def _once(call: Callable[[], _T]) -> _T:
    try:
        return call()
    except stripe.StripeError as error:
        refused = _refused(error)
    except Exception as error:  # noqa: BLE001 - an answer that breaks the SDK is no answer
        log.warning("stripe_unreadable", error=type(error).__name__)
        refused = StripeRefusedError(Refusal.UNAVAILABLE)
    # Raised out here so that nothing carries Stripe's own text along as its context.
    raise refused


def _refused(error: stripe.StripeError) -> StripeRefusedError:
    match error:
        case stripe.AuthenticationError():
            return StripeRefusedError(Refusal.BAD_KEY)
        case stripe.PermissionError():
            named = frozenset(_PERMISSION.findall(str(error)))
            return StripeRefusedError(Refusal.NOT_PERMITTED, named)
        case stripe.RateLimitError():
            return _BusyError(Refusal.UNAVAILABLE)
        case stripe.InvalidRequestError():
            return StripeRefusedError(_rejection(error))
        case _:
            return StripeRefusedError(Refusal.UNAVAILABLE)


def _rejection(error: stripe.InvalidRequestError) -> Refusal:
    if error.code == "resource_missing" and error.param in {"customer", "id"}:
        if _OTHER_MODE.search(str(error)):
            return Refusal.OTHER_MODE
        return Refusal.CUSTOMER_MISSING
    if _NOT_CONFIGURED.search(str(error)):
        return Refusal.NO_CONFIGURATION
    return Refusal.REJECTED


def _note(error: StripeRefusedError) -> None:
    """Tell the operator; what needs their hand is an error."""
    mendable = {
        Refusal.BAD_KEY,
        Refusal.NOT_PERMITTED,
        Refusal.NO_CONFIGURATION,
        Refusal.OTHER_MODE,
    }
    say = log.error if error.refusal in mendable else log.warning
    say("stripe_refused", refusal=error.refusal.value, permissions=sorted(error.permissions))


def _keep_quiet() -> None:
    """Stop the SDK from telling logs, the console and its makers what passes through it."""
    stripe.enable_telemetry = False
    stripe.set_app_info("helpcenter")
    # It prints whole answers to the console if the environment says so.
    stripe.log = None
    stripe_util.STRIPE_LOG = None
    # A filter, because a level can be changed by whoever configures logging after us.
    logging.getLogger("stripe").addFilter(_is_serious)


def _is_serious(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
