"""Mail that the server did not take: shown where it matters, and sent again by a button."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from helpcenter.clock import ManualClock
from helpcenter.identity.agents import Agent, AgentRole
from helpcenter.jobs.tables import jobs
from helpcenter.tickets.model import Ticket
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
