"""A card that went to the Stripe customer one was before: said to whose it is, and nobody else."""

import asyncio
import re
from datetime import timedelta

import pytest

from helpcenter.app import HelpCenter
from helpcenter.bot.conversation_tests import text_of
from helpcenter.bot.engine import decide, start
from helpcenter.bot.facts import FactView, Reads
from helpcenter.bot.state import Decision, SaidText
from helpcenter.content.flows import Flow
from helpcenter.i18n.locale import Locale
from helpcenter.identity.tables import customers
from helpcenter.sandbox import moving, wallet
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.lifecycle import delete_customer
from helpcenter.sandbox.people import person_named
from helpcenter.sandbox.wallet import CardInput
from tests.billing.conftest import Stage
from tests.bot.shipped import EN, ZH, playbook
from tests.web.account.portal.conftest import Customer, Signed, rows
from tests.web.html import parse

OLD, NEW = "cus_sandboxSunny", "cus_sandboxMarigold"
CARDS = f"/v1/customers/{OLD}/payment_methods"
LINES = {EN: "my new card won't save", ZH: "更新咗張卡但儲存唔到"}
HEADING = {"en": "on an earlier billing account", "zh-HK": "以前的帳單戶口"}


def save_card(stage: Stage, customer: str) -> None:
    """Save a American Express card on a page of the portal."""
    year = stage.clock.now().year + 3
    method, _ = wallet.new_method(stage.sandbox.state, CardInput("378282246310005", 5, year))
    wallet.attach(stage.sandbox.state, method["id"], customer)


def account(who: Customer, tag: str = "en") -> str:
    answer = who.go(f"/{tag}/account")
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", parse(answer.text).one("main").text)


def view_of(app: HelpCenter, who: Customer) -> FactView:
    """Return what the bot may know of somebody who is signed in."""
    sub = person_named(who.name).sub
    (number,) = (row["id"] for row in rows(app, customers) if row["sub"] == sub)
    found: FactView = asyncio.run(app.state.chat.runner.facts.view(number, Reads.SAVING))
    return found


def reply(app: HelpCenter, who: Customer, locale: Locale) -> Decision:
    view = view_of(app, who)
    return decide(playbook(), start(locale), SaidText(LINES[locale]), view, who.clock.now())


@pytest.fixture
def moved(stage: Stage, sunny: Customer) -> Customer:
    """Sunny, who added a card while the host app made a new customer of Stripe's for her."""
    assert sunny.go(sunny.link()).status_code == 303
    sunny.wait(minutes=2)
    save_card(stage, OLD)
    sunny.wait(minutes=1)
    sunny.sign_in(stripe_customer=NEW)
    return sunny


def test_the_customer_hears_where_the_card_went(
    app: HelpCenter, stage: Stage, moved: Customer
) -> None:
    for tag, heading in HEADING.items():
        text = account(moved, tag)
        assert heading in text
        assert "American Express" in text
        assert "0005" in text
    said = reply(app, moved, EN)
    assert said.trace.steps == ("update_not_saving/elsewhere",)
    assert text_of(said).startswith(
        "Your American Express ending 0005 was saved on an earlier billing account"
    )
    offered = [offer.flow for offer in said.offers]
    assert offered == [Flow.PAYMENT_METHOD_UPDATE, Flow.PAY_INVOICE]
    assert "以前的帳單戶口" in text_of(reply(app, moved, ZH))
    asked = [path for _, path, _ in stage.tape.calls]
    assert asked.count(CARDS) == 1, "four looks, and one question"


def test_the_fresh_link_leads_to_whom_they_are_now(stage: Stage, moved: Customer) -> None:
    assert moved.go(moved.link()).status_code == 303
    assert {made["customer"] for made in moved.sessions} == {OLD, NEW}
    save_card(stage, NEW)
    moved.wait(minutes=5)
    assert HEADING["en"] not in account(moved)


@pytest.mark.full
def test_with_a_newer_card_nobody_looks(stage: Stage, moved: Customer) -> None:
    moved.wait(hours=2)
    save_card(stage, NEW)
    moved.sign_in(stripe_customer=NEW)
    assert HEADING["en"] not in account(moved)
    assert CARDS not in [path for _, path, _ in stage.tape.calls]


@pytest.mark.full
def test_a_page_that_was_open_while_the_customer_was_made_anew(
    stage: Stage, sunny: Customer
) -> None:
    assert sunny.go(sunny.link()).status_code == 303
    sunny.wait(minutes=1)
    made = moving.move(stage.sandbox.state, "sunny")
    sunny.sign_in(stripe_customer=made["id"])
    assert HEADING["zh-HK"] not in account(sunny, "zh-HK")
    sunny.wait(minutes=1)
    save_card(stage, OLD)
    sunny.wait(minutes=1)
    assert HEADING["zh-HK"] in account(sunny, "zh-HK")


def test_nobody_else_hears_of_it(
    app: HelpCenter, stage: Stage, moved: Customer, signed_in: Signed
) -> None:
    # Somebody who shares the present customer with her, and has its facts from the same store.
    colleague = signed_in("pip", stripe_customer=NEW)
    for who, hears in ((moved, True), (colleague, False)):
        assert (HEADING["en"] in account(who)) is hears
        assert (view_of(app, who).known["diagnosis"] == "other_customer") is hears
    assert "0005" not in account(colleague)
    asked = [path for _, path, _ in stage.tape.calls]
    assert asked.count(CARDS) == 1, "hers"


@pytest.mark.full
def test_a_customer_that_was_shared_tells_nothing(moved: Customer, signed_in: Signed) -> None:
    assert HEADING["en"] in account(moved)
    signed_in("pip", stripe_customer=OLD)
    assert HEADING["en"] not in account(moved)


@pytest.mark.full
def test_a_card_saved_without_a_click_of_theirs_is_not_theirs(
    stage: Stage, sunny: Customer
) -> None:
    sunny.link()
    sunny.wait(minutes=2)
    save_card(stage, OLD)
    sunny.sign_in(stripe_customer=NEW)
    assert HEADING["en"] not in account(sunny)
    assert CARDS not in [path for _, path, _ in stage.tape.calls]


@pytest.mark.full
def test_where_the_old_customer_is_gone_or_stripe_silent_nothing_is_said(
    stage: Stage, moved: Customer
) -> None:
    stage.sandbox.faults.add(Fault("error", times=4, path=f"/v1/customers/{OLD}"))
    assert HEADING["en"] not in account(moved)
    moved.wait(minutes=1)
    assert HEADING["en"] in account(moved), "an outage was kept"
    delete_customer(stage.sandbox.state, OLD)
    stage.clock.advance(timedelta(minutes=1))
    assert HEADING["en"] not in account(moved)
