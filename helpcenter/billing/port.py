"""What billing asks of Stripe, and how Stripe may refuse: the door as a Protocol."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, Protocol

from helpcenter.billing.facts import Read
from helpcenter.content.flows import Flow
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale


class Refusal(StrEnum):
    """Why a call gave nothing; never Stripe's own words."""

    NO_KEY = "no_key"
    UNAVAILABLE = "unavailable"
    CUSTOMER_MISSING = "customer_missing"
    OTHER_MODE = "other_mode"
    NO_CONFIGURATION = "no_configuration"
    NOT_PERMITTED = "not_permitted"
    BAD_KEY = "bad_key"
    REJECTED = "rejected"
    UNTRUSTED_URL = "untrusted_url"
    NOTHING_TO_PAY = "nothing_to_pay"


_KINDS = {
    Refusal.CUSTOMER_MISSING: Kind.NOT_FOUND,
    Refusal.OTHER_MODE: Kind.NOT_FOUND,
    Refusal.NOTHING_TO_PAY: Kind.NOT_FOUND,
    Refusal.REJECTED: Kind.CONFLICT,
}

_RETRY_AFTER = 15


class StripeRefusedError(HelpcenterError):
    """A call that gave nothing; `code` is `stripe_` and the refusal.

    `permissions` are those a restricted key lacks, as far as Stripe named them (`rak_…`).
    """

    def __init__(self, refusal: Refusal, permissions: frozenset[str] = frozenset()) -> None:
        super().__init__(
            code=f"stripe_{refusal}",
            kind=_KINDS.get(refusal, Kind.UNAVAILABLE),
            retry_after=_RETRY_AFTER if refusal is Refusal.UNAVAILABLE else None,
        )
        self.refusal = refusal
        self.permissions = permissions


class SecretUrl:
    """A URL that lets whoever holds it in: hidden from `repr`, formatting and pickling.

    `reveal` is for the `Location` header of one redirect, and for nothing else.
    """

    __slots__ = ("_url",)

    def __init__(self, url: str) -> None:
        self._url = url

    def reveal(self) -> str:
        """Return the URL itself."""
        return self._url

    def __repr__(self) -> str:
        return "SecretUrl(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret URL does not leave the process")


@dataclass(frozen=True, slots=True)
class PortalRequest:
    """A page of the portal for one customer; `return_url` is absolute and ours.

    `subscription` is needed by the flows that are about one.
    """

    customer: str
    flow: Flow
    locale: Locale
    return_url: str
    subscription: str | None = None


@dataclass(frozen=True, slots=True)
class PortalSession:
    """An open portal page; `fell_back` means its front page, so say what to click there."""

    url: SecretUrl
    fell_back: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a key may do and what the portal offers, for `doctor`.

    `missing` are permissions by Stripe's names (`rak_customer_read`); `flows` those the default
    portal configuration allows, None if there is no such configuration or it cannot be read.
    `problem` is set when the key could not be tried at all.
    """

    livemode: bool
    restricted: bool
    problem: Refusal | None = None
    missing: frozenset[str] = frozenset()
    flows: frozenset[Flow] | None = None


class StripePort(Protocol):
    """Stripe, from any thread. Each call blocks a few seconds at most.

    `until` is a `time.monotonic()` reading after which no further try is begun. All raise
    `StripeRefusedError` and nothing else.
    """

    @property
    def livemode(self) -> bool:
        """Whether the key is for real money."""
        ...

    def read(self, read: Read, customer: str, until: float) -> Mapping[str, object]:
        """Return Stripe's answer to one question about a customer, as plain data."""
        ...

    def payments_of(self, invoice: str, until: float) -> Mapping[str, object]:
        """Return an invoice's payments with the intents and charges behind them, as plain data."""
        ...

    def create_session(self, request: PortalRequest, until: float) -> PortalSession:
        """Open a page of the portal: anew at each call, the front page if the flow is refused."""
        ...

    def hosted_invoice(self, customer: str, subscription: str | None, until: float) -> SecretUrl:
        """Return the page on which the customer's longest open invoice can be paid.

        With a `subscription`, only its invoices count. Refuses with NOTHING_TO_PAY.
        """
        ...

    def allowed_flows(self, until: float) -> frozenset[Flow] | None:
        """Return the pages that the default portal configuration allows; None without one."""
        ...

    def inspect(self) -> Inspection:
        """Try what the key may do; changes nothing at Stripe. Never raises."""
        ...
