"""A browser without a screen: follows redirects, keeps cookies, reads and sends forms."""

import http.client
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass
class Page:
    """What came back, and where from."""

    url: str
    status: int
    headers: dict[str, str]
    text: str

    def words(self) -> str:
        """The text a reader sees, with single spaces."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", self.text))


@dataclass
class Form:
    """One form of a page."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects a page's forms: hidden and filled fields, and their buttons."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.found: list[Form] = []
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(urljoin(self.page.url, given.get("action", ""))))
        elif tag == "input" and self.found and given.get("name"):
            if given.get("type") != "radio" or "checked" in given:
                self.found[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button" and self.found:
            self.found[-1].buttons.append((given.get("name", ""), given.get("value", "")))


class Browser:
    """Sends requests to loopback; `stay` keeps it from following a redirect."""

    def __init__(self, language: str = "en") -> None:
        self.cookies: dict[tuple[str, str], str] = {}
        self.language = language

    def get(self, url: str, *, stay: bool = False, method: str = "GET") -> Page:
        return self._follow(method, url, None, stay=stay)

    def post(
        self, url: str, given: dict[str, str] | None = None, *, stay: bool = False, origin: str = ""
    ) -> Page:
        return self._follow("POST", url, given or {}, stay=stay, origin=origin)

    def send(
        self, page: Page, ending: str, given: dict[str, str] | None = None, *, stay: bool = False
    ) -> Page:
        """Fill and send the form whose action ends like this, as it stands on the page."""
        (form,) = [row for row in Forms(page).found if row.action.endswith(ending)]
        return self.post(form.action, form.fields | (given or {}), stay=stay)

    def _follow(
        self, method: str, url: str, given: dict[str, str] | None, *, stay: bool, origin: str = ""
    ) -> Page:
        for _ in range(10):
            page = self._once(method, url, given, origin)
            if stay or page.status not in {302, 303, 307}:
                return page
            if page.status != 307:
                method, given, origin = "GET", None, ""
            url = urljoin(url, page.headers["location"])
        raise AssertionError(f"too many redirects, the last to {url}")

    def _once(self, method: str, url: str, given: dict[str, str] | None, origin: str) -> Page:
        parts = urlsplit(url)
        host = str(parts.hostname)
        connection = http.client.HTTPConnection(host, parts.port, timeout=5)
        jar = [f"{name}={value}" for (site, name), value in self.cookies.items() if site == host]
        headers = {"Accept-Language": self.language, "Cookie": "; ".join(jar)}
        if origin:
            headers["Origin"] = origin
        body = None
        if given is not None:
            body = urlencode(given)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            for name, morsel in SimpleCookie(found.get("set-cookie", "")).items():
                self.cookies[host, name] = morsel.value
            return Page(url, answer.status, found, answer.read().decode())
        finally:
            connection.close()
