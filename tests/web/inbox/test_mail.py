"""Mail that the server did not take: shown where it matters, and sent again by a button."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, insert, select, update

from helpcenter.clock import ManualClock
from helpcenter.identity.agents import Agent, AgentRole
from helpcenter.jobs import outbox
from helpcenter.jobs.mail import PAYMENT_JOB
from helpcenter.jobs.tables import jobs
from helpcenter.tickets.model import Ticket
from tests.conversations.talks import customer
from tests.web.inbox.conftest import OURS, Desk, Shop, hidden


@pytest.fixture
def boss(new_desk: Callable[[], Desk], shop_floor: Shop) -> Desk:
    """The browser of an administrator."""
    made = new_desk()
    made.sign_in(shop_floor.agent("Bo", role=AgentRole.ADMIN).email)
    return made


@pytest.fixture
def lost(shop_floor: Shop) -> Ticket:
    """A ticket whose mail was given up."""
    _, ticket = shop_floor.talk("help")
    fail(shop_floor, dead_at=shop_floor.clock.now(), attempts=60)
    return ticket


def fail(shop: Shop, **values: object) -> None:
    shop.database.write_sync(
        lambda conn: conn.execute(update(jobs).values(last_error="SMTPConnectError", **values))
    )


def job(shop: Shop) -> tuple[object, ...]:
    query = select(jobs.c.id, jobs.c.attempts, jobs.c.run_at, jobs.c.dead_at)
    return tuple(shop.database.read_sync(lambda conn: conn.execute(query).one()))


def test_the_queue_says_how_much_waits(desk: Desk, boss: Desk, shop_floor: Shop) -> None:
    shop_floor.talk("help")
    assert "could not be sent" not in desk.get("/agent/tickets").text
    assert "All mail has been sent" in boss.get("/agent/mail").text
    fail(shop_floor)
    page = " ".join(desk.get("/agent/tickets").text.split())
    assert "1 mail could not be sent yet; nothing is lost." in page
    assert "/agent/mail" not in page
    assert "/agent/mail" in boss.get("/agent/tickets").text


def test_what_was_given_up_is_sent_again(
    desk: Desk, shop_floor: Shop, lost: Ticket, clock: ManualClock
) -> None:
    page = desk.get(f"/agent/tickets/{lost.id}").text
    for words in ("Unsent mail", "Given up after 60 tries.", "SMTPConnectError"):
        assert words in page
    number = job(shop_floor)[0]
    fields = {"token": hidden(page, "token"), "mail": str(number), "back": "ticket"}
    sent = desk.client.post("/agent/mail/again", data=fields, headers=OURS)
    assert sent.headers["location"] == f"/agent/tickets/{lost.id}"
    assert job(shop_floor) == (number, 0, clock.now(), None)
    page = " ".join(desk.get(f"/agent/tickets/{lost.id}").text.split())
    assert "Tried 0 times; the next try is at" in page


def test_administrators_see_all_of_it_and_nobody_else(
    desk: Desk, boss: Desk, shop_floor: Shop, lost: Ticket
) -> None:
    page = boss.get("/agent/mail").text
    assert f"#{lost.id}" in page
    assert "To the team: somebody waits" in page
    assert desk.get("/agent/mail").status_code == 403
    fields = {"token": hidden(page, "token"), "mail": hidden(page, "mail"), "back": "mail"}
    sent = boss.client.post("/agent/mail/again", data=fields, headers=OURS)
    assert sent.headers["location"] == "/agent/mail"


def test_mail_about_a_payment_is_there_too(
    desk: Desk, boss: Desk, shop_floor: Shop, clock: ManualClock
) -> None:
    def write(conn: Connection) -> None:
        for number, invoice in ((who.id or 0, "in_1"), (9999, "in_2")):
            payload: dict[str, int | str] = {"customer": number, "invoice": invoice}
            outbox.enqueue(conn, PAYMENT_JOB, payload, now=clock.now())

    who = customer(shop_floor.database)
    shop_floor.database.write_sync(write)
    fail(shop_floor, dead_at=clock.now(), attempts=60)
    page = " ".join(desk.get("/agent/tickets").text.split())
    assert "2 mails could not be sent yet; nothing is lost." in page
    page = boss.get("/agent/mail").text
    assert page.count("To the customer: a payment failed") == 2
    assert "<b>ada</b>" in page
    assert "/agent/tickets/None" not in page

    fields = {"token": hidden(page, "token"), "mail": hidden(page, "mail"), "back": "ticket"}
    sent = boss.client.post("/agent/mail/again", data=fields, headers=OURS)
    assert (sent.status_code, sent.headers["location"]) == (303, "/agent/mail")
    tried = select(jobs.c.attempts, jobs.c.dead_at).where(jobs.c.id == int(fields["mail"]))
    assert shop_floor.database.read_sync(lambda conn: conn.execute(tried).one()) == (0, None)


def test_mail_about_payments_crowds_no_ticket_out(
    desk: Desk, shop_floor: Shop, clock: ManualClock
) -> None:
    row = {"name": PAYMENT_JOB, "payload": {"customer": 1, "invoice": "in_1"}, "attempts": 1}
    when = {"created": clock.now(), "run_at": clock.now()}
    shop_floor.database.write_sync(
        lambda conn: conn.execute(insert(jobs), [row | when] * 300).close()
    )
    _, ticket = shop_floor.talk("help")
    fail(shop_floor)
    assert "Unsent mail" in desk.get(f"/agent/tickets/{ticket.id}").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"mail": "x"}, 404),
        ({"mail": "9" * 30}, 404),
        ({"mail": "999999", "back": "ticket"}, 303),
        ({"token": "forged", "mail": "1"}, 403),
    ],
)
def test_nothing_else_is_sent(
    desk: Desk, shop_floor: Shop, lost: Ticket, fields: dict[str, str], status: int
) -> None:
    before = job(shop_floor)
    token = hidden(desk.get("/agent/tickets").text, "token")
    done = desk.client.post("/agent/mail/again", data={"token": token, **fields}, headers=OURS)
    assert done.status_code == status
    assert done.headers.get("location", "/agent/mail") == "/agent/mail"
    assert job(shop_floor) == before


def test_what_is_under_way_is_left_alone(
    desk: Desk, shop_floor: Shop, lost: Ticket, ada: Agent, clock: ManualClock
) -> None:
    from datetime import timedelta

    later = clock.now() + timedelta(seconds=30)
    fail(shop_floor, lease_until=later, lease_token="x", dead_at=None)
    before = job(shop_floor)
    page = desk.get(f"/agent/tickets/{lost.id}").text
    fields = {"token": hidden(page, "token"), "mail": str(before[0])}
    desk.client.post("/agent/mail/again", data=fields, headers=OURS)
    assert job(shop_floor) == before
