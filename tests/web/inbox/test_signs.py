"""An agent types and reads; the customer's side can see it."""

from helpcenter.app import HelpCenter
from helpcenter.conversations import store
from helpcenter.conversations.model import Author, AuthorRole, ReadUpTo
from helpcenter.identity.caller import SYSTEM
from tests.web.chat.conftest import chat_of
from tests.web.inbox.conftest import OURS, Desk, Shop
from tests.web.inbox.test_api import API


def test_typing_and_reading_reach_the_customer(
    app: HelpCenter, desk: Desk, shop_floor: Shop
) -> None:
    talk, ticket = shop_floor.talk("help")
    path = f"{API}/tickets/{ticket.id}"
    with chat_of(app).notices.listen(talk.id) as listener:
        assert desk.client.post(f"{path}/typing", headers=OURS).status_code == 204
        assert listener.typists() == (Author(AuthorRole.AGENT, "Ada"),)
        assert listener.typists() == ()
    for seq in (1, 0):
        answer = desk.client.post(f"{path}/read", json={"seq": seq}, headers=OURS)
        assert answer.status_code == 204
    found = shop_floor.database.read_sync(lambda conn: store.find_by_id(conn, SYSTEM, talk.id))
    assert found.read == ReadUpTo(agent=1)
    for sign in ("typing", "read"):
        missing = desk.client.post(f"{API}/tickets/99/{sign}", json={"seq": 1}, headers=OURS)
        assert missing.status_code == 404
