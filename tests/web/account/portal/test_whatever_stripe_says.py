"""The pages before a Stripe made from its published schema: no answer it allows breaks one."""

import re
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from helpcenter.app import HelpCenter
from helpcenter.cli import stripe_checks
from helpcenter.content.flows import Flow
from helpcenter.sandbox.serving import start_in_thread
from helpcenter.settings import Settings
from tests.stripe_contract.author import CANARY, Author
from tests.stripe_contract.spec import load
from tests.stripe_contract.spec_server import SpecStripe
from tests.stripe_contract.test_whatever_is_allowed import UNWORDLY
from tests.web.account.conftest import Browser
from tests.web.account.portal.conftest import DOCUMENT
from tests.web.html import parse

pytestmark = pytest.mark.full

SEEDS = range(8)
PAGES = ("/en/account", "/zh-HK/account", "/zh-HK/account?from=portal")


@pytest.fixture
def mock() -> SpecStripe:
    return SpecStripe(Author(load()))


@pytest.fixture
def stripe_url(mock: SpecStripe) -> Iterator[str]:
    with start_in_thread(mock, lifespan="off") as running:
        yield running.url


@pytest.fixture
def with_host(with_host: Settings, stripe_url: str) -> Settings:
    host = stripe_url.removeprefix("http://")
    return with_host.model_copy(
        update={
            "stripe_key": SecretStr("rk_test_x"),
            "stripe_api_base": stripe_url,
            "stripe_portal_hosts": (host,),
            "stripe_invoice_hosts": (host,),
        }
    )


@pytest.mark.parametrize("terse", [False, True])
def test_every_page_is_answered_in_sane_words(
    app: HelpCenter, browser: Browser, mock: SpecStripe, stripe_url: str, *, terse: bool
) -> None:
    opened = 0
    for seed in SEEDS:
        mock.author = Author(load(), seed, terse=terse, origin=stripe_url)
        browser.wait(hours=1)
        browser.sign_in(stripe_customer="cus_1")
        for path in PAGES:
            answer = browser.client.get(path, headers=DOCUMENT)
            assert answer.status_code == 200, (seed, path)
            words = re.sub(r"\s+", " ", parse(answer.text).one("main").text)
            assert not UNWORDLY.search(words), (seed, words)
            assert CANARY not in answer.text
        for flow in Flow:
            opened += clicked(browser, flow, stripe_url)
    assert opened > len(SEEDS)
    assert mock.problems == []


def clicked(browser: Browser, flow: Flow, stripe_url: str) -> bool:
    """Click a button, and the link behind it; tell whether Stripe's page opened."""
    answer = browser.client.get(f"/en/account/manage/{flow}", headers=DOCUMENT)
    if answer.status_code == 303:
        answer = browser.client.get(answer.headers["location"], headers=DOCUMENT)
    if answer.status_code == 303:
        return answer.headers["location"].startswith(f"{stripe_url}/")
    assert answer.status_code in {200, 404, 409, 503}, (flow, answer.status_code)
    assert CANARY not in answer.text
    return False


def test_the_doctor_finds_words_for_every_answer(
    with_host: Settings, mock: SpecStripe, stripe_url: str
) -> None:
    for seed in SEEDS:
        mock.author = Author(load(), seed, terse=bool(seed % 2), origin=stripe_url)
        mock.failing = [None, 403, 404, 500][seed % 4]
        found = list(stripe_checks.stripe(with_host))
        assert found
        assert CANARY not in repr(found)
    assert mock.problems == []
