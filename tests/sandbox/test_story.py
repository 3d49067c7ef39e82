"""In a real browser: from the demo product, through a help centre, to the portal and back."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import stripe
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from helpcenter.sandbox.config import SandboxConfig
from helpcenter.sandbox.host.words import WORDS as HOST
from helpcenter.sandbox.portal.words import WORDS as PORTAL
from helpcenter.sandbox.server import Sandbox, start_sandbox
from helpcenter.sandbox.serving import start_in_thread
from tests.e2e.chromium import launch

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.full,
    pytest.mark.skipif(os.environ.get("E2E") == "no", reason="E2E=no leaves the browser out"),
]


@dataclass
class Centre:
    """As little of a help centre as the walk needs: /sso, then the portal, then the way back."""

    sandbox: Sandbox
    arrivals: list[tuple[str | None, dict[str, str]]] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/sso", self.sso, methods=["POST"]),
                Route("/go", self.go),
                Route("/back", self.back),
            ]
        )

    async def sso(self, request: Request) -> Response:
        form = await request.form()
        given = {name: str(value) for name, value in form.items()}
        self.arrivals.append((request.headers.get("origin"), given))
        return RedirectResponse(f"/go?locale={given['return_to'].split('/')[1]}", 303)

    async def go(self, request: Request) -> Response:
        api = stripe.StripeClient(
            self.sandbox.config.restricted_key,
            base_addresses={"api": self.sandbox.wiring.stripe_url},
            http_client=stripe.RequestsClient(timeout=5),
        )
        back = f"{self.sandbox.wiring.helpcenter_url}/back"
        session = await run_in_threadpool(
            lambda: api.v1.billing_portal.sessions.create(
                {
                    "customer": "cus_sandboxPip",
                    "locale": "zh-HK" if request.query_params["locale"] == "zh-HK" else "en",
                    "return_url": back,
                }
            )
        )
        return RedirectResponse(session.url, 303)

    async def back(self, _request: Request) -> Response:
        return PlainTextResponse("back again")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


def check_axe(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("zh-HK", "dark")])
def test_a_card_is_added_and_made_default(browser: Browser, locale: str, scheme: str) -> None:
    place = ("en", "zh-HK").index(locale)
    host = {name: pair[place] for name, pair in HOST.items()}
    portal = {name: pair[place] for name, pair in PORTAL.items()}
    with start_sandbox(SandboxConfig()) as sandbox:
        centre = Centre(sandbox)
        with start_in_thread(centre.app()) as running:
            sandbox.connect(helpcenter_url=running.url)
            context = browser.new_context(
                locale=locale,
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": 360, "height": 800},
            )
            page = context.new_page()
            page.set_default_timeout(10_000)
            walk_to_manage(page, sandbox, host, locale)
            add_and_make_default(page, portal)
            page.get_by_role("link", name=portal["back"]).click()
            expect(page.get_by_text("back again")).to_be_visible()
            context.close()
        customer = sandbox.customer("pip")
        default = customer["invoice_settings"]["default_payment_method"]
        assert sandbox.state.get("payment_method", default)["card"]["last4"] == "3184"
        ((origin, given),) = centre.arrivals
        assert origin == sandbox.wiring.host_url
        assert given["return_to"] == f"/{locale}/account/manage/portal_home"


def walk_to_manage(page: Page, sandbox: Sandbox, host: dict[str, str], locale: str) -> None:
    """Dashboard, user menu, Manage subscription, My subscriptions, Manage."""
    page.goto(sandbox.wiring.host_url)
    check_axe(page)
    page.get_by_role("button", name="Pip").click()
    language = "English" if locale == "en" else "中文"
    page.get_by_role("button", name=language).click()
    check_axe(page)
    # By keyboard, as everything must be.
    page.locator("details.user summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=host["manage_subscription"]).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(host["my_subscriptions"])
    check_axe(page)
    page.get_by_role("button", name=host["manage"], exact=True).click()


def add_and_make_default(page: Page, portal: dict[str, str]) -> None:
    """Add a card that wants 3-D Secure, pass it, and make the card the default."""
    expect(page.get_by_text(portal["banner"])).to_be_visible()
    check_axe(page)
    page.get_by_role("link", name=portal["add_payment_method"]).click()
    check_axe(page)
    page.get_by_label(portal["card_number"]).fill("4000 0027 6000 3184")
    page.get_by_label(portal["expiry"]).fill("12 / 34")
    page.get_by_label(portal["cvc"]).fill("12")
    page.get_by_role("button", name=portal["add_payment_method"]).click()
    expect(page.get_by_label(portal["cvc"])).to_be_focused()
    check_axe(page)
    page.get_by_label(portal["card_number"]).fill("4000 0027 6000 3184")
    page.get_by_label(portal["expiry"]).fill("12 / 34")
    page.get_by_label(portal["cvc"]).fill("123")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=portal["auth_complete"]).click()
    row = page.get_by_role("listitem").filter(has_text="3184")
    row.locator("summary").click()
    check_axe(page)
    row.get_by_role("button", name=portal["make_default"]).click()
    expect(page.get_by_role("listitem").filter(has_text="3184")).to_contain_text(portal["default"])
