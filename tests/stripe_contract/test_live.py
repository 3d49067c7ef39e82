"""The door before Stripe itself, in test mode; left out without a key of yours.

    STRIPE_TEST_KEY=rk_test_… python -m pytest tests/stripe_contract/test_live.py

Nothing is written: a restricted key with the permissions of docs/stripe.md will do.
"""

import os
import time

import pytest

from helpcenter.billing.connect import open_door
from helpcenter.billing.facts import Read
from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.settings import read

KEY = os.environ.get("STRIPE_TEST_KEY", "")

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        "_test_" not in KEY,
        reason="set STRIPE_TEST_KEY to a restricted test key to ask Stripe itself",
    ),
]


def test_stripe_itself_answers_as_the_sandbox_does() -> None:
    door = open_door(read({}, stripe_key=KEY))
    assert door is not None
    found = door.inspect()
    assert (found.problem, found.livemode) == (None, False)
    assert found.missing == frozenset()
    assert found.flows is not None
    for asked in Read:
        with pytest.raises(StripeRefusedError) as refused:
            door.read(asked, "cus_nobodyHasThisId", time.monotonic() + 10)
        assert refused.value.refusal is Refusal.CUSTOMER_MISSING
