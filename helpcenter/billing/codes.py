"""What each of Stripe's codes means to a customer: data, one line a code.

Everything not listed, and every code whose true meaning is not for the customer's eyes, is GENERIC
(docs.stripe.com/declines/codes; `docs/stripe.md` says why). A generic answer must look the same
whatever the code, so nothing here may tell one generic code from another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is wrong, as far as a customer may know it."""

    NO_CUSTOMER = "no_customer"
    CUSTOMER_DELETED = "customer_deleted"
    OTHER_MODE = "other_mode"
    AUTHENTICATION_NEEDED = "authentication_needed"
    SUBSCRIPTION_OWN_CARD = "subscription_own_card"
    NEW_CARD_NOT_DEFAULT = "new_card_not_default"
    NEW_CARD_NOT_TRIED = "new_card_not_tried"
    OTHER_CUSTOMER = "other_customer"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_EXCEEDED = "limit_exceeded"
    CARD_EXPIRED = "card_expired"
    WRONG_DETAILS = "wrong_details"
    NOT_SUPPORTED = "not_supported"
    DUPLICATE = "duplicate"
    STOPPED = "stopped"
    TEMPORARY = "temporary"
    GENERIC = "generic"
    UNPAID = "unpaid"
    PAUSED = "paused"
    ENDED = "ended"
    NO_CARD = "no_card"
    CARD_EXPIRING = "card_expiring"


class Detail(StrEnum):
    """Which typed detail was wrong."""

    NUMBER = "number"
    CVC = "cvc"
    EXPIRY = "expiry"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A kind, the detail at fault, and whether Stripe will not try again without a new card."""

    kind: Kind
    detail: Detail | None = None
    hard: bool = False


GENERIC = Meaning(Kind.GENERIC)
_AUTHENTICATE = Meaning(Kind.AUTHENTICATION_NEEDED, hard=True)
_FUNDS = Meaning(Kind.INSUFFICIENT_FUNDS)
_LIMIT = Meaning(Kind.LIMIT_EXCEEDED)
_EXPIRED = Meaning(Kind.CARD_EXPIRED)
_UNSUPPORTED = Meaning(Kind.NOT_SUPPORTED)
_DUPLICATE = Meaning(Kind.DUPLICATE)
_TEMPORARY = Meaning(Kind.TEMPORARY)
_STOPPED = Meaning(Kind.STOPPED, hard=True)
_NUMBER = Meaning(Kind.WRONG_DETAILS, Detail.NUMBER)
_CVC = Meaning(Kind.WRONG_DETAILS, Detail.CVC)
_EXPIRY = Meaning(Kind.WRONG_DETAILS, Detail.EXPIRY)
_POSTAL_CODE = Meaning(Kind.WRONG_DETAILS, Detail.POSTAL_CODE)
_ADDRESS = Meaning(Kind.WRONG_DETAILS, Detail.ADDRESS)
_DETAILS = Meaning(Kind.WRONG_DETAILS)

CARD_DECLINES: Mapping[str, Meaning] = {
    "approve_with_id": _TEMPORARY,
    "authentication_not_handled": _AUTHENTICATE,
    "authentication_required": _AUTHENTICATE,
    "call_issuer": GENERIC,
    "card_not_supported": _UNSUPPORTED,
    "card_velocity_exceeded": _LIMIT,
    "currency_not_supported": _UNSUPPORTED,
    "do_not_honor": GENERIC,
    "do_not_try_again": GENERIC,
    "duplicate_transaction": _DUPLICATE,
    "expired_card": _EXPIRED,
    "fraudulent": GENERIC,
    "generic_decline": GENERIC,
    "incorrect_address": _ADDRESS,
    "incorrect_cvc": _CVC,
    "incorrect_number": Meaning(Kind.WRONG_DETAILS, Detail.NUMBER, hard=True),
    "incorrect_pin": GENERIC,
    "incorrect_zip": _POSTAL_CODE,
    "insufficient_funds": _FUNDS,
    "invalid_account": GENERIC,
    "invalid_amount": _LIMIT,
    "invalid_cvc": _CVC,
    "invalid_expiry_month": _EXPIRY,
    "invalid_expiry_year": _EXPIRY,
    "invalid_number": _NUMBER,
    "invalid_pin": GENERIC,
    "issuer_not_available": _TEMPORARY,
    "lost_card": GENERIC,
    "merchant_blacklist": GENERIC,
    "mobile_device_authentication_required": _AUTHENTICATE,
    "new_account_information_available": GENERIC,
    "no_action_taken": GENERIC,
    "not_permitted": GENERIC,
    "offline_pin_required": GENERIC,
    "online_or_offline_pin_required": GENERIC,
    "pickup_card": GENERIC,
    "pin_try_exceeded": GENERIC,
    "processing_error": _TEMPORARY,
    "reenter_transaction": _TEMPORARY,
    "restricted_card": GENERIC,
    "revocation_of_all_authorizations": _STOPPED,
    "revocation_of_authorization": _STOPPED,
    "security_violation": GENERIC,
    "service_not_allowed": GENERIC,
    "stolen_card": GENERIC,
    "stop_payment_order": _STOPPED,
    "testmode_decline": GENERIC,
    "transaction_not_allowed": GENERIC,
    "try_again_later": _TEMPORARY,
    "withdrawal_count_limit_exceeded": _LIMIT,
}
"""The 50 decline codes of cards."""

LOCAL_DECLINES: Mapping[str, Meaning] = {
    "compliance_violation": GENERIC,
    "currency_not_supported": _UNSUPPORTED,
    "duplicate_transaction": _DUPLICATE,
    "expired_card": _EXPIRED,
    "expired_payment_information": _EXPIRED,
    "insufficient_funds": _FUNDS,
    "invalid_amount": _LIMIT,
    "invalid_authorization": GENERIC,
    "invalid_billing_agreement": GENERIC,
    "invalid_business_account": GENERIC,
    "invalid_customer_account": GENERIC,
    "invalid_payment_information": _DETAILS,
    "partner_generic_decline": GENERIC,
    "partner_high_risk_customer": GENERIC,
    "partner_payment_not_found": GENERIC,
    "payment_disputed": GENERIC,
    "payment_limit_exceeded": _LIMIT,
    "processing_error": _TEMPORARY,
}
"""The 18 decline codes of local payment methods."""

ERRORS: Mapping[str, Meaning] = {
    "authentication_failure": _AUTHENTICATE,
    "authentication_required": _AUTHENTICATE,
    "card_decline_rate_limit_exceeded": GENERIC,
    "card_declined": GENERIC,
    "customer_max_payment_methods": GENERIC,
    "debit_not_authorized": _STOPPED,
    "expired_card": _EXPIRED,
    "expired_payment_method": _EXPIRED,
    "incorrect_address": _ADDRESS,
    "incorrect_cvc": _CVC,
    "incorrect_number": Meaning(Kind.WRONG_DETAILS, Detail.NUMBER, hard=True),
    "incorrect_postal_code": _POSTAL_CODE,
    "incorrect_zip": _POSTAL_CODE,
    "india_recurring_payment_mandate_canceled": _STOPPED,
    "insufficient_funds": _FUNDS,
    "invalid_card_type": _UNSUPPORTED,
    "invalid_cvc": _CVC,
    "invalid_expiry_month": _EXPIRY,
    "invalid_expiry_year": _EXPIRY,
    "invalid_number": _NUMBER,
    "invoice_payment_intent_requires_action": _AUTHENTICATE,
    "lock_timeout": _TEMPORARY,
    "payment_intent_authentication_failure": _AUTHENTICATE,
    "payment_intent_payment_attempt_failed": GENERIC,
    "payment_method_billing_details_address_missing": _ADDRESS,
    "payment_method_customer_decline": GENERIC,
    "payment_method_provider_decline": GENERIC,
    "payment_method_restricted": GENERIC,
    "payment_method_unactivated": GENERIC,
    "postal_code_invalid": _POSTAL_CODE,
    "processing_error": _TEMPORARY,
    "rate_limit": _TEMPORARY,
    "refer_to_customer": GENERIC,
    "resource_missing": GENERIC,
    "setup_attempt_failed": GENERIC,
    "setup_intent_authentication_failure": _AUTHENTICATE,
}
"""The error codes that can stand where a decline code is missing."""

_DECLINES = {**LOCAL_DECLINES, **CARD_DECLINES}

# Radar's own words for having stopped a payment; they look like decline codes but are not.
_RISK = frozenset(
    {"elevated_risk_level", "highest_risk_level", "low_probability_of_authorization", "rule"}
)


def meaning(
    *,
    decline_code: str | None,
    error_code: str | None,
    failure: str | None = None,
    outcome_type: str | None = None,
    outcome_reason: str | None = None,
) -> Meaning:
    """Return what one failed try means. Total: unknown codes and no codes at all are generic.

    The intent's error goes first; the charge (`failure`, `outcome_*`) speaks where that is gone.
    """
    if outcome_type == "blocked" or outcome_reason in _RISK or decline_code in _RISK:
        return GENERIC
    if decline_code is None and outcome_type == "issuer_declined":
        decline_code = outcome_reason
    if decline_code is not None:
        return _DECLINES.get(decline_code, GENERIC)
    return ERRORS.get(error_code or failure or "", GENERIC)
