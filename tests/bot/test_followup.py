"""The loop: what customers change is told to the conversation that waits, once and truly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from helpcenter.billing.changes import JOB
from helpcenter.billing.facts import FactsUnavailable, Reason
from helpcenter.billing.port import StripeRefusedError
from helpcenter.bot.followup import RECONCILE, WaitChangedError, arm, next_night
from helpcenter.bot.waits import ASK, LASTS, Waits
from helpcenter.clock import ManualClock
from helpcenter.content.flows import Flow
from helpcenter.conversations import feed, store
from helpcenter.conversations.model import BOT as ASSISTANT
from helpcenter.conversations.model import AuthorRole, Draft, Item, Owner
from helpcenter.conversations.parts import Choices, Portal, Text
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity import agents
from helpcenter.identity.agents import AgentRole, NewAgent
from helpcenter.tickets import handing, verbs
from helpcenter.tickets.model import Cause, Happened, State, Ticket
from helpcenter.tickets.store import events_of, latest_of
from helpcenter.tickets.teams import ONE_TEAM
from helpcenter.tickets.verbs import Seen
from tests.billing.builders import DAY, NOW
from tests.bot.waiting import ADDED, BEFORE, CHOSEN, HK, PAID, PATIENCE, Loop, World
from tests.conversations.talks import customer, say, talk

pytestmark = pytest.mark.anyio

ZH = Locale("zh_HK")
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def loop(database: Database) -> Loop:
    """Ada, whose card was declined, in a conversation with the bot."""
    return loop_in(database, SOURCE)


def loop_in(database: Database, locale: Locale) -> Loop:
    ada = customer(database)
    made = talk(database, ada, locale=locale, at=NOW)
    return Loop(database, World(ManualClock(NOW)), made, ada)


def buttons(item: Item) -> list[Flow]:
    return [part.flow for part in item.parts if isinstance(part, Portal)]


# --- what is told ---------------------------------------------------------------------------------


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


async def test_a_card_that_is_not_the_default_leads_to_where_it_can_be_made_so(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = ADDED
    loop.event()
    await loop.work()
    (item,) = loop.items()
    (text,) = loop.texts()
    assert "still the default" in text
    assert Flow.PORTAL_HOME in buttons(item)


async def test_a_subscription_with_a_card_of_its_own_is_said_to_charge_that(loop: Loop) -> None:
    own = tuple(replace(sub, own_card_id="pm_old") for sub in BEFORE.subscriptions)
    loop.world.facts = replace(BEFORE, subscriptions=own)
    await loop.click()
    loop.world.facts = replace(CHOSEN, subscriptions=own)
    loop.event()
    await loop.work()
    (text,) = loop.texts()
    assert text.startswith("I see your new Visa ending 4242.\n")
    assert "a card of its own, your Mastercard ending 0341" in text


async def test_when_the_trouble_is_over_it_says_so_and_asks_nothing(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = PAID
    loop.event()
    await loop.work()

    (item,) = loop.items()
    (text,) = loop.texts()
    assert text.split("\n") == [
        "I see your new Visa ending 4242. It is the card we charge from now on.",
        "Your payment of HK$128.00 went through.",
        "Everything is in order now, and there is nothing else you need to do.",
    ]
    assert not any(isinstance(part, Choices | Portal) for part in item.parts)
    assert not loop.waits()


async def test_it_speaks_the_language_of_the_conversation(database: Database) -> None:
    loop = loop_in(database, ZH)
    await loop.click()
    loop.world.facts = PAID
    loop.event()
    await loop.work()
    assert loop.items()[0].locale == ZH
    (text,) = loop.texts()
    assert text.split("\n") == [
        "我見到你的新卡：Visa（尾號 4242），之後會以此卡扣款。",
        "款項（HK$128.00）已成功繳付。",
        "一切已經妥當，你毋須再做任何事。",
    ]


async def test_it_speaks_as_it_spoke_last(loop: Loop) -> None:
    draft = Draft(ASSISTANT, ZH, (Text("請更新你的卡。"),))
    loop.database.write_sync(lambda conn: feed.append(conn, loop.talk.id, draft, NOW))
    await loop.click()
    loop.world.facts = PAID
    loop.event()
    await loop.work()
    assert loop.items()[-1].locale == ZH


async def test_each_step_is_told_as_it_comes(loop: Loop) -> None:
    await loop.click()
    for facts in (ADDED, CHOSEN, PAID):
        loop.world.facts = facts
        loop.event()
        await loop.work()
        loop.event()
        await loop.work()
    first, second, third = loop.texts()
    assert first.startswith("I see your new Visa ending 4242.")
    assert second.startswith("Your Visa ending 4242 is the card we charge from now on.")
    assert third.startswith("Your payment of HK$128.00 went through.\nEverything is in order now")


async def test_another_click_forgets_nothing(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = PAID
    await loop.click()
    loop.event()
    await loop.work()
    assert "I see your new Visa ending 4242" in loop.texts()[0]


async def test_nobody_who_waits_costs_no_read(loop: Loop) -> None:
    loop.event()
    assert await loop.work() == 1
    assert (loop.world.reads, loop.items()) == (0, [])


async def test_what_was_said_before_still_counts_after_the_news(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = CHOSEN
    loop.event()
    await loop.work()
    mind = loop.database.read_sync(lambda conn: store.read_mind(conn, loop.talk.id))
    assert mind.state is not None
    assert (mind.state["topic"], mind.state["step"]) == ("update_not_saving", "not_tried")


# --- nothing changed ------------------------------------------------------------------------------


async def test_nothing_changed_is_asked_about_once_a_click(loop: Loop) -> None:
    await loop.click()
    loop.wait_until(NOW + PATIENCE - timedelta(seconds=1))
    assert await loop.work() == 0
    loop.wait_until(NOW + PATIENCE)
    assert await loop.work() == 1
    loop.event()
    await loop.work()
    (text,) = loop.texts()
    assert text.startswith("I see no change yet since you opened the billing page.\n")
    assert "We charge your Mastercard ending 0341, and I see no newer card" in text
    assert loop.waits(), "it may still come"

    await loop.click()
    loop.clock.advance(PATIENCE)
    await loop.work()
    assert len(loop.texts()) == 2


async def test_a_second_click_puts_the_question_off(loop: Loop) -> None:
    await loop.click()
    loop.clock.advance(MINUTE)
    await loop.click()
    loop.clock.advance(MINUTE)
    await loop.work()
    assert loop.items() == []
    loop.clock.advance(MINUTE)
    await loop.work()
    assert len(loop.items()) == 1


async def test_what_came_without_an_event_is_told_instead(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = PAID
    loop.clock.advance(PATIENCE)
    await loop.work()
    (text,) = loop.texts()
    assert text.startswith("I see your new Visa ending 4242")


async def test_who_writes_again_is_not_asked(loop: Loop) -> None:
    await loop.click()
    say(loop.database, loop.talk, "one more thing")
    loop.clock.advance(PATIENCE)
    await loop.work()
    assert loop.texts() == ["one more thing"]


@pytest.mark.parametrize("flow", [Flow.SUBSCRIPTION_CANCEL, Flow.CUSTOMER_UPDATE])
async def test_who_changes_their_mind_about_a_plan_is_not_asked(loop: Loop, flow: Flow) -> None:
    await loop.click(flow)
    loop.clock.advance(PATIENCE)
    assert await loop.work() == 0


async def test_a_closed_conversation_hears_nothing(loop: Loop) -> None:
    await loop.click()
    pass_to(loop, Owner.CLOSED)
    loop.clock.advance(PATIENCE)
    loop.event()
    await loop.work()
    assert (loop.items(), loop.waits()) == ([], False)
    await loop.click()
    assert not loop.waits()


# --- people ---------------------------------------------------------------------------------------


def pass_to(loop: Loop, owner: Owner) -> None:
    every = frozenset(Owner)
    loop.database.write_sync(lambda conn: store.pass_on(conn, loop.talk.id, owner, only_from=every))


@pytest.fixture
def in_queue(loop: Loop) -> Loop:
    """The customer has asked for a person, whom nobody has been yet."""
    now = loop.clock.now()
    loop.database.write_sync(
        lambda conn: handing.hand_over(conn, loop.talk, Cause.ASKED, ONE_TEAM.first, now)
    )
    loop.clock.advance(MINUTE)
    return loop


def ticket(loop: Loop) -> Ticket:
    found = loop.database.read_sync(lambda conn: latest_of(conn, loop.talk.id))
    assert found is not None
    return found


def history(loop: Loop) -> list[tuple[Happened, str]]:
    events = loop.database.read_sync(lambda conn: events_of(conn, ticket(loop)))
    return [(event.kind, str(event.data.get("text", ""))) for event in events][1:]


def owner(loop: Loop) -> Owner:
    found = loop.database.read_sync(lambda conn: store.find(conn, loop.caller, "talk"))
    return found.owner


async def test_a_ticket_that_nobody_took_solves_itself(in_queue: Loop) -> None:
    loop = in_queue
    await loop.click()
    loop.world.facts = PAID
    loop.event()
    await loop.work()
    assert ticket(loop).state is State.SOLVED
    (changed, note), settled = history(loop)
    assert (changed, settled) == (Happened.CHANGED, (Happened.SETTLED, ""))
    assert note.startswith("I see your new Visa ending 4242.")
    assert owner(loop) is Owner.BOT
    (text,) = loop.texts()
    assert text.startswith("I see your new Visa ending 4242")
    assert text.endswith("If you would still like a person, just write here.")


async def test_while_something_is_wrong_only_people_hear_of_it(in_queue: Loop) -> None:
    loop = in_queue
    await loop.click()
    loop.world.facts = CHOSEN
    loop.event()
    await loop.work()
    loop.event()
    await loop.work()
    assert [kind for kind, _ in history(loop)] == [Happened.CHANGED]
    assert (loop.items(), owner(loop)) == ([], Owner.QUEUE)


async def test_a_line_that_a_person_is_to_read_keeps_the_ticket(in_queue: Loop) -> None:
    loop = in_queue
    say(loop.database, loop.talk, "and I want a refund", minutes=10**6)
    await loop.click()
    loop.world.facts = PAID
    loop.event()
    await loop.work()
    assert ticket(loop).state is State.NEW
    assert loop.texts() == ["and I want a refund"]


def take(loop: Loop) -> None:
    """Let an agent take the ticket."""
    new = NewAgent("eve@example.com", "Eve", AgentRole.AGENT, "support", "-")
    found, now = ticket(loop), loop.clock.now()
    eve = loop.database.write_sync(lambda conn: agents.add(conn, new, now))
    seen = Seen(eve, found.id, found.version)
    loop.database.write_sync(lambda conn: verbs.take(conn, seen, now))


async def test_nobody_talks_over_an_agent(in_queue: Loop) -> None:
    loop = in_queue
    take(loop)
    await loop.click()
    loop.clock.advance(PATIENCE)
    await loop.work()
    loop.world.facts = PAID
    loop.event()
    await loop.work()
    kinds = [kind for kind, _ in history(loop)]
    assert kinds == [Happened.TAKEN, Happened.UNCHANGED, Happened.CHANGED]
    assert (loop.items(), owner(loop), ticket(loop).state) == ([], Owner.AGENT, State.OPEN)


# --- once, whatever happens -----------------------------------------------------------------------


async def test_two_looks_at_once_tell_it_once(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = CHOSEN
    loop.event()
    loop.clock.advance(PATIENCE)
    change, question = loop.claim(JOB), loop.claim(ASK)
    effect = await loop.followup.stripe_changed("cus_ada")
    await loop.do(question)
    with pytest.raises(WaitChangedError):
        loop.database.write_sync(effect.write)
    assert len(loop.texts()) == 1
    await loop.do(change)
    assert len(loop.texts()) == 1


async def test_with_stripe_down_it_is_looked_at_later(loop: Loop) -> None:
    await loop.click()
    loop.world.facts = FactsUnavailable(Reason.STRIPE_DOWN)
    loop.event()
    with pytest.raises(StripeRefusedError, match="stripe_unavailable"):
        await loop.do(loop.claim())
    assert (loop.waits(), loop.items()) == (True, [])


async def test_without_a_site_it_waits(loop: Loop) -> None:
    await loop.click()
    bare = replace(loop.followup, playbook=lambda: None)
    with pytest.raises(HelpcenterError, match="starting"):
        await bare.stripe_changed("cus_ada")


async def test_somebody_billed_as_somebody_else_waits_no_longer(loop: Loop) -> None:
    await loop.click()
    waits = Waits(loop.database, loop.clock, PATIENCE)
    assert loop.caller.id is not None
    row_id = loop.caller.id
    loop.database.write_sync(lambda conn: waits.signed_out(conn, row_id))
    assert loop.waits()
    loop.database.write_sync(lambda conn: waits.customer_changed(conn, row_id))
    assert not loop.waits()


async def test_another_customers_link_makes_nothing_wait(loop: Loop) -> None:
    loop.caller = customer(loop.database, "bea", "cus_bea")
    await loop.click()
    assert not loop.waits()


# --- every night ----------------------------------------------------------------------------------


async def test_what_never_arrived_is_found_at_night(loop: Loop) -> None:
    await loop.click(Flow.CUSTOMER_UPDATE)
    loop.database.write_sync(lambda conn: arm(conn, NOW, HK))
    loop.database.write_sync(lambda conn: arm(conn, NOW, HK))
    loop.world.facts = PAID
    loop.wait_until(next_night(NOW, HK))
    assert await loop.work([RECONCILE]) == 1
    assert await loop.work([JOB]) == 1
    assert len(loop.texts()) == 1
    loop.clock.advance(DAY)
    assert await loop.work([RECONCILE]) == 1, "it leaves itself for the next night"
    assert await loop.work([JOB]) == 0, "nobody waits any more"


async def test_a_wait_ends_some_days_after_the_last_click(loop: Loop) -> None:
    await loop.click(Flow.CUSTOMER_UPDATE)
    loop.clock.advance(LASTS)
    loop.database.write_sync(lambda conn: arm(conn, NOW, HK))
    await loop.work([RECONCILE])
    assert loop.waits()
    loop.clock.advance(DAY)
    await loop.work([RECONCILE])
    assert not loop.waits()


def test_the_night_is_the_sites() -> None:
    # Noon UTC is eight in the evening in Hong Kong.
    assert next_night(NOW, HK) == NOW.replace(hour=19, minute=30)
    assert next_night(NOW + 7 * timedelta(hours=1), HK) == NOW.replace(hour=19, minute=30)
    assert next_night(NOW + 8 * timedelta(hours=1), HK) == NOW.replace(hour=19, minute=30) + DAY
