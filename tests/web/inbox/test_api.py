"""The same verbs for programs: `If-Match`, ETags, tokens of one scope."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx2 import Response

from helpcenter.app import HelpCenter
from helpcenter.clock import ManualClock
from helpcenter.identity import api_tokens
from helpcenter.identity.agents import Agent
from helpcenter.identity.api_tokens import Scope
from helpcenter.tickets.model import Ticket
from tests.web.account.conftest import identity_of
from tests.web.inbox.conftest import OURS, Desk, Shop

API = "/api/v1/agent"


def post(desk: Desk, ticket: Ticket, verb: str, tag: str | None, **body: str) -> Response:
    headers = {**OURS, **({"if-match": tag} if tag is not None else {})}
    return desk.client.post(f"{API}/tickets/{ticket.id}/{verb}", json=body, headers=headers)


def get(desk: Desk, path: str) -> Any:
    answer = desk.client.get(API + path, headers=OURS)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_program_can_do_all_that_a_page_can(desk: Desk, shop_floor: Shop, ada: Agent) -> None:
    _, ticket = shop_floor.talk("help, 4242 4242 4242 4242")
    listed = get(desk, "/tickets?view=unassigned")
    assert [one["id"] for one in listed["tickets"]] == [ticket.id]
    assert listed["after"] is None
    whole = desk.client.get(f"{API}/tickets/{ticket.id}", headers=OURS)
    assert whole.headers["etag"] == '"1"'
    assert whole.json()["packet"]["tried"] == ["card_declined"]
    taken = post(desk, ticket, "take", '"1"')
    assert (taken.status_code, taken.headers["etag"]) == (200, '"2"')
    assert taken.json()["agent"] == ada.id
    assert post(desk, ticket, "reply", '"2"', text="Hello").json()["state"] == "pending"
    assert post(desk, ticket, "note", None, text="mine").json() == {"seq": 4}
    assert post(desk, ticket, "release", 'W/"3"').json()["agent"] is None
    passed = post(desk, ticket, "escalate", '"4"', team="lids", reason="too_hot", text="n")
    assert (passed.json()["team"], passed.json()["tier"]) == ("lids", 2)
    held = post(desk, ticket, "hold", '"5"', text="the bank")
    assert held.json()["state"] == "on_hold"
    assert post(desk, ticket, "solve", '"6"').json()["state"] == "solved"
    kinds = [one["kind"] for one in get(desk, f"/tickets/{ticket.id}")["events"]]
    assert kinds == [
        "handed_over",
        "taken",
        "replied",
        "noted",
        "released",
        "escalated",
        "held",
        "solved",
    ]


@pytest.mark.parametrize("tag", ['"9"', '"0"', "*", "1", '"x"', ""])
def test_another_version_is_412(desk: Desk, shop_floor: Shop, tag: str) -> None:
    _, ticket = shop_floor.talk("help")
    refused = post(desk, ticket, "take", tag)
    assert (refused.status_code, refused.json()["code"]) == (412, "ticket_changed")
    assert shop_floor.ticket(ticket) == ticket


def test_a_change_without_a_version_is_refused(desk: Desk, shop_floor: Shop) -> None:
    _, ticket = shop_floor.talk("help")
    refused = post(desk, ticket, "take", None)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "If-Match"


def test_nobody_else_is_let_in(desk: Desk, shop_floor: Shop, new_desk: Callable[[], Desk]) -> None:
    _, ticket = shop_floor.talk("help")
    stranger = new_desk()
    for path in ("/tickets", f"/tickets/{ticket.id}", "/pulse"):
        refused = stranger.client.get(API + path, headers=OURS)
        assert (refused.status_code, refused.json()["code"]) == (401, "agent_sign_in_needed")
    foreign = {"sec-fetch-site": "cross-site", "if-match": '"1"'}
    path = f"{API}/tickets/{ticket.id}/take"
    assert desk.client.post(path, headers=foreign).status_code == 401
    assert shop_floor.ticket(ticket) == ticket


def token_of(app: HelpCenter, clock: ManualClock, scope: Scope) -> str:
    identity, token = identity_of(app), api_tokens.new_token()
    digest = api_tokens.digest(identity.keys, token)
    identity.database.write_sync(
        lambda conn: api_tokens.add(conn, scope.value, [scope], digest, clock.now())
    )
    return token


def test_a_token_acts_for_the_agent_it_names(
    app: HelpCenter, clock: ManualClock, shop_floor: Shop, ada: Agent, new_desk: Callable[[], Desk]
) -> None:
    _, ticket = shop_floor.talk("help")
    client = new_desk().client
    bearer = {"authorization": f"Bearer {token_of(app, clock, Scope.TICKETS)}"}
    path = f"{API}/tickets/{ticket.id}/take"
    assert client.post(path, headers={**bearer, "if-match": '"1"'}).status_code == 400
    nobody = {**bearer, "x-agent": "nobody@example.com", "if-match": '"1"'}
    assert client.post(path, headers=nobody).status_code == 401
    done = client.post(path, headers={**bearer, "x-agent": ada.email, "if-match": '"1"'})
    assert done.json()["agent"] == ada.id
    other = {"authorization": f"Bearer {token_of(app, clock, Scope.CUSTOMERS_SIGNOUT)}"}
    refused = client.get(f"{API}/tickets", headers={**other, "x-agent": ada.email})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_the_pulse_tells_of_news(desk: Desk, shop_floor: Shop, clock: ManualClock) -> None:
    from datetime import timedelta

    _, ticket = shop_floor.talk("help")
    queue, own = get(desk, "/pulse")["stamp"], get(desk, f"/pulse?ticket={ticket.id}")["stamp"]
    assert get(desk, "/pulse")["stamp"] == queue
    clock.advance(timedelta(seconds=1))
    post(desk, ticket, "note", None, text="n")
    assert get(desk, "/pulse")["stamp"] != queue
    assert get(desk, f"/pulse?ticket={ticket.id}")["stamp"] != own


def test_a_portal_button_is_shown_without_what_opens_it(desk: Desk, shop_floor: Shop) -> None:
    from helpcenter.content.flows import Flow
    from helpcenter.conversations import feed
    from helpcenter.conversations.model import BOT, Draft
    from helpcenter.conversations.parts import Portal
    from helpcenter.i18n.locale import SOURCE

    talk, ticket = shop_floor.talk("help")
    button = Portal("a" * 32, Flow.PAYMENT_METHOD_UPDATE, "Update")
    draft = Draft(BOT, SOURCE, (button,))
    shop_floor.database.write_sync(
        lambda conn: feed.append(conn, talk.id, draft, shop_floor.clock.now())
    )
    whole = get(desk, f"/tickets/{ticket.id}")
    assert whole["packet"]["offers"] == ["payment_method_update"]
    assert "/go/" not in str(whole)
    page = desk.get(f"/agent/tickets/{ticket.id}").text
    assert "/go/" not in page
    assert "a" * 32 not in page
    assert "Update your payment method (expired without being opened)" in page
