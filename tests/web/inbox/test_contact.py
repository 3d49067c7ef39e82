"""The contact form: no JavaScript, no account; a ticket, a page that says so, a mail to come."""

import pytest
from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.conversations.model import Owner
from helpcenter.conversations.tables import conversations
from helpcenter.identity.agents import Agent
from helpcenter.jobs.tables import jobs
from helpcenter.tickets import form, queue
from helpcenter.tickets.queue import Row, View
from tests.web.conftest import client_of
from tests.web.inbox.conftest import OURS, Desk, Shop

GOOD = {"name": "Mei", "email": "Mei@Example.com", "text": "I was charged twice."}


@pytest.fixture
def visitor(app: HelpCenter) -> TestClient:
    return client_of(app)


def send(visitor: TestClient, tag: str = "en", **fields: str) -> Response:
    return visitor.post(f"/{tag}/contact", data={**GOOD, **fields}, headers=OURS)


def waiting(shop: Shop, agent: Agent) -> list[Row]:
    read = shop.database.read_sync(lambda conn: queue.listed(conn, agent, View.UNASSIGNED))
    return list(read.rows)


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_a_message_becomes_a_ticket_and_a_mail(
    visitor: TestClient, shop_floor: Shop, ada: Agent, tag: str
) -> None:
    form = visitor.get(f"/{tag}/contact").text
    assert f'action="/{tag}/contact"' in form
    sent = send(visitor, tag)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/{tag}/contact/sent")
    told = visitor.get(sent.headers["location"])
    assert {"en": "has arrived", "zh-HK": "已收到"}[tag] in told.text
    (row,) = waiting(shop_floor, ada)
    assert (row.who, row.line, row.locale.tag) == ("Mei", GOOD["text"], tag)
    assert row.ticket.contact is not None
    assert row.ticket.contact.email == "mei@example.com"
    found = shop_floor.database.read_sync(
        lambda conn: conn.execute(select(conversations.c.owner)).scalar_one()
    )
    assert found == Owner.QUEUE.value
    names = shop_floor.database.read_sync(
        lambda conn: conn.execute(select(jobs.c.name)).scalars().all()
    )
    assert list(names) == ["mail"]


def test_a_button_pressed_twice_is_one_ticket(
    visitor: TestClient, shop_floor: Shop, ada: Agent
) -> None:
    assert [send(visitor).status_code for _ in range(2)] == [303, 303]
    # The span has ended meanwhile, but not long ago.
    shop_floor.clock.advance(form.TWICE)
    assert send(visitor).status_code == 303
    assert len(waiting(shop_floor, ada)) == 1
    send(visitor, text="Something else.")
    shop_floor.clock.advance(2 * form.TWICE)
    send(visitor)
    lines = [row.line for row in waiting(shop_floor, ada)]
    assert lines == [GOOD["text"], "Something else.", GOOD["text"]]


@pytest.mark.parametrize("name", ["Mei\r\nBcc: all@example.com", "Mei\x00", "\u202eieM"])
def test_a_name_cannot_become_anything_else(
    visitor: TestClient, shop_floor: Shop, ada: Agent, name: str
) -> None:
    send(visitor, name=name)
    assert all("\n" not in (row.who or "") for row in waiting(shop_floor, ada))
    assert all((row.who or "").isprintable() for row in waiting(shop_floor, ada))


def test_a_card_number_is_cut_out_of_name_and_text(
    visitor: TestClient, shop_floor: Shop, ada: Agent
) -> None:
    send(visitor, name="Mei 4242424242424242", text="it is 4242 4242 4242 4242")
    (row,) = waiting(shop_floor, ada)
    assert (row.who, row.line) == ("Mei •••• 4242", "it is •••• 4242")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"email": "mei"}, "email"),
        ({"email": "a@b, c@d"}, "email"),
        ({"email": "mei@example.com\rBcc: all@example.com"}, "email"),
        ({"text": ""}, "text"),
        ({"text": "x" * 4001}, "text"),
    ],
)
def test_what_cannot_be_used_is_shown_again_with_everything_written(
    visitor: TestClient, shop_floor: Shop, ada: Agent, fields: dict[str, str], field: str
) -> None:
    answer = send(visitor, **fields)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    for name, value in {**GOOD, **fields}.items():
        assert name == field or value in answer.text
    assert waiting(shop_floor, ada) == []
    assert 'role="alert"' not in visitor.get("/en/contact").text


def test_another_sites_form_and_a_flood_are_refused(
    visitor: TestClient, shop_floor: Shop, ada: Agent
) -> None:
    foreign = visitor.post("/en/contact", data=GOOD, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    answers = [send(visitor, text=f"{number}") for number in range(12)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429] * 2
    # Nothing can be guessed here, so that nobody waits longer than for one drop.
    assert int(answers[-1].headers["retry-after"]) <= 11
    assert len(waiting(shop_floor, ada)) == 10


def test_the_agent_is_told_that_mail_is_not_set_up(
    visitor: TestClient, shop_floor: Shop, ada: Agent, desk: Desk
) -> None:
    send(visitor)
    (row,) = waiting(shop_floor, ada)
    page = desk.get(f"/agent/tickets/{row.ticket.id}").text
    assert "write to mei@example.com from your own mailbox" in page
    assert "as they typed it, not verified" in page


def test_an_unknown_language_has_no_page(visitor: TestClient) -> None:
    assert visitor.get("/xx/contact/sent").status_code == 404
    assert visitor.get("/zh_HK/contact/sent").status_code == 301
