"""Every code Stripe documents has a meaning, and the ones that must say nothing say nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.billing.codes import (
    CARD_DECLINES,
    ERRORS,
    GENERIC,
    LOCAL_DECLINES,
    Detail,
    Kind,
    Meaning,
    meaning,
)

SILENT = {
    "fraudulent",
    "lost_card",
    "merchant_blacklist",
    "pickup_card",
    "restricted_card",
    "stolen_card",
}

# Kept apart from the table on purpose: what each code must mean, by what a customer can do.
EXPECTED = {
    Kind.AUTHENTICATION_NEEDED: """
        authentication_required authentication_not_handled mobile_device_authentication_required
        authentication_failure payment_intent_authentication_failure
        setup_intent_authentication_failure invoice_payment_intent_requires_action""",
    Kind.INSUFFICIENT_FUNDS: "insufficient_funds",
    Kind.LIMIT_EXCEEDED: """
        card_velocity_exceeded withdrawal_count_limit_exceeded invalid_amount
        payment_limit_exceeded""",
    Kind.CARD_EXPIRED: "expired_card expired_payment_method expired_payment_information",
    Kind.WRONG_DETAILS: """
        incorrect_number invalid_number incorrect_cvc invalid_cvc incorrect_zip incorrect_address
        invalid_expiry_month invalid_expiry_year incorrect_postal_code postal_code_invalid
        payment_method_billing_details_address_missing invalid_payment_information""",
    Kind.NOT_SUPPORTED: "card_not_supported currency_not_supported invalid_card_type",
    Kind.DUPLICATE: "duplicate_transaction",
    Kind.STOPPED: """
        stop_payment_order revocation_of_authorization revocation_of_all_authorizations
        debit_not_authorized india_recurring_payment_mandate_canceled""",
    Kind.TEMPORARY: """
        approve_with_id issuer_not_available reenter_transaction try_again_later processing_error
        rate_limit lock_timeout""",
}
BY_CODE = {code: kind for kind, codes in EXPECTED.items() for code in codes.split()}
ALL = sorted({*CARD_DECLINES, *LOCAL_DECLINES, *ERRORS})


def test_the_tables_hold_as_many_codes_as_stripe_documents() -> None:
    assert (len(CARD_DECLINES), len(LOCAL_DECLINES)) == (50, 18)
    assert set(CARD_DECLINES) >= SILENT


def test_nothing_expected_is_missing_from_the_tables() -> None:
    assert set(BY_CODE) <= set(ALL)


@pytest.mark.parametrize("code", sorted({*CARD_DECLINES, *LOCAL_DECLINES}))
def test_a_decline_code_means_what_a_customer_can_do_about_it(code: str) -> None:
    found = meaning(decline_code=code, error_code="card_declined")
    assert found.kind is BY_CODE.get(code, Kind.GENERIC)


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_an_error_code_speaks_where_there_is_no_decline_code(code: str) -> None:
    found = meaning(decline_code=None, error_code=code)
    assert found.kind is BY_CODE.get(code, Kind.GENERIC)


@pytest.mark.parametrize("code", sorted(SILENT))
def test_a_silent_code_is_the_very_meaning_of_a_generic_decline(code: str) -> None:
    assert meaning(decline_code=code, error_code="card_declined") is GENERIC
    assert meaning(decline_code=None, error_code="insufficient_funds", **charge(code)) is GENERIC


def charge(code: str) -> dict[str, str]:
    return {"outcome_type": "issuer_declined", "outcome_reason": code}


@pytest.mark.parametrize(
    ("code", "detail", "hard"),
    [
        ("incorrect_number", Detail.NUMBER, True),
        ("invalid_number", Detail.NUMBER, False),
        ("incorrect_cvc", Detail.CVC, False),
        ("invalid_expiry_year", Detail.EXPIRY, False),
        ("incorrect_zip", Detail.POSTAL_CODE, False),
        ("incorrect_address", Detail.ADDRESS, False),
    ],
)
def test_wrong_details_say_which(code: str, detail: Detail, *, hard: bool) -> None:
    found = meaning(decline_code=code, error_code=None)
    assert found == Meaning(Kind.WRONG_DETAILS, detail, hard)


def test_the_charge_speaks_when_the_intent_has_forgotten() -> None:
    remembered = meaning(decline_code=None, error_code=None, **charge("insufficient_funds"))
    assert remembered.kind is Kind.INSUFFICIENT_FUNDS
    failed = meaning(decline_code=None, error_code=None, failure="expired_card")
    assert failed.kind is Kind.CARD_EXPIRED


@pytest.mark.parametrize(
    "reason",
    ["highest_risk_level", "elevated_risk_level", "rule", "low_probability_of_authorization"],
)
def test_what_radar_stops_is_generic_whatever_else_is_said(reason: str) -> None:
    for type_ in ("blocked", "issuer_declined", None):
        found = meaning(
            decline_code="insufficient_funds",
            error_code="expired_card",
            outcome_type=type_,
            outcome_reason=reason,
        )
        assert found is GENERIC
    assert meaning(decline_code=reason, error_code=None) is GENERIC


codes = st.none() | st.sampled_from(ALL) | st.text()


@given(codes, codes, codes, codes, codes)
def test_every_combination_means_something(
    decline: str | None, error: str | None, failure: str | None, type_: str | None, why: str | None
) -> None:
    found = meaning(
        decline_code=decline,
        error_code=error,
        failure=failure,
        outcome_type=type_,
        outcome_reason=why,
    )
    assert found.detail is None or found.kind is Kind.WRONG_DETAILS
    if decline is not None and decline not in {*CARD_DECLINES, *LOCAL_DECLINES}:
        assert found is GENERIC
