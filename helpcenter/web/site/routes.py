"""Which address is which public page."""

from collections.abc import Callable, Iterable

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from helpcenter.i18n.locale import Locale
from helpcenter.web.prepared import Shelf
from helpcenter.web.site import feeds, files, pages, results


class NamedRoute(Route):
    """A route that tells the log and the metrics which one it is."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as any route does and leave word in the scope."""
        match, child = super().matches(scope)
        if match is not Match.NONE:
            child["route"] = self
        return match, child


def forgetter(shelf: Shelf) -> Callable[[Iterable[Locale]], None]:
    """Return what forgets the home pages of locales, because other articles are read most now."""

    def forget(locales: Iterable[Locale]) -> None:
        for locale in locales:
            pages.forget_home(shelf, locale)

    return forget


def routes() -> list[BaseRoute]:
    """Return the public pages; the widest pattern comes last."""
    table = {
        "/": pages.root,
        "/sitemap.xml": feeds.sitemap,
        "/robots.txt": feeds.robots,
        "/static/{name}": files.static,
        "/media/{name}": files.media,
        "/{locale}/": pages.home,
        "/{locale}/categories/{slug}": pages.category,
        "/{locale}/articles/{slug}": pages.article,
        "/{locale}/search": results.search,
        "/{locale}/contact": pages.contact,
        "/{locale}/privacy": pages.privacy,
        "/{locale}/feed.xml": feeds.atom,
        "/{locale}": pages.bare_locale,
    }
    return [
        NamedRoute(path, endpoint, methods=["GET"], include_in_schema=False)
        for path, endpoint in table.items()
    ]
