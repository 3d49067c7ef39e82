"""The chat on a host app's pages, another site to the browser: who one is, and the way to pay.

The sandbox's demo product answers at `localhost`, the help centre at `127.0.0.1`.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import Connection

from helpcenter.db.engine import open_database
from helpcenter.identity import agents
from helpcenter.identity.agents import AgentRole, NewAgent
from helpcenter.sandbox.server import Sandbox, start_sandbox
from helpcenter.settings import Settings
from helpcenter.tickets import verbs
from helpcenter.tickets.verbs import Seen
from tests.e2e.chatting import SPEAKERS, Chat, Speaker
from tests.e2e.conftest import listen
from tests.e2e.server import serve
from tests.e2e.test_axe import violations

EN, HK = SPEAKERS
each = pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda speaker: speaker.tag)

# What is true of Pip's card, in each language.
TRUTH = {"en": "insufficient funds", "zh-HK": "餘額不足"}
CONTINUE = {"en": "Continue", "zh-HK": "繼續"}
THANKS = {"en": "Thank you for telling us", "zh-HK": "多謝你告訴我們"}
Verb = Callable[[Connection, Seen, datetime], object]
FRESH = {"en": "Start a new conversation", "zh-HK": "開始新對話"}


@dataclass(frozen=True)
class Town:
    """A demo product, its Stripe, and its help centre that keeps its database in `folder`."""

    sandbox: Sandbox
    centre: str
    folder: Path

    @property
    def host(self) -> str:
        """Where the demo product answers."""
        return self.sandbox.wiring.host_url


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("chat")
    with start_sandbox() as sandbox:
        stripe, host = sandbox.wiring.stripe_url, sandbox.wiring.host_url
        settings = Settings.model_validate(
            {
                "secret": "the help centre's own secret, 32+",
                "host_jwt_secret": sandbox.config.jwt_secret,
                "host_jwt_issuer": host,
                "host_origins": [host],
                "login_url": f"{host}/login",
                "stripe_key": sandbox.config.restricted_key,
                "stripe_api_base": stripe,
                "stripe_portal_hosts": [stripe.partition("://")[2]],
                "stripe_invoice_hosts": [stripe.partition("://")[2]],
            }
        )
        with serve(settings, folder) as centre:
            sandbox.connect(helpcenter_url=centre, widget_src=f"{centre}/widget.js")
            yield Town(sandbox, centre, folder)


@pytest.fixture
def guest(browser: Browser, town: Town) -> Iterator[BrowserContext]:
    """A fresh profile that belongs to no page of ours; nobody goes on with another story's talk."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(10_000)
    yield opened
    end_conversations(town)
    opened.close()


def product(guest: BrowserContext, town: Town, tag: str) -> tuple[Page, list[str]]:
    """Open the demo product's sign-in page in a language; return it and what it complains of."""
    guest.add_cookies([{"name": "demo_language", "value": tag, "url": town.host}])
    page = guest.new_page()
    complaints = listen(page)
    page.goto(f"{town.host}/login")
    return page, complaints


def end_conversations(town: Town) -> None:
    """Close every conversation, as time would."""
    with closing(open_database(None, town.folder)) as database:
        database.write_sync(
            lambda conn: conn.exec_driver_sql("UPDATE conversations SET owner = 'closed'")
        )


def revoke_tokens(town: Town) -> None:
    """Let every access token run out, as an hour does."""
    with closing(open_database(None, town.folder)) as database:
        database.write_sync(lambda conn: conn.exec_driver_sql("DELETE FROM access_tokens"))


def help_as_agent(town: Town, verb: Verb = verbs.take) -> None:
    """Let Eve take or solve the last ticket."""
    now = datetime.now(UTC)

    def write(conn: Connection) -> None:
        new = NewAgent("eve@example.com", "Eve", AgentRole.AGENT, "support", "-")
        known = agents.find_by_email(conn, new.email)
        eve = known[0] if known else agents.add(conn, new, now)
        row = conn.exec_driver_sql("SELECT id, version FROM tickets ORDER BY id DESC LIMIT 1")
        ticket_id, version = row.one()
        verb(conn, Seen(eve, ticket_id, version), now)

    with closing(open_database(None, town.folder)) as database:
        database.write_sync(write)


def sign_in(page: Page, name: str = "Pip") -> None:
    page.get_by_role("button", name=name).click()
    expect(page.locator(".user")).to_be_visible()


@pytest.mark.full
@each
def test_the_true_reason_and_one_click_to_the_right_page(
    guest: BrowserContext, town: Town, speaker: Speaker
) -> None:
    page, complaints = product(guest, town, speaker.tag)
    sign_in(page)
    chat = Chat(page, speaker).open()
    chat.write(speaker.line)
    expect(chat.log).to_contain_text(TRUTH[speaker.tag])
    expect(chat.said("bot").locator(".by")).to_be_in_viewport()
    button = chat.log.locator("form[action$='/sso'] button").first
    expect(button).to_contain_text(speaker.portal)
    with guest.expect_page() as opened:
        button.click()
    portal = opened.value
    portal.wait_for_url(f"{town.sandbox.wiring.stripe_url}/**")
    assert page.locator("input[name=access_token]").first.input_value() == ""
    expect(chat.panel).to_be_visible()
    assert complaints == []


@pytest.mark.full
@each
def test_a_stranger_who_signs_in_is_asked_before_anything_is_theirs(
    guest: BrowserContext, town: Town, speaker: Speaker
) -> None:
    page, complaints = product(guest, town, speaker.tag)
    chat = Chat(page, speaker).open()
    chat.ask()
    expect(chat.log).to_contain_text(speaker.reply)
    sign_in(page)
    chat = Chat(page, speaker)
    go_on = chat.panel.get_by_role("button", name=CONTINUE[speaker.tag], exact=True)
    expect(go_on).to_be_visible()
    assert "hcc_" in page.evaluate("sessionStorage['help-chat']")
    go_on.click()
    expect(go_on).to_be_hidden()
    expect(chat.said("customer")).to_contain_text([speaker.line])
    chat.write(speaker.line)
    expect(chat.said("customer")).to_have_count(2)
    expect(chat.said("bot")).to_have_count(2)
    assert "hcc_" not in page.evaluate("sessionStorage['help-chat']")
    assert complaints == []


@pytest.mark.full
def test_who_says_no_begins_anew(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    Chat(page, EN).open().ask()
    sign_in(page, "Barnaby")
    chat = Chat(page, EN)
    chat.panel.get_by_role("button", name=FRESH["en"]).click()
    expect(chat.said("customer")).to_have_count(0)
    chat.ask()
    expect(chat.said("customer")).to_have_count(1)


@pytest.mark.full
def test_a_customer_finds_the_conversation_again_in_another_browser(
    guest: BrowserContext, browser: Browser, town: Town
) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page, "Sunny")
    chat = Chat(page, EN).open()
    chat.write("how do refunds work at home?")
    expect(chat.said("bot").first).to_be_visible()
    other = browser.new_context()
    there, _ = product(other, town, "en")
    sign_in(there, "Sunny")
    expect(Chat(there, EN).open().said("customer").first).to_contain_text("refunds work at home")
    other.close()


@pytest.mark.full
def test_signing_out_wipes_this_tab_and_the_others(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page)
    other = guest.new_page()
    other.goto(town.host)
    for tab in (page, other):
        Chat(tab, EN).open().write("hello from both tabs")
        expect(Chat(tab, EN).said("customer").last).to_contain_text("hello from both")
    page.keyboard.press("Escape")
    with page.expect_response("**/api/v1/signout") as revoked:
        page.locator(".user").click()
        page.get_by_role("button", name="Sign out").click()
    assert revoked.value.status == 204
    expect(page).to_have_url(f"{town.host}/login?signout=done")
    for tab in (page, other):
        widget = tab.locator("help-chat")
        expect(widget.get_by_role("button").first).to_be_attached()
        expect(widget).not_to_contain_text("hello")
        assert '"id"' not in (tab.evaluate("sessionStorage['help-chat']") or "")


@pytest.mark.full
def test_a_closed_conversation_offers_a_new_one(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    chat = Chat(page, EN).open()
    chat.ask()
    end_conversations(town)
    fresh = chat.panel.get_by_role("button", name=FRESH["en"])
    expect(fresh).to_be_visible()
    expect(chat.text).to_have_count(0)
    fresh.click()
    expect(chat.said("customer")).to_have_count(0)
    chat.ask()
    expect(chat.said("customer")).to_have_count(1)


@pytest.mark.full
def test_a_token_that_ran_out_is_renewed_by_the_host_page(
    guest: BrowserContext, town: Town
) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page)
    chat = Chat(page, EN).open()
    chat.write("hello from an hour ago")
    expect(chat.said("bot").first).to_be_visible()
    revoke_tokens(town)
    with page.expect_response(lambda answer: answer.url.endswith("/identify")) as renewed:
        chat.write("hello again")
    assert renewed.value.status == 200
    expect(chat.said("customer").nth(1)).to_contain_text("hello again")
    expect(chat.said("bot").nth(1)).to_be_visible()
    expect(chat.log.locator(".failed")).to_have_count(0)


@pytest.mark.full
def test_what_one_user_wrote_is_not_the_next_ones(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page)
    chat = Chat(page, EN).open()
    chat.write("hello, it is me")
    expect(chat.said("bot").first).to_be_visible()
    chat.text.fill("a secret draft")
    # The host app forgets to call `signOut()` and shows somebody else's page.
    guest.clear_cookies()
    page.goto(f"{town.host}/login")
    sign_in(page, "Barnaby")
    chat = Chat(page, EN)
    expect(chat.panel).to_be_visible()
    expect(chat.log).not_to_contain_text("it is me")
    expect(chat.text).to_have_value("")


@pytest.mark.full
@each
def test_a_person_helps_is_left_an_address_and_is_rated(
    guest: BrowserContext, town: Town, speaker: Speaker
) -> None:
    page, complaints = product(guest, town, speaker.tag)
    chat = Chat(page, speaker).open()
    chat.panel.get_by_role("button", name=speaker.person).click()
    form = chat.log.locator(".form")
    expect(form).to_be_visible()
    assert violations(page) == []
    form.locator("[name=email]").fill("ada@b.example")
    form.locator("button").click()
    expect(form).to_have_count(0)
    expect(chat.said("customer")).to_contain_text(["ada@b.example"])
    help_as_agent(town)
    expect(chat.panel.locator(".status")).to_contain_text("Eve")
    help_as_agent(town, verbs.solve)
    rating = chat.log.locator(".choices button")
    expect(rating).to_have_count(2)
    assert violations(page) == []
    rating.first.click()
    expect(rating).to_have_count(0)
    expect(chat.log.locator(".note").last).to_contain_text(THANKS[speaker.tag])
    page.reload()
    expect(chat.log.locator(".note").last).to_contain_text(THANKS[speaker.tag])
    expect(rating).to_have_count(0)
    expect(form).to_have_count(0)
    assert complaints == []


@pytest.mark.full
@each
def test_the_account_page_opens_an_earlier_conversation(
    guest: BrowserContext, town: Town, speaker: Speaker
) -> None:
    page, _ = product(guest, town, speaker.tag)
    sign_in(page)
    complaints = listen(page)
    page.goto(f"{town.centre}/{speaker.tag}/account")
    chat = Chat(page, speaker).open()
    chat.write("hello, this is the first")
    expect(chat.said("bot").last).to_be_visible()
    end_conversations(town)
    chat.panel.get_by_role("button", name=FRESH[speaker.tag]).click()
    chat.write("hello, this is the second")
    expect(chat.said("bot").last).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    row = page.locator(".account-talks a").nth(1)
    expect(row).to_be_visible()
    assert violations(page) == []
    row.click()
    expect(chat.said("customer")).to_contain_text(["this is the first"])
    expect(chat.panel.get_by_role("button", name=FRESH[speaker.tag])).to_be_visible()
    assert complaints == []


@pytest.mark.full
def test_where_streams_are_held_back_it_polls(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    held: list[Route] = []

    def hold(route: Route) -> None:
        # As a proxy does that waits for the end of an answer before it passes anything on.
        streams = route.request.headers.get("accept") == "text/event-stream"
        held.append(route) if streams else route.continue_()

    page.route("**/feed?**", hold)
    chat = Chat(page, EN).open()
    chat.write(EN.line)
    with page.expect_request(lambda sent: "wait=25" in sent.url, timeout=40_000):
        pass
    assert len(held) == 2
    expect(chat.said("bot")).to_have_count(1)
    chat.write("visa")
    expect(chat.said("bot")).to_have_count(2)
    expect(chat.panel.locator(".banner")).to_be_empty()
    for route in held:
        route.abort()
    page.unroute("**/feed?**")


@pytest.mark.full
def test_no_cookie_of_ours_is_used_or_set(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page)
    with page.expect_request("**/api/v1/identify") as asked:
        Chat(page, EN).open().ask()
    assert "cookie" not in asked.value.all_headers()
    ours = [kept["name"] for kept in guest.cookies(town.centre) if kept["domain"] == "127.0.0.1"]
    assert ours == []


@pytest.mark.full
def test_a_page_of_another_origin_is_told_nothing(guest: BrowserContext, town: Town) -> None:
    page = guest.new_page()
    page.goto(f"{town.sandbox.wiring.stripe_url}/")
    refused = page.evaluate(
        "url => fetch(url).then(() => 'read', () => 'refused')", f"{town.centre}/api/v1/me"
    )
    assert refused == "refused"
