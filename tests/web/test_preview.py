"""The preview for writers: pages that renew themselves, a panel for what is wrong."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.content.roots import find_roots
from helpcenter.db import engine
from helpcenter.db.engine import open_database
from helpcenter.search.index import SearchIndex
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.reload import SiteHolder
from tests.factories import CONTENT
from tests.web.conftest import client_of

PAGE = "/en/articles/descale-your-kettle"
FILE = "articles/en/brewing/descale-your-kettle.md"


@pytest.fixture(scope="module")
def previewed(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, _sqlite_template: Path
) -> Iterator[HelpCenter]:
    path = tmp_path_factory.mktemp("preview")
    shutil.copytree(CONTENT, path / "site", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    given = settings.model_copy(update={"content": path / "site", "data": path})
    shutil.copy(_sqlite_template, path / engine.FILE)
    with closing(open_database(None, path)) as database:
        site = build(given, find_roots(given.content))
        yield create_app(given, database=database, site=site, reload=True, log_requests=False)


@pytest.fixture
def writer(previewed: HelpCenter) -> TestClient:
    return client_of(previewed)


def look_again(app: HelpCenter) -> None:
    """Do what the watcher does when a file was saved, without an index."""
    app.state.holder.start_indexing = lambda: None
    asyncio.run(app.state.holder.reload())


def test_a_page_carries_the_script_and_nothing_else_changes(
    writer: TestClient, client: TestClient
) -> None:
    answer = writer.get(PAGE)
    known = writer.get("/_preview/state?after=-1").json()
    assert f'<meta name="helpcenter-preview" content="{known["site"]}">' in answer.text
    assert '<script type="module" src="/_preview/preview.js"></script></head>' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)
    policy = client.get(PAGE).headers["content-security-policy"]
    assert answer.headers["content-security-policy"] == policy
    assert writer.get("/_preview/preview.js").headers["content-type"].startswith("text/javascript")
    assert writer.get("/en/feed.xml").headers["content-type"].startswith("application/atom")


def test_without_reload_there_is_no_preview(client: TestClient) -> None:
    assert "preview" not in client.get(PAGE).text
    assert client.get("/_preview/preview.js").status_code == 404
    assert client.get("/_preview/state").status_code == 404


def test_a_fault_is_told_while_the_last_good_page_stays(
    writer: TestClient, previewed: HelpCenter
) -> None:
    file = previewed.state.holder.site and previewed.state.tools.settings.content / FILE
    good = file.read_text("utf-8")
    before = writer.get("/_preview/state?after=-1").json()
    assert before["problems"] == []
    file.write_text(good + "\n<b>raw</b>\n", "utf-8")
    look_again(previewed)
    broken = writer.get(f"/_preview/state?after={before['turn']}").json()
    assert broken["site"] == before["site"]
    (problem,) = broken["problems"]
    assert problem.startswith(f"{FILE}:{good.count(chr(10)) + 2}: raw_html: ")
    assert writer.get(PAGE).status_code == 200
    file.write_text(good + "\nFresh words.\n", "utf-8")
    look_again(previewed)
    mended = writer.get(f"/_preview/state?after={broken['turn']}").json()
    assert mended["problems"] == []
    assert mended["site"] != before["site"]
    assert "Fresh words." in writer.get(PAGE).text


def test_nobody_waits_for_a_server_that_stops(settings: Settings) -> None:
    def never(_articles: object, _hash: str) -> SearchIndex:
        raise AssertionError

    async def stop() -> None:
        holder = SiteHolder(settings, lambda _: None, never)  # type: ignore[arg-type]  # builds none
        waiting = asyncio.create_task(holder.turned(30))
        await asyncio.sleep(0)
        holder.let_go()
        await waiting
        await holder.turned(30)

    asyncio.run(asyncio.wait_for(stop(), 5))


def test_a_question_waits_for_the_next_look(
    previewed: HelpCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = previewed.state.holder

    async def ask() -> int:
        waiting = asyncio.create_task(holder.turned(30))
        await asyncio.sleep(0)
        await holder.reload()
        await waiting
        await holder.turned(0.001)
        return int(holder.builds)

    holder.start_indexing = lambda: None
    before = holder.builds
    assert asyncio.run(ask()) == before + 1
