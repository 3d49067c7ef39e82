"""Where somebody is taken after signing in: never anywhere else."""

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import Locale
from helpcenter.web.account.return_to import checked
from tests.web.account.conftest import COOKIE, Browser

LOCALES = (Locale("en"), Locale("zh_HK"))

GOOD = [
    "/en/",
    "/zh-HK/account",
    "/en/account/manage/payment_method_update?subscription=sub_1",
    "/go/AbC-_123",
    "/en/articles/card-declined#insufficient-funds",
    "/zh-HK/search?q=信用卡",
    "/zh-HK/search?q=%E4%BF%A1%E7%94%A8%E5%8D%A1",
    "/en/search?q=100%25&next=//evil.example",
    "/zh-Hant/contact",
]

EVIL = [
    "",
    "en/",
    "https://evil.example/en/",
    "https:/evil.example",
    "javascript:alert(1)",
    "//evil.example/en/",
    "///evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%2F%2fevil.example/en/",
    "%2f%2fevil.example",
    "/%5cevil.example",
    "/%252f%252fevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " /en/",
    "/ /evil.example",
    "/en/\r\nLocation: https://evil.example",
    "/en/%0d%0aSet-Cookie:%20a=b",
    "/en/%00",
    "/en/\x7f",
    "/en/\u2028",
    "/en/%e2%80%ae",
    "/en/\u202e",
    "/en/\ud800",
    "/en/%ff",
    "/en/..//evil.example",
    "/en/%2e%2e/api/v1/me",
    "/en/../go/x",
    "/en\\..\\evil",
    "/en/%5c%5cevil.example",
    "/@evil.example",
    "/en@evil.example/",
    "/en/@evil.example",
    "/en/%40evil.example",
    "/en;@evil.example/x",
    "/go/",
    "/go",
    "/go/a/b",
    "/go//evil.example",
    "/en",
    "/",
    "/api/v1/me",
    "/sso?jwt=x",
    "/agent/login",
    "/webhooks/stripe",
    "/xx/account",
    "/en/signin",
    "/en/signin?return_to=/en/signin",
    "/zh-HK/signout",
    "/en/" + "a" * 2048,
]


@pytest.mark.parametrize("path", GOOD, ids=range(len(GOOD)))
def test_pages_of_ours(path: str) -> None:
    assert checked(path, LOCALES) == path


@pytest.mark.parametrize("path", EVIL, ids=range(len(EVIL)))
def test_nothing_else(path: str) -> None:
    with pytest.raises(HelpcenterError) as caught:
        checked(path, LOCALES)
    assert caught.value.code == "return_to_refused"


def test_an_evil_one_stops_the_sign_in(browser: Browser) -> None:
    for path in EVIL:
        if path and "\ud800" not in path:
            browser.wait(minutes=1)
            answer = browser.post_sso({"jwt": browser.jwt(), "return_to": path})
            assert answer.status_code == 400, path
            assert "location" not in answer.headers
            assert COOKIE not in answer.headers.get("set-cookie", "")


PIECES = st.sampled_from(
    ["/", "\\", "//", "en", "zh-HK", "go", "..", ".", "@", ":", "?", "#", ";", "evil.example",
     "%2f", "%5c", "%252f", "%2e", "%0d%0a", "%00", "\t", "\r\n", "\0", " ", "http:", "é", "\u2028"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=9).map("".join)))
@example("/en//evil.example")
@example("/en/%2f%2fevil.example")
def test_what_passes_stays_on_this_host(path: str) -> None:
    try:
        checked(path, LOCALES)
    except HelpcenterError:
        return
    base = "https://help.example.com"
    for seen in (path, unquote(path), quote(path, safe=":/%#?=@[]!$&'()*+,;")):
        parts = urlsplit(urljoin(f"{base}/sso", seen))
        assert (parts.scheme, parts.netloc) == ("https", "help.example.com")
        assert parts.path.split("/")[1] in {"en", "zh-HK", "go"}
        assert not {"\r", "\n", "\t", "\0", "\\"} & set(parts.path)
