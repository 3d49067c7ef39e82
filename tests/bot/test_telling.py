"""What a waiting conversation is told, sentence by sentence, in both languages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from helpcenter.billing.facts import Facts
from helpcenter.billing.news import Change, News
from helpcenter.bot.engine import start
from helpcenter.bot.telling import Looked, news, nothing_changed, sentences
from helpcenter.bot.view import view_of
from helpcenter.conversations.parts import Text
from helpcenter.i18n.dates import zone
from helpcenter.i18n.money import Money
from tests.billing.builders import NOW, card, declined, facts, subscription, unpaid
from tests.bot.shipped import EN, ZH, playbook
from tests.bot.waiting import HK

CARD = card("new")
DAY = NOW + timedelta(days=9)

SAID = {
    News.NEW_CHARGED_CARD: (
        Change(News.NEW_CHARGED_CARD, card=CARD),
        "I see your new Visa ending 4242. It is the card we charge from now on.",
        "我見到你的新卡：Visa（尾號 4242），之後會以此卡扣款。",
    ),
    News.NEW_CARD: (
        Change(News.NEW_CARD, card=CARD),
        "I see your new Visa ending 4242.",
        "我見到你的新卡：Visa（尾號 4242）。",
    ),
    News.CHARGED_CARD: (
        Change(News.CHARGED_CARD, card=CARD),
        "Your Visa ending 4242 is the card we charge from now on.",
        "之後會以 Visa（尾號 4242）扣款。",
    ),
    News.DEFAULT_CARD: (
        Change(News.DEFAULT_CARD),
        "Your payment method is your default card now.",
        "付款方式現已設為預設卡。",
    ),
    News.CARD_RENEWED: (
        Change(News.CARD_RENEWED, card=CARD),
        "Your Visa ending 4242 has a new expiry date: 12/2030.",
        "Visa（尾號 4242）的到期日已更新為 12/2030。",
    ),
    News.CARD_REMOVED: (
        Change(News.CARD_REMOVED),
        "A card was removed from your account.",
        "有一張卡已從你的戶口移除。",
    ),
    News.CARD_REFUSED: (
        Change(News.CARD_REFUSED),
        "I see that a new card was tried, but it is not saved.",
        "我見到你嘗試新增一張卡，但未能儲存。",
    ),
    News.PAID: (
        Change(News.PAID, amount=Money(12800, "HKD")),
        "Your payment of HK$128.00 went through.",
        "款項（HK$128.00）已成功繳付。",
    ),
    News.ENDING: (
        Change(News.ENDING, until=DAY),
        "Your subscription is cancelled; you can use it until 1 December.",
        "你的訂閱已取消，可使用至12月1日。",
    ),
    News.ENDED: (Change(News.ENDED), "Your subscription has ended.", "你的訂閱已終止。"),
    News.RESUMED: (Change(News.RESUMED), "Your subscription goes on.", "你的訂閱會繼續。"),
    News.PAUSED: (
        Change(News.PAUSED, until=DAY),
        "Your subscription is paused until 1 December.",
        "你的訂閱已暫停，直至12月1日。",
    ),
    News.PLAN_CHANGED: (
        Change(News.PLAN_CHANGED, amount=Money(1900, "USD")),
        "Your plan is changed; it now costs $19.00 a period.",
        "你的計劃已更改，現時每期收費為 US$19.00。",
    ),
    News.ADDRESS: (
        Change(News.ADDRESS),
        "Your billing address is updated.",
        "你的帳單地址已更新。",
    ),
}


def looked(found: Facts) -> Looked:
    return Looked(found, view_of(found, NOW, zone(HK)), NOW, zone(HK))


@pytest.mark.parametrize("kind", News)
def test_every_kind_of_news_has_its_words(kind: News) -> None:
    change, english, chinese = SAID[kind]
    assert sentences(playbook(), [change], looked(facts()), EN) == (english,)
    assert sentences(playbook(), [change], looked(facts()), ZH) == (chinese,)
    bare = replace(change, card=None, amount=None, until=None)
    for locale in (EN, ZH):
        (text,) = sentences(playbook(), [bare], looked(facts()), locale)
        assert "{{" not in text
        assert "[[" not in text


def test_who_ends_a_plan_is_not_spoken_to_of_cards() -> None:
    owed = looked(unpaid(declined("insufficient_funds")))
    said = news(playbook(), start(EN), [Change(News.ENDED)], owed, EN)
    assert (said.parts, said.offers) == ((Text("Your subscription has ended."),), ())


def test_a_bill_that_is_not_due_is_no_trouble_and_no_good_end() -> None:
    waiting = facts(subscriptions=(subscription(status="active", charges_automatically=False),))
    open_bill = unpaid(declined("generic_decline", status="processing", failure=None))
    for found, over in ((waiting, True), (open_bill, False)):
        there = looked(found)
        assert there.over is over
        said = news(playbook(), start(EN), [Change(News.CARD_REMOVED)], there, EN)
        (text,) = said.parts
        assert isinstance(text, Text)
        assert ("Everything is in order now" in text.text) is over


def test_a_card_that_was_declined_again_is_explained_anew() -> None:
    again = unpaid(
        declined("insufficient_funds", card=CARD), cards=(CARD,), default_card_id="pm_new"
    )
    change = Change(News.NEW_CHARGED_CARD, "pm_new", CARD)
    said = news(
        playbook(),
        replace(start(EN), told=("card_declined/known_funds",)),
        [change],
        looked(again),
        EN,
    )
    assert said.topic == "card_declined"
    assert said.trace.steps == ("card_declined/known_funds",)


def test_the_state_keeps_its_language_while_the_news_speak_another() -> None:
    state = replace(start(EN), wish="en")
    owed = looked(unpaid(declined("insufficient_funds")))
    found = nothing_changed(playbook(), state, owed, ZH)
    assert found is not None
    assert (found.locale, found.state.locale, found.state.wish) == (ZH, "en", "en")


def test_without_the_topic_there_is_no_question() -> None:
    bare = replace(playbook(), topics={})
    owed = looked(unpaid(declined("insufficient_funds")))
    assert nothing_changed(bare, start(EN), owed, EN) is None
    said = news(bare, start(EN), [Change(News.NEW_CARD, "pm_new", CARD)], owed, EN)
    assert said.parts == (Text("I see your new Visa ending 4242."),)


def test_at_the_end_of_the_advice_nobody_is_handed_over_unasked() -> None:
    steps = playbook().topics["update_not_saving"].steps
    told = tuple(f"update_not_saving/{step.id}" for step in steps)
    owed = looked(unpaid(declined("insufficient_funds")))
    assert (
        nothing_changed(playbook(), replace(start(EN), told=told, at=NOW.isoformat()), owed, EN)
        is None
    )
