import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from helpcenter.articles.model import Article
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.search.index import Query, Results
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.site.reload import SiteHolder
from tests.factories import CONTENT

pytestmark = pytest.mark.anyio
PATIENCE = 30


@dataclass
class Index:
    """An index that finds nothing."""

    content_hash: str

    def search(self, query: Query) -> Results:
        return Results((), 0)

    def warm(self) -> None:
        """There is nothing to get ready."""


@dataclass
class Builder:
    """Builds such indexes when `gate` is open, or fails while `broken`."""

    gate: threading.Event = field(default_factory=threading.Event)
    broken: bool = False
    left: Index | None = None
    built: list[str] = field(default_factory=list)

    def __call__(self, articles: Iterable[Article], content_hash: str) -> Index:
        assert self.gate.wait(PATIENCE)
        if self.broken:
            raise OSError("the disk is full of tea")
        self.built.append(content_hash)
        return Index(content_hash)

    def last_good(self, locales: Iterable[Locale]) -> Index | None:
        return self.left


@dataclass
class Shop:
    """A kettle shop whose folder may be written to while its site is held."""

    path: Path
    builder: Builder
    holder: SiteHolder
    shown: list[Site]

    @property
    def site(self) -> Site:
        assert self.holder.site is not None
        return self.holder.site

    def write(self, text: str) -> None:
        (self.path / "articles/en/brewing/descale-your-kettle.md").write_text(text, "utf-8")

    def title(self) -> str:
        return self.site.library.articles[SOURCE, "descale-your-kettle"].title


def article(title: str) -> str:
    matter = f"---\ntitle: {title}\nsummary: x\nupdated: 2026-11-01\n---\n"
    return f"{matter}\n## With vinegar {{#with-vinegar}}\n"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    for name in ("articles", "bot", "i18n"):
        shutil.copytree(CONTENT / name, tmp_path / name)
    builder = Builder()
    shown: list[Site] = []
    settings = Settings.model_validate({"content": tmp_path, "data": tmp_path / "data"})
    holder = SiteHolder(settings, shown.append, builder)
    builder.gate.set()
    yield Shop(tmp_path, builder, holder, shown)
    builder.gate.set()
    await holder.close()


async def until(happens: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happens():  # noqa: ASYNC110 - the file system tells nobody when it is done
            await asyncio.sleep(0.02)


async def test_a_first_site_is_shown_and_its_index_follows(shop: Shop) -> None:
    assert await shop.holder.reload()
    await shop.holder.indexed()
    without, with_index = shop.shown
    assert without.index is None
    assert with_index.index is not None
    assert with_index.index.content_hash == with_index.hash == without.hash
    assert shop.site is with_index


async def test_a_change_is_shown_with_the_last_good_index_until_its_own_is_there(
    shop: Shop,
) -> None:
    await shop.holder.reload()
    await shop.holder.indexed()
    old = shop.site
    shop.builder.gate.clear()
    shop.write(article("Descale it well"))
    assert await shop.holder.reload()
    assert shop.title() == "Descale it well"
    assert shop.site.index is old.index
    shop.builder.gate.set()
    await shop.holder.indexed()
    assert shop.site.index is not None
    assert shop.site.index.content_hash == shop.site.hash != old.hash


async def test_broken_content_keeps_the_old_site_and_says_why(shop: Shop) -> None:
    await shop.holder.reload()
    await shop.holder.indexed()
    old = shop.site
    shop.write("---\ntitle: {unclosed\n---\n")
    assert not await shop.holder.reload()
    assert shop.site is old
    assert any(p.file.endswith("descale-your-kettle.md") for p in shop.holder.problems)
    shop.write(article("Mended"))
    assert await shop.holder.reload()
    assert shop.title() == "Mended"
    assert shop.holder.problems == ()


async def test_nothing_changed_exchanges_nothing(shop: Shop) -> None:
    await shop.holder.reload()
    await shop.holder.indexed()
    before = len(shop.shown)
    assert await shop.holder.reload()
    await shop.holder.indexed()
    assert len(shop.shown) == before
    assert len(shop.builder.built) == 1


async def test_a_folder_that_vanishes_keeps_the_old_site(shop: Shop) -> None:
    await shop.holder.reload()
    old = shop.site
    shutil.rmtree(shop.path)
    assert not await shop.holder.reload()
    assert [problem.code for problem in shop.holder.problems] == ["no_folder"]
    assert shop.site.hash == old.hash


async def test_a_change_while_an_index_is_built_is_indexed_after_it(shop: Shop) -> None:
    shop.builder.gate.clear()
    await shop.holder.reload()
    first = shop.site.hash
    shop.write(article("Overtaken"))
    await shop.holder.reload()
    shop.builder.gate.set()
    await shop.holder.indexed()
    assert shop.builder.built == [first, shop.site.hash]
    assert shop.site.index is not None
    assert shop.site.index.content_hash == shop.site.hash


async def test_an_index_that_cannot_be_built_leaves_the_pages_alone(shop: Shop) -> None:
    shop.builder.broken = True
    with capture_logs() as logs:
        assert await shop.holder.reload()
        await shop.holder.indexed()
    assert [log["event"] for log in logs] == ["search index cannot be built"]
    assert shop.site.index is None
    shop.builder.broken = False
    assert await shop.holder.reload()
    await shop.holder.indexed()
    assert shop.site.index is not None


async def test_a_fault_of_ours_keeps_the_old_site_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.holder.reload()
    old = shop.site.hash

    def fails(*given: object) -> Site:
        raise ZeroDivisionError

    monkeypatch.setattr("helpcenter.site.reload.build", fails)
    shop.write(article("Unseen"))
    with capture_logs() as logs:
        assert not await shop.holder.reload()
    assert [log["log_level"] for log in logs] == ["error"]
    assert shop.site.hash == old
    assert [problem.code for problem in shop.holder.problems] == ["internal"]


async def test_a_holder_of_nothing_has_nothing_to_wait_for(shop: Shop) -> None:
    await shop.holder.indexed()
    await shop.holder.close()
    shop.holder.start_indexing()
    await shop.holder.indexed()
    assert shop.shown == []


async def test_a_saved_file_is_shown_and_a_broken_one_is_not(shop: Shop) -> None:
    await shop.holder.reload()
    stop = asyncio.Event()
    watching = asyncio.create_task(shop.holder.watch(stop))
    await asyncio.sleep(0.3)
    shop.write(article("Saved"))
    await until(lambda: shop.title() == "Saved")
    shop.write("broken")
    await until(lambda: bool(shop.holder.problems))
    assert shop.title() == "Saved"
    shop.write(article("Mended"))
    await until(lambda: shop.title() == "Mended")
    stop.set()
    async with asyncio.timeout(PATIENCE):
        await watching


async def test_until_the_first_index_is_built_an_earlier_runs_is_asked(shop: Shop) -> None:
    shop.builder.left = Index("of yesterday")
    shop.builder.gate.clear()
    await shop.holder.reload()
    await until(lambda: shop.site.index is not None)
    assert shop.site.index is shop.builder.left
    shop.builder.gate.set()
    await shop.holder.indexed()
    assert shop.site.index is not None
    assert shop.site.index.content_hash == shop.site.hash
