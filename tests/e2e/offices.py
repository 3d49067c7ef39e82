"""A help centre with people behind it: customers' Stripe, agents who sign in, a mail server."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect
from pydantic import SecretStr

from helpcenter.cli.agents import seed_demo
from helpcenter.cli.demo import demo_settings
from helpcenter.db.engine import open_database
from helpcenter.db.migrate import upgrade
from helpcenter.sandbox.server import Sandbox, start_sandbox
from tests.e2e.server import serve
from tests.jobs.test_mail import Postman, free_port, served


@dataclass(frozen=True)
class Office:
    """Where it answers, the password of every agent, and the mail that was sent."""

    base: str
    sandbox: Sandbox
    password: str
    postman: Postman

    def sign_in(self, page: Page, agent: str, tag: str = "en") -> None:
        """Sign an agent in by the form, with the inbox in a language."""
        page.context.add_cookies([{"name": "locale", "value": tag, "url": self.base}])
        page.goto(f"{self.base}/agent/login")
        page.locator("#email").fill(f"{agent.lower()}@example.com")
        page.locator("#password").fill(self.password)
        page.locator(".login button").click()
        expect(page).to_have_url(f"{self.base}/agent/tickets")


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Serve the starter content with the demo's agents and customers until the block ends."""
    postman, port = Postman(), free_port()
    mails = served(postman, port)
    mails.start()
    with start_sandbox() as sandbox, closing(open_database(None, folder)) as database:
        upgrade(database)
        password = seed_demo(database)
        settings = demo_settings(sandbox, 0, str(folder)).model_copy(
            update={
                "smtp_url": SecretStr(f"smtp://127.0.0.1:{port}"),
                "mail_from": "help@example.com",
                "team_emails": {
                    "support": "support@example.com",
                    "billing": "billing@example.com",
                },
            }
        )
        try:
            with serve(settings, folder) as base:
                sandbox.connect(helpcenter_url=base, webhook_url=f"{base}/webhooks/stripe")
                yield Office(base, sandbox, password, postman)
        finally:
            mails.stop()
