"""A link made for a conversation makes it wait, once its customer is really on their way."""

from typing import Any
from urllib.parse import urlsplit

from httpx2 import Response

from helpcenter.app import HelpCenter
from helpcenter.billing.tables import portal_links
from helpcenter.bot.tables import waits
from helpcenter.jobs.tables import jobs
from helpcenter.sandbox.faults import Fault
from tests.billing.conftest import Stage
from tests.web.account.portal.conftest import Customer, Signed, rows

OURS = {"sec-fetch-site": "same-origin"}


def talk(who: Customer) -> str:
    """Begin a conversation and return its public id."""
    answer = who.client.post("/api/v1/conversations", json={"locale": "en"}, headers=OURS)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def link_for(who: Customer, conversation: str | None, **wanted: Any) -> Response:
    wish = {"flow": "payment_method_update", "conversation": conversation, **wanted}
    return who.client.post("/api/v1/portal-links", json=wish, headers=OURS)


def click(who: Customer, answer: Response) -> Response:
    assert answer.status_code == 201, answer.text
    return who.go(urlsplit(answer.json()["url"]).path)


def test_a_click_on_a_conversations_link_makes_it_wait(app: HelpCenter, pip: Customer) -> None:
    assert click(pip, link_for(pip, None)).status_code == 303
    assert rows(app, waits) == []

    answer = link_for(pip, talk(pip))
    assert rows(app, waits) == [], "nobody has clicked yet"
    assert click(pip, answer).status_code == 303
    assert click(pip, answer).status_code == 303
    (wait,) = rows(app, waits)
    assert (wait["stripe_customer"], wait["click"], wait["asked"]) == ("cus_sandboxPip", 2, 0)
    assert wait["known"]["default"] == "pm_sandboxPipVisa"
    asks = [row["payload"] for row in rows(app, jobs) if row["name"] == "ask_after_click"]
    assert asks == [{"conversation": wait["conversation_id"], "click": n} for n in (1, 2)]


def test_nothing_waits_where_no_page_was_opened(
    app: HelpCenter, stage: Stage, pip: Customer
) -> None:
    answer = link_for(pip, talk(pip))
    stage.sandbox.faults.add(Fault("error", times=40))
    assert click(pip, answer).status_code == 503
    assert rows(app, waits) == []


def test_a_conversation_must_be_the_callers_own(
    app: HelpCenter, pip: Customer, signed_in: Signed
) -> None:
    theirs = talk(signed_in("sunny"))
    for conversation in (theirs, "no-such-talk"):
        answer = link_for(pip, conversation)
        assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    assert link_for(pip, "x" * 65).status_code == 400
    assert rows(app, portal_links) == []
