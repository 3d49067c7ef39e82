"""Talking over HTTP: who may, what comes back, what is refused and how."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from httpx2 import AsyncClient

from helpcenter.app import HelpCenter
from helpcenter.conversations.model import Owner
from tests.web.chat.conftest import API, ORIGIN, Person, pass_on
from tests.web.conftest import BASE

pytestmark = pytest.mark.anyio

SignIn = Callable[..., Awaitable[str]]
EVIL = "<script>alert(1)</script> \u202egnp.exe\u200b\u0000 &amp; 你好\n\ttab \U0001f4b3"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_an_anonymous_conversation_has_a_token(person: Person) -> None:
    assert person.token is not None
    assert person.token.startswith("hcc_")
    nothing = {"customer": 0, "agent": 0}
    assert await person.feed() == {"items": [], "next": 0, "owner": "bot", "read": nothing}


async def test_a_line_comes_back_and_is_answered(person: Person, at_work: None) -> None:
    item = await person.say("my card was declined")

    assert item["seq"] == 1
    assert item["kind"] == "message"
    assert item["author"] == {"role": "customer"}
    assert item["client_id"] == "line-1"
    assert item["locale"] == "en"
    assert item["parts"] == [{"type": "text", "text": "my card was declined"}]
    assert item["at"].endswith("Z")
    mine, reply = await person.until(2)
    assert mine == item
    assert reply["author"] == {"role": "bot"}
    assert reply["parts"][0]["text"].startswith("Try another card.")
    assert (await person.feed(2))["next"] == 2


async def test_a_long_poll_returns_with_the_answer(person: Person, at_work: None) -> None:
    waiting = asyncio.create_task(person.feed(1, wait=20))
    await person.say("hello")

    async with asyncio.timeout(15):
        page = await waiting

    assert [item["seq"] for item in page["items"]] == [2]
    assert page["next"] == 2


async def test_a_repeated_send_is_the_same_item(person: Person) -> None:
    first = await person.post(client_id="same", text="hello")
    again = await person.post(client_id="same", text="hello")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len((await person.feed())["items"]) == 1


async def test_a_button_is_pressed_by_what_showed_it(person: Person, at_work: None) -> None:
    await person.say("colourless green ideas")
    shown = (await person.until(2))[1]
    choice = next(part for part in shown["parts"] if part["type"] == "choices")["choices"][0]

    answer = await person.post(choice=choice["id"], in_reply_to=shown["seq"])
    assert answer.status_code == 201, answer.text
    assert answer.json()["parts"] == [{"type": "text", "text": choice["label"]}]

    refused = await person.post(choice="nowhere", in_reply_to=shown["seq"])
    assert (refused.status_code, refused.json()["code"]) == (400, "choice_unknown")


async def test_plain_text_stays_what_it_was(person: Person) -> None:
    await person.say(EVIL)

    assert (await person.feed())["items"][0]["parts"] == [{"type": "text", "text": EVIL}]


async def test_card_numbers_never_come_back(person: Person) -> None:
    item = await person.say("４２４２ 4242-4242.4242 安全碼 123")

    assert item["parts"][0]["text"] == "•••• 4242 安全碼 •••"


async def test_strangers_are_refused_alike(
    person: Person, new_person: Callable[[], Person], sign_in: SignIn
) -> None:
    stranger = new_person()
    await stranger.begin()
    customer = new_person()
    customer.token = await sign_in()
    nobody = new_person()

    for other in (stranger, customer, nobody):
        for public_id in (person.conversation, "never-was"):
            other.conversation = public_id
            answers = [
                await other.post(text="hi"),
                await other.ask("GET", f"/{public_id}/feed"),
                await other.ask(
                    "GET", f"/{public_id}/feed", headers={"accept": "text/event-stream"}
                ),
                await other.ask("POST", f"/{public_id}/handoff"),
            ]
            codes = {(answer.status_code, answer.json()["code"]) for answer in answers}
            assert codes == {(404, "conversation_not_found")}
    assert (await person.feed())["items"] == []


@pytest.mark.parametrize("token", ["hca_nope", "x", ""])
async def test_a_bad_access_token_is_refused(person: Person, token: str) -> None:
    person.token = None
    person.headers = {"authorization": f"Bearer {token}"}

    assert (await person.post(text="hi")).status_code == 401


async def test_a_closed_conversation_says_so(app: HelpCenter, person: Person) -> None:
    await pass_on(app, person.conversation, Owner.CLOSED)

    for locale, title in (("en", "This conversation is closed"), ("zh-HK", "對話已結束")):
        person.headers = {"accept-language": locale}
        answer = await person.post(text="hello?")
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["code"], problem["title"]) == ("conversation_closed", title)
    assert (await person.feed())["owner"] == "closed"


@pytest.mark.parametrize(
    ("line", "status", "code", "field"),
    [
        ({}, 400, "invalid", "text"),
        ({"text": ""}, 400, "invalid", "text"),
        ({"text": " \n\t"}, 400, "invalid", "text"),
        ({"text": "x" * 4001}, 413, "text_too_long", "text"),
        ({"text": "hi", "choice": "x"}, 400, "invalid", "choice"),
        ({"choice": "x"}, 400, "invalid", "in_reply_to"),
        ({"text": "hi", "client_id": ""}, 400, "invalid", "client_id"),
        ({"text": "hi", "client_id": "a b"}, 400, "invalid", "client_id"),
        ({"text": "hi", "client_id": "x" * 65}, 400, "invalid", "client_id"),
        ({"text": 5}, 400, "invalid", "text"),
        ({"choice": "x", "in_reply_to": 2**40}, 400, "invalid", "in_reply_to"),
    ],
)
async def test_a_bad_line_is_refused_by_its_field(
    person: Person, line: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = await person.post(**line)

    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await person.feed())["items"] == []


async def test_a_megabyte_is_refused_and_the_longest_line_is_not(person: Person) -> None:
    huge = await person.post(text="x" * 1_000_000)
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")

    assert (await person.post(text="好" * 4000)).status_code == 201


async def test_a_flood_is_slowed_and_nothing_is_lost(
    person: Person, later: Callable[[float], None]
) -> None:
    answers = [await person.post(client_id=f"{n}", text=f"{n}") for n in range(100)]

    taken = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(taken) == 30
    assert len(refused) == 70
    assert refused[0].json()["code"] == "too_many"
    later(float(refused[0].headers["retry-after"]))
    assert (await person.post(client_id="30", text="30")).status_code == 201
    texts = [item["parts"][0]["text"] for item in (await person.feed())["items"]]
    assert texts == [str(n) for n in range(31)]


async def test_a_customer_has_conversations_without_a_token(
    new_person: Callable[[], Person], sign_in: SignIn
) -> None:
    ada, bob = new_person(), new_person()
    ada.token, bob.token = await sign_in("ada"), await sign_in("bob")

    begun = await ada.begin(article="swap-your-card")
    assert "token" not in begun
    await ada.say("hello")

    listed = (await ada.ask("GET", "")).json()["conversations"]
    assert [(each["id"], each["owner"], each["next"]) for each in listed] == [
        (ada.conversation, "bot", 1)
    ]
    assert (await bob.ask("GET", "")).json() == {"conversations": []}


async def test_claiming_moves_a_conversation_to_its_customer(
    person: Person, new_person: Callable[[], Person], sign_in: SignIn
) -> None:
    await person.say("hello")
    ada = new_person()
    ada.token, ada.conversation = await sign_in("ada"), person.conversation

    path, offered = f"/{person.conversation}/claim", {"token": person.token}
    nobody = await person.http.post(f"{API}{path}", json=offered)
    assert (nobody.status_code, nobody.json()["code"]) == (401, "sign_in_needed")
    claimed = await ada.ask("POST", path, json=offered)
    assert claimed.status_code == 200, claimed.text
    assert claimed.json() == {"id": person.conversation, "owner": "bot", "next": 1}

    assert len((await ada.feed())["items"]) == 1
    assert (await person.post(text="still me?")).status_code == 404
    again = await ada.ask("POST", path, json=offered)
    assert again.status_code == 404


async def test_handing_off_asks_for_a_person(person: Person, at_work: None) -> None:
    answer = await person.ask("POST", f"/{person.conversation}/handoff")

    assert answer.json() == {"id": person.conversation, "owner": "queue", "next": 2}
    page = await person.feed()
    assert page["owner"] == "queue"
    assert page["items"][0]["author"] == {"role": "bot"}
    assert page["items"][1]["parts"] == [{"type": "event", "name": "owner", "owner": "queue"}]
    await person.say("hello?")
    assert (await person.feed(3))["items"] == []


async def test_beginning_needs_nothing_but_a_language_we_have(
    http: AsyncClient, new_person: Callable[[], Person]
) -> None:
    assert (await http.post(API)).status_code == 201
    refused = await new_person().ask("POST", "", json={"locale": "fr"})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_locale")
    begun = await new_person().begin(locale="zh-Hant-TW", article="no-such-article")
    assert begun["items"] == []
    assert begun["next"] == 0


async def test_a_foreign_page_uses_its_token_and_no_cookie(person: Person) -> None:
    person.headers = {"origin": ORIGIN, "sec-fetch-site": "cross-site"}
    answer = await person.post(text="hello")

    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    person.headers = {"origin": "https://evil.example"}
    other = await person.post(text="hello")
    assert "access-control-allow-origin" not in other.headers


async def test_a_cookie_counts_on_our_own_pages_only(http: AsyncClient, app: HelpCenter) -> None:
    from tests.identity import host
    from tests.identity.host import HostApp

    stated = host.claims(app.state.identity.clock.now(), aud=BASE, sub="ada")
    signed = await http.post(
        "/sso",
        data={"jwt": HostApp().sign(stated), "return_to": "/en/"},
        headers={"origin": ORIGIN},
    )
    assert signed.status_code == 303

    ours = await http.post(API, json={}, headers={"sec-fetch-site": "same-origin"})
    assert "token" not in ours.json()
    foreign = await http.post(API, json={}, headers={"sec-fetch-site": "cross-site"})
    assert "token" in foreign.json()


async def test_the_api_is_documented(http: AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()

    paths = {path for path in document["paths"] if path.startswith(API)}
    rest = (
        "",
        "/{public_id}/messages",
        "/{public_id}/feed",
        "/{public_id}/claim",
        "/{public_id}/handoff",
        "/{public_id}/rating",
        "/{public_id}/typing",
        "/{public_id}/read",
    )
    assert paths == {API + each for each in rest}
