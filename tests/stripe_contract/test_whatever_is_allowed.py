"""Whatever Stripe's schema allows as an answer becomes facts, a diagnosis and sane words."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from helpcenter.billing.answers import from_stripe
from helpcenter.billing.choice import offered
from helpcenter.billing.diagnosis import diagnose
from helpcenter.billing.facts import CustomerState, Facts, Read
from helpcenter.billing.news import what_changed
from helpcenter.billing.reader import Scope
from helpcenter.billing.stripe import StripeDoor
from helpcenter.bot.engine import Looking, answer, start
from helpcenter.bot.facts import FactView
from helpcenter.bot.state import SaidText
from helpcenter.bot.view import view_of
from helpcenter.content.flows import Flow
from helpcenter.conversations.parts import Text
from helpcenter.language.scripts import has_han
from helpcenter.sandbox.serving import start_in_thread
from tests.billing.test_answers import assert_clean
from tests.bot.shipped import EN, ZH, playbook
from tests.stripe_contract.author import CANARY, Author
from tests.stripe_contract.response_check import problems_of_response
from tests.stripe_contract.spec import load
from tests.stripe_contract.spec_server import Asked, SpecStripe

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HONG_KONG = ZoneInfo("Asia/Hong_Kong")

LINES = {
    EN: ("my card was declined", "my new card is not saving", "cancel my plan", "when do I pay?"),
    ZH: ("我張卡畀人拒絕咗", "更新唔到張卡", "我想取消訂閱", "幾時扣數？"),
}

# What only a machine would say: placeholders, ids, Python's own words.
UNWORDLY = re.compile(rf"{CANARY}|\bNone\b|[{{}}\[\]]|%\(|%s|://|_[12]\b|\bnan\b", re.IGNORECASE)

# Every value of these decides something here.
DECIDING = {
    ("api_errors", "type"),
    ("cancellation_details", "reason"),
    ("invoice", "status"),
    ("payment_intent", "status"),
    ("payment_method", "type"),
    ("setup_intent", "cancellation_reason"),
    ("setup_intent", "status"),
    ("subscription", "collection_method"),
    ("subscription", "status"),
}


@cache
def questions() -> Mapping[Read | None, Asked]:
    """Return the requests behind each read, as sent; None is for the payments of one invoice."""
    mock = SpecStripe(Author(load()))
    with start_in_thread(mock, lifespan="off") as running:
        door = StripeDoor(SecretStr("rk_test_x"), running.url, portal_hosts=(), invoice_hosts=())
        for read in Read:
            door.read(read, "cus_1", 0)
        door.payments_of("in_1", 0)
    return dict(zip([*Read, None], mock.calls, strict=True))


def told(author: Author, scope: Scope) -> Facts:
    """Return facts from answers by an author to the reads of a scope."""
    asked = questions()

    def to(read: Read | None) -> object:
        return author.answer(asked[read].method, asked[read].path, asked[read].expand)

    return from_stripe({read: to(read) for read in scope.value}, NOON, [to(None)])


def seeing(view: FactView) -> Looking:
    return lambda _: view


def authors() -> st.SearchStrategy[Author]:
    return st.builds(partial(Author, load()), st.integers(0, 2**32 - 1), terse=st.booleans())


@settings(max_examples=30, deadline=None)
@given(authors())
def test_the_answers_are_such_as_stripe_publishes(author: Author) -> None:
    for asked in questions().values():
        body = author.answer(asked.method, asked.path, asked.expand)
        assert problems_of_response(load(), asked.method, asked.path, 200, body) == []
        body = author.error(asked.method, asked.path)
        assert problems_of_response(load(), asked.method, asked.path, 400, body) == []


@settings(max_examples=120, deadline=None)
@given(authors(), st.sampled_from(Scope))
def test_any_answer_makes_facts_and_a_diagnosis(author: Author, scope: Scope) -> None:
    before, facts = told(author, scope), told(author, scope)
    found = diagnose(facts, NOON)
    assert_clean(facts)
    assert "://" not in repr((facts, found))
    for flow in Flow:
        offered(facts, flow, None)
    what_changed(before, facts)
    if facts.state is CustomerState.PRESENT:
        assert facts.reads == scope.value


@settings(max_examples=30, deadline=None)
@given(authors(), st.sampled_from([EN, ZH]))
def test_any_answer_is_put_into_sane_words(author: Author, locale: object) -> None:
    locale = EN if locale == EN else ZH
    for line in LINES[locale]:
        facts = told(author, Scope.SAVING)
        view = view_of(facts, NOON + timedelta(seconds=1), HONG_KONG)
        decision = answer(playbook(), start(locale), SaidText(line), seeing(view), NOON)
        said = [part.text for part in decision.parts if isinstance(part, Text)]
        assert said
        for text in (*said, *(offer.label for offer in decision.offers)):
            assert not UNWORDLY.search(text), text
            assert has_han(text) == locale.is_han


@pytest.mark.parametrize("terse", [False, True])
def test_every_value_that_decides_something_was_met(*, terse: bool) -> None:
    author = Author(load(), 1, terse=terse)
    told_of = product(range(60), Scope)
    kinds = {each.kind for _, scope in told_of for each in diagnose(told(author, scope), NOON)}
    met = set(author.unused)
    left = {
        field: values for field, values in author.unused.items() if field in DECIDING and values
    }
    assert left == {}
    # Else the tests above would prove little.
    assert terse or (met >= DECIDING and len(kinds) >= 10)
