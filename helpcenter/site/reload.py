"""Exchanging the site while readers read: a new one is built beside it, then swapped in whole.

When the new content is broken the old site stays and the problems are kept for whoever asks. The
search index follows: until it is built, a site carries the last good one (DESIGN §2.2).
"""

import asyncio
from collections.abc import Callable

import structlog
from watchfiles import awatch

from helpcenter.content.problems import ContentError, Problem, Severity
from helpcenter.content.roots import Root, find_roots
from helpcenter.search.index import IndexBuilder, SearchIndex
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.keeping import Keeper
from helpcenter.site.model import Site

_LOG = structlog.get_logger("helpcenter.site")
_DEBOUNCE_MS = 200
"""Editors write a file in several steps; a reader of half a file would see an error."""


class SiteHolder:
    """Holds the present site; `publish` is told of every exchange, on the event loop's thread."""

    def __init__(
        self,
        settings: Settings,
        publish: Callable[[Site], None],
        build_index: IndexBuilder,
        site: Site | None = None,
    ) -> None:
        self._settings = settings
        self._publish = publish
        self._build_index = build_index
        self._turn = asyncio.Lock()
        self._indexing: asyncio.Task[None] | None = None
        self.site = site
        self.problems: tuple[Problem, ...] = ()
        """What kept the newest content from being shown; empty while it is shown."""
        self.builds = 0
        """How often the content has been looked at anew, whatever came of it."""
        self._turned = asyncio.Event()
        self._is_stopping = False

    async def reload(self) -> bool:
        """Build the site anew and exchange it; return whether the newest content is shown now.

        The index is built afterwards, in the background.
        """
        async with self._turn:
            try:
                return await self._build()
            finally:
                self._wake()

    def _wake(self) -> None:
        self.builds += 1
        self._turned.set()
        self._turned = asyncio.Event()

    async def turned(self, seconds: float) -> None:
        """Wait until the content has been looked at once more, at most so long."""
        if self._is_stopping:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._turned.wait()
        except TimeoutError:
            return

    async def _build(self) -> bool:
        try:
            keeper = Keeper.of(self._settings, keeps=True)
            fresh = await asyncio.to_thread(build, self._settings, self._roots(), self.site, keeper)
        except ContentError as error:
            self.problems = error.problems
            for problem in error.problems:
                if problem.severity is Severity.ERROR:
                    _LOG.error("content problem", problem=str(problem))
            return False
        except Exception:  # noqa: BLE001 - readers keep the last good site, whatever happened
            self.problems = (
                Problem("", 0, "internal", "the content cannot be built: see the log"),
            )
            _LOG.exception("content cannot be built")
            return False
        self.problems = ()
        if self.site is None or self.site.hash != fresh.hash:
            index = self.site.index if self.site else None
            self._show(fresh.with_index(index) if index else fresh)
        self.start_indexing()
        return True

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload whenever a content file changes, until `stop` is set; at once without a site."""
        if self.site is None:
            await self.reload()
        folders = [
            root.path / name
            for root in self._roots()
            for name in ("articles", "bot", "i18n")
            if (root.path / name).is_dir()
        ]
        async for _ in awatch(*folders, stop_event=stop, debounce=_DEBOUNCE_MS):
            await self.reload()

    async def indexed(self) -> None:
        """Wait until the present site has an index of its own or building it has failed."""
        if self._indexing is not None:
            await self._indexing

    def let_go(self) -> None:
        """Let nobody wait any longer: the server is about to stop."""
        self._is_stopping = True
        self._wake()

    async def close(self) -> None:
        """Give up a build that is under way, and let nobody wait any longer."""
        self.let_go()
        if self._indexing is not None:
            self._indexing.cancel()
            await asyncio.gather(self._indexing, return_exceptions=True)

    def _roots(self) -> tuple[Root, ...]:
        return find_roots(self._settings.content)

    def _show(self, site: Site) -> None:
        self.site = site
        self._publish(site)

    def start_indexing(self) -> None:
        """Build the present site's index in the background, unless that is under way."""
        if self._indexing is None or self._indexing.done():
            self._indexing = asyncio.create_task(self._index())

    async def _index(self) -> None:
        """Build indexes until the present site has its own; the site may change meanwhile."""
        if self.site is not None and self.site.index is None:
            await self._take_last_good(self.site)
        while (site := self.site) is not None and not _is_indexed(site):
            try:
                articles = tuple(site.library.articles.values())
                index = await asyncio.to_thread(self._build_index, articles, site.hash)
            except Exception:  # noqa: BLE001 - an index may vanish or fail; pages go on without
                _LOG.exception("search index cannot be built")
                return
            self._attach(index)
            await asyncio.to_thread(index.warm)

    async def _take_last_good(self, site: Site) -> None:
        """Search with what an earlier run left until the present content has been indexed."""
        try:
            locales = site.library.locales
            index = await asyncio.to_thread(self._build_index.last_good, locales)
        except Exception:  # noqa: BLE001 - as if there were none
            _LOG.exception("search index of an earlier run cannot be read")
            return
        if index is not None:
            self._attach(index)

    def _attach(self, index: SearchIndex) -> None:
        """Carry a new index, even one that the content has overtaken: it is the last good one."""
        if self.site is not None:
            self._show(self.site.with_index(index))


def _is_indexed(site: Site) -> bool:
    return site.index is not None and site.index.content_hash == site.hash
