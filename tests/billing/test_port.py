"""Every refusal of Stripe's has words of its own, in both languages, that say what to do."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.error_words import words

CATALOGUE = Path(__file__).parents[2] / "i18n" / "zh_HK" / "LC_MESSAGES" / "messages.po"


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refusal_is_said_in_both_languages(refusal: Refusal) -> None:
    error = StripeRefusedError(refusal)
    general = HelpcenterError("never heard of it", error.kind)
    said = words(error, lambda message: message)
    assert said != words(general, lambda message: message)
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    for text in (said.title, said.detail):
        found = catalogue.get(text)
        assert found is not None
        assert found.string
