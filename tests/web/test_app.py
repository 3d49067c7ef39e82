"""The whole app as a server runs it: it indexes, watches, and ends."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from helpcenter.app import create_app
from helpcenter.content.roots import find_roots
from helpcenter.db.database import Database
from helpcenter.settings import Settings
from helpcenter.site.build import build
from tests.factories import CONTENT
from tests.web.conftest import client_of

PATIENCE_SECONDS = 20


def wait_until(true: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def test_search_warms_up_while_pages_are_read(settings: Settings, database: Database) -> None:
    site = build(settings, find_roots(settings.content))
    app = create_app(settings, database=database, site=site, log_requests=False)
    with client_of(app) as client:
        assert client.get("/en/").status_code == 200
        wait_until(lambda: client.get("/api/v1/search?q=whistle").status_code == 200)
        assert client.get("/readyz").json()["checks"]["search"] == "ok"


def test_a_saved_file_is_shown_and_a_broken_one_is_not(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    settings = settings.model_copy(update={"content": content})
    site = build(settings, find_roots(content))
    app = create_app(settings, database=database, site=site, reload=True, log_requests=False)
    article = content / "articles/en/paying/swap-your-card.md"
    words = article.read_text("utf-8")
    with client_of(app) as client:

        def title() -> str:
            return client.get("/en/articles/swap-your-card").text

        def save(text: str) -> bool:
            article.write_text(text, "utf-8")
            return "Trade your card" in title()

        assert "Swap your card" in title()
        # The watch begins with the lifespan, a little after it; saving again is what writers do.
        wait_until(lambda: save(words.replace("Swap your card", "Trade your card")))
        article.write_text("---\ntitle: [broken\n", "utf-8")
        wait_until(lambda: app.state.holder.problems)
        assert "Trade your card" in title()
