"""The inbox by its forms, without JavaScript: every verb, and nothing written is lost."""

from collections.abc import Callable
from functools import partial

import pytest

from helpcenter.conversations import store as talks
from helpcenter.conversations.parts import Text
from helpcenter.identity.agents import Agent
from helpcenter.identity.caller import SYSTEM
from helpcenter.tickets import settling, verbs
from helpcenter.tickets.model import Contact, Happened, State
from tests.identity.host import START
from tests.tickets.conftest import HK
from tests.web.inbox.conftest import OURS, Desk, Shop, hidden


def test_the_queue_shows_who_waits(desk: Desk, shop_floor: Shop) -> None:
    _, first = shop_floor.talk("my card was <b>declined</b>", name="a")
    _, second = shop_floor.talk("我張卡畀人拒絕咗", name="b", locale=HK)
    page = desk.get("/agent/tickets").text
    assert page.index(f"#{first.id}<") < page.index(f"#{second.id}<")
    assert "my card was &lt;b&gt;declined&lt;/b&gt;" in page
    assert '<span class="queue-line" lang="zh-HK">我張卡畀人拒絕咗</span>' in page
    assert "Not solved by the bot" in page
    assert "You have no ticket at work" in desk.get("/agent/tickets?view=mine").text
    assert desk.get("/agent/tickets?view=nonsense&after=x").status_code == 200


def test_the_thread_shows_packet_and_reasons(desk: Desk, shop_floor: Shop) -> None:
    _, ticket = shop_floor.talk("my card was declined", "still declined")
    page = " ".join(desk.get(f"/agent/tickets/{ticket.id}").text.split())
    for line in ("my card was declined", "still declined"):
        assert f'<blockquote lang="en">{line}</blockquote>' in page.replace("> ", ">").replace(
            " <", "<"
        )
    assert "Why the bot said this" in page
    assert page.count("<dt>What was wrong</dt> <dd> Insufficient funds </dd>") == 3
    assert "As of 12:00 PM on 22 November 2026 (Hong Kong Standard Time)." in page
    assert "last advice did not help" in page
    assert "tomorrow_fact" in page
    for raw in ("insufficient_funds", "diagnosis", "moment"):
        assert raw not in page
    assert "Not signed in" in page


def test_every_verb_has_a_form(desk: Desk, shop_floor: Shop, ada: Agent) -> None:
    talk, ticket = shop_floor.talk("help")
    assert desk.send(ticket, "take").headers["location"] == f"/agent/tickets/{ticket.id}"
    assert shop_floor.ticket(ticket).agent_id == ada.id
    assert desk.send(ticket, "note", text="look at invoice 7").status_code == 303
    assert desk.send(ticket, "reply", text="Hello,\r\nI am Ada.").status_code == 303
    assert shop_floor.said(talk)[-1] == "Hello,\nI am Ada."
    assert desk.send(ticket, "release").status_code == 303
    assert shop_floor.ticket(ticket).agent_id is None
    passed = desk.send(ticket, "escalate", team="lids", reason="too_hot", text="please")
    assert passed.status_code == 303
    assert shop_floor.ticket(ticket).team == "lids"
    assert "Lids" in shop_floor.said(talk)[-1]
    assert desk.send(ticket, "hold", text="until the bank answers").status_code == 303
    assert shop_floor.ticket(ticket).state is State.ON_HOLD
    assert desk.send(ticket, "solve").status_code == 303
    assert shop_floor.ticket(ticket).state is State.SOLVED
    page = desk.get(f"/agent/tickets/{ticket.id}").text
    for sentence in (
        "Ada took the ticket",
        "look at invoice 7",
        "Ada put it back into the queue",
        "Ada passed it from Spouts to Lids: Too hot to touch",
        "Put on hold by Ada",
        "until the bank answers",
        "Ada marked it as solved",
    ):
        assert sentence in page
    assert "look at invoice 7" not in str(shop_floor.said(talk))


def test_who_comes_too_late_keeps_what_they_wrote(
    desk: Desk, shop_floor: Shop, new_desk: Callable[[], Desk]
) -> None:
    talk, ticket = shop_floor.talk("help")
    page = desk.get(f"/agent/tickets/{ticket.id}").text
    seen = {"token": hidden(page, "token"), "version": hidden(page, "version")}
    ben, other = shop_floor.agent("Ben"), new_desk()
    other.sign_in(ben.email)
    other.send(ticket, "reply", text="from Ben")

    path = f"/agent/tickets/{ticket.id}/reply"
    late = desk.client.post(path, data={**seen, "text": "from <Ada>"}, headers=OURS)

    assert late.status_code == 412
    assert "Somebody changed this ticket before you" in late.text
    assert "from &lt;Ada&gt;</textarea>" in late.text
    assert "from Ben" in late.text
    assert "from <Ada>" not in shop_floor.said(talk)


def test_a_reply_to_a_ticket_solved_meanwhile_is_kept_for_its_writer(
    desk: Desk, shop_floor: Shop
) -> None:
    talk, ticket = shop_floor.talk("help")
    page = desk.get(f"/agent/tickets/{ticket.id}").text
    seen = {"token": hidden(page, "token"), "version": hidden(page, "version")}
    desk.send(ticket, "solve")
    path = f"/agent/tickets/{ticket.id}/reply"
    late = desk.client.post(path, data={**seen, "text": "too late"}, headers=OURS)
    assert late.status_code == 412
    assert "too late</textarea>" in late.text
    assert "too late" not in shop_floor.said(talk)


@pytest.mark.parametrize(
    ("verb", "fields", "status"),
    [
        ("reply", {"text": ""}, 400),
        ("reply", {"text": "x" * 4001}, 400),
        ("escalate", {"team": "kitchen", "reason": "too_hot", "text": "x"}, 400),
        ("take", {"version": "abc"}, 412),
        ("take", {"token": "forged"}, 403),
        ("dance", {}, 404),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    desk: Desk, shop_floor: Shop, verb: str, fields: dict[str, str], status: int
) -> None:
    _, ticket = shop_floor.talk("help")
    assert desk.send(ticket, verb, **fields).status_code == status
    assert shop_floor.ticket(ticket) == ticket


def test_four_thousand_chinese_characters_are_a_reply(desk: Desk, shop_floor: Shop) -> None:
    talk, ticket = shop_floor.talk("help")
    assert desk.send(ticket, "reply", text="好" * 4000).status_code == 303
    assert shop_floor.said(talk)[-1] == "好" * 4000


def test_a_form_from_elsewhere_or_after_signing_out_is_refused(
    desk: Desk, shop_floor: Shop, new_desk: Callable[[], Desk]
) -> None:
    _, ticket = shop_floor.talk("help")
    page = desk.get(f"/agent/tickets/{ticket.id}").text
    seen = {"token": hidden(page, "token"), "version": hidden(page, "version")}
    path = f"/agent/tickets/{ticket.id}/take"
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert desk.client.post(path, data=seen, headers=elsewhere).status_code == 403
    assert new_desk().client.post(path, data=seen, headers=OURS).status_code == 401
    assert shop_floor.ticket(ticket) == ticket


@pytest.mark.parametrize("number", ["0", "999999", "x", "9" * 30, "１"])
def test_a_ticket_that_is_not_there_is_said_so(desk: Desk, number: str) -> None:
    answer = desk.get(f"/agent/tickets/{number}")
    assert answer.status_code == 404
    assert "There is no such ticket" in answer.text


def test_customers_lines_cannot_dress_up(desk: Desk, shop_floor: Shop) -> None:
    _, ticket = shop_floor.talk('<script>alert(1)</script> "><img src=x onerror=y>')
    page = desk.get(f"/agent/tickets/{ticket.id}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert Text.__name__ not in page


def test_customers_names_cannot_dress_up(desk: Desk, shop_floor: Shop) -> None:
    contact = Contact('<script>x</script>"', "mei@example.com")
    _, ticket = shop_floor.talk("help", contact=contact)
    for path in ("/agent/tickets", "/agent/tickets?q=script", f"/agent/tickets/{ticket.id}"):
        page = desk.get(path).text
        assert "<script>x" not in page
        assert "&lt;script&gt;x" in page


def test_both_languages_have_the_words(desk: Desk, shop_floor: Shop) -> None:
    _, ticket = shop_floor.talk("help", "still")
    desk.client.cookies.set("locale", "zh-HK")
    page = desk.get(f"/agent/tickets/{ticket.id}").text
    for word in ("工單", "接手", "回覆客戶", "轉交其他團隊", "助理為何這樣回覆", "餘額不足"):
        assert word in page
    assert "機械人" not in page


def test_tickets_are_looked_for_by_number_and_by_name(desk: Desk, shop_floor: Shop) -> None:
    _, ticket = shop_floor.talk("help")
    for text in (str(ticket.id), f" #{ticket.id} "):
        led = desk.client.get("/agent/tickets", params={"q": text})
        assert led.headers["location"] == f"/agent/tickets/{ticket.id}"
    nobody = desk.client.get("/agent/tickets", params={"q": '"><b>x</b>\0'})
    assert "No ticket of anybody" in nobody.text
    assert "<b>x" not in nobody.text


def test_other_tickets_of_the_same_person_are_linked(desk: Desk, shop_floor: Shop) -> None:
    contact = Contact("Mei <b>", "mei@example.com")
    _, first = shop_floor.talk("first <b>", name="a", contact=contact)
    _, second = shop_floor.talk("second", name="b", contact=contact)
    page = desk.get(f"/agent/tickets/{second.id}").text
    assert f'<a href="/agent/tickets/{first.id}">#{first.id}</a>' in page
    assert "first &lt;b&gt;" in page
    assert "Mei <b>" not in page


def test_what_the_bot_learnt_is_said_as_a_note(desk: Desk, shop_floor: Shop) -> None:
    talk, ticket = shop_floor.talk("幫手", locale=HK)
    for kind, text in ((Happened.CHANGED, "見到新卡。"), (Happened.UNCHANGED, "未有更改。")):
        doing = partial(settling.learn, conversation=talk, kind=kind, text=text, now=START)
        shop_floor.database.write_sync(doing)

    page = flat(desk.get(f"/agent/tickets/{ticket.id}").text)
    assert "News from Stripe, as the bot puts it" in page
    assert '<p lang="zh-HK">見到新卡。</p>' in page
    # The sentence says it all; the bot's own words would say it again.
    assert "Nothing changed after the billing page was opened" in page
    assert "未有更改。" not in page


def test_a_page_says_what_renews_it_and_how_far_the_customer_has_read(
    desk: Desk, shop_floor: Shop
) -> None:
    talk, ticket = shop_floor.talk("one", "two")
    path = f"/agent/tickets/{ticket.id}"
    assert "Read by the customer" not in desk.get(path).text
    shop_floor.database.write_sync(
        lambda conn: talks.mark_read(conn, SYSTEM, talks.find_by_id(conn, SYSTEM, talk.id), 3)
    )
    ben = shop_floor.agent("Ben")
    shop_floor.database.write_sync(lambda conn: verbs.note(conn, ben, ticket.id, "mine", START))
    page = flat(desk.get(path).text)
    assert page.count("Read by the customer") == 1
    assert page.index('id="m2"') < page.index("Read by the customer") < page.index('id="m3"')
    # What a colleague did is known by its number: a page in use waits to be asked for it.
    assert 'data-hands="2"' in page
    assert f'data-stream="/api/v1/agent/stream?ticket={ticket.id}"' in page
    assert f'<li id="t{ticket.id}"' in flat(desk.get("/agent/tickets").text)


def flat(page: str) -> str:
    """Return a page without what lies between its tags for the eye only."""
    return " ".join(page.split()).replace("> ", ">").replace(" <", "<")
