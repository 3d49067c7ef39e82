"""The loop: what customers change is told to the conversation that waits, once and truly."""

import pytest

from helpcenter.clock import ManualClock
from helpcenter.content.flows import Flow
from helpcenter.conversations.model import AuthorRole, Item
from helpcenter.conversations.parts import Choices, Portal
from helpcenter.db.database import Database
from helpcenter.i18n.locale import Locale
from tests.billing.builders import NOW
from tests.bot.waiting import CHOSEN, PAID, Loop, World
from tests.conversations.talks import customer, talk

pytestmark = pytest.mark.anyio

ZH = Locale("zh_HK")


@pytest.fixture
def loop(database: Database) -> Loop:
    """Ada, whose card was declined, in a conversation with the bot."""
    return loop_in(database, Locale("en"))


def loop_in(database: Database, locale: Locale) -> Loop:
    ada = customer(database)
    made = talk(database, ada, locale=locale, at=NOW)
    return Loop(database, World(ManualClock(NOW)), made, ada)


def buttons(item: Item) -> list[Flow]:
    return [part.flow for part in item.parts if isinstance(part, Portal)]


async def test_a_new_card_is_told_once_with_what_is_left_to_do(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = CHOSEN
    loop.event()
    loop.event()
    assert await loop.work() == 1
    loop.event()
    await loop.work()

    (item,) = loop.items()
    (text,) = loop.texts()
    assert text.startswith("I see your new Visa ending 4242.\n")
    assert "HK$128.00" in text
    assert Flow.PAY_INVOICE in buttons(item)
    assert item.author.role is AuthorRole.BOT
    assert loop.waits(), "the invoice is not paid yet"


async def test_when_the_trouble_is_over_it_says_so_and_asks_nothing(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = PAID
    loop.event()
    await loop.work()

    (item,) = loop.items()
    assert loop.texts() == [
        (
            "I see your new Visa ending 4242. It is the card we charge from now on.\n"
            "Your payment of HK$128.00 went through.\n"
            "Everything is in order now, and there is nothing else you need to do."
        )
    ]
    assert not any(isinstance(part, Choices | Portal) for part in item.parts)
    assert not loop.waits()


async def test_in_chinese(database: Database) -> None:
    loop = loop_in(database, ZH)
    await loop.click()
    loop.world.facts = PAID
    loop.event()
    await loop.work()
    assert loop.items()[0].locale == ZH
    assert loop.texts() == [
        (
            "我見到你的新卡：Visa（尾號 4242），之後會以此卡扣款。\n"
            "款項（HK$128.00）已成功繳付。\n"
            "一切已經妥當，你毋須再做任何事。"
        )
    ]
