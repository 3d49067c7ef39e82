"""The other story the product is for: the bot could not solve it, people do.

A customer in the chat, two agents in the inbox, a real mail server between them and their teams.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.chatting import SPEAKERS, Chat, Speaker
from tests.e2e.conftest import listen
from tests.e2e.offices import Office, open_office
from tests.e2e.test_axe import violations
from tests.e2e.test_new_card import arrive

EN, HK = SPEAKERS
each = pytest.mark.parametrize("speaker", [EN, HK], ids=lambda speaker: speaker.tag)


@dataclass(frozen=True)
class Words:
    """Who the customer is, what the story says in a language, and what pages say in it."""

    name: str
    still: str
    reply: str
    late: str
    why: str
    again: str
    take: str
    send: str
    passed: str
    pass_on: str
    solved: str
    billing: str
    changed: str
    came_back: str
    found: str
    too: str
    writing: str
    typing: str
    read: str


WORDS = {
    "en": Words(
        name="Pip",
        still="it still doesn't work",
        reply="Hello Pip, I am looking at it.",
        late="I was about to write this.",
        why="The bank asks for a refund first.",
        again="It failed again today",
        take="Take",
        send="Send reply",
        passed="Pass to another team",
        pass_on="Pass on",
        solved="Solved",
        billing="our Billing team",
        changed="Somebody changed this ticket before you",
        came_back="The customer came back",
        found="Insufficient funds",
        too="Ben is looking at this ticket, too.",
        writing="Ben is writing to the customer",
        typing="The customer is typing",
        read="Read by the customer",
    ),
    "zh-HK": Words(
        name="Marigold",
        still="都係唔得",
        reply="你好，我正在查看。",
        late="我正想這樣回覆。",
        why="銀行要求先退款。",
        again="今日又失敗咗",
        take="接手",
        send="傳送回覆",
        passed="轉交其他團隊",
        pass_on="轉交",
        solved="已解決",
        billing="賬務",
        changed="這張工單剛被其他同事更改",
        came_back="客戶再次聯絡",
        found="卡已到期",
        too="Ben 也正在查看這張工單",
        writing="Ben 正在撰寫回覆",
        typing="客戶正在輸入",
        read="客戶已讀",
    ),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture(scope="module")
def base(office: Office) -> str:
    return office.base


def desk_of(browser: Browser, office: Office, agent: str, tag: str) -> Page:
    """Return the tab of an agent who has signed in, in a browser of their own."""
    opened: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(10_000)
    page = opened.new_page()
    office.sign_in(page, agent, tag)
    return page


def give_up(chat: Chat, words: Words) -> None:
    """Ask, say that nothing helped until a person is called, and wait for that."""
    chat.ask()
    waiting = chat.panel.locator(".status")
    for _ in range(6):
        before = chat.said("bot").count()
        chat.write(words.still)
        expect(chat.said("bot")).not_to_have_count(before)
        if chat.speaker.waiting in (waiting.text_content() or ""):
            return
    expect(waiting).to_contain_text(chat.speaker.waiting)


def pass_to_billing(desk: Page, words: Words) -> None:
    """Escalate by the ticket's form."""
    desk.locator("summary").filter(has_text=words.passed).click()
    desk.locator("#team").select_option("billing")
    desk.locator("#reason").select_option("refund_decision")
    desk.locator("#why").fill(words.why)
    desk.get_by_role("button", name=words.pass_on, exact=True).click()


def answer_at_once(ada: Page, ben: Page, chat: Chat, words: Words) -> None:
    """Two agents at once: one answers, the other is told and keeps what they wrote."""
    expect(ada.locator(".here")).to_contain_text(words.too)
    ben.locator("#reply").fill(words.late)
    expect(ada.locator(".dots")).to_contain_text(words.writing)
    ada.get_by_role("button", name=words.take, exact=True).click()
    ada.locator("#reply").fill(words.reply)
    ada.get_by_role("button", name=words.send).click()
    expect(chat.said("agent")).to_contain_text([words.reply])
    expect(ada.locator(".timeline .read")).to_have_text(words.read)
    expect(ben.locator("[data-pulse]")).to_be_visible()
    chat.text.fill(words.again)
    expect(ben.locator(".dots")).to_contain_text(words.typing)
    with ben.expect_response(lambda answer: answer.request.method == "POST") as late:
        ben.get_by_role("button", name=words.send).click()
    assert late.value.status == 412
    expect(ben.get_by_role("alert")).to_contain_text(words.changed)
    expect(ben.locator("#reply")).to_have_value(words.late)
    assert violations(ben) == []
    expect(chat.log).not_to_contain_text(words.late)


@pytest.mark.full
@each
def test_people_solve_what_the_bot_could_not(
    page: Page, browser: Browser, office: Office, speaker: Speaker
) -> None:
    words, tag = WORDS[speaker.tag], speaker.tag
    arrive(page, office.sandbox, office.base, tag, words.name)
    chat = Chat(page, speaker).open()
    give_up(chat, words)
    ada, ben = (desk_of(browser, office, name, tag) for name in ("Ada", "Ben"))
    complaints = listen(ada)
    assert violations(ada) == []
    for desk in (ada, ben):
        desk.get_by_role("link", name=words.name).first.click()
    side = ada.locator(".side")
    expect(side).to_contain_text(speaker.line)
    expect(side).to_contain_text(words.found)
    number = re.search(r"/(\d+)$", ada.url)
    assert number is not None

    answer_at_once(ada, ben, chat, words)

    # What was begun outlives a look at what is new.
    ada.locator("#note").fill(words.late)
    ada.reload()
    expect(ada.locator("#note")).to_have_value(words.late)
    pass_to_billing(ada, words)
    expect(chat.said("system")).to_contain_text([words.billing])
    expect(ada.locator(".timeline")).to_contain_text(words.why)
    expect(chat.log).not_to_contain_text(words.why)

    ben.goto(f"{office.base}/agent/tickets?view=team")
    ben.get_by_role("link", name=words.name).first.click()
    ben.get_by_role("button", name=words.solved, exact=True).click()
    expect(ben.locator(".ticket-about")).to_contain_text(words.solved)
    expect(chat.panel.locator(".status")).not_to_contain_text(speaker.waiting)
    # What the customer does shows by itself, under the agent's hands.
    ben.locator("#note").fill(words.late)
    chat.write(words.again)
    expect(chat.panel.locator(".status")).to_contain_text(speaker.waiting)
    expect(ben.locator(".timeline")).to_contain_text(words.came_back)
    expect(ben.locator("#note")).to_be_focused()
    expect(ben.locator("#note")).to_have_value(words.late)
    assert violations(ben) == []
    assert complaints == []
    where = re.compile(rf"/tickets/{number[1]}\b")
    told = {mail["To"] for mail in office.postman.taken if where.search(mail.get_content())}
    assert told == {"support@example.com", "billing@example.com"}
    for desk in (ada, ben):
        desk.context.close()
