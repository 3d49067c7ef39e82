"""Where links lead: files of ours become paths, the web stays, everything else is refused."""

import posixpath
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from helpcenter.articles.model import Status
from helpcenter.content.flows import Flow
from helpcenter.content.schema import did_you_mean
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity.caller import Audience

PAGES = {
    "home": "/",
    "search": "/search",
    "contact": "/contact",
    "account": "/account",
    "privacy": "/privacy",
}
_BREADTH = tuple(Audience)


@dataclass(frozen=True, slots=True)
class Address:
    """What links need to know of an article."""

    slug: str
    category: str
    status: Status
    audience: Audience
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Target:
    """A link's final href; `kind` becomes its class: `internal external portal`."""

    href: str
    kind: str = "internal"


class LinkError(Exception):
    """A link leads nowhere; `code` is the problem's code, the text says what and how to mend it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Linker:
    """Resolves the links of one locale's articles; `addresses` holds every locale's."""

    locale: Locale
    addresses: Mapping[tuple[Locale, str], Address]
    redirects: Mapping[str, str]
    faulty: AbstractSet[tuple[Locale, str]] = frozenset()
    """Articles that could not be read; links to them are not at fault."""

    def resolve(self, href: str, here: Address) -> Target:
        """Return where `href`, written in the article at `here`, leads; raises `LinkError`."""
        scheme, _, rest = href.partition(":")
        if scheme == "page":
            return self._page(rest)
        if scheme == "portal":
            return self._portal(rest)
        if href.startswith("#"):
            return self._section(here, unquote(href[1:]), "")
        if href.lower().startswith(("http://", "https://", "mailto:")):
            return _outside(href)
        path, _, anchor = unquote(href).partition("#")
        if ":" in path or path.startswith("/") or not path.endswith(".md") or "\\" in path:
            raise LinkError("refused_link", self._refusal(href, path))
        return self._article(path, anchor, here)

    def _refusal(self, href: str, path: str) -> str:
        """Say why a link is refused, and what was probably meant."""
        if not href:
            return "a link without an address: write it between the round brackets"
        found = self.find(path.rpartition("/")[2])
        if found is not None:
            wanted = f"../{found.category}/{found.slug}.md"
            return f"`{href}` is no link we allow: to lead to this article, write `{wanted}`"
        return (
            f"`{href}` is no link we allow: use a relative `.md` file, `page:`, `portal:`, "
            "http(s) or mailto"
        )

    def find(self, slug: str) -> Address | None:
        """Return the article a reader of this locale would see under `slug`."""
        return self.addresses.get((self.locale, slug)) or self.addresses.get((SOURCE, slug))

    def _page(self, name: str) -> Target:
        if name not in PAGES:
            raise LinkError("broken_link", f"`page:{name}` is no page{did_you_mean(name, PAGES)}")
        return Target(f"/{self.locale.tag}{PAGES[name]}")

    def _portal(self, name: str) -> Target:
        flows = [flow.value for flow in Flow]
        if name not in flows:
            raise LinkError("broken_link", f"`portal:{name}` is no flow{did_you_mean(name, flows)}")
        return Target(f"/{self.locale.tag}/account/manage/{name}", "portal")

    def _article(self, path: str, anchor: str, here: Address) -> Target:
        full = posixpath.normpath(posixpath.join(here.category, path))
        category, _, name = full.rpartition("/")
        slug = name.removesuffix(".md")
        found = self.find(slug)
        if (self.locale, slug) in self.faulty or (found is None and (SOURCE, slug) in self.faulty):
            return Target(f"/{self.locale.tag}/articles/{slug}")
        if found is None:
            slugs = {slug for _, slug in self.addresses}
            hint = f": it is `{self.redirects[slug]}` now" if slug in self.redirects else ""
            hint = hint or did_you_mean(slug, slugs)
            raise LinkError("broken_link", f"there is no article `{full}`{hint}")
        if found.category != category:
            raise LinkError(
                "broken_link", f"`{slug}` lives in `{found.category}`, not `{category}`"
            )
        if found.status is Status.DRAFT and here.status is Status.PUBLISHED:
            raise LinkError("broken_link", f"`{slug}` is a draft, which readers cannot open")
        if _BREADTH.index(found.audience) > _BREADTH.index(here.audience):
            raise LinkError("broken_link", f"`{slug}` is for `{found.audience}` readers only")
        return self._section(found, anchor, f"/{self.locale.tag}/articles/{slug}")

    def _section(self, address: Address, anchor: str, path: str) -> Target:
        if anchor and anchor not in address.ids:
            known = did_you_mean(anchor, address.ids)
            raise LinkError("broken_anchor", f"`{address.slug}` has no section `{anchor}`{known}")
        if not anchor:
            return Target(path or "#")
        return Target(f"{path}#{quote(anchor)}")


def _outside(href: str) -> Target:
    try:
        parts = urlsplit(href)
        valid = bool(parts.netloc or (parts.scheme == "mailto" and "@" in parts.path))
    except ValueError:
        valid = False
    if not valid:
        raise LinkError("refused_link", f"`{href}` is no complete address: write all of it")
    return Target(href, "external")
