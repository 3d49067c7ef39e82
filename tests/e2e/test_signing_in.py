"""A customer's story: from the host app into the help centre, and back out, by each door.

The host app answers at `localhost`, the help centre at `127.0.0.1`: two sites to a browser.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from helpcenter.settings import Settings
from tests.e2e.server import serve
from tests.identity.host import ISSUER, SECRET, HostApp, claims, published

SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => done(sum), 100));
})"""


class Host:
    """A host app of two pages: one with a button to the help centre, one that signs in for it."""

    def __init__(self) -> None:
        self.base = ""

    def jwt(self) -> str:
        """Return what it says of its only user."""
        return HostApp().sign(claims(datetime.now(UTC), aud=self.base, name="Pip 陳大文"))

    def __call__(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        path = urlsplit(request.path)
        if path.path == "/help-login":
            query = {name: values[0] for name, values in parse_qs(path.query).items()}
            back = urlencode({"jwt": self.jwt(), "state": query["state"]})
            request.send_response(303)
            request.send_header("location", f"{query['return_to']}?{back}")
            request.send_header("content-length", "0")
            request.end_headers()
            return
        body = self.page().encode() if path.path == "/" else b""
        request.send_response(200 if body else 204)
        request.send_header("content-type", "text/html; charset=utf-8")
        if body:
            request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def page(self) -> str:
        """Return the page with the button."""
        return (
            f"<!doctype html><form method=post action='{self.base}/sso'>"
            f"<input type=hidden name=jwt value='{escape(self.jwt())}'>"
            "<input type=hidden name=return_to value='/zh-HK/articles/card-declined'>"
            "<button>Help</button></form>"
        )


@pytest.fixture(scope="module")
def host() -> Iterator[tuple[Host, str]]:
    """The host app, and where it answers."""
    app = Host()
    with published(app) as url:
        yield app, f"http://localhost:{urlsplit(url).port}"


@pytest.fixture(scope="module")
def base(host: tuple[Host, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The help centre of that host app."""
    app, origin = host
    settings = Settings.model_validate(
        {
            "host_jwt_secret": SECRET,
            "host_jwt_issuer": ISSUER,
            "host_origins": [origin],
            "login_url": f"{origin}/help-login",
        }
    )
    with serve(settings, tmp_path_factory.mktemp("signing-in")) as url:
        app.base = url
        yield url


@pytest.mark.full
def test_a_button_of_the_host_app_signs_in_and_the_header_signs_out(
    page: Page, host: tuple[Host, str], base: str
) -> None:
    page.goto(f"{host[1]}/")
    page.get_by_role("button", name="Help").click()
    expect(page).to_have_url(f"{base}/zh-HK/articles/card-declined")
    expect(page.get_by_role("link", name="Pip 陳大文")).to_be_visible()
    expect(page.get_by_role("link", name="登入", exact=True)).to_be_hidden()
    assert page.evaluate(SHIFTS) == 0
    page.get_by_role("button", name="登出").click()
    expect(page).to_have_url(f"{base}/zh-HK/")
    expect(page.get_by_role("link", name="登入", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="登出")).to_be_hidden()


@pytest.mark.full
@pytest.mark.parametrize("width", [360, 1280])
def test_signing_in_from_an_article_leads_back_to_it(page: Page, base: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{base}/en/articles/card-declined")
    assert page.evaluate(SHIFTS) == 0
    page.get_by_role("link", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{base}/en/articles/card-declined")
    expect(page.get_by_role("link", name="Pip 陳大文")).to_be_visible()
    assert page.evaluate(SHIFTS) == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.full
def test_a_link_from_a_stranger_asks_first(
    context: BrowserContext, host: tuple[Host, str], base: str
) -> None:
    page = context.new_page()
    page.goto(f"{base}/sso?{urlencode({'jwt': host[0].jwt()})}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this you?")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign in as Pip 陳大文").click()
    expect(page).to_have_url(f"{base}/en/account")
    expect(page.locator(".me-name")).to_have_text("Pip 陳大文")
